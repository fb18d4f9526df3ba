from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest

from core.errors import InputError
from demos.shell.links import fields, parse_query, read_input
from demos.shell.stage import draw_code, open_link


def link(**given: str) -> Any:
    return open_link({"query": "?" + urlencode(given)})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"tab": "triples", "text": "雷军毕业于武汉大学"}, {"text": "雷军毕业于武汉大学"}),
        ({"tab": "triples", "text": "张三与李四结婚", "mode": "events"}, None),
        ({"tab": "qa_pairs", "passage": "a & b=c #1"}, {"passage": "a & b=c #1"}),
        ({"tab": "similarity", "a": "甲", "b": "乙", "model": "similarity-static"}, None),
        (
            {"tab": "text2sql", "question": "金牌", "example": "elements"},
            {"example": "elements", "table": "化学元素", "question": "金牌"},
        ),
    ],
)
def test_a_link_carries_tab_and_input(given: dict[str, str], expected: dict[str, str] | None) -> None:
    tab = given["tab"]
    assert link(**given) == {"tab": tab, "input": expected or {k: v for k, v in given.items() if k != "tab"}}


def test_a_game_is_replayed_before_it_is_opened() -> None:
    found = link(tab="xiangqi", moves="h2e2 h9g7")
    assert found["input"]["moves"] == ["h2e2", "h9g7"]
    assert found["input"]["start"].startswith("rnbakabnr/")
    assert "ply 2" in link(tab="xiangqi", moves="h2e2 h2e2")["error"]["en"]
    assert "error" in link(tab="xiangqi", fen="no board")


@pytest.mark.parametrize(
    "given",
    [
        {"tab": "triples", "text": ""},
        {"tab": "triples", "text": "长" * 20_001},
        {"tab": "triples", "text": "雷军", "model": "../../etc/passwd"},
        {"tab": "triples", "text": "雷军", "mode": "poems"},
        {"tab": "qa_pairs", "passage": "长" * 5_001},
        {"tab": "similarity", "a": "只有一句"},
        {"tab": "text2sql", "question": "金牌", "example": "../olympics"},
        {"tab": "text2sql", "question": "长" * 201},
        {"deck": "no such deck"},
        {"deck": "tour", "step": "0"},
        {"deck": "tour", "step": "999"},
        {"deck": "tour", "step": "-1"},
        {"deck": "tour", "step": "²"},
        {"present": "1", "deck": "<script>"},
    ],
    ids=lambda given: "-".join(given),
)
def test_what_the_tab_would_refuse_is_refused_with_words(given: dict[str, str]) -> None:
    error = link(**given)["error"]
    assert error["zh"]
    assert error["en"]


@pytest.mark.parametrize("query", ["", "?", "?tab=triples", "?tab=nowhere&text=x", "?__theme=dark&lang=en"])
def test_links_that_carry_nothing_ask_for_nothing(query: str) -> None:
    assert open_link({"query": query}) == {}


@pytest.mark.parametrize("query", [None, 3, [], "?text=" + "x" * 20_000, "?" + "&".join(f"k{n}=1" for n in range(13))])
def test_hostile_queries_are_refused(query: object) -> None:
    with pytest.raises(InputError):
        parse_query(query)


def test_halves_of_an_emoji_and_broken_bytes_do_no_harm() -> None:
    assert open_link({"query": "?tab=triples&text=%FF雷军"})["input"]["text"].endswith("雷军")
    assert open_link({"query": "?tab=triples&text=" + quote("雷军") + "\ud83d"})["input"]["text"].startswith("雷军")


def test_only_the_fields_of_the_tab_are_taken() -> None:
    assert read_input("qa_pairs", {"passage": "一段文字", "model": "x", "text": "y"}) == {"passage": "一段文字"}
    assert fields("nowhere") == ()
    with pytest.raises(InputError, match="no such tab"):
        read_input(["triples"], {})


def test_a_presentation_begins_with_the_deck_of_the_tab() -> None:
    assert link(present="1") == {"present": {"deck": "tour", "step": 1}}
    assert link(present="1", tab="similarity") == {"present": {"deck": "similarity", "step": 1}}
    assert link(present="1", deck="lecture", step="3") == {"present": {"deck": "lecture", "step": 3}}
    assert link(deck="tour", step="1")["tab"] == "triples"


def test_a_code_says_what_it_was_given() -> None:
    rows = draw_code({"url": "https://example.org/?deck=tour&step=3"})["rows"]
    assert len(rows) == len(rows[0])
    # The three corners by which readers find a code.
    assert [rows[0][:7], rows[0][-7:], rows[-1][:7]] == ["1111111"] * 3
    assert rows != draw_code({"url": "https://example.org/?deck=tour&step=4"})["rows"]


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "https://", "http://[", "https://a/" + "x" * 600])
def test_codes_are_drawn_of_web_addresses_only(url: object) -> None:
    assert draw_code({"url": url})["error"]["en"]
