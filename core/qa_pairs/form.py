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
_TURN = re.compile(r"\s*(?P<who>[^\s:,。“]{1,8}):\s*\S")
_VERSE_END = re.compile(r"[,、;。!?\s]+")
_VERSE = range(4, 8)  # characters of a line of a classical poem
_LINES, _SHORT = 6, 16  # short lines that make a poem or a list

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


def form_of(text: str) -> str | None:
    """What the folded `text` is for the most part: "table", "poem", "dialogue" or "list"; None for prose."""
    lines = [line for line in text.split("\n") if line.strip()]
    if _is_table(lines):
        return "table"
    if _is_dialogue(text, lines):
        return "dialogue"
    if len(lines) > 2 and _share([bool(_POINT.match(line)) for line in lines]) >= _MOSTLY:
        return "list"
    if _is_verse(text):
        return "poem"
    if len(lines) >= _LINES and _share([len(line.strip()) <= _SHORT for line in lines]) >= 0.8:
        return "poem" if _share([line.rstrip()[-1] in ",。!?;…" for line in lines]) >= 0.5 else "list"
    return None


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
    cells = [sum(bool(c.strip()) for c in CELL_END.split(line.strip())) for line in lines]
    rows = Counter(n for n in cells if n > 1)
    return sum(rows.values()) > 1 and _share([n > 1 for n in cells]) >= _MOSTLY and rows.most_common(1)[0][1] > 1


def _is_dialogue(text: str, lines: Sequence[str]) -> bool:
    """Whether most of it is within quotation marks, or lines begin with who speaks, who come back."""
    quoted = _QUOTED.findall(text)
    if len(quoted) > 2 and sum(map(len, quoted)) >= 0.5 * len(text):
        return True
    turns = [m["who"] for line in lines if (m := _TURN.match(line))]
    return len(turns) > 2 and len(turns) >= _MOSTLY * len(lines) and max(Counter(turns).values()) > 1


def _is_verse(text: str) -> bool:
    """Whether most of its clauses have the same few characters, four of them or more."""
    parts = [p for p in _VERSE_END.split(text) if p]
    length, times = Counter(map(len, parts)).most_common(1)[0]
    return length in _VERSE and times > 3 and times >= _MOSTLY * len(parts)
