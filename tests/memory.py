#!/usr/bin/env python3
"""Memory of the server under mixed load: searches, rankings, imports, CVs read, odd methods, half-open connections.

    tests/memory.py target/debug/jobmatch [minutes]

Prints the resident memory at the end of each minute, and fails when the last is more than 10 % above the first.
Everything that the load makes it also takes away or makes again under the same names, so that what grows is a leak.
"""

import http.client
import json
import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

PASSWORD = "quatre loutres en vélo"
PEOPLE = 6
WORDS = ["soudeur", "infirmière", "comptable paie", "développeur python", "vendeuse", "conducteur"]
CVS = pathlib.Path(__file__).parent.parent / "src/demo/data/cv"


def run(program, data, *arguments, **options):
    return subprocess.run([program, "--data-dir", data, *arguments], check=True, capture_output=True, **options)


def ask(port, method, path, token=None, body=None, kind="application/json", wait=60):
    connection = http.client.HTTPConnection("localhost", port, timeout=wait)
    headers = {"content-type": kind}
    if token:
        headers["authorization"] = f"Bearer {token}"
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def form(name, content):
    edge = uuid.uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"


def offers(first):
    return json.dumps([
        {"source": "charge", "id": str(n), "title": random.choice(WORDS), "description": "Travail en équipe. " * 40}
        for n in range(first, first + 50)
    ]).encode()


def visit(port, token, stop, failures):
    """One person, until it is over."""
    cv = random.choice([path for path in CVS.iterdir() if path.suffix in (".pdf", ".docx", ".txt")])
    turn = 0
    while not stop.is_set():
        turn += 1
        try:
            words = random.choice(WORDS).replace(" ", "+").encode("ascii", "ignore").decode()
            status, _ = ask(port, "GET", f"/api/offers?q={words}&limit=20", token)
            if status >= 500:
                failures.append(f"search {status}")
            ask(port, f"ODD{random.randrange(10**9)}", "/api/offers", token)
            ask(port, "GET", f"/nowhere/{random.randrange(10**9)}")
            if turn % 5 == 0:
                ask(port, "POST", "/api/offers/import", token, offers(random.randrange(20) * 50))
            if turn % 20 == 0:
                status, answer = ask(port, "POST", "/api/profiles/file", token, *form(cv.name, cv.read_bytes()))
                if status == 202:
                    task = json.loads(answer)["id"]
                    for _ in range(200):
                        state = json.loads(ask(port, "GET", f"/api/tasks/{task}", token)[1])["state"]
                        if state not in ("queued", "running") or stop.is_set():
                            break
                        time.sleep(0.3)
                    ask(port, "DELETE", f"/api/profiles/{task}", token)
            if turn % 25 == 0:
                ask(port, "GET", "/api/me/export", token)
            # Somebody who says nothing, and somebody who goes away.
            silent = socket.create_connection(("localhost", port))
            silent.sendall(b"GET /api/offers HTTP/1.1\r\nHost: local")
            time.sleep(0.02)
            silent.close()
        except OSError as error:
            if not stop.is_set():
                failures.append(str(error))


def resident(pid):
    """Megabytes."""
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def main():
    program, minutes = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as data:
        run(program, data, "demo", "load")
        for n in range(PEOPLE):
            role = ["--role", "admin"] if n == 0 else []
            run(program, data, "user", "add", f"personne{n}@exemple.fr", *role, input=PASSWORD.encode())
        log = tempfile.TemporaryFile()
        listen = ["serve", "--listen", "127.0.0.1:0"]
        environment = {**os.environ, "JOBMATCH_LOG": "error"}
        server = subprocess.Popen([program, "--data-dir", data, *listen], stderr=subprocess.PIPE, env=environment)
        port = None
        while port is None:
            found = re.search(rb"localhost:(\d+)", server.stderr.readline())
            port = found and int(found[1])
        threading.Thread(target=lambda: log.write(server.stderr.read()), daemon=True).start()
        try:
            tokens = []
            for n in range(PEOPLE):
                body = json.dumps({"email": f"personne{n}@exemple.fr", "password": PASSWORD})
                tokens.append(json.loads(ask(port, "POST", "/api/auth/token", body=body)[1])["access"])
            stop, failures = threading.Event(), []
            people = [threading.Thread(target=visit, args=(port, token, stop, failures)) for token in tokens]
            for person in people:
                person.start()
            figures = []
            for minute in range(1, minutes + 1):
                time.sleep(60)
                figures.append(resident(server.pid))
                print(f"minute {minute}: {figures[-1]:.0f} MB, {len(failures)} failures", flush=True)
            stop.set()
            for person in people:
                person.join()
            if failures:
                print("first failure:", failures[0])
        finally:
            server.terminate()
            server.wait(30)
    growth = figures[-1] / figures[0] - 1
    print(f"growth from the first minute to the last: {growth:.1%}")
    sys.exit(growth > 0.10)


if __name__ == "__main__":
    main()
