"""Shares of few with the range in which they may truly lie."""

import math
from typing import Final

# The models have the same formula; nothing of theirs may be imported here.
_Z: Final = 1.959963984540054


def wilson(hits: int, seen: int) -> tuple[float, float]:
    """The 95 % score interval of a share; everything without anybody."""
    if not seen:
        return 0.0, 1.0
    square = _Z * _Z
    centre = (hits + square / 2) / (seen + square)
    half = _Z * math.sqrt(hits * (seen - hits) / seen + square / 4) / (seen + square)
    return max(0.0, centre - half), min(1.0, centre + half)
