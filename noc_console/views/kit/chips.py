"""Small toggles beside a filter line: what to show, by one click or one key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from noc_console.views.kit.label import plain_tip


class Chips(QWidget):
    """A row of toggles by id; `changed` when the operator turned one."""

    changed = Signal()

    def __init__(
        self, chips: Sequence[tuple[str, str, str]], parent: QWidget | None = None
    ) -> None:
        """`chips` as (id, words, tip)."""
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for id, words, tip in chips:
            button = QToolButton()
            button.setProperty("chip", True)
            button.setCheckable(True)
            button.setText(words)
            button.setToolTip(plain_tip(tip))
            button.setAccessibleName(tip or words)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            button.setIconSize(QSize(14, 14))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.toggled.connect(lambda _: self.changed.emit())
            self.buttons[id] = button
            layout.addWidget(button)

    def set_icon(self, id: str, icon: QIcon) -> None:
        self.buttons[id].setIcon(icon)

    def set_text(self, id: str, text: str) -> None:
        self.buttons[id].setText(text)

    def on(self) -> frozenset[str]:
        """The ids that are turned on."""
        return frozenset(id for id, button in self.buttons.items() if button.isChecked())

    def turn(self, ids: frozenset[str]) -> None:
        """Turn exactly these on; one `changed` if that changes anything."""
        if ids == self.on():
            return
        for id, button in self.buttons.items():
            button.blockSignals(True)
            button.setChecked(id in ids)
            button.blockSignals(False)
        self.changed.emit()
