"""Which symbols a hypothesis may go on with."""

from __future__ import annotations

import numpy as np

from core.text2sql.form import Column, Constant
from core.text2sql.form_beam import Beam, Hypothesis, _next
from core.text2sql.form_vocabulary import QUOTE, WORD_IDS, Bank
from core.text2sql.grammar import START

TEXT = "前街和后街"
BANK = Bank(2, [], TEXT)


def quoted(h: Hypothesis, text: str) -> Hypothesis | None:
    """`h` after a piece of the question in quotation marks."""
    at = BANK.first_place + TEXT.index(text)
    for place in (WORD_IDS[QUOTE], at, at + len(text) - 1):
        found = _next(h, place, 0.0, (), BANK)
        if found is None:
            return None
        h = found
    return h


def test_a_list_has_no_text_twice() -> None:
    h = Hypothesis(0.0, START, 0)
    for symbol in ("select", Column(0), "where", "in", Column(1)):
        h = Hypothesis(0.0, h.state.after(symbol), 0, (*h.steps, (symbol, 1.0, (), None)))
    one = quoted(h, "前街")
    assert one is not None
    assert one.steps[-1][0] == Constant("前街")
    assert quoted(one, "前街") is None
    assert quoted(one, "后街") is not None


def test_a_quotation_ends_behind_its_beginning() -> None:
    h = Hypothesis(0.0, START, 0, quote=(BANK.first_place + 3,))
    logs = np.full(BANK.size, -np.inf)
    logs[BANK.first_place :] = np.log(1 / len(TEXT))
    beam = Beam(BANK, 6)
    beam.live = [_begun(h)]
    ends = [g.last - BANK.first_place for g, _ in beam.likeliest(logs[None])]
    assert sorted(ends) == [3, 4]


def _begun(h: Hypothesis) -> Hypothesis:
    state = START
    for symbol in ("select", Column(0), "where", "=", Column(1)):
        state = state.after(symbol)
    return Hypothesis(h.score, state, h.last, h.steps, h.quote)
