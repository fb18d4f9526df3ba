"""Questions about the labelled lines of a notice: 比赛时间:5月4日下午两点 says what no clause says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from core.qa_pairs.encoding import Span
from core.qa_pairs.kinds import SURNAMES, Tagged
from core.qa_pairs.topics import Topics
from core.qa_pairs.whole import NUMBERING, whole_answer

# Where a label may begin: in a line of its own, or behind what the label before it says.
_LABELLED = re.compile(
    rf"(?:(?<=[\n;。,、])|^)\s*(?:{NUMBERING}|[-*•·●■◆○▪–—])?\s*(?P<label>[\u4e00-\u9fff]{{2,8}})\s*:[ ]*"
    r"(?=[^\s“「『:])(?P<value>[^\n;。]+)"
)
# The next label in the same line ends what this one says: 时间:周三, 地点:操场.
_NEXT = re.compile(r"[,、\s]\s*[\u4e00-\u9fff]{2,8}\s*:")
_NOUNS = ("n", "vn", "an", "nz", "s", "j", "l", "ng", "k", "f", "g")
# Nouns that announce what follows, and name nothing of the notice.
_ANNOUNCING = re.compile(
    r"(?:如下|以下|例如|比如|注|附|另|备注|附件|说明|通知|同学们?|老师们?|家长们?|朋友们?|先生|女士|领导|居民|业主|问题|答案?|原文|记者)$"
)
_WHEN = re.compile(r"(?:时间|日期|时段|期限|时刻)$")
_WHERE = re.compile(r"(?:地点|地址|位置|地方|场所|场地|会场|考场|住址|[^见质实各]地)$")
_WHO = re.compile(r"(?:[人者员师长]|主编|导演|主演|编剧|教练|主任|主持|嘉宾)$")
_CALLED = re.compile(r"(?:[人员师]|导演|教练)$")  # whose value is a name where it begins with a surname
_MUCH = re.compile(r"(?:[费价额数量]|价格|金额|电话|号码|编号|人口|面积|尺寸|比例)$")
_BOTH = re.compile("[与和及]")  # 集合时间与地点
_NUMBER = re.compile(r"[\d一二两三四五六七八九十百千万亿]")
_MEASURED = frozenset(("length", "area", "mass", "volume", "money", "dollars", "speed", "share", "temperature"))
_LONG = frozenset(("time", "years"))
_NAME = 4  # characters of somebody's name at most
_WHICH = re.compile(
    r"(?:对象|范围|单位|机构|部门|要求|内容|项目|方式|办法|条件|流程|材料|奖项|奖品|原因|目的|主题|用途)$"
)
# Somebody speaks: what stands before the colon is who, as in a play.
_SPEECH = re.compile(r"[我你您咱]|[?!吗呢吧啊]$")
_ABOUT = re.compile(r"^关于(?:召开|举办|举行|开展|组织|做好|加强|印发|征集)?")
_PAPER = re.compile(
    r"的?(?:报名)?(?:公告|通知|启事|通告|公示|须知|告示|简介|介绍|海报|招募令|邀请函?|说明|安排|方案|做法|制作方法)$|致[\u4e00-\u9fff]{2,6}(?:书|的?一?封?[公开]*信)$"
)
_HEADING, _LEAST_HEADING = 26, 2


@dataclass(frozen=True)
class Label:
    """A label and what stands behind its colon."""

    label: Span
    value: Span


class Notices:
    """The labelled lines of a folded passage."""

    def __init__(self, topics: Topics) -> None:
        self.topics = topics
        self.tagged: Tagged = topics.clauses.tagged
        self.text = topics.text

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """Labels whose words name something, each with its value made whole."""
        found = []
        at = 0
        while match := _LABELLED.search(self.text, at):
            begin, end = match.span("value")
            following = _NEXT.search(self.text, begin, end)
            end = following.start() if following else end
            at = end
            value = whole_answer(self.text, (begin, end))
            if value and self._names(match.span("label")) and not _SPEECH.search(self.text[begin:end].strip()):
                found.append(Label(match.span("label"), value))
        times = Counter(self.text[slice(*one.label)] for one in found)
        return tuple(one for one in found if times[self.text[slice(*one.label)]] == 1)

    def _names(self, label: Span) -> bool:
        flags = self.tagged.flags(label)
        named = bool(flags) and flags[-1].startswith(_NOUNS) and not flags[-1].startswith("nr") and "r" not in flags
        known = any(ends.search(self.text, *label) for ends in (_WHEN, _WHERE, _WHO, _MUCH, _WHICH))
        return (named or known) and not _ANNOUNCING.search(self.text, *label)

    @cached_property
    def topic(self) -> str:
        """What the notice is one of: its heading without the words that call it a notice, else what the passage is
        about; "" where neither is said."""
        line = self.text.strip().split("\n", 1)[0].strip()
        heading = "\n" in self.text.strip() and len(line) <= _HEADING and not re.search("[:;。!?,]", line)
        if not heading:
            return self.topics.about
        told = _ABOUT.sub("", _PAPER.sub("", re.sub(r"\([^()]*\)", "", line).strip("“” "))).strip()
        return told if len(told) >= _LEAST_HEADING else ""

    def spans(self) -> Iterator[Span]:
        return (label.value for label in self.labels)

    def questions(self, span: Span) -> Iterator[tuple[str, bool]]:
        """Questions that the span answers, where it is what stands behind a label, and whether what stands there is
        surely asked for so."""
        for label in self.labels:
            if label.value == span:
                asked, certain = self._asks(label)
                yield from ((f"{self._named(label.label)}{asks}?", certain) for asks in asked)

    def _named(self, label: Span) -> str:
        """The label as that of the notice: 书法比赛的地点, where it says 比赛地点 under 书法比赛."""
        said = self.text[slice(*label)]
        if not self.topic or self.topic in said:
            return said
        shared = next((n for n in range(len(said) - 2, 1, -1) if self.topic.endswith(said[:n])), 0)
        return f"{self.topic}的{said[shared:]}"

    def _asks(self, label: Label) -> tuple[tuple[str, ...], bool]:
        """How the label is asked for: by the kind of what stands behind it, and where that says nothing by its own
        words; and whether either does."""
        said, value = self.text[slice(*label.label)], self.text[slice(*label.value)]
        kind = self.tagged.kind(label.value)
        if _BOTH.search(said):
            return ("是什么",), True
        if kind in _LONG:
            return ("是多久",), True
        if kind == "date" or _WHEN.search(said):
            return ("是什么时候",), True
        if self._is_measured(label.value) or (_MUCH.search(said) and _NUMBER.search(value)):
            return ("是多少",), True
        if _WHERE.search(said) or self._is_counter(label.label):
            return ("在哪里",), True
        if kind in ("number", "count"):
            return ("是多少",), True
        if _WHO.search(said):
            return (("是谁",), True) if self._is_somebody(said, label.value) else ((), False)
        if _WHICH.search(said):
            return ("是什么", "有哪些") if "、" in value else ("是什么",), True
        return ("是什么",), False

    def _is_measured(self, value: Span) -> bool:
        """Whether it ends with an amount of some unit: 每人10元."""
        return any(amount.end == value[1] and amount.kind in _MEASURED for amount in self.tagged.amounts)

    def _is_counter(self, label: Span) -> bool:
        """Whether it is where something is done, 领取处, and no 用处."""
        return self.text[label[0] : label[1]].endswith("处") and self.tagged.beginning(label[1] - 1) is not None

    def _is_somebody(self, label: str, value: Span) -> bool:
        if self.tagged.kind(value) == "person" or self.tagged.has_person(value):
            return True
        name = self.text[slice(*value)]
        return bool(_CALLED.search(label)) and name[0] in SURNAMES and 1 < len(name) <= _NAME
