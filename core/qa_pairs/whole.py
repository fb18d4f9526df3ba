"""An answer as one would cut it out by hand: a number with its unit, a title whole, no list mark, no line break, and no
part of a table's next cell."""

from __future__ import annotations

import re

from core.qa_pairs.encoding import Span
from core.qa_pairs.scoring import plain
from core.segmenter import cut_tagged

_NUMERAL = "一二三四五六七八九十"
# What a list writes before its points: (1), 1., 1), 一、
NUMBERING = rf"[(（]?(?:\d{{1,2}}|[{_NUMERAL}]{{1,3}})[)）.、．](?![\d{_NUMERAL}])"
_MARK = re.compile(rf"\s*(?:{NUMBERING}|[-*•·●■◆○▪–—]\s)\s*")
_NUMBER_END = re.compile(r"\d[\d,]*(?:\.\d+)?$")
# One in Chinese characters is such alone: 周一 and 万一 are words.
_CHINESE_NUMBER = re.compile(r"[〇零一二两三四五六七八九十百千万亿半几]+")
_NUMBER_ON = re.compile(r"(?:[\d,.]*\d|[零一二两三四五六七八九十百千万亿多余])+")
_SIGN = re.compile(
    r"\s?(?:%|‰|℃|°c?)|[a-zμ]{1,3}(?:/[a-z]{1,2})?(?![a-z])|\s(?:[kmcn]?m|[km]?g|m?l|k?w|[kmgt]b|[kmg]?hz|s|h)(?![a-z])"
)
# What parts the cells of a table that was pasted as text, and lines.
CELL_END = re.compile(r"[\n\t|]|\s{2,}")
_LATIN = re.compile("[0-9a-z]")
_LATIN_BEFORE, _NUMBER_BEFORE = re.compile("[0-9a-z]*$"), re.compile(r"(?:\d[.,](?=$|\d)|[0-9a-z])*$")
_WORD = 20  # characters of one at most
_TITLE = re.compile(r"《[^《》\n]{1,60}》")
_REACH = 8  # characters behind a number in which its unit is looked for
_UNITS = frozenset({"q", "mq"})
# Units that jieba's dictionary has under other parts of speech.
_MORE_UNITS = re.compile(r"[万亿]?元|岁|人次?|倍|度|分|摄氏度|(?:平方)?公里|千米|平方米|海里|[年月日天号点时秒]")
_NUMBER_BEGIN = re.compile(r"[\d零一二两三四五六七八九十百千万亿几数]+.")
_ABOUT = re.compile("(?:大约|大概|将近|接近|超过|不到|不足|至少|多达|约|(?<!附)近)$")
_OR_SO = re.compile("左右|上下|以上|以下")
_PAIRS = (("“", "”"), ("「", "」"), ("(", ")"))
_OPENING, _CLOSING = "《“\"「『'(", "》”\"」』')%℃°"


def whole_answer(text: str, span: Span) -> Span | None:
    """The span [start, end) of the folded `text` made whole, of several lines or cells of a table the longest; None
    where nothing that can be said is left of it."""
    start, end = _without_mark(text, *_cell(text, *span))
    if start >= end:
        return None
    start, end = _titled(text, *_latin(text, start, end))
    end = _with_unit(text, start, end)
    while start < end and not _begins(text[start]):
        start += 1
    while end > start and not _closes(text[end - 1]):
        end -= 1
    for opening, closing in _PAIRS:
        if text.count(opening, start, end) > text.count(closing, start, end) and text.startswith(closing, end):
            end += 1
    return (start, end) if start < end else None


def with_bounds(text: str, span: Span, question: str) -> Span:
    """An amount's span with the words around it that say about, more or less, where the question does not say them."""
    start, end = span
    if not _NUMBER_BEGIN.match(text, start, end):
        return span
    before, behind = _ABOUT.search(text, max(0, start - 2), start), _OR_SO.match(text, end)
    if before and before[0] not in question:
        start = before.start()
    if behind and behind[0] not in question:
        end = behind.end()
    return start, end


def _begins(character: str) -> bool:
    return bool(plain(character)) or character in _OPENING


def _closes(character: str) -> bool:
    return bool(plain(character)) or character in _CLOSING


def _cell(text: str, start: int, end: int) -> Span:
    """The longest of the lines and cells in the span."""
    breaks = [m.span() for m in CELL_END.finditer(text, start, end)]
    pieces = zip([start, *(b for _, b in breaks)], [*(a for a, _ in breaks), end], strict=True)
    return max(pieces, key=lambda piece: piece[1] - piece[0])


def _latin(text: str, start: int, end: int) -> Span:
    """The span with the whole of a number or a Latin word that it begins within, or ends within: a3, 12.5, mp4."""
    if _LATIN.match(text, start):
        begun = _LATIN_BEFORE if text[start].isalpha() else _NUMBER_BEFORE
        start -= len(begun.search(text, max(0, start - _WORD), start)[0])  # type: ignore[index]
    while end < len(text) and text[end - 1].isascii() and text[end - 1].isalpha() and _LATIN.match(text, end):
        end += 1
    return start, end


def _without_mark(text: str, start: int, end: int) -> Span:
    """The span behind the mark that its line begins with; empty where it lies within that."""
    line = text.rfind("\n", 0, start) + 1
    mark = _MARK.match(text, line)
    return (max(start, mark.end()), end) if mark else (start, end)


def _titled(text: str, start: int, end: int) -> Span:
    """The span with the whole of every title that it has a part of."""
    around = max(0, start - 60)
    for title in _TITLE.finditer(text, around, min(len(text), end + 60)):
        begin, close = title.span()
        # The title's own text without its marks is whole too.
        if begin < end and start < close and (start, end) != (begin + 1, close - 1):
            start, end = min(start, begin), max(end, close)
    return start, end


def _with_unit(text: str, start: int, end: int) -> int:
    """The end of a span that stops at a number, or within it, moved behind the number and its unit."""
    number = _NUMBER_END.search(text, start, end)
    if number and number.start() > start and _LATIN.match(text, number.start() - 1):
        return end  # a3 counts nothing
    if not (number or _CHINESE_NUMBER.fullmatch(text, start, end)):
        return end
    more = _NUMBER_ON.match(text, end)
    end = more.end() if more else end
    sign = _SIGN.match(text, end)
    if sign:
        return sign.end()
    for word, flag in cut_tagged(text[end : end + _REACH]):
        if flag in _UNITS or _MORE_UNITS.fullmatch(word):
            return end + len(word)
        break
    return end
