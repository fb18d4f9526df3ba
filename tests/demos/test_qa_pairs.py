from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from core.errors import InputError
from core.qa_pairs import MAX_CHARS
from demos.qa_pairs import tab as qa_pairs
from demos.qa_pairs.requests import ask_passage, check_pair, judge_answer, look_inside, new_pair, wrong_choices
from demos.qa_pairs.upload import choose, look, read_parts, split_parts
from demos.server.calls import Stoppable

KING = "7月28日，泰国将迎来十世王玛哈·哇集拉隆功国王的68岁诞辰。"
SENTENCE = "这一句话正好有十二个字呢。"


def visitor(session: str = "one") -> Any:
    return SimpleNamespace(session_hash=session)


def shown(passage: Any, **options: Any) -> list[dict[str, Any]]:
    given: dict[str, Any] = {"n": 1, "top_p": 0.9, "beams": 1, "seed": 0, "mix": "both", "request": visitor()} | options
    return list(qa_pairs._generate(passage, **given))


def test_parts_are_whole_sentences_and_lose_nothing() -> None:
    text = SENTENCE * 1000
    parts = split_parts(text)
    assert "".join(parts) == text
    assert all(len(part) <= MAX_CHARS and part.endswith("。") for part in parts)
    assert len(parts) == 3


def test_parts_end_with_paragraphs_where_these_are_not_too_short() -> None:
    paragraph = SENTENCE * 3
    text = "\n\n".join([paragraph] * 9)
    assert split_parts(text, 100) == ["\n\n".join([paragraph] * 2)] * 4 + [paragraph]
    # A paragraph's end in the first half would leave too little.
    text = SENTENCE + "\n" + SENTENCE * 20
    first = split_parts(text, 100)[0]
    assert len(first) > 50
    assert split_parts("短短的一句话。") == ["短短的一句话。"]


def test_a_sentence_without_an_end_is_cut() -> None:
    parts = split_parts("字" * 12_000)
    assert [len(part) for part in parts] == [5000, 5000, 2000]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_files_are_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    text = "潑水節是傣族最盛大的傳統節日，已有七百年的歷史。\r\n" * 5
    file.write_bytes(text.encode(encoding))
    assert read_parts(str(file)) == [text.replace("\r\n", "\n").rstrip()]


def test_markdown_loses_its_marks_and_other_text_keeps_them(tmp_path: Path) -> None:
    text = "# 泼水节\n\n- **傣族**的[节日](https://x.cn/a)\n> 引文 `代码`\n![图](a.png)3 * 4 * 5"
    for name in ("a.md", "a.txt"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_parts(str(tmp_path / "a.md")) == ["泼水节\n\n傣族的节日\n引文 代码\n图3 * 4 * 5"]
    assert read_parts(str(tmp_path / "a.txt")) == [text]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "空"),
        (b" \r\n\t", "空"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "文本"),
        pytest.param("字".encode() * 1_000_001, "上限", id="long"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_parts(str(tmp_path / "a.txt"))
    assert message in caught.value.zh
    passage, part, note, kept = look(str(tmp_path / "a.txt"))
    assert passage == part == kept == gr.skip()
    assert message in note["error"]["zh"]


def test_a_part_of_a_file_is_chosen(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(SENTENCE * 1000, encoding="utf-8")
    passage, part, note, *_ = look(str(file))
    assert part.visible is True
    assert [value for _, value in part.choices] == [0, 1, 2]
    assert "3 部分" in note["zh"]
    assert choose(str(file), 0)[0] == passage
    assert passage + choose(str(file), 1)[0] + choose(str(file), 2)[0] == SENTENCE * 1000
    for bad in (3, -1, None):
        assert "error" in choose(str(file), bad)[1]
    assert "error" in choose(str(tmp_path / "gone.txt"), 0)[1]


def test_every_step_has_all_pairs_so_far() -> None:
    steps = [json.loads(value["json"]) for value in shown(KING)]
    assert len({step["id"] for step in steps}) == 1
    steps = [step for step in steps if "pairs" in step]  # the others say how far it is
    assert [len(step["pairs"]) for step in steps[:-1]] == list(range(len(steps) - 1))
    assert [step["done"] for step in steps] == [False] * (len(steps) - 1) + [True]
    for pair in steps[-1]["pairs"]:
        assert KING[slice(*pair["answer_span"])] == pair["answer"]


@pytest.mark.parametrize(
    ("passage", "options"),
    [
        ("", {}),
        (None, {}),
        ("太短", {}),
        ("English only, nothing that the models could read.", {}),
        pytest.param("字" * 5001, {}, id="long"),
        (KING, {"n": 21}),
        (KING, {"beams": 0}),
        (KING, {"top_p": 0}),
        (KING, {"seed": 0.5}),
    ],
)
def test_bad_input_is_told_before_anything_is_shown(passage: Any, options: dict[str, Any]) -> None:
    (value,) = shown(passage, **options)
    assert set(value["error"]) == {"zh", "en"}


def test_a_newer_run_ends_the_one_before() -> None:
    first = qa_pairs._generate(KING, 20, 1, 1, 0, "both", visitor())
    next(first)
    second = qa_pairs._generate(KING, 1, 1, 1, 0, "both", visitor())
    next(second)
    assert list(first) == []
    third = qa_pairs._generate(KING, 20, 1, 1, 0, "both", visitor("other"))
    next(third)
    assert json.loads(next(second)["json"])["pairs"], "another visitor's run stops nobody"
    assert "stopped" in qa_pairs._stop(visitor())
    assert list(second) == []


def test_stopping_nothing_does_no_harm() -> None:
    runs = Stoppable()
    assert not runs.stop("nobody")
    assert not runs.stop(None)
    with runs.run(None) as stop:
        assert not stop.is_set()


def test_a_pair_of_the_visitors_own_has_the_answer_that_was_selected() -> None:
    found = new_pair({"passage": KING, "answer": [6, 8], "beams": 2})
    assert found["pair"]["answer"] == "泰国"
    again = new_pair({"passage": KING, "answer": [6, 8], "beams": 2, "but": found["pair"]["question"]})
    assert "error" in again or again["pair"]["question"] != found["pair"]["question"]


def test_words_that_nothing_can_be_asked_about_are_said_to_be_none() -> None:
    found = new_pair({"passage": "哈哈哈哈哈哈，他笑了。", "answer": [0, 6], "beams": 2})
    assert "像样" in found["error"]["zh"]


def test_the_reader_answers_and_checks() -> None:
    said = ask_passage({"passage": KING, "question": "几月几日？"})
    assert KING[slice(*said["answer_span"])] == said["answer"]
    checked = check_pair({"passage": KING, "question": "几月几日？", "answer": said["answer"] or "7月28日"})
    assert checked["reader_answer"] == said["answer"]
    assert checked["passed"] is bool(said["answer"])


def test_the_quiz_judges_by_meaning_and_offers_answers_of_the_kind() -> None:
    why = {"question": "他为什么没来？", "answer": "他生病了", "passage": KING}
    assert judge_answer({**why, "given": "因为他病了"})["reason"]["zh"] == "意思相同"
    assert judge_answer({**why, "given": "他不喜欢看电影"})["right"] is False
    passage = KING + "1927年12月5日，九世王普密蓬在美国出生。"
    asked = {"question": "诞辰是哪一天？", "answer": "7月28日", "span": [0, 5]}
    [found] = wrong_choices({"passage": passage, "pairs": [asked]})["choices"]
    assert found == {"kind": {"zh": "日期", "en": "dates"}, "wrong": ["1927年12月5日"]}


def test_the_inside_is_of_the_span_asked_for() -> None:
    inside = look_inside({"passage": KING, "span": [6, 8], "top_p": 0.9, "beams": 2})["inside"]
    assert tuple(inside["answer"]) == (6, 8)
    assert len(inside["begins"]) == len(KING)
    assert all(len(step) <= 2 for step in inside["steps"])


@pytest.mark.parametrize("call", [new_pair, check_pair, ask_passage, look_inside, judge_answer, wrong_choices])
@pytest.mark.parametrize(
    "request_",
    [
        None,
        [],
        {},
        {"passage": 5, "question": 5, "answer": 5},
        {"passage": KING, "question": "", "answer": "", "span": "x"},
        {"passage": KING, "question": "问" * 201, "answer": [8, 6], "span": [0, 999]},
        {"passage": KING, "question": [], "answer": {"a": 1}, "span": [0.5, 1]},
        {"passage": KING, "question": None, "answer": [0, 2], "beams": 99, "top_p": "much", "span": [0, 2]},
    ],
    ids=str,
)
def test_whatever_a_page_sends_gets_a_message(call: Any, request_: Any) -> None:
    assert set(call(request_)["error"]) == {"zh", "en"}
