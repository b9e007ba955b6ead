"""Makes the table: distils the teacher into one vector per word or piece, then pulls together what means the same.

  python train.py --data RAW --teacher E5 --cache teacher.npz --held-out          # figures
  python train.py --data RAW --teacher E5 --cache teacher.npz --out ../data      # the table that ships
"""

import argparse
import random
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sparse

import artefact
import labels as labels_module
import measure
import vocabulary
from labels import Labels
from teacher import Cache

DIM = 256
SEED = 0


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


class Bags:
    """The rows of many texts, ready to be summed."""

    def __init__(self, texts: list[str], vocab: vocabulary.Vocabulary, split: random.Random | None = None):
        bags = [vocab.units(text, split) for text in texts]
        self._starts = np.concatenate([[0], np.cumsum([len(b) for b in bags])])
        self._units = np.array([u for b in bags for u in b], np.int64)

    def pick(self, rows: np.ndarray) -> tuple[np.ndarray, sparse.csr_matrix]:
        """The distinct units of some texts, and the matrix that sums them."""
        starts, ends = self._starts[rows], self._starts[rows + 1]
        pointers = np.concatenate([[0], np.cumsum(ends - starts)])
        flat = np.arange(pointers[-1]) - np.repeat(pointers[:-1] - starts, ends - starts)
        used, inverse = np.unique(self._units[flat], return_inverse=True)
        ones = np.ones(len(inverse), np.float32)
        return used, sparse.csr_matrix((ones, inverse, pointers), shape=(len(rows), len(used)))

    def counts(self, size: int) -> np.ndarray:
        return np.bincount(self._units, minlength=size)


class Adam:
    """Adam that only touches the rows in use."""

    def __init__(self, table: np.ndarray):
        self.table = table
        self._m, self._v = np.zeros_like(table), np.zeros_like(table)
        self._steps = np.zeros(len(table), np.int32)

    def step(self, used: np.ndarray, gradient: np.ndarray, rate: float) -> None:
        self._steps[used] += 1
        n = self._steps[used][:, None]
        self._m[used] = m = 0.9 * self._m[used] + 0.1 * gradient
        self._v[used] = v = 0.99 * self._v[used] + 0.01 * gradient * gradient
        self.table[used] -= rate * (m / (1 - 0.9**n)) / (np.sqrt(v / (1 - 0.99**n)) + 1e-6)


class Batch:
    """Unit sums of some texts, and the way back of a gradient to the units."""

    def __init__(self, table: np.ndarray, bags: Bags, rows: np.ndarray):
        self.used, self._sum = bags.pick(rows)
        sums = self._sum @ table[self.used]
        self._norms = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
        self.vectors = sums / self._norms

    def back(self, gradient: np.ndarray) -> np.ndarray:
        along = (gradient * self.vectors).sum(1, keepdims=True)
        return self._sum.T @ ((gradient - self.vectors * along) / self._norms)


def encoder(table: np.ndarray, vocab: vocabulary.Vocabulary) -> measure.Encoder:
    def encode(texts: list[str]) -> np.ndarray:
        return Batch(table, Bags(texts, vocab), np.arange(len(texts))).vectors

    return encode


class Group:
    """Texts of one meaning by language; `near` marks a group that is only alike (titles of one ROME code)."""

    def __init__(self, sides: list[list[int]], near: bool = False):
        self.sides = [side for side in sides if side]
        self.near = near
        self.size = sum(map(len, self.sides))

    def pair(self, chance: random.Random) -> tuple[int, int]:
        if len(self.sides) > 1 and chance.random() < 0.5:
            left, right = chance.sample(self.sides, 2)
            return chance.choice(left), chance.choice(right)
        side = chance.choice([s for s in self.sides if len(s) > 1] or self.sides)
        if len(side) > 1:
            return tuple(chance.sample(side, 2))
        return chance.choice(self.sides[0]), chance.choice(self.sides[-1])


def groups_of(labels: Labels, place: dict[str, int], held_out: set[str]) -> list[Group]:
    """Everything that training pulls together; `place` holds the texts that may be used."""
    rows = lambda texts: [place[t] for t in dict.fromkeys(texts) if t in place]
    out = []
    for uri, o in labels.occupations.items():
        if uri not in held_out:
            rome = [t for kind in ("exact", "close") for t in o.rome.get(kind, [])]
            out.append(Group([rows(o.fr + rome), rows(o.en)]))
    for fr, en in labels.skills:
        out.append(Group([rows(fr), rows(en)]))
    for titles in labels.rome_titles.values():
        out.append(Group([rows([t for forms in titles for t in forms])], near=True))
    return [g for g in out if g.size > 1]


def whiten(vectors: np.ndarray, groups: list[Group]) -> np.ndarray:
    """Within-class whitening: directions in which synonyms differ are shrunk."""
    scatter, n = np.zeros((vectors.shape[1],) * 2), 0
    for group in groups:
        if not group.near:
            own = vectors[[row for side in group.sides for row in side]]
            own = own - own.mean(0)
            scatter += own.T @ own
            n += len(own) - 1
    values, directions = np.linalg.eigh(scatter / n)
    return (directions * (values + values.mean()) ** -0.5) @ directions.T


def distil(adam: Adam, bags: list[Bags], targets: np.ndarray, epochs: int) -> None:
    chance, n, size = np.random.default_rng(SEED), len(targets), 8192
    for epoch in range(epochs):
        order = chance.permutation(n)
        for at in range(0, n, size):
            rows = order[at : at + size]
            batch = Batch(adam.table, bags[int(chance.random() < 0.2)], rows)
            adam.step(batch.used, batch.back(-targets[rows]) * (100 / len(rows)), 0.01 * (1 - epoch / epochs))


def contrast(adam: Adam, bags: list[Bags], targets: np.ndarray, groups: list[Group], given) -> None:
    """In-batch softmax both ways over pairs of each group, half and half with the distillation."""
    chance, numbers = random.Random(SEED), np.random.default_rng(SEED)
    began = time.time()
    for epoch in range(given.epochs):
        pairs = []
        for number, group in enumerate(groups):
            times = given.near if group.near else 1 + min(4, group.size // 3)
            pairs += [(*group.pair(chance), number) for _ in range(times)]
        chance.shuffle(pairs)
        rate = given.rate * (1 - epoch / given.epochs)
        for at in range(0, len(pairs) - given.batch // 2, given.batch):
            some = np.array(pairs[at : at + given.batch])
            left = Batch(adam.table, bags[int(chance.random() < given.split)], some[:, 0])
            right = Batch(adam.table, bags[int(chance.random() < given.split)], some[:, 1])
            scores = left.vectors @ right.vectors.T / given.temperature
            scores[(some[:, 2][:, None] == some[:, 2]) & ~np.eye(len(some), dtype=bool)] = -1e9
            down, across = softmax(scores, 0), softmax(scores, 1)
            gradient = (down + across) / 2
            gradient[np.diag_indices(len(some))] -= 1
            gradient /= given.temperature * len(some)
            share = given.distil
            rows = numbers.integers(0, len(targets), 2048)
            plain = Batch(adam.table, bags[int(chance.random() < given.split)], rows)
            gradients = [
                (left.used, left.back(gradient @ right.vectors) * (1 - share) * 20),
                (right.used, right.back(gradient.T @ left.vectors) * (1 - share) * 20),
                (plain.used, plain.back(-targets[rows]) * (100 * share / len(rows))),
            ]
            adam.step(*gather(gradients), rate)
        if epoch % 4 == 3:
            print(f"  epoch {epoch + 1}, {len(pairs)} pairs, {time.time() - began:.0f} s", flush=True)


def softmax(scores: np.ndarray, axis: int) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def gather(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    used = np.unique(np.concatenate([u for u, _ in parts]))
    total = np.zeros((len(used), parts[0][1].shape[1]), np.float32)
    for units, gradient in parts:
        total[np.searchsorted(used, units)] += gradient
    return used, total


def train(labels: Labels, vocab: vocabulary.Vocabulary, cache: Cache, held_out: set[str], given, report) -> np.ndarray:
    hidden = {t for uri in held_out for t in labels.occupations[uri].fr + labels.occupations[uri].en}
    for code, uris in labels.linked.items():
        if uris & held_out:
            hidden.update(labels.ogr_titles[code])
    texts = [t for t in labels_module.all_texts(labels) if t not in hidden]
    place = {t: i for i, t in enumerate(texts)}
    groups = groups_of(labels, place, held_out)
    print(f"{len(texts)} texts, {len(groups)} groups, {len(vocab.surfaces)} rows", flush=True)

    vectors = cache(texts)
    centre = vectors.mean(0)
    whitening = whiten(vectors - centre, groups)
    targets = unit((vectors - centre) @ whitening)
    values, axes = np.linalg.eigh(targets.T @ targets)
    axes = axes[:, ::-1][:, :DIM]
    targets = unit(targets @ axes).astype(np.float32)

    bags = [Bags(texts, vocab), Bags(texts, vocab, random.Random(SEED))]
    start = cache(vocab.surfaces)
    share = bags[0].counts(len(start)) / len(texts)
    weight = 1e-3 / (1e-3 + share)
    table = (unit((start - start.mean(0)) @ whitening) @ axes * weight[:, None]).astype(np.float32)
    adam = Adam(table)
    report("start", table)
    distil(adam, bags, targets, given.distil_epochs)
    report("distilled", table)
    contrast(Adam(table), bags, targets, groups, given)
    report("contrastive", table)
    return table


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True, help="folder of the raw ROME and ESCO files")
    arguments.add_argument("--teacher", type=Path, required=True, help="folder of the ONNX model")
    arguments.add_argument("--cache", type=Path, required=True, help="teacher vectors, made by teacher.py")
    arguments.add_argument("--held-out", action="store_true", help="keep a third of the occupations out")
    arguments.add_argument("--out", type=Path, help="folder to write the table and its test vectors to")
    arguments.add_argument("--titles", type=Path, help="folder of judged titles, to measure on as well")
    arguments.add_argument("--epochs", type=int, default=16)
    arguments.add_argument("--distil-epochs", type=int, default=12)
    arguments.add_argument("--batch", type=int, default=1024)
    arguments.add_argument("--temperature", type=float, default=0.06)
    arguments.add_argument("--rate", type=float, default=0.004)
    arguments.add_argument("--distil", type=float, default=0.5, help="weight of the teacher beside the groups")
    arguments.add_argument("--near", type=int, default=4, help="pairs per ROME code and epoch")
    arguments.add_argument("--split", type=float, default=0.15, help="how often known words are cut into pieces")
    given = arguments.parse_args()

    labels = labels_module.read(given.data)
    vocab = vocabulary.choose(labels, given.teacher / "tokenizer.json")
    cache = Cache(given.cache)
    held_out = {u for u, o in labels.occupations.items() if o.held_out(u)} if given.held_out else set()
    sets = measure.heldout_sets(labels)

    def report(name: str, table: np.ndarray) -> None:
        encode = encoder(table, vocab)
        figures = measure.heldout(encode, sets)
        if given.titles:
            figures["titles MAP"] = measure.title_map(encode, given.titles)
        print(f"{name:12}", "  ".join(f"{k} {v:.3f}" for k, v in figures.items()), flush=True)

    table = train(labels, vocab, cache, held_out, given, report)
    rounded = artefact.quantise(table)
    report("int8", rounded.values * rounded.scales[:, None])
    if given.out:
        artefact.write(given.out, vocab, rounded)


if __name__ == "__main__":
    main()
