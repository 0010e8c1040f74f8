"""Inputs made from what a setting says about itself, and lists to tick."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import MISSING, Field, fields
from datetime import time
from typing import Any

from PySide6.QtCore import QSize, QTime
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QTimeEdit,
    QWidget,
)

from noc_console.services.notify.settings import SETTINGS, ChannelKind
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import GRID

_TICK_HEIGHT = 22


def form() -> QFormLayout:
    """Rows of a title and an input."""
    made = QFormLayout()
    made.setHorizontalSpacing(2 * GRID)
    made.setVerticalSpacing(6)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return made


def settings_inputs(kind: ChannelKind, known: dict[str, Any]) -> dict[str, tuple[str, QWidget]]:
    """For each setting of a kind its title and input, filled in."""
    return {
        each.name: (each.metadata["title"], _input(each, known.get(each.name, each.default)))
        for each in fields(SETTINGS[kind])
    }


def _input(asked: Field[Any], value: Any) -> QWidget:
    about = asked.metadata
    widget: QWidget
    kind: type[Any] = type(asked.default) if asked.default is not MISSING else str
    if kind is bool:
        tick = QCheckBox(about["hint"])
        tick.setChecked(bool(value))
        widget = tick
    elif about["choices"]:
        choice = QComboBox()
        choice.addItems(list(about["choices"]))
        choice.setCurrentText(str(value))
        widget = choice
    elif kind is int:
        widget = whole(int(about["least"] or 0), int(about["most"] or 1_000_000), int(value))
    elif kind is float:
        widget = number(about["least"] or 0.0, about["most"] or 1e6, float(value))
    elif about["lines"]:
        text = Lines(str(value))
        text.setPlaceholderText(about["hint"])
        widget = text
    else:
        line = QLineEdit(str(value))
        line.setPlaceholderText(about["hint"])
        widget = line
    widget.setAccessibleName(about["title"])
    widget.setToolTip(plain_tip(about["hint"]))
    return widget


def whole(least: int, most: int, value: int, suffix: str = "") -> QSpinBox:
    box = QSpinBox()
    box.setRange(least, most)
    box.setSuffix(suffix)
    box.setValue(value)
    return box


def number(least: float, most: float, value: float, suffix: str = "") -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(least, most)
    box.setDecimals(1 if value % 1 else 0)
    box.setSuffix(suffix)
    box.setValue(value)
    return box


def secret_line(is_kept: bool) -> QLineEdit:
    """For a secret: never filled in, empty keeps what is there."""
    line = QLineEdit()
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setPlaceholderText("kept" if is_kept else "")
    return line


def value_of(widget: QWidget) -> Any:
    """What was typed, of any input made here."""
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QSpinBox | QDoubleSpinBox):
        return widget.value()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    return widget.text() if isinstance(widget, QLineEdit) else None


class Ticks(QScrollArea):
    """A short list of things to tick, in two columns."""

    def __init__(
        self, name: str, offered: Iterable[tuple[Any, str]], ticked: Collection[Any]
    ) -> None:
        super().__init__()
        self._boxes: list[tuple[Any, QCheckBox]] = []
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        for at, (key, title) in enumerate(offered):
            box = QCheckBox(title)
            box.setChecked(key in ticked)
            box.setAccessibleName(f"{name}: {title}")
            grid.addWidget(box, at // 2, at % 2)
            self._boxes.append((key, box))
        lines = (len(self._boxes) + 1) // 2
        grid.setRowStretch(lines, 1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        # On the dialog's own ground, where the boxes can be seen.
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.setAccessibleName(name)
        self.setFixedHeight(max(1, min(4, lines)) * _TICK_HEIGHT)

    def ticked(self) -> tuple[Any, ...]:
        return tuple(key for key, box in self._boxes if box.isChecked())

    def tick(self, wanted: Any, *, on: bool = True) -> None:
        for key, box in self._boxes:
            if key == wanted:
                box.setChecked(on)


class Lines(QPlainTextEdit):
    """A text of a few lines, as high as that needs: the style gives all inputs one line."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 7 * GRID)

    def showEvent(self, event: QShowEvent) -> None:
        # After the style has had its say.
        self.setMinimumHeight(7 * GRID)
        super().showEvent(event)


class Span(QWidget):
    """From a time of day to another, or never."""

    def __init__(
        self, words: str, start: time | None, end: time | None, usual: tuple[time, time]
    ) -> None:
        super().__init__()
        self.on = QCheckBox(words)
        self.start, self.end = QTimeEdit(), QTimeEdit()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.on)
        for edit, given, other in (
            (self.start, start, usual[0]),
            (self.end, end, usual[1]),
        ):
            shown = given or other
            edit.setDisplayFormat("HH:mm")
            edit.setTime(QTime(shown.hour, shown.minute))
            layout.addWidget(edit)
        layout.addStretch(1)
        self.on.toggled.connect(self.start.setEnabled)
        self.on.toggled.connect(self.end.setEnabled)
        is_on = start is not None and end is not None
        self.on.setChecked(is_on)
        self.start.setEnabled(is_on)
        self.end.setEnabled(is_on)
        self.start.setAccessibleName(f"{words} from")
        self.end.setAccessibleName(f"{words} until")

    def times(self) -> tuple[time | None, time | None]:
        if not self.on.isChecked():
            return None, None
        start, end = self.start.time(), self.end.time()
        return time(start.hour(), start.minute()), time(end.hour(), end.minute())


def words_of(text: str) -> tuple[str, ...]:
    """Words between commas."""
    return tuple(each.strip() for each in text.split(",") if each.strip())
