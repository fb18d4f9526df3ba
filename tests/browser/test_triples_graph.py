"""The knowledge graph of the Triples tab, its filter and files, in a real browser."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import rdflib
from playwright.sync_api import expect

from tests.browser.triples_page import (
    FILM,
    download,
    edges,
    extract,
    middle,
    node,
    nodes,
    open_extracted,
    open_tab,
    rows,
    set_least,
    spread,
)

SVG = "{http://www.w3.org/2000/svg}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
HOSTILE = (
    "<script>alert(1)</script>由吴京执导。"
    '《<img src=x onerror=alert(1)>》是由${alert(2)}执导的电影，由吴京、"{{x}}"主演。'
)


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    return open_extracted(page, server)


@pytest.fixture(scope="module")
def kept(kept_page: Any, server: str) -> Any:
    """For tests that leave the drawing as it was."""
    return open_extracted(kept_page, server)


def test_every_triple_is_an_edge_and_every_entity_a_node(kept: Any) -> None:
    shown = {
        tuple(row)
        for row in rows(kept).evaluate_all(
            "rows => rows.map(r => [...r.querySelectorAll('td:not(.score) b')].map(b => b.textContent))"
        )
    }
    assert ("战狼2", "导演", "吴京") in shown
    expect(edges(kept)).to_have_count(len(shown))
    expect(nodes(kept)).to_have_count(len({name for s, _, o in shown for name in (s, o)}))
    expect(kept.locator("#triples-result .caption")).to_contain_text("InfoMap 社区")
    # Two communities that share no edge have two colours.
    hues = [node(kept, name).get_attribute("class").split()[1] for name in ("战狼2", "武汉大学")]
    assert hues[0] != hues[1]


def test_parallel_edges_do_not_lie_on_each_other(kept: Any) -> None:
    both = (
        kept.locator("#triples-result .edge")
        .filter(has_text="导演")
        .or_(kept.locator("#triples-result .edge").filter(has_text="主演"))
    )
    paths = {edge.locator(".line").get_attribute("d") for edge in both.all()}
    assert len(paths) == both.count() >= 3
    # Nor do their labels, and none is left out for that.
    expect(both.and_(kept.locator(".unnamed"))).to_have_count(0)


def test_pointing_at_a_node_lights_its_words_and_rows_and_the_other_way_round(kept: Any) -> None:
    node(kept, "谢楠").hover()
    expect(kept.locator("#triples-result mark.self")).to_have_count(1)
    expect(kept.locator("#triples-result mark.self")).to_contain_text("谢楠")
    lit = kept.locator("#triples-result tbody tr.lit")
    expect(lit.first).to_contain_text("谢楠")
    expect(lit.filter(has_text="战狼2")).to_have_count(0)
    kept.locator("#triples-result mark").filter(has_text="武汉大学").hover()
    expect(kept.locator("#triples-result .node.lit")).to_have_count(2)
    expect(kept.locator("#triples-result .node.self")).to_have_attribute("aria-label", re.compile("^武汉大学"))
    rows(kept).filter(has_text="导演").hover()
    expect(kept.locator("#triples-result .edge.lit")).to_have_count(1)


def test_a_click_keeps_a_neighbourhood_lit_and_escape_lets_go(kept: Any) -> None:
    node(kept, "雷军").click()
    kept.mouse.move(5, 5)
    expect(kept.locator("#triples-result .node.lit")).to_have_count(2)
    node(kept, "雷军").press("Escape")
    expect(kept.locator("#triples-result .graph.choosing")).to_have_count(0)


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
