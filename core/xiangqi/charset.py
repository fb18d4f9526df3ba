"""The encoding of a game file, which its bytes alone tell: UTF-8, UTF-16, GB18030 or Big5."""

from __future__ import annotations

import re
from collections import Counter

from core.errors import InputError

_MOVE_SHAPE = re.compile("[车車俥马馬傌炮砲将將帅帥士仕象相兵卒前中后後].[进進退平上下][一二三四五六七八九１-９1-9]")

# Files of programs that are no text, by what they begin with.
_BINARY = (
    (b"XQ", "象棋演播室（XQF）", "XQStudio (XQF)"),
    (b"CCBridge", "象棋桥（CBR、CBL）", "CCBridge (CBR, CBL)"),
    (b"", "其他程序", "some other program"),
)


def decode(data: bytes) -> str:
    """Text in the likeliest encoding: the one that shows most moves, then the most everyday characters.

    Raises:
        InputError: the file of a program, which is no text.
    """
    if b"\0" in data[:1000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        zh, en = next((zh, en) for begin, zh, en in _BINARY if data.startswith(begin))
        raise InputError(
            f"这是{zh}的二进制文件，这里只读文字棋谱；请在原来的程序里另存为 PGN 或文本",
            f"this is a binary file of {en}, and only text is read here; save it there as PGN or text",
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # A damaged file of any encoding still shows most of its text.
        texts = [data.decode(encoding, "replace") for encoding in ("gb18030", "cp950", "utf-8")]
        return max(texts, key=_likelihood)


def _likelihood(text: str) -> tuple[int, int]:
    """Number of moves seen, and of everyday characters less those that mark a wrong encoding."""
    everyday = sum(count for character, count in Counter(text).items() if _everyday(character))
    return len(_MOVE_SHAPE.findall(text)), everyday - 4 * text.count("\ufffd")


def _everyday(character: str) -> bool:
    """Whether a character is among the common ones, which GB 2312 and Big5 both put before the others."""
    gb, big5 = character.encode("gb2312", "replace"), character.encode("big5", "replace")
    return (len(gb) == 2 and 0xB0 <= gb[0] <= 0xD7) or (len(big5) == 2 and 0xA4 <= big5[0] <= 0xC6)
