"""The form of a text of which little can be asked, and what is told where few pairs came of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from core.qa_pairs.pair import Note, Pair
from core.qa_pairs.whole import CELL_END, NUMBERING

_MOSTLY = 0.6  # share of a text that has the form
_POINT = re.compile(rf"\s*(?:{NUMBERING}|[-*•·●■◆○▪–—]\s?)")
_QUOTED = re.compile(r"“[^“”]*”|「[^「」]*」|\"[^\"]*\"")
_CLAUSE_END = re.compile("[,;:。!?]")
_SAYS = re.compile("[,:。!?]|;.")  # what a point of a list that is only a phrase has none of
_TURN = re.compile(r"\s*(?P<who>[^\s:,。“]{1,8}):\s*\S")
_CELL = 12  # characters of a cell at most
_VERSE_END = re.compile(r"[,、;。!?\s]+")
_VERSE = (5, 7)  # characters of a line of a classical poem
_LINES, _SHORT = 6, 16  # short lines that make a poem or a list
_STOP = "。!?"

_FORMS = {
    "table": Note(
        "这段文字多半是表格：一格一格没有连成句子，能问的很少；表格可以到“问表格”里提问",
        "this is mostly a table: its cells make no sentences, so that little can be asked; another tab asks tables",
    ),
    "poem": Note(
        "这段文字多半是诗句，直接说明事实的话少，能问的很少", "this is mostly verse, which states few facts to ask for"
    ),
    "dialogue": Note(
        "这段文字多半是对话，除了谁说了什么，能问的很少",
        "this is mostly dialogue: little can be asked but who said what",
    ),
    "list": Note(
        "这段文字多半是分条的短语，没有连成句子，能问的很少",
        "this is mostly a list: its points make no sentences, so that little can be asked",
    ),
}
_NOTHING = Note("没有能问得好的内容", "nothing could be asked well")
NOT_OF_IT = Note("这一段问不出像样的问题", "nothing could be asked well about it")


def form_of(text: str) -> str | None:
    """What the folded `text` surely is for the most part: "table", "poem", "dialogue" or "list"; None for prose, and in
    doubt."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if _is_table(lines):
        return "table"
    if _is_dialogue(text, lines):
        return "dialogue"
    if _is_list(lines):
        return "list"
    return "poem" if _is_classical(text) or _is_modern(lines) else None


def told_of(text: str, wanted: int, pairs: Sequence[Pair]) -> Note | None:
    """What is to be told where fewer of the `pairs` about the folded `text` passed than were `wanted`: why, where its
    form says it, and that nothing could be asked well, where there is none."""
    if sum(pair.passed for pair in pairs) >= wanted:
        return None
    form = form_of(text)
    why = _FORMS[form] if form else None
    if pairs:
        return why
    return Note(f"{_NOTHING.zh}。{why.zh}", f"{_NOTHING.en}: {why.en}") if why else _NOTHING


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found)


def _is_table(lines: Sequence[str]) -> bool:
    """Whether most lines have the same number of cells, two or more."""
    rows = [_cells(line) for line in lines]
    times = Counter(n for n in rows if n > 1)
    return bool(times) and max(times.values()) > 1 and max(times.values()) >= _MOSTLY * len(lines)


def _cells(line: str) -> int:
    """How many cells a line has, none where one of them is a sentence."""
    cells = [cell for c in CELL_END.split(line) if (cell := c.strip())]
    return 0 if any(len(cell) > _CELL or _CLAUSE_END.search(cell) for cell in cells) else len(cells)


def _is_list(lines: Sequence[str]) -> bool:
    """Whether most lines are marked as points, none of which has a clause or a label, by which it could be asked
    for."""
    points = [line[mark.end() :] for line in lines if (mark := _POINT.match(line))]
    phrases = all(len(point) <= _SHORT and not _SAYS.search(point) for point in points)
    return phrases and len(lines) > 2 and len(points) >= _MOSTLY * len(lines)


def _is_dialogue(text: str, lines: Sequence[str]) -> bool:
    """Whether most of it is within quotation marks, or lines begin with who speaks, who come back."""
    quoted = _QUOTED.findall(text)
    if len(quoted) > 2 and sum(map(len, quoted)) >= 0.5 * len(text):
        return True
    turns = [m["who"] for line in lines if (m := _TURN.match(line))]
    return len(turns) > 2 and len(turns) >= _MOSTLY * len(lines) and max(Counter(turns).values()) > 1


def _is_classical(text: str) -> bool:
    """Whether most of its clauses have five characters or seven, and no more than every other ends a sentence."""
    parts = [p for p in _VERSE_END.split(text) if p]
    length, times = Counter(map(len, parts)).most_common(1)[0]
    sentences = sum(text.count(mark) for mark in _STOP)
    return length in _VERSE and times > 3 and times >= _MOSTLY * len(parts) and sentences * 2 <= len(parts)


def _is_modern(lines: Sequence[str]) -> bool:
    """Whether it has many short lines most of which go on in the next."""
    return (
        len(lines) >= _LINES
        and _share([len(line) <= _SHORT for line in lines]) >= 0.8
        and _share([line[-1] in ",;…" for line in lines]) >= 0.5
    )
