"""The trained model at work: a question and a table's columns in, ranked sketches out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from core.runtime import MicroBatcher
from core.text2sql.assemble import Array
from core.text2sql.decisions import Decision, Ranked, decisions, pieces, rank
from core.text2sql.encoding import Encoded, collate, encode, rows_of
from core.text2sql.linking import Candidate, Linker
from core.text2sql.model import Logits, SketchModel
from core.text2sql.sketch import Value, renumbered

_BATCH = 16
# Columns read at a time; of more, those that the question speaks of.
MAX_READ = 40


@dataclass(frozen=True)
class Filled:
    """What the model made of a question. `ranked` refers to the table's columns; `decisions` to slots, in the order of
    `columns` behind the three special ones."""

    ranked: tuple[Ranked, ...]
    answerable: float
    candidates: tuple[Candidate, ...]
    decisions: tuple[Decision, ...]
    columns: tuple[int, ...]
    pieces: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Job:
    encoded: Encoded
    question: str
    linker: Linker
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class _Done:
    logits: dict[str, Array]
    candidates: tuple[Candidate, ...]
    pieces: tuple[tuple[int, int], ...]


class SketchFiller:
    """A `SketchModel` with its tokenizer; threads share batches."""

    def __init__(self, model: SketchModel, tokenizer: PreTrainedTokenizerBase) -> None:
        self.model = model
        model.eval()
        self.tokenizer = tokenizer
        self._batcher: MicroBatcher[_Job, _Done] = MicroBatcher(self._run, _BATCH)

    def __call__(self, question: str, linker: Linker, today: date, most: int = 4) -> Filled:
        """The likeliest sketches of the folded `question`, at most `most`."""
        columns, part = _narrowed(linker, question)
        candidates = tuple(part.candidates(question, today))
        encoded = encode(question, part, candidates, self.tokenizer)
        [done] = self._batcher([_Job(encoded, question, part, candidates)])
        blanks = decisions(done.logits, done.candidates)
        ranked = rank(blanks, done.logits, done.candidates, part, question, most)
        return Filled(
            tuple(_renumbered(r, columns) for r in ranked),
            float(1 / (1 + np.exp(-float(done.logits["answerable"])))),
            done.candidates,
            tuple(blanks),
            columns,
            done.pieces,
        )

    @torch.inference_mode()
    def _run(self, jobs: Sequence[_Job]) -> list[_Done]:
        batch = collate([j.encoded for j in jobs], self.tokenizer.pad_token_id)
        batch = {k: v.to(self.model.device) for k, v in batch.items()}
        candidates, scores = batch.pop("candidates"), batch.pop("scores")
        del candidates, scores
        states, logits = self.model.read(**batch)
        tags = logits.tags.float().cpu().numpy()
        found = [_with_pieces(job, tags[i]) for i, job in enumerate(jobs)]
        rows = [
            (i, *row[:-1])
            for i, (mine, _) in enumerate(found)
            for row in rows_of(jobs[i].question, jobs[i].linker, mine)
        ]
        scored = torch.tensor([c.score for mine, _ in found for c in mine], device=self.model.device)
        table = torch.tensor(rows, dtype=torch.long, device=self.model.device).reshape(-1, 6)
        logits.op, logits.having = self.model.pairs(states, table, scored)
        return [_Done(_numpy(logits, i, table, len(jobs[i].encoded.slots)), *found[i]) for i in range(len(jobs))]


def _numpy(logits: Logits, row: int, candidates: torch.Tensor, slots: int) -> dict[str, Array]:
    """The logits of one question of the batch, without padding."""
    mine = candidates[:, 0] == row
    by_slot = ("select", "group", "order", "order_aggregate", "shortlist", "null", "left", "right")
    found: dict[str, Array] = {}
    for f in fields(logits):
        value = getattr(logits, f.name)
        value = value[mine] if f.name in ("op", "having") else value[row]
        found[f.name] = (value[:slots] if f.name in by_slot else value).float().cpu().numpy()
    return found


def _with_pieces(job: _Job, tags: Array) -> tuple[tuple[Candidate, ...], tuple[tuple[int, int], ...]]:
    """The candidates, and the pieces that the tagger takes for values as values of each column of text."""
    found = pieces(tags, *job.encoded.question)
    exact = {(c.start, c.end, c.column) for c in job.candidates if c.source == "cell"}
    columns = [i for i, f in enumerate(job.linker.fields) if f.type == "text"]
    more = [
        Candidate(start, end, column, Value("text", job.question[start:end]), "text")
        for start, end in found
        for column in columns
        if (start, end, column) not in exact
    ]
    return (*job.candidates, *more), tuple(found)


def _narrowed(linker: Linker, question: str) -> tuple[tuple[int, ...], Linker]:
    """The columns worth reading, and a linker of these."""
    n = len(linker.fields)
    if n <= MAX_READ:
        return tuple(range(n)), linker
    _, marks = linker.name_matches(question)
    linked = {c.column for c in linker.candidates(question, date.today()) if c.source in ("cell", "fuzzy")}
    order = sorted(range(n), key=lambda i: (-(sum(marks[i]) + 3 * (i in linked)), i))
    kept = tuple(sorted(order[:MAX_READ]))
    return kept, linker.part(kept)


def _renumbered(ranked: Ranked, columns: Sequence[int]) -> Ranked:
    """The sketch with its columns numbered as in the whole table."""
    if all(i == c for i, c in enumerate(columns)):
        return ranked
    return Ranked(renumbered(ranked.sketch, dict(enumerate(columns))), ranked.probability, ranked.linked)
