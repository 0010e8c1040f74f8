"""The worst alarms on the wall, in letters one reads from three metres."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from noc_console.kernel.text import visible
from noc_console.services.alarms.model import Alarm, AlarmChanged, AlarmState
from noc_console.services.alarms.service import AlarmService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.severity import paint_severity, severity_word
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import Times
from noc_console.views.wallboard.scene import WallScene

ROW_PX = 46
EVERY_MS = 15_000
HIDDEN = (AlarmState.SHELVED, AlarmState.SUPPRESSED)


class TroublesScene(WallScene):
    """What stands, worst first."""

    name = "Alarms"
    watches = (AlarmChanged,)
    calm_ms = 1000

    def __init__(self, desk: Desk, zoom: float, alarms: AlarmService) -> None:
        super().__init__(desk, zoom)
        self._alarms = alarms
        self.list = TroubleList(desk.times, zoom)
        self.body.addWidget(self.list, 1)
        self._ages = QTimer(self)
        self._ages.setInterval(EVERY_MS)
        self._ages.timeout.connect(self.list.update)
        self._ages.start()

    def reload(self) -> None:
        self.tasks.ask("alarms", self._alarms.active(self.desk.actor), self._show)

    def _show(self, active: Sequence[Alarm]) -> None:
        self.list.show_alarms([one for one in active if one.state not in HIDDEN])


class TroubleList(QWidget):
    """Painted rows: sign, where, what, since when, who has it."""

    def __init__(self, times: Times, zoom: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times, self._zoom = times, zoom
        self.alarms: list[Alarm] = []
        look().changed.connect(self.update)

    def show_alarms(self, alarms: list[Alarm]) -> None:
        self.alarms = alarms
        worst = "Nothing is wrong" if not alarms else f"{len(alarms)} alarms"
        self.setAccessibleName(worst)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look().color("surface.field"))
        painter.scale(self._zoom, self._zoom)
        width, height = self.width() / self._zoom, self.height() / self._zoom
        if not self.alarms:
            painter.setFont(look().font(22))
            painter.setPen(look().color("text.dim"))
            room = QRectF(0, 0, width, height)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "Nothing is wrong.")
        rows = max(1, int((height - 16) // ROW_PX))
        shown = self.alarms[: rows if len(self.alarms) <= rows else rows - 1]
        for at, alarm in enumerate(shown):
            self._paint_row(painter, QRectF(24, 8 + at * ROW_PX, width - 48, ROW_PX), alarm)
        if left := len(self.alarms) - len(shown):
            painter.setFont(look().font(14))
            painter.setPen(look().color("text.dim"))
            room = QRectF(24, 8 + len(shown) * ROW_PX, width - 48, ROW_PX)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, f"and {left:,} more")
        painter.end()

    def _paint_row(self, painter: QPainter, row: QRectF, alarm: Alarm) -> None:
        paint_severity(painter, QRectF(row.left(), row.center().y() - 10, 20, 20), alarm.severity)
        painter.setPen(look().color("line.hair"))
        painter.drawLine(row.bottomLeft(), row.bottomRight())
        middle = Qt.AlignmentFlag.AlignVCenter
        age = self._times.ago(alarm.first_seen)
        who = alarm.acked_by or ""
        cells = (
            (34.0, 110.0, severity_word(alarm.severity), "text.dim", QFont.Weight.Normal),
            (150.0, row.width() * 0.24, _place(alarm), "text.bright", QFont.Weight.DemiBold),
            (
                160.0 + row.width() * 0.24,
                row.width() * 0.76 - 420,
                visible(alarm.text),
                "text.plain",
                QFont.Weight.Normal,
            ),
            (row.width() - 250, 120.0, visible(who), "text.dim", QFont.Weight.Normal),
            (row.width() - 120, 120.0, age, "text.dim", QFont.Weight.Normal),
        )
        for left, width, text, tint, weight in cells:
            painter.setFont(look().font(15, weight))
            painter.setPen(look().color(tint))
            room = QRectF(row.left() + left, row.top(), max(width - 10, 10), row.height())
            told = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(room.width())
            )
            painter.drawText(room, middle, told)


def _place(alarm: Alarm) -> str:
    """Where, without addresses: a device that has no name is told by its site."""
    name = alarm.device_name or alarm.about.device_name
    return " · ".join(filter(None, (visible(name), visible(alarm.interface_name))))
