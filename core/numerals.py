"""Chinese numerals as numbers."""

from __future__ import annotations

from functools import lru_cache

# Folded and simplified, as `core.text.normalise` leaves them.
NUMERALS = "零〇一二两三四五六七八九十百千万亿"
# What stands behind a number and multiplies it: 3.5万, 20k.
SCALES = {"百": 1e2, "千": 1e3, "k": 1e3, "万": 1e4, "w": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}


def chinese_number(text: str) -> float | None:
    """The number that `text` writes in digits or Chinese numerals, or nothing."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        pass
    return _chinese(text)


@lru_cache(maxsize=4_096)
def _chinese(text: str) -> float | None:
    from cn2an import cn2an

    try:
        return float(cn2an(text.replace("〇", "零"), "smart"))
    except (ValueError, KeyError, IndexError):
        return None
