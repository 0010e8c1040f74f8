"""A value between its limits as a small bar: where it stands, where warning and trouble begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionViewItem

from noc_console.services.inventory.model import Sensor, SensorKind
from noc_console.views.device.gauges import Gauge, is_outside
from noc_console.views.kit.cells import CellDelegate
from noc_console.views.kit.theme import look

AIR = 0.18
"""Of the range, drawn beyond its limits."""
_PERCENT = frozenset(kind for kind in SensorKind if kind.unit == "%")


@dataclass(frozen=True, slots=True)
class Scale:
    """Everything as a share of the bar, 0–1; None where there is no such limit."""

    value: float | None
    low: float | None = None
    high: float | None = None
    warn_low: float | None = None
    warn_high: float | None = None


def scale(sensor: Sensor, value: float | None) -> Scale | None:
    """Where a value stands between its limits; None when there is nothing to measure it by."""
    low, high = sensor.low, sensor.high
    if sensor.kind is SensorKind.STATE:
        return None
    bottom, top = _ends(sensor, value)
    if bottom is None or top is None or not top > bottom:
        return None

    def at(told: float | None) -> float | None:
        return None if told is None else min(1.0, max(0.0, (told - bottom) / (top - bottom)))

    return Scale(at(value), at(low), at(high), at(sensor.warn_low), at(sensor.warn_high))


def _ends(sensor: Sensor, value: float | None) -> tuple[float | None, float | None]:
    low = sensor.low if sensor.low is not None else sensor.warn_low
    high = sensor.high if sensor.high is not None else sensor.warn_high
    if sensor.kind in _PERCENT:
        return 0.0, 100.0
    if low is None and high is None:
        return None, None
    told = [edge for edge in (low, high, value) if edge is not None]
    if low is None:
        low = min(0.0, *told)
    if high is None:
        high = max(told) if max(told) > low else low + (abs(low) or 1.0)
        high = max(high, low + abs(low) * 0.5)
    room = (high - low) * AIR or 1.0
    bottom = low - room if sensor.low is not None or sensor.warn_low is not None else low
    return min(bottom, *told), max(high + room, *told)


def paint_limits(painter: QPainter, rect: QRectF, told: Scale, *, outside: bool) -> None:
    """The bar: a hair line, the good stretch on it, ticks at the limits, a mark at the value."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = rect.center().y()

    def x(share: float) -> float:
        return rect.left() + share * rect.width()

    painter.fillRect(QRectF(rect.left(), middle - 1, rect.width(), 2), look().color("line.hair"))
    start, end = told.low or 0.0, 1.0 if told.high is None else told.high
    painter.fillRect(
        QRectF(x(start), middle - 2, x(end) - x(start), 4), look().color("line.strong")
    )
    painter.setPen(QPen(look().color("text.dim"), 1.4))
    for edge in (told.low, told.high):
        if edge is not None:
            painter.drawLine(QPointF(x(edge), middle - 6), QPointF(x(edge), middle + 6))
    painter.setPen(QPen(look().color("text.faint"), 1.0, Qt.PenStyle.DotLine))
    for edge in (told.warn_low, told.warn_high):
        if edge is not None:
            painter.drawLine(QPointF(x(edge), middle - 5), QPointF(x(edge), middle + 5))
    if told.value is not None:
        _paint_mark(painter, QPointF(x(told.value), middle), outside=outside)
    painter.restore()


def _paint_mark(painter: QPainter, at: QPointF, *, outside: bool) -> None:
    """A dot within the limits, a diamond beyond them: told apart without colour."""
    painter.setPen(Qt.PenStyle.NoPen)
    if not outside:
        painter.setBrush(look().color("accent.plain"))
        painter.drawEllipse(at, 4.0, 4.0)
        return
    painter.setBrush(look().color("attention.plain"))
    reach = 6.0
    painter.drawPolygon(
        QPolygonF(
            [
                at + QPointF(0, -reach),
                at + QPointF(reach, 0),
                at + QPointF(0, reach),
                at + QPointF(-reach, 0),
            ]
        )
    )


class LimitDelegate(CellDelegate):
    """Paints the limits of the row's gauge in one column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        model: Any = index.model()
        gauge: Gauge | None = gauge_of(model.row(index.row()))
        if gauge is None:
            return
        told = scale(gauge.sensor, gauge.value)
        given: Any = option
        if told is not None:
            room = QRectF(given.rect).adjusted(10, 3, -10, -3)
            paint_limits(painter, room, told, outside=is_outside(gauge))


def gauge_of(row: object) -> Gauge | None:
    """The gauge a row is or carries."""
    return row if isinstance(row, Gauge) else getattr(row, "gauge", None)
