"""A stranger's text as one word: folded to be read as a move, and shortened to be shown."""

from __future__ import annotations

import re
import unicodedata

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_TWO_SQUARES = re.compile(r"[a-z]\d{1,2}-?[a-z]\d{1,2}", re.IGNORECASE)


def folded(text: str) -> str:
    """Without spaces, in half-width characters; empty where it is longer than any move."""
    return "" if len(text) > 40 else "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def names_squares(text: str) -> bool:
    """Whether `text` is two squares, of this board or of none."""
    return bool(_TWO_SQUARES.fullmatch(folded(text)))


def shown(text: str, limit: int) -> str:
    """A stranger's text fit for one line: no control characters, at most `limit` characters."""
    kept = (c for c in text[: 4 * limit] if c.isspace() or unicodedata.category(c)[0] != "C")
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
