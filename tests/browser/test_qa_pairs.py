"""A visitor at the QA pairs tab (see conftest.py for the server).

What is asked depends on the weights, so the tests look at how pairs hang together, and answer in the server's place
where a certain answer is needed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = {
    e["label"].split()[0]: e["text"]
    for e in json.loads((ROOT / "assets/examples/qa_pairs/examples.json").read_text(encoding="utf-8"))
}
PANDA, KING = EXAMPLES["大熊猫"], EXAMPLES["国王"]
HOSTILE = "<img src=x onerror=alert(1)> ${alert(1)} {{value}} 竺可桢于1890年出生在浙江绍兴，是中国近代气象学的奠基人。"
ENDPOINT = re.compile(r"/component_server")


def open_tab(page: Any, server: str, options: str = "", ready: str = "模型就绪") -> Any:
    page.goto(f"{server}/?tab=qa_pairs{options}")
    expect(page.locator("#qa_pairs-state")).to_contain_text(ready, timeout=60_000)
    return page


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    return open_tab(page, server)


def view(page: Any) -> Any:
    return page.locator("#qa_pairs-result")


def cards(page: Any) -> Any:
    return view(page).locator(".card")


def passage_box(page: Any) -> Any:
    return page.locator("#qa_pairs-passage textarea")


def finished(page: Any) -> Any:
    """Wait for the end of a run; the cards of all its pairs are shown then."""
    expect(view(page).locator(".summary")).to_contain_text(re.compile("用时| · .*s$"), timeout=60_000)
    expect(view(page).locator(".progress")).to_be_hidden(timeout=60_000)
    toggle = view(page).locator(".failed-toggle")
    if toggle.count() and toggle.get_attribute("aria-pressed") == "false":
        toggle.click()
        # Off the card that has taken the button's place.
        page.mouse.move(0, 0)
    return page


def generate(page: Any, text: str) -> Any:
    passage_box(page).fill(text)
    page.locator("#qa_pairs-run").click()
    expect(view(page).locator(".text")).to_have_text(text)
    return finished(page)


def number(page: Any, name: str, value: str) -> None:
    field = page.locator(f"#qa_pairs-{name} input[type=number]")
    field.fill(value)
    field.press("Tab")


def say(page: Any, **answer: Any) -> None:
    """What the server answers to the next question of a view."""
    page.route(ENDPOINT, lambda route: route.fulfill(json=answer), times=1)


def select(page: Any, piece: str) -> None:
    """Select a piece of the shown passage as a mouse or a finger would."""
    view(page).locator(".text").evaluate(
        """(text, piece) => {
            const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
            const places = [];
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                for (let i = 0; i < node.data.length; i += 1) places.push([node, i]);
            }
            const at = text.textContent.indexOf(piece);
            const [last, end] = places[at + piece.length - 1];
            getSelection().setBaseAndExtent(...places[at], last, end + 1);
        }""",
        piece,
    )


def download(page: Any, button: str) -> str:
    with page.expect_download() as caught:
        view(page).get_by_role("button", name=button).click()
    return Path(caught.value.path()).read_text(encoding="utf-8-sig")


def test_pairs_come_one_by_one_and_those_that_failed_are_hidden(tab: Any) -> None:
    number(tab, "n", "8")
    tab.locator("#qa_pairs-settings button").first.click()
    number(tab, "top-p", "1")
    tab.get_by_role("button", name="大熊猫").click()
    expect(view(tab).locator(".summary")).to_contain_text("/ 8", timeout=30_000)
    expect(view(tab).locator(".progress")).to_be_visible()
    expect(view(tab).locator(".progress")).to_be_hidden(timeout=60_000)
    expect(view(tab).locator(".summary")).to_contain_text("用时")
    expect(passage_box(tab)).to_have_value(PANDA)
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
        assert answer in PANDA
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
    say(tab, reader_answer="1961年", reader_score=0.91, passed=True)
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
    assert all(len(note) == 2 for note in notes)
    assert ['\'="哪一年"成立？', "1961年"] in notes
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
    expect(quiz.locator(".sentence mark")).to_have_text(answers[0])
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
    tab.keyboard.press("Escape")
    expect(quiz).to_have_count(0)
    expect(button).to_be_focused()


def test_stopping_keeps_what_is_there_and_leaves_the_way_free(tab: Any) -> None:
    number(tab, "n", "20")
    passage_box(tab).fill(PANDA)
    tab.locator("#qa_pairs-run").click()
    expect(view(tab).locator(".progress")).to_be_visible(timeout=30_000)
    tab.locator("#qa_pairs-stop").press("Enter")  # by key: a click waits until nothing moves, and pairs keep coming
    expect(view(tab).locator(".summary")).to_contain_text("已停止")
    expect(view(tab).locator(".progress")).to_be_hidden()
    expect(view(tab).locator(".text")).to_have_text(PANDA)
    number(tab, "n", "1")
    generate(tab, KING)
    expect(view(tab).locator(".summary")).not_to_contain_text("已停止")
    tab.locator("#qa_pairs-clear").click()
    expect(view(tab)).to_contain_text("点一个示例试试")
    expect(passage_box(tab)).to_have_value("")


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


def upload(page: Any, name: str, data: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("#qa_pairs-file").click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})


def test_a_long_file_is_asked_part_by_part_and_a_bad_one_says_why(tab: Any) -> None:
    paragraphs = [f"第{i}段说的是第{i}座城市的历史。" + "那里的人从很早的时候起就会修水渠。" * 60 for i in range(12)]
    upload(tab, "长文.txt", "\r\n".join(paragraphs).encode("gb18030"))
    expect(tab.locator("#qa_pairs-note")).to_contain_text("3 部分", timeout=30_000)
    first = passage_box(tab).input_value()
    assert first.startswith(paragraphs[0])
    assert 2500 <= len(first) <= 5000
    assert first.endswith(paragraphs[first.count("\n")])
    part = tab.locator("#qa_pairs-part input")
    part.click()
    tab.get_by_role("option", name=re.compile("2.3 第")).click()
    expect(passage_box(tab)).to_have_value(re.compile(f"^{paragraphs[first.count(chr(10)) + 1][:10]}"))
    expect(tab.locator("#qa_pairs-count")).to_contain_text("/ 5,000 字")
    upload(tab, "短文.md", "# 标题\n\n**泼水节**是[傣族](http://x)的节日。".encode())
    expect(passage_box(tab)).to_have_value("标题\n\n泼水节是傣族的节日。")
    expect(part).to_have_count(0)
    upload(tab, "a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0")
    expect(tab.locator("#qa_pairs-note .error")).to_contain_text("不是文本文件")
    expect(passage_box(tab)).to_have_value("标题\n\n泼水节是傣族的节日。")


def test_hostile_text_is_shown_as_text_and_runs_nothing(tab: Any) -> None:
    generate(tab, HOSTILE)
    select(tab, "${alert(1)}")
    expect(view(tab).locator(".picking b")).to_have_text("${alert(1)}")
    pair = {"question": HOSTILE[:30], "answer": HOSTILE[:28], "answer_span": [0, 28], "score": 0.5}
    say(tab, pair={**pair, "reader_answer": "${alert(2)}", "reader_score": 0.5, "passed": False})
    view(tab).locator(".ask-for").click()
    expect(view(tab).locator('.card[data-key="own-1"] .question')).to_have_text(HOSTILE[:30])
    box = view(tab).locator(".asking input")
    say(tab, answer=HOSTILE[:28], answer_span=[0, 28], score=0.5, milliseconds=1)
    box.fill("{{value}} <b>x</b>")
    box.press("Enter")
    expect(view(tab).locator(".said")).to_contain_text("{{value}} <b>x</b>")
    view(tab).locator(".quiz").click()
    expect(tab.get_by_role("dialog").locator(".question")).to_have_text(HOSTILE[:30])
    tab.keyboard.press("Space")
    tab.keyboard.press("Escape")
    tab.locator("#qa_pairs-how").get_by_role("button").first.click()
    expect(tab.locator("#qa_pairs-inside .begins")).to_have_text(HOSTILE, timeout=30_000)
    for place in ("result", "inside"):
        assert tab.locator(f"#qa_pairs-{place} img, #qa_pairs-{place} script").count() == 0


def test_bad_input_says_why_and_the_pairs_stay(tab: Any) -> None:
    number(tab, "n", "1")
    generate(tab, KING)
    shown = cards(tab).count()
    for text, message in [
        ("", "请输入文字"),
        ("太短", "文章太短"),
        ("An English text is none that these models can read.", "只读中文"),
        ("字" * 5001, "5,001 个字符，上限 5,000"),
    ]:
        passage_box(tab).fill(text)
        tab.locator("#qa_pairs-run").click()
        expect(view(tab).locator(".told.error")).to_contain_text(message)
        expect(cards(tab)).to_have_count(shown)
        expect(view(tab).locator(".text")).to_have_text(KING)
    expect(tab.locator("#qa_pairs-count .error")).to_contain_text("5,001")


def test_an_english_visitor_on_a_phone(page: Any, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_tab(page, server, "&lang=en", "Model ready")
    expect(page.locator("#qa_pairs-run")).to_have_text("Generate pairs")
    page.locator("#qa_pairs-run").click()
    expect(view(page).locator(".error")).to_have_text("please enter some text")
    number(page, "n", "2")
    passage_box(page).fill(PANDA)
    page.locator("#qa_pairs-run").click()
    finished(page)
    expect(cards(page).first.get_by_role("button", name="Ask anew")).to_be_visible()
    expect(view(page).locator(".verdict").first).to_contain_text("the reader")
    assert view(page).locator(".summary").bounding_box()["y"] < 844, "the result is scrolled to"
    page.locator("#qa_pairs-how").get_by_role("button").first.click()
    expect(page.locator("#qa_pairs-inside .tree")).to_be_visible(timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1
    view(page).locator(".quiz").click()
    page.get_by_role("dialog").locator(".main").click()
    expect(page.get_by_role("dialog").locator(".sentence")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("button", name="End the quiz")).to_be_visible()
