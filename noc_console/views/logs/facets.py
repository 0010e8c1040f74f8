"""Beside the lines: how they are distributed, and all that the chosen one says."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from noc_console.services.intake.model import IntakeLine, LinesFound
from noc_console.views.kit.bars import Bar, Bars
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID
from noc_console.views.kit.times import Times
from noc_console.views.logs.asked import facility_word, severity_word
from noc_console.views.logs.columns import KINDS, device_of

MOST_DEVICES = 12
WIDTH = 250


class Facets(QScrollArea):
    """Counts by severity and device; a click narrows the search to one."""

    severity_chosen = Signal(int)
    device_chosen = Signal(int)

    def __init__(self, times: Times, names: Mapping[int, str]) -> None:
        super().__init__()
        self._times, self._names = times, names
        self.line: IntakeLine | None = None
        self.severities, self.devices = Bars("Lines by severity"), Bars("Lines by device")
        self.severities.chosen.connect(self.severity_chosen)
        self.devices.chosen.connect(self.device_chosen)
        self._severities_title = Label("By severity", tone="dim", size="small")
        self._devices_title = Label("Most talkative", tone="dim", size="small")
        self._line_title = Label("Chosen line", tone="dim", size="small")
        self._fields = QFormLayout()
        self._fields.setContentsMargins(0, 0, 0, 0)
        self._fields.setVerticalSpacing(2)
        self._fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._text = Label("", wrap=True, selectable=True)
        self._lay_out()
        self.show_line(None)

    def show_found(self, found: LinesFound) -> None:
        """The counts of all matches, not of the page shown."""
        most = max(found.severities, default=0)
        bars = [
            Bar(severity_word(n), count / most, f"{count:,}", key=n, is_count=True)
            for n, count in enumerate(found.severities)
            if count
        ]
        self.severities.show_bars(bars)
        top = found.devices[:MOST_DEVICES]
        most = max((one.count for one in top), default=0)
        self.devices.show_bars(
            [
                Bar(
                    self._names.get(one.device_id, f"device {one.device_id}"),
                    one.count / most,
                    f"{one.count:,}",
                    key=one.device_id,
                    is_count=True,
                )
                for one in top
                if one.count
            ]
        )
        for title, shown in (
            (self._severities_title, self.severities),
            (self._devices_title, self.devices),
        ):
            title.setVisible(bool(shown.bars))
            shown.setVisible(bool(shown.bars))

    def show_line(self, line: IntakeLine | None) -> None:
        """Every field the line came with."""
        self.line = line
        while self._fields.rowCount():
            self._fields.removeRow(0)
        self._line_title.setVisible(line is not None)
        self._text.setVisible(line is not None)
        if line is None:
            return
        self._text.setText(line.text)
        for name, value in (
            ("Received", self._times.both(line.at)),
            ("Device", device_of(line, self._names)),
            ("Source", line.source),
            ("Kind", KINDS[line.kind]),
            ("Severity", f"{severity_word(line.severity)} ({line.severity})"),
            ("Facility", facility_word(line.facility)),
            ("Host", line.host),
            ("App", line.app),
            ("Process", line.process),
            ("Message id", line.message_id),
            ("Mnemonic", line.mnemonic),
            ("Data", line.structured),
            ("Repeated", f"{line.count:,} times" if line.count > 1 else ""),
        ):
            if value:
                self._fields.addRow(
                    Label(name, tone="dim", size="small"), Label(value, wrap=True, selectable=True)
                )

    def _lay_out(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(220)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(4)
        for title, part in (
            (self._line_title, self._text),
            (self._severities_title, self.severities),
            (self._devices_title, self.devices),
        ):
            column.addWidget(title)
            column.addWidget(part)
            if part is self._text:
                column.addLayout(self._fields)
            column.addSpacing(GRID)
        column.addStretch(1)
        self.setWidget(inner)
