"""Frames, blocks and Braille drawn for the cell, so that they meet without gaps in any font.

Which strokes a frame has is read from its Unicode name (“… UP LIGHT AND RIGHT DOUBLE”).
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]

LIGHT, HEAVY, DOUBLE = 1, 2, 3
_WEIGHTS = {"LIGHT": LIGHT, "SINGLE": LIGHT, "HEAVY": HEAVY, "DOUBLE": DOUBLE}
_WAYS = {
    "LEFT": ("left",),
    "RIGHT": ("right",),
    "UP": ("up",),
    "DOWN": ("down",),
    "VERTICAL": ("up", "down"),
    "HORIZONTAL": ("left", "right"),
}
_QUADRANTS = {
    0x2596: ("ll",),
    0x2597: ("lr",),
    0x2598: ("ul",),
    0x2599: ("ul", "ll", "lr"),
    0x259A: ("ul", "lr"),
    0x259B: ("ul", "ur", "ll"),
    0x259C: ("ul", "ur", "lr"),
    0x259D: ("ur",),
    0x259E: ("ur", "ll"),
    0x259F: ("ur", "ll", "lr"),
}
_SHADES = {0x2591: 64, 0x2592: 128, 0x2593: 192}


def drawn_box(code: int, width: int, height: int) -> Mask | None:
    """The coverage of a cell (0–255), or None for what the font draws better."""
    if 0x2580 <= code <= 0x259F:
        return _block(code, width, height)
    if 0x2800 <= code <= 0x28FF:
        return _braille(code - 0x2800, width, height)
    if 0x2500 <= code <= 0x257F and (strokes := strokes_of(code)):
        return _frame(strokes, width, height)
    return None


@cache
def strokes_of(code: int) -> dict[str, int]:
    """Direction → weight of a frame; empty for dashes, arcs and diagonals."""
    name = unicodedata.name(chr(code), "").removeprefix("BOX DRAWINGS ")
    if any(word in name for word in ("DASH", "ARC", "DIAGONAL")):
        return {}
    strokes: dict[str, int] = {}
    weight = 0
    for part in name.split(" AND "):
        words = part.split()
        weight = next((_WEIGHTS[word] for word in words if word in _WEIGHTS), weight)
        for word in words:
            strokes.update(dict.fromkeys(_WAYS.get(word, ()), weight))
    return strokes


def _frame(strokes: dict[str, int], width: int, height: int) -> Mask:
    mask = np.zeros((height, width), np.uint8)
    thin = max(1, round(min(width, height) / 9))
    doubles = [way for way, weight in strokes.items() if weight == DOUBLE]
    for way in doubles:
        _stroke(mask, way, 3 * thin, 255)
    for way in doubles:
        _stroke(mask, way, thin, 0)
    for way, weight in strokes.items():
        if weight != DOUBLE:
            starts_late = _is_crossed(way, doubles)
            _stroke(mask, way, thin if weight == LIGHT else 2 * thin + 1, 255, late=starts_late)
    return mask


def _is_crossed(way: str, doubles: list[str]) -> bool:
    """Whether this stroke ends at a double line that runs through: it does not cross it."""
    across = {"left", "right"} if way in ("up", "down") else {"up", "down"}
    return across <= set(doubles)


def _stroke(mask: Mask, way: str, thick: int, value: int, *, late: bool = False) -> None:
    """From the middle to one edge; `late` leaves the gap of a double line out."""
    height, width = mask.shape
    thin = max(1, round(min(width, height) / 9))
    top, left = (height - thick) // 2, (width - thick) // 2
    gap = 2 * thin if late else 0
    if way == "left":
        mask[top : top + thick, : left + thick - gap] = value
    elif way == "right":
        mask[top : top + thick, left + gap :] = value
    elif way == "up":
        mask[: top + thick - gap, left : left + thick] = value
    else:
        mask[top + gap :, left : left + thick] = value


def _block(code: int, width: int, height: int) -> Mask:
    mask = np.zeros((height, width), np.uint8)
    half_x, half_y = round(width / 2), round(height / 2)
    if code == 0x2580:
        mask[:half_y] = 255
    elif code <= 0x2588:
        mask[height - round(height * (code - 0x2580) / 8) :] = 255
    elif code <= 0x258F:
        mask[:, : max(1, round(width * (0x2590 - code) / 8))] = 255
    elif code == 0x2590:
        mask[:, half_x:] = 255
    elif code in _SHADES:
        mask[:] = _SHADES[code]
    elif code == 0x2594:
        mask[: max(1, round(height / 8))] = 255
    elif code == 0x2595:
        mask[:, width - max(1, round(width / 8)) :] = 255
    for corner in _QUADRANTS.get(code, ()):
        rows = slice(0, half_y) if corner[0] == "u" else slice(half_y, None)
        columns = slice(0, half_x) if corner[1] == "l" else slice(half_x, None)
        mask[rows, columns] = 255
    return mask


_DOTS = ((0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1))
"""Row and column of each bit of a Braille character."""


def _braille(bits: int, width: int, height: int) -> Mask:
    mask = np.zeros((height, width), np.uint8)
    size = max(1, round(min(width / 2, height / 4) * 0.6))
    for bit, (row, column) in enumerate(_DOTS):
        if bits >> bit & 1:
            top = round(height * (row + 0.5) / 4 - size / 2)
            left = round(width * (column + 0.5) / 2 - size / 2)
            mask[max(0, top) : top + size, max(0, left) : left + size] = 255
    return mask
