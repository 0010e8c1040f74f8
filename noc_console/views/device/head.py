"""Who the device is and how it feels: the top of its page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.text import duration
from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import Device, DeviceType, Reachability
from noc_console.services.telemetry.model import DeviceNow
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.sparkline import Sparkline
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import Times
from noc_console.views.topology.glyphs import paint_device
from noc_console.views.topology.ink import ink
from noc_console.views.topology.scene import (
    LOOK_DOWN,
    LOOK_UNKNOWN,
    LOOK_UNMANAGED,
    LOOK_UP,
)

Curve = NDArray[np.float64]
FIGURES = (
    ("cpu", "CPU"),
    ("memory", "Memory"),
    ("temperature", "Temperature"),
    ("response", "Response"),
)
STATE_WORDS = {
    Reachability.UP: "answers",
    Reachability.DOWN: "does not answer",
    Reachability.UNKNOWN: "not polled yet",
}


def look_of(device: Device, worst: Severity) -> int:
    """The look of the device's picture, as on the map."""
    if device.reachability is Reachability.DOWN:
        return LOOK_DOWN
    if worst > Severity.CLEARED:
        return int(worst)
    if not device.is_managed:
        return LOOK_UNMANAGED
    return LOOK_UP if device.reachability is Reachability.UP else LOOK_UNKNOWN


class Portrait(QWidget):
    """The device as the map draws it, large."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(QSize(64, 60))
        self._device: Device | None = None
        self._worst = Severity.CLEARED
        look().changed.connect(self.update)

    def show_device(self, device: Device, worst: Severity) -> None:
        self._device, self._worst = device, worst
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._device is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(QRectF(self.rect()).center())
        how = look_of(self._device, self._worst)
        paint_device(painter, middle, 40.0, self._device.type, how, ink())
        painter.end()


class Figure(QWidget):
    """One number with its last hour; a click puts it on the graph."""

    chosen = Signal(str)

    def __init__(self, key: str, title: str) -> None:
        super().__init__()
        self.key = key
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedSize(QSize(142, 58))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        self.title = Label(title, tone="dim", size="small")
        self.value = Label("–", size="large")
        self.curve = Sparkline(low=0.0 if key != "temperature" else None)
        self.curve.setFixedHeight(16)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title)
        head.addStretch()
        head.addWidget(self.value)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 5, 10, 4)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self.curve)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self.key)


class DeviceHead(QWidget):
    """Name, facts and key figures."""

    map_wanted = Signal()
    figure_chosen = Signal(str)

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self.portrait = Portrait()
        self.name = ElidedLabel("", size="title", tone="bright")
        self.state = ElidedLabel("")
        self.facts = ElidedLabel("", tone="dim")
        self.map_button = QPushButton("Show on map")
        self.map_button.setProperty("flat", True)
        self.map_button.clicked.connect(self.map_wanted)
        self.figures = {key: Figure(key, title) for key, title in FIGURES}
        self._lay_out()

    def show_device(self, device: Device, site: str, worst: Severity) -> None:
        """Who it is."""
        self.portrait.show_device(device, worst)
        self.name.show_text(device.name or device.address)
        self.state.show_text(_state(device, self._times))
        model = " ".join(filter(None, (device.vendor, device.model, device.version)))
        where = f"{device.address}:{device.port}" if device.port != 161 else device.address
        parts = (
            model,
            where,
            site,
            f"serial {device.serial}" if device.serial else "",
            f"contact {device.contact}" if device.contact else "",
            f"tags {', '.join(device.tags)}" if device.tags else "",
        )
        self.facts.show_text("   ·   ".join(filter(None, parts)))

    def show_now(self, now: DeviceNow | None) -> None:
        """How it feels."""
        told = {
            "cpu": _number(now.cpu if now else None, "%", 0),
            "memory": _number(now.memory if now else None, "%", 0),
            "temperature": _number(now.temperature if now else None, "°C", 0),
            "response": _number(now.response_ms if now else None, "ms", 1),
        }
        for key, text in told.items():
            self.figures[key].value.setText(text)

    def show_curves(self, curves: dict[str, Curve]) -> None:
        """The last hour of each figure."""
        for key, values in curves.items():
            high = 100.0 if key in ("cpu", "memory") else None
            self.figures[key].curve.show_values(values, high=high)

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(GRID)
        title.addWidget(self.name, 1)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addStretch()
        words.addLayout(title)
        words.addWidget(self.state)
        words.addStretch()
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(self.portrait)
        line.addLayout(words, 1)
        line.addWidget(self.map_button)
        for figure in self.figures.values():
            figure.chosen.connect(self.figure_chosen)
            line.addWidget(figure)
        under = QHBoxLayout()
        under.addSpacing(self.portrait.width() + GRID)
        under.addWidget(self.facts, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(2)
        layout.addLayout(line)
        layout.addLayout(under)


def type_word(type: DeviceType) -> str:
    """The part it plays, as people write it."""
    return "OLT" if type is DeviceType.OLT else type.value


def _state(device: Device, times: Times) -> str:
    since = times.age_s(device.reachability_since)
    state = STATE_WORDS[device.reachability] if device.is_managed else "only heard of by others"
    words = [state if since is None else f"{state} since {duration(since)}"]
    up = times.age_s(device.booted_at)
    if up is not None and device.reachability is Reachability.UP:
        words.append(f"up {duration(up)}")
    word = type_word(device.type)
    return f"{word[0].upper()}{word[1:]}   ·   " + "   ·   ".join(words)


def _number(value: float | None, unit: str, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f} {unit}"
