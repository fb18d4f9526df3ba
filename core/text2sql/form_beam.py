"""Beam search over forms: at every step only what the grammar lets follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from core.text2sql.form import Constant, Form, Symbol
from core.text2sql.form_model import FormModel, Read
from core.text2sql.form_types import fitting, listed
from core.text2sql.form_vocabulary import BEGIN, END, QUOTE, VOCABULARY, WORD_IDS, Bank, mask_of, place_mask, wide
from core.text2sql.grammar import START, State, from_tokens

_LONGEST = 100
_OPTIONS = 4
REFUSE = "refuse"
# A hypothesis this much less likely (natural logarithm) than the best finished form is not followed.
_BEHIND = 6.0
Scores = NDArray[np.float32]
# Symbol, its probability, the likeliest ones there, the characters it quotes.
Written = tuple[Symbol, float, tuple[tuple[Symbol, float], ...], "tuple[int, int] | None"]


@dataclass(frozen=True)
class Hypothesis:
    """A form, begun or finished: the natural logarithm of its probability, and its symbols."""

    score: float
    state: State
    last: int  # place of the last symbol
    steps: tuple[Written, ...] = ()
    quote: tuple[int, ...] = field(default=())  # (-1,) after a quotation mark, (place,) after its first character
    begun: float = 1.0  # probability of the quotation so far

    def form(self) -> Form:
        """Raises ValueError where it is none."""
        return from_tokens([s[0] for s in self.steps])


def search(model: FormModel, read: Read, bank: Bank, width: int) -> tuple[float, list[Hypothesis]]:
    """The probability that the table cannot answer, and the likeliest forms, the best first."""
    live = [Hypothesis(0.0, START, WORD_IDS[BEGIN])]
    done: list[Hypothesis] = []
    past: list[tuple[torch.Tensor, torch.Tensor]] | None = None
    same = _representatives(bank)
    refused = 0.0
    for step in range(_LONGEST):
        symbols = torch.tensor([[h.last] for h in live], device=read.bank.device)
        logits, past = model.write(_repeated(read, len(live)), symbols, step, past)
        scores = logits[:, 0].cpu().numpy()
        grown: list[tuple[Hypothesis, int]] = []
        for row, h in enumerate(live):
            mask = place_mask() if h.quote else mask_of(h.state.allowed)
            allowed = wide(mask, bank.columns, bank.types, len(bank.text))
            fits = None if h.quote else fitting(bank, [s[0] for s in h.steps])
            logs = _log_probabilities(scores[row], allowed if fits is None else allowed & fits, same)
            if step == 0:
                refused = float(np.exp(logs[WORD_IDS[REFUSE]]))
                logs[WORD_IDS[REFUSE]] = -np.inf
                logs -= np.log(max(1 - refused, 1e-9))
            grown += [(g, row) for g in _grown(h, logs, bank, width)]
        grown.sort(key=lambda pair: -pair[0].score)
        done += [g for g, _ in grown[: 2 * width] if g.last == WORD_IDS[END]]
        best = max((h.score for h in done), default=-np.inf)
        kept = [(g, row) for g, row in grown if g.last != WORD_IDS[END] and g.score > best - _BEHIND][:width]
        if not kept or len(done) >= 2 * width:
            break
        live = [g for g, _ in kept]
        rows = torch.tensor([row for _, row in kept], device=read.bank.device)
        past = [(k[rows], v[rows]) for k, v in past]
    return refused, sorted(done, key=lambda h: -h.score)


def _repeated(read: Read, n: int) -> Read:
    return Read(
        read.bank.expand(n, -1, -1),
        read.known.expand(n, -1),
        read.sizes,
        [k.expand(n, -1, -1, -1) for k in read.keys],
        [v.expand(n, -1, -1, -1) for v in read.values],
        read.mask.expand(n, -1, -1, -1),
    )


def _representatives(bank: Bank) -> NDArray[np.int64]:
    """For every place the first one that says the same."""
    found = np.arange(bank.size)
    first: dict[Constant, int] = {}
    for i, c in enumerate(bank.candidates):
        found[bank.first_candidate + i] = first.setdefault(c.constant, bank.first_candidate + i)
    return found


def _log_probabilities(scores: Scores, mask: NDArray[np.bool_], same: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log-probabilities of the places, those of equal constants together at the first of them."""
    allowed = np.where(mask, scores.astype(np.float64), -np.inf)
    top = allowed.max()
    if not np.isfinite(top):
        return allowed
    p = np.exp(allowed - top)
    p /= p.sum()
    merged = np.zeros_like(p)
    np.add.at(merged, same, p)
    with np.errstate(divide="ignore"):
        logs: NDArray[np.float64] = np.log(merged)
    return logs


def _grown(h: Hypothesis, logs: NDArray[np.float64], bank: Bank, width: int) -> list[Hypothesis]:
    """The likeliest ways to go on."""
    order = np.argsort(-logs)[: 2 * width]
    ways = [int(place) for place in order if np.isfinite(logs[place])]
    options = tuple(
        (_shown(place, bank), float(np.exp(logs[place]))) for place in ways[:_OPTIONS] if np.exp(logs[place]) > 0.01
    )
    return [g for place in ways if (g := _next(h, place, float(logs[place]), options, bank)) is not None]


def _shown(place: int, bank: Bank) -> Symbol:
    return bank.symbol(place) if place < bank.first_place else bank.quoted(place, place)


def _is_listed(constant: Constant, written: Sequence[Symbol]) -> bool:
    """Whether the list that is being written has `constant` already."""
    said = listed(written)
    return written[-len(said) - 2 : -len(said) - 1] in (["in"], ["not_in"]) and constant in said


def _next(
    h: Hypothesis, place: int, log: float, options: Sequence[tuple[Symbol, float]], bank: Bank
) -> Hypothesis | None:
    score, p = h.score + log, float(np.exp(log))
    if h.quote == (-1,):
        return Hypothesis(score, h.state, place, h.steps, (place,), h.begun * p)
    if h.quote:
        if place < h.quote[0]:
            return None
        constant = bank.quoted(h.quote[0], place)
        if _is_listed(constant, [step[0] for step in h.steps]):
            return None
        span = (h.quote[0] - bank.first_place, place - bank.first_place + 1)
        step = (constant, h.begun * p, ((constant, h.begun * p),), span)
        return Hypothesis(score, h.state.after(constant), place, (*h.steps, step))
    word = VOCABULARY[place] if place < len(VOCABULARY) else ""
    if word == END:
        return Hypothesis(score, h.state, place, h.steps)
    if word == QUOTE:
        return Hypothesis(score, h.state, place, h.steps, (-1,), p)
    symbol = bank.symbol(place)
    try:
        state = h.state.after(symbol)
    except ValueError:
        return None
    return Hypothesis(score, state, place, (*h.steps, (symbol, p, tuple(options), None)))
