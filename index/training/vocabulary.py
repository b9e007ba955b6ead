"""Which words and word pieces get a row of the table, and which words share one."""

import collections
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

from labels import Labels, all_texts
from text import fold, words

# A row costs 256 bytes, its scale 4 and its name about 10.
MAX_ROWS = 43_500
# Endings that an unknown word may change to become a known one, tried in this order. The feminine ones are
# changed even when that word is unknown too, so that both genders are cut into the same pieces.
FEMININE = [
    ("trices", "teur"), ("trice", "teur"), ("euses", "eur"), ("euse", "eur"), ("eures", "eur"), ("eure", "eur"),
    ("iennes", "ien"), ("ienne", "ien"), ("ieres", "ier"), ("iere", "ier"), ("ees", "e"), ("ee", "e"),
]  # fmt: skip
OTHERS = [("ives", "if"), ("ive", "if"), ("aux", "al"), ("ies", "y"), ("es", ""), ("s", ""), ("x", ""), ("e", "")]
_PIECE = re.compile(r"[a-z0-9]+")


@dataclass
class Vocabulary:
    """`rows` maps a word, or `_` and the inside of a word, to its row."""

    rows: dict[str, int]
    surfaces: list[str]  # per row, the writing whose teacher vector the row starts from

    def units(self, text: str, split: random.Random | None = None) -> list[int]:
        """Rows of a text, each once, in order. `split` cuts some known words into pieces, at random."""
        out: dict[int, None] = {}
        for word in words(text):
            for row in self._word(word, split is not None and split.random() < 0.4):
                out[row] = None
        return list(out)

    def _word(self, word: str, cut: bool) -> list[int]:
        if not cut:
            if word in self.rows:
                return [self.rows[word]]
            changed = [c for ending, other in FEMININE + OTHERS if (c := _change(word, ending, other))]
            for other in changed:
                if other in self.rows:
                    return [self.rows[other]]
            word = next((c for ending, other in FEMININE if (c := _change(word, ending, other))), word)
        return self._pieces(word, len(word) - 1 if cut else len(word))

    def _pieces(self, word: str, longest: int) -> list[int]:
        found, at, mark = [], 0, ""
        while at < len(word):
            for end in range(min(len(word), at + longest), at, -1):
                row = self.rows.get(mark + word[at:end])
                if row is not None:
                    found.append(row)
                    break
            else:
                end = at + 1
            at, mark = end, "_"
        return found


def _change(word: str, ending: str, other: str) -> str | None:
    stem = word[: len(word) - len(ending)]
    return stem + other if word.endswith(ending) and len(stem) >= 3 else None


def choose(labels: Labels, tokenizer: Path) -> Vocabulary:
    """Words seen twice, technologies, and the teacher's pieces by their score until the table is full."""
    texts = all_texts(labels)
    seen, writing = collections.Counter(), collections.defaultdict(collections.Counter)
    for text in texts:
        seen.update(set(words(text)))
        for raw in re.findall(r"[^\W_]+(?:\+\+|#)?", text.lower()):
            writing[fold(raw)][raw] += 1
    technologies = {w for name in labels.technologies for w in words(name) if len(w) > 1}
    known = [w for w, n in seen.most_common() if n >= 2 or w in technologies or len(w) == 1]
    same = _same_row(labels, seen, set(known))
    rows: dict[str, int] = {}
    surfaces: list[str] = []

    def add(name: str, surface: str) -> None:
        if name not in rows and len(surfaces) < MAX_ROWS:
            rows[name] = len(surfaces)
            surfaces.append(surface)

    for char in "abcdefghijklmnopqrstuvwxyz0123456789":
        add(char, char)
        add("_" + char, char)
    for word in known:
        if word not in same:
            add(word, writing[word].most_common(1)[0][0] if writing[word] else word)
    for name, surface in _pieces(tokenizer):
        if name not in same:
            add(name, surface)
    for word, other in same.items():
        rows[word] = rows[other]
    return Vocabulary(rows, surfaces)


def _same_row(labels: Labels, seen: collections.Counter, known: set[str]) -> dict[str, str]:
    """Feminine words to the masculine, from titles given in both genders; plurals to the singular."""
    pairs, women = collections.Counter(), collections.Counter()
    for masculine, feminine in labels.gender_pairs:
        left, right = words(masculine), words(feminine)
        if len(left) == len(right):
            for m, f in zip(left, right):
                if m != f and m[:2] == f[:2] and len(m) > 2:
                    pairs[f, m] += 1
                    women[f] += 1
    same: dict[str, str] = {}
    for (f, m), n in pairs.most_common():
        often = women[f] >= 0.25 * seen[f] and n >= 0.5 * women[f]
        if often and f in known and m in known and f not in same and same.get(m) != f:
            same[f] = m
    for word in sorted(known):
        for feminine, masculine in (("euse", "eur"), ("trice", "teur"), ("ienne", "ien")):
            stem = word.removesuffix(feminine)
            if stem != word and word not in same and len(stem) >= 4 and stem + masculine in known:
                same[word] = stem + masculine
        for plural, singular in (("s", ""), ("aux", "al")):
            stem = word[: -len(plural)] + singular
            if word.endswith(plural) and word not in same and len(stem) >= 4 and stem in known and stem[-1] != "s":
                same[word] = stem
    return {word: root for word in same if (root := _root(word, same)) != word}


def _root(word: str, same: dict[str, str]) -> str:
    passed = {word}
    while word in same and same[word] not in passed:
        word = same[word]
        passed.add(word)
    return word


def _pieces(tokenizer: Path) -> list[tuple[str, str]]:
    """The teacher's pieces, folded, the likeliest first; those inside a word begin with `_`."""
    best: dict[str, tuple[float, str]] = {}
    for piece, score in json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]:
        surface = piece.removeprefix("▁")
        name = ("" if surface != piece else "_") + fold(surface)
        if _PIECE.fullmatch(name.removeprefix("_")) and score < 0 and score > best.get(name, (-1e9, ""))[0]:
            best[name] = (score, surface)
    return [(name, surface) for name, (_, surface) in sorted(best.items(), key=lambda x: (-x[1][0], x[0]))]
