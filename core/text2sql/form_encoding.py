"""A table and questions about it as the writer of forms reads them: characters, and what linking found as features.

    [SEP] name ；cell ；cell [SEP] name ...          the table: a marker before every column, cells of short lists
    [CLS] earlier question；question [SEP] ；cell    a question, and cells that it may mean and the table does not show

The table is read without the questions, each question with the table: so one reading of a table serves all that is
asked of it. What can be pointed at: the columns, the candidates (`core.text2sql.candidates`) and the characters of the
text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from transformers import PreTrainedTokenizerBase

from core.backbone.tokenizer import character_ids
from core.text2sql.candidates import KINDS, Candidate
from core.text2sql.linking import Linker

# One embedding each; a token has one of every group.
_ROLES = ("pad", "special", "earlier", "question", "name", "cell", "text", "number", "date")
_NAME_MATCH = ("none", "part", "whole")
_CELL_MATCH = ("none", "near", "cell")
_LITERAL = ("none", "number", "time")
GROUPS: tuple[tuple[str, ...], ...] = (_ROLES, _NAME_MATCH, _CELL_MATCH, _LITERAL)
FEATURES = sum(map(len, GROUPS))
_OFFSETS = [sum(map(len, GROUPS[:i])) for i in range(len(GROUPS))]
# What a question has to do with a column: how it names it, and how it names a cell of it.
MATCHES = len(_NAME_MATCH) * len(_CELL_MATCH)
_CELL_CHARS, _NAME_CHARS = 12, 24
MOST_TEXT, MOST_TABLE = 200, 300
_SHOWN_CELLS = 8
# What a candidate's constant is: its place in the masks of `core.text2sql.form_vocabulary`.
TYPES = ("text", "number", "date")


@dataclass
class EncodedTable:
    """A table as the model reads it. `cells`: of the cells shown, their column, text, and tokens [start, end)."""

    ids: list[int]
    features: list[tuple[int, ...]]  # per token, an index into the features' embeddings for each group
    columns: list[tuple[int, int]]  # per column: its marker token and the end of its name
    cells: dict[tuple[int, str], tuple[int, int]]


@dataclass
class EncodedQuestion:
    """A question about an `EncodedTable`. Places of tokens count from the question's own first; those of cells that
    the table shows, from the table's."""

    ids: list[int]
    features: list[tuple[int, ...]]
    text: int  # characters of the conversation; its tokens begin behind the first
    # Per column: `MATCHES`, and the tokens [start, end) that name it, (0, 0) where none do.
    columns: list[tuple[int, int, int]]
    # Per candidate: start and end token in the text; start and end token of the cell, and whether in the table; column
    # + 1 (0: none), kind, type. (0, 0) where there is no such place.
    candidates: list[tuple[int, int, int, int, int, int, int, int]]
    scores: list[float]


def clipped(text: str, begin: int) -> tuple[str, int]:
    """The end of a conversation, as much as is read of it, and where its question begins then."""
    cut = max(0, len(text) - MOST_TEXT)
    return text[cut:], max(0, begin - cut)


def encode_table(linker: Linker, listed: Sequence[Candidate], tokenizer: PreTrainedTokenizerBase) -> EncodedTable:
    """Encode the columns of `linker` and the cells `listed`, as many as there is room for."""
    ids: list[int] = []
    features: list[tuple[int, ...]] = []
    columns: list[tuple[int, int]] = []
    cells: dict[tuple[int, str], tuple[int, int]] = {}
    share = max(2, min(_NAME_CHARS, MOST_TABLE // max(1, len(linker.fields)) - 1))
    room = MOST_TABLE - sum(1 + min(len(name), share) for name in linker.names)
    for column, (field, name) in enumerate(zip(linker.fields, linker.names, strict=True)):
        marker = len(ids)
        ids += [tokenizer.sep_token_id, *character_ids(tokenizer, name[:share])]
        features += [_feature(field.type), *[_feature("name")] * len(name[:share])]
        columns.append((marker, len(ids)))
        for cell in (str(c.constant.value) for c in listed if c.column == column):
            text = "；" + cell[:_CELL_CHARS]
            if len(text) <= room:
                room -= len(text)
                cells[column, cell] = (len(ids), len(ids) + len(text))
                ids += character_ids(tokenizer, text)
                features += [_feature("cell")] * len(text)
    return EncodedTable(ids, features, columns, cells)


def encode_question(
    text: str,
    begin: int,
    linker: Linker,
    table: EncodedTable,
    candidates: Sequence[Candidate],
    tokenizer: PreTrainedTokenizerBase,
) -> EncodedQuestion:
    """Encode the folded conversation `text`, whose last question begins at `begin`."""
    in_text, in_names = linker.name_matches(text)
    cells, literals = _marks(text, candidates)
    ids: list[int] = [tokenizer.cls_token_id, *character_ids(tokenizer, text), tokenizer.sep_token_id]
    features = [_feature("special")]
    for i, marks in enumerate(zip(in_text, cells, literals, strict=True)):
        features.append(_feature("question" if i >= begin else "earlier", *marks))
    features.append(_feature("special"))
    places: list[tuple[int, int, int]] = []
    for c in candidates:
        value = c.constant.value
        in_table = table.cells.get((c.column, value)) if isinstance(value, str) else None
        if in_table:
            places.append((*in_table, 1))
        elif isinstance(value, str) and c.column >= 0 and sum(p[2] == 0 < p[1] for p in places) < _SHOWN_CELLS:
            shown = "；" + value[:_CELL_CHARS]
            places.append((len(ids), len(ids) + len(shown), 0))
            ids += character_ids(tokenizer, shown)
            features += [_feature("cell", 0, _strength(c))] * len(shown)
        else:
            places.append((0, 0, 0))
    rows = [
        (
            *((1 + c.start, 1 + c.end) if c.end > c.start else (0, 0)),
            *place,
            c.column + 1,
            KINDS.index(c.kind),
            TYPES.index(type_of(c)),
        )
        for c, place in zip(candidates, places, strict=True)
    ]
    columns = [
        (
            max(marks, default=0) * len(_CELL_MATCH)
            + max((_strength(c) for c in candidates if c.column == i), default=0),
            *((1 + mine[-1][0], 1 + mine[-1][1]) if mine else (0, 0)),
        )
        for i, (marks, mine) in enumerate(zip(in_names, linker.mentions(text), strict=True))
    ]
    return EncodedQuestion(ids, features, len(text), columns, rows, [c.score for c in candidates])


def type_of(candidate: Candidate) -> str:
    value = candidate.constant.value
    return "text" if isinstance(value, str) else "number" if isinstance(value, (int, float)) else "date"


def _strength(candidate: Candidate) -> int:
    return _CELL_MATCH.index(candidate.kind) if candidate.kind in _CELL_MATCH else 0


@cache
def _feature(role: str, name: int = 0, cell: int = 0, literal: int = 0) -> tuple[int, ...]:
    return tuple(o + i for o, i in zip(_OFFSETS, (_ROLES.index(role), name, cell, literal), strict=True))


def _marks(text: str, candidates: Sequence[Candidate]) -> tuple[list[int], list[int]]:
    """Per character of the text: the best cell match over it, and the literal it is part of."""
    cells, literals = [0] * len(text), [0] * len(text)
    for c in candidates:
        strength = _strength(c)
        literal = 0 if isinstance(c.constant.value, str) else 1 + (type_of(c) == "date")
        for i in range(c.start, min(c.end, len(text))):
            cells[i] = max(cells[i], strength)
            literals[i] = max(literals[i], literal)
    return cells, literals


def collate(packs: Sequence[tuple[EncodedTable, Sequence[EncodedQuestion]]], pad: int) -> dict[str, torch.Tensor]:
    """Tensors for `FormModel.read`: each table with its questions behind it in one row.

    Shapes: R rows, L tokens, G groups of features, B questions, C columns, N candidates, P characters of a text.
    """
    questions = [(row, q) for row, (_, mine) in enumerate(packs) for q in mine]
    n, length = len(questions), max(len(t.ids) + sum(len(q.ids) for q in mine) for t, mine in packs)
    columns, found = max(len(t.columns) for t, _ in packs), max(len(q.candidates) for _, q in questions)
    out = {
        "ids": torch.full((len(packs), length), pad),
        "features": torch.tensor(_OFFSETS).repeat(len(packs), length, 1),
        "positions": torch.zeros(len(packs), length, dtype=torch.long),
        "segments": torch.full((len(packs), length), -1),
        "rows": torch.tensor([row for row, _ in questions]),
        "begins": torch.zeros(n, dtype=torch.long),
        "numbers": torch.zeros(n, dtype=torch.long),
        "columns": torch.zeros(n, columns, 5, dtype=torch.long),
        "column_mask": torch.zeros(n, columns, dtype=torch.bool),
        "candidates": torch.zeros(n, found, 7, dtype=torch.long),
        "candidate_mask": torch.zeros(n, found, dtype=torch.bool),
        "scores": torch.zeros(n, found),
        "place_mask": torch.zeros(n, max(q.text for _, q in questions), dtype=torch.bool),
    }
    number = 0
    for row, (table, mine) in enumerate(packs):
        end = _put(out, row, 0, table.ids, table.features, 0, MOST_TEXT)
        for segment, question in enumerate(mine, 1):
            begin, end = end, _put(out, row, end, question.ids, question.features, segment, 0)
            out["begins"][number], out["numbers"][number] = begin, segment
            _point(out, number, begin, table, question)
            number += 1
    return out


def _put(
    out: dict[str, torch.Tensor],
    row: int,
    begin: int,
    ids: Sequence[int],
    features: Sequence[tuple[int, ...]],
    segment: int,
    first: int,
) -> int:
    """Tokens of one part, whose positions count from `first`; gives where they end."""
    end = begin + len(ids)
    out["ids"][row, begin:end] = torch.as_tensor(ids)
    out["features"][row, begin:end] = torch.as_tensor(features)
    out["positions"][row, begin:end] = torch.arange(first, first + len(ids)).clamp(max=511)
    out["segments"][row, begin:end] = segment
    return end


def _point(
    out: dict[str, torch.Tensor], number: int, begin: int, table: EncodedTable, question: EncodedQuestion
) -> None:
    """What a question can point at, with places counted in its row."""
    n = len(table.columns)
    of_question = torch.as_tensor(question.columns).long()
    out["columns"][number, :n, :2] = torch.as_tensor(table.columns)
    out["columns"][number, :n, 2] = of_question[:, 0]
    out["columns"][number, :n, 3:] = of_question[:, 1:] + begin * (of_question[:, 2:] > 0)
    out["column_mask"][number, :n] = True
    if len(question.candidates):
        rows = torch.as_tensor(question.candidates).long()
        said, shown = rows[:, 1:2] > 0, (rows[:, 3:4] > 0) & (rows[:, 4:5] == 0)
        k = len(rows)
        out["candidates"][number, :k, :2] = rows[:, :2] + begin * said
        out["candidates"][number, :k, 2:4] = rows[:, 2:4] + begin * shown
        out["candidates"][number, :k, 4:] = rows[:, 5:]
        out["candidate_mask"][number, :k] = True
        out["scores"][number, :k] = torch.as_tensor(question.scores)
    out["place_mask"][number, : question.text] = True
