"""Events as complete subgraphs: the search, the labels, and a tiny model that learns sentences of our own."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.backbone.tokenizer import build_tokenizer
from core.errors import InputError
from core.triples.dates import date_of
from core.triples.event import EventsResult
from core.triples.events import (
    TRIGGER,
    ArgumentGraph,
    EventLinker,
    EventLinkerConfig,
    TokenEvent,
    event_cells,
    maximal_cliques,
)
from core.triples.events_pipeline import EventsPipeline, read_together
from core.triples.task import FindEvents
from tests.tiny import tiny_config_without_dropout

ROLES = [("结婚", TRIGGER), ("结婚", "人物"), ("结婚", "时间"), ("夺冠", "选手"), ("夺冠", "赛事")]


def event(text: str, kind: str, **arguments: str | tuple[str, ...]) -> TokenEvent:
    found = []
    for role, words in arguments.items():
        for word in (words,) if isinstance(words, str) else words:
            found.append((role, text.index(word), text.index(word) + len(word) - 1))
    return TokenEvent(kind, tuple(sorted(found, key=lambda a: (a[1:], a[0]))))


A = "张三与李四五月结婚，王五夺得围棋赛冠军"
B = "赵六五月与钱七结婚，六月孙八与周九结婚"  # two events of one type
C = "吴十拿下短跑冠军和跳远冠军"  # one argument in two events
D = "今天天气很好"
SENTENCES = {
    A: [
        event(A, "结婚", 人物=("张三", "李四"), 时间="五月", 触发词="结婚"),
        event(A, "夺冠", 选手="王五", 赛事="围棋赛"),
    ],
    B: [event(B, "结婚", 人物=("赵六", "钱七"), 时间="五月"), event(B, "结婚", 人物=("孙八", "周九"), 时间="六月")],
    C: [event(C, "夺冠", 选手="吴十", 赛事="短跑"), event(C, "夺冠", 选手="吴十", 赛事="跳远")],
    D: [],
}


def shifted(events: list[TokenEvent]) -> list[TokenEvent]:
    """Spans by token, behind the special token at the beginning."""
    return [TokenEvent(e.type, tuple((role, i + 1, j + 1) for role, i, j in e.arguments)) for e in events]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model that has learned the sentences by heart."""
    tokenizer = build_tokenizer("".join(SENTENCES))
    torch.manual_seed(0)
    encoder = tiny_config_without_dropout(len(tokenizer), 48)
    model = EventLinker(
        EventLinkerConfig(ROLES, head_size=32, encoder=encoder.to_dict(), lexical=False, head_dropout=0.0)
    )
    batch = tokenizer(list(SENTENCES), padding=True, return_tensors="pt")
    ids, mask = batch["input_ids"], batch["attention_mask"]
    events = [shifted(found) for found in SENTENCES.values()]
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(120):
        optimizer.zero_grad()
        loss = model.loss(model.encode(ids, mask), mask, events)
        loss.backward()
        optimizer.step()
    assert loss.item() < 1
    found = tmp_path_factory.mktemp("events")
    model.save_pretrained(found)
    tokenizer.save_pretrained(found)
    return found


@pytest.fixture(scope="module")
def pipeline(folder: Path) -> EventsPipeline:
    return EventsPipeline.from_folder(folder, "cpu")


def test_a_tiny_model_learns_the_sentences_and_gives_their_events_back(pipeline: EventsPipeline) -> None:
    extractor = pipeline.extractor
    for seen, wanted in zip(extractor.see(list(SENTENCES)), SENTENCES.values(), strict=True):
        found = extractor.read(seen)
        assert {TokenEvent(e.type, tuple((a.role, a.span[0], a.span[1] - 1) for a in e.arguments)) for e in found} == (
            set(wanted)
        )
        assert all(a.score >= 0.5 for e in found for a in e.arguments)


def said(result: EventsResult) -> list[tuple[str, str, list[str]]]:
    for e in result.events:
        assert all(result.text[slice(*a.span)] == a.text for a in e.arguments)
        assert result.text[slice(*e.trigger_span)] == e.trigger
    return [(e.type, e.trigger, [a.text for a in e.arguments]) for e in result.events]


MARRIED = ("结婚", "结婚", ["张三", "李四", "五月"])
COUPLES = [("结婚", "", ["赵六", "五月", "钱七"]), ("结婚", "", ["六月", "孙八", "周九"])]


def test_of_two_readings_of_an_argument_the_likelier_stays() -> None:
    arguments = (("胜者", 0, 2), ("败者", 0, 2), ("胜者", 1, 3), ("胜者", 5, 6))
    graph = ArgumentGraph("竞赛行为-胜负", arguments, (0.6, 0.5, 0.9, 0.4), np.ones((4, 4)))
    assert graph.apart([0, 1, 2, 3]) == [1, 2, 3]
    assert graph.apart([0, 1, 3]) == [0, 1, 3]


def test_a_document_gives_the_events_of_its_sentences_those_of_one_type_apart(pipeline: EventsPipeline) -> None:
    found = pipeline(f"{A}\n{B}\n{D}")
    assert said(found) == [MARRIED, ("夺冠", "", ["王五", "围棋赛"]), *COUPLES]
    assert [e.date for e in found.events] == ["--05", "", "--05", "--06"]
    assert pipeline(D).events == ()


def test_spans_are_those_of_the_text_as_it_was_typed(pipeline: EventsPipeline) -> None:
    found = pipeline("　張三與李四五月結婚，王五奪得圍棋賽冠軍")
    assert said(found)[0] == ("结婚", "結婚", ["張三", "李四", "五月"])
    assert found.events[0].arguments[0].span == (1, 3)


def test_only_what_is_likely_enough_and_of_the_types_asked_for(pipeline: EventsPipeline) -> None:
    assert pipeline(B, threshold=1.0).events == ()
    known = pipeline.normalise(FindEvents(A, types=["人生-结婚"]))
    assert pipeline.ask(known).events == ()
    for wrong in (["婚"], "人生-结婚", [1]):
        with pytest.raises(InputError):
            pipeline.normalise(FindEvents(A, types=wrong))  # type: ignore[arg-type]
    with pytest.raises(InputError):
        pipeline("")


def test_the_inside_is_the_graph_whose_complete_subgraphs_are_the_events(pipeline: EventsPipeline) -> None:
    [inside] = [part.to_dict() for part in pipeline.explain(B)]
    assert "".join(inside["tokens"]) == B
    [graph] = [g for g in inside["graphs"] if g["events"]]
    words = [
        ["".join(inside["tokens"][i : j + 1]) for _, i, j, _ in (graph["arguments"][v] for v in e)]
        for e in graph["events"]
    ]
    assert sorted(words) == sorted(texts for _, _, texts in COUPLES)
    linked = {frozenset((u, v)) for u, v, p in graph["links"] if p >= inside["link_threshold"]}
    assert all(frozenset(pair) in linked for e in graph["events"] for pair in combinations(e, 2))


def test_short_sentences_of_a_paragraph_are_read_together() -> None:
    text = "一" * 50 + "。" + "二" * 50 + "。" + "三" * 50 + "。\n四。" + "五" * 300
    pieces = [text[a:b] for a, b in read_together(text, 254)]
    assert [len(p) for p in pieces] == [102, 51, 2, 254, 46]


@pytest.mark.parametrize(
    ("time", "date"),
    [
        ("2019年2月5日晚", "2019-02-05"),
        ("二〇一九年十二月", "2019-12"),
        ("2019-11-3", "2019-11-03"),
        ("２０２２年", "2022"),
        ("本月3日", ""),
        ("5月份", "--05"),
        ("十月二十一日", "--10-21"),
        ("3月9日上午", "--03-09"),
        ("两个月后", ""),
        ("3个月前", ""),
        ("昨天", ""),
        ("13月40日", ""),
    ],
)
def test_a_date_is_what_the_time_says_in_figures(time: str, date: str) -> None:
    assert date_of(time) == date


def test_labels_link_every_pair_of_an_event_once_and_in_order() -> None:
    arguments, heads, tails = event_cells([shifted(SENTENCES[C])], {role: n for n, role in enumerate(ROLES)})
    assert arguments.tolist() == [[0, 3, 1, 2], [0, 4, 5, 6], [0, 4, 10, 11]]
    assert heads.tolist() == [[0, 0, 1, 5], [0, 0, 1, 10]]
    assert tails.tolist() == [[0, 0, 2, 6], [0, 0, 2, 11]]


def test_a_role_nobody_declared_is_an_error() -> None:
    with pytest.raises(KeyError):
        event_cells([SENTENCES[A]], {})


@st.composite
def graphs(draw: st.DrawFn) -> list[set[int]]:
    n = draw(st.integers(0, 7))
    edges = draw(st.sets(st.sampled_from(list(combinations(range(n), 2))))) if n > 1 else set()
    return [{b if a == v else a for a, b in edges if v in (a, b)} for v in range(n)]


@given(graphs())
def test_maximal_cliques_are_those_found_by_trying_all_subsets(neighbours: list[set[int]]) -> None:
    def complete(vertices: set[int]) -> bool:
        return all(b in neighbours[a] for a, b in combinations(vertices, 2))

    everything = range(len(neighbours))
    subsets = [set(c) for k in range(1, len(neighbours) + 1) for c in combinations(everything, k) if complete(set(c))]
    largest = {frozenset(c) for c in subsets if not any(complete(c | {v}) for v in everything if v not in c)}
    found = list(maximal_cliques(neighbours))
    assert set(found) == largest
    assert len(found) == len(largest), "one was found twice"
