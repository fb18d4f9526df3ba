"""Two sentences in; Word Rotator's Distance, Word Mover's Distance and cosines out, with the transport plan."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from core.errors import InputError
from core.pipeline import Pipeline
from core.runtime import MicroBatcher
from core.similarity import MAX_MATRIX, MAX_SENTENCES, MAX_TOTAL_CHARS, transport
from core.similarity.embedding import ContextEmbedder, Embedder, Progress, Sentence, StaticEmbedder, Words, prepare
from core.similarity.search import IndexCache, SearchResult
from core.similarity.transport import Array, Transport

_BATCH = 64


class Usual(NamedTuple):
    """What sentence cosine goes with a WRD on dev: the least-squares line, and the standard deviation from it."""

    slope: float
    offset: float
    deviation: float

    def contextual(self, wrd: float) -> float:
        """The usual sentence cosine of a pair with this `wrd`."""
        return self.slope * wrd + self.offset


@dataclass(frozen=True)
class SimilarityResult:
    """Two sentences compared. All similarities are 1 for equal sentences; higher is closer.

    `wrd` is 1 - Word Rotator's Distance, in [-1, 1]; `wmd` is 1 - Word Mover's Distance over the distance of two
    everyday words that share no direction, so 0 is about what strangers have; `cosine` is that of the mean word
    vectors; `contextual` that of the sentence vectors of the encoder. `unweighted` is `wrd` when every word weighs the
    same. `plan` and `cost` [n, m] belong to the one of `wrd` and `unweighted` that `norms` chose, as do the weights.
    `usual` is how `contextual` goes with `wrd` in this model, where that was measured.
    """

    a: Words
    b: Words
    norms: bool
    wrd: float
    unweighted: float
    wmd: float
    cosine: float
    contextual: float
    weights_a: Array
    weights_b: Array
    cost: Array
    solution: Transport
    usual: Usual | None = None

    @property
    def plan(self) -> Array:
        """The optimal plan [n, m]; its sum is 1."""
        return self.solution.plan

    def to_dict(self) -> dict[str, Any]:
        """JSON: {wrd, wmd, cosine, contextual, unweighted, tokens_*, spans_*, weights_*, plan, cost}."""
        scores = {k: round(getattr(self, k), 6) for k in ("wrd", "wmd", "cosine", "contextual", "unweighted")}
        return scores | {
            "tokens_a": list(self.a.tokens),
            "tokens_b": list(self.b.tokens),
            "spans_a": [list(s) for s in self.a.spans],
            "spans_b": [list(s) for s in self.b.spans],
            "weights_a": np.round(self.weights_a, 6).tolist(),
            "weights_b": np.round(self.weights_b, 6).tolist(),
            "plan": np.round(self.plan, 6).tolist(),
            "cost": np.round(self.cost, 6).tolist(),
        }


@dataclass(frozen=True)
class MatrixResult:
    """Every sentence of a list against every other: `wrd` similarities [n, n], 1 on the diagonal."""

    sentences: tuple[str, ...]
    wrd: Array

    def to_dict(self) -> dict[str, Any]:
        """JSON: {sentences, wrd}."""
        return {"sentences": list(self.sentences), "wrd": np.round(self.wrd, 6).tolist()}


class SimilarityPipeline(Pipeline):
    """Word Rotator's Distance (arXiv:2004.15003, spaces.ac.cn/archives/7388) and its rivals over one model's vectors.

    `reader` gives the contextual score where `embedder` knows words alone; `usual` goes into the results.
    """

    task = "similarity"
    at_model = ("__call__", "run", "matrix", "search")

    def __init__(self, embedder: Embedder, reader: Embedder | None = None, usual: Usual | None = None) -> None:
        self.embedder = embedder
        self.reader = reader or embedder
        self.usual = usual
        self.indexes = IndexCache()
        transport.solve(np.ones(1), np.ones(1), np.zeros((1, 1)))  # loads the solver now, not in the first request
        self._embed = MicroBatcher[Sentence, Words](embedder.embed, _BATCH)
        self._read = MicroBatcher[Sentence, Words](self.reader.embed, _BATCH)

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> SimilarityPipeline:
        from core.similarity.static import MODEL_TYPE

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        usual = Usual(*config["usual"]) if "usual" in config else None
        if config.get("model_type") != MODEL_TYPE:
            return cls(ContextEmbedder(folder, device), usual=usual)
        import core

        encoder = core.load("similarity", device=device)
        assert isinstance(encoder, SimilarityPipeline)
        return cls(StaticEmbedder(folder), encoder.embedder, usual)

    def __call__(self, text_a: str, text_b: str, norms: bool = True) -> SimilarityResult:
        """Compare two sentences.

        Args:
            text_a: at most MAX_CHARS characters.
            text_b: likewise.
            norms: whether a word weighs what its vector's norm says, as WRD has it; otherwise all weigh the same.

        Raises:
            InputError: a sentence is empty, too long, binary, or nothing but punctuation.
        """
        return self._compare([(_side("a", text_a), _side("b", text_b), _flag(norms))])[0]

    def run(self, rows: Sequence[Mapping[str, Any]]) -> list[SimilarityResult | InputError]:  # type: ignore[override]
        """Results for rows {"text_a": ..., "text_b": ..., "norms"?: ...}."""
        read: list[tuple[Sentence, Sentence, bool] | InputError] = []
        for row in rows:
            try:
                norms = _flag(row.get("norms", True))
                read.append((_side("a", row.get("text_a")), _side("b", row.get("text_b")), norms))
            except InputError as error:
                read.append(error)
        results = iter(self._compare([r for r in read if not isinstance(r, InputError)]))
        return [r if isinstance(r, InputError) else next(results) for r in read]

    def _compare(self, pairs: Sequence[tuple[Sentence, Sentence, bool]]) -> list[SimilarityResult]:
        # Equal sentences are read once, so that their vectors are equal to the last bit.
        distinct = {s.clean: s for a, b, _ in pairs for s in (a, b)}
        found = dict(zip(distinct, self._embed(list(distinct.values())), strict=True))
        read = found
        if self.reader is not self.embedder:
            read = dict(zip(distinct, self._read(list(distinct.values())), strict=True))
        return [
            self._score(
                a.words(found[a.clean]), b.words(found[b.clean]), _whole_cosine(read[a.clean], read[b.clean]), norms
            )
            for a, b, norms in pairs
        ]

    def _score(self, a: Words, b: Words, contextual: float, norms: bool) -> SimilarityResult:
        x, y = a.vectors.astype(np.float64), b.vectors.astype(np.float64)
        cost = transport.cosine_cost(x, y)
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
        words = self._embed([_side(str(i), text) for i, text in enumerate(texts, 1)])
        vectors = [w.vectors.astype(np.float64) for w in words]
        table = np.ones((len(texts), len(texts)))
        for i, x in enumerate(vectors):
            for j in range(i):
                table[i, j] = table[j, i] = 1.0 - transport.wrd(x, vectors[j]).distance
        return MatrixResult(tuple(texts), table)

    def search(
        self, query: str, sentences: Sequence[str], k: int = 10, progress: Progress | None = None
    ) -> SearchResult:
        """The `k` of `sentences` closest to `query` by WRD, exactly: what comparing with each would give.

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
        wanted = _side("query", query)
        if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= 1000:
            raise InputError("结果数须在 1 到 1000 之间", "the number of results must be between 1 and 1000")
        check_sentences(sentences)
        index = self.indexes.get(self.embedder, sentences, progress)
        return index.search(self._embed([wanted])[0], k)


def check_sentences(sentences: object) -> None:
    """Raises InputError where `sentences` is no list of strings, or one too long for a search."""
    if not isinstance(sentences, Sequence) or isinstance(sentences, str | bytes):
        raise InputError("需要一个句子列表", "a list of sentences is needed")
    if len(sentences) > MAX_SENTENCES:
        raise InputError(
            f"句子太多：{len(sentences):,} 句，上限 {MAX_SENTENCES:,} 句；没有处理任何一句",
            f"too many sentences: {len(sentences):,}, the limit is {MAX_SENTENCES:,}; none was read",
        )
    if not all(isinstance(s, str) for s in sentences):
        raise InputError("句子列表里有不是文字的项", "the list of sentences holds something that is no text")
    if sum(map(len, sentences)) > MAX_TOTAL_CHARS:
        raise InputError(
            f"句子总长超过 {MAX_TOTAL_CHARS:,} 个字符；没有处理任何一句",
            f"the sentences have more than {MAX_TOTAL_CHARS:,} characters in all; none was read",
        )


_SIDES = {"a": ("句子一", "sentence A"), "b": ("句子二", "sentence B"), "query": ("查询句", "the query")}


def _side(name: str, text: object) -> Sentence:
    """The sentence, or an InputError that says which of them is meant."""
    try:
        return prepare(text)
    except InputError as error:
        zh, en = _SIDES.get(name, (f"第 {name} 句", f"sentence {name}"))
        raise InputError(f"{zh}：{error.zh}", f"{en}: {error.en}") from error


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise InputError("norms 须为 true 或 false", "norms must be true or false")
    return value


def _whole_cosine(a: Words, b: Words) -> float:
    assert a.whole is not None
    assert b.whole is not None
    return transport.mean_cosine(a.whole[None].astype(np.float64), b.whole[None].astype(np.float64))
