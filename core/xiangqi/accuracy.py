"""How good moves were by the model's own view of the result, on lichess's scale (https://lichess.org/page/accuracy).

Lichess turns centipawns into a share of the points that people got from such positions; the model's view is such a
share as it is. The accuracy of a game here is the plain mean over its moves; lichess weighs them by sharpness as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def expected_score(value: Sequence[float]) -> float:
    """What a side may expect of the point, in percent, from its probabilities to win, draw and lose."""
    win, draw, _ = value
    return 100 * (win + draw / 2)


def move_accuracy(before: float, after: float) -> float:
    """The accuracy [0, 100] of a move that changed the mover's expected score (percent) from `before` to `after`."""
    if after >= before:
        return 100.0
    return min(100.0, max(0.0, 103.1668 * math.exp(-0.04354 * (before - after)) - 3.1669))
