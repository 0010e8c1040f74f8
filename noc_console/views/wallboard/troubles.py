"""The worst alarms on the wall, root causes only, in letters one reads from three metres."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from noc_console.kernel.text import visible
from noc_console.services.alarms.model import (
    Alarm,
    AlarmChanged,
    AlarmCounts,
    AlarmsChanged,
    AlarmState,
)
from noc_console.services.alarms.service import AlarmService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import paint_icon
from noc_console.views.kit.severity import paint_severity, severity_word
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import Times
from noc_console.views.wallboard.scene import WallScene

ROW_PX = 58
"""Two lines: where and what, and whom it hits."""
EVERY_MS = 15_000
PART, MOST = 1_000, 60
"""Alarms read at once, and more than any wall has room for."""
HIDDEN = (AlarmState.SHELVED, AlarmState.SUPPRESSED)


class TroublesScene(WallScene):
    """What stands, worst first; what only follows from another alarm is told as a number."""

    name = "Alarms"
    watches = (AlarmChanged, AlarmsChanged)
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
        self.tasks.ask("alarms", self._ask(), self._show)

    async def _ask(self) -> tuple[list[Alarm], AlarmCounts]:
        """The worst, in parts until a wall is full: a storm is not read to its end."""
        actor, roots = self.desk.actor, list[Alarm]()
        part = await self._alarms.listed(actor, limit=PART)
        roots += filter(_is_shown, part.alarms)
        while part.more and len(roots) < MOST:
            part = await self._alarms.listed(actor, after=part.cursor, limit=PART)
            roots += filter(_is_shown, part.alarms)
        return roots, await self._alarms.counts(actor)

    def _show(self, found: tuple[list[Alarm], AlarmCounts]) -> None:
        roots, counts = found
        standing = counts.critical + counts.major + counts.minor + counts.warning
        told = sorted(roots, key=_worst_first)[:MOST]
        more = standing - sum(one.is_active for one in told)
        self.list.show_alarms(told, more=max(0, more), folded=counts.folded)


class TroubleList(QWidget):
    """Painted rows: sign, where, what and whom it hits, who has it, since when."""

    def __init__(self, times: Times, zoom: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times, self._zoom = times, zoom
        self.alarms: Sequence[Alarm] = ()
        self.more = self.folded = 0
        look().changed.connect(self.update)

    def show_alarms(self, alarms: Sequence[Alarm], *, more: int = 0, folded: int = 0) -> None:
        """The worst, and how many there are besides."""
        self.alarms, self.more, self.folded = alarms, more, folded
        worst = "Nothing is wrong" if not alarms else f"{len(alarms)} alarms"
        self.setAccessibleName(worst)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look().color("surface.field"))
        painter.scale(self._zoom, self._zoom)
        width, height = self.width() / self._zoom, self.height() / self._zoom
        if not self.alarms:
            _paint_quiet(painter, width, height)
        rows = max(1, int((height - 16) // ROW_PX))
        whole = len(self.alarms) <= rows and not self.folded and not self.more
        room_for = rows if whole else rows - 1
        shown = self.alarms[:room_for]
        for at, alarm in enumerate(shown):
            self._paint_row(painter, QRectF(24, 8 + at * ROW_PX, width - 48, ROW_PX), alarm)
        if rest := self._rest(len(self.alarms) - len(shown) + self.more):
            painter.setFont(look().font(15))
            painter.setPen(look().color("text.dim"))
            room = QRectF(24, 8 + len(shown) * ROW_PX, width - 48, ROW_PX)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, rest)
        painter.end()

    def _rest(self, left: int) -> str:
        """`and 12 more, 340 folded behind their causes`."""
        parts = [f"and {left:,} more"] if left else []
        if self.folded:
            parts.append(f"{self.folded:,} folded behind their causes")
        return ", ".join(parts)

    def _paint_row(self, painter: QPainter, row: QRectF, alarm: Alarm) -> None:
        quiet = alarm.acked_by is not None
        sign = QRectF(row.left(), row.center().y() - 13, 26, 26)
        paint_severity(painter, sign, alarm.severity, quiet=quiet)
        painter.setPen(look().color("line.hair"))
        painter.drawLine(row.bottomLeft(), row.bottomRight())
        hits = hit_words(alarm)
        upper = row.adjusted(0, 6, 0, -row.height() / 2) if hits else row
        bold, plain = QFont.Weight.DemiBold, QFont.Weight.Normal
        where, wide = row.width() * 0.26, row.width()
        who = alarm.owner or alarm.acked_by or ""
        dim = "text.dim" if quiet else "text.plain"
        for room, left, width, text, size, tint, weight in (
            (row, 40.0, 110.0, severity_word(alarm.severity), 16, "text.dim", plain),
            (row, 156.0, where, _place(alarm), 19, "text.bright", plain if quiet else bold),
            (upper, 166.0 + where, wide - where - 440, visible(alarm.text), 17, dim, plain),
            (row, wide - 264, 140.0, visible(who), 16, "text.dim", plain),
            (row, wide - 118, 118.0, self._times.ago(alarm.first_seen), 17, "text.plain", plain),
        ):
            _write(painter, room, left, width, text, size, tint, weight)
        if hits:
            lower = row.adjusted(0, row.height() / 2 - 4, 0, -2)
            left, width = 166.0 + where, wide - where - 440
            _write(painter, lower, left, width, hits, 15, "attention.plain", bold)


def _is_shown(alarm: Alarm) -> bool:
    return not alarm.is_folded and alarm.state not in HIDDEN


def _worst_first(alarm: Alarm) -> tuple[int, bool, float]:
    return -alarm.severity, alarm.acked_by is not None, -alarm.first_seen.timestamp()


def hit_words(alarm: Alarm) -> str:
    """`1,240 customers, 8 devices`; nothing while nobody knows of anybody."""
    impact = alarm.impact
    if impact is None:
        return ""
    told = [
        f"{count:,} {word}{'' if count == 1 else 's'}"
        for count, word in ((impact.customers, "customer"), (impact.devices, "device"))
        if count
    ]
    if told and impact.priority:
        told.append(f"{impact.priority:,} with priority")
    return ", ".join(told)


def _paint_quiet(painter: QPainter, width: float, height: float) -> None:
    tick = QRectF(width / 2 - 28, height / 2 - 70, 56, 56)
    paint_icon(painter, tick, "check", look().color("icon.dim"))
    painter.setFont(look().font(26))
    painter.setPen(look().color("text.dim"))
    room = QRectF(0, height / 2, width, 50)
    painter.drawText(room, Qt.AlignmentFlag.AlignHCenter, "Nothing is wrong.")


def _write(
    painter: QPainter,
    row: QRectF,
    left: float,
    width: float,
    text: str,
    size: int,
    tint: str,
    weight: QFont.Weight,
) -> None:
    painter.setFont(look().font(size, weight))
    painter.setPen(look().color(tint))
    room = QRectF(row.left() + left, row.top(), max(width - 10, 10), row.height())
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, cut)


def _place(alarm: Alarm) -> str:
    """Where, without addresses: a device that has no name is told by its site."""
    name = alarm.device_name or alarm.about.device_name
    return " · ".join(filter(None, (visible(name), visible(alarm.interface_name))))
