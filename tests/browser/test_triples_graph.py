"""The knowledge graph of the Triples tab, its filter and files, and the documents pane (see conftest.py)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import rdflib
from playwright.sync_api import expect

import core
from core import catalog
from tests.conftest import ROOT, serving
from tests.triples.conftest import copy_with

FILM = (
    "《战狼2》是由吴京执导的动作电影，由吴京、弗兰克·格里罗主演，2017年7月27日在中国上映。"
    "吴京的妻子是谢楠。雷军毕业于武汉大学。"
)
SVG = "{http://www.w3.org/2000/svg}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
HOSTILE = (
    "<script>alert(1)</script>由吴京执导。"
    '《<img src=x onerror=alert(1)>》是由${alert(2)}执导的电影，由吴京、"{{x}}"主演。'
)


def open_tab(page: Any, server: str) -> Any:
    page.goto(f"{server}/?tab=triples")
    expect(page.locator("#triples-state")).to_contain_text("模型就绪", timeout=60_000)
    return page


def extract(page: Any, text: str) -> None:
    page.locator("#triples-text textarea").fill(text)
    page.locator("#triples-run").click()


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    """The tab with a text extracted and its graph at rest."""
    page.emulate_media(reduced_motion="reduce")
    open_tab(page, server)
    extract(page, FILM)
    expect(nodes(page).first).to_be_visible()
    return page


@pytest.fixture
def documents(page: Any, server: str) -> Any:
    open_tab(page, server)
    page.get_by_role("tab", name="多篇文档").click()
    return page


def nodes(page: Any, where: str = "#triples-result") -> Any:
    return page.locator(f"{where} .node")


def edges(page: Any, where: str = "#triples-result") -> Any:
    return page.locator(f"{where} .edge")


def rows(page: Any, where: str = "#triples-result") -> Any:
    return page.locator(f"{where} tbody tr")


def node(page: Any, name: str, where: str = "#triples-result") -> Any:
    return page.locator(f'{where} .node[aria-label^="{name}，"]')


def middle(locator: Any) -> tuple[float, float]:
    box = locator.locator(".dot").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def spread(page: Any) -> float:
    """How far two entities are apart on the screen."""
    (x, y), (u, v) = middle(node(page, "战狼2")), middle(node(page, "武汉大学"))
    return float(((x - u) ** 2 + (y - v) ** 2) ** 0.5)


def set_least(page: Any, value: float, where: str = "#triples-result") -> None:
    page.locator(f"{where} .least input").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


def download(page: Any, button: str, where: str = "#triples-result") -> str:
    with page.expect_download() as caught:
        page.locator(where).get_by_role("button", name=button, exact=True).click()
    return Path(caught.value.path()).read_text(encoding="utf-8-sig")


def upload(page: Any, *files: tuple[str, str]) -> None:
    page.locator("#triples-documents-files input[type=file]").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files]
    )


def test_every_triple_is_an_edge_and_every_entity_a_node(tab: Any) -> None:
    shown = {
        tuple(row)
        for row in rows(tab).evaluate_all(
            "rows => rows.map(r => [...r.querySelectorAll('td:not(.score) b')].map(b => b.textContent))"
        )
    }
    assert ("战狼2", "导演", "吴京") in shown
    expect(edges(tab)).to_have_count(len(shown))
    expect(nodes(tab)).to_have_count(len({name for s, _, o in shown for name in (s, o)}))
    expect(tab.locator("#triples-result .caption")).to_contain_text("InfoMap 社区")
    # Two communities that share no edge have two colours.
    hues = [node(tab, name).get_attribute("class").split()[1] for name in ("战狼2", "武汉大学")]
    assert hues[0] != hues[1]


def test_parallel_edges_do_not_lie_on_each_other(tab: Any) -> None:
    both = (
        tab.locator("#triples-result .edge")
        .filter(has_text="导演")
        .or_(tab.locator("#triples-result .edge").filter(has_text="主演"))
    )
    paths = {edge.locator(".line").get_attribute("d") for edge in both.all()}
    assert len(paths) == both.count() >= 3


def test_pointing_at_a_node_lights_its_words_and_rows_and_the_other_way_round(tab: Any) -> None:
    node(tab, "谢楠").hover()
    expect(tab.locator("#triples-result mark.self")).to_have_count(1)
    expect(tab.locator("#triples-result mark.self")).to_contain_text("谢楠")
    lit = tab.locator("#triples-result tbody tr.lit")
    expect(lit.first).to_contain_text("谢楠")
    expect(lit.filter(has_text="战狼2")).to_have_count(0)
    tab.locator("#triples-result mark").filter(has_text="武汉大学").hover()
    expect(tab.locator("#triples-result .node.lit")).to_have_count(2)
    expect(tab.locator("#triples-result .node.self")).to_have_attribute("aria-label", re.compile("^武汉大学"))
    rows(tab).filter(has_text="导演").hover()
    expect(tab.locator("#triples-result .edge.lit")).to_have_count(1)


def test_a_click_keeps_a_neighbourhood_lit_and_escape_lets_go(tab: Any) -> None:
    node(tab, "雷军").click()
    tab.mouse.move(5, 5)
    expect(tab.locator("#triples-result .node.lit")).to_have_count(2)
    node(tab, "雷军").press("Escape")
    expect(tab.locator("#triples-result .graph.choosing")).to_have_count(0)


def test_nodes_are_dragged_and_the_drawing_panned_zoomed_and_fitted(tab: Any) -> None:
    x, y = middle(node(tab, "武汉大学"))
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x - 30, y - 60, steps=4)
    u, v = middle(node(tab, "武汉大学"))
    tab.mouse.up()
    assert abs(u - (x - 30)) < 12
    assert abs(v - (y - 60)) < 12
    before = spread(tab)
    tab.locator("#triples-result").get_by_role("button", name="放大").click()
    assert spread(tab) > 1.2 * before
    tab.locator("#triples-result").get_by_role("button", name="显示全图").click()
    fitted = spread(tab)
    box = tab.locator("#triples-result .graph svg").bounding_box()
    corner = box["x"] + 12, box["y"] + 12
    tab.mouse.move(*corner)
    tab.wait_for_timeout(500)  # a page that was scrolled to the graph would go on scrolling
    tab.mouse.wheel(0, -240)
    tab.wait_for_timeout(300)
    assert spread(tab) > 1.1 * fitted
    left = middle(node(tab, "战狼2"))[0]
    tab.mouse.down()
    tab.mouse.move(corner[0] + 50, corner[1], steps=3)
    tab.mouse.up()
    assert abs(middle(node(tab, "战狼2"))[0] - left - 50) < 3


def test_the_keyboard_goes_along_edges_and_zooms(tab: Any) -> None:
    tab.locator("#triples-result .node[tabindex='0']").focus()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Shift+Tab")
    seen = set()
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        tab.keyboard.press(key)
        seen.add(tab.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert len(seen) >= 2
    expect(tab.locator("#triples-result .graph.choosing")).to_have_count(1)
    before = spread(tab)
    tab.keyboard.press("+")
    assert spread(tab) > 1.1 * before
    tab.keyboard.press("0")
    assert spread(tab) == pytest.approx(before, rel=0.2)


def test_the_slider_and_the_relations_change_everything_without_asking_the_server(tab: Any) -> None:
    # The model's inside is asked for after the triples: it has to be there first.
    tab.locator("#triples-how > button").first.click()
    expect(tab.locator("#triples-inside .matrix").first).to_be_visible()
    asked: list[str] = []
    tab.on("request", lambda request: None if request.url.endswith("/healthz") else asked.append(request.url))
    count = rows(tab).count()
    set_least(tab, 0.05)
    lower = rows(tab).count()
    assert lower >= count
    assert edges(tab).count() == lower
    set_least(tab, 0.85)
    higher = rows(tab).count()
    assert higher < count
    expect(tab.locator("#triples-result .summary strong")).to_have_text(str(higher))
    assert all(float(score.strip("%")) >= 84.5 for score in rows(tab).locator(".score .number").all_inner_texts())
    set_least(tab, 0.98)
    expect(tab.locator("#triples-result .graph .empty")).to_contain_text("阈值")
    expect(tab.locator("#triples-result .told-least")).to_contain_text("所有关系")
    tab.get_by_role("button", name="恢复模型自带的阈值").click()
    expect(tab.locator("#triples-result .least output")).to_have_text("模型自带")
    expect(rows(tab)).to_have_count(count)

    tab.locator("#triples-result .present [data-relation='导演']").click()
    expect(rows(tab)).to_have_count(1)
    expect(nodes(tab)).to_have_count(2)
    expect(tab.locator("#triples-result summary")).to_contain_text("已选 1 / 56")
    tab.locator("#triples-result .present [data-relation='毕业院校']").click()
    expect(rows(tab)).to_have_count(2)
    tab.locator("#triples-result summary").click()
    tab.locator("#triples-result").get_by_role("button", name="全不选").click()
    expect(rows(tab)).to_have_count(0)
    tab.locator("#triples-result .finder input").fill("director")
    expect(tab.locator("#triples-result .every .relation")).to_have_count(1)
    tab.locator("#triples-result .every .relation").click()
    expect(rows(tab)).to_have_count(1)
    tab.locator("#triples-result").get_by_role("button", name="全选", exact=True).click()
    expect(rows(tab)).to_have_count(count)
    assert not asked, asked


def test_every_file_holds_what_is_shown(tab: Any) -> None:
    tab.locator("#triples-result .present [data-relation='主演']").click()
    expect(rows(tab)).to_have_count(2)
    found = json.loads(download(tab, "下载 JSON"))["triples"]
    assert {t["predicate"] for t in found} == {"主演"}
    assert [FILM[slice(*t["object_span"])] for t in found] == [t["object"] for t in found]
    table = list(csv.DictReader(io.StringIO(download(tab, "下载 CSV"))))
    assert [(r["subject"], r["object"], int(r["subject_start"])) for r in table] == [
        (t["subject"], t["object"], t["subject_span"][0]) for t in found
    ]
    rdf = rdflib.Graph().parse(data=download(tab, "下载 Turtle"), format="turtle")
    assert len(set(rdf.subjects(rdflib.RDF.type, rdflib.RDF.Statement))) == 2
    graph = ElementTree.fromstring(download(tab, "下载 GraphML"))
    assert (len(list(graph.iter(f"{GRAPHML}node"))), len(list(graph.iter(f"{GRAPHML}edge")))) == (3, 2)
    drawing = ElementTree.fromstring(download(tab, "下载 SVG"))
    assert {text.text for text in drawing.iter(f"{SVG}text")} >= {"战狼2", "吴京", "弗兰克·格里罗", "主演"}
    assert len(list(drawing.iter(f"{SVG}circle"))) == 3
    with tab.expect_download() as caught:
        tab.get_by_role("button", name="下载 PNG").click()
    picture = Path(caught.value.path()).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") > 200


def test_hostile_text_is_drawn_and_written_as_text(tab: Any) -> None:
    extract(tab, HOSTILE)
    set_least(tab, 0.05)
    expect(tab.locator("#triples-result .text")).to_contain_text("onerror")
    assert tab.locator("#triples-result :is(script, img)").count() == 0
    expect(nodes(tab).first).to_be_visible()
    for kind in ("SVG", "GraphML"):
        ElementTree.fromstring(download(tab, f"下载 {kind}"))
    rdflib.Graph().parse(data=download(tab, "下载 Turtle"), format="turtle")


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
    documents.wait_for_timeout(2_000)
    expect(documents.locator("#triples-graph .documents li")).to_have_count(read)
    documents.locator("#triples-documents-sample").click()
    expect(documents.locator("#triples-graph .documents li")).to_have_count(6, timeout=60_000)
    expect(node(documents, "刘慈欣", "#triples-graph")).to_have_count(1)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", "PK\x03\x04" + "x" * 50, "Excel"),
        ("a.csv", "a,b\n1,2\n", "没有文字"),
        ("a.jsonl", "{", "第 1 行"),
        pytest.param("a.txt", "字" * 200_001, "200,001", id="too long"),
    ],
)
def test_files_that_cannot_be_used_say_why(documents: Any, name: str, content: str, message: str) -> None:
    upload(documents, (name, content))
    expect(documents.locator("#triples-documents-note")).to_contain_text(message)
    documents.locator("#triples-documents-run").click()
    expect(documents.locator("#triples-graph .error")).to_contain_text(message)


def test_on_a_phone_nothing_scrolls_sideways_and_a_tap_lights(browser: Any, server: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="zh-CN", reduced_motion="reduce"
    )
    page = open_tab(context.new_page(), server)
    extract(page, FILM)
    expect(nodes(page).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1
    graph, text = (page.locator(f"#triples-result {part}").bounding_box() for part in (".graph", ".text"))
    assert graph["y"] + graph["height"] <= text["y"]
    node(page, "雷军").tap()
    expect(page.locator("#triples-result .node.lit")).to_have_count(2)
    context.close()


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint beside the bundled ones: the default with thresholds for single relations."""
    folder = tmp_path_factory.mktemp("more")
    bundled = catalog.find("triples").folder
    copy_with(folder / "triples-strict", bundled, thresholds={"导演": 0.9999, "毕业院校": 0.01})
    return folder


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory, more: Path) -> Iterator[str]:
    """A server of the app as if that shipped too."""
    program = str(ROOT / "tests" / "more_extractors.py")
    with serving(tmp_path_factory.mktemp("several"), program, MODOU_MORE=str(more)) as address:
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
