"""A visitor who compares two sentences at the Similarity tab, in a real browser (see conftest.py).

What the models say of two sentences changes with their weights; what is checked here does not.
"""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.similarity_page import LONG, A, B, compare, expect_words, fill, result, score, words


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    page.goto(f"{server}/?tab=similarity")
    expect(page.locator("#similarity-state")).to_contain_text("模型就绪", timeout=90_000)
    return page


@pytest.fixture(scope="module")
def compared(kept_page: Any, server: str) -> Any:
    """Two sentences compared, for tests that leave them so."""
    kept_page.goto(f"{server}/?tab=similarity")
    expect(kept_page.locator("#similarity-state")).to_contain_text("模型就绪", timeout=90_000)
    compare(kept_page, A, B)
    expect_words(kept_page, "a", "我", "上海")
    return kept_page


def test_two_sentences_in_scores_words_ribbons_and_table_out(compared: Any) -> None:
    found = result(compared)
    for name in ("wrd", "wmd", "cosine", "contextual"):
        assert score(compared, name).replace("−", "-") == f"{found[name]:.3f}"
    for sums in (sum(map(sum, found["plan"])), sum(found["weights_a"]), sum(found["weights_b"])):
        assert sums == pytest.approx(1, abs=1e-4)
    routes = sum(mass > 0 for row in found["plan"] for mass in row)
    expect(compared.locator("#similarity-result .route")).to_have_count(routes)
    expect(compared.locator("#similarity-result .what-if")).to_contain_text("若不计模长")
    expect(compared.locator("#similarity-result .dearest")).to_contain_text("最费的词是")
    expect(compared.locator("#similarity-result .summary")).to_contain_text("ms")
    heads = compared.locator("#similarity-result .words")
    assert heads.locator("thead th[scope=col]").all_inner_texts() == found["tokens_b"]
    assert heads.locator("tbody th[scope=row]").all_inner_texts() == found["tokens_a"]


def test_a_word_or_ribbon_says_what_it_carries_by_pointer_and_by_keyboard(compared: Any) -> None:
    shown = compared.locator("#similarity-result .readout")
    words(compared, "a").nth(2).hover()
    expect(shown).to_contain_text("坐火车")
    expect(compared.locator("#similarity-result .ribbons")).to_have_class(re.compile("choosing"))
    expect(words(compared, "a").nth(2)).to_have_class(re.compile("lit"))
    expect(words(compared, "a").nth(0)).not_to_have_class(re.compile("lit"))
    compared.locator("#similarity-result .dearest").hover()
    expect(shown).to_contain_text("Tab")
    words(compared, "a").first.focus()
    expect(shown).to_contain_text("我")
    compared.keyboard.press("ArrowRight")
    expect(shown).to_contain_text("「明天」 重")
    compared.keyboard.press("ArrowDown")
    expect(shown).to_contain_text("余弦")
    expect(compared.locator("#similarity-result td.lit")).to_have_count(1)
    expect(compared.locator("#similarity-result .route.lit")).to_have_count(1)
    compared.keyboard.press("ArrowDown")
    expect(shown).to_contain_text("←")


def test_without_norms_every_word_weighs_the_same_and_it_says_so(compared: Any) -> None:
    before = result(compared)
    compared.locator("#similarity-norms input").click()
    expect(compared.locator("#similarity-result .equal")).to_contain_text("每个词一样重")
    after = result(compared)
    assert score(compared) == f"{after['unweighted']:.3f}"
    assert after["weights_a"] == pytest.approx([1 / len(after["weights_a"])] * len(after["weights_a"]), abs=1e-6)
    assert after["unweighted"] == before["unweighted"]
    compared.locator("#similarity-norms input").click()
    expect(compared.locator("#similarity-result .equal")).to_have_count(0)


def test_other_vectors_compare_anew(compared: Any) -> None:
    for vectors, model in (("静态词向量", "similarity-static"), ("语境编码器", "similarity-encoder")):
        compared.locator("#similarity-model").get_by_text(vectors).click()
        expect(compared.locator("#similarity-result .summary")).to_contain_text(vectors)
        expect(compared.locator("#similarity-state")).to_contain_text(model)


def test_choosing_vectors_before_there_are_sentences_is_no_mistake(tab: Any) -> None:
    tab.locator("#similarity-model").get_by_text("静态词向量").click()
    expect(tab.locator("#similarity-state")).to_contain_text("similarity-static")
    expect(tab.locator("#similarity-result .error")).to_have_count(0)
    expect(tab.locator("#similarity-result .hint")).to_be_visible()


def test_the_table_shows_plan_cost_or_what_is_paid(compared: Any) -> None:
    found = result(compared)
    cell = compared.locator('#similarity-result [data-cell="0-0"]')
    compared.get_by_role("button", name="代价", exact=True).click()
    expect(cell).to_have_text(f"{found['cost'][0][0]:.2f}")
    compared.get_by_role("button", name="花费", exact=True).click()
    expect(compared.locator("#similarity-result caption")).to_contain_text("占总距离")
    shares = [float(text) for text in compared.locator("#similarity-result .heat td .n").all_inner_texts() if text]
    assert sum(shares) == pytest.approx(100, abs=2)
    compared.get_by_role("button", name="运输方案").click()
    expect(compared.get_by_role("button", name="运输方案")).to_have_attribute("aria-pressed", "true")


def test_copy_and_download(compared: Any) -> None:
    compared.get_by_role("button", name="复制 JSON").click()
    expect(compared.get_by_role("button", name="已复制")).to_be_visible()
    assert json.loads(compared.evaluate("navigator.clipboard.readText()")) == result(compared)
    with compared.expect_download() as caught:
        compared.get_by_role("button", name="下载 CSV").click()
    assert caught.value.suggested_filename == f"similarity-{date.today()}.csv"
    table = list(csv.DictReader(io.StringIO(Path(caught.value.path()).read_text(encoding="utf-8-sig"))))
    assert list(table[0]) == ["word_a", "word_b", "mass", "cost", "paid"]
    assert len(table) == compared.locator("#similarity-result .route").count()
    assert sum(float(row["mass"]) for row in table) == pytest.approx(1, abs=1e-4)
    wanted = 1 - result(compared)["wrd"]
    assert sum(float(row["paid"]) for row in table) == pytest.approx(wanted, abs=1e-4)


def test_the_transport_problem_can_be_followed_to_its_optimum(tab: Any) -> None:
    compare(tab, "孩子发高烧了，应该怎么办？", "小朋友体温很高，要如何处理？")
    tab.locator("#similarity-how button").first.click()
    inside = tab.locator("#similarity-inside")
    expect(inside.locator(".weights span").first).to_be_visible()
    expect(inside.locator(".bounds li")).to_have_count(3)
    expect(inside.locator(".told")).to_contain_text("开头")
    count = inside.locator(".count")
    end = int(count.inner_text().split("/")[1].split()[0])
    assert end >= 1, "this pair was chosen because its first plan is not yet the best"
    inside.get_by_role("button", name="下一步").click()
    expect(inside.locator("td.entering")).to_have_count(1)
    gains, loses = inside.locator("td.gains").count(), inside.locator("td.loses").count()
    assert gains == loses >= 2
    inside.get_by_role("button", name="上一步").press("ArrowLeft")
    expect(count).to_contain_text(f"第 0 / {end} 步")
    inside.locator("input[type=range]").press("End")
    expect(inside.locator(".optimal")).to_contain_text("已是最优")
    expect(inside.locator("tbody td.price")).to_have_count(inside.locator("tbody th:visible").count() // 2)
    dual, paid = re.findall(r"\d\.\d{4}", inside.locator(".optimal").inner_text())[-2:]
    assert dual == paid
    # Playing from the end begins anew and comes to rest by itself.
    inside.get_by_role("button", name="播放").click()
    expect(count).to_contain_text(f"第 0 / {end} 步")
    expect(inside.locator(".optimal")).to_be_visible()
    expect(inside.get_by_role("button", name="播放")).to_be_visible()


def test_long_sentences_say_that_there_are_no_steps(tab: Any) -> None:
    compare(tab, LONG, A)
    expect_words(tab, "b", "我", "上海")
    tab.locator("#similarity-how button").first.click()
    expect(tab.locator("#similarity-inside .too-long")).to_contain_text("24")


@pytest.fixture(scope="module")
def cleared(compared: Any) -> Any:
    """The same page, for tests that put in sentences of their own."""
    compared.locator("#similarity-clear").click()
    expect(compared.locator("#similarity-a textarea")).to_have_value("")
    expect(compared.locator("#similarity-result .hint")).to_be_visible()
    return compared


def test_clear_empties_the_pane(cleared: Any) -> None:
    expect(cleared.locator("#similarity-result .word")).to_have_count(0)


def test_enter_compares_and_swap_swaps(cleared: Any) -> None:
    fill(cleared, A, B)
    cleared.locator("#similarity-b textarea").press("Enter")
    expect_words(cleared, "a", "我", "上海")
    cleared.locator("#similarity-swap").click()
    expect_words(cleared, "a", "明天", "上海")
    expect(cleared.locator("#similarity-a textarea")).to_have_value(B)


def test_every_example_works_by_one_click(cleared: Any) -> None:
    examples = json.loads(Path("assets/examples/similarity/examples.json").read_text(encoding="utf-8"))
    assert len(examples) == 6
    for example in examples:
        cleared.locator("#similarity-examples").get_by_text(example["label"]["zh"], exact=True).click()
        expect(cleared.locator("#similarity-b textarea")).to_have_value(example["text_b"])
        # The words, without the punctuation between them, are the sentence.
        expect(cleared.locator("#similarity-result .heat tbody")).to_be_visible()
        cleared.wait_for_function(
            """text => [...document.querySelectorAll('#similarity-result .word[data-side="b"]')]
                .map((word) => word.textContent).join("") === text.replace(/[，。？]/g, "")""",
            arg=example["text_b"],
        )


def test_equal_sentences_are_at_distance_nothing(cleared: Any) -> None:
    compare(cleared, "這個軟體很好用！", "这个软体很好用!")
    expect_words(cleared, "a", "這個", "用")
    assert [score(cleared, name) for name in ("wrd", "wmd", "cosine", "contextual")] == ["1.000"] * 4
    expect(cleared.locator("#similarity-result .dearest")).to_contain_text("距离为 0")
    compare(cleared, A, A)
    expect(cleared.locator("#similarity-result .dearest")).to_contain_text("逐词相同")


def test_the_score_has_a_word_on_a_scale_and_amounts_and_negation_are_told(tab: Any) -> None:
    compare(tab, "车十五点从北站开出", "车下午三点从北站开出")
    view = tab.locator("#similarity-result")
    expect(view.locator(".levels [aria-current=true]")).to_have_count(1)
    assert view.locator(".levels [aria-current=true]").get_attribute("data-level") == result(tab)["level"]
    expect(view.locator(".amounts-equal")).to_contain_text("十五点")
    compare(tab, "车票已经卖完了", "车票还没有卖完")
    expect(view.locator(".opposed")).to_contain_text("否定")
    expect(view.locator(".amounts-equal")).to_have_count(0)


def test_of_long_sentences_the_main_ribbons_show_and_the_others_on_demand(tab: Any) -> None:
    clauses = (
        "昨天傍晚我和两个老同学在河边的小店吃面",
        "老板娘端来一碟花生和三杯热茶",
        "窗外的雨一直下到半夜才慢慢停住",
    )
    compare(tab, "，".join(clauses), "，".join(reversed(clauses)))
    view = tab.locator("#similarity-result")
    expect(view.locator(".route:not(.minor)").first).to_be_attached()
    minor = view.locator(".route.minor").first
    expect(minor).to_have_css("opacity", "0")
    words(tab, "a").nth(int(minor.get_attribute("data-i") or 0)).hover()
    expect(minor).not_to_have_css("opacity", "0")
