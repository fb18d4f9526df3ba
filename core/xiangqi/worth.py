"""What a piece is worth on each square, in hundredths of a pawn, as `training.xiangqi.worth` has fitted it."""

from __future__ import annotations

import json
from pathlib import Path

from core.xiangqi.geometry import FILES, SQUARES

PATH = Path(__file__).parents[2] / "assets" / "xiangqi" / "worth.json"


def _table() -> tuple[tuple[int, ...], ...]:
    """By piece code and square, red's counted up and black's down; left and right are alike."""
    half = json.loads(PATH.read_text(encoding="utf-8"))
    red = [
        tuple(piece[at // FILES][min(at % FILES, FILES - 1 - at % FILES)] for at in range(SQUARES)) for piece in half
    ]
    black = [tuple(-worth for worth in reversed(piece)) for piece in red]
    return ((0,) * SQUARES, *red, *black)


WORTH = _table()
