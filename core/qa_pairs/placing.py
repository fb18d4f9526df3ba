"""Whether a question word can stand for a piece of a clause where it stands, or only for more than it."""

from __future__ import annotations

import re

from core.qa_pairs.amount_words import Put, is_amount
from core.qa_pairs.clauses import REASON
from core.qa_pairs.encoding import Span
from core.qa_pairs.kinds import Tagged, is_foreign
from core.qa_pairs.question_words import PLACED
from core.qa_pairs.reasons import CAUSE, PURPOSE

_RANGE_END = re.compile(
    r"[\d零一二三四五六七八九十百千万亿年月日时点岁米元个][至到~\-—](?:[上下中]午|晚上?|凌晨|次日|次年|同年)?$"
)
_RANGE_BEGIN = re.compile(r"[至到~\-—][\d零一二三四五六七八九十百千万亿]|\d")
_CLOCK = re.compile("[上下中]午|早上|清晨|凌晨|晚上?|傍晚|深?夜")
_AGE = re.compile("世纪|年?代|[一二三四五六七八九十\\d]+年代")
_SIBLING = re.compile("(?:、|和|与|及|以及|或)$")
_SIBLINGS = re.compile("^(?:、|和|与|及|以及|或)")
_SIDE = re.compile("旁边?|附近|周围|对面|上空|[里外]面")
_KIN = re.compile("(?:父[子女]|母[子女]|夫[妇妻]|兄[弟妹]|姐[妹弟]|姊妹|祖孙|师徒)(?!的)")  # several by the name of one
_WHERE = frozenset(("什么地方", "哪里"))
_IS_THERE = re.compile("[是为有]|位于|盛产|出产|地处")
_GOES_ON = re.compile("·|-[\u4e00-\u9fff]")
_ALONE = frozenset(("谁", "什么", "什么地方", "哪里", "哪个国家"))


def is_part(tagged: Tagged, span: Span, clause: Span) -> bool:
    """Whether something belongs to what stands in the span, so that a question for it alone would have other
    answers, too, or none: a reason, one of several things, the end of a range, the day of a time of day."""
    text, (begin, end) = tagged.text, clause
    left, right = text[begin : span[0]], text[span[1] : end]
    amount = is_amount(text[slice(*span)])
    if CAUSE.search(left) or PURPOSE.search(left) or REASON.match(text, span[0]):
        return True
    if (
        _KIN.match(right)
        or _within_quotes(left, right)
        or left.endswith(("同", "·", "第"))
        or _GOES_ON.match(right)
        or text.startswith("学生", span[1] - 1)
        or (right and is_foreign(text[slice(*span)] + right[0]))
        or (amount and _AGE.match(right))
    ):
        return True
    if amount or tagged.kind(span) == "date":
        if (
            (text.startswith("分", span[1] - 1) and left.endswith(("时", "点", "度")))
            or _RANGE_END.search(left)
            or _RANGE_BEGIN.match(right)
            or _CLOCK.match(right)
        ):
            return True
        if "分别" not in left + right:
            return False
    return bool(_SIBLING.search(left) or _SIBLINGS.match(right))


def stands_for(put: Put, tagged: Tagged, span: Span, clause: Span) -> bool:
    """Whether the question word reads well there: not 英国女王什么, 什么第二高峰, 什么地方旁边, 有谁."""
    text, (begin, end) = tagged.text, clause
    left, right = text[begin : span[0]], text[span[1] : end]
    if put.word[0] == "谁" and left.endswith("有"):
        return False
    if tagged.kind(span) == "place" and not _place_can_be_asked(put, tagged, span, (begin, end)):
        return False
    if put.word not in _ALONE or put.before or (put.word == "哪里" and right.startswith("人")):
        return True
    return not (_behind_noun(tagged, begin, span[0]) or _of_noun(tagged, span[1], end) or _SIDE.match(right))


def _place_can_be_asked(put: Put, tagged: Tagged, span: Span, clause: Span) -> bool:
    """Whether a place is all that is said of where, unlike 贵州省 in 贵州省毕节市, and does nothing, as 朝廷 may."""
    text, (begin, end) = tagged.text, clause
    before, behind = tagged.ending(span[0]), tagged.beginning(span[1])
    around = [w for w in (before, behind) if w and begin <= w[0] and w[1] <= end]
    placed = PLACED.search(text, begin, span[0])
    if any(flag == "ns" for _, _, flag in around) or (placed and text.startswith("的", span[1])):
        return False
    acts = behind is not None and behind[2][:1] in "vpd" and not _IS_THERE.match(text, span[1])
    return not (acts and put.word in _WHERE and not placed)


def _behind_noun(tagged: Tagged, begin: int, end: int) -> bool:
    """Whether a noun, or what belongs to one, stands right before `end`."""
    before = tagged.ending(end)
    if before is None or before[0] < begin:
        return False
    return before[2][0] in "nfab" or tagged.text[end - 1] == "的" or before[2] in ("q", "m", "mq")


def _of_noun(tagged: Tagged, begin: int, end: int) -> bool:
    """Whether a noun begins there that what stands before belongs to: 世界 in 世界第二高峰."""
    behind = tagged.beginning(begin)
    return behind is not None and behind[1] <= end and behind[2][0] in "nmqabfs"


def _within_quotes(left: str, right: str) -> bool:
    """Whether what stands between the two is a piece of something quoted, or of a title."""
    return any(
        left.count(a) > left.count(b) and not (left.endswith(a) and right.startswith(b))
        for a, b in ("“”", "「」", "《》")
    )
