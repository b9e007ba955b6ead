"""The table as one file, read by `index/src/embed/table.rs`. All numbers are little-endian.

  8   magic `JMTABLE1`
  16  model id: first hexadecimal digits of the SHA-256 of all that follows
  4×4 dim, rows, names, bytes of names
  4   per row: scale (float)
  dim per row: int8 components
  4   per name: its row
  names, in byte order, each ended by a line feed
"""

import hashlib
import json
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vocabulary import Vocabulary

EXAMPLES = [
    "Développeur·euse web (H/F)",
    "développeuse web",
    "Chargé(e) de clientèle",
    "Conducteur / Conductrice d'engins agricoles",
    "Ingénieure C++ / C# / .NET – F/H",
    "registered nurse",
    "Mécanotricienne R&D à Saint-Étienne, 35 h/semaine",
    "Œuvre ﬁne : pâtisserie «ßtraße» 東京",
    "",
]


@dataclass
class Rounded:
    """Rows as int8 with one scale each."""

    values: np.ndarray
    scales: np.ndarray


def quantise(table: np.ndarray) -> Rounded:
    scales = np.abs(table).max(1) / 127
    scales[scales == 0] = 1
    return Rounded(np.rint(table / scales[:, None]).astype(np.int8), scales.astype(np.float32))


def write(folder: Path, vocab: Vocabulary, rounded: Rounded) -> None:
    """Writes `embedding.bin`, and `embedding.tests.json` for the test that Rust computes the same."""
    names = sorted(vocab.rows, key=str.encode)
    blob = "".join(name + "\n" for name in names).encode()
    body = struct.pack("<4I", rounded.values.shape[1], len(rounded.values), len(names), len(blob))
    body += rounded.scales.astype("<f4").tobytes() + rounded.values.tobytes()
    body += np.array([vocab.rows[name] for name in names], "<u4").tobytes() + blob
    identity = hashlib.sha256(body).hexdigest()[:16]
    (folder / "embedding.bin").write_bytes(b"JMTABLE1" + identity.encode() + body)
    examples = []
    for text in EXAMPLES:
        units = vocab.units(text)
        total = (rounded.values[units] * rounded.scales[units][:, None]).sum(0)
        vector = total / max(float(np.linalg.norm(total)), 1e-9)
        examples.append({"text": text, "units": len(units), "vector": [round(float(x), 5) for x in vector[:8]]})
    (folder / "embedding.tests.json").write_text(
        json.dumps({"id": identity, "examples": examples}, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    print(f"{folder / 'embedding.bin'}: {24 + len(body)} bytes, {identity}")
