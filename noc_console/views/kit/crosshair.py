"""One crosshair for several graphs, and the way back through what was looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from noc_console.views.kit.curves import Span

MOST = 100
"""Spans remembered."""


class Crosshair(QObject):
    """The moment under the pointer, wherever the pointer is: graphs that share it show it all.

    Anything may `point`; what shows the moment listens to `moved`.
    """

    moved = Signal(object)  # seconds since 1970, or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.at: float | None = None

    def point(self, at: float | None) -> None:
        if at != self.at:
            self.at = at
            self.moved.emit(at)


class ZoomHistory:
    """The spans somebody came through, each to be gone back to once."""

    def __init__(self) -> None:
        self._past: list[Span] = []

    def __len__(self) -> int:
        return len(self._past)

    def leave(self, span: Span) -> None:
        """Remember what is looked at before something else is."""
        if not self._past or self._past[-1] != span:
            self._past.append(span)
            del self._past[:-MOST]

    def back(self) -> Span | None:
        """What was looked at before; None at the beginning."""
        return self._past.pop() if self._past else None

    def forget(self) -> None:
        """Another range was chosen: there is nothing to go back to."""
        self._past.clear()
