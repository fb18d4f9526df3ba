"""Similarity: what can be asked, and the checkpoints that answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.operation import IN_API, Operation, Task


@dataclass(frozen=True)
class Compare:
    """Compare two Chinese sentences by Word Rotator's Distance, Word Mover's Distance and cosines.

    Args:
        text_a: a sentence, at most 300 characters.
        text_b: another.
        model: "similarity-encoder" (the default) or "similarity-static".
        norms: whether a word weighs what its vector's norm says; otherwise all weigh the same.

    Returns:
        {"wrd", "wmd", "cosine", "contextual", "unweighted": similarities, 1 for equal sentences; "level": what wrd
        means, "duplicate", "close", "same topic" or "unrelated"; "amounts": word a of A and b of B, and whether they
        are equal in value; "opposed": null, or the words that deny and the pairs of opposites; "tokens_a", "tokens_b",
        "spans_a", "spans_b", "weights_a", "weights_b"; "plan": mass moved from word i of A to word j of B, summing to
        1, "cost": 1 - cosine, and at least 0.5 between amounts that cannot be the same}.
    """

    text_a: str
    text_b: str
    model: str | None = field(default=None, metadata=IN_API)
    norms: bool = True


@dataclass(frozen=True)
class Search:
    """Find the sentences of a list that are closest to a query by Word Rotator's Distance, exactly.

    Args:
        query: a sentence of at most 300 characters.
        sentences: at most 100,000 sentences, 3,000,000 characters in all; blank and unusable ones are left out.
        k: how many to return, 1 to 1,000.
        model: "similarity-encoder" (reads words in their sentence) or "similarity-static" (looks words up, faster for
            long lists); leave out for the encoder.

    Returns:
        {"hits": [{"number", "text", "wrd"}] nearest first, "sentences", "left_out", "centroid_skipped",
        "relaxed_skipped", "solved", "seconds"}: `number` counts from 0 in the list, `wrd` is 1 for equal sentences.
    """

    query: str
    sentences: list[str]
    k: int = 10
    model: str | None = field(default=None, metadata=IN_API)


@dataclass(frozen=True)
class CompareByExample:
    """Judge whether two Chinese sentences are alike in the way that one to eight example pairs show.

    Args:
        text_a: a sentence, at most 300 characters.
        text_b: another.
        examples: [{"text_a", "text_b", "alike": true or false}], pairs that are alike as you mean it, and pairs that
            are not.
        model: leave out for the encoder; or a language model that the host lists, which is shown the examples.

    Returns:
        {"alike", "probability": of that they are alike, "examples": what it makes of each example, in the same way,
        none from a language model, "wrd": as for similarity, or null}.
    """

    text_a: str
    text_b: str
    examples: list[dict[str, Any]]
    model: str | None = field(default=None, metadata=IN_API)


COMPARE = Operation("similarity.compare", "similarity", Compare, "core.similarity.compared:SimilarityResult")
# Lists take longer to read than pairs, which need not wait for them.
SEARCH = Operation(
    "similarity.search",
    "similarity_search",
    Search,
    "core.similarity.search:SearchResult",
    normalise="normalise_search",
    method="find",
    concurrent=2,
)
BY_EXAMPLE = Operation(
    "similarity.by_example",
    "similarity_by_example",
    CompareByExample,
    "core.similarity.likeness_by_example:Judged",
    concurrent=2,
)

TASKS = (
    Task(
        "similarity",
        {"zh": "相似度", "en": "Similarity"},
        "core.similarity.pipeline:SimilarityPipeline",
        ("similarity-encoder", "similarity-static"),
        (COMPARE, SEARCH),
        {"text_a": "他把会议推迟到了下周。", "text_b": "会议改到下星期再开。"},
    ),
    Task(
        "similarity_by_example",
        {"zh": "按例子判断相像", "en": "Likeness by example"},
        "core.similarity.likeness_by_example:ByExamplePipeline",
        ("similarity-encoder",),
        (BY_EXAMPLE,),
        {
            "text_a": "他把会议推迟到了下周。",
            "text_b": "会议改到下星期再开。",
            "examples": [
                {"text_a": "怎么改密码", "text_b": "密码在哪里改", "alike": True},
                {"text_a": "怎么改密码", "text_b": "怎么改手机号", "alike": False},
            ],
        },
    ),
)
