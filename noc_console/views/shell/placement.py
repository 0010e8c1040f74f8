"""Where a window was, brought back onto a screen that is there now (U25)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect, QSize

SMALLEST = QSize(960, 600)
GRIP = 80
"""So much of the title must be on a screen for a hand to catch it, in pixels."""


def kept_rect(kept: object) -> QRect | None:
    """A rectangle from kept values, None when they are no rectangle."""
    if not (isinstance(kept, list) and len(kept) == 4):
        return None
    if not all(isinstance(each, int) and abs(each) < 100_000 for each in kept):
        return None
    rect = QRect(*kept)
    return rect if rect.width() >= 200 and rect.height() >= 150 else None


def rect_values(rect: QRect) -> list[Any]:
    return [rect.x(), rect.y(), rect.width(), rect.height()]


def placed(wanted: QRect | None, screens: Sequence[QRect]) -> QRect:
    """`wanted` if it can be reached on one of the screens, else moved inside the nearest."""
    if not screens:
        return wanted or QRect(0, 0, 1366, 768)
    if wanted is None:
        return _centered(QSize(1440, 900), screens[0])
    title = QRect(wanted.x(), wanted.y(), wanted.width(), 32)
    for screen in screens:
        seen = screen.intersected(title)
        if seen.width() >= GRIP and seen.height() >= 16:
            return wanted
    return _inside(wanted, min(screens, key=lambda screen: _distance(screen, wanted)))


def _centered(size: QSize, screen: QRect) -> QRect:
    rect = QRect(0, 0, min(size.width(), screen.width()), min(size.height(), screen.height()))
    rect.moveCenter(screen.center())
    return rect


def _inside(rect: QRect, screen: QRect) -> QRect:
    width, height = min(rect.width(), screen.width()), min(rect.height(), screen.height())
    x = max(screen.left(), min(rect.x(), screen.right() + 1 - width))
    y = max(screen.top(), min(rect.y(), screen.bottom() + 1 - height))
    return QRect(x, y, width, height)


def _distance(screen: QRect, rect: QRect) -> int:
    return (screen.center() - rect.center()).manhattanLength()
