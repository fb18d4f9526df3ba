"""The matrix of the Similarity tab, in a real browser."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.similarity_lists_page import cells, download, expect_compared, open_pane


@pytest.fixture
def matrix(page: Any, server: str) -> Any:
    return open_pane(page, server, "两两矩阵")


@pytest.fixture(scope="module")
def kept(kept_page: Any, server: str) -> Any:
    """The search as the test before left it."""
    return open_pane(kept_page, server, "在列表里找")


def test_the_matrix_is_a_table_with_its_download(matrix: Any) -> None:
    matrix.locator("#similarity-matrix-sample").click()
    expect(cells(matrix)).to_have_count(64)
    expect(matrix.locator("#similarity-matrix th[scope=row]")).to_have_count(8)
    expect(matrix.locator("#similarity-matrix th[scope=col]")).to_have_count(8)
    sentences = matrix.locator("#similarity-matrix-text textarea").input_value().splitlines()
    cells(matrix).nth(1).hover()
    shown = matrix.locator("#similarity-matrix .shown")
    expect(shown).to_contain_text(sentences[0])
    expect(shown).to_contain_text(sentences[1])
    value = shown.locator("strong").inner_text()
    grid = list(csv.reader(io.StringIO(download(matrix, "#similarity-matrix", "下载 CSV"))))
    assert grid[0] == ["", *sentences]
    assert [row[0] for row in grid[1:]] == sentences
    assert all(float(grid[i + 1][i + 1]) == 1 and grid[i + 1][1] == grid[1][i + 1] for i in range(8))
    assert value == f"{float(grid[1][2]):.3f}"
    matrix.get_by_role("button", name="复制 JSON").click()
    expect(matrix.get_by_role("button", name="已复制")).to_be_visible()
    assert json.loads(matrix.evaluate("navigator.clipboard.readText()"))["sentences"] == sentences


def test_the_matrix_can_be_ordered_and_walked_with_the_keyboard(matrix: Any) -> None:
    matrix.locator("#similarity-matrix-text textarea").fill("明天会下雨\n他在学校读书\n明天会下雨\n请问怎样退货")
    matrix.locator("#similarity-matrix-run").click()
    expect(cells(matrix)).to_have_count(16)
    matrix.get_by_role("button", name="按相似排序").click()
    numbers = matrix.locator("#similarity-matrix th[scope=col]").all_inner_texts()
    assert numbers[:2] == ["1", "3"], "equal sentences must stand together"
    cells(matrix).first.focus()
    matrix.keyboard.press("ArrowDown")
    matrix.keyboard.press("ArrowDown")
    expect(matrix.locator("#similarity-matrix .shown")).to_contain_text("明天会下雨")
    row = int(numbers[2]) - 1
    matrix.keyboard.press("Enter")
    expect_compared(matrix, ["明天会下雨", "他在学校读书", "明天会下雨", "请问怎样退货"][row], "明天会下雨")


def test_a_cell_opens_the_compare_pane(matrix: Any) -> None:
    matrix.locator("#similarity-matrix-sample").click()
    expect(cells(matrix)).to_have_count(64)
    sentences = matrix.locator("#similarity-matrix-text textarea").input_value().splitlines()
    cells(matrix).nth(8 + 3).click()
    expect_compared(matrix, sentences[1], sentences[3])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "请输入句子"),
        ("只有一句", "2 到 50 个句子"),
        pytest.param("好\n" * 51, "现有 51 个", id="too many"),
        ("好\n，，，", "第 2 句"),
    ],
)
def test_a_bad_matrix_gets_a_clear_message(kept: Any, text: str, message: str) -> None:
    kept.get_by_role("tab", name="两两矩阵").click()
    kept.locator("#similarity-matrix-text textarea").fill(text)
    kept.locator("#similarity-matrix-run").click()
    expect(kept.locator("#similarity-matrix .error")).to_contain_text(message)
