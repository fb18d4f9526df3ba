from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.text import check_text, normalise, split_sentences, to_simplified

anything = st.text(max_size=200)


@given(anything)
def test_every_normalised_character_comes_from_somewhere(text: str) -> None:
    found = normalise(text)
    assert len(found.starts) == len(found.ends) == len(found.text)
    assert all(0 <= a < b <= len(text) for a, b in zip(found.starts, found.ends, strict=True))
    assert list(found.starts) == sorted(found.starts)


@given(anything)
def test_normalising_twice_changes_nothing_more_in_length(text: str) -> None:
    once = normalise(text).text
    assert len(normalise(once).text) == len(once)


def test_widths_and_compatibility_forms_fold_and_lead_back() -> None:
    found = normalise("面积９㎡，ＡＢＣ")
    assert found.text == "面积9m2,abc"
    start = found.text.index("m2")
    assert found.original[slice(*found.span_in_original(start, start + 2))] == "㎡"


def test_traditional_characters_become_simplified_in_place() -> None:
    assert normalise("臥虎藏龍是李安執導的電影").text == "卧虎藏龙是李安执导的电影"
    assert to_simplified("乾隆皇帝") == "乾隆皇帝"


def test_control_characters_and_lone_surrogates_do_not_reach_a_model() -> None:
    assert normalise("甲\x00乙\ud800").text == "甲 乙\ufffd"


@given(anything, st.integers(min_value=1, max_value=50))
def test_sentences_are_ordered_disjoint_bounded_and_lose_nothing_but_space(text: str, limit: int) -> None:
    spans = list(split_sentences(text, limit))
    at = 0
    for start, end in spans:
        assert at <= start < end <= start + limit
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


def test_a_sentence_keeps_its_closing_quote_and_a_decimal_point_ends_nothing() -> None:
    text = "他说：“走吧。”面积3.5万亩。Over. 完"
    assert [text[a:b] for a, b in split_sentences(text, 100)] == ["他说：“走吧。”", "面积3.5万亩。", "Over.", "完"]


def test_a_long_sentence_is_cut_behind_a_comma() -> None:
    text = "一二三四五六，七八九十"
    assert [text[a:b] for a, b in split_sentences(text, 8)] == ["一二三四五六，", "七八九十"]


@pytest.mark.parametrize("bad", [None, 7, "", " \n\t", "\x00\x01\x02PNG\x03\x04", "\ufffd\ufffd甲", "字" * 11])
def test_unusable_text_is_refused_in_both_languages(bad: object) -> None:
    with pytest.raises(InputError) as caught:
        check_text(bad, 10)
    assert caught.value.zh
    assert caught.value.en
    assert caught.value.zh in str(caught.value)
    assert caught.value.en in str(caught.value)


def test_usable_text_comes_back_unchanged_but_for_half_characters() -> None:
    assert check_text(" 好😀\n", 10) == " 好😀\n"
    assert check_text("好\ud83d。好好好好", 10) == "好\ufffd。好好好好"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\x0b"])
def test_line_breaks_end_a_sentence_after_normalising_too(line_break: str) -> None:
    text = normalise(f"标题{line_break}第一行").text
    assert [text[a:b] for a, b in split_sentences(text, 100)] == ["标题", "第一行"]
