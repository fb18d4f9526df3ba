"""Two sentences in; Word Rotator's Distance, Word Mover's Distance and cosines out, with the transport plan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core import catalog
from core.errors import InputError
from core.pipeline import Pipeline, Progress
from core.runtime import MicroBatcher
from core.similarity import MAX_MATRIX, transport
from core.similarity.amounts_by_value import equal_groups, unequal_pairs
from core.similarity.compared import Limits, MatrixResult, SameAmount, SimilarityResult, Usual
from core.similarity.embedding import ContextEmbedder, Embedder, Sentence, StaticEmbedder, Words, with_amounts
from core.similarity.explain import ALIGNED, Inside, explain
from core.similarity.opposed import opposed
from core.similarity.request import check_sentences, read_flag, read_sentence
from core.similarity.search import IndexCache, SearchResult
from core.similarity.static import MODEL_TYPE
from core.similarity.task import Compare, Search

_BATCH = 64
# What moving an amount onto one that says another costs at least; two words are at 1 that share nothing.
_OTHER_AMOUNT = 0.5


@dataclass(frozen=True)
class Pair:
    """Two sentences to be compared; see `SimilarityPipeline.__call__`."""

    a: Sentence
    b: Sentence
    norms: bool


@dataclass(frozen=True)
class Listed:
    """A list to be searched; see `SimilarityPipeline.search`."""

    query: Sentence
    sentences: Sequence[str]
    k: int


@dataclass(frozen=True)
class Vectors:
    """The words of a sentence, and its vector as a whole."""

    words: Words
    whole: transport.Array


class SimilarityPipeline(Pipeline[Pair, Sentence, Vectors, SimilarityResult, SimilarityResult]):
    """Word Rotator's Distance (arXiv:2004.15003, spaces.ac.cn/archives/7388) and its rivals over one model's vectors.

    `reader` gives the contextual score where `embedder` knows words alone; `usual` and `limits` go into the
    results. Amounts are compared by value, where two sentences are compared; a search and a matrix know words alone.
    """

    task = "similarity"
    batch, together = 256, 32
    at_model = ("answer", "matrix", "find")

    def __init__(
        self,
        embedder: Embedder,
        reader: Embedder | None = None,
        usual: Usual | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.embedder = embedder
        self.reader = reader or embedder
        self.usual, self.limits = usual, limits
        self.indexes = IndexCache()
        transport.solve(np.ones(1), np.ones(1), np.zeros((1, 1)))  # loads the solver now, not in the first request
        self._embed = MicroBatcher[Sentence, Words](embedder.embed, _BATCH)
        self._read = MicroBatcher[Sentence, Words](self.reader.embed, _BATCH)

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> SimilarityPipeline:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        usual = Usual(*config["usual"]) if "usual" in config else None
        limits = Limits(*config["limits"]) if "limits" in config else None
        if config.get("model_type") != MODEL_TYPE:
            return cls(ContextEmbedder(folder, device), usual=usual, limits=limits)
        # In this process, as the vectors are: a cluster has no embedder to lend.
        encoder = catalog.load_here(catalog.find("similarity"), device)
        assert isinstance(encoder, SimilarityPipeline)
        return cls(StaticEmbedder(folder), encoder.embedder, usual, limits)

    def __call__(self, text_a: str, text_b: str, norms: bool = True) -> SimilarityResult:
        """Compare two sentences.

        Args:
            text_a: at most MAX_CHARS characters.
            text_b: likewise.
            norms: whether a word weighs what its vector's norm says, as WRD has it; otherwise all weigh the same.

        Raises:
            InputError: a sentence is empty, too long, binary, or nothing but punctuation.
        """
        return self.ask(self.normalise(Compare(text_a, text_b, norms=norms)))

    @classmethod
    def normalise(cls, request: Compare) -> Pair:
        norms = read_flag(request.norms)
        a, b = (with_amounts(read_sentence(*side)) for side in (("a", request.text_a), ("b", request.text_b)))
        return Pair(a, b, norms)

    def encode(self, asked: Pair) -> list[Sentence]:
        return [asked.a, asked.b]

    def model(self, pieces: Sequence[Sentence]) -> list[Vectors]:
        # Equal sentences are read once, so that their vectors are equal to the last bit.
        distinct = {piece.clean: piece for piece in pieces}
        found = dict(zip(distinct, self._embed(list(distinct.values())), strict=True))
        read = found
        if self.reader is not self.embedder:
            read = dict(zip(distinct, self._read(list(distinct.values())), strict=True))
        return [Vectors(piece.words(found[piece.clean]), _whole(read[piece.clean])) for piece in pieces]

    def decode(self, asked: Pair, pieces: Sequence[Sentence], seen: Sequence[Vectors]) -> SimilarityResult:
        a, b = seen
        pairs, x, y = _share(asked, a.words, b.words)
        found = self._score(x, y, transport.mean_cosine(a.whole, b.whole), asked.norms, _unlike(asked))
        against = opposed(asked.a.folded, asked.b.folded) if found.wrd >= ALIGNED else None
        return replace(found, amounts=pairs, opposed=against)

    def result(self, asked: Pair, decoded: SimilarityResult) -> SimilarityResult:
        return decoded

    def explain(self, result: SimilarityResult) -> Inside:
        """How the distance of a result came about: see `core.similarity.explain`."""
        return explain(result)

    def _score(self, a: Words, b: Words, contextual: float, norms: bool, unlike: transport.Array) -> SimilarityResult:
        x, y = a.vectors.astype(np.float64), b.vectors.astype(np.float64)
        # Never below what the vectors say, so that bounds from them hold.
        cost = np.maximum(transport.cosine_cost(x, y), _OTHER_AMOUNT * unlike)
        equal = transport.uniform(x), transport.uniform(y)
        weights = transport.importance(x), transport.importance(y)
        plain, weighted = transport.solve(*equal, cost), transport.solve(*weights, cost)
        shown, shown_weights = (weighted, weights) if norms else (plain, equal)
        return SimilarityResult(
            a=a,
            b=b,
            norms=norms,
            wrd=1.0 - weighted.distance,
            unweighted=1.0 - plain.distance,
            wmd=1.0 - transport.wmd(x, y).distance / (2**0.5 * self.embedder.unit),
            cosine=transport.mean_cosine(x, y),
            contextual=contextual,
            weights_a=shown_weights[0],
            weights_b=shown_weights[1],
            cost=cost,
            solution=shown,
            usual=self.usual,
            limits=self.limits,
        )

    def matrix(self, texts: Sequence[str]) -> MatrixResult:
        """WRD similarity of every pair of up to MAX_MATRIX sentences.

        Raises:
            InputError: fewer than two sentences, too many, or one that cannot be used (its number is told).
        """
        if not 2 <= len(texts) <= MAX_MATRIX:
            raise InputError(
                f"矩阵需要 2 到 {MAX_MATRIX} 个句子，现有 {len(texts):,} 个",
                f"a matrix takes 2 to {MAX_MATRIX} sentences, there are {len(texts):,}",
            )
        words = self._embed([read_sentence(str(i), text) for i, text in enumerate(texts, 1)])
        vectors = [w.vectors.astype(np.float64) for w in words]
        table = np.ones((len(texts), len(texts)))
        for i, x in enumerate(vectors):
            for j in range(i):
                table[i, j] = table[j, i] = 1.0 - transport.wrd(x, vectors[j]).distance
        return MatrixResult(tuple(texts), table)

    def search(
        self, query: str, sentences: Sequence[str], k: int = 10, progress: Progress | None = None
    ) -> SearchResult:
        """The `k` of `sentences` closest to `query` by WRD, exactly: what comparing with each would
        give, were amounts not compared by value.

        A list is read once and remembered for the next query. Blank sentences, and those that cannot be used (too
        long, nothing but punctuation), are left out; the result says how many.

        Args:
            query: a sentence of at most MAX_CHARS characters.
            sentences: at most MAX_SENTENCES, MAX_TOTAL_CHARS characters in all.
            k: 1 to 1,000.
            progress: called with (sentences read, distinct sentences in all) while the list is read the first time.

        Raises:
            InputError: a query that cannot be compared, too many sentences, none that can be used, or `k` out of range.
        """
        return self.find(self.normalise_search(Search(query, sentences, k)), progress)  # type: ignore[arg-type]

    @classmethod
    def normalise_search(cls, request: Search) -> Listed:
        """As `normalise`, for a search."""
        query, k = read_sentence("query", request.query), request.k
        if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= 1000:
            raise InputError("结果数须在 1 到 1000 之间", "the number of results must be between 1 and 1000")
        check_sentences(request.sentences)
        return Listed(query, request.sentences, k)

    def find(self, asked: Listed, progress: Progress | None = None) -> SearchResult:
        """The answer to a search; see `search`."""
        index = self.indexes.get(self.embedder, asked.sentences, progress)
        return index.search(self._embed([asked.query])[0], asked.k)


def _share(asked: Pair, a: Words, b: Words) -> tuple[tuple[SameAmount, ...], Words, Words]:
    """The amounts that say the same in both sentences or another each, and the words with one vector, the mean of all,
    for amounts that say the same: so they weigh the same and moving one onto the other costs nothing."""
    places = [[s.spans.index((m.start, m.end)) for m in s.amounts] for s in (asked.a, asked.b)]
    x, y = a.vectors.copy(), b.vectors.copy()
    pairs = [SameAmount(places[0][i], places[1][j], False) for i, j in unequal_pairs(asked.a.amounts, asked.b.amounts)]
    for left, right in equal_groups(asked.a.amounts, asked.b.amounts):
        rows, columns = [places[0][i] for i in left], [places[1][j] for j in right]
        x[rows] = y[columns] = np.concatenate([a.vectors[rows], b.vectors[columns]]).mean(0)
        pairs += [SameAmount(i, j, True) for i in rows for j in columns]
    return tuple(sorted(pairs)), replace(a, vectors=x), replace(b, vectors=y)


def _unlike(asked: Pair) -> transport.Array:
    """[n, m]: 1 where both words are amounts and cannot say the same, else 0."""
    found = np.zeros((len(asked.a.spans), len(asked.b.spans)))
    for x in asked.a.amounts:
        for y in asked.b.amounts:
            if x.unlike(y):
                found[asked.a.spans.index((x.start, x.end)), asked.b.spans.index((y.start, y.end))] = 1.0
    return found


def _whole(words: Words) -> transport.Array:
    assert words.whole is not None
    return words.whole[None].astype(np.float64)
