"""A graph on paper: axes, curves, limits, marks, and the figures of every curve below them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import numpy as np
from PySide6.QtGui import QColor

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.axes import Axes
from noc_console.views.kit.curves import Curve, Floats, Span, Writer, statistics
from noc_console.views.kit.drawing import Drawn, Limit, Manner, Mark, Part, drawn
from noc_console.views.kit.plot_ink import BAND, FEW, FILL, GHOST, STACK, runs
from noc_console.views.kit.severity import severity_color
from noc_console.views.kit.sheets import Area, Clip, Item, Points, Sheet, Stroke, Words
from noc_console.views.kit.theme import Theme
from noc_console.views.kit.ticks import log_ticks, time_ticks, value_ticks

LEFT, TOP, RIGHT, BELOW = 84.0, 48.0, 20.0, 22.0
LINE = 18.0
FIGURES = ("last", "least", "mean", "95 %", "greatest")
FIGURE_PX = 92.0


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Everything a graph shows just now, to be drawn elsewhere and later."""

    title: str
    curves: tuple[Curve, ...]
    span: Span
    write: Writer
    top: float | None
    manner: Manner
    limits: tuple[Limit, ...]
    marks: tuple[Mark, ...]
    zone: tzinfo | None


def sheet_of(shot: Snapshot, theme: Theme, *, width: float = 1000, height: float = 380) -> Sheet:
    """The graph with room for so large a picture of it; the figures come below."""
    room = (width - LEFT - RIGHT, height - TOP - BELOW)
    done = drawn(
        shot.curves, shot.span, int(room[0]), shot.manner, limits=shot.limits, top=shot.top
    )
    axes = Axes(LEFT, TOP, *room, shot.span, done.low, done.high, done.floor)
    items: list[Item] = [
        Words(LEFT, 20, shot.title, theme.color("text.bright"), 14, is_bold=True),
        Words(LEFT, 36, _when(shot), theme.color("text.dim")),
        *_axes(shot, done, axes, theme),
        Clip((axes.left, axes.top, axes.width, axes.height)),
        *_parts(done, axes, theme),
        *_limits(shot, axes, theme),
        Clip(None),
        *_marks(shot, axes, theme),
        *_figures(shot, height + LINE, width, theme),
    ]
    tall = height + LINE * (len(shot.curves) + 2)
    return Sheet(width, tall, theme.color("surface.field"), tuple(items), shot.title)


def _when(shot: Snapshot) -> str:
    ends = [
        datetime.fromtimestamp(at, UTC).astimezone(shot.zone)
        for at in (shot.span.start, shot.span.end)
    ]
    return f"{ends[0]:%Y-%m-%d %H:%M:%S} – {ends[1]:%Y-%m-%d %H:%M:%S} {ends[1]:%Z}"


def _axes(shot: Snapshot, done: Drawn, axes: Axes, theme: Theme) -> Iterator[Item]:
    grid, dim = theme.color("series.grid"), theme.color("text.dim")
    most = max(2, int(axes.height // 46))
    values = (
        log_ticks(done.low, done.high, done.floor, most)
        if done.floor
        else value_ticks(done.low, done.high, most)
    )
    for value in values:
        y = float(axes.y(value))
        is_zero = abs(value) < (done.high - done.low) * 1e-9
        color = theme.color("line.strong") if is_zero else grid
        yield Stroke(((axes.left, y), (axes.right, y)), color)
        size = abs(value) if shot.manner.from_zero else value
        yield Words(axes.left - 8, y + 4, shot.write(size), dim, side="end")
    for moment, text in time_ticks(
        shot.span.start, shot.span.end, int(axes.width // 92), shot.zone
    ):
        x = float(axes.x(moment))
        yield Stroke(((x, axes.top), (x, axes.bottom)), grid)
        yield Words(x, axes.bottom + 16, text, dim, side="middle")


def _parts(done: Drawn, axes: Axes, theme: Theme) -> Iterator[Item]:
    bodies = sum(not part.curve.ghost for part in done.parts)
    for part in done.parts:
        if part.band is not None:
            times, low, high = part.band
            soft = _faint(theme.color(part.curve.tint), BAND)
            yield from _between(axes.x(times), axes.y(low), axes.y(high), soft)
    for part in sorted(done.parts, key=lambda part: not part.curve.ghost):
        yield from _part(part, axes, theme, is_filled=done.has_areas and bodies <= FEW)


def _part(part: Part, axes: Axes, theme: Theme, *, is_filled: bool) -> Iterator[Item]:
    color = theme.color(part.curve.tint)
    x, y = axes.x(part.times), axes.y(part.values)
    if part.base is not None:
        yield from _between(x, axes.y(part.base), y, _faint(color, STACK))
    elif is_filled and not part.curve.ghost:
        yield from _between(x, np.full(len(x), float(axes.y(0.0))), y, _faint(color, FILL))
    if part.curve.ghost:
        color = _faint(color, GHOST)
    for first, last in runs(y):
        points = _points(x[first:last], y[first:last])
        if len(points) == 1:
            points = (points[0], (points[0][0] + 1.5, points[0][1]))
        yield Stroke(points, color, 1.2)
    if part.curve.p95 is not None and not part.curve.ghost and part.base is None:
        level = float(axes.y(-part.curve.p95 if part.curve.below else part.curve.p95))
        yield Stroke(((axes.left, level), (axes.right, level)), color, 1.0, "dash")


def _between(x: Floats, low: Floats, high: Floats, color: QColor) -> Iterator[Item]:
    for first, last in runs(low + high):
        if last - first > 1:
            there = _points(x[first:last], high[first:last])
            back = _points(x[first:last], low[first:last])
            yield Area((*there, *reversed(back)), color)


def _limits(shot: Snapshot, axes: Axes, theme: Theme) -> Iterator[Item]:
    for limit in shot.limits:
        y = float(axes.y(limit.value))
        if axes.top <= y <= axes.bottom:
            yield Stroke(((axes.left, y), (axes.right, y)), _tint(limit.severity, theme), 1, "dot")
            text = f"{limit.text}"
            yield Words(axes.right - 4, y - 4, text, theme.color("text.dim"), side="end")


def _marks(shot: Snapshot, axes: Axes, theme: Theme) -> Iterator[Item]:
    for mark in shot.marks:
        if mark.at > axes.span.end or (mark.end or mark.at) < axes.span.start:
            continue
        color = _tint(mark.severity, theme)
        x = float(axes.x(max(mark.at, axes.span.start)))
        y = axes.top - 6
        yield Area(((x, y - 4), (x + 4, y), (x, y + 4), (x - 4, y)), color)
        if mark.end is not None:
            end = float(axes.x(min(mark.end, axes.span.end)))
            yield Stroke(((x, axes.top - 1), (end, axes.top - 1)), color, 2)
        if mark.at >= axes.span.start:
            yield Stroke(((x, axes.top), (x, axes.bottom)), _faint(color, 120), 1, "dot")


def _figures(shot: Snapshot, y: float, width: float, theme: Theme) -> Iterator[Item]:
    dim, plain = theme.color("text.dim"), theme.color("text.plain")
    columns = [width - RIGHT - FIGURE_PX * at for at in range(len(FIGURES))][::-1]
    for x, text in zip(columns, FIGURES, strict=True):
        yield Words(x, y, text, dim, side="end")
    for curve in shot.curves:
        y += LINE
        color = theme.color(curve.tint)
        line = ((LEFT, y - 4), (LEFT + 14, y - 4))
        yield Stroke(line, _faint(color, GHOST) if curve.ghost else color, 3)
        yield Words(LEFT + 22, y, curve.name[:80], plain)
        told = statistics(curve, shot.span)
        for x, value in zip(
            columns, (told.last, told.least, told.mean, told.p95, told.greatest), strict=True
        ):
            yield Words(x, y, "–" if value is None else shot.write(value), plain, side="end")


def _points(x: Floats, y: Floats) -> Points:
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def _faint(color: QColor, opacity: int) -> QColor:
    soft = QColor(color)
    soft.setAlpha(opacity)
    return soft


def _tint(severity: Severity, theme: Theme) -> QColor:
    if severity is Severity.CLEARED:
        return theme.color("text.faint")
    return severity_color(severity, theme)
