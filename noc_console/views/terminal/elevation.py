"""The line of a terminal that says whether it may only look, and lets a person ask for more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSpinBox, QWidget

from noc_console.services.terminal.elevation import (
    LONGEST_MIN,
    MINUTES,
    Elevation,
    ElevationService,
)
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog, open_dialog
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID


class ElevateDialog(Dialog):
    """Why, and for how long."""

    def __init__(self, parent: QWidget | None, name: str) -> None:
        super().__init__(
            parent,
            f"Change {name}",
            "For some minutes this terminal holds nothing back. What happens in it is recorded, and"
            " the reason is kept in the journal.",
            "Elevate this session",
            is_safe=False,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Reason")
        self.reason.setPlaceholderText("The ticket, or what is to be done")
        self.minutes = QSpinBox()
        self.minutes.setAccessibleName("Minutes")
        self.minutes.setRange(1, LONGEST_MIN)
        self.minutes.setValue(MINUTES)
        self.minutes.setSuffix(" min")
        for title, field in (("Reason", self.reason), ("For", self.minutes)):
            self.body.addWidget(Label(title, tone="dim"))
            self.body.addWidget(field)
        self.reason.setFocus()

    def accept(self) -> None:
        if self.reason.text().strip():
            super().accept()
        else:
            self.refuse("Say why the device is to be changed.")


class ElevationBar(QWidget):
    """Read-only, or the minutes left; what was refused last is said here."""

    changed = Signal(bool)
    """Whether the session may change the device from now on."""

    def __init__(
        self,
        desk: Desk,
        service: ElevationService,
        *,
        name: str,
        on_error: OnError,
        record: Callable[[], Awaitable[bool]],
        is_recorded: Callable[[], bool],
        device_id: int = 0,
        note: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`record` starts the session's recording and says whether it runs, `is_recorded` whether
        it still does: elevation ends with it. `note` is the guard's where it cannot tell what
        changes the device."""
        super().__init__(parent)
        self._desk, self._service, self._record = desk, service, record
        self._is_recorded = is_recorded
        self._name, self._device_id, self._note = name, device_id, note
        self.elevation: Elevation | None = None
        self.tasks = Tasks(self, on_error)
        self.state = Label("", tone="dim", size="small")
        self.told = ElidedLabel("", tone="attention")
        self.button = QPushButton("Elevate…")
        self.button.clicked.connect(self.toggle)
        self.button.setProperty("compact", True)
        line = QHBoxLayout(self)
        line.setContentsMargins(GRID, 0, 0, 0)
        line.setSpacing(GRID)
        if note:  # a line of its own below the head: all of it is to be read
            self.setProperty("role", "toolbar")
            self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            line.setContentsMargins(GRID + 4, 4, GRID, 4)
        line.addWidget(self.state)
        line.addWidget(self.told, 1)
        line.addWidget(self.button)
        self._timer = QTimer(self)
        self._timer.setInterval(1_000)
        self._timer.timeout.connect(self.refresh)
        self.say("")
        self.refresh()

    @property
    def is_elevated(self) -> bool:
        """Asked by the session before it holds anything back."""
        return self.elevation is not None and self.elevation.is_on and self._is_recorded()

    def say(self, sentence: str) -> None:
        """Why something was not sent; "" for nothing any more."""
        self.told.show_text(sentence)
        self.told.setVisible(bool(sentence))

    def toggle(self) -> None:
        """Ask for leave, or give it back."""
        self.tasks.do("elevate", self._end if self.elevation is not None else self._ask)

    def refresh(self) -> None:
        """Say how it stands; end what is over."""
        elevation = self.elevation
        if elevation is not None and not self.is_elevated:
            self.tasks.do("elevate", self._end)
            return
        may = self._desk.actor.may("terminal.elevate")
        if elevation is not None:
            left = int(elevation.left_s())
            self.state.setText(f"May change the device for {left // 60}:{left % 60:02}")
            self.state.setToolTip("Everything is sent as it is typed, and recorded")
            self.state.set_tone("attention")
            self.button.setText("Give it back")
        else:
            self.state.setText(self._note or "Read-only")
            self.state.setToolTip("" if self._note else "What changes the device is not sent")
            self.state.set_tone("dim")
            self.button.setText("Elevate…")
        self.button.setVisible(not self._note)
        self.button.setEnabled(may or elevation is not None)
        self.button.setToolTip("" if may else "You may not elevate sessions (terminal elevate)")

    async def _ask(self) -> None:
        dialog = ElevateDialog(self.window(), self._name)
        try:
            if not await open_dialog(dialog):
                return
            reason, minutes = dialog.reason.text(), dialog.minutes.value()
        finally:
            dialog.deleteLater()
        self._set(
            await self._service.elevate(
                self._desk.actor,
                device_id=self._device_id,
                name=self._name,
                reason=reason,
                minutes=minutes,
                is_recorded=await self._record(),
            )
        )

    async def _end(self) -> None:
        elevation = self.elevation
        if elevation is None:
            return
        self._set(None)
        await self._service.end(self._desk.actor, elevation)

    def _set(self, elevation: Elevation | None) -> None:
        self.elevation = elevation
        self.say("")
        self.refresh()
        if elevation is not None:
            self._timer.start()
        else:
            self._timer.stop()
        self.changed.emit(elevation is not None)
