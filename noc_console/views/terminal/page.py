"""The page of terminals: sessions in tabs, splits and windows, back again after a restart."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QTabBar,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Broken, Invalid
from noc_console.kernel.text import plural
from noc_console.services.terminal import addresses
from noc_console.services.terminal.holding import Left
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.session import Session
from noc_console.views.kit.actions import Command
from noc_console.views.kit.bindings import native
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import ask_text, confirm, open_dialog
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.theme import GRID, look
from noc_console.views.terminal.area import TerminalArea
from noc_console.views.terminal.clipboard import DeviceClipboard
from noc_console.views.terminal.commands import DEEDS, TAB_DEEDS, Deed
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.looks import LookDialog, TerminalLooks
from noc_console.views.terminal.pane import TerminalPane
from noc_console.views.terminal.reaching import ReachBox
from noc_console.views.terminal.window import TerminalWindow
from noc_console.views.terminal.windows import TerminalWindows

SECTION = "terminals"
KEEP_MS = 500
MOST_TABS = 64
SHELL = "shell"


class TerminalPage(Page):
    """Tabs with terminals. A route's text is an address, or several between blanks."""

    def __init__(
        self, desk: Desk, given: TerminalServices, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, parent=parent)
        self.given = given
        self.looks = TerminalLooks(desk.state, self)
        self._windows = TerminalWindows(desk, self)
        self.pane_made: list[Callable[[TerminalPane], object]] = []
        """Told of each new terminal: who adds something to its slots."""
        self._has_restored = False
        self.reach = ReachBox(desk, given.inventory)
        self.tabs = QTabWidget()
        self.left, self.below = QHBoxLayout(), QVBoxLayout()
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.setInterval(KEEP_MS)
        self._keep.timeout.connect(self._keep_now)
        self._put_together()
        self._wire()
        self._add_commands()
        self._tell()

    # --- for the console ---------------------------------------------------------------------

    def reload(self) -> None:
        """Nothing is read: sessions are live. The first time, what was open comes back."""
        self.come_back()
        if (area := self.area) is not None:
            area.start()

    def come_back(self) -> None:
        """What was open when the console was left is there again: tabs, and windows on screens."""
        if not self._has_restored:
            self._has_restored = True
            self._restore()

    def come_forward(self) -> None:
        """The console with this page in front of the windows."""
        self.desk.go(Route("terminal"))
        console = self.window()
        if console.isMinimized():
            console.showNormal()
        console.show()  # it may be in the tray
        console.raise_()
        console.activateWindow()

    def visit(self, route: Route) -> None:
        for address in route.text.split():
            self.open(address)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if (area := self.area) is not None:
            area.focus()
        else:
            self.reach.setFocus()

    def open(self, address: str, name: str = "", *, again: bool = False) -> TerminalPane | None:
        """A terminal to an address in a tab of its own; one that is open already is shown."""
        self.come_back()
        try:
            addresses.parse(address)
        except Invalid as error:
            self.strip.say(str(error))
            return None
        if not again and (found := self._find(address)) is not None:
            return found
        if self.tabs.count() >= MOST_TABS:
            self.strip.say(f"There are {MOST_TABS} tabs already; close some first.")
            return None
        try:
            pane = self.make(address, name)
        except Broken as error:  # this system has no engine: said here, not as a crash
            self.show_error(error)
            return None
        self._add(TerminalArea(self.make, pane))
        pane.start()
        pane.focus()
        return pane

    def show_session(
        self, begin: Callable[[Size], Session], name: str, *, fixed: Size | None = None
    ) -> TerminalPane:
        """A session that was opened elsewhere, such as a replay, in a tab of its own.

        `fixed` is the room it has, whatever room there is.
        """
        pane = self.make("", name)
        pane.view.fixed = fixed
        self._add(TerminalArea(self.make, pane))
        pane.show_session(begin(pane.view.fitting()))
        pane.focus()
        return pane

    def _own_keys(self) -> list[str]:
        """What is the console's in terminals: the keys of their commands, and no others."""
        return [
            key
            for command, _ in self.desk.actions.commands()
            if command.id.startswith("terminal.")
            for key in self.desk.actions.keys(command.id)
        ]

    def _rebound(self) -> None:
        self._tell_own_keys()
        self._tell()

    def _tell_own_keys(self) -> None:
        own = self._own_keys()
        for pane in self.panes:
            pane.view.keep_out(own)

    def add_pane_command(
        self,
        name: str,
        text: str,
        picture: str,
        act: Callable[[TerminalPane], object],
        keys: str = "",
    ) -> None:
        """A command for the terminal one works in; its keys do the same in windows."""

        def here() -> None:
            if (area := self.area) is not None:
                act(area.current)

        command = Command(f"terminal.{name}", text, picture, here, shortcut=keys, group="Terminal")
        self.desk.actions.add(command, self)
        self._tell_own_keys()
        self._windows.add_deed(command.id, text, keys, lambda window: act(window.area.current))

    def add_window_keys(self, name: str, text: str, keys: str, act: Callable[[], object]) -> None:
        """Keys of a command of this page that lead back to it from windows, and do the same."""

        def do(_window: TerminalWindow) -> None:
            self.come_forward()
            act()

        self._tell_own_keys()
        self._windows.add_deed(f"terminal.{name}", text, keys, do)

    def make(self, address: str, name: str = "") -> TerminalPane:
        """A pane, not connected yet, with all that others add to it."""
        pane = TerminalPane(self.desk, self.given, self.looks, address, name)
        pane.view.keep_out(self._own_keys())
        pane.rang.connect(self._on_rang)
        DeviceClipboard(pane)
        for tell in self.pane_made:
            tell(pane)
        return pane

    @property
    def area(self) -> TerminalArea | None:
        """The tab in front."""
        found = self.tabs.currentWidget()
        return found if isinstance(found, TerminalArea) else None

    @property
    def areas(self) -> list[TerminalArea]:
        found = (self.tabs.widget(at) for at in range(self.tabs.count()))
        return [area for area in found if isinstance(area, TerminalArea)]

    @property
    def windows(self) -> list[TerminalWindow]:
        """Terminals in windows of their own."""
        return list(self._windows.all)

    @property
    def panes(self) -> list[TerminalPane]:
        """All terminals, also those in windows of their own."""
        everywhere = [*self.areas, *(window.area for window in self.windows)]
        return [pane for area in everywhere for pane in area.panes]

    # --- deeds -------------------------------------------------------------------------------

    def new_tab(self) -> None:
        """Ask where to."""
        self.reach.setFocus()
        self.reach.selectAll()

    def new_shell(self) -> None:
        self.open(SHELL, again=True)

    def close_tab(self) -> None:
        if (area := self.area) is not None:
            self.tasks.do("close", lambda: self._close(area))

    def detach(self) -> None:
        """The tab in front goes into a window of its own, which any monitor may have."""
        area = self.area
        if area is None:
            return
        self.tabs.removeTab(self.tabs.indexOf(area))
        self._windows.show(area)
        self._tell()
        self._keep.start()

    def rename(self) -> None:
        if (area := self.area) is not None:
            self.tasks.do("rename", lambda: self._rename(area, self))

    def next_tab(self) -> None:
        self._step(1)

    def previous_tab(self) -> None:
        self._step(-1)

    def tab_later(self) -> None:
        self._move(1)

    def tab_earlier(self) -> None:
        self._move(-1)

    def choose_look(self) -> None:
        self.tasks.do("look", self._choose_look)

    def leave(self) -> None:
        """Out of the terminal: the keys are the console's again."""
        self.tabs.tabBar().setFocus(Qt.FocusReason.ShortcutFocusReason)

    async def _rename(self, area: TerminalArea, over: QWidget) -> None:
        name = await ask_text(
            over,
            "Rename the tab",
            "Empty: as the terminal calls itself.",
            verb="Rename",
            value=area.name,
            is_needed=False,
        )
        if name is not None:
            area.name = name[:80]
            area.titled.emit()
            self._keep.start()

    async def _choose_look(self) -> None:
        dialog = LookDialog(self, self.looks.chosen)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if await open_dialog(dialog):
                self.looks.use(dialog.value())
        finally:
            dialog.deleteLater()

    def _step(self, by: int) -> None:
        if count := self.tabs.count():
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % count)

    def _move(self, by: int) -> None:
        at = self.tabs.currentIndex()
        if 0 <= at + by < self.tabs.count():
            self.tabs.tabBar().moveTab(at, at + by)

    # --- tabs --------------------------------------------------------------------------------

    def _add(self, area: TerminalArea) -> None:
        area.titled.connect(lambda: self._tell_tab(area))
        area.emptied.connect(lambda: self._drop(area))
        area.changed.connect(self._keep.start)
        at = self.tabs.addTab(area, area.title)
        close = IconButton("close", "Close this tab")
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.setIconSize(QSize(11, 11))
        close.clicked.connect(lambda: self.tasks.do("close", lambda: self._close(area)))
        self.tabs.tabBar().setTabButton(at, QTabBar.ButtonPosition.RightSide, close)
        self.tabs.setCurrentIndex(at)
        self._tell()
        self._keep.start()

    def _find(self, address: str) -> TerminalPane | None:
        """A terminal to that address, brought to the front."""
        for area in self.areas:
            for pane in area.panes:
                if pane.address == address:
                    self.tabs.setCurrentWidget(area)
                    pane.focus()
                    return pane
        for window in self.windows:
            for pane in window.area.panes:
                if pane.address == address:
                    window.raise_()
                    window.activateWindow()
                    pane.focus()
                    return pane
        return None

    async def _close(self, area: TerminalArea) -> None:
        """At once when nothing is lost; else it is asked, by number and name."""
        live = [pane for pane in area.panes if pane.is_live]
        if len(live) > 1 and not await confirm(
            self,
            f"End {plural(len(live), 'session')}?",
            "In this tab: " + ", ".join(pane.title for pane in live),
            verb=f"End {plural(len(live), 'session')}",
        ):
            return
        self._drop(area)

    def _drop(self, area: TerminalArea) -> None:
        if (at := self.tabs.indexOf(area)) >= 0:
            self.tabs.removeTab(at)
        area.shut()
        area.deleteLater()
        self._tell()
        self._keep.start()
        if (now := self.area) is not None and self.isVisible():
            now.focus()

    def _take_back(self, window: TerminalWindow) -> None:
        area = window.give()
        self._windows.forget(window)
        self._add(area)
        area.focus()

    def _window_gone(self) -> None:
        self._tell()
        self._keep.start()

    def _in_window(self, act: str, window: TerminalWindow) -> None:
        """The keys of tabs, pressed in a window."""
        if act == "close_tab":
            window.close()
        elif act == "rename":
            window.tasks.do("rename", lambda: self._rename(window.area, window))
        elif act in ("next_tab", "previous_tab"):
            if self._windows.next_to(window, 1 if act == "next_tab" else -1) is None:
                self.come_forward()
        else:
            self.come_forward()
            getattr(self, act)()

    def _on_front(self) -> None:
        area = self.area
        if area is not None:
            self.tabs.tabBar().setTabTextColor(self.tabs.indexOf(area), look().color("text.plain"))
            if self.isVisible():
                area.start()
                area.focus()
        self._tell()

    def _on_rang(self, pane: TerminalPane) -> None:
        """A bell in a tab behind: its name is coloured until it is seen."""
        for at, area in enumerate(self.areas):
            if area is not self.area and area.splits.holds(pane):
                self.tabs.tabBar().setTabTextColor(at, look().color("attention.plain"))

    def _tell_tab(self, area: TerminalArea) -> None:
        if (at := self.tabs.indexOf(area)) >= 0:
            more = len(area.panes) - 1
            text = area.title.replace("&", "&&") + (f"  +{more}" if more else "")
            self.tabs.setTabText(at, text)
        if area is self.area:
            self.titled.emit(area.title)

    def _tell(self) -> None:
        for area in self.areas:
            self._tell_tab(area)
        has_tabs = self.tabs.count() > 0
        if not has_tabs:
            self.titled.emit("")
        self.show_empty(None if has_tabs else self._nothing())
        for deed in (*DEEDS, *TAB_DEEDS):
            if deed.act not in ("new_tab", "new_shell", "choose_look"):
                self.desk.actions.action(f"terminal.{deed.act}").setEnabled(has_tabs)

    def _nothing(self) -> Empty:
        away = f" {plural(len(self.windows), 'window')} of terminals stay open." * bool(
            self.windows
        )
        return Empty(
            what="No terminal is open here",
            why="Type above where to: a device's name, user@host, telnet:host or"
            " serial:/dev/ttyUSB0. From the map, the alarms or a device's page S opens one, too."
            f" Every key you press goes to the device, but for the console's: {self._main_keys()}."
            f"{away}",
            verb="Open a local shell",
            act=self.new_shell,
            icon="terminal",
        )

    def _main_keys(self) -> str:
        keys = self.desk.actions.keys
        told = (
            (native(keys(f"terminal.{name}")[:1]), what)
            for name, what in (
                ("open_find", "finds"),
                ("copy", "copies"),
                ("paste", "pastes"),
                ("split_beside", "splits"),
                ("new_tab", "opens another"),
                ("leave", "leads out"),
            )
        )
        return ", ".join(f"{key} {what}" for key, what in told if key)

    def _show_tab_menu(self, at: QPoint) -> None:
        index = self.tabs.tabBar().tabAt(at)
        if index < 0:
            return
        self.tabs.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        area = self.area
        assert area is not None
        for text, name, act in (
            ("Rename…", "edit", self.rename),
            ("The same once more", "plus", self._duplicate_tab),
            ("Connect again", "refresh", area.reconnect),
            ("Into a window of its own", "external", self.detach),
            ("Close", "close", self.close_tab),
        ):
            menu.addAction(icon(name), text).triggered.connect(act)
        menu.popup(self.tabs.tabBar().mapToGlobal(at))

    def _duplicate_tab(self) -> None:
        if (area := self.area) is not None:
            self.open(area.current.address, again=True)

    # --- kept over a restart -------------------------------------------------------------------

    def _keep_now(self) -> None:
        kept = [area.kept() for area in self.areas if any(pane.address for pane in area.panes)]
        self.desk.state.put(
            SECTION, tabs=kept, current=self.tabs.currentIndex(), windows=self._windows.kept()
        )

    def _restore(self) -> None:
        """Names and arrangement at once; each tab connects when it is first seen."""
        kept = self.desk.state.get(SECTION)
        tabs, current = kept.get("tabs"), kept.get("current")
        self.tabs.blockSignals(True)  # none of them is in front before all are there
        for each in (tabs if isinstance(tabs, list) else [])[:MOST_TABS]:
            if isinstance(each, dict):
                self._add(self._arranged(each))
        if isinstance(current, int) and 0 <= current < self.tabs.count():
            self.tabs.setCurrentIndex(current)
        self.tabs.blockSignals(False)
        self._windows.restore(kept.get("windows"), self._arranged)
        self._tell()
        known = {pane.left_as for pane in self.panes}
        found = self.given.sessions.left(self.desk.actor)
        self.tasks.ask("left", found, lambda left: self._show_left(left, known))

    def _show_left(self, left: tuple[Left, ...], known: set[str]) -> None:
        """What went on without a window and is in no tab (it was killed too soon) gets one."""
        for each in left:
            if each.key in known or self.tabs.count() >= MOST_TABS:
                continue
            pane = self.make(each.address)
            pane.left_as, pane.was_called = each.key, each.title
            front = self.tabs.currentIndex()
            self._add(TerminalArea(self.make, pane))
            if front >= 0:
                self.tabs.setCurrentIndex(front)

    def _arranged(self, kept: dict[str, Any]) -> TerminalArea:
        area = TerminalArea(self.make, self.make(""))
        area.rearrange(kept)
        return area

    # --- how it is put together ------------------------------------------------------------------

    def _reached(self, address: str) -> None:
        if self.open(address, again=True) is not None:
            self.reach.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the row of tabs Enter, Down and Escape lead back into the terminal."""
        back = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Escape)
        is_back = (
            watched is self.tabs.tabBar()
            and event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in back
        )
        if is_back and (area := self.area) is not None:
            area.focus()
            return True
        return super().eventFilter(watched, event)

    def _wire(self) -> None:
        self.tabs.setMovable(True)
        self.tabs.setDocumentMode(True)
        bar = self.tabs.tabBar()
        bar.setDrawBase(False)
        bar.setElideMode(Qt.TextElideMode.ElideMiddle)
        bar.setAccessibleName("Terminals")
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        bar.customContextMenuRequested.connect(self._show_tab_menu)
        bar.installEventFilter(self)
        bar.tabMoved.connect(lambda *_: self._keep.start())
        self.tabs.tabBarDoubleClicked.connect(lambda _: self.rename())
        self.tabs.currentChanged.connect(lambda _: self._on_front())
        self.reach.reached.connect(self._reached)
        self.reach.failed.connect(self.show_error)
        self._windows.returned.connect(self._take_back)
        self._windows.lost.connect(self._window_gone)
        self._windows.changed.connect(self._keep.start)
        for deed in TAB_DEEDS:
            if deed.act != "detach":  # whose keys lead back there
                act = partial(self._in_window, deed.act)
                self._windows.add_deed(f"terminal.{deed.act}", deed.text, deed.keys, act)
        self.desk.actions.rebound.connect(self._rebound)

    def _add_commands(self) -> None:
        for deed in DEEDS:
            self._add_command(deed, partial(self._on_area, deed.act))
        for deed in TAB_DEEDS:
            self._add_command(deed, getattr(self, deed.act))

    def _add_command(self, deed: Deed, act: Callable[[], object]) -> None:
        command = Command(
            f"terminal.{deed.act}", deed.text, deed.icon, act, shortcut=deed.keys, group="Terminal"
        )
        self.desk.actions.add(command, self)

    def _on_area(self, act: str) -> None:
        if (area := self.area) is not None:
            getattr(area, act)()

    def _put_together(self) -> None:
        bar = QWidget()
        bar.setProperty("role", "toolbar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(bar)
        line.setContentsMargins(GRID, 4, GRID, 4)
        line.setSpacing(GRID)
        line.addWidget(self.reach, 1)
        for text, act in (("Local shell", self.new_shell), ("Looks…", self.choose_look)):
            button = QPushButton(text)
            button.clicked.connect(act)
            line.addWidget(button)
        self.toolbar = line
        whole = self.layout()
        assert isinstance(whole, QVBoxLayout)
        whole.insertWidget(0, bar)
        # What stands left is there without any terminal, too: one is opened from it.
        whole.removeItem(self._stack)
        self._stack.setParent(None)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(self.left)
        middle.addLayout(self._stack, 1)
        whole.addLayout(middle, 1)
        self.body.addWidget(self.tabs, 1)
        self.body.addLayout(self.below)
