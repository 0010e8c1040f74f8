"""The smoke graph: how fast, how evenly and how completely a target answered over time.

The line is the median of each round, coloured by what was lost of it; the greys behind it are
where the round's other answers lay (the smoke of SmokePing); along the bottom stand the losses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from noc_console.views.kit.curves import Span
from noc_console.views.kit.label import Label
from noc_console.views.kit.plots import AIR, Plot
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import Times
from noc_console.views.kit.units import ms_text

Floats = NDArray[np.float64]

COLUMNS = (
    "sent",
    "lost",
    "min_us",
    "p10_us",
    "p25_us",
    "median_us",
    "p75_us",
    "p90_us",
    "max_us",
)
BANDS = (("min_us", "max_us", 20), ("p10_us", "p90_us", 42), ("p25_us", "p75_us", 70))
"""Lower edge, upper edge, opacity: the middle half is the darkest."""
LOSSES = (
    (0.5, "series.a", "no loss"),
    (5.0, "series.b", "≤ 5 %"),
    (20.0, "series.d", "≤ 20 %"),
    (60.0, "series.f", "≤ 60 %"),
    (101.0, "series.c", "more"),
)
"""Up to so many per cent lost, in this colour. None of them is an alarm's."""
LOSS_SHARE = 0.18
"""The height a complete loss takes of the graph."""
WIDEST_GAP = 1.6
"""A round reaches this many steps at most; beyond is a gap."""


class Told(Protocol):
    """What a series holds, as the service hands it out."""

    @property
    def times_ms(self) -> NDArray[np.int64]: ...

    @property
    def values(self) -> Mapping[str, Floats]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Smoke:
    """Rounds over time: seconds since 1970, milliseconds, per cent; NaN is a gap."""

    times: Floats
    levels: Mapping[str, Floats]
    """By column, ms."""
    loss: Floats
    sent: Floats

    @property
    def step_s(self) -> float:
        """The usual time between two rounds."""
        return float(np.median(np.diff(self.times))) if len(self.times) > 1 else 60.0

    def __len__(self) -> int:
        return len(self.times)


@dataclass(frozen=True, slots=True)
class Moment:
    """What was told at one moment; None where nothing is known."""

    at: float
    median: float | None
    least: float | None
    greatest: float | None
    loss: float | None


NOTHING = Smoke(np.empty(0), {name: np.empty(0) for name in COLUMNS[2:]}, np.empty(0), np.empty(0))


def smoke_of(series: Told) -> Smoke:
    """A stored series, ready to be drawn."""
    values = series.values
    sent, lost = values["sent"], values["lost"]
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = np.where(sent > 0, 100.0 * lost / sent, np.nan)
    levels = {name: values[name] / 1000.0 for name in COLUMNS[2:]}
    return Smoke(series.times_ms / 1000.0, levels, loss, sent)


def tint_of(loss: float) -> str:
    """The token of a loss in per cent."""
    return next(tint for most, tint, _ in LOSSES if loss <= most or most > 100)


def gathered(smoke: Smoke, span: Span, pixels: int) -> Smoke:
    """At most one round a pixel: the widest smoke, the mean median, all that was lost.

    With fewer rounds than pixels nothing is changed but what lies out of view.
    """
    first = max(0, int(np.searchsorted(smoke.times, span.start)) - 1)
    last = int(np.searchsorted(smoke.times, span.end, side="right")) + 1
    cut = slice(first, last)
    times = smoke.times[cut]
    levels = {name: values[cut] for name, values in smoke.levels.items()}
    near = Smoke(times, levels, smoke.loss[cut], smoke.sent[cut])
    if len(times) <= pixels or pixels < 1:
        return near
    place = ((times - times[0]) / max(times[-1] - times[0], 1e-9) * (pixels - 1)).astype(int)
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    counts = np.diff(np.append(starts, len(times)))
    lows, highs = ("min_us", "p10_us", "p25_us"), ("p75_us", "p90_us", "max_us")
    made = {name: np.fmin.reduceat(levels[name], starts) for name in lows}
    made |= {name: np.fmax.reduceat(levels[name], starts) for name in highs}
    made["median_us"] = _mean(levels["median_us"], starts)
    sent = np.add.reduceat(np.nan_to_num(near.sent), starts)
    lost = np.add.reduceat(np.nan_to_num(near.loss * near.sent), starts)
    loss = np.where(sent > 0, lost / np.maximum(sent, 1), np.nan)
    middle = np.add.reduceat(times, starts) / counts
    return Smoke(middle, made, loss, sent)


def _mean(values: Floats, starts: NDArray[np.int64]) -> Floats:
    known = np.isfinite(values)
    total = np.add.reduceat(np.where(known, values, 0.0), starts)
    count = np.add.reduceat(known.astype(float), starts)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


class SmokePlot(Plot):
    """Between the axes of a graph: smoke, medians and losses."""

    def __init__(self, times: Times) -> None:
        super().__init__(times)
        self.smoke = NOTHING
        self._near = NOTHING
        self.setAccessibleName("Smoke graph")

    def fit(self) -> tuple[float, float]:
        """From zero to the highest nine tenths; a lone outlier does not press the rest flat."""
        self._near = gathered(self.smoke, self.span, int(self.room().width()))
        tops = [self._near.levels[name] for name in ("median_us", "p90_us")]
        tops += [_trimmed(self._near.levels["max_us"])]
        known = np.concatenate(tops) if len(self._near) else np.empty(0)
        known = known[np.isfinite(known)]
        high = float(known.max()) * AIR if known.size else 0.0
        return 0.0, high if high > 0 else 1.0

    def draw_inside(self, painter: QPainter) -> None:
        near = self._near
        if not len(near):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        reach = near.step_s / 2 if len(near) > 1 else self.smoke.step_s / 2
        before = np.diff(near.times, prepend=near.times[0] - 2 * reach) / 2
        after = np.diff(near.times, append=near.times[-1] + 2 * reach) / 2
        widest = reach * WIDEST_GAP
        left = self.x_of(near.times - np.minimum(before, widest))
        right = self.x_of(near.times + np.minimum(after, widest))
        for low, high, opacity in BANDS:
            self._draw_smoke(painter, left, right, near.levels[low], near.levels[high], opacity)
        self._draw_losses(painter, left, right)
        self._draw_medians(painter, left, right)

    def _draw_smoke(
        self,
        painter: QPainter,
        left: Floats,
        right: Floats,
        low: Floats,
        high: Floats,
        opacity: int,
    ) -> None:
        color = QColor(look().color("text.dim"))
        color.setAlpha(opacity)
        top, bottom = self.y_of(high), self.y_of(low)
        for at in np.flatnonzero(np.isfinite(low) & np.isfinite(high)):
            height = bottom[at] - top[at]
            if height >= 0.5:
                width = max(1.0, right[at] - left[at])
                painter.fillRect(QRectF(left[at], top[at], width, height), color)

    def _draw_losses(self, painter: QPainter, left: Floats, right: Floats) -> None:
        room, near = self.room(), self._near
        for at in np.flatnonzero(near.loss > 0):
            color = QColor(look().color(tint_of(float(near.loss[at]))))
            color.setAlpha(150)
            height = max(3.0, room.height() * LOSS_SHARE * float(near.loss[at]) / 100)
            width = max(1.5, right[at] - left[at])
            painter.fillRect(QRectF(left[at], room.bottom() - height, width, height), color)

    def _draw_medians(self, painter: QPainter, left: Floats, right: Floats) -> None:
        near = self._near
        y = self.y_of(near.levels["median_us"])
        known = np.isfinite(y)
        joined = QPen(look().color("series.e"), 1.0)
        for at in np.flatnonzero(known[1:] & known[:-1]).tolist():
            if left[at + 1] - right[at] <= 1.5:
                painter.setPen(joined)
                painter.drawLine(QPointF(right[at], y[at]), QPointF(left[at + 1], y[at + 1]))
        for at in np.flatnonzero(known).tolist():
            loss = float(near.loss[at]) if np.isfinite(near.loss[at]) else 0.0
            pen = QPen(look().color(tint_of(loss)), 2.0)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            end = max(right[at], left[at] + 2.0)
            painter.drawLine(QPointF(left[at], y[at]), QPointF(end, y[at]))


def _trimmed(values: Floats) -> Floats:
    """Without the largest fiftieth."""
    known = values[np.isfinite(values)]
    return known[known <= np.percentile(known, 98)] if known.size else known


class SmokeGraph(QWidget):
    """The plot with its keys and the words of the moment under the crosshair."""

    zoomed = Signal(object)  # Span
    zoomed_out = Signal()

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self.plot = SmokePlot(times)
        self.reading = Label("", tone="bright")
        self.moment = Label("", tone="dim")
        self._lay_out()
        self.plot.hovered.connect(self._hover)
        self.plot.dragged.connect(self.zoomed)
        self.plot.left.connect(self.zoomed_out)
        look().changed.connect(self.plot.refresh)
        times.changed.connect(self.plot.refresh)

    def show_smoke(self, smoke: Smoke, span: Span, *, note: str = "") -> None:
        """Swap what is shown; `note` stands in the middle when there is nothing to draw."""
        plot = self.plot
        plot.smoke, plot.span, plot.write = smoke, span, ms_text
        plot.note = "" if len(smoke) else note
        plot.refresh()
        self._hover(None)

    def at(self, moment: float) -> Moment:
        """What is known about a moment."""
        smoke = self.plot.smoke
        if not len(smoke):
            return Moment(moment, None, None, None, None)
        right = int(np.searchsorted(smoke.times, moment))
        near = [n for n in (right - 1, right) if 0 <= n < len(smoke)]
        best = min(near, key=lambda n: abs(smoke.times[n] - moment))
        reach = max(smoke.step_s, self.plot.span.seconds / max(1, self.plot.width()) * 3)
        if abs(smoke.times[best] - moment) > reach:
            return Moment(moment, None, None, None, None)

        def known(values: Floats) -> float | None:
            value = float(values[best])
            return value if np.isfinite(value) else None

        levels = smoke.levels
        return Moment(
            at=float(smoke.times[best]),
            median=known(levels["median_us"]),
            least=known(levels["min_us"]),
            greatest=known(levels["max_us"]),
            loss=known(smoke.loss),
        )

    def _hover(self, moment: float | None) -> None:
        if moment is None:
            self.reading.setText(self._summary())
            self.moment.setText("")
            return
        told = self.at(moment)
        if told.loss is None:
            self.reading.setText("nothing measured")
        else:
            self.reading.setText(moment_text(told))
        self.moment.setText(self._times.absolute(datetime.fromtimestamp(told.at, UTC)))

    def _summary(self) -> str:
        """The whole span in a line."""
        smoke = self.plot.smoke
        medians = smoke.levels["median_us"]
        known = medians[np.isfinite(medians)]
        sent = float(np.nansum(smoke.sent)) if len(smoke) else 0.0
        if not sent:
            return ""
        lost = float(np.nansum(smoke.loss * smoke.sent)) / sent
        median = f"median {ms_text(float(np.median(known)))}, " if known.size else ""
        return f"{median}{lost:.2g} % lost" if lost else f"{median}nothing lost"

    def _lay_out(self) -> None:
        head = QWidget()
        head.setFixedHeight(26)
        keys = QHBoxLayout(head)
        keys.setContentsMargins(GRID + 4, 4, GRID + 4, 4)
        keys.setSpacing(GRID)
        keys.addWidget(self.reading)
        keys.addWidget(self.moment)
        keys.addStretch(1)
        for _, tint, words in LOSSES:
            keys.addWidget(_Key(tint))
            keys.addWidget(Label(words, tone="dim", size="small"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.plot, 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(360, 150)


class _Key(QWidget):
    """A stroke in the colour it explains."""

    def __init__(self, tint: str) -> None:
        super().__init__()
        self._tint = tint
        self.setFixedSize(QSize(12, 12))
        look().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRectF(0, 5, 12, 3), look().color(self._tint))
        painter.end()


def moment_text(told: Moment) -> str:
    """`1.24 ms  (0.9 – 3.1)  · 5 % lost`."""
    lost = "nothing lost" if not told.loss else f"{told.loss:.3g} % lost"
    if told.median is None or told.least is None or told.greatest is None:
        return lost
    spread = ""
    if told.greatest > told.least:
        spread = f"  ({ms_text(told.least)} – {ms_text(told.greatest)})"
    return f"{ms_text(told.median)}{spread}  ·  {lost}"
