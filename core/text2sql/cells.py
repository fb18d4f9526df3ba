"""The cells of a spreadsheet as text, cleaned, and what counts as empty."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from core.text2sql import MAX_NAME

# Said for a missing number or date. In a column of text they may be an answer (无) and stay.
_NOTHINGS = """
    - -- --- ---- — —— ———— – / // \\ . .. ... … …… * ** ? x × n/a n.a. na nan null none nil tbd tba #n/a #na
    #value! #div/0! #ref! #name? #null! #num! #spill! #calc! # ## ### #### ##### ######
    无 暂无 无数据 暂无数据 没有 缺失 缺 空 空白 未知 不详 不明 缺考 缺勤 缺席 未考 免考 免修 缓考 弃考 弃权
    请假 病假 事假 休学 未参加 未参考 未测 未录入 未填 未填写 未报 未出 未定 未公布 未披露 未统计 待定 待补
    待录入 待统计 待公布 待核 待查 面议 不适用 无效 停牌
"""
_NOTHING = frozenset(_NOTHINGS.split())
_LONGEST = max(map(len, _NOTHING)) + 2
_EMPTY = frozenset(("", "null"))

# Control characters but tab and line feed, zero-width and direction marks, halves of surrogate pairs.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAK = re.compile(r"(?<=[^\x00-\x7f])\s*\n\s*|\s*\n\s*(?=[^\x00-\x7f])")
FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋％（）￥＄：／　−–", "0123456789.,-+%()¥$:/ --")


def clean_text(text: str) -> str:
    """`text` without what cannot be seen, white space at the ends, or halves of surrogate pairs (U+FFFD instead)."""
    return clean_texts([text])[0]


def clean_texts(texts: list[str]) -> list[str]:
    """`clean_text` of many; few tables have anything to remove, and one look tells."""
    together = "".join(texts)
    if not together.isprintable() and (_UNSEEN.search(together) or "\r" in together or _SURROGATE.search(together)):
        unbroken = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
        texts = [_SURROGATE.sub("\ufffd", _UNSEEN.sub("", text)) for text in unbroken]
    return [text.strip() for text in texts]


def clean_name(cell: object) -> str:
    """A header cell as a name: white space becomes one space, a line break beside a Chinese character nothing."""
    text = _BREAK.sub("", clean_text(cell_text(cell)))
    return " ".join(text.split())[:MAX_NAME].rstrip()


def cell_text(cell: object) -> str:
    """A cell as the text a spreadsheet shows: 3.0 is 3, True is TRUE, dates are ISO, empty is ""."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e21 else repr(cell)
    if isinstance(cell, datetime):
        text = cell.isoformat(sep=" ", timespec="seconds")
        return text.removesuffix(" 00:00:00")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat(timespec="seconds" if cell.second else "minutes")
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    return str(cell)


def is_empty(cell: object) -> bool:
    """Whether a cell of a column of any type says nothing."""
    return cell is None or cell != cell or (isinstance(cell, str) and cell.strip().lower() in _EMPTY)


def is_nothing(text: str) -> bool:
    """Whether `text` stands for a missing number or date: -, N/A, 无 ..."""
    return len(text) <= _LONGEST and text.translate(FULL_WIDTH).strip().lower() in _NOTHING
