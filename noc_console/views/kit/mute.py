"""Silence with an end: sounds are muted for a while, and every window says so (U11)."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from noc_console.kernel.clock import Clock
from noc_console.views.kit.icons import icon
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.state import State
from noc_console.views.kit.theme import look

SECTION = "sound"
CHOICES_MIN = (5, 15, 30, 60)
LONGEST_MIN = 480.0
"""A shift: who wants silence for longer mutes again, and thinks again."""


class Mute(QObject):
    """Until when nothing sounds. Kept, so that a restart neither ends nor prolongs it.

    `changed` with every change of what a badge shows; `ended` when the time is up.
    """

    changed = Signal()
    ended = Signal()

    def __init__(self, state: State, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._clock = state, clock
        self.problem = ""
        """Why nothing sounds although nobody muted it, such as sounds switched off."""
        self._until = self._kept()
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)
        if self._until is not None:
            self._timer.start()

    @property
    def until(self) -> datetime | None:
        """When it ends; None while nothing is muted."""
        return self._until

    @property
    def is_on(self) -> bool:
        self._settle()
        return self._until is not None

    @property
    def text(self) -> str:
        """For badges: empty while sounds are on."""
        if self.is_on and self._until is not None:
            left = (self._until - self._clock.now()).total_seconds()
            return f"Muted · {math.ceil(left / 60)} min"
        return self.problem

    def mute(self, minutes: float) -> None:
        """Silence from now on, for a while; up to a shift."""
        kept = max(1.0, min(minutes, LONGEST_MIN))
        self._put(self._clock.now() + timedelta(minutes=kept))
        self._timer.start()

    def unmute(self) -> None:
        """Sounds at once again."""
        if self._until is not None:
            self._put(None)

    def say(self, problem: str) -> None:
        """Why nothing sounds anyway; empty when it does."""
        if problem != self.problem:
            self.problem = problem
            self.changed.emit()

    def tick(self) -> None:
        """A second went by."""
        self._settle()
        if self._until is not None:
            self.changed.emit()

    def _settle(self) -> None:
        if self._until is None:
            return
        left = self._until - self._clock.now()
        # A clock that was set back must not make it longer than anybody asked for.
        if left <= timedelta() or left > timedelta(minutes=LONGEST_MIN):
            self._put(None)
            self.ended.emit()

    def _put(self, until: datetime | None) -> None:
        self._until = until
        if until is None:
            self._timer.stop()
        self._state.put(SECTION, muted_until=until.isoformat() if until else "")
        self.changed.emit()

    def _kept(self) -> datetime | None:
        told = self._state.get(SECTION).get("muted_until")
        try:
            until = datetime.fromisoformat(told) if isinstance(told, str) and told else None
        except ValueError:
            return None
        if until is None or until.tzinfo is None:
            return None
        left = until - self._clock.now()
        fits = timedelta() < left <= timedelta(minutes=LONGEST_MIN)
        return until.astimezone(UTC) if fits else None


class MuteBadge(QToolButton):
    """Says that nothing sounds, and for how long; a click ends it. Absent while sounds are on."""

    def __init__(self, mute: Mute, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mute = mute
        self.setProperty("badge", "attention")
        self.setToolButtonStyle(self.toolButtonStyle().ToolButtonTextBesideIcon)
        self.clicked.connect(lambda _=False: mute.unmute())
        mute.changed.connect(self.refresh)
        look().changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        text = self._mute.text
        if not text:
            self.hide()
            return
        if self.parentWidget() is not None:  # without one it would be a window of its own
            self.show()
        self.setText(text)
        self.setIcon(icon("muted", "attention.plain"))
        muted = self._mute.until is not None
        told = "Alarms make no sound. Click: sounds on again" if muted else f"{text}: no sound"
        self.setToolTip(plain_tip(told))
        self.setAccessibleName(f"{text}. {told}")
