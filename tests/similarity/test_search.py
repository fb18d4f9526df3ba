"""Search with bounds gives what brute force gives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from core.cache import Budget
from core.errors import InputError
from core.similarity import MAX_SENTENCES, MAX_TOTAL_CHARS
from core.similarity.embedding import Words
from core.similarity.pipeline import SimilarityPipeline
from core.similarity.search import IndexCache, SentenceIndex, build
from core.similarity.transport import wrd

TOPICS = ("天气", "花呗还款", "足球比赛", "小狗", "股票市场", "历史考试", "火车票", "红烧肉")
VERBS = ("怎么样", "真有意思", "让我担心", "在哪里", "什么时候结束", "我不喜欢", "他很喜欢")
SENTENCES = [f"{a}和{b}{v}" for a in TOPICS for b in TOPICS for v in VERBS]


def random_bags(rng: np.random.Generator, n: int) -> list[Words]:
    """Bags around a few topics, some of them equal."""
    topics = rng.normal(size=(6, 16)) * 2
    bags = []
    for i in range(n):
        words = topics[rng.integers(6)] + rng.normal(size=(rng.integers(1, 9), 16))
        vectors = bags[-1].vectors if i % 7 == 6 else words.astype(np.float16).astype(np.float32)
        bags.append(Words(f"句{i}", ((0, 1),) * len(vectors), vectors))
    return bags


def brute_force(query: Words, bags: Sequence[Words], k: int) -> list[tuple[float, int]]:
    q = query.vectors.astype(np.float64)
    return sorted((wrd(q, b.vectors.astype(np.float64)).distance, i) for i, b in enumerate(bags))[:k]


@pytest.mark.parametrize("k", [1, 5, 40, 500])
def test_identical_to_brute_force(k: int) -> None:
    rng = np.random.default_rng(k)
    bags = random_bags(rng, 400)
    index = SentenceIndex(bags, range(len(bags)), 0)
    for query in random_bags(rng, 12):
        expected = brute_force(query, bags, k)
        result = index.search(query, k)
        assert [h.number for h in result.hits] == [number for _, number in expected]
        np.testing.assert_allclose([1 - h.wrd for h in result.hits], [d for d, _ in expected], atol=1e-12)
        assert result.solved + result.centroid_skipped + result.relaxed_skipped == result.sentences == 400


def test_most_problems_are_skipped() -> None:
    rng = np.random.default_rng(1)
    bags = random_bags(rng, 3000)
    result = SentenceIndex(bags, range(len(bags)), 0).search(bags[5], 5)
    assert result.solved < 0.2 * len(bags)
    assert result.hits[0].wrd == 1.0


def test_search_of_sentences_agrees_with_comparing(pipeline: SimilarityPipeline) -> None:
    query, sentences = "花呗怎么还款", SENTENCES[::4]
    result = pipeline.search(query, sentences, 8)
    scores = [pipeline(query, s).wrd for s in sentences]
    # The batch a sentence is read in moves its vectors by the last bits.
    best = sorted(scores, reverse=True)[:8]
    np.testing.assert_allclose([h.wrd for h in result.hits], best, atol=2e-3)
    assert all(sentences[h.number] == h.text for h in result.hits)


def test_what_cannot_be_read_is_left_out_and_numbers_stay(static: SimilarityPipeline) -> None:
    sentences = ["小狗", "", "！！！", "字" * 301, "小猫", "  "]
    result = static.search("小猫", sentences, 10)
    assert [h.number for h in result.hits] == [4, 0]
    assert (result.sentences, result.left_out) == (2, 2)
    assert result.hits[0].wrd == 1.0


@pytest.mark.parametrize(
    ("query", "sentences", "k", "message"),
    [
        ("", ["好"], 3, "查询句"),
        ("。。。", ["好"], 3, "标点"),
        ("好", [], 3, "没有可以比较"),
        ("好", ["！", ""], 3, "没有可以比较"),
        ("好", ["好"], 0, "1 到 1000"),
        ("好", ["好"], True, "1 到 1000"),
        ("好", "好", 3, "列表"),
        ("好", ["好", 5], 3, "不是文字"),
        ("好", ["好"] * (MAX_SENTENCES + 1), 3, "100,001"),
        ("好", ["好" * 300] * (MAX_TOTAL_CHARS // 300 + 1), 3, "3,000,000"),
    ],
    ids=lambda v: str(v)[:12],
)
def test_bad_searches_are_refused(
    static: SimilarityPipeline, query: str, sentences: list[str], k: int, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        static.search(query, sentences, k)


def test_a_list_is_read_once(static: SimilarityPipeline) -> None:
    seen: list[tuple[int, int]] = []
    cache = IndexCache()
    first = cache.get(static.embedder, SENTENCES, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(SENTENCES), len(SENTENCES))
    assert cache.get(static.embedder, list(SENTENCES), lambda *_: seen.append((0, 0))) is first
    assert (0, 0) not in seen


def test_the_cache_forgets_what_was_used_longest_ago(static: SimilarityPipeline) -> None:
    lists = [[f"{s}{i}" for s in SENTENCES[:50]] for i in range(3)]
    size = build(static.embedder, lists[0]).nbytes
    cache = IndexCache(Budget(int(2.5 * size)))
    first, second = cache.get(static.embedder, lists[0]), cache.get(static.embedder, lists[1])
    assert cache.get(static.embedder, lists[0]) is first
    cache.get(static.embedder, lists[2])
    assert cache.get(static.embedder, lists[0]) is first
    assert cache.get(static.embedder, lists[1]) is not second
