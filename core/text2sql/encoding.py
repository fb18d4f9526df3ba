"""A question and a table's columns as one sequence of characters, with what linking found as features of each.

    [CLS] question [SEP] ⟨*⟩ ⟨expression⟩ ⟨limit⟩ ⟨column 1⟩ name ； matched cell ⟨column 2⟩ name ...

Every column begins with a marker token; the three before the columns stand for all columns, for arithmetic between two
columns, and for the number of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from transformers import PreTrainedTokenizerBase

from core.backbone.tokenizer import character_ids
from core.text2sql.fields import Field
from core.text2sql.linking import EXPR, LIMIT, SOURCES, Candidate, Linker
from core.text2sql.sketch import ALL

# One embedding each; a token has one of every group.
_ROLES = ("pad", "special", "question", "name", "value", "*", "expression", "limit", "text", "number", "date")
_NAME_MATCH = ("none", "part", "whole")
_CELL_MATCH = ("none", "fuzzy", "exact")
_LITERAL = ("none", "number", "date", "month", "age", "average")
# Question and column share a number where the question names the column, counted from the question's beginning.
_LINKS = 16
_LINK = ("none", *map(str, range(1, _LINKS)))
GROUPS: tuple[tuple[str, ...], ...] = (_ROLES, _NAME_MATCH, _CELL_MATCH, _LITERAL, _LINK)
FEATURES = sum(map(len, GROUPS))
_OFFSETS = [sum(map(len, GROUPS[:i])) for i in range(len(GROUPS))]
SPECIAL_COLUMNS = (ALL, EXPR, LIMIT)
_CELLS_SHOWN, _CELL_CHARS, _NAME_CHARS = 2, 10, 24


@dataclass
class Encoded:
    """One question over one table as the model reads it. Column slots: `ALL`, `EXPR`, `LIMIT`, then the columns."""

    ids: list[int]
    features: list[tuple[int, ...]]  # per token, an index into the features' embeddings for each group
    question: tuple[int, int]  # tokens of the question
    slots: list[tuple[int, int]]  # per slot: its marker token and the end of its name
    candidates: list[tuple[int, int, int, int, int, float]]  # start and end token, slot, source, nearness, score
    mentions: list[tuple[int, int, int, int]]  # slot, start and end token, strength


def slot_of(column: int) -> int:
    """The slot of a column index, or of `ALL`, `EXPR`, `LIMIT`."""
    return SPECIAL_COLUMNS.index(column) if column < 0 else column + len(SPECIAL_COLUMNS)


def encode(
    question: str, linker: Linker, candidates: Sequence[Candidate], tokenizer: PreTrainedTokenizerBase
) -> Encoded:
    """Encode the folded `question` with every column of `linker`."""
    in_question, in_names = linker.name_matches(question)
    cells, literals = _marks(question, candidates)
    mentions = linker.mentions(question)
    links, of_columns = _links(question, mentions)
    ids: list[int] = [tokenizer.cls_token_id]
    features: list[tuple[int, ...]] = [_feature("special")]
    ids += character_ids(tokenizer, question)
    features += [_feature("question", *marks) for marks in zip(in_question, cells, literals, links, strict=True)]
    ids.append(tokenizer.sep_token_id)
    features.append(_feature("special"))
    slots: list[tuple[int, int]] = []
    for role in ("*", "expression", "limit"):
        ids.append(tokenizer.sep_token_id)
        features.append(_feature(role))
        slots.append((len(ids) - 1, len(ids)))
    for column, (field, name, marks) in enumerate(zip(linker.fields, linker.names, in_names, strict=True)):
        shown = _shown(column, candidates)
        slots.append(_column(ids, features, field, name, marks, shown, of_columns[column], tokenizer))
    places = [(slot_of(i), 1 + a, 1 + b, strength) for i, mine in enumerate(mentions) for a, b, strength in mine]
    return Encoded(ids, features, (1, 1 + len(question)), slots, rows_of(question, linker, candidates), places)


def rows_of(
    question: str, linker: Linker, candidates: Sequence[Candidate]
) -> list[tuple[int, int, int, int, int, float]]:
    """Candidates as the model takes them: start and end token, slot, source, nearness of the column's name, score."""
    near = linker.nearness(question, [(c.start, c.end, c.column) for c in candidates])
    return [
        (1 + c.start, 1 + c.end, slot_of(c.column), SOURCES.index(c.source), n, c.score)
        for c, n in zip(candidates, near, strict=True)
    ]


def _column(
    ids: list[int],
    features: list[tuple[int, ...]],
    field: Field,
    name: str,
    marks: Sequence[int],
    shown: Sequence[tuple[str, int]],
    link: int,
    tokenizer: PreTrainedTokenizerBase,
) -> tuple[int, int]:
    """Append a column's tokens; gives its marker token and the end of its name."""
    marker = len(ids)
    best = max((strength for _, strength in shown), default=0)
    ids.append(tokenizer.sep_token_id)
    features.append(_feature(field.type, max(marks, default=0), best, 0, link))
    ids += character_ids(tokenizer, name[:_NAME_CHARS])
    features += [_feature("name", mark, 0, 0, link) for mark in marks[:_NAME_CHARS]]
    end = len(ids)
    for cell, strength in shown:
        text = "；" + cell[:_CELL_CHARS]
        ids += character_ids(tokenizer, text)
        features += [_feature("value", 0, strength)] * len(text)
    return marker, end


@cache
def _feature(role: str, name: int = 0, cell: int = 0, literal: int = 0, link: int = 0) -> tuple[int, ...]:
    return tuple(o + i for o, i in zip(_OFFSETS, (_ROLES.index(role), name, cell, literal, link), strict=True))


def _links(question: str, mentions: Sequence[Sequence[tuple[int, int, int]]]) -> tuple[list[int], list[int]]:
    """The number of the mention that each character of the question belongs to, and the first of each column's."""
    places = sorted({(start, end) for mine in mentions for start, end, _ in mine})
    numbers = {place: min(i, _LINKS - 1) for i, place in enumerate(places, 1)}
    links = [0] * len(question)
    for (start, end), number in sorted(numbers.items(), key=lambda p: p[0][1] - p[0][0]):
        links[start:end] = [number] * (end - start)
    return links, [numbers[mine[0][:2]] if mine else 0 for mine in mentions]


def _marks(question: str, candidates: Sequence[Candidate]) -> tuple[list[int], list[int]]:
    """Per character of the question: the best cell match over it, and the literal it is part of."""
    cells, literals = [0] * len(question), [0] * len(question)
    for c in candidates:
        if c.source in ("cell", "fuzzy"):
            strength = 2 if c.source == "cell" else 1
            for i in range(c.start, c.end):
                cells[i] = max(cells[i], strength)
        elif c.source in _LITERAL:
            for i in range(c.start, c.end):
                literals[i] = _LITERAL.index(c.source)
    return cells, literals


def _shown(column: int, candidates: Sequence[Candidate]) -> list[tuple[str, int]]:
    """The column's best matched cells and how they match."""
    mine = sorted(
        (c for c in candidates if c.column == column and c.source in ("cell", "fuzzy")), key=lambda c: -c.score
    )
    return [(c.value.text, 2 if c.source == "cell" else 1) for c in mine[:_CELLS_SHOWN]]


def collate(batch: Sequence[Encoded], pad: int) -> dict[str, torch.Tensor]:
    """Tensors for `SketchModel.forward`.

    Shapes: B questions, L tokens, G groups of features, S slots, N candidates and M mentions of the whole batch.
    """
    n, length = len(batch), max(len(e.ids) for e in batch)
    slots = max(len(e.slots) for e in batch)
    ids = torch.full((n, length), pad)
    features = torch.tensor(_OFFSETS).repeat(n, length, 1)
    mask = torch.zeros(n, length, dtype=torch.long)
    in_question = torch.zeros(n, length, dtype=torch.bool)
    slot_spans = torch.zeros(n, slots, 2, dtype=torch.long)
    slot_mask = torch.zeros(n, slots, dtype=torch.bool)
    rows: list[tuple[int, ...]] = []
    mentions: list[tuple[int, ...]] = []
    scores: list[float] = []
    for i, e in enumerate(batch):
        k = len(e.ids)
        ids[i, :k] = torch.tensor(e.ids)
        features[i, :k] = torch.tensor(e.features)
        mask[i, :k] = 1
        in_question[i, slice(*e.question)] = True
        slot_spans[i, : len(e.slots)] = torch.tensor(e.slots)
        slot_mask[i, : len(e.slots)] = True
        rows.extend((i, *c[:-1]) for c in e.candidates)
        scores.extend(c[-1] for c in e.candidates)
        mentions.extend((i, *m) for m in e.mentions)
    return {
        "ids": ids,
        "features": features,
        "mask": mask,
        "in_question": in_question,
        "slot_spans": slot_spans,
        "slot_mask": slot_mask,
        "mentions": torch.tensor(mentions, dtype=torch.long).reshape(-1, 5),
        "candidates": torch.tensor(rows, dtype=torch.long).reshape(-1, 6),
        "scores": torch.tensor(scores),
    }
