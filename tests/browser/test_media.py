"""A result of every kind on paper, in a contrast theme, and to the axe checker: with all that is folded away opened,
and with what opens over it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from benchmarks.page import AXE, serious
from tests.browser.qa_pairs_page import KING, PANDA, finished, view

# A link that fills in a tab, and where its result shows.
RESULTS = {
    "triples": ("triples&text=雷军毕业于武汉大学。", "#triples-result .summary"),
    "events": ("triples&mode=events&text=8月1日，腾讯发布新款手机。", ".modou-events_view .card"),
    "qa_pairs": (f"qa_pairs&passage={KING}", "#qa_pairs-result .card"),
    "xiangqi": ("xiangqi&moves=h2e2 h9g7", "#xiangqi-game .thoughts li:not(.blank)"),
    "similarity": ("similarity&a=塞翁失马，焉知非福&b=坏事也可能变成好事", "#similarity-result .summary"),
    "text2sql": ("text2sql&example=countries&question=亚洲人口超过1亿的国家有哪些", "#text2sql-answer .result"),
}
# What is pressed, but is a part of the result: pieces of a question, moves of a game.
SAID = ".link, .moves button"
# Drawn by colour alone, and so kept from the colours of a contrast theme.
SHADED = ".meter, .gauge, .words td:not(.corner), .link, .thoughts li i"
# One of several things to press.
CHOSEN = "button:is([aria-selected=true], [aria-pressed=true], [aria-current=true])"
# Red's cannon takes a pawn that a horse guards.
BLUNDERED = "h2e2 h9g7 h0g2 i9h9 e2e6 g7e6 b0c2"
# Gradio's own box for a file is named otherwise than it reads.
NOT_OURS = ".upload-container"
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="the axe checker comes with `npm ci` (make check)")


@pytest.fixture(scope="module", params=RESULTS)
def result(request: pytest.FixtureRequest, kept_page: Any, server: str) -> Any:
    """A tab with a result."""
    link, shows = RESULTS[request.param]
    kept_page.goto(f"{server}/?tab={link}")
    expect(kept_page.locator(shows).first).to_be_visible(timeout=90_000)
    return finished(kept_page) if request.param == "qa_pairs" else kept_page


def test_a_result_is_one_page_that_says_what_it_is(result: Any) -> None:
    assert result.pdf(format="A4").count(b"/Type /Page\n") == 1
    tab = result.locator("#modou-tabs > .tab-wrapper [role=tab][aria-selected=true]").inner_text()
    expect(result).to_have_title(f"{tab} · 墨斗 Modou")
    result.emulate_media(media="print")
    title = result.locator(".modou-header h1").evaluate("(node) => getComputedStyle(node, '::after').content")
    controls = result.locator(f"button:visible:not({SAID}), [role=tab]:visible, input:visible, footer:visible").count()
    result.emulate_media(media="null")  # with "screen", the next page of paper would be one too
    assert title == f'" · {tab}"'
    assert not controls


def test_a_contrast_theme_leaves_what_is_told_by_colour(result: Any) -> None:
    result.emulate_media(forced_colors="active")
    lost = result.locator(f":is({SHADED}):visible").evaluate_all(
        """(all) => all.filter((node) => getComputedStyle(node).forcedColorAdjust !== "none")
            .map((node) => node.outerHTML)"""
    )
    unmarked = result.locator("mark:visible").evaluate_all(
        "(all) => all.filter((node) => parseFloat(getComputedStyle(node).borderBottomWidth) < 2).length"
    )
    result.emulate_media(forced_colors="none")
    assert not lost
    assert not unmarked


def test_a_contrast_theme_fills_what_is_chosen_and_frames_what_has_the_focus(result: Any) -> None:
    result.emulate_media(forced_colors="active")
    told = result.locator(f"{CHOSEN}:visible").evaluate_all(
        """(all) => all.map((node) => {
            document.activeElement.blur();
            const unframed = getComputedStyle(node).outlineStyle;
            node.focus({ preventScroll: true, focusVisible: true });
            const { backgroundColor, color, outlineColor, outlineStyle } = getComputedStyle(node);
            const page = getComputedStyle(document.body).backgroundColor;
            return { unframed, backgroundColor, color, outlineColor, outlineStyle, page };
        })"""
    )
    result.emulate_media(forced_colors="none")
    assert told
    for node in told:
        assert node["backgroundColor"] not in (node["page"], node["color"], node["outlineColor"]), node
        assert (node["unframed"], node["outlineStyle"]) == ("none", "solid"), node


def come(shown: Any) -> None:
    """Wait until `shown` has its full colours."""
    shown.evaluate("(node) => Promise.all(node.getAnimations().map((one) => one.finished))")


@needs_axe
def test_axe_finds_nothing_serious_in_what_is_folded_away(result: Any) -> None:
    folded = result.locator("button.label-wrap:visible:not(.open)")
    for _ in range(folded.count()):
        folded.first.click()
    result.evaluate("() => document.querySelectorAll('details').forEach((node) => { node.open = true; })")
    # The model explains a text where it is asked to; the views come one by one.
    result.wait_for_timeout(2_000)
    assert not [found for found in serious(result) if NOT_OURS not in found]


@needs_axe
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_serious_in_a_quiz_and_on_a_sheet(page: Any, server: str, language: str) -> None:
    page.goto(f"{server}/?{urlencode({'tab': 'qa_pairs', 'passage': PANDA, 'lang': language})}")
    finished(page)
    view(page).locator("button.quiz").click()
    quiz = page.get_by_role("dialog")
    found = serious(page)
    quiz.locator(".main").click()
    come(quiz.locator(".answer"))
    found += serious(page)
    quiz.locator("[data-way=write]").click()
    quiz.locator("input").fill("不知道")
    quiz.locator("input").press("Enter")
    expect(quiz.locator(".judged")).to_be_visible()
    come(quiz.locator(".answer"))
    found += serious(page)
    quiz.locator("[data-way=choose]").click()
    main = quiz.locator(".main")
    ended = quiz.locator(".stage.ended")
    option = quiz.locator(".option:not(:disabled)").first
    # The first question with something to choose from, then all others by their answers.
    while not option.is_visible() and not ended.is_visible():
        expect(option.or_(quiz.locator(".few")).first).to_be_visible()
        if not option.is_visible():
            main.click()
    if option.is_visible():
        found += serious(page)
        option.click()
        come(quiz.locator(".answer"))
        found += serious(page)
    while not ended.is_visible():
        main.click()
    found += serious(page)
    quiz.locator(".close").click()

    view(page).locator("button.print").click()
    sheet = page.get_by_role("dialog")
    sheet.locator(".choice").check()
    expect(sheet.frame_locator("iframe").locator(".options").first).to_be_visible()
    assert not found + serious(page)


@needs_axe
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_serious_in_a_puzzle(page: Any, server: str, language: str) -> None:
    page.goto(f"{server}/?{urlencode({'tab': 'xiangqi', 'moves': BLUNDERED, 'lang': language})}")
    game = page.locator("#xiangqi-game")
    game.get_by_role("tab").nth(1).click()
    game.locator(".puzzles select + button").click()
    puzzle = game.locator(".puzzles [aria-pressed]").last
    expect(puzzle).to_be_visible(timeout=60_000)
    found = serious(page)
    puzzle.click()
    answers = game.locator(".puzzle button:visible")
    expect(answers.first).to_be_visible()
    found += serious(page)
    answers.first.click()
    expect(game.locator(".arrow")).to_have_count(2)
    assert not found + serious(page)
