"""A visitor trains a head for relations of their own, in a real browser (see conftest.py for the server)."""

from __future__ import annotations

import json
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import core

# Training is the real thing, from the bundled model; the limit is for a machine with more to do than cores.
pytestmark = pytest.mark.timeout(900)
_DONE = 400_000

# The dev F1 is well above that before training, or the training has ended by itself.
LEARNED = """() => {
  const view = document.querySelector("#triples-schema-view");
  const figure = (part) => Number(/F1.* (\\d\\.\\d+)/.exec(view.querySelector(part)?.textContent)?.[1]);
  return view.querySelector(".final") || figure(".progress") > figure(".legend span:nth-child(2)") + 0.4;
}"""
HOSTILE = "<img src=x onerror=alert(1)>${alert(2)}"


def open_section(page: Any, server: str, options: str = "") -> Any:
    page.goto(f"{server}/?tab=triples{options}")
    expect(page.locator("#triples-state")).to_contain_text("triples-", timeout=90_000)
    page.locator("#triples-schema > button").first.click()
    expect(page.locator("#triples-schema-view .hint")).to_be_visible()
    return page


@pytest.fixture
def section(page: Any, server: str) -> Any:
    return open_section(page, server)


def view(page: Any) -> Any:
    return page.locator("#triples-schema-view")


def upload(page: Any, name: str, data: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("#triples-schema-file").click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})


def set_minutes(page: Any, minutes: int) -> None:
    box = page.locator("#triples-schema-minutes input[type=number]")
    box.fill(str(minutes))
    box.press("Tab")


def train(page: Any) -> None:
    """Press the button until nobody else's training is in the way: those who left take a moment to be noticed."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        page.locator("#triples-schema-train").click()
        try:
            expect(view(page).locator(".state")).to_be_visible(timeout=15_000)
        except AssertionError:
            continue
        return
    raise AssertionError(f"no training began: {view(page).inner_text()}")


def test_upload_the_template_train_try_and_download(section: Any, tmp_path: Path) -> None:
    with section.expect_download() as caught:
        view(section).get_by_role("button", name="CSV").click()
    upload(section, "labels.csv", Path(caught.value.path()).read_bytes())
    expect(view(section).locator(".read .summary")).to_have_text("42 句，3 种关系")
    expect(view(section).locator(".relations li").filter(has_text="菜系")).to_contain_text("40")
    set_minutes(section, 1)
    train(section)
    expect(view(section).locator("svg polyline.f1")).to_be_visible(timeout=_DONE)
    expect(view(section).locator("svg line.untrained")).to_have_count(1)
    section.wait_for_function(LEARNED, timeout=_DONE)
    section.locator("#triples-schema-stop").click()
    expect(view(section).locator(".final")).to_be_visible(timeout=_DONE)
    said = view(section).locator(".outcome p").first.inner_text()
    trained, untrained = (float(number) for number in re.findall(r"0\.\d{3}|1\.000", said)[:2])
    assert trained > untrained + 0.15, said
    expect(view(section).locator("tbody tr")).to_have_count(3)

    section.locator("#triples-schema-text textarea").fill("白切鸡属于粤菜，主料是三黄鸡。")
    section.locator("#triples-schema-run").click()
    found = section.locator("#triples-schema-found li")
    expect(found.first).to_contain_text("白切鸡")
    with section.expect_download() as caught:
        section.locator("#triples-schema-download").click()
    assert caught.value.suggested_filename == "triples-custom.zip"
    with zipfile.ZipFile(caught.value.path()) as packed:
        packed.extractall(tmp_path)
    pipeline: Any = core.load("triples", model=str(tmp_path / "triples-custom"))
    shown = {(t.subject, t.predicate, t.object) for t in pipeline("白切鸡属于粤菜，主料是三黄鸡。").triples}
    assert len(shown) == found.count()
    assert any(subject == "白切鸡" for subject, _, _ in shown)


def test_stopped_on_a_phone_after_a_reload(page: Any, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for _ in range(2):  # the first training ends with its page
        open_section(page, server, "&lang=en&__theme=dark")
        page.locator("#triples-schema-sample").click()
        expect(view(page).locator(".read .summary")).to_have_text("42 sentences, relations: 3")
        train(page)
    expect(view(page).locator(".progress")).to_contain_text("Epoch", timeout=_DONE)
    expect(view(page).locator("svg polyline.f1")).to_be_visible(timeout=_DONE)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1
    begin = time.monotonic()
    page.locator("#triples-schema-stop").click()
    expect(view(page).locator(".outcome")).to_contain_text("topped", timeout=60_000)
    assert time.monotonic() - begin < 45
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("labels.bin", b"\0\1\2\3" * 50, "不是文本文件"),
        (
            "labels.jsonl",
            json.dumps({"text": "a", "triples": [{"subject": HOSTILE, "predicate": "b", "object": "a"}]}).encode(),
            "第 1 行：“<img",
        ),
    ],
)
def test_a_broken_file_is_told_and_what_was_read_stays(section: Any, name: str, data: bytes, message: str) -> None:
    upload(section, name, data)
    expect(view(section).locator(".error")).to_contain_text(message)
    section.locator("#triples-schema-train").click()
    expect(view(section).locator(".error")).to_contain_text("请先上传标注好的句子")
    section.locator("#triples-schema-sample").click()
    expect(view(section).locator(".relations li")).to_have_count(3)
    upload(section, name, data)
    expect(view(section).locator(".error")).to_contain_text(message)
    expect(view(section).locator(".relations li")).to_have_count(3)


def test_hostile_names_of_relations_are_shown_as_text(section: Any) -> None:
    rows = [
        {"text": f"甲{i}乙", "triples": [{"subject": "甲", "predicate": HOSTILE, "object": "乙"}]} for i in range(20)
    ]
    upload(section, "labels.jsonl", "\n".join(map(json.dumps, rows)).encode())
    expect(view(section).locator(".relations b")).to_have_text(HOSTILE)
    assert view(section).locator("img").count() == 0
