"""Collects Python's garbage on the window's thread, and only there.

The cyclic collector runs in whichever thread allocates next. When that is a database lane, a
forgotten widget or timer in a cycle is destroyed there: Qt cannot take its timers out of the
window's thread from another one, and the next tick is a crash (seen as a segmentation fault in
QTimerInfoList::activateTimers). So the automatic collector is off while a window lives, and
this object does its work between events.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 500
FULL_EVERY = 240
"""Looks between two full collections: what lives long is frozen at start-up, so two minutes
of young cycles are all that a full one has to go through."""


class WindowGarbage(QObject):
    """The automatic collector's stand-in while it exists; `stop` hands back."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looks = 0
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect what the thresholds ask for, the oldest generation only now and then."""
        self._looks += 1
        if self._looks % FULL_EVERY == 0:
            gc.collect()
            return
        young, middle, _ = gc.get_count()
        young_limit, middle_limit, _ = gc.get_threshold()
        if middle > middle_limit:
            gc.collect(1)
        elif young > young_limit:
            gc.collect(0)

    def stop(self) -> None:
        """The last collection on this thread, then as it was before."""
        self._timer.stop()
        gc.collect()
        if self._was_on:
            gc.enable()
