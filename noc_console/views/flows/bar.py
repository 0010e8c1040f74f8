"""The line of choices: by what, how long, filters as chips, and the way back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import visible
from noc_console.services.flows.model import Dimension
from noc_console.views.flows.asked import Asked
from noc_console.views.flows.words import SPANS, TITLES
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import GRID, look

MOST_BACK = 50
CHIP_LETTERS = 40
HINT = "Filter   device:core1   port:443   source:10.0.0.0/8   then Enter"


class FlowBar(QWidget):
    """Holds what is asked; `changed` when the operator asks something else."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.asked = Asked()
        self._past: list[Asked] = []
        self.back_button = IconButton("back", "Back to what was asked before")
        self.by = QComboBox()
        self.by.setAccessibleName("Sum up by")
        self.by.setMaxVisibleItems(20)
        for dimension, title in TITLES.items():
            self.by.addItem(title, dimension)
        self.spans = QButtonGroup(self)
        self.now_button = QToolButton()
        self.line = QLineEdit()
        self.line.setPlaceholderText(HINT)
        self.line.setAccessibleName("Filter flows")
        self.line.setClearButtonEnabled(True)
        self.chips = QHBoxLayout()
        self._lay_out()
        self._wire()
        self.show_asked(self.asked)

    def ask(self, asked: Asked) -> None:
        """Ask something else; the way back is kept."""
        if asked == self.asked:
            return
        self._past.append(self.asked)
        del self._past[:-MOST_BACK]
        self.show_asked(asked)
        self.changed.emit()

    def back(self) -> None:
        """What was asked before."""
        if self._past:
            self.show_asked(self._past.pop())
            self.changed.emit()

    def show_asked(self, asked: Asked) -> None:
        """Without a word to anyone: what the page was opened with."""
        self.asked = asked
        self.by.blockSignals(True)
        self.by.setCurrentIndex(self.by.findData(asked.by))
        self.by.blockSignals(False)
        for button in self.spans.buttons():
            button.setChecked(asked.end is None and self.spans.id(button) == asked.minutes)
        self.now_button.setVisible(asked.end is not None)
        self.back_button.setEnabled(bool(self._past))
        self._show_chips()

    def _show_chips(self) -> None:
        while (item := self.chips.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for text in self.asked.where:
            self.chips.addWidget(self._chip(text))
        self.chips.addStretch(1)

    def _chip(self, text: str) -> QToolButton:
        word, _, value = text.partition(":")
        shown = visible(value)
        cut = shown if len(shown) <= CHIP_LETTERS else f"{shown[: CHIP_LETTERS - 1]}…"
        chip = QToolButton()
        chip.setProperty("chip", True)
        chip.setCheckable(True)
        chip.setChecked(True)
        # An ampersand in a button's text is a key; doubled, it is itself.
        chip.setText(f"{word.replace('-', ' ')}  {cut}".replace("&", "&&"))
        chip.setIcon(icon("close"))
        chip.setIconSize(QSize(12, 12))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setToolTip(plain_tip(f"{text}\nClick to take this filter away"))
        chip.setAccessibleName(f"Take the filter {visible(text)} away")
        chip.clicked.connect(lambda: self.ask(self.asked.without(text)))
        return chip

    def _by_chosen(self) -> None:
        self.ask(replace(self.asked, by=Dimension(self.by.currentData())))

    def _span_chosen(self, minutes: int) -> None:
        self.ask(replace(self.asked, minutes=minutes, end=None))

    def _typed(self) -> None:
        text = self.line.text().strip()
        if text:
            self.line.clear()
            self.ask(self.asked.with_(text))

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(GRID)
        first.addWidget(self.back_button)
        first.addWidget(self.by)
        first.addSpacing(GRID)
        for words, minutes in SPANS:
            button = QToolButton()
            button.setProperty("chip", True)
            button.setCheckable(True)
            button.setText(words)
            button.setAccessibleName(f"The last {words}")
            self.spans.addButton(button, minutes)
            first.addWidget(button)
        self.spans.setExclusive(False)  # none, while one looks closer at a stretch
        self.now_button.setProperty("chip", True)
        self.now_button.setText("Back to now")
        first.addWidget(self.now_button)
        first.addSpacing(GRID)
        first.addWidget(self.line, 6)
        self.line.setMaximumWidth(560)
        first.addStretch(1)
        self.chips.setSpacing(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID + 4, 6, GRID, 6)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addLayout(self.chips)

    def _wire(self) -> None:
        self.back_button.clicked.connect(self.back)
        self.by.currentIndexChanged.connect(lambda _: self._by_chosen())
        self.spans.idClicked.connect(self._span_chosen)
        self.now_button.clicked.connect(lambda: self._span_chosen(self.asked.minutes))
        self.line.returnPressed.connect(self._typed)
        look().changed.connect(self._show_chips)
