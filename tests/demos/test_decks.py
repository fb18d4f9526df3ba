from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import core
from core.errors import InputError
from demos import TABS
from demos.shell.card import links
from demos.shell.decks import FOLDER, WELCOME, load_decks, read_deck
from demos.text2sql.sources import example

GOOD = """
title: {zh: 我的演示, en: My deck}
steps:
  - tab: similarity
    title: 一
    input: {a: 今天下雨, b: 今天有雨}
    note: {zh: 讲稿, en: notes}
  - tab: xiangqi
    title: {zh: 二, en: two}
    input: {moves: h2e2 h9g7}
"""


def written(folder: Path, content: str | bytes, name: str = "mine.yaml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_deck_is_read(tmp_path: Path) -> None:
    deck = read_deck(written(tmp_path, GOOD))
    assert (deck.name, deck.minutes, len(deck.steps)) == ("mine", 0, 2)
    assert deck.steps[0].title == {"zh": "一", "en": "一"}
    assert deck.steps[1].input["moves"] == ["h2e2", "h9g7"]
    assert deck.steps[1].note == {"zh": "", "en": ""}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("tab: xiangqi", "tab: chess"), ("step 2", "tab")),
        (("tab: xiangqi", "tab: 5"), ("step 2", "tab")),
        (("h2e2 h9g7", "h2e2 h2e2"), ("step 2", "input", "ply 2")),
        (("a: 今天下雨, ", ""), ("step 1", "input")),
        (("b: 今天有雨", "b: 今天有雨, c: 多余"), ("step 1", "'c'")),
        (("input: {a: 今天下雨, b: 今天有雨}", "input: 文字"), ("step 1", "input")),
        (("title: 一", "titel: 一"), ("step 1", "titel")),
        (("title: 一", "title: {zh: 一}"), ("step 1", "title")),
        (("title: 一", "title: ''"), ("step 1", "title")),
        (("note: {zh: 讲稿, en: notes}", "note: 5"), ("step 1", "note")),
        (("steps:", "minutes: many\nsteps:"), ("minutes",)),
        (("steps:", "minutes: true\nsteps:"), ("minutes",)),
        (("steps:", "pages:"), ("pages",)),
        (("{zh: 我的演示, en: My deck}", "[1, 2]"), ("title",)),
        (("steps:", "seconds: -1\nsteps:"), ("seconds",)),
        (("title: 一", "title: 一\n    title: 二"), ("'title' stands twice",)),
        (("title: 一", "title: !!python/object/apply:os.getcwd []"), ("cannot be read",)),
        (("title: 一", "title: 2020-99-99"), ("cannot be read",)),
        (("title: 一", "title: &a 一\n    note: *a"), ("no aliases",)),
        (("title: 一", "title: {"), ("cannot be read",)),
    ],
)
def test_a_bad_deck_is_told_by_file_step_and_key(
    tmp_path: Path, change: tuple[str, str], words: tuple[str, ...]
) -> None:
    assert change[0] in GOOD
    with pytest.raises(InputError) as caught:
        read_deck(written(tmp_path, GOOD.replace(*change, 1)))
    for word in ("mine.yaml", *words):
        assert word in caught.value.en, caught.value.en
    assert "mine.yaml" in caught.value.zh


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe\x00", b"a" * 500_001, b"title: x\nsteps: []"])
def test_what_is_no_deck_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match=r"mine\.yaml"):
        read_deck(written(tmp_path, content))


def test_the_decks_that_ship_are_whole() -> None:
    decks = load_decks()
    assert list(decks)[:2] == ["tour", "lecture"]
    tour, lecture = decks["tour"], decks["lecture"]
    assert 5 <= len(tour.steps) <= 8
    assert len(lecture.steps) >= 20
    for deck in (tour, lecture):
        assert {step.tab for step in deck.steps} == {tab.NAME for tab in TABS}
        assert all(step.note["zh"] and step.note["en"] for step in deck.steps)
    # A visitor's goes by itself, in about 90 seconds.
    welcome = decks[WELCOME]
    assert 75 <= welcome.seconds * len(welcome.steps) <= 90
    assert {step.tab for step in welcome.steps} == {tab.NAME for tab in TABS}
    assert all(len(step.note["zh"]) < 60 and len(step.note["en"].split()) < 40 for step in welcome.steps)
    # Each tab's own examples are a deck, too: six, of which the last fails and says why.
    for tab in TABS:
        assert all(step.tab == tab.NAME and step.note["zh"] and step.note["en"] for step in decks[tab.NAME].steps)
        found = [e for e in links()[tab.NAME].examples() if "mode" not in e.input]
        assert [e.fails for e in found] == [False] * 5 + [True]
        assert "为什么" in found[-1].says["zh"]
        assert "Why" in found[-1].says["en"]
    said = "".join(step.note["zh"] for step in lecture.steps)
    for post in ("7161", "8888", "6671", "7630", "7877", "7388", "6771"):
        assert f"/archives/{post}" in said


def result(tab: str, given: dict[str, Any]) -> Any:
    """What the models make of the input of a step."""
    if given.get("mode") == "events":
        return core.load("events")(given["text"]).events
    if tab == "triples":
        return core.load("triples", given.get("model"))(given["text"]).triples
    if tab == "qa_pairs":
        return core.load("qa_pairs")(given["passage"], n=1).pairs
    if tab == "xiangqi":
        return core.load("xiangqi", given.get("model"))(" ".join(given["moves"]), given["start"]).candidates
    if tab == "similarity":
        return core.load("similarity", given.get("model"))(given["a"], given["b"]).plan.any()
    answer = core.load("text2sql")(given["question"], example(given["example"]))
    return answer.refusal or (answer.best.rows and answer.best.rows.rows)


@pytest.mark.parametrize("name", ["lecture", WELCOME])
def test_every_step_has_a_result(name: str) -> None:
    """Those of the tour are looked at in a browser."""
    for step in load_decks()[name].steps:
        assert result(step.tab, step.input), step.title["zh"]


def test_a_folder_of_ones_own_is_added(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, GOOD, "tour.yml")
    decks = load_decks(str(tmp_path))
    assert decks["mine"].title["en"] == "My deck"
    assert decks["tour"].title["en"] == "My deck", "one's own takes the place of the one that ships"
    assert "lecture" in decks
    with pytest.raises(InputError, match="MODOU_DECKS"):
        load_decks(str(FOLDER / "no such folder"))


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_deck_in_the_readme_is_one(tmp_path: Path, readme: str) -> None:
    text = (FOLDER.parent.parent / readme).read_text(encoding="utf-8")
    deck = read_deck(written(tmp_path, text.split("```yaml\n")[1].split("```")[0]))
    assert (deck.minutes, deck.steps[0].tab) == (10, "similarity")
