"""What may be compared and searched; messages say which sentence is meant."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import InputError
from core.similarity import MAX_SENTENCES, MAX_TOTAL_CHARS
from core.similarity.embedding import Sentence, prepare

_SIDES = {"a": ("句子一", "sentence A"), "b": ("句子二", "sentence B"), "query": ("查询句", "the query")}


def read_sentence(name: str, text: object) -> Sentence:
    """The sentence `text`; `name` is a, b, query or its number. Raises InputError where it cannot be compared."""
    try:
        return prepare(text)
    except InputError as error:
        zh, en = _SIDES.get(name, (f"第 {name} 句", f"sentence {name}"))
        raise InputError(f"{zh}：{error.zh}", f"{en}: {error.en}") from error


def check_sentences(sentences: object) -> None:
    """Raises InputError where `sentences` is no list of strings, or one too long for a search."""
    if not isinstance(sentences, Sequence) or isinstance(sentences, str | bytes):
        raise InputError("需要一个句子列表", "a list of sentences is needed")
    if len(sentences) > MAX_SENTENCES:
        raise InputError(
            f"句子太多：{len(sentences):,} 句，上限 {MAX_SENTENCES:,} 句；没有处理任何一句",
            f"too many sentences: {len(sentences):,}, the limit is {MAX_SENTENCES:,}; none was read",
        )
    if not all(isinstance(s, str) for s in sentences):
        raise InputError("句子列表里有不是文字的项", "the list of sentences holds something that is no text")
    if sum(map(len, sentences)) > MAX_TOTAL_CHARS:
        raise InputError(
            f"句子总长超过 {MAX_TOTAL_CHARS:,} 个字符；没有处理任何一句",
            f"the sentences have more than {MAX_TOTAL_CHARS:,} characters in all; none was read",
        )
    if not any(map(str.strip, sentences)):
        raise InputError("没有可以比较的句子", "there is no sentence that could be compared")


def read_flag(value: object) -> bool:
    """`value` as a truth value. Raises InputError where it is none."""
    if not isinstance(value, bool):
        raise InputError("norms 须为 true 或 false", "norms must be true or false")
    return value
