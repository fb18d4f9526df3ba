"""The Text-to-SQL tab as tests use it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
from playwright.sync_api import expect

HOSTILE = "<img src=x onerror=alert(1)>"
TEMPLATE = "${alert(1)}"
FORMULA = "=cmd|' /C calc'!A0"
PASTED = "城市\t人口(万人)\t面积\n甲市\t1,200\t350\n乙市\t80\t9\n丙市\t640\t77\n"
STAFF = (
    "姓名\t部门\t月薪(元)\t入职日期\n林一\t研发部\t12000\t2021-03-01\n王二\t仓储部\t8000\t2022-07-15\n"
    "张三\t研发部\t15000\t2019-11-30\n李四\t市场部\t9500\t2020-07-01\n"
)
FORBIDDEN = "SELECT * FROM read_csv('/etc/passwd')"


def open_tab(page: Any, server: str, options: str = "", ready: str = "模型就绪") -> Any:
    page.goto(f"{server}/?tab=text2sql{options}")
    expect(page.locator("#text2sql-state")).to_contain_text(ready, timeout=60_000)
    return page


def answer(page: Any) -> Any:
    return page.locator("#text2sql-answer")


def preview(page: Any) -> Any:
    return page.locator("#text2sql-table")


def put(page: Any, question: str) -> None:
    """Ask, and wait for the answer or the refusal."""
    # The answer to another question may still stand there.
    answer(page).locator(".result, .refusal").evaluate_all("(all) => all.forEach((n) => n.classList.add('before'))")
    page.locator("#text2sql-question textarea").fill(question)
    page.locator("#text2sql-run").click()
    expect(answer(page).locator(":is(.result, .refusal):not(.before)").first).to_be_visible()


def ask(page: Any, question: str) -> None:
    """Ask, and see the nearest query where the table holds no answer."""
    put(page, question)
    nearest = answer(page).locator(".nearest[aria-expanded=false]")
    if nearest.count():
        nearest.click()
    expect(answer(page).locator(".result:not(.before)")).to_be_visible()


def rows_of(place: Any) -> list[list[str]]:
    read = "(all) => all.map((row) => [...row.cells].map((cell) => cell.textContent))"
    return place.locator("tbody tr").evaluate_all(read)


def rows(page: Any) -> list[list[str]]:
    return rows_of(answer(page).locator(".result"))


def workbook() -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "说明"
    for row in (["项目", "内容"], ["来源", "自编"], ["日期", "2024"]):
        first.append(row)
    second = book.create_sheet("销售")
    for row in (["产品", "销量", "单价"], ["钢笔", 30, 12.5], ["铅笔", 120, 1], [FORMULA, 7, -3], ["橡皮", 64, 2]):
        second.append(row)
    # openpyxl would take the text for a formula.
    second["A4"].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(page: Any, name: str, data: bytes) -> None:
    page.get_by_role("tab", name=re.compile("^(上传|Upload)$")).click()
    page.locator("#text2sql-file input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )


def paste(page: Any, text: str) -> None:
    page.get_by_role("tab", name="粘贴", exact=True).click()
    page.locator("#text2sql-pasted textarea").fill(text)
    page.locator("#text2sql-use").click()


def run_sql(page: Any, sql: str) -> None:
    """Put `sql` in the place of the query and run it."""
    if not answer(page).locator(".sql textarea").count():
        answer(page).locator(".edit").click()
    answer(page).locator(".sql textarea").fill(sql)
    answer(page).get_by_role("button", name="运行", exact=True).click()


def download(page: Any, button: str) -> str:
    with page.expect_download() as caught:
        answer(page).get_by_role("button", name=button).click()
    return Path(caught.value.path()).read_text(encoding="utf-8-sig")
