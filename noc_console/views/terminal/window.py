"""Terminals in a window of their own, on whichever monitor: the same panes and keys as in a tab."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from noc_console.kernel.text import plural
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import confirm
from noc_console.views.kit.tasks import Tasks
from noc_console.views.terminal.area import TerminalArea
from noc_console.views.terminal.commands import DEEDS

BACK_KEYS = "Ctrl+Shift+N"
"""The keys that made it a window make it a tab again."""


class TerminalWindow(QWidget):
    """Holds what was a tab. Closing it ends its sessions, after a question when some live."""

    returned = Signal(object)
    """Back into the console: this window, which then must `give`."""
    gone = Signal(object)
    moved = Signal()
    """It is elsewhere, or of another size."""

    def __init__(self, area: TerminalArea, desk: Desk) -> None:
        super().__init__()
        self.area = area
        self.tasks = Tasks(self, desk.report)
        self._actions = desk.actions
        self._has_given = False
        self._may_close = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(area)
        for deed in DEEDS:
            self.add(f"terminal.{deed.act}", deed.text, deed.keys, getattr(area, deed.act))
        self.add("terminal.detach", "Back into the console", BACK_KEYS, self._return)
        area.titled.connect(self._tell)
        area.emptied.connect(self._end)
        self._tell()

    def give(self) -> TerminalArea:
        """Let go of the terminals and leave."""
        self._has_given = True
        self.area.titled.disconnect(self._tell)
        self.area.emptied.disconnect(self._end)
        self._layout.removeWidget(self.area)
        self.area.setParent(None)
        self.close()
        return self.area

    def add(self, id: str, text: str, keys: str, act: Callable[[], object]) -> None:
        """What a command does in this window, with that command's keys: `keys` are the usual ones,
        between blanks."""
        action = QAction(text, self)
        self._actions.follow(action, id, keys)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _=False: act())
        self.addAction(action)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.moved.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:
            self.moved.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        live = [] if self._has_given else [pane for pane in self.area.panes if pane.is_live]
        if live and not self._may_close:
            event.ignore()
            self.tasks.do("close", self._ask_close)
            return
        super().closeEvent(event)
        if not self._has_given:
            self.area.shut()
        self.gone.emit(self)

    async def _ask_close(self) -> None:
        live = [pane for pane in self.area.panes if pane.is_live]
        count = plural(len(live), "session")
        names = ", ".join(pane.title for pane in live)
        if await confirm(self, f"End {count}?", f"In this window: {names}", verb=f"End {count}"):
            self._end()

    def _end(self) -> None:
        self._may_close = True
        self.close()

    def _return(self) -> None:
        self.returned.emit(self)

    def _tell(self) -> None:
        self.setWindowTitle(f"{self.area.title} – Terminal – NOC Console")
