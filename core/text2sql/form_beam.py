"""Beam search over forms, of several questions at once: at every step only what the grammar lets follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from core.text2sql.form import Constant, Form, Symbol
from core.text2sql.form_model import FormModel, Read
from core.text2sql.form_types import fitting, listed
from core.text2sql.form_vocabulary import BEGIN, END, QUOTE, VOCABULARY, WORD_IDS, Bank, mask_of, place_mask, wide
from core.text2sql.grammar import START, Allowed, State, from_tokens

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


def search(
    model: FormModel, reads: Sequence[Read], banks: Sequence[Bank], width: int
) -> list[tuple[float, list[Hypothesis]]]:
    """For each question, read by itself, the probability that its table cannot answer, and the likeliest forms, the
    best first. All are written side by side: a step of several questions takes hardly longer than one of one."""
    every = [Beam(bank, width) for bank in banks]
    going = list(zip(every, [cache(read.repeated) for read in reads], strict=True))
    device, past = reads[0].bank.device, None
    for step in range(_LONGEST):
        last = torch.tensor([[h.last] for beam, _ in going for h in beam.live], device=device)
        logits, past = model.write([repeated(len(beam.live)) for beam, repeated in going], last, step, past)
        origins: list[int] = []
        begin = 0
        for (beam, _), mine in zip(going, logits, strict=True):
            origins += [begin + row for row in beam.grow(mine[:, 0].cpu().numpy())]
            begin += len(mine)
        going = [(beam, repeated) for beam, repeated in going if beam.live]
        if not going:
            break
        kept = torch.tensor(origins, device=device)
        past = [(key.index_select(0, kept), value.index_select(0, kept)) for key, value in past]
    return [(beam.refused, sorted(beam.done, key=lambda h: -h.score)) for beam in every]


class Beam:
    """The search for one question: `width` hypotheses that live, and those that are done."""

    def __init__(self, bank: Bank, width: int) -> None:
        self.bank, self.width = bank, width
        self.live = [Hypothesis(0.0, START, WORD_IDS[BEGIN])]
        self.done: list[Hypothesis] = []
        self.refused = 0.0
        same = _representatives(bank)
        self._twins = np.flatnonzero(same != np.arange(bank.size))
        self._firsts = same[self._twins]
        self._masks: dict[Allowed, NDArray[np.bool_]] = {}

    def grow(self, scores: Scores) -> list[int]:
        """Go on from every live hypothesis, to which `scores` [N, S] belong; gives which one each of those
        that live now comes from. None lives once the search is over."""
        logs = self._log_probabilities(scores)
        if self.live[0].state is START:
            self._take_refusal(logs[0])
        grown = self.likeliest(logs)
        self.done += [h for h, _ in grown if h.last == WORD_IDS[END]]
        best = max((h.score for h in self.done), default=-np.inf)
        kept = [(h, row) for h, row in grown if h.last != WORD_IDS[END] and h.score > best - _BEHIND][: self.width]
        if len(self.done) >= 2 * self.width:
            kept = []
        self.live = [h for h, _ in kept]
        return [row for _, row in kept]

    def _take_refusal(self, logs: NDArray[np.float64]) -> None:
        self.refused = float(np.exp(logs[WORD_IDS[REFUSE]]))
        logs[WORD_IDS[REFUSE]] = -np.inf
        logs -= np.log(max(1 - self.refused, 1e-9))

    def likeliest(self, logs: NDArray[np.float64]) -> list[tuple[Hypothesis, int]]:
        """The likeliest ways to go on, twice as many as live on, so that there are enough where some of them end; and
        the number of the hypothesis that each comes from."""
        most = 2 * self.width
        order = np.argsort(-logs, 1)[:, :most]
        ways = [
            (h.score + float(logs[row, place]), row, int(place))
            for row, h in enumerate(self.live)
            for place in order[row]
            if np.isfinite(logs[row, place])
        ]
        ways.sort(key=lambda way: -way[0])
        found: list[tuple[Hypothesis, int]] = []
        options: dict[int, tuple[tuple[Symbol, float], ...]] = {}
        for _, row, place in ways:
            if row not in options:
                options[row] = self._options(logs[row], order[row])
            grown = _next(self.live[row], place, float(logs[row, place]), options[row], self.bank)
            if grown is not None:
                found.append((grown, row))
            if len(found) == most:
                break
        return found

    def _options(self, logs: NDArray[np.float64], order: NDArray[np.intp]) -> tuple[tuple[Symbol, float], ...]:
        near = [(int(place), float(np.exp(logs[place]))) for place in order[:_OPTIONS]]
        return tuple((_shown(place, self.bank), p) for place, p in near if p > 0.01)

    def _log_probabilities(self, scores: Scores) -> NDArray[np.float64]:
        """Log-probabilities of the places, those of equal constants together at the first of them."""
        masks = np.stack([self._allowed(h) for h in self.live])
        allowed = np.where(masks, scores.astype(np.float64), -np.inf)
        top = allowed.max(1, keepdims=True)
        p = np.exp(allowed - np.where(np.isfinite(top), top, 0.0))
        total = p.sum(1, keepdims=True)
        p /= np.where(total > 0, total, 1.0)
        np.add.at(p.T, self._firsts, p[:, self._twins].T)
        p[:, self._twins] = 0.0
        with np.errstate(divide="ignore"):
            logs: NDArray[np.float64] = np.log(p)
        return logs

    def _allowed(self, h: Hypothesis) -> NDArray[np.bool_]:
        """Which places of the bank may come next."""
        bank = self.bank
        if h.quote:
            return wide(place_mask(), bank.columns, bank.types, len(bank.text))
        allowed = h.state.allowed
        if allowed not in self._masks:
            self._masks[allowed] = wide(mask_of(allowed), bank.columns, bank.types, len(bank.text))
        fits = fitting(bank, [step[0] for step in h.steps])
        return self._masks[allowed] if fits is None else self._masks[allowed] & fits


def _representatives(bank: Bank) -> NDArray[np.int64]:
    """For every place the first one that says the same."""
    found = np.arange(bank.size)
    first: dict[Constant, int] = {}
    for i, c in enumerate(bank.candidates):
        found[bank.first_candidate + i] = first.setdefault(c.constant, bank.first_candidate + i)
    return found


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
