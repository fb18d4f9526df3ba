"""The writer of forms at work: a question, what was asked before, and a table's columns in, ranked forms out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import torch
from transformers import PreTrainedTokenizerBase

from core.runtime import MicroBatcher
from core.text import normalise
from core.text2sql.candidates import Candidate, Known, candidates
from core.text2sql.form import Column, Constant, Form, Symbol, goes_astray, renumbered
from core.text2sql.form_beam import Hypothesis, search
from core.text2sql.form_compared import put_right
from core.text2sql.form_encoding import EncodedQuestion, EncodedTable, clipped, collate, encode_question, encode_table
from core.text2sql.form_model import FormModel, Read
from core.text2sql.form_reading import Reading, Step
from core.text2sql.form_union import united
from core.text2sql.form_vocabulary import Bank
from core.text2sql.linking import Linker
from core.text2sql.unused import weighed

# Columns read at a time; of more, those that the question speaks of.
MAX_READ = 40
BETWEEN = "；"
# Questions whose forms are written side by side.
_BATCH = 8
# The probability that the table cannot answer, and the likeliest forms.
Found = tuple[float, list[Hypothesis]]
# Per column where the text speaks of it: `Linker.mentions`.
Mentions = Sequence[Sequence[tuple[int, int, int]]]


@dataclass(frozen=True)
class Written:
    """The readings, the best first. `text`: the folded conversation, in which the question starts at `begin`."""

    readings: tuple[Reading, ...]
    answerable: float
    text: str
    begin: int
    candidates: tuple[Candidate, ...]
    raw: tuple[float, float] = (0.0, 0.0)  # logits of not refusing and of the best form, before calibration


@dataclass(frozen=True)
class Prepared:
    """A conversation over a table, encoded: what the model is given, and what its symbols stand for."""

    table: EncodedTable
    question: EncodedQuestion
    bank: Bank
    text: str
    begin: int
    columns: tuple[int, ...]  # of the table, in the order of the bank's
    linker: Linker


class FormFiller:
    """A `FormModel` with its tokenizer, and a beam of `width`. Threads that ask at the same time share its steps."""

    def __init__(self, model: FormModel, tokenizer: PreTrainedTokenizerBase, width: int = 6) -> None:
        self.model = model
        model.eval()
        self.tokenizer = tokenizer
        self.width = width
        self._batcher: MicroBatcher[Prepared, Found] = MicroBatcher(self._run, _BATCH)

    def __call__(
        self,
        question: str,
        context: Sequence[str],
        linker: Linker,
        today: date,
        most: int = 4,
        known: Known | None = None,
    ) -> Written:
        """The likeliest forms of `question`, asked after those of `context`: at most `most`. `known`: what is known of
        the table, kept from an earlier question."""
        prepared = self.prepare(question, context, linker, today, known)
        [(refused, found)] = self._batcher([prepared])
        # What was calibrated is the likeliest form as the model wrote it.
        raw = logit(math.log(max(1 - refused, 1e-9))), logit(found[0].score if found else -30.0)
        found = put_right(found, prepared.bank, prepared.begin)
        mentions = prepared.linker.mentions(prepared.text)
        readings = [r for h in found if (r := self._reading(h, prepared, mentions)) is not None]
        forms: dict[Form, Reading] = {}
        for r in readings:
            if not goes_astray(r.form):
                forms.setdefault(r.form, r)
        columns = (*prepared.columns, -1)  # a candidate of no column has the last place
        values = tuple(replace(c, column=columns[c.column]) for c in prepared.bank.candidates)
        named = [place[:2] for mine in mentions for place in mine]
        likeliest = weighed(forms.values(), prepared.text, prepared.begin, values, named)
        return Written(
            united(likeliest, _named(prepared))[:most],
            self._answerable(*raw),
            prepared.text,
            prepared.begin,
            values,
            raw,
        )

    @torch.inference_mode()
    def _run(self, asked: Sequence[Prepared]) -> list[Found]:
        """Read each question by itself, since they are of all lengths, and write the forms of all."""
        reads = [self._read(one) for one in asked]
        return search(self.model, reads, [one.bank for one in asked], self.width)

    def _read(self, prepared: Prepared) -> Read:
        batch = collate([(prepared.table, [prepared.question])], self.tokenizer.pad_token_id)
        return self.model.read(**{name: tensor.to(self.model.device) for name, tensor in batch.items()})

    def prepare(
        self, question: str, context: Sequence[str], linker: Linker, today: date, known: Known | None = None
    ) -> Prepared:
        """Find what may be pointed at, and encode it all."""
        text, begin = conversation(question, context)
        columns, part = narrowed(linker, text)
        found = moved(candidates(text, linker, today, known), columns)
        table = encode_table(part, moved(listed(linker, today, known), columns), self.tokenizer)
        encoded = encode_question(text, begin, part, table, found, self.tokenizer)
        return Prepared(table, encoded, Bank(len(part.fields), found, text, part.fields), text, begin, columns, part)

    def _reading(self, found: Hypothesis, prepared: Prepared, mentions: Mentions) -> Reading | None:
        slope, offset = self.model.config.calibration
        try:
            form = renumbered(found.form(), prepared.columns)
        except ValueError:
            return None
        steps = tuple(
            Step(
                _numbered(symbol, prepared.columns),
                probability,
                tuple((_numbered(s, prepared.columns), p) for s, p in options),
                span or _span(symbol, prepared, mentions),
            )
            for symbol, probability, options, span in found.steps
        )
        return Reading(form, _sigmoid(slope * logit(found.score) + offset), steps)

    def _answerable(self, not_refused: float, best: float) -> float:
        by_refusal, by_form, offset = self.model.config.answerable
        return _sigmoid(by_refusal * not_refused + by_form * best + offset)


def conversation(question: str, context: Sequence[str]) -> tuple[str, int]:
    """The folded text of `question` behind those that were asked before, and where it begins there."""
    parts = [normalise(part).text.strip() for part in (*context, question)]
    return clipped(BETWEEN.join(parts), sum(len(part) + len(BETWEEN) for part in parts[:-1]))


def listed(linker: Linker, today: date, known: Known | None = None) -> list[Candidate]:
    """The cells that a table shows whatever is asked."""
    return candidates("", linker, today, known)


def moved(found: Sequence[Candidate], columns: Sequence[int]) -> list[Candidate]:
    """Candidates over the columns `columns` alone, numbered in this order."""
    place = {column: i for i, column in enumerate(columns)} | {-1: -1}
    return [replace(c, column=place[c.column]) for c in found if c.column in place]


def logit(log_probability: float) -> float:
    """log(p / (1 - p)), at most 12 either way."""
    p = min(max(math.exp(log_probability), 6e-6), 1 - 6e-6)
    return math.log(p / (1 - p))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def narrowed(linker: Linker, text: str) -> tuple[tuple[int, ...], Linker]:
    """The columns worth reading, and a linker of these."""
    n = len(linker.fields)
    if n <= MAX_READ:
        return tuple(range(n)), linker
    named = [
        max(((end - start) * strength for start, end, strength in mine), default=0) for mine in linker.mentions(text)
    ]
    linked = {c.column for c in linker.candidates(text, date.today()) if c.source in ("cell", "fuzzy")}
    order = sorted(range(n), key=lambda i: (-(named[i] + 3 * (i in linked)), i))
    kept = tuple(sorted(order[:MAX_READ]))
    return kept, linker.part(kept)


def _named(prepared: Prepared) -> frozenset[int]:
    """The columns of the table that the question has by their whole name."""
    mentions = prepared.linker.mentions(prepared.text[prepared.begin :])
    return frozenset(
        prepared.columns[i] for i, mine in enumerate(mentions) if any(strength == 2 for *_, strength in mine)
    )


def _numbered(symbol: Symbol, columns: Sequence[int]) -> Symbol:
    return Column(columns[symbol.index]) if isinstance(symbol, Column) else symbol


def _span(symbol: Symbol, prepared: Prepared, mentions: Mentions) -> tuple[int, int] | None:
    """Where the conversation says a column or a constant."""
    if isinstance(symbol, Column):
        mine = mentions[symbol.index]
        return mine[-1][:2] if mine else None
    if isinstance(symbol, Constant):
        spans = [(c.start, c.end) for c in prepared.bank.candidates if c.constant == symbol and c.end > c.start]
        return spans[-1] if spans else None
    return None
