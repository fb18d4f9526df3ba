"""A visitor at the QA pairs tab (see conftest.py for the server).

What is asked depends on the weights, so the tests look at how pairs hang together, and answer in the server's place
where a certain answer is needed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.qa_pairs_page import (
    KING,
    PANDA,
    cards,
    download,
    generate,
    number,
    open_tab,
    passage_box,
    say,
    select,
    view,
)


@pytest.fixture(scope="module")
def kept(kept_page: Any, server: str) -> Any:
    return open_tab(kept_page, server)


@pytest.fixture
def tab(kept: Any) -> Any:
    """The tab without what the test before left in it."""
    kept.set_viewport_size({"width": 1280, "height": 900})
    kept.locator("#qa_pairs-clear").click()
    expect(view(kept)).to_contain_text("点一个示例试试")
    number(kept, "n", "6")
    return kept


def test_pairs_come_one_by_one_and_those_that_failed_are_hidden(page: Any, server: str) -> None:
    tab = open_tab(page, server)
    number(tab, "n", "8")
    tab.locator("#qa_pairs-settings button").first.click()
    number(tab, "top-p", "1")
    tab.get_by_role("button", name="青蒿素").click()
    expect(view(tab).locator(".summary")).to_contain_text("/ 8", timeout=30_000)
    expect(view(tab).locator(".progress")).to_be_visible()
    expect(view(tab).locator(".progress")).to_be_hidden(timeout=60_000)
    expect(view(tab).locator(".summary")).to_contain_text("用时")
    passage = passage_box(tab).input_value()
    assert "屠呦呦" in passage
    shown = cards(tab).count()
    assert view(tab).locator(".card.failed").count() == 0
    toggle = view(tab).locator(".failed-toggle")
    hidden = int(re.search(r"\d+", toggle.inner_text()).group())
    assert hidden > 0
    toggle.click()
    expect(cards(tab)).to_have_count(shown + hidden)
    expect(view(tab).locator(".summary strong")).to_have_text(str(shown + hidden))
    kinds = cards(tab).evaluate_all("(all) => all.map((card) => card.classList.contains('passed'))")
    assert kinds == sorted(kinds, reverse=True), "those that passed come first"
    assert kinds.count(True) == shown
    for answer in view(tab).locator(".card .answer").all_inner_texts():
        assert answer in passage
    view(tab).locator(".failed-toggle").click()
    expect(cards(tab)).to_have_count(shown)


def test_a_card_and_its_answer_in_the_passage_light_each_other(tab: Any) -> None:
    generate(tab, PANDA)
    card = cards(tab).first
    key = card.get_attribute("data-key")
    marks = view(tab).locator(f'mark[data-keys~="{key}"]')
    assert "".join(marks.all_inner_texts()) == card.locator(".answer").inner_text()
    card.focus()
    expect(marks.first).to_have_class(re.compile(r"\blit\b"))
    view(tab).locator(".asking input").focus()
    expect(marks.first).not_to_have_class(re.compile(r"\blit\b"))
    marks.first.hover()
    expect(card).to_have_class(re.compile(r"\blit\b"))
    marks.first.click()
    expect(card).to_be_focused()


def test_pairs_are_edited_checked_deleted_and_exported_as_shown(tab: Any) -> None:
    generate(tab, PANDA)
    expect(cards(tab).nth(1)).to_be_visible()
    total = cards(tab).count()
    key = cards(tab).first.get_attribute("data-key")
    card = view(tab).locator(f'.card[data-key="{key}"]')

    card.get_by_role("button", name="编辑").click()
    expect(card.locator(".edit-question")).to_be_focused()
    card.locator(".edit-question").fill("  ")
    card.get_by_role("button", name="保存并核对").click()
    expect(card.locator(".error")).to_contain_text("不能空着")
    card.locator(".edit-question").fill('="哪一年"成立？')
    card.locator(".edit-answer").fill("1961年")
    sentence = PANDA[PANDA.index("1961年") :].partition("。")[0] + "。"
    say(tab, reader_answer="1961年", reader_score=0.91, passed=True, sentence=sentence)
    card.get_by_role("button", name="保存并核对").click()
    expect(card.locator(".verdict")).to_contain_text("阅读模型也这样答")
    expect(card.locator(".verdict")).to_contain_text("91%")
    assert "".join(view(tab).locator(f'mark[data-keys~="{key}"]').all_inner_texts()) == "1961年"

    other = cards(tab).nth(1)
    gone = other.locator(".question").inner_text()
    other.get_by_role("button", name="删除").click()
    expect(cards(tab)).to_have_count(total - 1)

    found = json.loads(download(tab, "下载 JSON"))
    assert found["passage"] == PANDA
    assert len(found["pairs"]) == total - 1
    assert gone not in {pair["question"] for pair in found["pairs"]}
    edited = next(pair for pair in found["pairs"] if pair["question"] == '="哪一年"成立？')
    assert PANDA[slice(*edited["answer_span"])] == edited["answer"] == "1961年"
    assert edited["passed"] is True
    assert edited["score"] is None
    for pair in found["pairs"]:
        assert PANDA[slice(*pair["answer_span"])] == pair["answer"]

    rows = list(csv.DictReader(io.StringIO(download(tab, "下载 CSV"))))
    assert {row["answer"] for row in rows} == {pair["answer"] for pair in found["pairs"]}
    assert '\'="哪一年"成立？' in {row["question"] for row in rows}
    anki = download(tab, "下载 Anki 卡片").splitlines()
    assert anki[:2] == ["#separator:tab", "#html:false"]
    notes = list(csv.reader(anki[2:], delimiter="\t"))
    assert all(len(note) == 3 for note in notes)
    founded = PANDA[PANDA.index("1961年") :].partition("。")[0] + "。"
    assert ['\'="哪一年"成立？', "1961年", founded] in notes
    assert edited["sentence"] == founded
    assert {row["sentence"] for row in rows} == {pair["sentence"] for pair in found["pairs"]}
    for pair in found["pairs"]:
        assert pair["answer"] in pair["sentence"]
        assert pair["sentence"] in PANDA
    view(tab).get_by_role("button", name="复制 JSON").click()
    expect(view(tab).get_by_role("button", name="已复制")).to_be_visible()
    assert json.loads(tab.evaluate("navigator.clipboard.readText()")) == found

    view(tab).locator(".restore").click()
    expect(cards(tab)).to_have_count(total)


def test_the_readers_word_is_shown_and_an_edited_pair_is_never_hidden(tab: Any) -> None:
    generate(tab, KING)
    key = cards(tab).first.get_attribute("data-key")
    card = view(tab).locator(f'.card[data-key="{key}"]')

    def edit(question: str, answer: str, **said: Any) -> None:
        card.get_by_role("button", name="编辑").click()
        card.locator(".edit-question").fill(question)
        card.locator(".edit-answer").fill(answer)
        say(tab, **said)
        card.locator(".edit-answer").press("Enter")

    edit("谁的诞辰？", "国王", reader_answer="十世王", reader_score=0.4, passed=False)
    expect(card.locator(".verdict")).to_contain_text("阅读模型答的是：十世王40%")
    edit("在哪里？", "不在文中的话", reader_answer="", reader_score=0.8, passed=False)
    expect(card.locator(".verdict")).to_contain_text("找不到答案")
    expect(card.locator(".answer")).to_contain_text("不是原文")
    expect(card).to_have_class(re.compile(r"\bfailed\b"))
    toggle = view(tab).locator(".failed-toggle")
    if toggle.count():
        toggle.click()
    expect(card).to_be_visible()
    edit("出了错？", "国王", error={"zh": "服务器正忙", "en": "busy"})
    expect(card.locator(".error")).to_have_text("服务器正忙")
    card.get_by_role("button", name="核对").click()
    expect(card.locator(".verdict")).not_to_contain_text("还没有核对")
    expect(card.locator(".error")).to_have_count(0)
    card.get_by_role("button", name="编辑").click()
    card.locator(".edit-question").fill("不要了")
    tab.keyboard.press("Escape")
    expect(card.locator(".question")).to_have_text("出了错？")


def test_a_selected_piece_is_asked_for_and_then_asked_for_anew(tab: Any) -> None:
    generate(tab, PANDA)
    total = cards(tab).count()
    select(tab, "1961年")
    expect(view(tab).locator(".picking b")).to_have_text("1961年")
    view(tab).locator(".ask-for").click()
    card = view(tab).locator('.card[data-key="own-1"]')
    expect(card.locator(".verdict")).not_to_have_class(re.compile("waiting"), timeout=30_000)
    expect(cards(tab)).to_have_count(total + 1)
    expect(card.locator(".answer")).to_have_text("1961年")
    expect(card.locator(".question")).to_have_text(re.compile(".+？$"))
    pair = {"answer": "1961年", "answer_span": [PANDA.index("1961年"), PANDA.index("1961年") + 5], "score": 0.5}
    said = {"reader_answer": "1961年", "reader_score": 0.9, "passed": True}
    say(tab, pair={"question": "换了问法？", **pair, **said})
    card.get_by_role("button", name="换个问法").click()
    expect(card.locator(".question")).to_have_text("换了问法？")

    # By keyboard: the third character, and the two behind it.
    text = view(tab).locator(".text")
    tab.evaluate("getSelection().removeAllRanges()")
    text.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        tab.keyboard.press(key)
    expect(view(tab).locator(".picking b")).to_have_text(PANDA[2:5])
    say(tab, error={"zh": "想不出", "en": "nothing"})
    tab.keyboard.press("Enter")
    expect(view(tab).locator(".picking .error")).to_have_text("想不出")
    expect(cards(tab)).to_have_count(total + 1)


def test_the_passage_answers_questions_of_the_visitor(tab: Any) -> None:
    generate(tab, PANDA)
    box = view(tab).locator(".asking input")
    said = view(tab).locator(".said")
    box.fill("大熊猫吃什么？")
    box.press("Enter")
    expect(said).to_contain_text("%")
    expect(said).to_contain_text("大熊猫吃什么？")
    at = PANDA.index("竹子")
    say(tab, answer="竹子", answer_span=[at, at + 2], score=0.97, milliseconds=5)
    box.press("Enter")
    expect(said.locator("b")).to_have_text("竹子")
    expect(said).to_contain_text("97%")
    assert "".join(view(tab).locator("mark.found").all_inner_texts()) == "竹子"
    say(tab, answer="", answer_span=[0, 0], score=0.8, milliseconds=5)
    box.fill("股票涨了吗？")
    box.press("Enter")
    expect(said.locator("b")).to_have_text("文章里没有说")
    expect(view(tab).locator("mark.found")).to_have_count(0)


def test_the_quiz_is_played_by_keyboard_and_by_touch(tab: Any) -> None:
    number(tab, "n", "3")
    generate(tab, PANDA)
    expect(cards(tab).nth(1)).to_be_visible()
    questions = view(tab).locator(".card .question").all_inner_texts()
    answers = view(tab).locator(".card .answer").all_inner_texts()
    button = view(tab).locator(".quiz")
    button.focus()
    button.press("Enter")
    quiz = tab.get_by_role("dialog")
    expect(quiz.locator(".counter")).to_have_text(f"1 / {len(questions)}")
    expect(quiz.locator(".question")).to_have_text(questions[0])
    expect(quiz.locator(".answer")).to_have_count(0)
    box = quiz.bounding_box()
    assert [box["width"], box["height"]] == [1280, 900]
    for _ in range(4):
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.closest('dialog') !== null")
    quiz.locator(".main").focus()
    tab.keyboard.press("Space")
    expect(quiz.locator(".answer")).to_have_text(answers[0])
    expect(quiz.locator(".sentence mark").first).to_have_text(answers[0])
    tab.keyboard.press("ArrowRight")
    expect(quiz.locator(".counter")).to_have_text(f"2 / {len(questions)}")
    expect(quiz.locator(".question")).to_have_text(questions[1])
    expect(quiz.locator(".answer")).to_have_count(0)
    quiz.locator(".stage").click()
    expect(quiz.locator(".answer")).to_have_text(answers[1])
    tab.keyboard.press("ArrowLeft")
    expect(quiz.locator(".question")).to_have_text(questions[0])
    stage = quiz.locator(".stage").bounding_box()
    x, y = stage["x"] + stage["width"] / 2, stage["y"] + 40
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x - 200, y + 5, steps=4)
    tab.mouse.up()
    expect(quiz.locator(".counter")).to_have_text(f"2 / {len(questions)}")

    # What is written is judged, and the teacher has the last word.
    quiz.locator('[data-way="write"]').click()
    field = quiz.locator("input")
    expect(field).to_be_focused()
    field.fill("A1 不在文章里的话")
    say(tab, error={"zh": "服务器正忙", "en": "busy"})
    field.press("Enter")
    expect(quiz.locator(".trouble")).to_have_text("服务器正忙")
    expect(field).to_have_value("A1 不在文章里的话")
    field.fill(f"是{answers[0]}。")
    field.press("Enter")
    expect(quiz.locator(".judged.right")).to_contain_text(re.compile("对(含有答案|完全一样|数值相同)"))
    expect(quiz.locator(".answer")).to_have_text(answers[0])
    quiz.locator(".turn").click()
    expect(quiz.locator(".judged.wrong")).to_contain_text("老师判的")

    # Of wrong answers one is chosen by its letter; fewer than three come with a word about it.
    kind = {"zh": "日期", "en": "dates"}
    choices = [{"kind": kind, "wrong": ["甲${1}", "<b>乙</b>", "丙"] if i else ["甲"]} for i in range(len(answers))]
    say(tab, choices=choices)
    quiz.locator('[data-way="choose"]').click()
    expect(quiz.locator(".few")).to_have_text("文章里别的日期只有 1 个")
    options = quiz.locator(".option span").all_inner_texts()
    assert sorted(options) == sorted([answers[0], "甲"])
    tab.keyboard.press("ab"[options.index(answers[0])])
    expect(quiz.locator(".option.right span")).to_have_text(answers[0])
    for i in range(1, len(answers)):
        quiz.locator(".main").click()
        expect(quiz.locator(".option span")).to_have_count(4)
        quiz.locator(".option").filter(has_text="丙").click()
        expect(quiz.locator(".option.right span")).to_have_text(answers[i])
    quiz.locator(".main").click()
    expect(quiz.locator(".question")).to_have_text(f"答对 1 / {len(answers)}")
    quiz.locator(".only-missed").click()
    expect(quiz.locator(".counter")).to_have_text(f"1 / {len(answers) - 1}")
    tab.keyboard.press("Escape")
    expect(quiz).to_have_count(0)
    expect(button).to_be_focused()

    # The same on paper: two pages, the answers on their own.
    view(tab).locator(".print").click()
    sheet = tab.get_by_role("dialog").frame_locator("iframe")
    expect(sheet.locator(".questions li")).to_have_count(len(answers))
    expect(sheet.locator(".room")).to_have_count(len(answers))
    expect(sheet.locator(".answers b")).to_have_text(answers)
    paper = tab.context.new_page()
    paper.set_content(tab.frames[-1].content())
    assert pages(paper.pdf(prefer_css_page_size=True)) == 2
    paper.close()
    tab.keyboard.press("Escape")


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def compose(page: Any, text: str) -> None:
    """Text that an input method is still composing: it is in the field, and not yet written."""
    page.context.new_cdp_session(page).send(
        "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
    )


def test_what_an_input_method_composes_outlives_the_pairs_that_still_come(tab: Any) -> None:
    number(tab, "n", "8")
    passage_box(tab).fill(PANDA)
    tab.locator("#qa_pairs-run").click()
    card = cards(tab).first
    expect(card).to_be_visible(timeout=60_000)
    card = view(tab).locator(f'.card[data-key="{card.get_attribute("data-key")}"]')
    card.locator(".edit").press("Enter")  # by key: a click waits until nothing moves, and pairs keep coming
    field = card.locator(".edit-question")
    expect(field).to_be_focused()
    field.evaluate("""(field) => {
        window.ended = 0;
        field.value = '前后';
        field.setSelectionRange(1, 1);
        field.addEventListener('compositionend', () => { window.ended += 1; });
        field.addEventListener('blur', () => { window.ended += 1; });
    }""")
    compose(tab, "zhong")
    expect(view(tab).locator(".summary")).to_contain_text("用时", timeout=60_000)
    expect(field).to_be_focused()
    expect(field).to_have_value("前zhong后")
    assert tab.evaluate("window.ended") == 0, "the list was sorted around the field"
    compose(tab, "中")
    tab.context.new_cdp_session(tab).send("Input.insertText", {"text": "中"})
    expect(field).to_have_value("前中后")
    assert field.evaluate("(field) => field.selectionStart") == 2
    compose(tab, "x")
    field.dispatch_event("keydown", {"key": "Escape", "isComposing": True, "bubbles": True})
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(field).to_be_visible()


def test_the_inside_follows_the_pairs(tab: Any) -> None:
    how = tab.locator("#qa_pairs-how")
    inside = tab.locator("#qa_pairs-inside")
    how.get_by_role("button").first.click()
    expect(inside).to_contain_text("先生成问答对")
    number(tab, "n", "2")
    generate(tab, KING)
    tree = inside.locator(".tree")
    expect(tree).to_be_visible(timeout=30_000)
    expect(inside.locator(".begins")).to_have_text(KING)
    won = tree.locator("button.won")
    question = inside.locator(".which b").last.inner_text()
    # A token that no letters stand for is a dot.
    path = "".join(won.all_inner_texts()[1:]).replace("·", "")
    assert path
    assert question.replace("·", "").startswith(path)
    assert won.count() > 4
    options = inside.locator(".options button")
    target = options.nth(3)
    text = target.locator("span").inner_text()
    target.click()
    expect(inside.locator(".which b").first).to_have_text(text, timeout=30_000)
    expect(target).to_have_attribute("aria-pressed", "true")
    won.first.focus()
    tab.keyboard.press("ArrowRight")
    expect(inside.locator(".readout b")).to_have_text(re.compile("^.$"))
    expect(inside.locator(".readout li")).to_have_count(4)
    assert tab.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1
