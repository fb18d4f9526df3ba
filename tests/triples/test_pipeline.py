from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import core
from core.errors import InputError
from core.triples import MAX_CHARS
from core.triples.pipeline import TriplesPipeline

FILM = "《战狼2》是由吴京执导的动作电影，由吴京、弗兰克·格里罗主演，2017年7月27日在中国上映"


def facts(pipeline: TriplesPipeline, text: str, **kwargs: float) -> set[tuple[str, str, str]]:
    return {(t.subject, t.predicate, t.object) for t in pipeline(text, **kwargs).triples}


def test_director_and_both_actors(pipeline: TriplesPipeline) -> None:
    assert {
        ("战狼2", "导演", "吴京"),
        ("战狼2", "主演", "吴京"),
        ("战狼2", "主演", "弗兰克·格里罗"),
    } <= facts(pipeline, FILM)


def test_spans_point_at_the_words_and_scores_are_probabilities(pipeline: TriplesPipeline) -> None:
    text = "前言。\n\n" + FILM + "。😀 " + FILM.replace("战狼2", "流浪地球")
    found = pipeline(text).triples
    assert {t.subject for t in found} >= {"战狼2", "流浪地球"}
    for t in found:
        assert text[slice(*t.subject_span)] == t.subject
        assert text[slice(*t.object_span)] == t.object
        assert 0 <= t.score <= 1


def test_the_same_fact_twice_is_one_triple(pipeline: TriplesPipeline) -> None:
    once, twice = pipeline(FILM + "。"), pipeline((FILM + "。") * 2)
    assert len(twice.triples) == len(once.triples)


def test_traditional_and_full_width_text_keeps_its_own_characters(pipeline: TriplesPipeline) -> None:
    found = facts(pipeline, "《臥虎藏龍２》是李安執導的武俠電影，由周潤發主演。")
    assert ("臥虎藏龍２", "导演", "李安") in found
    assert ("臥虎藏龍２", "主演", "周潤發") in found


def test_a_higher_threshold_gives_a_subset(pipeline: TriplesPipeline) -> None:
    few, many = facts(pipeline, FILM, threshold=0.8), facts(pipeline, FILM, threshold=0.1)
    assert few <= many
    assert len(many) > 0


def test_a_long_text_reports_progress_and_loses_no_sentence(pipeline: TriplesPipeline) -> None:
    filler = "今天的天气很好，适合出去走一走。" * 40
    steps: list[tuple[int, int]] = []
    found = pipeline(filler + FILM + "。" + filler, progress=lambda done, n: steps.append((done, n)))
    assert ("战狼2", "导演", "吴京") in {(t.subject, t.predicate, t.object) for t in found.triples}
    assert steps[-1] == (81, 81)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_rows_share_batches_and_answer_in_order(pipeline: TriplesPipeline) -> None:
    results = pipeline.run([{"text": FILM}, {"text": ""}, {"text": "雷军毕业于武汉大学。"}, {}])
    assert isinstance(results[1], InputError)
    assert isinstance(results[3], InputError)
    first, third = results[0], results[2]
    assert not isinstance(first, InputError)
    assert not isinstance(third, InputError)
    assert first.to_dict() == pipeline(FILM).to_dict()
    assert ("雷军", "毕业院校", "武汉大学") in {(t.subject, t.predicate, t.object) for t in third.triples}


@pytest.mark.parametrize("threshold", [-0.1, 1.5, "high", True, float("nan")])
def test_thresholds_that_are_none_are_refused(pipeline: TriplesPipeline, threshold: object) -> None:
    with pytest.raises(InputError):
        pipeline(FILM, threshold=threshold)  # type: ignore[arg-type]


def test_too_much_text_is_refused_with_the_limit(pipeline: TriplesPipeline) -> None:
    with pytest.raises(InputError, match="20,000"):
        pipeline("字" * (MAX_CHARS + 1))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=80))
def test_any_text_at_all_gives_an_answer_or_an_input_error(pipeline: TriplesPipeline, text: str) -> None:
    try:
        result = pipeline(text, threshold=0.0)
    except InputError:
        return
    assert all(text[slice(*t.subject_span)] == t.subject for t in result.triples)


def test_the_inside_shows_both_passes() -> None:
    inside = core.load("triples", "triples-casrel").explain(FILM + "。今天天气很好。", limit=2)
    assert len(inside) == 2
    assert "".join(inside[0].tokens) == FILM + "。"
    assert len(inside[0].tags) == len(inside[0].tokens)
    subject = next(s for s in inside[0].subjects if s.text == "战狼2")
    assert {"导演", "主演"} <= set(subject.relations)
    assert all(len(tags) == len(inside[0].tokens) for tags in subject.relations.values())


def test_the_bundled_model_is_loaded_once() -> None:
    assert core.load("triples") is core.load("triples")
