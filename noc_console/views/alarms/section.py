"""One part of the details, loaded when it is looked at and not before."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from noc_console.services.alarms.model import Alarm
from noc_console.views.alarms.given import DeskServices
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import OnError, Tasks


class Section(QWidget):
    """What it tells of an alarm is asked for once it is in sight, and again when `says` changes."""

    title: ClassVar[str] = ""

    def __init__(self, desk: Desk, given: DeskServices, on_error: OnError) -> None:
        super().__init__()
        self.desk, self.given = desk, given
        self.tasks = Tasks(self, on_error)
        self.alarm: Alarm | None = None
        self._loaded: object = None
        self.note = Label("", tone="dim", wrap=True)
        self.note.hide()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(4)
        self.body.addWidget(self.note)

    @staticmethod
    def is_offered(given: DeskServices) -> bool:
        """Whether what it needs is there."""
        return True

    def concerns(self, alarm: Alarm) -> bool:
        """Whether there can be anything to tell of this alarm."""
        return True

    def says(self, alarm: Alarm) -> object:
        """What its content depends on; the same for a mere repeat of the report."""
        return alarm.id, alarm.severity, alarm.comments, alarm.acked_by, alarm.root_id

    @abstractmethod
    def load(self, alarm: Alarm) -> None:
        """Ask for what is to be shown."""

    def clear(self) -> None:
        """Another alarm: what was shown is no longer true."""

    def show_alarm(self, alarm: Alarm | None) -> None:
        """From now on it is about this one."""
        before, self.alarm = self.alarm, alarm
        if alarm is None or before is None or before.id != alarm.id:
            self._loaded = None
            self.say("")
            self.clear()
        self._load_if_seen()

    def say(self, text: str) -> None:
        """Why there is nothing to see."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load_if_seen()

    def _load_if_seen(self) -> None:
        alarm = self.alarm
        if alarm is None or not self.isVisible():
            return
        wanted = self.says(alarm)
        if wanted != self._loaded:
            self._loaded = wanted
            self.load(alarm)
