"""What a link or a step of a deck carries: a tab and its input. Whoever wrote it is not to be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from core import catalog
from core.errors import InputError
from demos.shell.card import Input, links

# Of a link's query: longer ones come from no page of ours, and what lies between would cut them off.
MAX_QUERY = 20_000
_MAX_FIELDS = 12


def fields(tab: str) -> tuple[str, ...]:
    """The names of what `tab` can be given; none where there is no such tab."""
    return links()[tab].fields if tab in links() else ()


def read_input(tab: object, given: Mapping[str, Any]) -> Input:
    """The input of `tab`, ready to be filled in; what else is given is left out.

    Raises:
        InputError: no such tab, or an input that the tab itself would refuse: too long, none at all, an illegal move.
    """
    if not isinstance(tab, str) or tab not in links():
        names = "、".join(links())
        raise InputError(f"没有这个标签页，可用：{names}", f"no such tab; there are {', '.join(links())}")
    found = links()[tab].read(given)
    model = given.get("model")
    if "model" in fields(tab) and model is not None:
        catalog.check_offered(tab, model)
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
