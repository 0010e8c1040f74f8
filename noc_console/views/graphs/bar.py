"""The line above the graphs: how long, compared with when, drawn how."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QMenu, QToolButton, QWidget

from noc_console.kernel.text import visible
from noc_console.views.graphs.specs import HEATS, SPANS, Query
from noc_console.views.kit.drawing import Mode
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.theme import GRID

TITLES = {
    "5m": "Live",
    "1h": "1 h",
    "6h": "6 h",
    "24h": "Day",
    "7d": "Week",
    "30d": "Month",
    "1y": "Year",
}
COMPARE = (("", "Compare with…"), ("day", "a day before"), ("week", "a week before"),
           ("month", "4 weeks before"))  # fmt: skip
MANNERS = (
    ("lines", "Lines"),
    ("stacked", "Stacked"),
    ("week", "Heat map: weekdays"),
    ("days", "Heat map: days"),
    ("smoke", "Smoke of probes"),
)
SWITCHES = (
    ("log", "Logarithmic", "Powers of ten are equally far apart"),
    ("band", "Band", "From the least to the greatest behind each mean"),
    ("marks", "Marks", "Alarms and changes above the curves"),
)

SHARES = (0.0, 90.0, 95.0, 99.0)


class GraphBar(QWidget):
    """Holds how graphs are drawn; `changed` with the query the operator made of it."""

    changed = Signal(object)  # Query
    back_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.query = Query()
        self.back_button = IconButton("back", "Back to the span before (Backspace)")
        self.spans = QButtonGroup(self)
        self.chips: dict[str, QToolButton] = {}
        self.compare_box = QComboBox()
        self.compare_box.setAccessibleName("Compare with")
        self.manner_box = QComboBox()
        self.manner_box.setAccessibleName("How curves are drawn")
        self.switches: dict[str, QAction] = {}
        self.shares: dict[float, QAction] = {}
        self.looks = QToolButton()
        self.menu_button = QToolButton()
        self.menu = QMenu(self)
        self._lay_out()
        self.show_query(self.query, is_back=False)

    def show_query(self, query: Query, *, is_back: bool) -> None:
        """Show what is asked; nothing is told."""
        self.query = query
        self.spans.setExclusive(False)
        for key, chip in self.chips.items():
            chip.setChecked(query.fixed is None and key == query.span)
        self.spans.setExclusive(True)
        self.back_button.setEnabled(is_back)
        manner = query.heat or query.manner.mode.value
        for box, value in ((self.compare_box, query.compare), (self.manner_box, manner)):
            box.blockSignals(True)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.blockSignals(False)
        on = {
            "log": query.manner.is_log,
            "band": query.manner.has_band,
            "marks": query.has_marks,
        }
        for name, action in self.switches.items():
            action.setChecked(on[name])
        for share, action in self.shares.items():
            action.setChecked(share == query.share)

    def choose_span(self, key: str) -> None:
        """A stretch up to now, following it."""
        self._tell(replace(self.query, span=key, fixed=None))

    def choose_manner(self, key: str) -> None:
        is_heat = key in HEATS
        mode = Mode.LINES if is_heat else Mode(key)
        manner = replace(self.query.manner, mode=mode)
        self._tell(replace(self.query, heat=key if is_heat else "", manner=manner))

    def toggle(self, name: str) -> None:
        """Turn one of the switches."""
        query, manner = self.query, self.query.manner
        if name == "marks":
            query = replace(query, has_marks=not query.has_marks)
        elif name == "log":
            query = replace(query, manner=replace(manner, is_log=not manner.is_log))
        else:
            query = replace(query, manner=replace(manner, has_band=not manner.has_band))
        self._tell(query)

    def _tell(self, query: Query) -> None:
        self.show_query(query, is_back=self.back_button.isEnabled())
        self.changed.emit(query)

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(GRID, 5, GRID, 5)
        line.setSpacing(GRID // 2)
        self.back_button.clicked.connect(self.back_asked)
        line.addWidget(self.back_button)
        for key in SPANS:
            line.addWidget(self._chip(key, TITLES[key]))
        line.addSpacing(GRID)
        for box, items in ((self.compare_box, COMPARE), (self.manner_box, MANNERS)):
            for value, title in items:
                box.addItem(visible(title), value)
            line.addWidget(box)
        self.compare_box.currentIndexChanged.connect(
            lambda _: self._tell(replace(self.query, compare=self.compare_box.currentData()))
        )
        self.manner_box.currentIndexChanged.connect(
            lambda _: self.choose_manner(self.manner_box.currentData())
        )
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for name, title, tip in SWITCHES:
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setToolTip(tip)
            action.triggered.connect(lambda _=False, name=name: self.toggle(name))
            self.switches[name] = action
        percentiles = menu.addMenu("Percentile of traffic")
        for share in SHARES:
            action = percentiles.addAction(f"{share:g} %" if share else "None")
            action.setCheckable(True)
            action.triggered.connect(
                lambda _=False, share=share: self._tell(replace(self.query, share=share))
            )
            self.shares[share] = action
        for button, title, shown in (
            (self.looks, "Look", menu),
            (self.menu_button, "Graph", self.menu),
        ):
            button.setText(title)
            button.setMenu(shown)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            line.addWidget(button)
        line.addStretch()

    def _chip(self, key: str, title: str) -> QToolButton:
        chip = QToolButton()
        chip.setText(title)
        chip.setCheckable(True)
        chip.setProperty("chip", True)
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        chip.clicked.connect(lambda _=False, key=key: self.choose_span(key))
        self.spans.addButton(chip)
        self.chips[key] = chip
        return chip
