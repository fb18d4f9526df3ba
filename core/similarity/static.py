"""Static word vectors: one vector per word whatever stands around it, as in the method's original form."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODEL_TYPE = "static-vectors"
# Words whose vectors are kept as floats: all that most texts have, in about 12 MB.
_KEPT = 16_384
Vectors = NDArray[np.float32]


class StaticVectors:
    """A vocabulary of words with vectors [V, D], held as 8-bit integers and one scale per word."""

    def __init__(
        self, words: Sequence[str], codes: NDArray[np.int8], scales: NDArray[np.float32], counts: NDArray[np.int32]
    ) -> None:
        self.words = list(words)
        self.codes, self.scales, self.counts = codes, scales, counts
        self.index = {word: i for i, word in enumerate(self.words)}
        self.dimension = int(codes.shape[1])
        norms = np.linalg.norm(codes.astype(np.float32), axis=1) * scales
        self.mean_norm = float(norms.mean())
        self.vector = lru_cache(maxsize=_KEPT)(self._vector)

    @classmethod
    def build(cls, words: Sequence[str], vectors: Vectors, counts: NDArray[np.int32]) -> StaticVectors:
        """From float vectors [V, D]; each row is rounded to 127 steps either side of 0."""
        scales = (np.abs(vectors).max(axis=1) / 127).clip(min=1e-12).astype(np.float32)
        return cls(words, np.rint(vectors / scales[:, None]).astype(np.int8), scales, counts)

    @classmethod
    def load(cls, folder: Path) -> StaticVectors:
        """Read what `save` wrote. Raises OSError or ValueError where that is something else."""
        from safetensors.numpy import load_file

        vocabulary: dict[str, int] = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"][
            "vocab"
        ]
        tensors = load_file(folder / "model.safetensors")
        if len(vocabulary) != len(tensors["codes"]):
            raise ValueError(f"{len(vocabulary)} words but {len(tensors['codes'])} vectors")
        words = sorted(vocabulary, key=vocabulary.__getitem__)
        return cls(words, tensors["codes"], tensors["scales"], tensors["counts"])

    def save(self, folder: Path) -> None:
        """Write config.json, tokenizer.json (a word-level vocabulary) and model.safetensors to `folder`."""
        from safetensors.numpy import save_file
        from tokenizers import Tokenizer, models

        folder.mkdir(parents=True, exist_ok=True)
        config = {"model_type": MODEL_TYPE, "dimension": self.dimension, "vocab_size": len(self.words)}
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        Tokenizer(models.WordLevel(self.index, unk_token=self.words[0])).save(str(folder / "tokenizer.json"))
        tensors: dict[str, NDArray[Any]] = {"codes": self.codes, "scales": self.scales, "counts": self.counts}
        save_file(tensors, folder / "model.safetensors")
        (folder / "model.safetensors").chmod(0o644)

    @property
    def matrix(self) -> Vectors:
        """All vectors [V, D]."""
        return self.codes.astype(np.float32) * self.scales[:, None]

    def _vector(self, word: str) -> Vectors:
        at = self.index.get(word)
        if at is not None:
            found: Vectors = self.codes[at].astype(np.float32) * self.scales[at]
            return found
        known = [self.index[c] for c in word if c in self.index and not c.isascii()]
        if known:
            summed: Vectors = (self.codes[known].astype(np.float32) * self.scales[known, None]).sum(0)
            return summed
        return self.mean_norm * stranger(word, self.dimension)


def stranger(word: str, dimension: int) -> Vectors:
    """A direction [D] of its own for a word of which nothing is known: equal to itself, unlike anything else."""
    drawn = np.random.default_rng(zlib.crc32(word.encode("utf-8", "replace"))).normal(size=dimension)
    made: Vectors = (drawn / np.linalg.norm(drawn)).astype(np.float32)
    return made
