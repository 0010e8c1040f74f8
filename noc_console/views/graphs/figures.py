"""The table below the graphs: every curve in a line, with what it was least, mostly and most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from noc_console.views.kit.curves import Curve, Span, Statistics, statistics
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look
from noc_console.views.kit.units import unit_of


@dataclass(frozen=True, slots=True)
class Figures:
    """A curve's figures over the span shown."""

    key: str
    name: str
    unit: str
    tint: str
    is_ghost: bool
    told: Statistics


def figures(curves: Sequence[Curve], span: Span) -> tuple[Figures, ...]:
    """A row a curve, in the order they are drawn; goes through all values: not for the window."""
    return tuple(
        Figures(
            f"{curve.spec}{' before' if curve.ghost else ''}",
            curve.name,
            curve.unit,
            curve.tint,
            curve.ghost,
            statistics(curve, span),
        )
        for curve in curves
    )


def columns() -> tuple[Column[Figures], ...]:
    return (
        Column("Curve", lambda row: row.name, width=320, icon=_swatch, stretch=True),
        _figure("Last", lambda told: told.last),
        _figure("Least", lambda told: told.least),
        _figure("Mean", lambda told: told.mean),
        _figure("95 %", lambda told: told.p95, id="p95"),
        _figure("Greatest", lambda told: told.greatest),
    )


def _figure(title: str, of: Callable[[Statistics], float | None], id: str = "") -> Column[Figures]:
    def text(row: Figures) -> str:
        value = of(row.told)
        return "–" if value is None else unit_of(row.unit).write(value)

    def export(row: Figures) -> str:
        value = of(row.told)
        return "" if value is None else f"{value:.6g}"

    return Column(
        title,
        text,
        sort=lambda row: of(row.told),
        id=id,
        width=104,
        align=Align.RIGHT,
        export=export,
    )


def _swatch(row: Figures) -> QIcon:
    return QIcon(_drawn(look().color(row.tint).name(), row.is_ghost))


@cache
def _drawn(color: str, is_ghost: bool) -> QPixmap:
    made = QPixmap(28, 28)
    made.setDevicePixelRatio(2.0)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    tint = QColor(color)
    tint.setAlpha(120 if is_ghost else 255)
    painter.fillRect(0, 6, 14, 2 if is_ghost else 3, tint)
    painter.end()
    return made
