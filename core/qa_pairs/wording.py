"""How questions are worded: what makes one, and a generated one in the passage's own writing, with its capitals, its
traditional characters and Chinese punctuation."""

from __future__ import annotations

import re

from core.qa_pairs.matching import common_pieces
from core.segmenter import cut_tagged
from core.text import Normalised, to_simplified, to_traditional

ASKS = re.compile("谁|什么|甚么|啥|哪|几|多|何|怎|吗|呢|是否|是不是|有没有|能否")
_GREETING = re.compile(
    "(?:[你您]们?|大家|早上|上午|中午|下午|晚上)好[啊呀]?(?![吗么不])|早安|晚安|[多谢]谢[你您]?|请问"
)
# What asks for nothing by itself: 最近怎么样, 在吗. Such a question must say of what.
_OPEN = re.compile("吗|呢|怎么样|怎样|如何|是否|是不是|有没有|能否|能不能|好不好|可以")
_WHETHER = re.compile(r"([\u4e00-\u9fff])不\1")  # 能不能, 贵不贵
# What is asked of the reader itself, or after its health.
_TALK = re.compile("[你您](?!们)|好[吗么]")
_LATIN = re.compile(r"[a-z][a-z0-9 .&'\-]*[a-z0-9]|[a-z]")
_CHINESE = "\u4e00-\u9fff"
_PUNCTUATION = {",": "，", "?": "？", "!": "！", ":": "：", ";": "；", "(": "（", ")": "）"}


def asks_of(text: str, passage: str) -> bool:
    """Whether the folded `text` can be a question about the passage: it has a word that asks for something, or names
    something that stands there. A greeting or a full stop has neither, and a reader would point somewhere all the same;
    so have small talk (最近怎么样) and what is asked of the reader itself (你是谁). In doubt it is a question."""
    told = _GREETING.sub(" ", text)
    if (ASKS.search(told) or _WHETHER.search(told)) and not _TALK.search(told):
        closed = _OPEN.sub(" ", told)
        if ASKS.search(closed) or any(map(_says_something, cut_tagged(closed))):
            return True
    told = ASKS.sub(" ", _OPEN.sub(" ", told))
    return any(n > 1 for n, c in zip(common_pieces(told, passage), told, strict=True) if not c.isspace())


def _says_something(word: tuple[str, str]) -> bool:
    """Whether a tagged word is a noun, or a verb of two characters or more."""
    return word[1].startswith("n") or (word[1].startswith("v") and len(word[0]) > 1)


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
