"""Whether somebody's answer means the same as the right one, and why.

What can be told by value or by form (numbers, dates, lists, a name with words around it) is told by rules; what is left
of phrases is for a model of similarity, as answers of pupils are graded by their closeness to a reference
(arXiv:1803.04779). Names are never taken for each other by it: 李冰 and 李白 are close.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import InputError
from core.qa_pairs.aliases import aliases
from core.qa_pairs.amounts import Amount, Date, amounts
from core.qa_pairs.kinds import NAMES, Tagged, asked_kind
from core.qa_pairs.scoring import plain
from core.segmenter import cut_tagged, cut_words
from core.text import check_text, normalise

MAX_GIVEN = 200
_MOST = 500
# Least WRD similarity of phrases that mean the same; chosen on `benchmarks/quiz_answers.jsonl`.
SAME_MEANING = 0.77

Alike = Callable[[str, str], float]

# Several people by the name of one.
_KIN = re.compile("父子|父女|母子|母女|夫妇|夫妻|兄弟|姐妹|姊妹|兄妹|姐弟|家|等|的")
_PEOPLE = frozenset({"nr", "nrt", "nrfg"})
_NAMED = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz"})

# Reasons, in both languages.
REASONS = {
    "equal": ("完全一样", "the same words"),
    "value": ("数值相同", "the same value"),
    "order": ("内容相同，顺序不同", "the same things in another order"),
    "contains": ("含有答案", "the answer is in it"),
    "shorter": ("说的是同一个，名称短些", "the same, by a shorter name"),
    "alias": ("文章里的另一个名字", "another name that the passage gives"),
    "meaning": ("意思相同", "it means the same"),
    "other value": ("数值不同", "another value"),
    "opposite": ("意思相反", "it says the opposite"),
    "part": ("只答了一部分", "only a part of it"),
    "several": ("不止一个答案", "more than one answer"),
    "different": ("和答案不一样", "not the same"),
}
_NO = re.compile(
    r"不(?!但|仅|只|过|同|久|断|少|到|足|管|论|错)|没有?|并?非(?!常|洲|凡)|未(?!来|知)|无(?!论|锡)|别(?!人|的|墅)"
)
_OR = re.compile(r"或者?|还是|要么|\bor\b")
_AND = frozenset({"、", "/", "和", "与", "及", "跟", "以及", "还有"})
_HOW = re.compile("怎么|怎样|如何|为什么|为何|干什么|做什么|有什么")
_FILLING = re.compile(
    r"[的了是在于为由被就也它他她这那其我你们个位名叫做有都会着过吧呢啊呀吗应该可能大概也许好像觉得想认答案约共一从到以对]"
)
# Words behind a name that say what it is and change nothing.
_KIND_WORDS = re.compile(
    r"(?:省|市|县|区|镇|村|州|国|族|人|河|江|山|湖|岛|路|年|月|日|先生|女士|老师|同志|医生|教授|国王|皇帝|将军|总统|这本书|一书|专业|大学|公司|集团|银行)$"
)


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is taken for right, the reason (a key of `REASONS`), and its similarity where that decided."""

    right: bool
    reason: str
    score: float | None = None

    def to_dict(self) -> dict[str, object]:
        """JSON: {right, reason: {zh, en}, score}."""
        zh, en = REASONS[self.reason]
        score = None if self.score is None else round(self.score, 4)
        return {"right": self.right, "reason": {"zh": zh, "en": en}, "score": score}


def judge(question: object, answer: object, given: object, alike: Alike, passage: str = "") -> Verdict:
    """What to say to `given`, somebody's answer to `question`, where `answer` is right.

    Args:
        question: at most 500 characters.
        answer: likewise.
        given: at most MAX_GIVEN.
        alike: WRD similarity of two texts, 1 for equal ones; only asked about phrases.
        passage: where other names of the answer are looked for.

    Raises:
        InputError: a text that is none, too long, or has nothing but punctuation in it.
    """
    asked, right, said = (
        normalise(check_text(text, most)).text.strip()
        for text, most in ((question, 500), (answer, 500), (given, MAX_GIVEN))
    )
    if not plain(said):
        raise InputError("请写出答案", "please write an answer")
    if right == said or (plain(right) == plain(said) and not amounts(right)):
        return Verdict(True, "equal")
    return (
        _opposite(right, said)
        or _by_value(asked, right, said)
        or _by_form(asked, right, said, passage)
        or _by_meaning(asked, right, said, alike)
    )


def _opposite(right: str, said: str) -> Verdict | None:
    """One says no to what the other says; 不见了 says no to nothing in 走丢了."""
    if len(_NO.findall(right)) % 2 == len(_NO.findall(said)) % 2:
        return None
    shared = set(plain(_NO.sub("", right))) & set(plain(_NO.sub("", said))) - set("的了是在很也都")
    return Verdict(False, "opposite") if shared else None


def _by_value(question: str, right: str, said: str) -> Verdict | None:
    """Numbers and dates: each of the right answer must be there, and no other."""
    wanted, found = amounts(right), amounts(said)
    if not wanted:
        return None
    if not found:
        return Verdict(False, "other value") if _bare(right, wanted) else None
    if len(found) > len(wanted):
        hits = sum(any(_equal(question, w, f) for f in found) for w in wanted)
        return Verdict(False, "several" if hits == len(wanted) else "other value")
    pairs = zip(wanted, found, strict=False)
    if not all(_equal(question, w, f) for w, f in pairs):
        return Verdict(False, "other value")
    if len(found) < len(wanted):
        return Verdict(False, "part")
    if _bare(right, wanted) or plain(_without(right, wanted)) == plain(_without(said, found)):
        return Verdict(True, "value")
    return None


def _equal(question: str, right: Amount, said: Amount) -> bool:
    if right.equals(said):
        return True
    if right.kind != "date":
        return False
    year, month, day = right.date
    part: Date | None = None
    if re.search("哪一?年|何年", question):
        part = (year, None, None)
    elif re.search("几月几[日号]|哪一?天", question) and said.kind == "date" and said.date[0] is None and day:
        part = (None, month, day)
    return part is not None and Amount(0, 0, "date", date=part).equals(said)


def _bare(text: str, found: list[Amount]) -> bool:
    """Whether a text says nothing but its amounts."""
    return len(plain(_FILLING.sub("", _without(text, found)))) <= 1


def _without(text: str, found: list[Amount]) -> str:
    for amount in reversed(found):
        text = text[: amount.start] + text[amount.end :]
    return text


def _by_form(question: str, right: str, said: str, passage: str) -> Verdict | None:
    """Lists, more words around the answer, and shorter names."""
    parts = _parts(right)
    if len(parts) > 1:
        given = _parts(re.sub("[,;]", "、", said))
        if parts == given:
            return Verdict(True, "order")
        if given < parts:
            return Verdict(False, "part")
    wanted, got = plain(right), plain(said)
    if wanted in got or plain(_core(right)) in got:
        return _containing(question, wanted if wanted in got else plain(_core(right)), said, len(parts))
    other = {plain(normalise(name).text) for name in aliases(passage, right)}
    if any(name in got for name in other):
        return Verdict(True, "alias")
    if got in wanted:
        return _contained(right, said)
    if _abbreviates(got, right, question):
        return Verdict(True, "shorter")
    return None


def _parts(text: str) -> frozenset[str]:
    words = ("\n" if word in _AND else word for word in cut_words(text, guess=True))
    return frozenset(p for p in map(plain, "".join(words).split("\n")) if p)


def _core(text: str) -> str:
    """A name without the word that says what it is: 北京市 is 北京."""
    short = _KIND_WORDS.sub("", text)
    return short if len(plain(short)) >= 2 and not _another(text, short) else text


def _another(text: str, piece: str) -> bool:
    """Whether a piece of a name is that of something else: 北京 is no name of 北京大学."""
    return _kind(text) == "organisation" and _kind(piece) in ("place", "person")


def _kind(text: str) -> str:
    return Tagged(text).kind((0, len(text)))


def _containing(question: str, wanted: str, said: str, parts: int) -> Verdict | None:
    """An answer with words around it: what follows it makes another thing of it (李冰的儿子), what goes before tells
    more of it (匠师李春)."""
    got = plain(said)
    if _OR.search(said) or len(_parts(said)) > max(parts, 1):
        return Verdict(False, "several")
    after = got[got.index(wanted) + len(wanted) :]
    if not _says_nothing(after, question):
        return Verdict(False, "different")
    return Verdict(True, "contains")


def _says_nothing(words: str, question: str) -> bool:
    """Whether the words only repeat the question, or are such as every answer may have."""
    if words[:1] == "的" and len(words) > 1:  # what belongs to it is not it
        return words[1:] in question
    asked = set(question)
    left = [w for w, flag in cut_tagged(words) if not set(w) <= asked and flag[:1] not in ("u", "y", "p", "c", "r")]
    text = _KIND_WORDS.sub("", _FILLING.sub("", "".join(left)))
    return not text


def _contained(right: str, said: str) -> Verdict | None:
    """Less than the answer: its head, which stands at the end, is enough of it, and so is a name without its kind or
    title."""
    wanted, got = plain(right), plain(said)
    before, after = wanted.split(got, 1)
    kept = {flag for _, flag in cut_tagged(got)}
    titled = bool(kept & _PEOPLE) and not _KIN.match(after) and len(list(cut_words(after))) == 1
    if len(_parts(right)) > 1 or _another(right, got) or (after and not titled and _KIND_WORDS.sub("", after)):
        return Verdict(False, "part")
    starts = {len(plain(right[:a])) for a, _, _ in Tagged(right).words}
    if before and not kept & _NAMED and (len(before) not in starts or _any_name(before) or kept <= {"n"}):
        named = _any_name(before)
        return Verdict(False, "part") if named or not kept & {"n", "vn", "l"} else Verdict(True, "shorter")
    return Verdict(True, "shorter")


def _any_name(text: str) -> bool:
    return any(flag in _NAMED for _, flag in cut_tagged(text))


def _abbreviates(got: str, right: str, question: str) -> bool:
    """北大 for 北京大学: characters of it in their order, the first among them, of an organisation's name; 中国 for
    中华人民共和国: the last as well."""
    wanted = plain(right)
    kinds = {asked_kind(question), _kind(right)} & {"organisation", "place"}
    if not kinds or not 2 <= len(got) < len(wanted) or got[0] != wanted[0]:
        return False
    if "organisation" not in kinds and got[-1] != wanted[-1]:
        return False
    if _another(right, got):
        return False
    rest = iter(wanted)
    return all(c in rest for c in got)


def _by_meaning(question: str, right: str, said: str, alike: Alike) -> Verdict:
    # jieba takes many a rare word for a name; how and why ask for none.
    if not _HOW.search(question) and {asked_kind(question), _kind(right), _kind(said)} & NAMES:
        return Verdict(False, "different")
    if sorted(plain(right)) == sorted(plain(said)):  # 由绿变黄, 由黄变绿
        return Verdict(False, "different")
    score = alike(right, said)
    if score >= SAME_MEANING and any(alike(less, said) >= score for less in _lesser(right, said)):
        return Verdict(False, "part", score)
    if score >= SAME_MEANING and all(map(plain, rests := _rests(right, said))):
        score = min(score, alike(*rests))
    return Verdict(True, "meaning", score) if score >= SAME_MEANING else Verdict(False, "different", score)


def _lesser(right: str, said: str) -> list[str]:
    """The answer without one of its parts, each in turn, where `said` has fewer: 排洪 is like 泄洪 of 泄洪和排沙."""
    parts = sorted(_parts(right), key=plain(right).find)
    if len(_parts(said)) >= len(parts):
        return []
    return ["和".join(p for p in parts if p != left) for left in parts]


def _rests(a: str, b: str) -> tuple[str, str]:
    """Two texts without the words that both begin or end with: what they say of the same thing is what counts."""
    x, y = list(cut_words(a)), list(cut_words(b))
    while x and y and x[0] == y[0]:
        x, y = x[1:], y[1:]
    while x and y and x[-1] == y[-1]:
        x, y = x[:-1], y[:-1]
    return "".join(x), "".join(y)
