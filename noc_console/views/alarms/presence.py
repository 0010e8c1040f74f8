"""Says which alarm is open here, and asks who has which open elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer

from noc_console.services.alarms.service import AlarmService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import OnError, Tasks

BEAT_MS = 5_000
SETTLE_MS = 700
"""So long an alarm is looked at before it is said: who walks through a list looks at none."""
Told = Callable[[Mapping[int, tuple[str, ...]]], None]


class Presence(QObject):
    """Beats while the desk is in sight."""

    def __init__(self, desk: Desk, alarms: AlarmService, told: Told, on_error: OnError) -> None:
        super().__init__()
        self._desk, self._alarms, self._told = desk, alarms, told
        self._tasks = Tasks(self, on_error)
        self._open: int | None = None
        self._said: int | None = None
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self.beat)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._say)

    def begin(self) -> None:
        self._beat.start()
        self.beat()

    def end(self) -> None:
        """Out of sight: nothing is looked at any more."""
        self._beat.stop()
        self.look_at(None)

    def look_at(self, alarm_id: int | None) -> None:
        if alarm_id != self._open:
            self._open = alarm_id
            self._settle.start()

    def beat(self) -> None:
        """Say it again, for it is forgotten after a while, and ask for the others."""
        if self._open is not None and not self._settle.isActive():
            self._say()
        self._tasks.ask("lookers", self._alarms.lookers(self._desk.actor), self._told)

    def _say(self) -> None:
        if self._open is None and self._said is None:
            return
        alarm_id = self._said = self._open
        self._tasks.do("look", lambda: self._alarms.look(self._desk.actor, alarm_id=alarm_id))
