"""The locked window: how many alarms wait, and a line for the pass phrase. Nothing else."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent, QWindow
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from noc_console.kernel.clock import steady_s
from noc_console.kernel.errors import NocError
from noc_console.kernel.events import Event
from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import AlarmCounts, Severity
from noc_console.services.secrets.model import (
    HolderKind,
    LockState,
    VaultHolderChanged,
    VaultState,
)
from noc_console.services.secrets.ports import LockedKeyring
from noc_console.services.vault.service import VaultService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label
from noc_console.views.kit.severity import SeveritySign
from noc_console.views.kit.strips import IconView
from noc_console.views.kit.table import spaced
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID
from noc_console.views.vault.clipboard import secret_clipboard
from noc_console.views.vault.forms import check_twice
from noc_console.views.vault.inputs import SecretLine
from noc_console.views.vault.reveal import RevealDialog

LOOK_MS = 1000
TITLE = "NOC Console – locked"
MISSING = "Not in the list? Somebody who can open the vault adds you on its page."
_SHOWN = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)
_HANDS = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
}
Counts = Callable[[], Coroutine[Any, Any, AlarmCounts]]


class LockScreen(QWidget):
    """Covers a window. `tried` says who gave which pass phrase."""

    tried = Signal(str, object)  # person ("" for the vault file), Secret

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "page")
        self.setAutoFillBackground(True)
        self.title = Label("NOC Console is locked", size="title", tone="bright")
        self.why = Label("", tone="dim")
        self.counts = {each: Label("–", size="large", tone="bright") for each in _SHOWN}
        self.signs = {each: SeveritySign() for each in _SHOWN}
        self.person = QComboBox()
        self.person.setAccessibleName("Who you are")
        self.phrase = SecretLine("Pass phrase", placeholder="Pass phrase")
        self.again = SecretLine("Once more", placeholder="Once more")
        self.again.hide()
        self.button = QPushButton("Unlock")
        self.button.setProperty("main", True)
        self.missing = Label(MISSING, tone="dim", wrap=True)
        self.missing.hide()
        self.problem = Label("", tone="attention", wrap=True)
        self.is_new = False
        self.button.clicked.connect(self._try)
        self.phrase.returnPressed.connect(self._try)
        self.again.returnPressed.connect(self._try)
        self._lay_out()

    def show_people(self, people: list[str], *, is_file: bool, is_new: bool) -> None:
        """Who may unlock; a vault file has one phrase, and is made with the first."""
        self.is_new = is_new
        chosen = self.person.currentText()
        self.person.clear()
        self.person.addItems(people)
        self.person.setCurrentText(chosen)
        self.person.setVisible(bool(people) and not is_file)
        self.again.setVisible(is_new)
        self.title.setText("Choose a pass phrase" if is_new else "NOC Console is locked")
        self.why.setText(
            "It opens this machine's vault. Nobody can look it up."
            if is_new
            else "Monitoring goes on. Alarms are counted here and still sound."
        )
        self.missing.setVisible(bool(people) and not is_file)
        self.button.setText("Make the vault" if is_new else "Unlock")

    def show_counts(self, counts: AlarmCounts) -> None:
        for severity, label in self.counts.items():
            count = getattr(counts, severity.name.lower())
            label.setText(spaced(count))
            self.signs[severity].show_sign(severity, absent=not count)

    def refuse(self, text: str) -> None:
        self.problem.setText(text[:1].upper() + text[1:] + ".")
        self.set_busy(False)
        self.phrase.setFocus()

    def set_busy(self, busy: bool) -> None:
        for part in (self.person, self.phrase, self.again, self.button):
            part.setEnabled(not busy)

    def _try(self) -> None:
        if not self.phrase.text():
            return
        if self.is_new:
            try:
                check_twice(self.phrase, self.again)
            except NocError as error:
                self.refuse(str(error))
                return
        self.problem.setText("")
        self.set_busy(True)
        self.again.clear()
        person = self.person.currentText() if not self.person.isHidden() else ""
        self.tried.emit(person, self.phrase.take())

    def _lay_out(self) -> None:
        center = Qt.AlignmentFlag.AlignHCenter
        whole = QVBoxLayout(self)
        whole.setSpacing(GRID)
        whole.addStretch(2)
        whole.addWidget(IconView("lock", 48, "icon.dim"), 0, center)
        for label in (self.title, self.why):
            label.setAlignment(center)
            whole.addWidget(label)
        whole.addSpacing(2 * GRID)
        row = QHBoxLayout()
        row.setSpacing(3 * GRID)
        row.addStretch(1)
        for severity, label in self.counts.items():
            one = QHBoxLayout()
            one.setSpacing(GRID)
            self.signs[severity].show_sign(severity, absent=True)
            one.addWidget(self.signs[severity])
            one.addWidget(label)
            one.addWidget(Label(severity.name.lower(), tone="dim"))
            row.addLayout(one)
        row.addStretch(1)
        whole.addLayout(row)
        whole.addSpacing(2 * GRID)
        for part in (self.person, self.phrase, self.again):
            part.setFixedWidth(40 * GRID)
            whole.addWidget(part, 0, center)
        whole.addWidget(self.button, 0, center)
        self.problem.setFixedWidth(56 * GRID)
        self.problem.setAlignment(center)
        whole.addWidget(self.problem, 0, center)
        self.missing.setFixedWidth(56 * GRID)
        self.missing.setAlignment(center)
        whole.addWidget(self.missing, 0, center)
        whole.addStretch(3)


class WindowLock(QObject):
    """Locks the window when the vault waits for a pass phrase, or when nobody is there."""

    changed = Signal(bool)

    def __init__(
        self,
        window: QMainWindow,
        desk: Desk,
        vault: VaultService,
        counts: Counts,
        *,
        idle_min: float,
        keyring: object = None,
        private: Callable[[bool], None] = lambda _: None,
        now_s: Callable[[], float] = steady_s,
    ) -> None:
        """`private` is told whether alarms may be shown; `keyring` is what opens the machine's
        key, of which it matters whether a pass phrase does."""
        super().__init__(window)
        self._window, self._desk, self._vault, self._counts = window, desk, vault, counts
        self._idle_s, self._now_s, self._private = idle_min * 60, now_s, private
        self._file = keyring if isinstance(keyring, LockedKeyring) else None
        self.screen: LockScreen | None = None
        self._last = now_s()
        self._can_lock = False
        self._watched: set[QWindow] = set()
        self._hidden: list[QWidget] = []
        self._off: list[QAction] = []
        self._title = ""
        self.tasks = Tasks(self, self._on_error)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        desk.feed.arrived.connect(self._on_arrived)
        window.installEventFilter(self)
        command = Command(
            "window.lock", "Lock the window", "lock", self.lock, "Ctrl+Alt+L", group="Window"
        )
        desk.actions.add(command, window)

    @property
    def is_locked(self) -> bool:
        return self.screen is not None

    def start(self) -> None:
        """Lock at once when the vault is locked, and later when nobody touches the window."""
        self._timer.start()
        self._ask()

    def lock(self) -> None:
        """Now. Nothing happens while nobody has a pass phrase to open it with."""
        if self.is_locked or not self._can_lock:
            return
        self._vault.holding.lock()
        secret_clipboard().clear()
        self._cover()
        self.changed.emit(True)

    def look(self) -> None:
        """A second went by."""
        if self.is_locked:
            self._keep_covered()
            self.tasks.do("counts", self._counts, self._show_counts)
            return
        self._watch_windows()
        if self._idle_s and self._now_s() - self._last >= self._idle_s:
            self.lock()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _HANDS:
            self._last = self._now_s()
        elif watched is self._window and self.screen is not None:
            if isinstance(event, QResizeEvent):
                self.screen.setGeometry(self._window.rect())
            elif event.type() == QEvent.Type.WindowTitleChange:
                self._keep_title()
        return False

    # --- how it works ----------------------------------------------------------------------

    def _ask(self) -> None:
        self.tasks.ask("state", self._vault.state(self._desk.actor), self._show_state)

    def _show_state(self, state: VaultState) -> None:
        self._can_lock = bool(state.people) or self._file is not None
        if state.lock is LockState.LOCKED and not self.is_locked:
            self.lock()

    def _on_arrived(self, events: tuple[Event, ...]) -> None:
        if any(isinstance(event, VaultHolderChanged) for event in events):
            self._ask()
            if self.is_locked:
                self._ask_holders()

    def _ask_holders(self) -> None:
        self.tasks.ask("holders", self._vault.holders(self._desk.actor), self._show_holders)

    def _cover(self) -> None:
        window = self._window
        self.screen = screen = LockScreen(window)
        screen.tried.connect(self._try)
        screen.setGeometry(window.rect())
        self._title = window.windowTitle()
        window.setWindowTitle(TITLE)
        # Shortcuts act without being seen: none does while the window is covered.
        central = window.centralWidget()
        if central is not None:
            central.setEnabled(False)
        self._off = [action for action in window.actions() if action.isEnabled()]
        for action in self._off:
            action.setEnabled(False)
        self._private(True)
        screen.show()
        self._keep_covered()
        screen.phrase.setFocus()
        self._ask_holders()
        self.tasks.do("counts", self._counts, self._show_counts)

    def _uncover(self) -> None:
        window, screen = self._window, self.screen
        if screen is None:
            return
        self.screen = None
        screen.hide()
        screen.deleteLater()
        central = window.centralWidget()
        if central is not None:
            central.setEnabled(True)
        for action in self._off:
            action.setEnabled(True)
        self._off = []
        window.setWindowTitle(self._title)
        for other in self._hidden:
            if isValid(other):
                other.show()
        self._hidden = []
        self._private(False)
        self._last = self._now_s()
        self.changed.emit(False)

    def _keep_covered(self) -> None:
        """Whatever was opened meanwhile (a message, a dialog, another window) is hidden too."""
        if self.screen is None:
            return
        for other in QApplication.topLevelWidgets():
            if other is self._window or not other.isVisible():
                continue
            if isinstance(other, RevealDialog):
                other.reject()
                continue
            other.hide()
            # Menus and messages are over; dialogs and windows come back.
            if other.windowType() in (Qt.WindowType.Dialog, Qt.WindowType.Window):
                self._hidden.append(other)
        self.screen.raise_()

    def _keep_title(self) -> None:
        now = self._window.windowTitle()
        if now != TITLE:
            self._title = now
            self._window.setWindowTitle(TITLE)

    def _watch_windows(self) -> None:
        for each in QGuiApplication.allWindows():
            if each not in self._watched:
                # The window's own events only: a filter on the application would run Python for
                # every event of every widget.
                self._watched.add(each)
                each.installEventFilter(self)
                each.destroyed.connect(self._forget_windows)

    def _forget_windows(self) -> None:
        self._watched &= set(QGuiApplication.allWindows())

    def _show_holders(self, holders: tuple[Any, ...]) -> None:
        if self.screen is not None:
            people = [each.name for each in holders if each.kind is HolderKind.PERSON]
            is_file = self._file is not None and not self._file.is_open
            is_new = self._file is not None and not self._file.is_made
            self.screen.show_people(people, is_file=is_file, is_new=is_new)

    def _show_counts(self, counts: AlarmCounts) -> None:
        if self.screen is not None:
            self.screen.show_counts(counts)

    def _try(self, person: str, phrase: Secret) -> None:
        actor = self._desk.actor
        self.tasks.do(
            "unlock",
            lambda: self._vault.unlock(actor, person=person, passphrase=phrase),
            lambda _: self._uncover(),
            self._on_refused,
        )

    def _on_refused(self, error: BaseException) -> None:
        if self.screen is not None and isinstance(error, NocError):
            self.screen.refuse(str(error))
        else:
            self._on_error(error)

    def _on_error(self, error: BaseException) -> None:
        if self.screen is not None:
            self.screen.set_busy(False)
        if not isinstance(error, NocError):
            self._desk.report(error)
