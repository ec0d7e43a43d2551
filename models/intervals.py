"""Intervals of shares that hold where hits are few: score type, never Wald."""

import math
from dataclasses import dataclass
from typing import Final

Z_95: Final = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A share with its 95 % score interval (Wilson); no value without anybody."""

    hits: int
    seen: int
    value: float | None
    low: float
    high: float

    @property
    def told(self) -> str:
        """The share as people read it."""
        if self.value is None:
            return "no case"
        return f"{self.value:.3f} [{self.low:.3f}-{self.high:.3f}] of {self.seen:,}"


def share_of(hits: int, seen: int) -> Share:
    """The share of hits among those seen.

    Raises:
        ValueError: More hits than were seen, or fewer than none.
    """
    if not 0 <= hits <= seen:
        raise ValueError("hits are from none to all of those seen")
    if not seen:
        return Share(0, 0, None, 0.0, 1.0)
    square = Z_95 * Z_95
    centre = (hits + square / 2) / (seen + square)
    half = Z_95 * math.sqrt(hits * (seen - hits) / seen + square / 4) / (seen + square)
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    # At the ends the interval touches them; rounding must not take it past.
    low, high = (0.0 if not hits else low), (1.0 if hits == seen else high)
    return Share(hits, seen, hits / seen, low, high)
