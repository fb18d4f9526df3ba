"""The Compare pane of the Similarity tab as tests use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

A, B = "我明天坐火车去上海", "明天我乘高铁前往上海"
LONG = "原定于周三下午在三楼会议室举行的项目进度会议，因为负责人出差，现在改到周五上午十点，请互相转告，并准备好材料"


def fill(page: Any, a: str, b: str) -> None:
    page.locator("#similarity-a textarea").fill(a)
    page.locator("#similarity-b textarea").fill(b)


def compare(page: Any, a: str, b: str) -> None:
    fill(page, a, b)
    page.locator("#similarity-run").click()


def words(page: Any, side: str) -> Any:
    return page.locator(f'#similarity-result .word[data-side="{side}"]')


def expect_words(page: Any, side: str, first: str, last: str) -> None:
    expect(words(page, side).first).to_have_text(first)
    expect(words(page, side).last).to_have_text(last)


def score(page: Any, name: str = "wrd") -> str:
    return page.locator(f'#similarity-result [data-score="{name}"] strong').inner_text()


def result(page: Any) -> dict[str, Any]:
    with page.expect_download() as caught:
        page.get_by_role("button", name="下载 JSON").click()
    return json.loads(Path(caught.value.path()).read_text(encoding="utf-8"))
