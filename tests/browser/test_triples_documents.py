"""Documents made one graph, and two extractors compared, at the Triples tab in a real browser."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rdflib
from playwright.sync_api import expect

import core
from core import catalog, tasks
from demos import build_app
from tests.browser.triples_page import (
    FILM,
    download,
    extract,
    node,
    nodes,
    open_extracted,
    open_tab,
    rows,
    set_least,
)
from tests.conftest import serving_here
from tests.triples.conftest import copy_with


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    return open_extracted(page, server)


@pytest.fixture
def documents(page: Any, server: str) -> Any:
    open_tab(page, server)
    page.get_by_role("tab", name="多篇文档").click()
    return page


def upload(page: Any, *files: tuple[str, str]) -> None:
    page.locator("#triples-documents-files input[type=file]").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files]
    )


def test_the_sample_documents_make_one_graph(documents: Any) -> None:
    documents.locator("#triples-documents-sample").click()
    listed = documents.locator("#triples-graph .documents li")
    expect(listed).to_have_count(6, timeout=60_000)
    expect(documents.locator("#triples-graph .reading")).to_have_count(0)
    assert nodes(documents, "#triples-graph").count() >= 30
    expect(node(documents, "吴京", "#triples-graph")).to_have_count(1)
    listed.filter(has_text="刘慈欣").locator("button").click()
    expect(documents.locator("#triples-graph .text")).to_contain_text("科幻小说")
    table = list(csv.DictReader(io.StringIO(download(documents, "下载 CSV", "#triples-graph"))))
    assert {row["document"] for row in table} == {"流浪地球", "郭帆", "吴京", "刘慈欣", "刘德华", "三体（电视剧）"}
    turtle = rdflib.Graph().parse(data=download(documents, "下载 Turtle", "#triples-graph"), format="turtle")
    assert {str(name) for name in turtle.objects(None, rdflib.DCTERMS.source)} == {row["document"] for row in table}


def test_files_of_several_kinds_are_read_and_a_column_chosen(documents: Any) -> None:
    upload(
        documents,
        ("一.txt", FILM),
        ("b.csv", "编号,正文,出处\n1,刘慈欣是《三体》的作者。,甲地\n2,雷军毕业于武汉大学。,乙地\n"),
    )
    expect(documents.locator("#triples-documents-note")).to_contain_text("3 篇文档")
    expect(documents.locator("#triples-documents-column input")).to_have_value("正文")
    documents.locator("#triples-documents-run").click()
    listed = documents.locator("#triples-graph .documents li")
    expect(listed).to_have_count(3, timeout=60_000)
    expect(listed.first).to_contain_text("一.txt")
    expect(node(documents, "武汉大学", "#triples-graph")).to_have_count(1)
    node(documents, "武汉大学", "#triples-graph").hover()
    expect(documents.locator("#triples-graph .documents li.lit")).to_have_count(2)


def test_reading_can_be_stopped_and_what_was_read_stays(documents: Any) -> None:
    upload(documents, *((f"{i}.txt", f"第{i}篇。" + FILM * 8) for i in range(60)))
    expect(documents.locator("#triples-documents-note")).to_contain_text("60 篇文档")
    documents.locator("#triples-documents-run").click()
    expect(documents.locator("#triples-graph .reading")).to_contain_text("/ 60", timeout=60_000)
    expect(nodes(documents, "#triples-graph").first).to_be_visible()
    documents.locator("#triples-documents-cancel").click()
    expect(documents.locator("#triples-graph .reading")).to_contain_text("已停止")
    read = documents.locator("#triples-graph .documents li").count()
    assert 0 < read < 60
    documents.wait_for_timeout(1_000)
    expect(documents.locator("#triples-graph .documents li")).to_have_count(read)
    documents.locator("#triples-documents-sample").click()
    expect(documents.locator("#triples-graph .documents li")).to_have_count(6, timeout=60_000)
    expect(node(documents, "刘慈欣", "#triples-graph")).to_have_count(1)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", "PK\x03\x04" + "x" * 50, "Excel"),
        pytest.param("a.txt", "字" * 200_001, "上限 200,000", id="too long"),
    ],
)
def test_files_that_cannot_be_used_say_why_and_those_before_are_read(
    documents: Any, name: str, content: str, message: str
) -> None:
    upload(documents, ("good.txt", "吴京执导了《战狼2》。"))
    expect(documents.locator("#triples-documents-note")).to_contain_text("1 篇")
    upload(documents, (name, content))
    expect(documents.locator("#triples-documents-note .error")).to_contain_text(message)
    expect(documents.locator("#triples-documents-note .error")).to_contain_text("仍用之前的文件")
    documents.locator("#triples-documents-run").click()
    expect(documents.locator("#triples-graph .summary")).to_contain_text("个三元组")
    expect(documents.locator("#triples-graph .text")).to_contain_text("吴京")


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint beside the bundled ones: the default with thresholds for single relations."""
    folder = tmp_path_factory.mktemp("more")
    bundled = catalog.find("triples").folder
    copy_with(folder / "triples-strict", bundled, thresholds={"导演": 0.9999, "毕业院校": 0.01})
    return folder


@pytest.fixture
def several(tmp_path: Path, more: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server of the app as if that shipped too."""
    shipped, task = [*more.iterdir()], tasks.find("triples")
    for folder in (*catalog.MODELS.iterdir(), *shipped):
        (tmp_path / folder.name).symlink_to(folder)
    monkeypatch.setattr(catalog, "MODELS", tmp_path)
    models = (*task.models, *(folder.name for folder in shipped))
    monkeypatch.setitem(tasks._tasks, "triples", replace(task, models=models))
    with serving_here(build_app) as address:
        yield address


@pytest.fixture
def choice(browser: Any, several: str) -> Iterator[Any]:
    page = browser.new_page(locale="zh-CN")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield open_tab(page, several)
    page.close()
    assert not errors, errors


def test_two_extractors_are_compared(page: Any, server: str) -> None:
    open_tab(page, server)
    page.get_by_role("tab", name="比较模型").click()
    right = page.locator("#triples-compare-right input")
    expect(page.locator("#triples-compare-left input")).to_have_value("GPLinker")
    expect(right).to_have_value("CasRel")
    right.click()
    page.get_by_role("option", name="DGCNN").click()
    page.locator("#triples-compare-text textarea").fill(FILM)
    page.locator("#triples-compare-run").click()
    said = [
        {(t.subject, t.predicate, t.object) for t in pipeline(FILM).triples}
        for pipeline in (core.load("triples"), core.load("triples", "triples-dgcnn"))
    ]
    expect(page.locator("#triples-compared .side")).to_have_count(2, timeout=60_000)
    expect(page.locator("#triples-compared .side.right")).to_contain_text("DGCNN")
    expect(page.locator("#triples-compared .side.right")).to_contain_text("用时")
    for group, triples in (("both", said[0] & said[1]), ("left", said[0] - said[1]), ("right", said[1] - said[0])):
        expect(page.locator(f"#triples-compared [data-group={group}] li")).to_have_count(len(triples))
    shared = page.locator("#triples-compared [data-group=both] li").filter(has_text="妻子")
    shared.hover()
    expect(page.locator("#triples-compared mark.lit").filter(has_text="谢楠")).to_have_count(1)


def test_every_head_shows_its_own_inside(tab: Any) -> None:
    expect(tab.locator("#triples-model label")).to_have_text(["GPLinker", "CasRel", "DGCNN（轻量）"])
    tab.locator("#triples-how > button").first.click()
    expect(tab.locator("#triples-inside .matrix").first).to_be_visible()
    tab.locator("#triples-model").get_by_text("CasRel").click()
    expect(tab.locator("#triples-inside .strip").first).to_be_visible()
    expect(tab.locator("#triples-state")).to_contain_text("triples-casrel")
    tab.locator("#triples-model").get_by_text("GPLinker").click()
    expect(tab.locator("#triples-inside .matrix").first).to_be_visible()
    tab.locator("#triples-model").get_by_text("DGCNN").click()
    expect(tab.locator("#triples-inside .strip").first).to_be_visible()


def test_thresholds_of_single_relations_hold_until_the_slider_is_moved(choice: Any, more: Path) -> None:
    extract(choice, FILM)
    expect(choice.locator("#triples-result .told-least")).not_to_contain_text("各有")
    choice.locator("#triples-model").get_by_text("triples-strict").click()
    expect(choice.locator("#triples-result .told-least")).to_contain_text("2 种关系各有自己的阈值")
    shown = rows(choice).evaluate_all(
        "rows => rows.map(r => [...r.querySelectorAll('td:not(.score) b')].map(b => b.textContent))"
    )
    pipeline: Any = core.load("triples", model=str(more / "triples-strict"))
    own = [[t.subject, t.predicate, t.object] for t in pipeline(FILM).triples]
    assert shown == own
    assert "导演" not in {predicate for _, predicate, _ in own}
    set_least(choice, 0.3)
    expect(rows(choice)).to_have_count(len(pipeline(FILM, 0.3).triples))
    expect(rows(choice).filter(has_text="导演")).to_have_count(1)
    choice.get_by_role("button", name="恢复模型自带的阈值").click()
    expect(rows(choice)).to_have_count(len(own))
