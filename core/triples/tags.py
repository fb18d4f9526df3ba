"""From tag probabilities to spans, and from raw scores to probabilities."""

from __future__ import annotations

import math

import numpy as np

# Starts and ends below this are never part of a span; the final decision is made on the score of the whole triple.
FLOOR = 0.05


def spans(tags: np.ndarray, floor: float = FLOOR) -> list[tuple[int, int, float]]:
    """Spans (first, last, p(start) p(end)) in `tags` [L, 2], the probabilities that each token starts or ends one.

    Each start takes the nearest end that holds its own against the best end before the next start: the decoding rule
    of CasRel (arXiv:1909.03227) without its fixed 0.5, so that one threshold on the product can be moved later.
    """
    starts = np.flatnonzero(tags[:, 0] >= floor)
    found = []
    for i, first in enumerate(starts):
        limit = starts[i + 1] if i + 1 < len(starts) else len(tags)
        ends = tags[first:limit, 1]
        if not ends.size or ends.max() < floor:
            # Nested spans share their end: look behind the next start too.
            ends = tags[first:, 1]
            if ends.max() < floor:
                continue
        last = int(first) + int(np.argmax(ends >= max(floor, 0.5 * ends.max())))
        found.append((int(first), last, float(tags[first, 0] * tags[last, 1])))
    return found


def calibrated(score: float, calibration: tuple[float, float]) -> float:
    """Platt scaling of a raw score in (0, 1): the probability that a triple with this score is right."""
    slope, offset = calibration
    clipped = min(max(score, 1e-6), 1 - 1e-6)
    return 1 / (1 + math.exp(-(slope * math.log(clipped / (1 - clipped)) + offset)))
