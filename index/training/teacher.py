"""The teacher: multilingual-e5-small as ONNX. Its vectors are computed once and kept in a file."""

import argparse
import time
from pathlib import Path

import numpy as np

DIM = 384


class Teacher:
    """Mean-pooled, normalised vectors of short texts, with the prefix the model was trained with."""

    def __init__(self, folder: Path, max_tokens: int = 64):
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
        self._tokenizer.enable_truncation(max_tokens)

    def __call__(self, texts: list[str]) -> np.ndarray:
        encoded = self._tokenizer.encode_batch(["query: " + text for text in texts])
        ids = np.array([e.ids for e in encoded], np.int64)
        mask = np.array([e.attention_mask for e in encoded], np.int64)
        hidden = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        vectors = (hidden * mask[..., None]).sum(1)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Cache:
    """Teacher vectors by text, in one `.npz` file that grows: a second run computes only what is new."""

    def __init__(self, path: Path):
        self._path = path
        self._row: dict[str, int] = {}
        self._vectors = np.zeros((0, DIM), np.float16)
        if path.exists():
            kept = np.load(path)
            self._vectors = kept["vectors"]
            texts = bytes(kept["texts"]).decode().split("\n")
            self._row = {text: i for i, text in enumerate(texts)}

    def __call__(self, texts: list[str]) -> np.ndarray:
        return self._vectors[[self._row[text] for text in texts]].astype(np.float32)

    def fill(self, texts: list[str], teacher: Teacher, batch: int = 64) -> None:
        """Computes the vectors of the texts that are not there yet."""
        new = sorted({t for t in texts if t not in self._row}, key=len)
        began, parts = time.time(), [self._vectors]
        for at in range(0, len(new), batch):
            parts.append(teacher(new[at : at + batch]).astype(np.float16))
            if at // batch % 200 == 0:
                print(f"{at}/{len(new)} texts, {time.time() - began:.0f} s", flush=True)
        if not new:
            return
        self._row.update((text, len(self._row) + i) for i, text in enumerate(new))
        self._vectors = np.concatenate(parts)
        np.savez(
            self._path, vectors=self._vectors, texts=np.frombuffer("\n".join(self._row).encode(), np.uint8)
        )


def main() -> None:
    import labels
    import vocabulary

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="folder of the raw ROME and ESCO files")
    arguments.add_argument("--teacher", type=Path, required=True, help="folder of the ONNX model")
    arguments.add_argument("--cache", type=Path, required=True, help="file of vectors to make or extend (.npz)")
    given = arguments.parse_args()
    read = labels.read(given.data)
    vocab = vocabulary.choose(read, given.teacher / "tokenizer.json")
    cache = Cache(given.cache)
    cache.fill(labels.all_texts(read) + vocab.surfaces, Teacher(given.teacher))


if __name__ == "__main__":
    main()
