from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import core
from core.errors import InputError
from core.similarity import MAX_CHARS, MAX_MATRIX
from core.similarity.compared import Usual
from core.similarity.explain import MAX_STEP_WORDS, costliest_word, explain, reads_apart
from core.similarity.pipeline import SimilarityPipeline

SCORES = ("wrd", "unweighted", "wmd", "cosine", "contextual")


def test_a_plan_between_the_words_and_scores_from_it(pipeline: SimilarityPipeline) -> None:
    result = pipeline("今天天气真好", "今天的天气不错")
    n, m = len(result.a.tokens), len(result.b.tokens)
    assert result.plan.shape == result.cost.shape == (n, m)
    np.testing.assert_allclose(result.plan.sum(1), result.weights_a, atol=1e-9)
    np.testing.assert_allclose(result.plan.sum(0), result.weights_b, atol=1e-9)
    assert result.wrd == pytest.approx(1 - (result.plan * result.cost).sum())
    assert "".join(result.a.tokens) == "今天天气真好"
    row = result.to_dict()
    assert {"wrd", "wmd", "cosine", "tokens_a", "tokens_b", "weights_a", "weights_b", "plan"} <= set(row)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("今天天气真好！", "今天天气真好！"),
        ("我喜歡這部電影", "我喜欢这部电影"),
        ("ＡＢＣ１２３", "abc123"),
        ("龘靐齉", "龘靐齉"),
        ("😀好", "😀好"),
    ],
)
def test_sentences_equal_but_for_their_writing_are_exactly_1(pipeline: SimilarityPipeline, a: str, b: str) -> None:
    result = pipeline(a, b)
    assert [getattr(result, name) for name in SCORES] == [1.0] * 5


def test_close_sentences_are_closer_than_strangers(pipeline: SimilarityPipeline) -> None:
    close, far = pipeline("怎么还花呗", "花呗怎么还款"), pipeline("怎么还花呗", "小狗在草地上跑")
    for name in SCORES:
        assert getattr(close, name) > getattr(far, name), name


def test_without_norms_every_word_weighs_the_same(pipeline: SimilarityPipeline) -> None:
    result = pipeline("我非常喜欢这部电影", "这部电影很好看", norms=False)
    assert len(set(result.weights_a.tolist())) == 1
    assert result.unweighted == pytest.approx(1 - (result.plan * result.cost).sum())
    with_norms = pipeline("我非常喜欢这部电影", "这部电影很好看")
    assert (result.wrd, result.unweighted) == pytest.approx((with_norms.wrd, with_norms.unweighted))
    assert len(set(with_norms.weights_a.tolist())) > 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "请输入"),
        (" \n", "请输入"),
        ("，。！？……", "标点"),
        ("字" * 10_000, "10,000"),
        ("字" * (MAX_CHARS + 1), "301"),
        ("\ufdfa" * 100, "太长"),
        ("\x00\x01\x02\x03", "二进制"),
        (None, "文字"),
    ],
)
def test_what_cannot_be_compared_is_refused_and_the_sentence_named(
    static: SimilarityPipeline, text: str, message: str
) -> None:
    with pytest.raises(InputError, match=f"句子一.*{message}"):
        static(text, "你好")
    with pytest.raises(InputError, match=f"句子二.*{message}"):
        static("你好", text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(a=st.text(max_size=40), b=st.text(max_size=40))
def test_any_text_is_compared_or_refused(static: SimilarityPipeline, a: str, b: str) -> None:
    try:
        result = static(a, b)
    except InputError:
        return
    assert -1 - 1e-9 <= result.wrd <= 1
    assert all(np.isfinite(getattr(result, name)) for name in SCORES)
    for words in (result.a, result.b):
        assert all(0 <= start < end <= len(words.text) for start, end in words.spans)


def test_rows_keep_their_order_and_bad_ones_their_place(static: SimilarityPipeline) -> None:
    rows = [{"text_a": "猫", "text_b": "狗"}, {"text_a": "猫"}, {"text_a": "狗", "text_b": "狗", "norms": "yes"}] * 30
    results = static.run(rows)
    assert [isinstance(r, InputError) for r in results] == [False, True, True] * 30
    assert results[0].to_dict() == static("猫", "狗").to_dict()


def test_many_threads_get_their_own_answers(pipeline: SimilarityPipeline) -> None:
    pairs = [(f"第{i}个句子说天气", f"第{i}个句子说天气") for i in range(24)]
    with ThreadPoolExecutor(8) as pool:
        for (a, _), result in zip(pairs, pool.map(lambda pair: pipeline(*pair), pairs), strict=True):
            assert result.a.text == a
            assert result.wrd == 1.0


def test_the_matrix_is_symmetric_with_ones(pipeline: SimilarityPipeline) -> None:
    texts = ["今天天气真好", "今天天气不错", "他在踢足球", "今天天气真好"]
    found = pipeline.matrix(texts)
    np.testing.assert_allclose(found.wrd, found.wrd.T)
    np.testing.assert_array_equal(np.diag(found.wrd), 1)
    assert found.wrd[0, 3] == 1
    assert found.wrd[0, 1] == pytest.approx(pipeline(texts[0], texts[1]).wrd, abs=2e-3)


@pytest.mark.parametrize("texts", [[], ["一个"], ["句子"] * (MAX_MATRIX + 1), ["好", ""], ["好", "！"]])
def test_a_matrix_of_what_cannot_be_is_refused(static: SimilarityPipeline, texts: list[str]) -> None:
    with pytest.raises(InputError):
        static.matrix(texts)


def test_the_costliest_word_and_where_it_goes(static: SimilarityPipeline) -> None:
    result = static("猫喜欢鱼", "猫喜欢股票")
    found = costliest_word(result)
    assert found is not None
    tokens = result.a.tokens if found.side == "a" else result.b.tokens
    assert tokens[found.word] in ("鱼", "股票")
    assert 0 < found.share <= 1
    assert found.partners[0][1] > 0
    assert costliest_word(static("猫喜欢鱼", "猫喜欢鱼")) is None


def test_the_inside_ends_at_the_distance_and_bounds_stay_below(pipeline: SimilarityPipeline) -> None:
    for norms in (True, False):
        result = pipeline("我非常喜欢这部电影", "这部电影没什么意思", norms=norms)
        inside = explain(result)
        assert inside.solution is not None
        assert inside.solution.steps[-1].cost == pytest.approx(result.solution.distance, abs=1e-6)
        assert max(inside.centroid_bound, inside.relaxed_bound) <= result.solution.distance + 1e-9
        assert len(inside.to_dict()["steps"]) == len(inside.solution.steps)
    long = explain(pipeline("天地玄黄宇宙洪荒" * 10, "日月盈昃辰宿列张"))
    assert long.solution is None or max(long.result.cost.shape) <= MAX_STEP_WORDS


def test_a_sentence_cosine_far_below_the_usual_is_remarked(static: SimilarityPipeline) -> None:
    result = replace(static("猫喜欢鱼", "猫喜欢鱼吗"), wrd=0.8, contextual=0.6, usual=Usual(1.0, 0.0, 0.09))
    assert reads_apart(result) == 0.8
    assert explain(result).to_dict()["apart"] is True
    assert reads_apart(replace(result, contextual=0.63)) is None, "within two deviations"
    assert reads_apart(replace(result, wrd=0.4, contextual=0.1)) is None, "the words are not aligned either"
    unmeasured = explain(replace(result, usual=None)).to_dict()
    assert (unmeasured["usual"], unmeasured["apart"]) == (None, False)


def test_any_encoder_by_path(tiny_bert: Path) -> None:
    pipeline = core.load("similarity", str(tiny_bert))
    result = pipeline("今天天气真好", "我不喜欢这部电影")
    assert result.plan.sum() == pytest.approx(1)
    assert pipeline("今天天气真好", "今天天气真好").wrd == 1.0
    long = "今天天气真好我喜欢这部电影" * 8
    assert pipeline(long, long + "真").wrd > 0.5, "more tokens than the model reads"


@pytest.mark.parametrize("kind", ["triples-casrel", "xiangqi-board"])
def test_a_model_that_is_no_encoder_is_refused(kind: str) -> None:
    from core import catalog

    with pytest.raises(InputError, match=kind):
        core.load("similarity", str(catalog.MODELS / kind))
