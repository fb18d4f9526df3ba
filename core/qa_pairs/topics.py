"""What a clause speaks of that leaves it out, and which name a noun stands for."""

from __future__ import annotations

import re
from functools import cached_property

from core.qa_pairs.clauses import REASON, Clauses
from core.qa_pairs.encoding import Span

# What is measured or told of a thing, and so the topic of no other clause than its own.
_ATTRIBUTE = re.compile(
    r"(?:面积|海拔|时间|身高|体重|直径|周长|全长|长度|高度|宽度|厚度|深度|价格|投资|人口|产量|名字|名称|意思|成分|人数|年龄|距离|速度|温度"
    r"|气温|总数|总长|费用|票价|有效期|保质期|容量|功率|重量|水深|树龄|历史|总部|产品|设计者|作者|前身|校训|官方语言|首都|一部分|目的|原因|特点|作用|结果|办法|方法)$"
)
_COPULA = re.compile("[,(]|是|为|位于|地处|坐落|[又亦原也][名称叫]|[简全俗]称|即|指|在|有|由")
_LOCAL = "当地"
_NEWS = re.compile("本报|记者|昨[天日晚]|今[天日年]|近日|日前|目前")
_PAPER = re.compile("(?:公告|通知|启事|通告|公示|须知|告示|倡议书|通知书|家长书|邀请函)$")
_TITLE = re.compile("《[^《》]*》")
_WHOLE = re.compile("全[书文诗篇片剧塔馆校城桥寺]")
_NOUN = 3  # characters at most of one that a name may end with
# Whom a text speaks to, or nobody in particular.
_ANYBODY = re.compile("(?:很多|许多|不少)?(?:人们?|小朋友们?|同学们)|大家|作者|读者")
# What only people do, at the beginning of what a clause says.
_ACTS = re.compile(
    "(?:[,，]|[上下]半?年|[春夏秋冬]|[年月]?[初底末]|才|又|便|就|再次?|曾|先后|后来|此后|随后|从此|毅然|终于|被迫|一直|还)*"
    "(?:辞职|回国|归国|病逝|逝世|去世|出生|诞生|[生卒]于|毕业|任教|留学|考[入上取]|奉.{0,4}命|率|出任|担任|当选|赴|前往|来到|回到|迁居|定居|移居"
    "|结婚|迎?娶|嫁|退休|入狱|受聘|应聘|就读|求学|拜.{1,6}为师|师从|做过|当过|写[成下出]|创作|撰写|出版|发表|获得?.{0,8}[奖称学]|率领|主持|读书|学[习会])"
)
_THINGS = frozenset(
    ("n", "ns", "nt", "nz", "vn", "uj", "b", "a", "m", "q", "mq", "f", "s", "j", "l", "i", "ng", "an", "v", "k")
)
_PEOPLE = re.compile(
    "(?:[人者员师长家生手匠士兵工农客]|[父母][亲]?|爷爷|奶奶|[儿孙]子|女儿|[兄弟姐妹]+|夫妇|妻子|丈夫|同学|孩子|朋友|老师|教授|院士|博士|总统|皇帝|国王|王|将军"
    "|[他她我你]们?|们|队|团|军|公司|政府|学校|组织|委员会)$"
)
_LIVED = re.compile(
    r"[^。;]{0,16}?(?:(?<!诞)生于|出生|逝世|病逝|\d{3,4}年?[-—~至]\d{3,4}年?\)|[,是][^,。;]{0,16}?[家人者员师将匠](?=[,。;]))"
)
_WITHIN = re.compile("(?<=.)[里上中内]$")
_PERSONAL = "他她"
# Behind an attribute: what it is or measures. Only there can the thing it belongs to be put before it.
_MEASURES = re.compile(
    r"(?:大?约|大概|一般|通常|大多|平均|最|可以?|能|已|将)*(?:为|是|达|叫|有|分为|包括|[高长宽深重\d]|$)"
)


class Topics:
    """What the clauses of a passage speak of."""

    def __init__(self, clauses: Clauses) -> None:
        self.clauses = clauses
        self.text = clauses.text

    @cached_property
    def main(self) -> Span | None:
        """What the passage is about: the first subject of its first clauses, if the passage begins with its name, a
        clause says what it is, or it comes back to it."""
        for clause in self.clauses.all[:4]:
            subject = self.clauses.subject(clause)
            if subject is None or _ATTRIBUTE.search(self.text, *subject) or _NEWS.match(self.text, subject[0]):
                continue
            name = self.clauses.named(subject)
            if _PAPER.search(name) or _ANYBODY.fullmatch(name):
                continue
            named = self.clauses.names_something(subject)
            told = _COPULA.match(self.text, subject[1]) and clause == self.clauses.all[0]
            whole, part = name.partition("的")[::2]
            if part and self.text.count(whole) > 1 and self.text.startswith(whole, subject[0]):
                return subject[0], subject[0] + len(whole)  # 章鱼的血
            if (named and subject[0] == 0) or told or sum(name == said for said in self._subjects) > 1:
                return subject
        return None

    @property
    def about(self) -> str:
        """The name of what the passage is about, "" where it has none."""
        return self.clauses.named(self.main) if self.main else ""

    def is_counted(self, subject: Span) -> bool:
        """Whether the subject is so many of something that the passage is about: 一窝, 每只."""
        words = self.clauses.words(subject)
        main = self.main
        counted = all(flag in ("m", "q", "mq") or self.text[a] in "每各" for a, _, flag in words)
        return bool(words and main and main[1] <= subject[0] and counted)

    def of(self, sentence: int, clause: int) -> list[Span]:
        """What the clause may speak of, the likeliest first: what it names itself, else for a pronoun what the passage
        is about, where it fits, and for none the subjects of the clauses before it in its sentence, the first (its
        topic) before the nearest; where there are none, what the passage is about."""
        here = self.clauses.sentences[sentence][clause]
        own = self.clauses.subject(here)
        if own:
            return [own]
        pronoun = self.clauses.pronoun(here)
        chain = self.before(sentence, clause)
        main = [self.main] if self.main and self.main[1] <= here[0] else []
        last = self._sentence_before(sentence)
        found = [*main, *chain, *last] if pronoun else chain or [*main, *last]
        if any(self.clauses.pronoun(c) == _LOCAL for c in self.clauses.sentences[sentence][: clause + 1]):
            # People there do something: what the passage is about does not, unless that is a place.
            found = [s for s in found if any(flag in ("ns", "nt") for _, _, flag in self.clauses.words(s))]
        if pronoun[:1] in ("他", "她", "它"):
            fits = [s for s in found if self.clauses.tagged.has_person(s) == (pronoun[0] in _PERSONAL)]
            found = fits or [s for s in found if not (pronoun[0] in _PERSONAL and self._is_no_person(s))]
        elif not pronoun and _ACTS.match(self.text, *self._said(here)):
            found = [s for s in found if not self._is_no_person(s)]
        return self._once(found)[: 1 if pronoun else 2]

    def _said(self, clause: Span) -> Span:
        """The clause without a date that it begins with."""
        start, end = self.clauses.body(clause)
        date = next((a for a in self.clauses.tagged.amounts if a.kind == "date" and a.start == start), None)
        return (date.end if date and date.end <= end else start), end

    def _is_no_person(self, topic: Span) -> bool:
        """Whether a topic is a place, an organisation or a thing, as far as the lexicon knows."""
        flags = [flag for _, _, flag in self.clauses.words(topic)]
        known = bool(flags) and all(flag in _THINGS for flag in flags)
        if any(_LIVED.match(self.text, m.end()) for m in re.finditer(re.escape(self.text[slice(*topic)]), self.text)):
            return False
        return known and not (_PEOPLE.search(self.text, *topic) or self.clauses.tagged.has_person(topic))

    def before(self, sentence: int, clause: int) -> list[Span]:
        """What the clauses before in the same sentence speak of: the first and the last such thing."""
        subjects: list[Span] = []
        for k in range(clause):
            here = self.clauses.sentences[sentence][k]
            if REASON.match(self.text, *self.clauses.body(here)):
                continue
            if own := self.clauses.subject(here):
                if not (_ATTRIBUTE.search(self.text, *own) or _ANYBODY.fullmatch(self.text, *own)):
                    subjects.append(own)
            elif self.clauses.pronoun(here):
                subjects += self.of(sentence, k)[:1]
        return self._once([*subjects[:1], *subjects[-1:]])

    def _sentence_before(self, sentence: int) -> list[Span]:
        clauses = self.clauses.sentences[sentence - 1] if sentence else ()
        first = self.clauses.subject(clauses[0]) if clauses else None
        none = first is None or _ATTRIBUTE.search(self.text, *first) or _ANYBODY.fullmatch(self.text, *first)
        return [] if none or first is None else [first]

    def _once(self, spans: list[Span]) -> list[Span]:
        kept: dict[str, Span] = {}
        for span in spans:
            kept.setdefault(self.text[slice(*span)], span)
        return list(kept.values())

    def full_name(self, noun: Span) -> str:
        """The one name before that ends with the noun, with what is said to be its: 三峡大坝的高 for 大坝的高; "" where
        there is none."""
        whole, owned = self.text[slice(*noun)], ""
        if "的" in whole:
            owned = whole[whole.index("的") :]
            whole = whole[: -len(owned)]
        said = _WITHIN.sub("", whole)
        owned = whole[len(said) :] + owned
        if not said or len(said) > _NOUN:
            return ""
        spans = [*self._names, *([self.main] if self.main else [])]
        found = {
            name
            for a, b in spans
            if b <= noun[0] and (name := self.text[a:b]).endswith(said) and len(said) < len(name) <= len(said) + 8
        }
        return found.pop() + owned if len(found) == 1 else ""

    @cached_property
    def _subjects(self) -> list[str]:
        return [self.clauses.named(s) for c in self.clauses.all if (s := self.clauses.subject(c))]

    @cached_property
    def _names(self) -> list[Span]:
        subjects = dict.fromkeys(s for c in self.clauses.all if (s := self.clauses.subject(c)))
        return [
            *(n for n in self.clauses.tagged.names() if n not in subjects),
            *(s for s in subjects if self.clauses.names_something(s)),
        ]

    def owner(self, subject: Span) -> str:
        """What is to stand before the attribute `subject`, where it is one of what the passage is about: 青龙桥的, and
        《诗》 for 全书; "" for others."""
        main, said = self.main, self.text[slice(*subject)]
        if _WHOLE.fullmatch(said):
            titles = [m[0] for m in _TITLE.finditer(self.text, 0, subject[0])]
            return (titles[-1] if titles else "") if said[1] in "书文诗篇" else self.clauses.named(main) if main else ""
        if main is None or main[1] > subject[0] or self.clauses.names_something(subject):
            return ""
        name = self.clauses.named(main)
        part = _ATTRIBUTE.search(self.text, *subject) or _MEASURES.match(self.text, subject[1])
        return name + "的" if part and name not in said else ""

    def begins_with(self, clause: Span, flags: frozenset[str]) -> bool:
        """Whether the clause's first word, but for a date, has one of the parts of speech `flags`."""
        first = next((w for w in self.clauses.words(self.clauses.body(clause)) if self.text[w[0]] not in ",，"), None)
        if first and self.text[first[0]] in "由被与和向对在从":
            return False  # taken for a surname
        return first is not None and first[2] in flags
