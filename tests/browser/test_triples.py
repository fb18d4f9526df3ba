"""A visitor at the Triples tab, in a real browser, on a server that is cut from the network (see conftest.py)."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core.triples.triple import Triple

FILM = "《战狼2》是由吴京执导的动作电影，由吴京、弗兰克·格里罗主演，2017年7月27日在中国上映"


def extract(page: Any, text: str) -> None:
    page.locator("#triples-text textarea").fill(text)
    page.locator("#triples-run").click()


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    page.goto(f"{server}/?tab=triples")
    expect(page.locator("#triples-state")).to_contain_text("模型就绪", timeout=30_000)
    return page


@pytest.fixture(scope="module")
def kept(kept_page: Any, server: str) -> Any:
    """The tab as the test before left it."""
    kept_page.goto(f"{server}/?tab=triples")
    expect(kept_page.locator("#triples-state")).to_contain_text("模型就绪", timeout=30_000)
    return kept_page


def rows(page: Any) -> Any:
    return page.locator("#triples-result tbody tr")


def expect_shown(page: Any, text: str) -> None:
    """The result shows exactly `text`, leaving out the labels of types between its words."""
    page.wait_for_function(
        """text => {
            const shown = document.querySelector("#triples-result .text")?.cloneNode(true);
            shown?.querySelectorAll("small").forEach((label) => label.remove());
            return shown?.textContent === text;
        }""",
        arg=text,
        timeout=20_000,
    )


def test_who_writes_no_chinese_is_told_that_the_model_reads_nothing_else(kept: Any) -> None:
    hint = kept.locator("#triples-result .graph .empty")
    extract(kept, "Jane Austen wrote Emma in 1815.")
    expect(hint).to_have_text("文中没有中文，模型只读中文。")
    extract(kept, "今天天气不错。")
    expect(hint).to_contain_text("没有找到三元组")


def test_text_in_triples_out_with_marks_table_and_latency(kept: Any) -> None:
    extract(kept, FILM)
    director = rows(kept).filter(has_text="导演")
    expect(director).to_contain_text("战狼2")
    expect(director).to_contain_text("吴京")
    expect(rows(kept).filter(has_text="弗兰克·格里罗")).to_have_count(1)
    expect(kept.locator("#triples-result .text")).to_contain_text("是由")
    expect(kept.locator("#triples-result mark").first).to_contain_text("影视作品")
    expect(kept.locator("#triples-result .summary")).to_contain_text("ms")
    director.hover()
    expect(kept.locator("#triples-result mark.lit").filter(has_text="吴京").first).to_be_visible()
    expect(kept.locator("#triples-result .edge.lit")).to_have_count(1)


def test_every_example_works_by_one_click(kept: Any) -> None:
    examples = json.loads(Path("assets/examples/triples/examples.json").read_text(encoding="utf-8"))
    assert len(examples) == 6
    for example in examples:
        kept.locator("#triples-examples").get_by_role("button", name=example["label"]["zh"], exact=True).click()
        expect_shown(kept, example["text"])
        expect(kept.locator("#triples-examples .says")).to_contain_text(example["says"]["zh"])
        assert rows(kept).count() >= 1, example["label"]
    # The last one fails, and says why: a grandfather is taken for the father.
    expect(kept.locator("#triples-examples .says.fails")).to_contain_text("为什么")
    expect(rows(kept).filter(has_text="梁从诫").filter(has_text="父亲")).to_contain_text("梁启超")


def test_copy_and_download(kept: Any) -> None:
    extract(kept, FILM)
    expect_shown(kept, FILM)
    kept.get_by_role("button", name="复制 JSON").click()
    expect(kept.get_by_role("button", name="已复制")).to_be_visible()
    copied = json.loads(kept.evaluate("navigator.clipboard.readText()"))
    with kept.expect_download() as caught:
        kept.get_by_role("button", name="下载 JSON").click()
    assert json.loads(Path(caught.value.path()).read_text(encoding="utf-8")) == copied
    assert {f.name for f in fields(Triple)} == set(copied["triples"][0])
    with kept.expect_download() as caught:
        kept.get_by_role("button", name="下载 CSV").click()
    assert caught.value.suggested_filename == f"triples-{date.today()}.csv"
    table = list(csv.DictReader(io.StringIO(Path(caught.value.path()).read_text(encoding="utf-8-sig"))))
    assert len(table) == len(copied["triples"]) == rows(kept).count()
    assert FILM[int(table[0]["subject_start"]) : int(table[0]["subject_end"])] == table[0]["subject"]


HOSTILE = [
    "<script>alert(1)</script>《战狼2》由吴京执导。",
    "<img src=x onerror=alert(1)>《战狼2》由吴京执导。",
    "${alert(1)} {{value}} `${alert(2)}` 《战狼2》由吴京执导。",
    "{{#each value}}<b>x</b>{{/each}} [CLS][MASK] 《战狼2》由吴京执导。",
    "😀👨‍👩‍👧\u202e\u200b《战狼２》由吴京執導。",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text_and_runs_nothing(kept: Any, text: str) -> None:
    extract(kept, text)
    expect_shown(kept, text)
    assert kept.locator("#triples-result script, #triples-result img").count() == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "请输入文字"),
        ("  \n ", "请输入文字"),
        pytest.param("字" * 200_000, "200,000", id="too-long"),
        ("\x01\x02\x03\x04PK\x05", "二进制"),
    ],
)
def test_bad_input_gets_a_clear_message_and_the_result_stays(kept: Any, text: str, message: str) -> None:
    extract(kept, FILM)
    expect(kept.locator("#triples-result .error")).to_have_count(0)
    expect_shown(kept, FILM)
    before = rows(kept).count()
    extract(kept, text)
    expect(kept.locator("#triples-result .error")).to_contain_text(message)
    expect(kept.locator("#triples-result .earlier .before")).to_be_visible()
    assert rows(kept).count() == before, "the earlier result was lost"
    assert kept.locator("#triples-text textarea").input_value().strip() == text.strip(), "the text was lost"


def test_the_inside_can_be_opened_and_another_subject_chosen(tab: Any) -> None:
    tab.locator("#triples-model").get_by_text("CasRel").click()
    extract(tab, FILM + "。雷军毕业于武汉大学。")
    expect(rows(tab).first).to_be_visible()
    tab.locator("#triples-how button").first.click()
    inside = tab.locator("#triples-inside")
    expect(inside.locator(".strip").first).to_be_visible()
    expect(inside.locator(".relation b").first).to_be_visible()
    inside.get_by_role("button", name="第 2 句").click()
    expect(inside.locator(".strip").first).to_contain_text("雷")


def test_clear_empties_the_tab(kept: Any) -> None:
    extract(kept, "雷军毕业于武汉大学。")
    expect_shown(kept, "雷军毕业于武汉大学。")
    expect(rows(kept).first).to_be_visible()
    kept.locator("#triples-clear").click()
    expect(kept.locator("#triples-text textarea")).to_have_value("")
    expect(rows(kept)).to_have_count(0)


def test_two_languages_by_link_and_by_button(page: Any, server: str) -> None:
    page.goto(f"{server}/?tab=triples&lang=en")
    expect(page.locator("#triples-run")).to_have_text("Extract triples")
    page.locator("#triples-run").click()
    expect(page.locator("#triples-result .error")).to_have_text("please enter some text")
    page.locator("#triples-text textarea").fill("typed before the switch")
    page.locator("#modou-language").click()
    expect(page.locator("#triples-run")).to_have_text("抽取三元组")
    expect(page.locator("#triples-text textarea")).to_have_value("typed before the switch")


def test_dark_by_link_and_by_button(page: Any, server: str) -> None:
    page.goto(f"{server}/?tab=triples&__theme=dark")
    expect(page.locator("body")).to_have_class("dark")
    page.locator("#modou-theme").click()
    expect(page.locator("body")).not_to_have_class("dark")


def test_no_sideways_scroll(kept: Any) -> None:
    for width in (390, 768, 1440):
        kept.set_viewport_size({"width": width, "height": 844})
        extract(kept, FILM)
        expect(rows(kept).first).to_be_visible(timeout=30_000)
        assert kept.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1


def test_events_as_cards_in_the_text_on_a_line_of_time_and_as_graphs(tab: Any) -> None:
    tab.get_by_role("tab", name="事件").click()
    result = tab.locator("#events-result")
    examples = json.loads(Path("assets/examples/triples/events.json").read_text(encoding="utf-8"))
    tab.locator("#events-examples").get_by_text(examples[0]["label"]["zh"], exact=True).click()
    expect(result.locator(".card").filter(has_text="离婚")).to_contain_text("陈默", timeout=20_000)
    married = result.locator(".card").filter(has_text="人生-结婚")
    expect(married).to_contain_text("顾言")
    expect(result.locator(".line li").first).to_contain_text("2024-05-18")
    married.hover()
    expect(result.locator("mark.lit.trigger")).to_contain_text("结婚")
    expect(result.locator("tbody tr.lit")).to_have_count(1)
    with tab.expect_download() as download:
        result.get_by_role("button", name="下载 CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert "人生-结婚" in {row["type"] for row in rows}
    tab.locator("#events-how button").first.click()
    inside = tab.locator("#events-inside")
    expect(inside.locator(".node").filter(has_text="顾言").first).to_be_visible()
    expect(inside.locator(".edge.firm").first).to_be_attached()
