"""Notes pinned to the alarm or to its device, and room to write one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from noc_console.services.alarms.model import NO_DEVICE, Alarm
from noc_console.services.handover.model import Note
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.section import Section
from noc_console.views.alarms.words import object_text
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import OnError


class Notes(Section):
    """What the shifts wrote down about it."""

    title = "Notes"

    def __init__(self, desk: Desk, given: DeskServices, on_error: OnError) -> None:
        super().__init__(desk, given, on_error)
        self.labels: list[Label] = []
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.line = QLineEdit()
        self.line.setPlaceholderText("Pin a note to the device, for the next shift too")
        self.line.setAccessibleName("New note")
        self.line.setMaxLength(2_000)
        self.line.setVisible(desk.actor.may("handover.write"))
        self.line.returnPressed.connect(self.pin)
        self.body.addWidget(self.line)
        self.body.addWidget(area, 1)

    @staticmethod
    def is_offered(given: DeskServices) -> bool:
        return given.handover is not None

    def concerns(self, alarm: Alarm) -> bool:
        return alarm.about.device_id != NO_DEVICE and self.desk.actor.may("handover.see")

    def clear(self) -> None:
        self._show(())
        self.say("")

    def load(self, alarm: Alarm) -> None:
        assert self.given.handover is not None, "offered only with it"
        about = (f"alarm:{alarm.id}", f"device:{alarm.about.device_id}")
        self.tasks.ask("notes", self.given.handover.notes(self.desk.actor, about=about), self._show)

    def pin(self) -> None:
        """Keep what was written."""
        text, alarm, handover = self.line.text().strip(), self.alarm, self.given.handover
        if not text or alarm is None or handover is None:
            return
        name = alarm.device_name or object_text(alarm)
        about = f"device:{alarm.about.device_id}"

        def pinned(_: object) -> None:
            self.line.clear()
            self.load(alarm)

        self.tasks.do(
            "pin",
            lambda: handover.pin(self.desk.actor, about=about, text=text, about_name=name),
            pinned,
        )

    def _show(self, notes: tuple[Note, ...]) -> None:
        for label in self.labels:
            label.deleteLater()
        self.labels = []
        for note in notes:
            when = f"{note.by}, {self.desk.times.ago(note.at)} ago"
            for text, tone in ((note.text, ""), (when, "faint")):
                label = Label(text, tone=tone, wrap=True, selectable=True)
                self._column.insertWidget(len(self.labels), label)
                self.labels.append(label)
        self.say("" if notes else "No note is pinned to it.")
