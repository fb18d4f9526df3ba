"""What a session's tables were read from, so that they can be read again: as a visitor corrects them, another sheet, or
after a reload of the page."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from core.cache import PROCESS, Cache
from core.errors import InputError
from core.text2sql.grid import Corrections
from core.text2sql.table import Table
from core.text2sql.table_files import fullest, read_pasted, read_table, sheets
from demos.assets import EXAMPLES

_EXAMPLES = EXAMPLES / "text2sql"
# File → what the table is called; its names for visitors are labels.
SAMPLES: Final = {"olympics": "夏季奥运会奖牌榜", "elements": "化学元素", "countries": "联合国会员国"}


@dataclass(frozen=True)
class Source:
    """A file, or pasted text (without a name), its sheets, and which of them is read."""

    data: bytes
    name: str | None
    sheets: tuple[str, ...] = ()
    sheet: str | None = None

    def read(self, corrections: Corrections | None = None) -> Table:
        """The table.

        Raises:
            InputError: as `read_table` and `read_pasted`.
        """
        if self.name is None:
            return read_pasted(self.data.decode(), corrections)
        return read_table(self.data, self.name, self.sheet, corrections)

    @property
    def mark(self) -> str:
        """The same for the same content, by which the page remembers what was corrected."""
        return hashlib.sha256(self.data + (self.sheet or "").encode()).hexdigest()[:24]


# Under names that cannot be guessed: who knows one may see the table.
_SOURCES: Cache[str, Source] = Cache()


def file_source(data: bytes, name: str) -> Source:
    """A file, of which the fullest sheet is read where it has several.

    Raises:
        InputError: as `sheets`.
    """
    names = sheets(data, name)
    return Source(data, name, names, fullest(data, name)) if len(names) > 1 else Source(data, name)


def keep_source(source: Source) -> str:
    """Hold `source`; gives what to find it by, or "" where there is no room for it."""
    if len(source.data) > PROCESS.most_bytes // 4:
        return ""
    token = secrets.token_urlsafe(18)
    _SOURCES.get_or_build(token, lambda: source, lambda kept: len(kept.data) + 1_000)
    return token


def find_source(token: object, sheet: object = None) -> Source:
    """The source that was kept under `token`, or a shipped table by its name; with `sheet` that one of it.

    Raises:
        InputError: there is none, or it had to make room for others.
    """
    found = None
    if isinstance(token, str):
        found = Source(_sample(token), f"{SAMPLES[token]}.csv") if token in SAMPLES else _SOURCES.get(token)
    if found is None:
        raise InputError(
            "这张表已不在服务器的内存里，请重新载入",
            "the table is no longer in the server's memory; please load it again",
        )
    return replace(found, sheet=sheet) if isinstance(sheet, str) and sheet in found.sheets else found


@lru_cache(maxsize=len(SAMPLES))
def _sample(name: str) -> bytes:
    return (_EXAMPLES / f"{name}.csv").read_bytes()


@lru_cache(maxsize=len(SAMPLES))
def example(name: str) -> Table:
    """One of the tables that ship."""
    return find_source(name).read()


def reading(token: str, corrections: Corrections | None = None, sheet: str | None = None) -> dict[str, Any]:
    """How the table of a session was read: what it was read from, and what was corrected."""
    given = corrections or Corrections()
    return {
        "source": token,
        "sheet": sheet,
        "header": None if given.header is None else list(given.header),
        "types": dict(given.types),
        "back": sorted(given.back),
    }
