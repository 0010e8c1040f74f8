"""Where a moment and a value stand in a picture: straight or logarithmic, on screen or on paper."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from noc_console.views.kit.curves import Floats, Span

DECADES = 6
"""A logarithmic axis reaches down so many powers of ten at most."""


@dataclass(frozen=True, slots=True)
class Axes:
    """The room between the axes in pixels, and what it stands for.

    With a `floor` the values are logarithmic: what is smaller stands on zero, and what goes out
    (negative) mirrors what comes in.
    """

    left: float
    top: float
    width: float
    height: float
    span: Span
    low: float = 0.0
    high: float = 1.0
    floor: float = 0.0

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def x(self, at: Floats | float) -> Floats:
        return np.asarray(self.left + (at - self.span.start) / self.span.seconds * self.width)

    def y(self, value: Floats | float) -> Floats:
        low, high = self._bent(self.low), self._bent(self.high)
        part = (self._bent(value) - low) / (high - low)
        return np.asarray(self.bottom - part * self.height)

    def moment(self, x: float) -> float:
        part = min(1.0, max(0.0, (x - self.left) / max(self.width, 1.0)))
        return self.span.start + part * self.span.seconds

    def _bent(self, value: Floats | float) -> Floats:
        if not self.floor:
            return np.asarray(value)
        size = np.maximum(np.abs(value), self.floor) / self.floor
        return np.asarray(np.sign(value) * np.log10(size))


def floor_of(low: float, high: float, least: float) -> float:
    """The power of ten a logarithmic axis begins at, given its ends and the least size above 0."""
    most = max(abs(low), abs(high))
    if not most > 0 or not math.isfinite(most):
        return 1.0
    top = math.ceil(math.log10(most))
    begins = math.floor(math.log10(least)) if 0 < least <= most else top - 3
    return 10.0 ** min(max(begins, top - DECADES), top - 1)
