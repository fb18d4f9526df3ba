from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
import pytest

from core.errors import InputError
from demos import TABS
from demos.shell.decks import load_decks
from demos.shell.filling import on_fill
from demos.shell.stage import build_stage
from demos.shell.views import Stage


def handler(tab: str, fill: Callable[..., Any]) -> Callable[[Any], list[Any]]:
    """What the server does with the event that `tab` is to be filled in."""
    with gr.Blocks() as page:
        stage = build_stage()
        box = gr.Textbox()
        on_fill(stage, tab, fill, [box])
        stage.render()
    [event] = page.fns.values()
    assert event.fn is not None
    assert [component._id for component in event.outputs] == [box._id, stage._id]
    return lambda data: event.fn(gr.EventData(None, data))


def test_every_tab_has_an_event_of_its_own() -> None:
    assert set(Stage.emits) == {"open", *(f"fill_{tab.NAME}" for tab in TABS)}


def test_an_input_is_handed_on_and_the_wish_is_met() -> None:
    fill = handler("qa_pairs", lambda given: (given["passage"],))
    assert fill({"wish": 3, "input": {"passage": "一段文字", "more": "x"}}) == ["一段文字", {"filled": 3}]


def test_what_a_deck_holds_can_be_filled_in_again() -> None:
    handlers = {tab.NAME: handler(tab.NAME, lambda found: (found,)) for tab in TABS}
    for deck in load_decks().values():
        for step in deck.steps:
            [given, told] = handlers[step.tab]({"wish": 1, "input": step.input})
            assert given == step.input
            assert told == {"filled": 1}


@pytest.mark.parametrize(
    "data", [None, [], {}, {"input": None}, {"input": {"passage": 3}}, {"input": {"passage": ""}}, {"input": ["x"]}]
)
def test_what_the_tab_would_refuse_is_not_filled_in(data: Any) -> None:
    with pytest.raises(InputError):
        handler("qa_pairs", lambda given: (given["passage"],))(data)
