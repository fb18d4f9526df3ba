"""What may be asked of the models: passages, answers that stand in them, numbers in their bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.errors import InputError
from core.qa_pairs import MAX_CHARS
from core.qa_pairs.encoding import Span
from core.qa_pairs.scoring import plain
from core.qa_pairs.whole import whole_answer
from core.qa_pairs.wrapped import shown, unwrapped
from core.text import Normalised, check_text, normalise

_LEAST_CHINESE = 6
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def read_passage(passage: object) -> Normalised:
    """The passage, folded. Raises InputError where there is nothing to ask about in it."""
    text = check_text(passage, MAX_CHARS)
    chinese = len(_CHINESE.findall(text))
    if chinese < _LEAST_CHINESE:
        if len(text.strip()) < 2 * _LEAST_CHINESE:
            raise InputError("文章太短，至少要有一句话", "the passage is too short; it takes at least a sentence")
        raise InputError(
            "这里的模型只读中文，请输入中文文章", "the model reads Chinese only; please enter a Chinese text"
        )
    return unwrapped(normalise(text))


def span_of(document: Normalised, answer: object) -> Span:
    """The span of the folded passage that the user's answer (its text, or a span of the passage) is."""
    if isinstance(answer, str):
        wanted = normalise(shown(answer)).text.strip()
        at = document.text.find(wanted) if wanted else -1
        if at < 0:
            raise InputError("答案必须是文章里的一段原文", "the answer must be a piece of the passage")
        return at, at + len(wanted)
    start, end = answer if isinstance(answer, Sequence) and len(answer) == 2 else (0, 0)
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(document.original):
        raise InputError("答案必须是文章里的一段原文", "the answer must be a piece of the passage")
    inside = [i for i, (a, b) in enumerate(zip(document.starts, document.ends, strict=True)) if a < end and start < b]
    if not inside or not plain(document.text[inside[0] : inside[-1] + 1]):
        raise InputError("选中的内容里没有文字", "there is no text in the selection")
    return inside[0], inside[-1] + 1


def marked(document: Normalised, answer: object) -> Span:
    """As `span_of`, cut as one would by hand: with its unit, without a list's number, within one line or cell."""
    span = whole_answer(document.text, span_of(document, answer))
    if span is None:
        raise InputError("选中的内容里没有文字", "there is no text in the selection")
    return span


def whole(value: object, least: int, most: int, name: str) -> int:
    """`value` as a whole number from `least` to `most`. Raises InputError where it is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError(
            f"{name} 须是 {least} 到 {most} 的整数", f"{name} must be a whole number from {least} to {most}"
        )
    return value


def share(value: object) -> float:
    """`value` as a share of the probability. Raises InputError where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise InputError("top_p 须在 0 到 1 之间", "top_p must be above 0 and at most 1")
    return float(value)


def one_of(value: object, choices: Sequence[str], name: str) -> str:
    """`value` as one of the `choices`. Raises InputError where it is none."""
    if value not in choices:
        known = ", ".join(choices)
        raise InputError(f"{name} 须是 {known} 之一", f"{name} must be one of {known}")
    return str(value)
