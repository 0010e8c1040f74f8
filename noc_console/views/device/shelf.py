"""Several lists in one place: chips choose which; those with nothing to show are not offered."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.views.kit.theme import GRID


class Shelf(QWidget):
    """Lists by key, one shown at a time."""

    turned = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = QStackedWidget()
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.chips: dict[str, QToolButton] = {}
        self._titles: dict[str, str] = {}
        self._widgets: dict[str, QWidget] = {}
        self._counts: dict[str, int] = {}
        self._bar = QWidget()
        self._bar.setProperty("role", "toolbar")
        self._bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._line = QHBoxLayout(self._bar)
        self._line.setContentsMargins(GRID + 4, 6, GRID, 6)
        self._line.setSpacing(6)
        self._line.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar)
        layout.addWidget(self._stack, 1)

    def add(self, key: str, title: str, widget: QWidget) -> None:
        """One more list, hidden until it has a count."""
        chip = QToolButton()
        chip.setText(title)
        chip.setProperty("chip", True)
        chip.setCheckable(True)
        chip.clicked.connect(lambda _=False, key=key: self.turn(key))
        chip.hide()
        self._group.addButton(chip)
        self.chips[key], self._titles[key], self._widgets[key] = chip, title, widget
        self._counts[key] = 0
        self._line.insertWidget(self._line.count() - 1, chip)
        self._stack.addWidget(widget)

    def show_counts(self, **counts: int) -> None:
        """How many rows each list has; those without any are not offered."""
        for key, count in counts.items():
            self._counts[key] = count
            self.chips[key].setText(f"{self._titles[key]}  {count}")
            self.chips[key].setVisible(count > 0)
        offered = [key for key, count in self._counts.items() if count]
        self._bar.setVisible(len(offered) > 1)
        if offered:
            self.turn(self.current if self.current in offered else offered[0])

    @property
    def total(self) -> int:
        """Rows in all lists."""
        return sum(self._counts.values())

    @property
    def current(self) -> str:
        """The key of the list that is shown."""
        shown = self._stack.currentWidget()
        return next((key for key, widget in self._widgets.items() if widget is shown), "")

    @property
    def widget(self) -> QWidget:
        return self._widgets[self.current]

    def turn(self, key: str) -> None:
        """Show this list."""
        self.chips[key].setChecked(True)
        if self.current == key and self.focusProxy() is not None:
            return
        self._stack.setCurrentWidget(self._widgets[key])
        self.setFocusProxy(self._widgets[key])
        self.turned.emit(key)
