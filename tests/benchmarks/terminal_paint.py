"""Painting a terminal of 200 × 60, and the way from a key to its picture, beside a widget on pyte.

`python -m tests.benchmarks.terminal_paint` in a process of its own prints JSON. The widget is the
console's; the peer is what one would write on pyte in an afternoon: its screen, painted row by
row, a stroke for each run of equal colours.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyte
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from noc_console.adapters.terminal.opening import open_engine
from noc_console.app import paths
from noc_console.services.terminal.model import Size
from noc_console.views.kit import theme
from noc_console.views.kit.state import State
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.view import TerminalView

SIZE = Size(200, 60)
TIMES = 60
FRAME_S = 1 / 60
OURS_BYTES, THEIRS_BYTES = 24 << 20, 400 << 10
KEYS = 120


def log_line(dice: random.Random) -> bytes:
    """A line of a log as devices colour it: four or five runs."""
    level, color = dice.choice((("ERROR", 31), ("WARN ", 33), ("INFO ", 32), ("DEBUG", 36)))
    words = " ".join(
        dice.choice(("interface", "Gi0/0/0/7", "state", "changed", "10.0.0.1", "peer", "up"))
        for _ in range(16)
    )
    minute, second = dice.randrange(60), dice.randrange(60)
    stamp = f"2026-11-21T12:{minute:02d}:{second:02d}.{dice.randrange(1000):03d}Z"
    return f"\x1b[2m{stamp}\x1b[0m \x1b[1;{color}m{level}\x1b[0m {words}\r\n".encode()


def payload(size: int) -> bytes:
    dice = random.Random(7)
    lines = b"".join(log_line(dice) for _ in range(2_000))
    return (lines * (size // len(lines) + 1))[:size]


def median_ms(act: Callable[[], object], times: int = TIMES) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


class PyteWidget(QWidget):
    """A terminal on pyte, painted where it says that rows are dirty."""

    def __init__(self) -> None:
        super().__init__()
        self.screen = pyte.Screen(SIZE.columns, SIZE.rows)
        self.stream = pyte.ByteStream(self.screen)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._image = QImage(SIZE.columns * 8, SIZE.rows * 18, QImage.Format.Format_RGB32)
        self._image.fill(0)
        self._font = theme.look().mono(13)
        self._colors: dict[str, QColor] = {}

    def take_over(self) -> None:
        """Paint the dirty rows."""
        painter = QPainter(self._image)
        painter.setFont(self._font)
        for row in self.screen.dirty:
            self._paint_row(painter, row)
        painter.end()
        self.screen.dirty.clear()
        self.update()

    def _paint_row(self, painter: QPainter, row: int) -> None:
        line, start = self.screen.buffer[row], 0
        painter.fillRect(0, row * 18, SIZE.columns * 8, 18, Qt.GlobalColor.black)
        while start < SIZE.columns:
            first, end = line[start], start + 1
            while end < SIZE.columns and line[end][1:] == first[1:]:
                end += 1
            painter.setPen(self._color(first.fg))
            text = "".join(line[at].data for at in range(start, end))
            painter.drawText(QPointF(start * 8, row * 18 + 13), text)
            start = end

    def _color(self, name: str) -> QColor:
        found = self._colors.get(name)
        if found is None:
            plain = {"default": "white", "brown": "yellow"}.get(name, name)
            found = self._colors[name] = QColor(plain.removeprefix("bright"))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(0, 0, self._image)
        painter.end()


class Ours:
    """The console's widget."""

    def __init__(self) -> None:
        self.engine = open_engine(SIZE, scrollback=100_000)
        self.echo: Callable[[bytes], None] = lambda _: None
        self.view = TerminalView(
            self.engine,
            TerminalLooks(State(None)),
            lambda data, _: self.echo(data),
            on_error=_raise,
            fixed=SIZE,
        )
        self.view.resize(self.view.sizeHint())
        self.view.show()
        QApplication.processEvents()
        self.view.setFocus()

    def feed(self, data: bytes) -> None:
        self.engine.feed(data)

    def full(self) -> None:
        canvas = self.view._canvas
        assert canvas is not None
        canvas.forget()
        self.view.refresh()
        while canvas.is_behind:  # the whole picture is measured
            self.view.refresh()
        self.view.repaint()

    def show(self) -> None:
        self.view.refresh()
        QApplication.processEvents()


def _raise(error: BaseException) -> None:
    raise error


def repaints(ours: Ours) -> dict[str, float]:
    """A full repaint and one of a single row, of a screen of a coloured log."""
    ours.feed(payload(60 * 140))
    ours.full()
    full = median_ms(ours.full)
    dice = random.Random(1)

    def row(rows: list[float]) -> None:
        ours.feed(b"\x1b[%d;1H" % dice.randint(1, SIZE.rows) + log_line(dice)[:-2] + b"\x1b[K")
        began = time.perf_counter()
        ours.view.refresh()
        QApplication.sendPostedEvents()
        QApplication.processEvents()
        rows.append((time.perf_counter() - began) * 1000)

    rows: list[float] = []
    for _ in range(TIMES):
        row(rows)
    _colour_words(ours)
    words: list[float] = []
    for _ in range(TIMES):
        row(words)
    _colour_words(ours, is_on=False)
    dense = b"".join(
        b"\x1b[38;5;%dm\x1b[48;5;%dm%c" % (at * 7 % 256, at * 3 % 256, 33 + at % 90)
        for at in range(SIZE.columns * SIZE.rows)
    )
    ours.feed(b"\x1b[0m\x1b[H" + dense)
    ours.full()
    return {
        "full": full,
        "row": statistics.median(rows),
        "words": statistics.median(words),
        "dense": median_ms(ours.full, 20),
    }


def _colour_words(ours: Ours, *, is_on: bool = True) -> None:
    """As somebody has it who wants to see more than trouble."""
    looks = ours.view.looks
    for pattern in (r"\d+(?:\.\d+){3}", r"Gi[\d/]+", "warn|error", r"up\b"):
        looks.rules.add(pattern)
    looks.use(replace(looks.chosen, colours=is_on))
    ours.view.refresh()  # dressed anew
    ours.full()


def through(feed: Callable[[bytes], object], show: Callable[[], object], data: bytes) -> float:
    """MB/s from bytes to the picture, a picture in each sixtieth of a second."""
    began = shown = time.perf_counter()
    for at in range(0, len(data), 32 << 10):
        feed(data[at : at + (32 << 10)])
        if time.perf_counter() - shown >= FRAME_S:
            show()
            shown = time.perf_counter()
    show()
    return len(data) / 1e6 / (time.perf_counter() - began)


def through_pyte(data: bytes) -> float:
    widget = PyteWidget()
    widget.resize(1600, 1080)
    widget.show()

    def show() -> None:
        widget.take_over()
        QApplication.processEvents()

    # Smaller pieces: 32 kB keep pyte busy for longer than a frame.
    began = shown = time.perf_counter()
    for at in range(0, len(data), 2 << 10):
        widget.stream.feed(data[at : at + (2 << 10)])
        if time.perf_counter() - shown >= FRAME_S:
            show()
            shown = time.perf_counter()
    show()
    return len(data) / 1e6 / (time.perf_counter() - began)


def key_to_paint(ours: Ours) -> dict[str, float]:
    """From a key to the picture with its echo, milliseconds, beside an idle window."""
    took: list[float] = []
    pressed = [0.0]
    loop_open = [True]
    view = ours.view
    painted = view.paintEvent

    def paint(event: QPaintEvent) -> None:
        painted(event)
        if pressed[0]:
            took.append((time.perf_counter() - pressed[0]) * 1000)
            pressed[0] = 0.0

    view.paintEvent = paint  # type: ignore[method-assign]

    def echo(data: bytes) -> None:
        # The device answers a moment later, from the event loop as a link would.
        QTimer.singleShot(0, lambda: (ours.feed(data), view.output_came()))

    ours.echo = echo
    ours.feed(b"\x1b[0m\x1b[2J\x1b[H\x1b[?25h")

    def press() -> None:
        if len(took) >= KEYS:
            loop_open[0] = False
            return
        pressed[0] = time.perf_counter()
        key = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_X, Qt.KeyboardModifier.NoModifier, "x")
        QApplication.sendEvent(view, key)
        QTimer.singleShot(35, press)

    QTimer.singleShot(50, press)
    deadline = time.perf_counter() + 30
    while loop_open[0] and time.perf_counter() < deadline:
        QApplication.processEvents()
        time.sleep(0.0002)
    took.sort()
    return {"p50": took[len(took) // 2], "p95": took[int(len(took) * 0.95)], "n": len(took)}


def measure() -> dict[str, object]:
    ours = Ours()
    painted = repaints(ours)
    ours.feed(b"\x1b[0m\x1b[2J\x1b[H")
    fast = through(ours.feed, ours.show, payload(OURS_BYTES))
    slow = through_pyte(payload(THEIRS_BYTES))
    return {**painted, "through": fast, "pyte": slow, "key": key_to_paint(ours)}


def figures() -> list[dict[str, Any]]:
    """What a window's process measured, as figures of the terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.terminal_paint"],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    told = json.loads(done.stdout.splitlines()[-1])

    def below(name: str, value: float, goal: float) -> dict[str, Any]:
        return {
            "name": f"terminal: {name}",
            "value": round(value, 2),
            "unit": "ms",
            "peer": "",
            "peer_value": None,
            "ratio": None,
            "goal": f"≤ {goal:g} ms",
            "met": value <= goal,
        }

    ratio = told["through"] / told["pyte"]
    return [
        below("full repaint of 200×60", told["full"], 6),
        below("full repaint, every cell its own colours", told["dense"], 40),
        below("repaint of one row", told["row"], 1),
        below("repaint of one row, its words coloured by five rules", told["words"], 1),
        below("key to its picture, median", told["key"]["p50"], 1000 / 60),
        below("key to its picture, 95 of 100", told["key"]["p95"], 1000 / 60 + 5),
        {
            "name": "terminal: bytes to pictures at 60 a second, 200×60",
            "value": round(told["through"], 2),
            "unit": "MB/s",
            "peer": "a widget on pyte",
            "peer_value": round(told["pyte"], 3),
            "ratio": round(ratio, 1),
            "goal": "≥ 50×",
            "met": ratio >= 50,
        },
    ]


def main() -> None:
    app = QApplication(["terminal-paint", "-platform", "offscreen"])
    theme.install(app, paths.resources())
    print(json.dumps(measure()))


if __name__ == "__main__":
    main()
