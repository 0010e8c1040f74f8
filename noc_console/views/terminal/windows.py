"""Windows that terminals have to themselves: their keys, and where they were on which screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from noc_console.views.kit.desk import Desk
from noc_console.views.shell.placement import kept_rect, placed, rect_values
from noc_console.views.terminal.area import TerminalArea
from noc_console.views.terminal.window import TerminalWindow

MOST_WINDOWS = 64
Deed = Callable[[TerminalWindow], object]


class TerminalWindows(QObject):
    """Those of one page. Each has the keys of a tab, whoever added them."""

    returned = Signal(object)
    """A window wants to be a tab again; it must `give`."""
    changed = Signal()
    """One came, went, or was put elsewhere."""
    lost = Signal()
    """One is gone."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.all: list[TerminalWindow] = []
        self._deeds: list[tuple[str, str, str, Deed]] = []

    def add_deed(self, id: str, text: str, keys: str, act: Deed) -> None:
        """What a command does in every window, also in those that come; with its keys."""
        self._deeds.append((id, text, keys, act))
        for window in self.all:
            window.add(id, text, keys, partial(act, window))

    def show(self, area: TerminalArea) -> TerminalWindow:
        """Give an area its own window, as large as the area is."""
        window = self._made(area)
        window.resize(area.size().expandedTo(window.minimumSizeHint()))
        window.show()
        area.show()
        area.focus()
        return window

    def forget(self, window: TerminalWindow) -> None:
        """It is gone, or a tab again."""
        if window in self.all:
            self.all.remove(window)
            self.lost.emit()

    def next_to(self, window: TerminalWindow, by: int) -> TerminalWindow | None:
        """The window that follows, in the order they came; None: the console itself."""
        row = [None, *self.all]
        found = row[(row.index(window) + by) % len(row)]
        if found is not None:
            found.raise_()
            found.activateWindow()
            found.area.focus()
        return found

    # --- kept over a restart ---------------------------------------------------------------------

    def kept(self) -> list[dict[str, Any]]:
        """Terminals and places of all windows that have something to come back to."""
        return [
            {
                **window.area.kept(),
                "rect": rect_values(window.normalGeometry()),
                "maximized": window.isMaximized(),
            }
            for window in self.all
            if any(pane.address for pane in window.area.panes)
        ]

    def restore(self, kept: object, make: Callable[[dict[str, Any]], TerminalArea]) -> None:
        """Show them where they were, on a screen that is there now; the console stays in front."""
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        for each in (kept if isinstance(kept, list) else [])[:MOST_WINDOWS]:
            if not isinstance(each, dict):
                continue
            area = make(each)
            window = self._made(area)
            window.setGeometry(placed(kept_rect(each.get("rect")), screens))
            if each.get("maximized") is True:
                window.setWindowState(Qt.WindowState.WindowMaximized)
            window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            window.show()
            window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, False)
            area.show()
            area.start()

    def _made(self, area: TerminalArea) -> TerminalWindow:
        window = TerminalWindow(area, self._desk)
        for id, text, keys, act in self._deeds:
            window.add(id, text, keys, partial(act, window))
        window.returned.connect(self.returned)
        window.gone.connect(self.forget)
        window.moved.connect(self.changed)
        area.changed.connect(self.changed)
        self.all.append(window)
        return window
