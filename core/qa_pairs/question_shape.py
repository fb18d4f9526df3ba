"""Whether what was made of a clause has the shape of a question, and what is left out of it for that."""

from __future__ import annotations

import re

from core.segmenter import cut_tagged

_HANGING = re.compile(
    r"[时后前][它他她]|(?:[后时前的和与在于对被把由将]|的话|以来|介绍|表示|认为|指出|说|称|发现|推断|测出|推测|估计|证明|表明|说明|得知|告诉[\u4e00-\u9fff]{1,4})\?$|什么后\?|从(?:多少|几|哪一?).{1,3}(?:起|开始)\?$|[起来]\?$|[【】—]"
    r"|(?:依靠|凭借|利用|通过|借助|沿着?|随着|按照|根据|经过)[^,，的]{1,10}\?$"
)
_TWICE = re.compile("为什么(?:为了|因为?|由于)|(?:哪一年|什么时候|哪一天)(?:为了|因为|由于)[^,，]*\\?$")
_WHEN_OR_WHERE = re.compile("(?:哪一年|什么时候|哪一天|什么地方|哪里|哪个国家)\\?$")
_BEGINS_IN = re.compile(r"[的地得了着过被把和与及或,、)）\]”》]")
_STRAY = re.compile(
    r"(?:还|也|又|便|则|就|(?<!到)才|终于)(?=哪|多少|几|什么时候|为什么)|(?<=[年候天])(?<!到哪一年)(?<!到哪一天)(?<!到什么时候)(?:便|就|才)(?=..)"
)
_NOTHING_IN = re.compile(r"\([\s、,;]*\)")
_ASIDE = re.compile(r"\((?![^()]*(?:什么|哪|谁|多少|几))[^()]{1,20}\)")
_THEN = re.compile("^(?:后来?又?|随后|此后|便|就|则|却|也|又|还)(?=.)(?!人|代|续|面|方|者|期)")
_STATES = frozenset(("是", "有", "为", "属", "叫", "在", "位于"))
_COUNTS = frozenset(("多少", "几"))


def without_asides(question: str) -> str:
    """The question without brackets that ask for nothing."""
    return _ASIDE.sub("", _NOTHING_IN.sub("", question))


def without_stray(question: str) -> str:
    """The question without words that tied its clause to what is not asked: 还, 就 before the question word."""
    return _STRAY.sub("", question)


def unjoined(told: str) -> str:
    """What is told without a word at its beginning that joins it to what was told before: 后来, 则."""
    return _THEN.sub("", told)


def stands(question: str) -> bool:
    """Whether it is a sentence: something is said, and nothing is left hanging."""
    if _HANGING.search(question) or _BEGINS_IN.match(question) or _TWICE.search(question):
        return False
    words = list(cut_tagged(question))
    verbs = {w for w, f in words if f[0] == "v" or w in _STATES}
    if _WHEN_OR_WHERE.search(question):
        verbs -= {"是", "在", "到"}  # 天坛是哪一年
    return bool(verbs) or any(w in _COUNTS for w, _ in words)
