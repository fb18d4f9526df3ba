"""The question word for an answer where it stands: 哪一年 for a year, 多少米 for metres, 谁 for a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.qa_pairs.amount_words import AMOUNT, ROUGH_NUMERALS, Put, amount_words, date_words, is_amount
from core.qa_pairs.encoding import Span
from core.qa_pairs.kinds import SURNAMES, Tagged, is_organisation, is_thing

# Measure words for what has a name ending so.
_CALLED = (
    ("哪所", "大学|学院|学校|中学|小学|研究所|研究院"),
    ("哪家", "公司|集团|银行|医院|出版社|报社|企业|饭店|酒店|工厂|餐厅"),
    (
        "哪个",
        "省|镇|乡|村|国家|半岛|群岛|平原|高原|盆地|沙漠|海峡|湖|(?<=..)(?:市|县|(?<![山地景社校厂林矿牧])区|州|港|站)",
    ),
    ("哪个", "朝代|民族|部门|委员会|协会|学会|组织|俱乐部|球队|乐队|机构|时期|阶段|学科"),
    ("哪个", "奖|节|节日|项目|系统|平台|品种|品牌"),
    ("哪座", "剧院|大厦|体育馆|教堂|纪念馆|山|峰|寺|庙|塔|桥|城|宫|岛|博物馆|图书馆|水库|火山|大桥"),
    ("哪条", "河|江|路|街|铁路|公路|山脉|运河|线"),
    ("哪场", "战争|战役|比赛|起义|运动"),
)
_NAMED = tuple((measure, re.compile(f"..*?({ends})$")) for measure, ends in _CALLED)
_COUNTRIES = re.compile(
    "中国|美国|英国|法国|德国|日本|韩国|朝鲜|印度|泰国|俄国|俄罗斯|苏联|意大利|西班牙|葡萄牙|荷兰|瑞士|瑞典|挪威|丹麦|芬兰"
    "|奥地利|比利时|希腊|波兰|埃及|巴西|阿根廷|墨西哥|加拿大|澳大利亚|新西兰|越南|缅甸|老挝|柬埔寨|马来西亚|新加坡|印度尼西亚"
    "|菲律宾|巴基斯坦|伊朗|伊拉克|土耳其|以色列|南非|肯尼亚|智利|秘鲁|匈牙利|捷克|爱尔兰|乌克兰|蒙古|尼泊尔"
)
_WORKS = {
    noun: measure
    for measure, nouns in (
        ("哪部", "电影|影片|小说|电视剧|专著|著作|诗集|剧"),
        ("哪本", "书|杂志|教材"),
        ("哪首", "歌曲|诗|词|歌"),
        ("哪篇", "散文|文章|论文"),
        ("哪张", "专辑"),
        ("哪幅", "画|油画"),
    )
    for noun in nouns.split("|")
}
_SUFFIXES = {"省": "省份", "市": "城市", "国": "国家", "峰": "山峰"}
_UNIT = re.compile("[省市县区州镇乡村](?![的里中内外])")  # of which a place is the name: 南桥 in 南桥市
PLACED = re.compile(r"(?:在|于|到|至|往|从|去|来自|位于|赴|抵达|前往|运往|达|入|处|向|回)$")
_PERIOD = re.compile(r"[^,;]*[年月日][^,;]*[至到~—-][^,;]*[年月日号点天底初]")
_EACH = re.compile(rf"每[\u4e00-\u9fff]{{1,3}}[\d{ROUGH_NUMERALS}].*")
_BY = re.compile("(?:由|被|请|让)$")
_DOERS = re.compile("[员者师长家队民生会局委班站部校]$")
_YEARS = re.compile(r"\d+[年月日]")
_MADE_OF = re.compile("(?:等|共同)?(?:组成|构成|制成|做成|形成|引起|造成|变成|改编)")
_SOMEBODY = re.compile("(?:妻子|丈夫|儿子|女儿|父亲|母亲|弟弟|哥哥|姐姐|妹妹|孙子|学生|老师|弟子|徒弟)$")
_PEOPLE = re.compile(
    "(?:同学|同学们|学生|人们|村民|居民|游客|观众|乘客|旅客|工人|农民|渔民|牧民|士兵|孩子|孩子们|老人|家长|志愿者|运动员|群众|百姓)$"
)
_FEW_THINGS = re.compile(rf"[\d{ROUGH_NUMERALS}]+[个种条项类][\u4e00-\u9fff]+")
_LISTED = re.compile(r"、|(?<=..)(?:和|与|及|以及)(?=..)")
_KINDS_OF = frozenset("国省市县州城镇村岛河江湖海山峰桥书剧奖队党族语")  # characters that name a kind alone
_ETC = re.compile(r"^等(?![候待到于])(?:等|(?P<kind>[\u4e00-\u9fff]{1,4}?)(?=[,。;]|$|[的为是在有])|)")
_APPOSITIVE = frozenset(("n", "nz", "ns", "nt", "j", "vn", "b", "a", "nr"))
_WORDS = frozenset(("n", "v", "vn", "a", "b", "l", "i", "ns", "nt"))
_VERBAL = frozenset(("v", "vd", "vi", "d", "p", "a", "ad"))
_INCLUDES = re.compile(r"(?:有|包括|包含|分为|分成|分|含|含有|是|为|具有|涵盖|由|设|设有)$")
_DOES = re.compile(
    r"(?:可以|能够|可|能|应当|应该|应|须|必须|需要|需|要|会|不得|不能|不可|禁止|负责|用来|用于|开始|可用来|方便|便于|打算|决定|计划|帮助|有助于)$"
)
_IS = re.compile(r"(?:是|指的是|指|即|叫做|叫作|叫|名叫|名为|称为|称作|称|又称|俗称|意思是|意为|为|成为|作为|当|作)$")
_NAMING = re.compile(
    r"(?:叫|叫做|叫作|名叫|称为|称作|俗称|又称|亦称|简称|古称|旧称|别称|被称为|称之为|名为|取名|起名)$"
)
_MANNER = re.compile(r"(?:通过|靠|凭|凭借|依靠|利用|采用|运用|用|以|借助|经过)$")


def question_words(tagged: Tagged, span: Span, clause: Span) -> Iterator[Put]:
    """Question words for what stands in `span`, within `clause`, of the passage, the likeliest first; none where it is
    no name, amount or phrase that one could stand for."""
    answer = tagged.text[slice(*span)]
    left, right = tagged.text[clause[0] : span[0]], tagged.text[span[1] : max(clause[1], span[1])]
    kind = tagged.kind(span)
    date = next((a for a in tagged.amounts if a.kind == "date" and a.start == span[0] and a.end == span[1]), None)
    if date:
        yield from date_words(date, left)
        return
    if _PERIOD.fullmatch(answer):
        yield Put("什么时候")
        return
    if tagged.cuts(span) or (kind in ("place", "phrase") and _UNIT.match(right)):
        return
    if any(a.start <= span[0] and span[1] <= a.end and a.end - a.start > span[1] - span[0] for a in tagged.amounts):
        return  # a part of a date or an amount
    if is_amount(answer):
        yield from amount_words(answer, kind, left, right)
        return
    etc = _ETC.match(right)
    listed = len(_LISTED.findall(answer)) > 0 and kind in ("phrase", "place", "organisation", "name")
    if listed or etc:
        yield from _lists(answer, left, right, etc)
        return
    if _NAMING.search(left):
        yield Put("什么")
        return
    if kind in ("phrase", "organisation", "name") and _PEOPLE.search(answer) and tagged.flags(span)[-1:] != ["v"]:
        yield Put("谁")
        return
    if left.endswith("《") and right.startswith("》"):
        yield Put("哪部作品", 1, 1)
        yield Put("什么", 1, 1)
        return
    quoted = left[-1:] in "“「『" and right[:1] in "”」』" and bool(left and right)
    if quoted:
        yield Put("什么", 1, 1)
        return
    if kind == "person" and PLACED.search(left):
        yield Put("哪里")  # 刘家港
        return
    if kind == "person" and "·" not in answer and not tagged.has_person(span):
        return
    before = tagged.ending(span[0])
    titled = before is not None and before[2] == "n"  # 石匠周大山 is no mountain, 是乔戈里峰 is
    if kind == "person" or ((kind != "place" or titled) and _is_name(tagged, span)):
        yield from _people(tagged, span, clause)
    if kind == "person":
        return
    if kind == "title" or answer.startswith("《"):
        yield from _works(left)
    elif kind in ("place", "organisation", "name"):
        yield from _names(answer, kind, left)
    else:
        yield from _phrases(tagged, span, clause)


def _is_name(tagged: Tagged, span: Span) -> bool:
    """Whether the span may be a name that the lexicon does not know: it begins with a surname, and behind a title
    (石匠周大山), or is no word: 郭东野, and not 高粱酒."""
    if not (2 <= span[1] - span[0] <= 4 and tagged.text[span[0]] in SURNAMES):
        return False
    inside = tagged.within(span)
    if is_thing(tagged.text[slice(*span)]) or (len(inside) > 1 and inside[0][1] - inside[0][0] > 1):
        return False  # 叶绿体, 白色的
    before = tagged.ending(span[0])
    titled = before is not None and before[2] == "n"
    return titled or not inside or inside[-1][1] - inside[-1][0] == 1 or inside[-1][2] not in _WORDS


def _lists(answer: str, left: str, right: str, etc: re.Match[str] | None) -> Iterator[Put]:
    if AMOUNT.match(answer) or _YEARS.match(answer):
        return
    kind = etc and etc["kind"]
    gone = len(etc[0]) if etc else 0
    if right.startswith("等地") or (PLACED.search(left) and etc):
        yield Put("哪些地方", 0, 2 if right.startswith("等地") else gone)
        return
    if kind:
        yield Put("哪些" + kind, 0, gone)
        return
    last = _LISTED.split(answer)[-1]
    if all(part.startswith("《") for part in re.findall("《[^》]*》|[^、]+", answer)):
        yield Put("哪些作品", 0, gone)
        return
    if _INCLUDES.search(left):
        yield Put("哪些", 0, gone) if re.search("(?:有|包括|包含|分为|分成|含|涵盖)$", left) else Put("什么", 0, gone)
    yield Put("什么", 0, gone)
    shared = next((n for n in (2, 1) if all(p.endswith(last[-n:]) for p in _LISTED.split(answer)) and len(last) > n), 0)
    if shared and (shared > 1 or last[-1] in _KINDS_OF):
        yield Put("哪些" + last[-shared:], 0, gone)


def _people(tagged: Tagged, span: Span, clause: Span) -> Iterator[Put]:
    behind = tagged.within((clause[0], span[0]))
    begin = span[0]
    for a, b, flag in reversed(behind):
        if b != begin or flag not in _APPOSITIVE:
            break
        begin = a
    title = tagged.text[begin : span[0]]
    if title and behind[-1][2] in ("n", "nz", "b", "vn"):
        yield Put("哪位" + title, len(title))
    else:
        yield Put("谁")


def _works(left: str) -> Iterator[Put]:
    for noun in sorted(_WORKS, key=len, reverse=True):
        if left.endswith(noun):
            yield Put(_WORKS[noun] + noun, len(noun))
            return
    yield Put("哪部作品")
    yield Put("什么")


def _names(answer: str, kind: str, left: str) -> Iterator[Put]:
    if kind == "place" and PLACED.search(left):
        yield Put("哪里")
    for measure, ends in _NAMED:
        if found := ends.match(answer):
            yield Put(measure + _SUFFIXES.get(found[1], found[1]))
            break
    if kind == "place":
        yield Put("什么" if left.endswith("是") else "什么地方")
        if _COUNTRIES.fullmatch(answer):
            yield Put("哪个国家")
    elif kind == "organisation" and is_organisation(answer):
        yield Put("哪个机构")
    else:
        yield Put("什么")


def _is_noun_phrase(flags: Sequence[str]) -> bool:
    """Whether words with these parts of speech end in a noun that whatever is said before it belongs to."""
    first_noun = max((i for i, f in enumerate(flags) if f == "uj"), default=-1) + 1
    told = flags[first_noun:]
    return (
        flags[0] not in ("p", "c", "d", "u", "ul", "uz")
        and bool(told)
        and told[-1][0] in "nljiex"
        and not any(f[0] in "vpd" and f != "vn" for f in told)
    )


def _verbal(flags: Sequence[str]) -> bool:
    return bool(flags) and flags[0] in _VERBAL and any(f.startswith("v") and f != "vn" for f in flags)


def _phrases(tagged: Tagged, span: Span, clause: Span) -> Iterator[Put]:
    left, right = tagged.text[clause[0] : span[0]], tagged.text[span[1] : max(clause[1], span[1])]
    flags = tagged.flags(span)
    if not flags:
        return
    answer = tagged.text[slice(*span)]
    verbal = _verbal(flags)
    if flags[0] == "ns" and PLACED.search(left) and _is_noun_phrase(flags):
        yield Put("哪里")
        return
    if _EACH.fullmatch(answer):
        yield Put("多少")
        return
    if _FEW_THINGS.fullmatch(answer):
        return  # 两个来源 does not say which
    if _BY.search(left) and not _MADE_OF.match(right) and (_DOERS.search(answer) or tagged.has_person(span)):
        yield Put("谁")
        return
    if _MANNER.search(left):
        yield Put("什么")
        if verbal:
            yield Put("什么方法")
        return
    if _IS.search(left):
        last = tagged.ending(span[1])
        named = last is not None and tagged.has_person(last[:2])
        who = named or _SOMEBODY.search(answer) or (left.endswith("是") and tagged.has_person((clause[0], span[0])))
        yield Put("谁" if who else "什么")
        return
    if verbal:
        if "," not in answer and _DOES.search(left) and not right:
            yield Put("做什么")
        return
    if len(answer) > 20 or not _is_noun_phrase(flags):
        return
    yield Put("什么")
    for measure, ends in _NAMED:
        if found := ends.match(answer):
            yield Put(measure + found[1])
            break
    words = tagged.within(span)
    if len(words) > 1 and words[-1][2] in ("n", "vn", "ng"):
        yield Put("什么" + tagged.text[words[-1][0] : words[-1][1]])
        if words[-2][2] == "uj":
            yield Put("什么样的" + tagged.text[words[-1][0] : words[-1][1]])
