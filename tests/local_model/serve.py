"""Serves a small model over OpenAI's and Anthropic's protocols (llama.cpp's server) and, in front of it, over Ollama's.

  serve.py MODEL.gguf

Prints one line of JSON when all three answer: {"ollama": URL, "openai": URL, "anthropic": URL}. Ends with its input.
This is not Ollama: it is Ollama's /api/chat, as its documentation describes it, over a model that runs for real.
"""

import json
import sys
import threading
import urllib.error
import urllib.request
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import xllamacpp

NAME = "smollm2:135m"
CONTEXT = 8192


def to_chat_completions(asked):
    """Ollama's request as llama.cpp understands it."""
    options = asked.get("options", {})
    body = {
        "messages": [{"role": m["role"], "content": m["content"]} for m in asked["messages"]],
        "stream": True,
        "temperature": options.get("temperature", 0.8),
        "max_tokens": options.get("num_predict", -1),
    }
    if "seed" in options:
        body["seed"] = options["seed"]
    shape = asked.get("format")
    if shape == "json":
        body["response_format"] = {"type": "json_object"}
    elif shape:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "format", "schema": shape}}
    return body


class Ollama(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    backend = None

    def log_message(self, *_):
        pass

    def refuse(self, status, message):
        body = json.dumps({"error": message}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def line(self, content, **more):
        now = datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
        message = {"role": "assistant", "content": content}
        line = {"model": NAME, "created_at": now, "message": message, "done": False, **more}
        data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/api/chat":
            return self.refuse(404, "404 page not found")
        if asked.get("model") != NAME:
            return self.refuse(404, f"model '{asked.get('model')}' not found")
        if asked["options"]["num_ctx"] > CONTEXT:
            return self.refuse(400, "num_ctx is larger than what the model knows")
        request = urllib.request.Request(
            self.backend + "/v1/chat/completions",
            json.dumps(to_chat_completions(asked)).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            events = urllib.request.urlopen(request, timeout=600)
        except urllib.error.HTTPError as error:
            return self.refuse(error.code, error.read().decode("utf-8", "replace"))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        reason = "stop"
        for event in events:
            data = event.removeprefix(b"data: ").strip()
            if not event.startswith(b"data: ") or data == b"[DONE]":
                continue
            for choice in json.loads(data).get("choices", []):
                reason = choice.get("finish_reason") or reason
                content = choice["delta"].get("content")
                if content:
                    self.line(content)
        self.line("", done=True, done_reason=reason)
        self.wfile.write(b"0\r\n\r\n")


def main():
    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.model_alias = {NAME}
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    # What Ollama does by itself; without it so small a model repeats its first words for ever.
    params.sampling.penalty_repeat, params.sampling.penalty_last_n = 1.1, 64
    server = xllamacpp.Server(params)
    Ollama.backend = server.listening_address
    front = ThreadingHTTPServer(("127.0.0.1", 0), Ollama)
    threading.Thread(target=front.serve_forever, daemon=True).start()
    addresses = {
        "ollama": f"http://127.0.0.1:{front.server_port}",
        "openai": server.listening_address + "/v1",
        "anthropic": server.listening_address,
    }
    print(json.dumps(addresses), flush=True)
    sys.stdin.read()


main()
