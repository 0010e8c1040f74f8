"""Small strokes along the links: hatching where a counter is missing, ticks where there is trouble.

Shape beside colour: who cannot tell yellow from red counts the ticks. Pure arithmetic; points
are pixels of the paper.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HATCH_PX = 5.0
"""From one stroke of the hatching to the next."""
LEAN_PX = 3.0
"""How far a stroke of the hatching reaches to each side, and how far it leans."""
TICK_PX = 3.6
"""From one tick to the next."""
TICKED = 0.78
"""Where on a half the ticks stand, 0 at the device and 1 in the middle of the link."""
LEAST_PX = 18.0
"""A half shorter than this has no room for ticks."""
MOST = 6_000
"""More strokes of hatching than this are left out: from that far nobody sees them."""


def hatching(start: Floats, stop: Floats, ratio: float) -> tuple[Floats, Floats]:
    """Slanting strokes all along lines; none at all where there would be too many."""
    length, unit = _measured(start, stop)
    count = np.maximum(0, (length / (HATCH_PX * ratio)).astype(np.int64))
    if not 0 < count.sum() <= MOST:
        return _NONE, _NONE
    which = np.repeat(np.arange(len(start)), count)
    place = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    # Centred: the same air at both ends.
    first = (length - (count - 1) * HATCH_PX * ratio) / 2
    at = start[which] + unit[which] * (first[which] + place * HATCH_PX * ratio)[:, None]
    side = np.column_stack([-unit[which, 1], unit[which, 0]])
    lean = (side + unit[which] * 0.8) * LEAN_PX * ratio
    return at - lean, at + lean


def ticks(
    start: Floats, stop: Floats, count: Ints, wide: Floats, ratio: float
) -> tuple[Floats, Floats, Ints]:
    """`count` ticks across each line, longer than it is `wide`; whose they are.

    Toward the line's end: its middle is for words.
    """
    length, unit = _measured(start, stop)
    count = np.where(length >= LEAST_PX * ratio, count, 0)
    which = np.repeat(np.arange(len(start)), count)
    if not len(which):
        return _NONE, _NONE, which
    place = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    along = (place - (count[which] - 1) / 2) * TICK_PX * ratio
    at = start[which] + (stop - start)[which] * TICKED + unit[which] * along[:, None]
    side = np.column_stack([-unit[which, 1], unit[which, 0]])
    reach = side * (wide[which] / 2 + 3.0 * ratio)[:, None]
    return at - reach, at + reach, which


def _measured(start: Floats, stop: Floats) -> tuple[Floats, Floats]:
    along = stop - start
    length = np.hypot(along[:, 0], along[:, 1])
    return length, along / np.maximum(length, 1e-6)[:, None]


_NONE = np.empty((0, 2))
