"""Triples by a language model that chats: shown a few sentences with theirs, it writes those of one more, a line each.

The examples are ours for the relations that there are, or the user's own for any other (kexue.fm/archives/7912).
What it writes counts only where subject and object stand in the sentence and the relation is one of the schema's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from core.backbone.causal import CausalLM, Message
from core.errors import InputError
from core.triples.explain import Inside
from core.triples.model import TriplesConfig
from core.triples.schema import RELATIONS
from core.triples.triple import Found, Span

_MAX_CHARS = 256
_MOST_LINES, _LINE_TOKENS = 12, 64
NOTHING, NOTHING_SAID = "无", "昨天傍晚下了一场大雨，路上的车都开得很慢。"
# No spaces around the bars: after one, Chinese is cut into other tokens than in the sentence, and copied wrong.
_RULES = (
    "从句子中抽取三元组，每行一个，写成：主语|关系|宾语。主语和宾语照抄句子里的文字，关系只能是下面这些：{names}。"
    "句子里没有这些关系时，只写：无"
)
SHOWN = (
    (
        "《雾都来信》是周启明执导的悬疑片，由林若兰主演，2011年5月3日上映。",
        "雾都来信|导演|周启明\n雾都来信|主演|林若兰\n雾都来信|上映时间|2011年5月3日",
    ),
    (NOTHING_SAID, NOTHING),
    (
        "陈望山1962年出生于湖南长沙，毕业于武汉大学，后来创办了远山科技。",
        "陈望山|出生日期|1962年\n陈望山|出生地|湖南长沙\n陈望山|毕业院校|武汉大学\n远山科技|创始人|陈望山",
    ),
)


class ChatExtractor:
    """A language model in the place of `core.triples.extractor.Extractor`. A triple's score is the model's probability
    of the whole line that says it, each token after those before, which is not calibrated: all are kept."""

    def __init__(
        self, lm: CausalLM, relations: Collection[str] = RELATIONS, shown: Sequence[tuple[str, str]] = SHOWN
    ) -> None:
        if not lm.chats:
            raise InputError("这个语言模型没有对话模板", "this language model has no chat template")
        self.lm = lm
        self.relations = list(relations)
        self.config = TriplesConfig(relations=self.relations, threshold=0.0, max_tokens=_MAX_CHARS)
        self._shown = [Message("system", _RULES.format(names="、".join(self.relations)))]
        for sentence, lines in shown:
            self._shown += [Message("user", sentence), Message("assistant", lines)]

    @classmethod
    def by_example(cls, lm: CausalLM, rows: Sequence[dict[str, Any]]) -> ChatExtractor:
        """For the relations of labelled sentences {"text", "spo_list"}, shown with one that says nothing of them."""
        relations = dict.fromkeys(spo["predicate"] for row in rows for spo in row["spo_list"])
        lines = [(row["text"], "\n".join(map(_line, row["spo_list"])) or NOTHING) for row in rows]
        return cls(lm, list(relations), [(NOTHING_SAID, NOTHING), *lines])

    def extract(self, sentences: Sequence[str]) -> list[list[Found]]:
        """The triples of each sentence, each once."""
        return [self._extract(sentence) for sentence in sentences]

    def inside(self, sentence: str, original: Callable[[Span], str] | None = None) -> Inside:
        """Raises InputError: nothing of a language model is drawn."""
        raise InputError("语言模型的内部没有图示", "the inside of a language model is not drawn")

    def _extract(self, sentence: str) -> list[Found]:
        said, found = "", dict[tuple[Span, str, Span], Found]()
        for _ in range(_MOST_LINES):
            prompt = self.lm.render([*self._shown, Message("user", sentence)], said)
            written = self.lm.write(prompt, lambda text: "\n" in text, tokens=_LINE_TOKENS)
            line, newline, _ = written.text.partition("\n")
            triple = read_line(line, sentence, self.relations)
            if triple is not None and triple not in found:
                found[triple] = Found(*triple, written.probability)
            # A line that comes again would come for ever.
            if not newline or not line.strip() or f"{line}\n" in said:
                break
            said += f"{line}\n"
        return list(found.values())


def _line(spo: dict[str, Any]) -> str:
    return f"{spo['subject']}|{spo['predicate']}|{spo['object']}"


def read_line(line: str, sentence: str, relations: Collection[str] = RELATIONS) -> tuple[Span, str, Span] | None:
    """The triple that a line says of `sentence`, its ends where they stand first; None where it says none."""
    parts = [part.strip() for part in line.replace("｜", "|").split("|")]
    if len(parts) != 3 or parts[1] not in relations or not parts[0] or not parts[2]:
        return None
    starts = sentence.find(parts[0]), sentence.find(parts[2])
    if min(starts) < 0:
        return None
    subject, item = ((start, start + len(text)) for start, text in zip(starts, (parts[0], parts[2]), strict=True))
    return subject, parts[1], item
