"""Types of what views are sent, for tsc: written from the dataclasses whose JSON it is.

python -m demos.views.write_types            # writes types.d.ts
python -m demos.views.write_types --check    # fails where it is out of date
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from core import tasks

_FILE = Path(__file__).with_name("types.d.ts")
_HEAD = """\
// Written by demos/views/write_types.py from the Python classes of the same names; `make check` compares.
"""
# Fields that `to_dict` writes in another form than the class holds them; None for those that it leaves out.
_OTHERWISE = {
    "text2sql.Sketch.shortlist": "{ order: text2sql.Order; limit: number } | null",
    "triples.TriplesResult.text": None,
    "triples.EventsResult.text": None,
    "similarity.SearchResult.query": None,
}
# Operations whose results are arrays and tables, of which `to_dict` makes something else.
_MADE_ANEW = ("similarity.compare", "text2sql.ask")
_PLAIN: dict[Any, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
    Any: "any",
    date: "string",
    datetime: "string",
    dict: "Record<string, any>",
}


def shown() -> tuple[type, ...]:
    """What is JSON with the class's own fields: what can be asked, what comes of it, and the insides that views draw.
    What they hold is written, too."""
    from core.qa_pairs.explain import Inside as QAInside
    from core.qa_pairs.pair import Reached
    from core.similarity.explain import CostliestWord
    from core.text2sql.database import Rows
    from core.text2sql.form_units import Measure
    from core.text2sql.grid import Left
    from core.text2sql.profile import Column
    from core.text2sql.refusal import Refusal
    from core.text2sql.sketch import Sketch
    from core.triples.event_schema import EventType
    from core.triples.explain import CasRelInside, EventsInside, GPLinkerInside
    from core.triples.schema import Relation
    from core.xiangqi.explain import Inside as XiangqiInside
    from core.xiangqi.explain import Opinion

    asked = [operation for _, operation in tasks.operations()]
    return (
        *(operation.request for operation in asked),
        *(operation.result_type for operation in asked if operation.name not in _MADE_ANEW),
        *(QAInside, Reached, CostliestWord, Column, Left, Measure, Refusal, Rows, Sketch),
        *(CasRelInside, GPLinkerInside, EventsInside, EventType, Relation, Opinion, XiangqiInside),
    )


def write(classes: Iterable[type]) -> str:
    """The declarations of `classes` and of those that they hold, a namespace for each task."""
    spaces: dict[str, dict[str, type]] = {}
    told: dict[type, str] = {}

    def name(cls: type) -> str:
        space = _space(cls)
        names = spaces.setdefault(space, {})
        if names.setdefault(cls.__name__, cls) is not cls:
            raise ValueError(f"two classes are called {space}.{cls.__name__}")
        if cls not in told:
            told[cls] = ""  # a class may hold itself
            told[cls] = _interface(cls, name)
        return f"{space}.{cls.__name__}"

    for cls in classes:
        name(cls)
    blocks = [
        f"export namespace {space} {{\n{''.join(told[cls] for _, cls in sorted(names.items()))}}}\n"
        for space, names in sorted(spaces.items())
    ]
    return "\n".join([_HEAD, *blocks])


def _space(cls: type) -> str:
    """The task that a class is about: core.triples.explain → triples."""
    parts = cls.__module__.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def _interface(cls: type, name: Callable[[type], str]) -> str:
    hints = get_type_hints(cls)
    lines = [f"  interface {cls.__name__} {{"]
    for field, hint in hints.items():
        if get_origin(hint) is ClassVar:
            # A mark such as `kind` tells classes apart; any other is no data.
            value = getattr(cls, field, None)
            if isinstance(value, str):
                lines.append(f'    {field}: "{value}";')
        elif not field.startswith("_"):
            place = f"{_space(cls)}.{cls.__name__}.{field}"
            told = _OTHERWISE[place] if place in _OTHERWISE else _type(hint, name)
            if told is not None:
                lines.append(f"    {field}: {told};")
    return "\n".join([*lines, "  }\n"])


def _type(hint: Any, name: Callable[[type], str]) -> str:
    origin, args = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and (dataclasses.is_dataclass(hint) or is_typeddict(hint) or hasattr(hint, "_fields")):
        return name(hint)
    if origin is Literal:
        return " | ".join(f'"{arg}"' if isinstance(arg, str) else str(arg).lower() for arg in args)
    if origin in (Union, types.UnionType):
        return " | ".join(dict.fromkeys(_type(arg, name) for arg in args))
    if origin is tuple and args[-1:] != (...,):
        return f"[{', '.join(_type(arg, name) for arg in args)}]"
    if origin in (tuple, list, Sequence, Iterable):
        inner = _type(args[0], name)
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if origin in (dict, Mapping):
        return f"Record<string, {_type(args[1], name)}>"
    raise TypeError(f"no JSON is known for {hint}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the file is out of date")
    wanted = write(shown())
    if not parser.parse_args(arguments).check:
        _FILE.write_text(wanted, encoding="utf-8")
    elif not _FILE.exists() or _FILE.read_text(encoding="utf-8") != wanted:
        print(f"{_FILE} is out of date: python -m demos.views.write_types", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
