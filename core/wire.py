"""What pipelines are asked and answer, as JSON and back: plain values, arrays, dates and `core`'s own dataclasses.

Reading makes nothing but these, so that bytes from another process cannot run code in this one. A table, which may have
200,000 rows, is named by its key; whoever reads has it, or asks for it.
"""

from __future__ import annotations

import base64
import dataclasses
import importlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import InputError
from core.operation import STAYS
from core.text import Normalised, normalise

if TYPE_CHECKING:
    from core.text2sql.table import Table

# Marks an object that stands for something that JSON has no word for.
_KIND = "$"
_ARRAYS = frozenset("biuf")  # kinds of numpy types that are plain numbers


class UnknownTable(LookupError):
    """A table is named that is not here; its key is the message."""


class NotWire(ValueError):
    """What was read is nothing that `pack` writes."""


def pack(value: Any, tables: dict[str, Table] | None = None) -> Any:
    """`value` as JSON has it; the tables in it are put into `tables` under their keys.

    Raises:
        TypeError: there is something in it that does not travel.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return [pack(v, tables) for v in value]
    if isinstance(value, tuple):
        return {_KIND: "tuple", "v": [pack(v, tables) for v in value]}
    if isinstance(value, Mapping):
        if all(isinstance(k, str) for k in value) and _KIND not in value:
            return {k: pack(v, tables) for k, v in value.items()}
        return {_KIND: "dict", "v": [[pack(k, tables), pack(v, tables)] for k, v in value.items()]}
    if isinstance(value, InputError):
        return {_KIND: "refused", "zh": value.zh, "en": value.en}
    if isinstance(value, Normalised):  # whoever reads folds it again, so that the offsets are those of the text
        return {_KIND: "folded", "v": value.original}
    if isinstance(value, np.generic):
        return pack(value.item(), tables)
    if isinstance(value, np.ndarray) and value.dtype.kind in _ARRAYS:
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {_KIND: "array", "type": value.dtype.str, "shape": list(value.shape), "v": data}
    if isinstance(value, date):  # a datetime is one, too
        return {_KIND: "datetime" if isinstance(value, datetime) else "date", "v": value.isoformat()}
    kind = type(value)
    if (kind.__module__, kind.__qualname__) == ("core.text2sql.table", "Table"):
        if tables is not None:
            tables[value.key] = value
        return {_KIND: "table", "key": value.key}
    if (kind.__module__, kind.__qualname__) == ("core.xiangqi.game", "Game"):
        start = value.start
        state = [list(start.squares), start.side, start.quiet, start.fullmove]
        return {_KIND: "game", "start": state, "moves": list(value.moves)}
    if dataclasses.is_dataclass(value) and kind.__module__.startswith("core."):
        sent = [f.name for f in dataclasses.fields(value) if not f.metadata.keys() & STAYS.keys()]
        fields = {name: pack(getattr(value, name), tables) for name in sent}
        return {_KIND: f"{kind.__module__}:{kind.__qualname__}", "v": fields}
    raise TypeError(f"{kind.__module__}.{kind.__qualname__} does not travel")


def unpack(found: Any, table_of: Callable[[str], Table] | None = None) -> Any:
    """The value that `pack` wrote; `table_of` gives the table of a key.

    Raises:
        NotWire: it is nothing that `pack` writes.
        UnknownTable: from `table_of`, or without it for any table.
    """
    if isinstance(found, list):
        return [unpack(v, table_of) for v in found]
    if not isinstance(found, dict):
        return found
    kind = found.get(_KIND)
    if kind is None:
        return {k: unpack(v, table_of) for k, v in found.items()}
    try:
        return _special(kind, found, table_of)
    except UnknownTable:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ImportError) as error:
        raise NotWire(f"not a {str(kind)[:80]}") from error


def _special(kind: Any, found: dict[str, Any], table_of: Callable[[str], Table] | None) -> Any:
    if kind == "tuple":
        return tuple(unpack(v, table_of) for v in found["v"])
    if kind == "dict":
        return {unpack(k, table_of): unpack(v, table_of) for k, v in found["v"]}
    if kind == "refused":
        return InputError(str(found["zh"]), str(found["en"]))
    if kind == "folded":
        return normalise(found["v"])
    if kind == "array":
        return _array(found)
    if kind in ("date", "datetime"):
        return (date if kind == "date" else datetime).fromisoformat(found["v"])
    if kind == "table":
        if table_of is None:
            raise UnknownTable(found["key"])
        return table_of(found["key"])
    if kind == "game":
        return _game(found)
    return _dataclass(kind, unpack(found["v"], table_of))


def _array(found: dict[str, Any]) -> np.ndarray[Any, Any]:
    kind = np.dtype(found["type"])
    if kind.kind not in _ARRAYS:
        raise NotWire(f"no array of {kind}")
    return np.frombuffer(bytearray(base64.b64decode(found["v"])), kind).reshape(found["shape"])


def _game(found: dict[str, Any]) -> Any:
    """A game that is played again by the rules: whoever sent it may be mistaken."""
    from core.xiangqi.board import Board
    from core.xiangqi.fen import read_fen, write_fen
    from core.xiangqi.game import Game

    squares, side, quiet, fullmove = found["start"]
    game = Game(read_fen(write_fen(Board(list(squares), side, quiet, fullmove))))
    for move in found["moves"]:
        if type(move) is not int or not game.board.is_legal(move):
            raise NotWire("an illegal move")
        game.push(move)
    return game


def _dataclass(name: str, fields: dict[str, Any]) -> Any:
    module, _, qualname = name.partition(":")
    # Only a module of ours is loaded for its name, and only a dataclass of it is made.
    found = getattr(importlib.import_module(module), qualname, None) if module.startswith("core.") else None
    if not (isinstance(found, type) and dataclasses.is_dataclass(found) and found.__module__ == module):
        raise NotWire(f"no dataclass {name[:80]}")
    return found(**fields)


def pack_table(table: Table) -> dict[str, Any]:
    """A table with all its rows."""
    columns = []
    for name in table.frame.columns:
        data = table.frame[name]
        if data.dtype.kind == "M":
            columns.append({"type": data.dtype.str, "v": pack(data.to_numpy().view("int64"))})
        elif str(data.dtype) == "Int64":
            present = data.notna().to_numpy()
            columns.append({"type": "Int64", "v": pack(data.fillna(0).to_numpy("int64")), "present": pack(present)})
        elif data.dtype.kind == "f":
            columns.append({"type": "float64", "v": pack(data.to_numpy())})
        else:
            columns.append({"type": "object", "v": [v if isinstance(v, str) else None for v in data]})
    facts = {k: pack(getattr(table, k)) for k in ("name", "columns", "notes", "key", "size", "left", "header")}
    return facts | {"frame": columns}


def unpack_table(found: dict[str, Any]) -> Table:
    """The table that `pack_table` wrote. Raises NotWire where it is none."""
    import pandas as pd

    from core.text2sql.table import Table

    try:
        facts = {k: unpack(found[k]) for k in ("name", "columns", "notes", "key", "size", "left", "header")}
        series = {c.name: _series(f) for c, f in zip(facts["columns"], found["frame"], strict=True)}
        return Table(frame=pd.DataFrame(series), **facts)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotWire("not a table") from error


def _series(found: dict[str, Any]) -> Any:
    import pandas as pd

    kind, values = found["type"], unpack(found["v"])
    if kind == "Int64":
        return pd.Series(pd.arrays.IntegerArray(values, ~unpack(found["present"])))
    if kind == "object":
        return pd.Series(values, dtype=object)
    if kind == "float64":
        return pd.Series(values)
    return pd.Series(values.view(np.dtype(kind)))
