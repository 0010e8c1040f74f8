"""The slow blink of what nobody acknowledged: once in 1.2 s at most, and can be turned off (U4)."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

HALF_MS = 600
"""Each phase: 0.83 Hz, below the 1 Hz of ISA-18.2 and far below the 3 Hz of WCAG."""


class Blink(QObject):
    """One clock for all that blinks, so that it blinks together. Runs only while asked for."""

    turned = Signal(bool)  # light phase?

    def __init__(self, *, enabled: bool = True, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._enabled = enabled
        self._needed = False
        self.is_light = True
        self._timer = QTimer(self)
        self._timer.setInterval(HALF_MS)
        self._timer.timeout.connect(self._turn)

    @property
    def is_enabled(self) -> bool:
        return self._enabled

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def set_enabled(self, enabled: bool) -> None:
        """The operator's choice; off means steadily light."""
        self._enabled = enabled
        self._settle()

    def need(self, needed: bool) -> None:
        """Whether there is anything to blink about."""
        self._needed = needed
        self._settle()

    def _settle(self) -> None:
        if self._enabled and self._needed:
            if not self._timer.isActive():
                self._timer.start()
            return
        self._timer.stop()
        if not self.is_light:
            self._turn()

    def _turn(self) -> None:
        self.is_light = not self.is_light
        self.turned.emit(self.is_light)
