"""What is hidden in recordings beside what looks like a secret: an operator's own patterns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QPushButton, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.services.tapes.service import checked, hidden_in
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look


class HidingDialog(Dialog):
    """Patterns as a list, and a line to try them on before anything is recorded."""

    def __init__(self, parent: QWidget, patterns: Sequence[str], *, may_change: bool) -> None:
        super().__init__(
            parent,
            "Hidden in recordings",
            "Passwords, keys and communities are masked by themselves. Here stands what else is: a"
            " regular expression each. With ( ) only the groups are masked, else all that matches."
            " Holds for everybody, from the next recording on.",
            "Save",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.list = QListWidget()
        self.list.setFont(look().mono())
        self.list.setAccessibleName("Patterns")
        self.list.setMinimumHeight(14 * GRID)
        self.list.addItems(list(patterns))
        self.pattern, self.trial = QLineEdit(), QLineEdit()
        self.add_button, self.remove_button = QPushButton("Add"), QPushButton("Remove")
        self.shown = Label("", tone="dim", wrap=True)
        self._put_together()
        self.pattern.textChanged.connect(lambda _: self._tell())
        self.pattern.returnPressed.connect(self.add)
        self.trial.textChanged.connect(lambda _: self._tell())
        self.list.itemSelectionChanged.connect(self._tell)
        self.add_button.clicked.connect(self.add)
        self.remove_button.clicked.connect(self.remove)
        self._may_change = may_change
        self.accept_button.setEnabled(may_change)
        why = "" if may_change else "You may not change this (tapes set-up)"
        self.accept_button.setToolTip(why)
        self._tell()
        self.pattern.setFocus()

    def patterns(self) -> tuple[str, ...]:
        """What is hidden from now on."""
        return tuple(self.list.item(at).text() for at in range(self.list.count()))

    def add(self) -> None:
        """Take over what was typed, when it can be used."""
        text = self.pattern.text()
        try:
            checked(text)
        except Invalid as error:
            self.refuse(str(error))
            return
        self.problem.hide()
        if text not in self.patterns():
            self.list.addItem(text)
        self.pattern.clear()

    def remove(self) -> None:
        """No longer hide the chosen one."""
        if (row := self.list.currentRow()) >= 0:
            self.list.takeItem(row)
        self._tell()

    def accept(self) -> None:
        if self.pattern.text().strip():
            self.add()  # typed and not added: it was meant
            if self.pattern.text():
                return
        super().accept()

    def _tell(self) -> None:
        typed, line = self.pattern.text(), self.trial.text()
        self.add_button.setEnabled(self._may_change and bool(typed.strip()))
        self.add_button.setToolTip("" if typed.strip() else "Type a regular expression first")
        has_one = self.list.currentRow() >= 0 and bool(self.list.selectedItems())
        self.remove_button.setEnabled(self._may_change and has_one)
        self.remove_button.setToolTip("" if has_one else "Choose a pattern in the list first")
        if not line:
            self.shown.setText("")
            return
        try:
            wanted = (*self.patterns(), *((typed,) if typed.strip() else ()))
            self.shown.setText(f"Recorded as: {hidden_in(line, wanted)}")
        except Invalid as error:
            self.shown.setText(str(error))

    def _put_together(self) -> None:
        self.pattern.setPlaceholderText(r"customer-pin (\d{4})")
        self.pattern.setAccessibleName("Pattern to hide")
        self.pattern.setFont(look().mono())
        self.trial.setPlaceholderText("Try it on a line of output")
        self.trial.setAccessibleName("Line to try it on")
        self.trial.setFont(look().mono())
        # Enter in a line is this dialog's, not its button's.
        self.accept_button.setDefault(False)
        self.accept_button.setAutoDefault(False)
        line = QHBoxLayout()
        line.addWidget(self.pattern, 1)
        for button in (self.add_button, self.remove_button):
            button.setAutoDefault(False)
            line.addWidget(button)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(line)
        self.body.addWidget(self.trial)
        self.body.addWidget(self.shown)
