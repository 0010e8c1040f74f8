"""The two moments in which somebody answers for a flight: approving it, and letting it begin."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from noc_console.kernel.text import plural
from noc_console.services.flights.model import Flight, Stand
from noc_console.views.flights.columns import counts_text
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID


def _not_watched(flight: Flight) -> str:
    """For who answers for it: what may get worse and stops nothing."""
    off = flight.gates.not_watched
    return f" Not watched: {', '.join(off)}." if off else ""


class ApproveDialog(Dialog):
    """A reason where it is one's own, and a word about devices that stay out of it."""

    def __init__(self, parent: QWidget | None, flight: Flight, *, is_own: bool) -> None:
        refused = flight.counts.get(Stand.REFUSED.value, 0)
        super().__init__(
            parent,
            f"Approve “{flight.title}”",
            f"{counts_text(flight)}.{_not_watched(flight)}",
            "Approve this flight",
        )
        self._is_own = is_own
        self._refused = refused
        self.reason = QPlainTextEdit()
        self.reason.setFixedHeight(8 * GRID)
        self.reason.setTabChangesFocus(True)
        self.reason.setAccessibleName("Reason")
        self.reason.setPlaceholderText(
            "You planned it yourself: why can nobody else approve it?" if is_own else "Optional"
        )
        self.without = QCheckBox(f"Leave {plural(refused, 'refused device')} as they are")
        self.without.setVisible(bool(refused))
        self.body.addWidget(Label("Reason", tone="dim"))
        self.body.addWidget(self.reason)
        self.body.addWidget(self.without)
        self.reason.setFocus()

    def accept(self) -> None:
        if self._is_own and len(self.reason.toPlainText().strip()) < 5:
            self.refuse("You planned it yourself: say why nobody else can approve it.")
        elif self._refused and not self.without.isChecked():
            self.refuse("Some devices cannot be flown safely: say that they are left as they are.")
        else:
            super().accept()


class StartDialog(Dialog):
    """Several devices are started by typing how many they are."""

    def __init__(self, parent: QWidget | None, flight: Flight) -> None:
        self._many = flight.counts.get(Stand.PLANNED.value, 0)
        devices = plural(self._many, "device")
        super().__init__(
            parent,
            f"Start “{flight.title}”",
            f"It changes {devices}, the canaries first. What gets worse is taken back."
            f"{_not_watched(flight)}",
            f"Change {devices}",
            is_safe=False,
        )
        self.typed = QLineEdit()
        self.typed.setAccessibleName("How many devices")
        if self._many > 1:
            self.body.addWidget(Label(f"Type {self._many} to go on", tone="dim"))
            self.body.addWidget(self.typed)
            self.typed.setFocus()

    def accept(self) -> None:
        if self._many > 1 and self.typed.text().strip() != str(self._many):
            self.refuse(f"Type {self._many}: that many devices are changed.")
        else:
            super().accept()
