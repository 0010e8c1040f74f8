"""What the desk asks before it puts something aside: for how long, and why."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from noc_console.services.filters.model import SavedFilter
from noc_console.views.kit.dialogs import Dialog

SHELVE = (("30 minutes", 30.0), ("1 hour", 60.0), ("4 hours", 240.0), ("8 hours", 480.0))


class ShelveDialog(Dialog):
    """For how long, and why; it comes back by itself."""

    def __init__(self, parent: QWidget | None, count: str, about: str) -> None:
        super().__init__(parent, f"Shelve {count}", about, f"Shelve {count}")
        self.minutes = SHELVE[-1][1]
        self.reason = ""
        self.span = QComboBox()
        self.span.setAccessibleName("For how long")
        for words, minutes in SHELVE:
            self.span.addItem(f"for {words}", minutes)
        self.span.setCurrentIndex(len(SHELVE) - 1)
        self.line = QLineEdit()
        self.line.setPlaceholderText("Reason")
        self.line.setAccessibleName("Reason")
        self.body.addWidget(self.span)
        self.body.addWidget(self.line)
        self.line.setFocus()

    def accept(self) -> None:
        self.reason, self.minutes = self.line.text().strip(), float(self.span.currentData())
        if self.reason:
            super().accept()
        else:
            self.refuse("Say why, for whoever finds it on the shelf.")


class SaveFilterDialog(Dialog):
    """Under which name, and for whom."""

    def __init__(self, parent: QWidget | None, words: str, kept: tuple[SavedFilter, ...]) -> None:
        super().__init__(parent, "Save this filter", words, "Save filter")
        self._own = {one.name for one in kept}
        self.name = ""
        self.is_shared = False
        self.line = QLineEdit()
        self.line.setPlaceholderText("Name")
        self.line.setAccessibleName("Name")
        self.line.setMaxLength(60)
        self.shared = QCheckBox("Offer it to everybody")
        self.body.addWidget(self.line)
        self.body.addWidget(self.shared)
        self.line.textChanged.connect(self._told)
        self.line.setFocus()

    def _told(self, text: str) -> None:
        is_old = text.strip() in self._own
        self.accept_button.setText("Replace filter" if is_old else "Save filter")

    def accept(self) -> None:
        self.name, self.is_shared = self.line.text().strip(), self.shared.isChecked()
        if self.name:
            super().accept()
        else:
            self.refuse("Give it a name.")
