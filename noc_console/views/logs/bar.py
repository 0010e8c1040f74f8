"""Asking the log: words, a span, how bad, what kind; and what the search is narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QWidget

from noc_console.kernel.text import visible
from noc_console.services.intake.model import LineKind
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.icons import icon
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import Times
from noc_console.views.logs.asked import SEVERITIES, SPANS, Asked, facility_word

PAUSE_MS = 250
LINE_HEIGHT = 28
SHOWN_SEVERITIES = (0, 2, 3, 4, 5)


class SearchBar(QWidget):
    """Holds one `Asked`; `changed` when the operator asked for something else."""

    changed = Signal()
    left = Signal()  # Enter or Escape: to the lines

    def __init__(self, times: Times, names: Mapping[int, str]) -> None:
        super().__init__()
        self._times, self._names = times, names
        self._asked = Asked()
        self.line = QLineEdit()
        self.line.setPlaceholderText('Search   bgp   xe-0/0/1   "lost carrier"   -debug')
        self.line.setAccessibleName("Search in traps and log lines")
        self.line.setClearButtonEnabled(True)
        self.line.setMinimumWidth(290)
        self._glass = self.line.addAction(
            icon("search", "icon.dim"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.span = QComboBox()
        self.span.setAccessibleName("Span of time")
        for words, seconds in SPANS:
            self.span.addItem(words, seconds)
        self.span.setFixedHeight(LINE_HEIGHT)
        self.severity = QComboBox()
        self.severity.setFixedHeight(LINE_HEIGHT)
        self.severity.setAccessibleName("Least severity")
        self.severity.addItem("Any severity", None)
        for number in SHOWN_SEVERITIES:
            words = SEVERITIES[number]
            self.severity.addItem(words if not number else f"{words} and worse", number)
        self.kinds = Chips(
            [
                (LineKind.TRAP.value, "Traps", "Only SNMP notifications"),
                (LineKind.SYSLOG.value, "Syslog", "Only log lines"),
            ]
        )
        self.pill = QToolButton()
        self.pill.setProperty("chip", True)
        self.pill.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.pill.setToolTip("Search everywhere again")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._lay_out()
        self._wire()
        self._show()

    @property
    def asked(self) -> Asked:
        return self._asked

    def ask(self, asked: Asked) -> None:
        """Another question, as if it had been put together by hand."""
        if asked == self._asked:
            return
        self._asked = asked
        self._show()
        self.changed.emit()

    def narrow(self, **fields: object) -> None:
        """The same question, with some of its fields changed."""
        self.ask(replace(self._asked, **fields))  # type: ignore[arg-type]

    def _show(self) -> None:
        asked = self._asked
        widgets = (self.line, self.span, self.severity, self.kinds)
        for widget in widgets:
            widget.blockSignals(True)
        if self.line.text() != asked.text:
            self.line.setText(asked.text)
        self.span.setCurrentIndex(max(0, self.span.findData(asked.span_s)))
        self.severity.setCurrentIndex(max(0, self.severity.findData(asked.severity)))
        self.kinds.turn(frozenset() if asked.kind is None else frozenset({asked.kind.value}))
        for widget in widgets:
            widget.blockSignals(False)
        self.span.setEnabled(asked.at is None)
        self.show_names()

    def show_names(self) -> None:
        """What the search is narrowed to besides; a click on it ends that."""
        asked, told = self._asked, []
        if asked.device_id is not None:
            told.append(self._names.get(asked.device_id, f"device {asked.device_id}"))
        if asked.source:
            told.append(asked.source)
        if asked.facility is not None:
            told.append(facility_word(asked.facility))
        if asked.at is not None:
            told.append(f"around {self._times.clock_time(asked.at)}")
        self.pill.setText(visible(" · ".join(told), limit=60))
        self.pill.setIcon(icon("close", "icon.dim"))
        self.pill.setVisible(bool(told))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_key = watched is self.line and event.type() == QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent) and self._key(event.key()):
            return True
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        if key == Qt.Key.Key_Escape:
            self.line.clear()
        elif key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            return False
        self._take_text()
        self.left.emit()
        return True

    def _take_text(self) -> None:
        self._pause.stop()
        self.narrow(text=self.line.text().strip())

    def _on_kind(self) -> None:
        on = self.kinds.on()
        before = self._asked.kind
        if len(on) > 1 and before is not None:  # the one just turned on counts
            on = on - {before.value}
        self.narrow(kind=LineKind(next(iter(on))) if on else None)
        self._show()

    def _wire(self) -> None:
        self.line.installEventFilter(self)
        self.line.textChanged.connect(lambda _: self._pause.start())
        self._pause.timeout.connect(self._take_text)
        self.span.currentIndexChanged.connect(lambda _: self.narrow(span_s=self.span.currentData()))
        self.severity.currentIndexChanged.connect(
            lambda _: self.narrow(severity=self.severity.currentData())
        )
        self.kinds.changed.connect(self._on_kind)
        self.pill.clicked.connect(self._drop_pill)
        look().changed.connect(self._repaint)

    def _drop_pill(self) -> None:
        changes: dict[str, object] = {"device_id": None, "source": "", "facility": None, "at": None}
        self.narrow(**changes)

    def _repaint(self) -> None:
        self._glass.setIcon(icon("search", "icon.dim"))
        self.pill.setIcon(icon("close", "icon.dim"))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        for part in (self.span, self.severity, self.kinds, self.pill):
            row.addWidget(part)
