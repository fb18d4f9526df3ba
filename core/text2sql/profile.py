"""What is in a column: its distinct cells, its type, its values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.text2sql import MAX_CELL
from core.text2sql.cell_dates import parse_dates
from core.text2sql.cell_values import Parsed, parse_numbers
from core.text2sql.cells import cell_text, clean_texts
from core.text2sql.grid import ColumnType, Note
from core.text2sql.header_words import header_unit, is_code_header, is_date_header, is_day_header, takes_unit
from core.text2sql.remarks import say_parsed

# A column is of a type if no more than this share of its cells is not.
_TOLERANCE = 0.05
_SAMPLES = 5
# Distinct cells looked at before all are: a column of names need not be parsed to its end to be text.
_PROBE = 500
_EMPTY = frozenset(("", "null", "NULL", "Null"))
_PLAIN = {str, float, type(None)}
# Leading zeros, or more digits than a float keeps.
_CODE = re.compile(r"^(?:0\d+|\d{16,})$", re.MULTILINE)
_MOBILE = re.compile(r"^(?:\+?86)?1[3-9]\d{9}$", re.MULTILINE)
# Texts that spreadsheets are told not to read as numbers: ="007" and '007.
_QUOTED = re.compile(r"=\"([^\"]*)\"|'(?=[\d+-])(.*)", re.DOTALL)


@dataclass(frozen=True)
class Column:
    """A column's name and what is in it. `samples` are its most frequent values; dates are datetime.date, or
    datetime.datetime where the column has times of day."""

    name: str
    type: ColumnType
    unit: str
    empty: int
    distinct: int
    samples: tuple[Any, ...]
    minimum: Any
    maximum: Any


@dataclass
class Cells:
    """A column as places in its distinct values, -1 where it is empty."""

    codes: NDArray[np.int64]
    distinct: list[Any]

    def counts(self) -> NDArray[np.int64]:
        """How often each of the distinct values occurs."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.distinct))


def factorise(values: Sequence[Any], said: list[Note]) -> Cells:
    """The distinct cells: cleaned text, numbers, datetimes; "" and null are empty."""
    if not set(map(type, values)) <= _PLAIN:
        values = [_plain_cell(v) for v in values]
    codes, distinct = _distinct(values)
    mixed = set(map(type, distinct)) != {str}
    places = [i for i, cell in enumerate(distinct) if isinstance(cell, str)] if mixed else []
    cleaned = clean_texts([distinct[i] for i in places] if mixed else distinct)
    if cleaned and max(map(len, cleaned)) > MAX_CELL:
        count = sum(len(text) > MAX_CELL for text in cleaned)
        cleaned = [text[:MAX_CELL] for text in cleaned]
        said.append(
            (
                f"{count:,} 种单元格超过 {MAX_CELL:,} 个字符，已截断",
                f"{count:,} different cells with more than {MAX_CELL:,} characters were cut",
            )
        )
    together = "\n".join(["", *cleaned])
    if '\n="' in together or "\n'" in together:
        cleaned = [(found[1] or found[2] or "") if (found := _QUOTED.fullmatch(t)) else t for t in cleaned]
    whole = [None if text in _EMPTY else text for text in cleaned]
    if mixed:
        new = list(distinct)
        for i, text in zip(places, whole, strict=True):
            new[i] = text
        whole = new
    if whole != distinct:
        # Cells that differed in what cannot be seen are now the same.
        again, distinct = _distinct(whole)
        codes = np.append(again, -1)[codes]
    return Cells(codes, distinct)


def _distinct(values: Sequence[Any]) -> tuple[NDArray[np.int64], list[Any]]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    codes, distinct = pd.factorize(array)
    return codes, list(distinct)


def _plain_cell(cell: Any) -> Any:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    if isinstance(cell, (bool, np.bool_)):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (str, datetime, date)):
        return cell
    if isinstance(cell, (int, np.integer)):
        return float(cell) if abs(int(cell)) < 10**15 else str(cell)  # as a float it would lose its last digits
    if isinstance(cell, (float, np.floating, Decimal)):
        return float(cell)
    return cell_text(cell)


@dataclass(frozen=True)
class Told:
    """What is known of a column beside its name and cells: its type, which the cells may contradict unless it was
    `chosen` by the user, the unit of the table's amounts, and the year of days without one."""

    type: ColumnType | None = None
    chosen: bool = False
    unit: str = ""
    year: int | None = None


def profile(name: str, cells: Cells, told: Told, said: list[Note], digest: Any) -> tuple[Column, pd.Series[Any], int]:
    """The column, its data, and about how many bytes they take; its content goes into `digest`."""
    kind, parsed = _infer(name, cells, told)
    if told.chosen and kind != told.type:
        said.append((f"“{name}”读不成所选的类型", f'"{name}" cannot be read as the type that was chosen'))
    unit = ""
    distinct: Any
    if kind == "text":
        cells = _as_text(cells)
        values, size = _text_data(cells, digest)
        distinct, counts = cells.distinct, cells.counts()
    else:
        say_parsed(name, kind, parsed, said, told.year)
        # What the cells say of themselves goes before the header.
        unit = _unit(name, parsed, told) if kind == "number" else ""
        values = _number_data(cells, parsed) if kind == "number" else _date_data(cells, parsed)
        # The same value written in two ways is one value.
        codes, distinct = pd.factorize(values)
        counts = np.bincount(codes[codes >= 0], minlength=len(distinct))
        content = values.to_numpy("float64", na_value=np.nan) if kind == "number" else values.to_numpy()
        digest.update(kind.encode() + content.tobytes())
        size = 9 * len(values)
    day = kind == "date" and not has_times(values)
    low = high = None
    if kind != "text" and len(distinct):
        low, high = _scalar(values.min(), day), _scalar(values.max(), day)
    order = np.argsort(-counts, kind="stable")[:_SAMPLES].tolist()
    samples = tuple(_scalar(distinct[i], day) for i in order)
    empty = len(values) - int(counts.sum())
    return Column(name, kind, unit, empty, len(distinct), samples, low, high), values, size


def _unit(name: str, parsed: Parsed, told: Told) -> str:
    unit = parsed.unit or header_unit(name)
    if unit or not takes_unit(name, told.unit):
        return unit
    found = parsed.values[~np.isnan(parsed.values)]
    years = (found == np.floor(found)).all() and found.min() >= 1900 and found.max() <= 2100
    return "" if years else told.unit


def _infer(name: str, cells: Cells, told: Told) -> tuple[ColumnType, Parsed]:
    nothing = Parsed(np.empty(0))
    counts = cells.counts()
    if told.type == "text" or not counts.sum():
        return "text", nothing
    tries: list[ColumnType] = ["number", "date"] if told.type == "number" else ["date", "number"]
    if told.chosen and told.type:
        tries = [told.type]
    for kind in tries:
        most = min(len(cells.distinct), _PROBE)
        for end in (most, len(cells.distinct)):
            some, often = cells.distinct[:end], counts[:end].tolist()
            parsed = _parsed(name, kind, told, some, often)
            whole = end == len(cells.distinct)
            # The probe may be unlike the rest: it rules a type out only where it is far from it.
            if parsed.bad > sum(often) * (_TOLERANCE if whole else 0.5) and not told.chosen:
                if whole and few_odd(parsed, sum(often)):
                    continue
                break
        else:
            if kind == "number" and told.type != "number" and _is_code(name, cells):
                break
            if not pd.isna(parsed.values).all():
                return kind, parsed
    return "text", nothing


def _parsed(name: str, kind: ColumnType, told: Told, cells: Sequence[Any], counts: Sequence[int]) -> Parsed:
    if kind == "number":
        return parse_numbers(cells, counts)
    expected = is_date_header(name) or told.type == "date"
    serial = is_day_header(name) or (told.type == "date" and told.chosen)
    return parse_dates(cells, counts, expected, told.year, serial)


def few_odd(parsed: Parsed, total: int) -> bool:
    """Whether the cells that are none of the type are a word or two for a missing value among amounts or dates."""
    if len(parsed.odd) > 2 or parsed.bad > total / 3 or any(any(map(str.isdecimal, text)) for text in parsed.odd):
        return False
    found = parsed.values[~pd.isna(parsed.values)]
    if found.dtype.kind == "M":
        return len(found) >= 2
    # Small whole numbers may be names of things: 1, 2, 3 and A.
    return len(found) >= 2 and bool(found.max() >= 10 or (found != np.floor(found)).any())


def _is_code(name: str, cells: Cells) -> bool:
    """Whether numbers here are names of things: leading zeros, more digits than a number keeps, mobile phones, or so
    called."""
    kinds = set(map(type, cells.distinct))
    texts = cells.distinct if kinds == {str} else [cell for cell in cells.distinct if isinstance(cell, str)]
    together = "\n".join(texts)
    if _CODE.search(together):
        return True
    numbers = [cell for cell in cells.distinct if isinstance(cell, float)] if float in kinds else []
    if any(abs(number) >= 1e15 for number in numbers):
        return True
    if numbers and 1.3e10 <= numbers[0] < 2e10:
        together += "\n" + "\n".join(map(cell_text, numbers))
    some = together[:_PROBE]
    if _MOBILE.search(some) and sum(1 for _ in _MOBILE.finditer(together)) >= 0.8 * len(cells.distinct):
        return True
    return is_code_header(name) and all(map(str.isalnum, texts)) and all(map(float.is_integer, numbers))


def _as_text(cells: Cells) -> Cells:
    if set(map(type, cells.distinct)) <= {str}:
        return cells
    again, distinct = _distinct([cell_text(c) for c in cells.distinct])
    return Cells(np.append(again, -1)[cells.codes], distinct)


def _text_data(cells: Cells, digest: Any) -> tuple[pd.Series[Any], int]:
    # Distinct values are in the order of rows and free of NUL: equal columns, and no others, give equal bytes.
    data = "\0".join(cells.distinct).encode("utf-8")
    digest.update(b"text" + len(cells.codes).to_bytes(4, "big") + cells.codes.astype(np.int32).tobytes() + data)
    lengths = np.fromiter(map(len, cells.distinct), dtype=np.int64, count=len(cells.distinct))
    share = len(data) / max(1, int(lengths.sum()))
    # The engine keeps every cell for itself.
    size = 16 * len(cells.codes) + int(share * (lengths @ cells.counts()))
    lookup = np.array([*cells.distinct, None], dtype=object)
    return pd.Series(lookup[cells.codes], dtype=object), size


def _number_data(cells: Cells, parsed: Parsed) -> pd.Series[Any]:
    numbers = np.append(parsed.values, np.nan)[cells.codes]
    found = numbers[~np.isnan(numbers)]
    if len(found) and np.abs(found).max() < 2**53 and (found == np.floor(found)).all():
        return pd.Series(pd.array(numbers, dtype="Int64"))
    return pd.Series(numbers)


def _date_data(cells: Cells, parsed: Parsed) -> pd.Series[Any]:
    return pd.Series(np.append(parsed.values, np.datetime64("NaT"))[cells.codes])


def _scalar(value: Any, day: bool) -> Any:
    """A value as Python has it: int, float, str, datetime.datetime or, with `day`, datetime.date."""
    if isinstance(value, (pd.Timestamp, np.datetime64)):
        moment = pd.Timestamp(value).to_pydatetime()
        return moment.date() if day else moment
    return value.item() if isinstance(value, np.generic) else value


def has_times(column: pd.Series[Any]) -> bool:
    """Whether a column of datetimes has another time of day than midnight."""
    return bool((column.dropna() != column.dropna().dt.normalize()).any())


def to_json(value: Any) -> Any:
    """A value of a table or a result as str, int, float, bool or None; what has no value (NaN, NaT, inf) is None."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating, Decimal)):
        number = float(value)
        return number if np.isfinite(number) else None
    if value is pd.NaT or value is pd.NA:
        return None
    return cell_text(value)
