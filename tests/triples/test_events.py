"""Events as complete subgraphs: the search, the labels, and a tiny model that learns sentences of our own."""

from __future__ import annotations

from itertools import combinations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.backbone.tokenizer import build_tokenizer
from core.triples.event_extractor import EventExtractor
from core.triples.events import TokenEvent, EventLinker, EventLinkerConfig, event_cells, maximal_cliques
from tests.tiny import tiny_config_without_dropout

ROLES = [("结婚", "人物"), ("结婚", "日期"), ("夺冠", "选手"), ("夺冠", "赛事")]


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
    A: [event(A, "结婚", 人物=("张三", "李四"), 日期="五月"), event(A, "夺冠", 选手="王五", 赛事="围棋赛")],
    B: [event(B, "结婚", 人物=("赵六", "钱七"), 日期="五月"), event(B, "结婚", 人物=("孙八", "周九"), 日期="六月")],
    C: [event(C, "夺冠", 选手="吴十", 赛事="短跑"), event(C, "夺冠", 选手="吴十", 赛事="跳远")],
    D: [],
}


def shifted(events: list[TokenEvent]) -> list[TokenEvent]:
    """Spans by token, behind the special token at the beginning."""
    return [TokenEvent(e.type, tuple((role, i + 1, j + 1) for role, i, j in e.arguments)) for e in events]


def test_a_tiny_model_learns_the_sentences_and_gives_their_events_back() -> None:
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
    extractor = EventExtractor(model, tokenizer)
    for seen, wanted in zip(extractor.see(list(SENTENCES)), SENTENCES.values(), strict=True):
        found = extractor.read(seen)
        assert {
            TokenEvent(e.type, tuple((a.role, a.span[0], a.span[1] - 1) for a in e.arguments)) for e in found
        } == set(wanted)
        assert all(a.score >= 0.5 for e in found for a in e.arguments)


def test_labels_link_every_pair_of_an_event_once_and_in_order() -> None:
    arguments, heads, tails = event_cells([shifted(SENTENCES[C])], {role: n for n, role in enumerate(ROLES)})
    assert arguments.tolist() == [[0, 2, 1, 2], [0, 3, 5, 6], [0, 3, 10, 11]]
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
