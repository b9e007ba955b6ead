"""How well vectors bring together what means the same: mean reciprocal rank on occupations kept out of training.

A: French alternative title to the preferred one (few words in common); B: English to French; C: French to
English; D: English alternative to preferred. Candidates are all occupations.
"""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from labels import Labels
from text import fold

Encoder = Callable[[list[str]], np.ndarray]


def heldout_sets(labels: Labels) -> dict[str, tuple[list[tuple[str, int]], list[str]]]:
    """Per set: queries with the place of their answer, and the candidates."""
    uris = [u for u, o in labels.occupations.items() if o.fr and o.en]
    place = {u: i for i, u in enumerate(uris)}
    asked = [u for u in uris if labels.occupations[u].held_out(u)]
    french = [labels.occupations[u].fr[0] for u in uris]
    english = [labels.occupations[u].en[0] for u in uris]
    chance = random.Random(3)
    sets = {
        "A": ([(q, place[u]) for u in asked if (q := _far(labels.occupations[u].fr, chance))], french),
        "B": ([(english[place[u]], place[u]) for u in asked], french),
        "C": ([(french[place[u]], place[u]) for u in asked], english),
        "D": ([(q, place[u]) for u in asked if (q := _far(labels.occupations[u].en, chance))], english),
    }
    return sets


def _far(names: list[str], chance: random.Random) -> str | None:
    """One of the alternatives that share less than a third of their words with the preferred names."""
    tokens = lambda text: set(re.findall(r"\w+", fold(text)))
    preferred = [tokens(name) for name in names[:2]]
    overlap = lambda a, b: len(a & b) / max(1, len(a | b))
    far = [n for n in names[1:] if all(overlap(tokens(n), p) < 0.34 for p in preferred)]
    return chance.choice(far) if far else None


def reciprocal_rank(queries: np.ndarray, candidates: np.ndarray, gold: np.ndarray) -> float:
    """Mean over the queries, ties counted at their expected rank."""
    scores = queries @ candidates.T
    right = scores[np.arange(len(gold)), gold][:, None]
    ties = (np.abs(scores - right) <= 1e-9).sum(1) - 1
    return float((1 / (1 + (scores > right + 1e-9).sum(1) + ties / 2)).mean())


def heldout(encode: Encoder, sets) -> dict[str, float]:
    """Mean reciprocal rank per set."""
    return {
        name: reciprocal_rank(encode([q for q, _ in queries]), encode(texts), np.array([i for _, i in queries]))
        for name, (queries, texts) in sets.items()
    }


def title_map(encode: Encoder, folder: Path) -> float:
    """Mean average precision on a folder of judged titles (`queries.jsonl`, `offers.jsonl`, `qrels.tsv`)."""
    queries = [json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8")]
    offers = [json.loads(line) for line in (folder / "offers.jsonl").open(encoding="utf-8")]
    place = {offer["id"]: i for i, offer in enumerate(offers)}
    right: dict[str, set[int]] = {}
    for line in list((folder / "qrels.tsv").open(encoding="utf-8"))[1:]:
        query, offer, grade = line.rstrip("\n").split("\t")
        if int(grade) > 0:
            right.setdefault(query, set()).add(place[offer])
    scores = encode([q["title"] for q in queries]) @ encode([o["intitule"] for o in offers]).T
    values = []
    for query, row in zip(queries, scores):
        gold = right.get(query["_id"])
        if gold:
            hits = np.isin(np.argsort(-row, kind="stable"), list(gold))
            values.append((np.cumsum(hits)[hits] / (np.flatnonzero(hits) + 1)).mean())
    return float(np.mean(values))
