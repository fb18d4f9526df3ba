"""What kind of thing an answer is: a person, a place, a date, a length, a title, a phrase ..."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from core.qa_pairs.amounts import Amount, amounts
from core.qa_pairs.encoding import Span
from core.segmenter import cut_tagged

Word = tuple[int, int, str]  # start, end, part of speech in jieba's tag set

# In both languages, as they stand in "other ... of the passage".
KINDS = {
    "person": ("人名", "names of people"),
    "place": ("地名", "places"),
    "organisation": ("机构名", "organisations"),
    "name": ("专名", "proper names"),
    "title": ("书名号里的名称", "titles"),
    "date": ("日期", "dates"),
    "number": ("数", "numbers"),
    "count": ("数量", "counts"),
    "time": ("时间长短", "lengths of time"),
    "years": ("年月长短", "spans of years"),
    "length": ("长度", "lengths"),
    "area": ("面积", "areas"),
    "mass": ("重量", "weights"),
    "volume": ("体积", "volumes"),
    "money": ("金额", "sums of money"),
    "dollars": ("金额", "sums of money"),
    "speed": ("速度", "speeds"),
    "share": ("比例", "shares"),
    "temperature": ("温度", "temperatures"),
    "phrase": ("相近的说法", "like phrases"),
}
NAMES = frozenset({"person", "place", "organisation", "name", "title"})
# jieba's tags of names; anything with an interpunct between such is one name.
_TAGS = {"nr": "person", "nrt": "person", "nrfg": "person", "ns": "place", "nt": "organisation", "nz": "name"}
_TAGS["eng"] = "name"
_PEOPLE = frozenset({"nr", "nrt", "nrfg"})
_TITLE = re.compile("[《〈][^《》〈〉\n]{1,60}[》〉]")
_PLACES = {"ns", "n", "j"}  # 四川省成都市, 法国上萨瓦省
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢傅钟姜崔谭廖范"
    "汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严武戚莫孔向汤欧司上诸葛令狐慕容柳辛蒲冼詹竺梅茅华霍"
    "岳屈荀墨庄鲍聂焦甘祝柯阮娄嵇单倪滕殷毕费廉岑凌虞管洪包左翁习关翟佟苗臧伍路牟冉芦鞠俞桑卓曲缪宫尚温游屠楚解池乔靳祁纪舒赖"
    "卞褚晏冷闫涂易常覃盛米宁耿邬房班柴季项匡郎尤狄嬴佘仇庞骆丘原吉郦"
)
# Characters that foreign names are written with.
_FOREIGN = re.compile(
    "[阿埃艾安巴贝比别彼波博布查达戴德迪蒂丁杜多厄恩尔法菲费芬弗福盖戈哥格古哈海赫亨华霍基吉加伽杰金卡凯康科可克肯库拉莱兰朗劳勒雷里利莉"
    "丽林琳龙鲁伦罗洛马玛迈曼梅门蒙米密明莫姆木穆纳娜内尼涅妮牛诺欧帕佩皮普奇乔切琴丘让热仁荣瑞若萨塞赛桑瑟森沙莎山舍什史士斯松苏索塔"
    "泰坦汤特提廷图托瓦万威韦维温文沃乌武西希夏谢辛休修雅亚扬耶叶伊依因英尤约泽詹珍朱兹茨蒙奥]+"
)
# Endings of things that jieba's dictionary has among the names of people: 叶绿体, 蓝鲸, 雷阵雨, 赵州桥.
_THING = re.compile(
    "[体素酸酶矿寺庙塔桥宫殿鲸俑鱼鸟菌虫蛇龟蛙蜂蚁猴豹猫狗鼠兔鸭鹅鸡鹤糖酱糕饼粥瓜砖瓷陶杏雨雪雾霜午夜晨巾带灯车船器鞋帽]$"
)
# What makes a noun of a verb of two characters before it: 骑行节, 邀请赛.
_EVENTS = frozenset("节赛奖营馆站")
# jieba's guesses take a preposition for a surname.
_BEFORE = re.compile(r"^[由被与和向对在从](?=..)")
_ORGANISATION = re.compile(
    r"(?:大学|学院|学校|中学|小学|公司|集团|银行|协会|学会|基金会|委员会|联合会|研究所|研究院|科学院|医院|出版社|报社|俱乐部|政府|法院|博物馆|图书馆"
    r"|联盟|组织|乐队|乐团|剧团|舰队|部队)$"
)
_PLACE = re.compile(r"..(?:省|市|县|区|州|镇|乡|村|国|半岛|群岛|山脉|平原|高原|盆地|沙漠|海峡|河|江|湖|山|峰|岛)$")
_PREFECTURE = re.compile("^.[州郡县]$")
_ASKED = (
    ("person", re.compile(r"谁|哪[一几]?位|(?:哪个|什么|何|哪些)人(?![数口])")),
    (
        "organisation",
        re.compile(r"(?:哪|什么|何)[一个所家些]*(?:机构|组织|公司|大学|学校|单位|学院|医院|企业|部门|银行)"),
    ),
    ("place", re.compile(r"哪[里儿]|何[处地]|什么地[方区]|哪[一个座些]*(?:省|市|县|州|城|镇|村|国|地区|洲|岛)")),
)


def asked_kind(question: str) -> str | None:
    """The kind that the folded question asks for by its words, where they tell: 谁 a person, 哪里 a place."""
    return next((kind for kind, words in _ASKED if words.search(question)), None)


def is_thing(name: str) -> bool:
    """Whether a name ends as those of things do, whatever the lexicon takes it for."""
    return bool(_THING.search(name)) and "·" not in name


def is_foreign(name: str) -> bool:
    """Whether a name is written only with the characters that foreign ones are, three at least."""
    return len(name) > 2 and bool(_FOREIGN.fullmatch(name.replace("·", "")))


def is_organisation(name: str) -> bool:
    """Whether a name ends as those of organisations do."""
    return bool(_ORGANISATION.search(name))


@dataclass(frozen=True)
class Tagged:
    """A folded text whose words are tagged once for all that is asked about it."""

    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words, which leave nothing of the text out."""
        found: list[Word] = []
        at = 0
        for word, flag in cut_tagged(self.text):
            if found and found[-1][2] == "v" and at - found[-1][0] > 1 and word in _EVENTS:
                found[-1] = found[-1][0], at + 1, "n"
            elif len(found) > 1 and word == self.text[at - 1 : at] and self._doubled(found):
                found[-2:] = [(at - 2, at + 1, "nr")]
            else:
                found.append((at, at + len(word), flag))
            at += len(word)
        return tuple(found)

    def _doubled(self, words: Sequence[Word]) -> bool:
        """Whether the last two words are a surname and a character: with the same once more it is a name, 屠呦呦."""
        (a, b, _), (c, d, _) = words[-2:]
        return b - a == d - c == 1 and self.text[a] in SURNAMES and self.text[c] > "\u4e00"

    # A passage may have thousands of words, and is asked about a few of them at a time, thousands of times.
    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _, _ in self.words]

    @cached_property
    def _ends(self) -> list[int]:
        return [end for _, end, _ in self.words]

    def within(self, span: Span) -> tuple[Word, ...]:
        """The words that lie in the span whole."""
        return self.words[bisect_left(self._starts, span[0]) : bisect_right(self._ends, span[1])]

    def beginning(self, at: int) -> Word | None:
        """The word that begins there."""
        i = bisect_left(self._starts, at)
        return self.words[i] if i < len(self.words) and self.words[i][0] == at else None

    def ending(self, at: int) -> Word | None:
        """The word that ends there."""
        i = bisect_left(self._ends, at)
        return self.words[i] if i < len(self.words) and self.words[i][1] == at else None

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        return tuple(amounts(self.text))

    @cached_property
    def _amount_kinds(self) -> dict[Span, str]:
        return {(a.start, a.end): a.kind for a in reversed(self.amounts)}

    @cached_property
    def _about_things(self) -> bool:
        """Whether the text says 它 and never 他."""
        return "它" in self.text and not re.search("[他她]", self.text)

    def flags(self, span: Span) -> list[str]:
        """The parts of speech of the words within the span; none where it cuts one."""
        inside = self.words[bisect_right(self._ends, span[0]) : bisect_left(self._starts, span[1])]
        whole = inside and inside[0][0] == span[0] and inside[-1][1] == span[1]
        return [flag for _, _, flag in inside] if whole else []

    def cuts(self, span: Span) -> bool:
        """Whether the span begins or ends within a word, and is no name, title, date or amount of its own."""
        return not self.flags(span) and self.kind(span) == "phrase"

    def kind(self, span: Span) -> str:
        """The kind of what stands in the span, one of `KINDS`."""
        piece = self.text[slice(*span)]
        if _TITLE.fullmatch(piece) or (
            self.text[span[0] - 1 : span[0]] == "《" and self.text[span[1] : span[1] + 1] == "》"
        ):
            return "title"
        if kind := self._amount_kinds.get(span):
            return kind
        if _ORGANISATION.search(piece) and len(piece) > 3:
            return "organisation"
        flags = self.flags(span) or self.flags((span[0] - 1, span[1]))
        if len(flags) == 1 and len(piece) > 3 and "·" not in piece and _PLACE.search(piece):
            return "place"  # 乔戈里峰, which the lexicon takes for a person
        if len(flags) == 1 and flags[0] in _PEOPLE and _PREFECTURE.search(piece):
            return "place"  # 魏州
        if flags and flags[0] in _PEOPLE and (len(flags) == 1 or "·" in piece):
            return "phrase" if self._is_thing(piece) else "person"
        if flags and (len(flags) == 1 or set(flags) <= _PLACES) and flags[-1] in _TAGS:
            return _TAGS[flags[-1]]
        return "place" if flags and _PLACE.search(piece) else "phrase"

    def _is_thing(self, name: str) -> bool:
        """Whether what the lexicon takes for somebody's name ends like a thing's, or is what a text that says 它 and
        never 他 begins with."""
        first = self._about_things and self.text.startswith(name)
        return (first and "·" not in name) or is_thing(name)

    def has_person(self, span: Span) -> bool:
        """Whether a word within the span is surely somebody's name: with a surname, or as foreign ones are written."""
        return any(
            flag in _PEOPLE
            and not self._is_thing(name := self.text[a:b])
            and (flag != "nr" or name[0] in SURNAMES or bool(_FOREIGN.fullmatch(name)))
            for a, b, flag in self.within(span)
        )

    def names(self) -> list[Span]:
        """Where names, titles, dates and amounts stand, as the lexicon has them."""
        found: list[Span] = [m.span() for m in _TITLE.finditer(self.text)]
        found += [(a.start, a.end) for a in self.amounts]
        run: list[Word] = []
        for word in (*self.words, (len(self.text), len(self.text), "")):
            goes_on = run and (word[2] == run[-1][2] == "ns" or self._joined(run, word))
            if run and not goes_on:
                begin = run[0][0]
                guessed = run[0][2] == "nr" and _BEFORE.match(self.text[begin : run[-1][1]])
                found.append((begin + 1 if guessed else begin, run[-1][1]))
                run = []
            if goes_on or word[2] in _TAGS:
                run.append(word)
        return [span for span in dict.fromkeys(found) if span[1] - span[0] > 1]

    def _joined(self, run: Sequence[Word], word: Word) -> bool:
        """Whether an interpunct joins the word to the name before it: 玛丽·居里."""
        here, before = self.text[slice(*word[:2])], self.text[slice(*run[-1][:2])]
        return run[0][2] in _PEOPLE and (here in "·•" or before in "·•") and bool(here)
