"""The nearest sentences by Word Rotator's Distance among many, exactly, solving few transport problems.

Two lower bounds are tried first, the cheap one on all sentences and the tight one on what it leaves; a sentence whose
bound is above the distance of the k-th best so far cannot be among the best (the pruning of WMD in Kusner et al. 2015,
carried to WRD with the bound of spaces.ac.cn/archives/7388).
"""

from __future__ import annotations

import hashlib
import sys
import time
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cache import Budget, Cache
from core.errors import InputError
from core.similarity.embedding import Embedder, Progress, Sentence, Words, prepare
from core.similarity.transport import directions, importance, wrd

# Sentences whose tight bound is computed together.
_CHUNK = 2048
# Sentences read between two reports of progress.
_READ = 512
# Bytes of a sentence beside its text and vectors: its number, and two places in lists.
_PLACES = 48
# Bounds and distances are computed in different precision.
_SLACK = 1e-5


@dataclass(frozen=True)
class Hit:
    """A sentence found: its number in the list (from 0), its text, and 1 - WRD."""

    number: int
    text: str
    wrd: float


@dataclass(frozen=True)
class SearchResult:
    """The nearest first. Of `sentences` compared, `solved` took a transport problem; `left_out` could not be read."""

    query: Words
    hits: tuple[Hit, ...]
    sentences: int
    left_out: int
    centroid_skipped: int
    relaxed_skipped: int
    solved: int
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """JSON: {hits: [{number, text, wrd}], seconds} and the counts."""
        counts = ("sentences", "left_out", "centroid_skipped", "relaxed_skipped", "solved")
        hits = [{"number": h.number, "text": h.text, "wrd": round(h.wrd, 6)} for h in self.hits]
        return {"hits": hits} | {k: getattr(self, k) for k in counts} | {"seconds": round(self.seconds, 4)}


class SentenceIndex:
    """Sentences as one table of word vectors [T, D]; sentence i has the rows starts[i]:starts[i + 1]."""

    def __init__(self, bags: Sequence[Words], numbers: Sequence[int], left_out: int) -> None:
        self.texts = [w.text for w in bags]
        self.numbers = list(numbers)
        self.left_out = left_out
        self.starts = np.cumsum([0] + [len(w.vectors) for w in bags])
        dimension = bags[0].vectors.shape[1]
        self.vectors = np.empty((self.starts[-1], dimension), dtype=np.float16)
        self.norms = np.empty(self.starts[-1], dtype=np.float32)
        self.centroids = np.empty((len(bags), dimension), dtype=np.float32)
        for i in range(0, len(bags), _CHUNK):
            rows = np.concatenate([bag.vectors for bag in bags[i : i + _CHUNK]])
            begin = self.starts[i]
            end = begin + len(rows)
            self.vectors[begin:end], self.norms[begin:end] = rows, np.linalg.norm(rows, axis=1)
            first = self.starts[i : i + _CHUNK][: len(bags) - i] - begin
            # The mean direction, weighted by norms over their sum, is the sum of the vectors over the sum of the norms.
            totals = np.add.reduceat(self.norms[begin:end], first)
            self.centroids[i : i + _CHUNK] = np.add.reduceat(rows, first) / np.maximum(totals, 1e-12)[:, None]
        self.centroid_squares = np.einsum("nd,nd->n", self.centroids, self.centroids)

    @property
    def nbytes(self) -> int:
        """Bytes of the tables and the texts."""
        tables = self.vectors.nbytes + self.norms.nbytes + self.centroids.nbytes + self.starts.nbytes
        return tables + sum(map(sys.getsizeof, self.texts)) + _PLACES * len(self.texts)

    def search(self, query: Words, k: int) -> SearchResult:
        """The `k` nearest to `query`; equal distances in the order of the list."""
        begin = time.perf_counter()
        total = len(self.texts)
        q = query.vectors.astype(np.float64)
        weights, unit = importance(q).astype(np.float32), directions(q).astype(np.float32)
        centre = weights @ unit
        bounds = 0.5 * (self.centroid_squares - 2 * self.centroids @ centre + centre @ centre)
        # The likeliest give a first idea of how near the k-th is.
        seeds = np.argsort(bounds, kind="stable")[:k]
        best = sorted((self._distance(int(n), q), int(n)) for n in seeds)
        worst = best[-1][0] if len(best) == k else np.inf
        relaxed = np.full(total, np.inf, dtype=np.float32)
        looked = 0
        for i in range(0, total, _CHUNK):
            numbers = i + np.flatnonzero(bounds[i : i + _CHUNK] <= worst + _SLACK)
            if len(numbers):
                relaxed[numbers] = self._relaxed(numbers, weights, unit)
            looked += len(numbers)
        relaxed[seeds] = np.inf
        solved = len(seeds)
        for n in np.argsort(relaxed, kind="stable"):
            if relaxed[n] > best[-1][0] + _SLACK:
                break
            solved += 1
            insort(best, (self._distance(int(n), q), int(n)))
            del best[k:]
        hits = tuple(Hit(self.numbers[n], self.texts[n], 1.0 - d) for d, n in best)
        seconds = time.perf_counter() - begin
        return SearchResult(query, hits, total, self.left_out, total - looked, looked - solved, solved, seconds)

    def _relaxed(self, numbers: NDArray[np.int64], weights: NDArray[Any], unit: NDArray[Any]) -> NDArray[np.float32]:
        """`transport.relaxed_bound` of each numbered sentence, in one matrix product over all of their words."""
        lengths = np.diff(self.starts)[numbers]
        first = np.cumsum(lengths) - lengths
        rows: slice | NDArray[np.int64] = slice(self.starts[numbers[0]], self.starts[numbers[-1] + 1])
        if len(numbers) <= numbers[-1] - numbers[0]:  # some in between are not wanted
            rows = np.repeat(self.starts[numbers] - first, lengths) + np.arange(lengths.sum())
        norms = self.norms[rows]
        cosines = self.vectors[rows].astype(np.float32) @ unit.T / np.maximum(norms, 1e-12)[:, None]
        from_query = np.maximum.reduceat(cosines, first) @ weights
        to_query = np.add.reduceat(cosines.max(1) * norms, first) / np.maximum(np.add.reduceat(norms, first), 1e-12)
        bound: NDArray[np.float32] = 1.0 - np.minimum(from_query, to_query)
        return bound

    def _distance(self, number: int, query: NDArray[Any]) -> float:
        rows = self.vectors[self.starts[number] : self.starts[number + 1]]
        return wrd(query, rows.astype(np.float64)).distance


def build(embedder: Embedder, sentences: Sequence[str], progress: Progress | None = None) -> SentenceIndex:
    """An index of those of `sentences` that can be compared.

    Raises:
        InputError: there is none.
    """
    bags: list[Words] = []
    numbers: list[int] = []
    left_out = 0
    for i in range(0, len(sentences), _READ):
        prepared: list[Sentence] = []
        for number, text in enumerate(sentences[i : i + _READ], i):
            try:
                prepared.append(prepare(text))
                numbers.append(number)
            except InputError:
                left_out += bool(text.strip())
        bags += embedder.embed(prepared)
        if progress:
            progress(min(i + _READ, len(sentences)), len(sentences))
    if not bags:
        raise InputError("没有可以比较的句子", "there is no sentence that could be compared")
    return SentenceIndex(bags, numbers, left_out)


class IndexCache:
    """The indexes used last, so that the second query of a list need not read it again."""

    def __init__(self, budget: Budget | None = None) -> None:
        self._indexes: Cache[str, SentenceIndex] = Cache(budget)

    def get(self, embedder: Embedder, sentences: Sequence[str], progress: Progress | None = None) -> SentenceIndex:
        """The index of exactly these sentences, built now if it is not there."""
        key = hashlib.sha256("\0".join(sentences).encode("utf-8", "replace")).hexdigest()
        return self._indexes.get_or_build(key, lambda: build(embedder, sentences, progress), lambda i: i.nbytes)
