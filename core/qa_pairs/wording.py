"""A generated question in the passage's own writing: its capitals, its traditional characters, Chinese punctuation."""

from __future__ import annotations

import re

from core.text import Normalised, to_simplified, to_traditional

_LATIN = re.compile(r"[a-z][a-z0-9 .&'\-]*[a-z0-9]|[a-z]")
_CHINESE = "\u4e00-\u9fff"
_PUNCTUATION = {",": "，", "?": "？", "!": "！", ":": "：", ";": "；", "(": "（", ")": "）"}


def is_traditional(text: str) -> bool:
    """Whether the text is written in traditional characters rather than with one of them in a name."""
    changed = sum(a != b for a, b in zip(text, to_simplified(text), strict=True))
    return changed >= 3 and changed * 25 >= len(text)


def written_as(question: str, passage: Normalised) -> str:
    """The folded `question` as somebody would write it who wrote `passage`."""

    def restored(match: re.Match[str]) -> str:
        at = passage.text.find(match.group())
        if at < 0:
            return match.group()
        return passage.original[slice(*passage.span_in_original(at, at + len(match.group())))]

    text = _LATIN.sub(restored, question)
    for mark, chinese in _PUNCTUATION.items():
        text = re.sub(f"(?<=[{_CHINESE}》”]){re.escape(mark)}|{re.escape(mark)}(?=[{_CHINESE}《“])", chinese, text)
    text = text.rstrip("?？") + "？"
    return to_traditional(text) if is_traditional(passage.original) else text
