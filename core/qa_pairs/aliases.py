"""Other names that a passage itself gives for something: 泼水节，亦称宋干节."""

from __future__ import annotations

import re

from core.text import normalise

_CALLED = (
    r"(?:亦|又|也|旧|古|俗|简|别|通|全|后|原|本|曾|今)(?:称|名|叫|作)(?:为|作|是|叫)?|即|字(?=[一-龥]{2}[,，。;；、)])"
    r"|号(?=[一-龥])|笔名"
)
_OPEN, _CLOSE = r"[“\"「『《]?", r"[”\"」』》]?"
_NAME = r"[^\s,，。;；、:：()“”\"「」『』《》!?]{1,15}"


def aliases(passage: str, name: str) -> list[str]:
    """The other names of `name` in `passage`, both ways: of 宋干节 泼水节, too. Folded (`core.text.normalise`)."""
    text, wanted = normalise(passage).text, normalise(name).text.strip("《》“”\"'")
    if not text or not wanted:
        return []
    one = re.escape(wanted)
    called = rf"{_CLOSE}\s*[,(]?\s*(?:{_CALLED}){_OPEN}"
    forward = re.findall(rf"{one}{called}({_NAME})", text)
    backward = re.findall(rf"({_NAME}){called}{one}(?![一-龥]{{0,2}}[省市县])", text)
    # A short form of Latin letters in brackets: 世界卫生组织(WHO).
    letters = re.findall(rf"{one}\(([a-z][a-z.\- ]{{1,15}})\)", text)
    return list(dict.fromkeys([*forward, *backward, *letters]))
