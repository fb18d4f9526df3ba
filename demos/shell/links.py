"""What a link or a step of a deck carries: a tab and its input. Whoever wrote it is not to be trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from core import catalog
from core.errors import InputError
from core.qa_pairs import MAX_CHARS as MAX_PASSAGE
from core.similarity import MAX_CHARS as MAX_SENTENCE
from core.text import check_text
from core.text2sql.pipeline import MAX_QUESTION
from core.triples import MAX_CHARS as MAX_TEXT
from core.xiangqi.session import describe, read_game
from demos.text2sql.tables import SAMPLES

# Of a link's query: longer ones come from no page of ours, and what lies between would cut them off.
MAX_QUERY = 20_000
_MAX_FIELDS = 12

Input = dict[str, Any]


def _texts(**limits: int) -> Callable[[Mapping[str, Any]], Input]:
    """Reads the texts named, each of at most so many characters."""

    def read(given: Mapping[str, Any]) -> Input:
        return {name: check_text(given.get(name), most) for name, most in limits.items()}

    return read


def _game(given: Mapping[str, Any]) -> Input:
    # A step of a deck comes back from the page as it was read before.
    game = describe(read_game(given.get("moves") or "", given.get("fen") or given.get("start")))
    return {"start": game["start"], "moves": game["moves"]}


def _question(given: Mapping[str, Any]) -> Input:
    example = given.get("example", next(iter(SAMPLES)))
    if not isinstance(example, str) or example not in SAMPLES:
        names = "、".join(SAMPLES)
        raise InputError(f"没有这张示例表格，可用：{names}", f"no such sample table; there are {', '.join(SAMPLES)}")
    question = check_text(given.get("question"), MAX_QUESTION)
    return {"example": example, "table": SAMPLES[example], "question": question}


# Tab → what may be given, and what reads it.
_READERS: dict[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any]], Input]]] = {
    "triples": (("text", "model"), _texts(text=MAX_TEXT)),
    "qa_pairs": (("passage",), _texts(passage=MAX_PASSAGE)),
    "xiangqi": (("moves", "fen"), _game),
    "similarity": (("a", "b", "model"), _texts(a=MAX_SENTENCE, b=MAX_SENTENCE)),
    "text2sql": (("example", "question"), _question),
}


def fields(tab: str) -> tuple[str, ...]:
    """The names of what `tab` can be given; none where there is no such tab."""
    return _READERS[tab][0] if tab in _READERS else ()


def read_input(tab: object, given: Mapping[str, Any]) -> Input:
    """The input of `tab`, ready to be filled in; what else is given is left out.

    Raises:
        InputError: no such tab, or an input that the tab itself would refuse: too long, none at all, an illegal move.
    """
    if not isinstance(tab, str) or tab not in _READERS:
        names = "、".join(_READERS)
        raise InputError(f"没有这个标签页，可用：{names}", f"no such tab; there are {', '.join(_READERS)}")
    known, read = _READERS[tab]
    found = read(given)
    model = given.get("model")
    if "model" in known and model is not None:
        if not isinstance(model, str) or model not in catalog.bundled(tab):
            offered = catalog.bundled(tab)
            raise InputError(
                f"没有这个模型，可用：{'、'.join(offered)}", f"no such model; there are {', '.join(offered)}"
            )
        found["model"] = model
    return found


def parse_query(query: object) -> dict[str, str]:
    """The fields of a link's query ("?tab=triples&text=..."), the first of each name.

    Raises:
        InputError: it is no text, too long, or has too many fields.
    """
    if not isinstance(query, str):
        raise InputError("链接应为文字", "the link must be text")
    if len(query) > MAX_QUERY:
        raise InputError(
            f"链接太长：{len(query):,} 个字符，上限 {MAX_QUERY:,}",
            f"the link is too long: {len(query):,} characters, the limit is {MAX_QUERY:,}",
        )
    try:
        found = parse_qs(query.removeprefix("?"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise InputError("链接里的参数太多", "the link has too many parameters") from error
    return {name: values[0] for name, values in found.items()}
