"""Which words of a question may mean which column or value: everything the model chooses from.

Values are linked exactly (a cell stands in the question), fuzzily (a cell nearly does, by `rapidfuzz`), or as numbers
and dates that fit a column's type. The model decides; nothing is dropped here that could be right.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.text import normalise, to_simplified
from core.text2sql.fields import BRACKETS, Field, field_of, value_for
from core.text2sql.literals import find_literals
from core.text2sql.name_spellings import months_listed, spellings, whole_numbers
from core.text2sql.sketch import ALL, Value
from core.text2sql.table import Table

# Columns that are not the table's: arithmetic between two columns, and how many rows are wanted.
EXPR, LIMIT = -2, -3
SOURCES = ("cell", "fuzzy", "number", "date", "month", "age", "average", "text")
MAX_CANDIDATES = 96
NEARNESS = 37
MENTIONS = 3
_FUZZY_PER_COLUMN = 4
_LEAST_FUZZY = 55.0
_LONGEST_VALUE = 60
# Distinct cells of all columns that are looked for in a question.
_LINKED_CELLS = 60_000


@dataclass(frozen=True)
class Candidate:
    """Characters [start, end) of the folded question taken for a value of a column.

    `score`: 1 for an exact match, less for a fuzzy one. `column` may also be `ALL` (of COUNT(*)), `EXPR`, `LIMIT`.
    """

    start: int
    end: int
    column: int
    value: Value
    source: str
    score: float = 1.0


def fold(text: str) -> str:
    """Text as it is compared: width, case and traditional characters folded."""
    return normalise(text).text


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` and strip many texts at once: one conversion of all of them is far quicker than one of each."""
    joined = "\n".join(" ".join(t.split()) for t in texts)
    folded = to_simplified(unicodedata.normalize("NFKC", joined).lower()).split("\n")
    return folded if len(folded) == len(texts) else [fold(t).strip() for t in texts]


class Linker:
    """The columns of one table, ready to be found in questions."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = tuple(fields)
        self.names = [fold(f.name) for f in fields]
        # The name without its unit is what people say.
        self.short_names = [BRACKETS.sub("", n).strip() or n for n in self.names]
        self.spelled = [spellings(n) for n in self.short_names]

    def part(self, columns: Sequence[int]) -> Linker:
        """A linker of these columns alone, numbered anew."""
        found = Linker([self.fields[i] for i in columns])
        place = {old: new for new, old in enumerate(columns)}
        table, folded, longest = self._cells
        kept = {v: [(place[i], cell) for i, cell in at if i in place] for v, at in table.items()}
        found.__dict__["_cells"] = {v: at for v, at in kept.items() if at}, [folded[i] for i in columns], longest
        return found

    @cached_property
    def _cells(self) -> tuple[dict[str, list[tuple[int, str]]], list[list[str]], int]:
        """Folded value → (column, cell); the folded values by column; the length of the longest looked up."""
        table: dict[str, list[tuple[int, str]]] = {}
        folded: list[list[str]] = []
        longest = 0
        for i, field in enumerate(self.fields):
            mine = fold_all(field.values)
            folded.append(mine)
            # One character is a coincidence among many long cells, but a name where names are that short (elements).
            few = len(mine) <= 50 or 3 * sum(len(value) == 1 for value in mine) >= len(mine)
            for value, cell in zip(mine, field.values, strict=True):
                if 1 <= len(value) <= _LONGEST_VALUE and (len(value) > 1 or few):
                    table.setdefault(value, []).append((i, cell))
                    longest = max(longest, len(value))
        return table, folded, longest

    def candidates(self, question: str, today: date) -> list[Candidate]:
        """What the folded `question` may say about values, by position; at most `MAX_CANDIDATES`."""
        exact = self._exact(question)
        found = [*exact, *self._fuzzy(question, exact), *self._literals(question, today)]
        found.sort(key=lambda c: (-c.score, c.start, c.end, c.column))
        return sorted(found[:MAX_CANDIDATES], key=lambda c: (c.start, c.end, c.column))

    def _exact(self, question: str) -> list[Candidate]:
        table, _, longest = self._cells
        found: list[Candidate] = []
        for start in range(len(question)):
            for end in range(start + 1, min(len(question), start + longest) + 1):
                for column, cell in table.get(question[start:end], ()):
                    found.append(Candidate(start, end, column, Value("text", cell), "cell"))
        # Of matches inside one another the longest in each column: 北京市 rather than 北京.
        found.sort(key=lambda c: c.start - c.end)
        kept: list[Candidate] = []
        named = [m[:2] for mine in self.mentions(question) for m in mine if m[2] == 2]
        for c in found:
            within = [k for k in kept if k.start <= c.start and c.end <= k.end]
            if any(k.column == c.column for k in within):
                continue
            # A single character of a longer cell or of a column's name means that one: the 金 of 金属.
            single = c.end - c.start == 1
            if single and (any(k.end - k.start > 1 for k in within) or any(a <= c.start < b for a, b in named)):
                continue
            kept.append(c)
        return kept

    def _fuzzy(self, question: str, exact: Sequence[Candidate]) -> list[Candidate]:
        from rapidfuzz import fuzz, process

        found: list[Candidate] = []
        _, folded, _ = self._cells
        for column, values in enumerate(folded):
            mine = [c for c in exact if c.column == column]
            near = process.extract(
                question, values, scorer=fuzz.partial_ratio, limit=_FUZZY_PER_COLUMN, score_cutoff=_LEAST_FUZZY
            )
            for value, score, index in near:
                if len(value) < 2 or any(c.value.text == self.fields[column].values[index] for c in mine):
                    continue
                aligned = fuzz.partial_ratio_alignment(value, question)
                if aligned is None:
                    continue
                start, end = aligned.dest_start, aligned.dest_end
                if end <= start or any(c.start < end and start < c.end for c in mine):
                    continue
                # A short window that has one character of two in common says nothing.
                if len(set(value) & set(question[start:end])) < 2:
                    continue
                cell = self.fields[column].values[index]
                found.append(Candidate(start, end, column, Value("text", cell), "fuzzy", score / 100 - 0.01))
        return found

    def _literals(self, question: str, today: date) -> list[Candidate]:
        found: list[Candidate] = []
        for literal in find_literals(question, today):
            for column, field in enumerate(self.fields):
                value = value_for(literal, field, today)
                if value is not None:
                    found.append(Candidate(literal.start, literal.end, column, value, literal.kind, 0.97))
            if literal.kind == "number":
                plain = Value("number", number=literal.number * literal.scale)
                found.append(Candidate(literal.start, literal.end, EXPR, plain, "number", 0.96))
                if plain.number is not None and plain.number == int(plain.number) and 1 <= plain.number <= 1_000:
                    found.append(Candidate(literal.start, literal.end, ALL, plain, "number", 0.96))
                    found.append(Candidate(literal.start, literal.end, LIMIT, plain, "number", 0.98))
        return found

    def name_matches(self, question: str) -> tuple[list[int], list[list[int]]]:
        """How each character of the folded question, and of each folded column name, takes part in the other.

        0: not; 1: in a common piece of two or more characters; 2: the whole name (without its unit) is there.
        """
        mine = [0] * len(question)
        theirs: list[list[int]] = []
        for name, spelled in zip(self.names, self.spelled, strict=True):
            marks = [0] * len(name)
            for start, end, strength in _mentions(spelled, question):
                for i in range(start, end):
                    mine[i] = max(mine[i], strength)
                piece = question[start:end]
                offset = name.find(piece)
                at = range(offset, offset + len(piece)) if offset >= 0 else _respelled(name, spelled[0], piece)
                for i in at:
                    marks[i] = max(marks[i], strength)
            theirs.append(marks)
        return mine, theirs

    def nearness(self, question: str, spans: Sequence[tuple[int, int, int]]) -> list[int]:
        """Where the name of the column stands as seen from a piece of the question: a number below `NEARNESS` for each
        (start, end, column) of `spans`. In 绝对量超过1000 the nearest name says which column 1000 is a value of.

        0: the column is not named. Else by side and distance, whether it is all of the name, and whether no other
        column's name is nearer.
        """
        mentions = [_mentions(spelled, question) for spelled in self.spelled]
        found: list[int] = []
        for start, end, column in spans:
            if column < 0 or not mentions[column]:
                found.append(0)
                continue
            nearest = [min((_gap(m, start, end) for m in mine), default=(10_000, 0, 0)) for mine in mentions]
            gap, bucket, strength = nearest[column]
            best = all(gap <= other[0] for other in nearest)
            found.append(1 + (bucket * 2 + strength - 1) * 2 + best)
        return found

    def distance(self, question: str, span: tuple[int, int], column: int) -> int:
        """Characters from a piece of the question to the nearest place that names the column; names that follow count
        as farther."""
        return min((_gap(m, *span)[0] for m in _mentions(self.spelled[column], question)), default=10_000)

    def named(self, question: str) -> list[tuple[int, int, int]]:
        """(column, start, end): the longest piece of each column's name that the question has, where it has one."""
        found: list[tuple[int, int, int]] = []
        for column, spelled in enumerate(self.spelled):
            pieces = _mentions(spelled, question)
            if pieces:
                start, end, _ = max(pieces, key=lambda m: (m[1] - m[0], -m[0]))
                found.append((column, start, end))
        return sorted(found, key=lambda f: f[1] - f[2])

    def mentions(self, question: str) -> list[list[tuple[int, int, int]]]:
        """Per column the places (start, end, strength) where the question speaks of it, at most `MENTIONS`: the whole
        name (strength 2), else the longest pieces of it (1); not within another column's longer name that is there
        whole (周均成交 within 周均成交环比)."""
        every = [_mentions(spelled, question) for spelled in self.spelled]
        whole = [(start, end) for mine in every for start, end, strength in mine if strength == 2]
        found: list[list[tuple[int, int, int]]] = []
        for mine in every:
            free = [m for m in mine if not any(a <= m[0] and m[1] <= b and b - a > m[1] - m[0] for a, b in whole)]
            best = max(((s, end - start) for start, end, s in free), default=(0, 0))
            found.append(sorted(m for m in free if (m[2], m[1] - m[0]) == best)[:MENTIONS])
        return found


def linker_of(table: Table) -> Linker:
    """Few distinct cells first: a column of 200,000 different ones is rarely asked by value."""
    room = _LINKED_CELLS
    values: dict[int, list[str]] = {}
    for i in sorted(range(len(table.columns)), key=lambda i: table.columns[i].distinct):
        values[i] = table.values(i, room) if room and table.columns[i].type == "text" else []
        room -= len(values[i])
    return Linker([field_of(c, values[i]) for i, c in enumerate(table.columns)])


def _mentions(spelled: Sequence[str], question: str) -> list[tuple[int, int, int]]:
    """(start, end, strength) of every place of `question` where a piece of a name stands, in one of its spellings; 2 is
    the whole name."""
    found = dict.fromkeys(months_listed(spelled[0], question), 2)
    for name in spelled:
        for a, b in _common_pieces(name, question):
            piece = name[a:b]
            at = question.find(piece)
            while at >= 0:
                start, end = whole_numbers(question, at, at + len(piece))
                if end - start >= min(2, len(name)):
                    found[start, end] = max(found.get((start, end), 1), 2 if end - start == len(name) else 1)
                at = question.find(piece, at + 1)
    return [(*span, strength) for span, strength in found.items()]


def _respelled(name: str, short: str, piece: str) -> list[int]:
    """The characters of `name`, without its unit, that a piece of another spelling stands for."""
    begin = max(0, name.find(short))
    return [i for i in range(begin, min(len(name), begin + len(short))) if name[i] in piece or not name[i].isalpha()]


def _gap(mention: tuple[int, int, int], start: int, end: int) -> tuple[int, int, int]:
    """How far a mention is from the piece [start, end), its bucket of side and distance, and its strength. Names mostly
    come before their values."""
    begin, stop, strength = mention
    if stop <= start:
        gap = start - stop
        return gap, 0 if gap <= 1 else 1 if gap <= 3 else 2 if gap <= 6 else 3 if gap <= 12 else 4, strength
    if begin >= end:
        gap = begin - end
        return gap + 3, 5 if gap <= 2 else 6 if gap <= 6 else 7, strength
    return 0, 8, strength


def _common_pieces(name: str, question: str) -> list[tuple[int, int]]:
    """The maximal pieces [start, end) of `name`, of two or more characters (or all of it), that `question` contains."""
    pieces: list[tuple[int, int]] = []
    start = 0
    while start < len(name):
        end = start
        while end < len(name) and name[start : end + 1] in question:
            end += 1
        if end - start >= min(2, len(name)):
            pieces.append((start, end))
            start = end
        else:
            start += 1
    return pieces
