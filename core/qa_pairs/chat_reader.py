"""Reading by a language model that chats: shown a few passages with answers, it writes that to one more question.

As in core/qa_pairs/generative_reader.py what it writes is held to pieces of the passage, or to saying that there is
none.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.backbone.causal import CausalLM, Message
from core.errors import InputError
from core.qa_pairs.encoding import windows
from core.qa_pairs.reader import OVERLAP, Found, Reader, Seen, elected

_WINDOW = 1_000  # characters
_ANSWER_TOKENS = 32
_NOTHING = "没有提到"
_RULES = f"根据文章回答问题。答案照抄文章里最短的一段文字，不加别的话；文章没有说的，回答：{_NOTHING}"
_EXAMPLES = (
    ("青石桥建于1843年，长62米，是当地最古老的石桥。", "青石桥有多长？", "62米"),
    ("青石桥建于1843年，长62米，是当地最古老的石桥。", "青石桥是谁设计的？", _NOTHING),
    ("何田在苏州开了一家书店，取名晚风。", "晚风书店在哪里？", "苏州"),
)


class ChatReader(Reader):
    """A language model behind `Reader`'s interface. A span's probability is that of writing it."""

    def __init__(self, lm: CausalLM) -> None:
        if not lm.chats:
            raise InputError("这个语言模型没有对话模板", "this language model has no chat template")
        self.lm = lm

    def __call__(self, asked: Sequence[tuple[str, str]]) -> list[Found]:
        """For each (question, passage) the answer's span in the passage."""
        return [
            elected(passage, [self._seen(question, passage, *span) for span in windows(passage, _WINDOW, OVERLAP)])
            for question, passage in asked
        ]

    def _seen(self, question: str, passage: str, start: int, end: int) -> Seen:
        piece = passage[start:end]
        said = [Message("system", _RULES)]
        for text, asked, answer in _EXAMPLES:
            said += [Message("user", _asked(text, asked)), Message("assistant", answer)]
        prompt = self.lm.render([*said, Message("user", _asked(piece, question))])
        written = self.lm.write(
            prompt, lambda text: False, lambda text: text in piece or _NOTHING.startswith(text), _ANSWER_TOKENS
        )
        answer = written.text.strip()
        if not answer or answer == _NOTHING:
            return Seen((), written.probability)
        at = start + piece.find(answer)
        return Seen((Found((at, at + len(answer)), written.probability),), 0.0)


def _asked(passage: str, question: str) -> str:
    return f"文章：{passage}\n问题：{question}"
