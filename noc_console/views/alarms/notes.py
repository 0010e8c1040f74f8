"""Notes pinned to the alarm and to its device, whoever wrote them on whatever page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from noc_console.services.alarms.model import NO_DEVICE, Alarm
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.section import Section
from noc_console.views.alarms.words import object_text
from noc_console.views.handover.notes import NotesPane
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import GRID


class Notes(Section):
    """What the shifts wrote down about it."""

    title = "Notes"

    def __init__(self, desk: Desk, given: DeskServices, on_error: OnError) -> None:
        super().__init__(desk, given, on_error)
        assert given.handover is not None, "offered only with it"
        self.of_alarm = NotesPane(desk, given.handover)
        self.of_device = NotesPane(desk, given.handover)
        self.device_title = Label("ITS DEVICE", tone="faint", size="small")
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(4)
        column.addWidget(Label("THIS ALARM", tone="faint", size="small"))
        column.addWidget(self.of_alarm)
        column.addSpacing(GRID)
        column.addWidget(self.device_title)
        column.addWidget(self.of_device)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(area, 1)

    @staticmethod
    def is_offered(given: DeskServices) -> bool:
        return given.handover is not None

    def concerns(self, alarm: Alarm) -> bool:
        return self.desk.actor.may("handover.see")

    def says(self, alarm: Alarm) -> object:
        return alarm.id

    def clear(self) -> None:
        for pane in (self.of_alarm, self.of_device):
            pane.show_object("")

    def load(self, alarm: Alarm) -> None:
        self.of_alarm.show_object(f"alarm:{alarm.id}", object_text(alarm))
        has_device = alarm.about.device_id != NO_DEVICE
        self.device_title.setVisible(has_device)
        if has_device:
            self.of_device.show_object(f"device:{alarm.about.device_id}", alarm.device_name)
