"""A speaker and an audience: decks, links, the first view, and what a script can find wrong with the page.

One page for all: each test begins where the one before left it, or opens what it needs.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from benchmarks.page import WATCH, audit, focus_order
from demos import TABS
from demos.shell.decks import WELCOME, Step, load_decks

# What a deck asks because the table cannot answer it.
NO_ANSWER = "今天的天气怎么样"
STEPS = len(load_decks()["lecture"].steps)
FILM = "《战狼2》是由吴京执导的动作电影"


@pytest.fixture(scope="module")
def stage(kept_page: Any, server: str) -> Any:
    """A page from which nothing outside can be reached, at the start of the tour."""
    outside: list[str] = []

    def local_only(route: Any) -> None:
        if route.request.url.startswith((server, "data:", "blob:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    kept_page.route("**/*", local_only)
    kept_page.add_init_script(WATCH)
    yield kept_page
    assert not outside


def expect_result(page: Any, step: Step) -> None:
    """The tab of `step` is shown, filled in, and has a result that is about its input."""
    given = step.input
    if given.get("mode") == "events":
        expect(page.locator("#events-text textarea")).to_have_value(given["text"])
        expect(page.locator("#events-result .text")).to_contain_text(given["text"][:10])
        expect(page.locator("#events-result .card").first).to_be_visible()
    elif step.tab == "triples":
        expect(page.locator("#triples-text textarea")).to_have_value(given["text"])
        page.wait_for_function(
            """text => {
                const shown = document.querySelector("#triples-result .text")?.cloneNode(true);
                shown?.querySelectorAll("small").forEach((label) => label.remove());
                return shown?.textContent === text;
            }""",
            arg=given["text"],
        )
        expect(page.locator("#triples-result tbody tr").first).to_be_visible()
    elif step.tab == "qa_pairs":
        expect(page.locator("#qa_pairs-passage textarea")).to_have_value(given["passage"])
        expect(page.locator("#qa_pairs-result")).to_contain_text(given["passage"][:12])
        expect(page.locator("#qa_pairs-result .cards li").first).to_be_visible()
    elif step.tab == "xiangqi":
        expect(page.locator("#xiangqi-game .turn")).to_contain_text(f"{len(given['moves'])} / {len(given['moves'])}")
        expect(page.locator("#xiangqi-game .thoughts li:not(.blank)").first).to_be_visible()
        board, bar = (page.locator(part).bounding_box() for part in ("#xiangqi-game .board", "#modou-stage .count"))
        assert board["y"] + board["height"] <= bar["y"], "the bar covers the board"
    elif step.tab == "similarity":
        expect(page.locator("#similarity-a textarea")).to_have_value(given["a"])
        expect(page.locator("#similarity-result .words, #similarity-result svg").first).to_be_visible()
        expect(page.locator("#similarity-result")).to_contain_text("WRD")
    else:
        expect(page.locator("#text2sql-question textarea")).to_have_value(given["question"])
        expect(page.locator("#text2sql-table h3")).to_have_text(given["table"])
        shown = "这张表里有" if given["question"] == NO_ANSWER else "SELECT"
        expect(page.locator("#text2sql-answer")).to_contain_text(shown)
    expect(page.locator("#modou-stage .warning")).to_be_hidden()


def test_every_step_of_the_tour_shows_its_result(stage: Any, server: str) -> None:
    """What the other decks have to show, `tests/demos/test_decks.py` knows."""
    deck = load_decks()["tour"]
    stage.set_viewport_size({"width": 1280, "height": 720})
    stage.goto(f"{server}/?present=1")
    for number, step in enumerate(deck.steps, 1):
        expect(stage.locator("#modou-stage .count")).to_have_text(f"{number} / {len(deck.steps)}")
        expect(stage.locator("#modou-stage .title")).to_have_text(step.title["zh"])
        expect(stage.locator(f"[data-step='tour {number}']")).to_be_attached(timeout=40_000)
        expect_result(stage, step)
        stage.wait_for_function("() => document.documentElement.scrollHeight <= innerHeight")
        stage.keyboard.press("PageDown" if number % 2 else "ArrowRight")
    expect(stage.locator("#modou-header")).to_be_hidden()
    stage.set_viewport_size({"width": 1280, "height": 900})
    assert f"deck=tour&step={len(deck.steps)}" in stage.url


def test_keys_notes_and_code(stage: Any, server: str) -> None:
    count, decks = stage.locator("#modou-stage .count"), stage.locator("#modou-stage select")
    decks.select_option("lecture")
    expect(count).to_have_text(f"1 / {STEPS}")
    expect(stage.locator("[data-step='lecture 1']")).to_be_attached()
    expect(stage.locator("#triples-model input[value=triples-casrel]")).to_be_checked()
    # A step that names no model gets the first, not the one of a step before.
    decks.select_option("tour")
    expect(stage.locator("[data-step='tour 1']")).to_be_attached()
    expect(stage.locator("#triples-model input").first).to_be_checked()
    stage.locator("#modou-stage .title").click()
    stage.keyboard.press("PageDown")
    expect(stage.locator("[data-step='tour 2']")).to_be_attached()
    stage.keyboard.press("Home")
    expect(count).to_have_text(f"1 / {len(load_decks()['tour'].steps)}")
    decks.select_option("lecture")
    expect(stage.locator("[data-step='lecture 1']")).to_be_attached()
    stage.locator("#modou-stage .title").click()
    stage.keyboard.press("n")
    expect(stage.locator("#modou-stage .notes")).to_contain_text("archives/7161")
    stage.keyboard.press("q")
    expect(stage.locator("#modou-stage .phone")).to_contain_text(f"{server}/?deck=lecture&step=1")
    expect(stage.locator("#modou-stage .phone svg path")).to_be_visible()
    stage.keyboard.press("Escape")
    expect(stage.locator("#modou-stage .phone")).to_be_hidden()
    # While somebody types, keys are letters.
    stage.locator("#triples-text textarea").click()
    stage.keyboard.press("PageDown")
    stage.keyboard.press("Control+End")
    stage.keyboard.type("nq")
    expect(count).to_have_text(f"1 / {STEPS}")
    expect(stage.locator("#triples-text textarea")).to_have_value(load_decks()["lecture"].steps[0].input["text"] + "nq")
    stage.keyboard.press("Escape")
    stage.keyboard.press("End")
    expect(count).to_have_text(f"{STEPS} / {STEPS}")
    stage.keyboard.press("ArrowRight")
    expect(count).to_have_text(f"{STEPS} / {STEPS}")
    expect_result(stage, load_decks()["lecture"].steps[-1])
    stage.keyboard.press("Escape")
    expect(stage.locator("#modou-header")).to_be_visible()
    expect(stage.locator("#tab-text2sql-button")).to_have_attribute("aria-selected", "true")
    assert "present" not in stage.url


@pytest.mark.parametrize("tab", [tab.NAME for tab in TABS])
def test_a_tab_shares_what_is_filled_in(stage: Any, server: str, tab: str) -> None:
    stage.locator(f"#tab-{tab}-button").click()
    stage.locator(f"#{tab}-share button").click()
    expect(stage.locator(f"#{tab}-share .said")).to_have_text("链接已复制")
    link = stage.evaluate("() => navigator.clipboard.readText()")
    assert link.startswith(f"{server}/?tab={tab}&")
    assert len(urlsplit(link).query) > 20


def test_a_link_that_would_be_too_long_is_told(stage: Any) -> None:
    stage.locator("#tab-triples-button").click()
    stage.locator("#triples-text textarea").fill("长" * 1_000)
    stage.locator("#triples-share button").click()
    expect(stage.locator("#triples-share .said")).to_contain_text("上限 8,000")
    stage.locator("#triples-text textarea").fill("雷军毕业于武汉大学")
    # Without a clipboard, as on plain http or in an iframe, the link stands there to be copied.
    stage.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('denied')); }")
    stage.locator("#triples-share button").click()
    field = stage.locator("#triples-share input")
    expect(field).to_be_focused()
    assert stage.evaluate("() => getSelection().toString()").startswith("http")


@pytest.mark.parametrize("tab", [tab.NAME for tab in TABS])
def test_every_tab_can_be_read_and_named(stage: Any, tab: str) -> None:
    stage.locator(f"#tab-{tab}-button").click()
    expect(stage.locator(f"#{tab}-share button")).to_be_visible()
    for dark in (True, False):
        found = audit(stage, dark)
        assert found["texts"] > 10
        assert not found["contrast"], (tab, dark)
        assert not found["nameless"], tab
    back, unlit, met = focus_order(stage, 30)
    assert met > 8
    assert not back
    assert not unlit


def test_a_link_opens_fills_and_runs_and_is_only_text(stage: Any, server: str) -> None:
    text = FILM + "<img src=x onerror=alert(1)>${alert(1)}"
    stage.goto(f"{server}/?{urlencode({'tab': 'triples', 'text': text, 'model': 'triples-casrel'})}")
    expect(stage.locator("#triples-text textarea")).to_have_value(text)
    expect(stage.locator("#triples-result tbody tr").filter(has_text="导演")).to_contain_text("吴京")
    expect(stage.locator("#triples-model input:checked")).to_have_value("triples-casrel")
    assert stage.evaluate("() => window.modouShift") < 0.1


def test_the_first_view_shows_what_the_models_make_of_examples(stage: Any, server: str) -> None:
    # A link that carries nothing usable says so, over the first view.
    stage.goto(f"{server}/?deck=none")
    expect(stage.locator("#modou-stage .warning")).to_contain_text("没有这份演示")
    expect(stage.locator(".modou-home .card").first).to_contain_text("ms", timeout=60_000)
    # This one by name, as a tab that there is not.
    stage.goto(f"{server}/?tab=home")
    cards = stage.locator(".modou-home .card")
    expect(cards).to_have_count(len(TABS))
    expect(cards.nth(0).locator(".graph .node").first).to_be_attached(timeout=30_000)
    expect(cards.nth(1).locator("mark").first).to_be_visible(timeout=30_000)
    expect(cards.nth(2).locator(".piece").first).to_be_visible(timeout=30_000)
    expect(cards.nth(3).locator(".ribbon").first).to_be_attached(timeout=30_000)
    expect(cards.nth(4).locator("code")).to_contain_text("SELECT", timeout=30_000)
    for card in cards.all():
        expect(card).to_contain_text("ms")
        assert "测量中" not in card.inner_text()
    for dark in (True, False):
        found = audit(stage, dark)
        assert not found["contrast"]
        assert not found["nameless"]
    assert stage.evaluate("() => window.modouShift") < 0.1
    back, unlit, _ = focus_order(stage, 25)
    assert not back
    assert not unlit
    cards.nth(3).locator("h2 a").press("Enter")
    expect(stage.locator("#tab-similarity-button")).to_have_attribute("aria-selected", "true")
    stage.locator("#tab-home-button").click()


def test_the_tour_goes_by_itself_until_the_visitor_does_something(stage: Any) -> None:
    tour = load_decks()[WELCOME]
    count, play = stage.locator("#modou-stage .count"), stage.locator("#modou-stage .play-toggle")
    stage.locator(".modou-home .tour").click()
    expect(stage.locator(f"[data-step='{WELCOME} 1']")).to_be_attached(timeout=30_000)
    expect(stage.locator("#modou-stage .notes")).to_have_text(tour.steps[0].note["zh"])
    expect(play).to_have_attribute("aria-label", "暂停")
    stage.locator("#triples-text textarea").click()
    expect(play).to_have_attribute("aria-label", "继续播放")
    # The time of a step passes faster here, nothing else.
    stage.evaluate(
        """milliseconds => {
            const later = window.setTimeout;
            window.setTimeout = (work, time, ...more) => later(work, time === milliseconds ? 50 : time, ...more);
        }""",
        1000 * tour.seconds,
    )
    play.click()
    expect(count).to_have_text(f"{len(tour.steps)} / {len(tour.steps)}", timeout=60_000)
    expect(play).to_have_attribute("aria-label", "继续播放", timeout=20_000)
    expect_result(stage, tour.steps[-1])
    stage.locator("#modou-stage .leave").click()
    expect(stage.locator("#modou-header")).to_be_visible()
