"""Carries committed events to the screen, a few times a second at most."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from noc_console.kernel.events import Event


class Feed(QObject):
    """Bundles events so a trap storm costs one repaint, not ten thousand.

    The first event of a quiet time waits `every_ms` for company; equal events of
    a bundle arrive once. Listen to the bus with `bus.listen(feed.push)`.
    """

    arrived = Signal(object)  # tuple[Event, ...]

    def __init__(self, *, every_ms: int = 100, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pending: dict[Event, None] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._flush)

    def push(self, events: Sequence[Event]) -> None:
        self._pending.update(dict.fromkeys(events))
        if not self._timer.isActive():
            self._timer.start()

    def _flush(self) -> None:
        bundle, self._pending = tuple(self._pending), {}
        self.arrived.emit(bundle)
