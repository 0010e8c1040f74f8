"""The terminals of one tab, or of a window of its own: panes beside and below each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from noc_console.views.kit.bindings import native
from noc_console.views.kit.icons import icon
from noc_console.views.terminal.commands import DEEDS
from noc_console.views.terminal.pane import TerminalPane
from noc_console.views.terminal.splits import BELOW, BESIDE, Splits

Make = Callable[[str, str], TerminalPane]
"""Address and name → a pane; an empty address is asked for in the pane."""
LONGEST_KEY = 64
MENU = (
    ("copy", "copy_html", "paste", "select_all"),
    ("open_find", "clear_scrollback", "reset"),
    ("split_beside", "split_below", "duplicate", "reconnect", "interrupt"),
    ("close_pane",),
)


class TerminalArea(QWidget):
    """Panes in splits, one of them the current one. The methods named in `DEEDS` act on it."""

    titled = Signal()
    """What the current pane is called, or its state, changed."""
    emptied = Signal()
    changed = Signal()
    """Panes came, went or moved: whoever keeps the arrangement keeps it again."""

    def __init__(self, make: Make, first: TerminalPane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self.splits = Splits(first)
        self.splits.emptied.connect(self.emptied)
        self.changed.connect(self.mark_current)
        self.titled.connect(self.mark_current)
        self._current = first
        self.name = ""
        """How the operator called it; empty: as its current terminal."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splits)
        self._adopt(first)

    # --- which panes ---------------------------------------------------------------------------

    @property
    def panes(self) -> list[TerminalPane]:
        return [pane for pane in self.splits.panes if isinstance(pane, TerminalPane)]

    @property
    def current(self) -> TerminalPane:
        """The pane one works in."""
        if not self.splits.holds(self._current):
            self._current = self.panes[0]
        return self._current

    @property
    def title(self) -> str:
        return self.name or self.current.title

    def focus(self) -> None:
        self.current.focus()

    def mark_current(self) -> None:
        """Among several panes, the one that is worked in is seen by its head."""
        current, panes = self.current, self.panes
        for pane in panes:
            pane.head.show_current(pane is current and len(panes) > 1)

    def start(self) -> None:
        """Seen for the first time: connect what waits for that."""
        for pane in self.panes:
            pane.start()

    def shut(self) -> None:
        """End all sessions here."""
        for pane in self.panes:
            pane.shut()

    def kept(self) -> dict[str, Any]:
        """Names and addresses in their arrangement, to come back after a restart."""
        return {"name": self.name, "panes": self.splits.kept(_words)}

    def rearrange(self, kept: dict[str, Any]) -> None:
        """Come back as it was kept; nothing is connected yet."""
        old = self.panes
        self.splits.rearrange(kept.get("panes"), self._from_words)
        for pane in old:
            pane.shut()
            pane.deleteLater()
        name = kept.get("name")
        self.name = name if isinstance(name, str) else ""
        for pane in self.panes:
            self._adopt(pane)
        self._current = self.panes[0]

    def _from_words(self, words: Any) -> TerminalPane:
        given = words if isinstance(words, dict) else {}
        address, name, was, held = (
            word if isinstance(word := given.get(key), str) else ""
            for key in ("to", "name", "was", "held")
        )
        pane = self._make(address, name)
        pane.left_as = held[:LONGEST_KEY]
        pane.was_called = was or pane.was_called
        pane.tell()
        return pane

    # --- deeds on the current pane ---------------------------------------------------------------

    def copy(self) -> None:
        self.current.view.copy()

    def copy_html(self) -> None:
        self.current.view.copy_html()

    def paste(self) -> None:
        self.current.view.paste()

    def select_all(self) -> None:
        self.current.view.select_all()

    def open_find(self) -> None:
        self.current.open_find()

    def clear_scrollback(self) -> None:
        self.current.view.clear_scrollback()

    def reset(self) -> None:
        self.current.reset()

    def interrupt(self) -> None:
        self.current.send_break()

    def reconnect(self) -> None:
        self.current.reconnect()

    def larger(self) -> None:
        self.current.view.set_zoom(self.current.view.zoom + 1)

    def smaller(self) -> None:
        self.current.view.set_zoom(self.current.view.zoom - 1)

    def usual_size(self) -> None:
        self.current.view.set_zoom(0)

    def split_beside(self) -> None:
        """A terminal to the same place, to the right."""
        self._split(BESIDE)

    def split_below(self) -> None:
        self._split(BELOW)

    def duplicate(self) -> None:
        self._split(BESIDE)

    def add(self, address: str, name: str = "") -> TerminalPane | None:
        """One more terminal beside the current one; None when there is no room for it."""
        return self._split_with(self._make(address, name), BESIDE)

    def go_left(self) -> None:
        self._go(Qt.ArrowType.LeftArrow)

    def go_right(self) -> None:
        self._go(Qt.ArrowType.RightArrow)

    def go_up(self) -> None:
        self._go(Qt.ArrowType.UpArrow)

    def go_down(self) -> None:
        self._go(Qt.ArrowType.DownArrow)

    def close_pane(self) -> None:
        """End the current terminal; the others share its room."""
        pane = self.current
        others = [other for other in self.panes if other is not pane]
        if others:
            left = self.splits.neighbour(pane, Qt.ArrowType.LeftArrow)
            self._current = left if isinstance(left, TerminalPane) else others[0]
        self.splits.remove(pane)
        pane.shut()
        pane.deleteLater()
        if others:
            self.focus()
            self.titled.emit()
            self.changed.emit()

    # --- how it works ----------------------------------------------------------------------------

    def _split(self, way: Qt.Orientation) -> None:
        pane = self.current
        self._split_with(self._make(pane.address, pane.name), way)

    def _split_with(self, new: TerminalPane, way: Qt.Orientation) -> TerminalPane | None:
        pane = self.current
        if not self.splits.split(pane, new, way):
            new.deleteLater()
            pane.say("There is no room for more terminals in this tab.")
            return None
        self._adopt(new)
        self._current = new
        new.start()
        new.focus()
        self.changed.emit()
        return new

    def _adopt(self, pane: TerminalPane) -> None:
        pane.entered.connect(self._on_entered)
        pane.changed.connect(self._on_pane)
        pane.menu_asked.connect(self._show_menu)

    def _on_entered(self, pane: TerminalPane) -> None:
        if pane is not self._current and self.splits.holds(pane):
            self._current = pane
            self.titled.emit()

    def _on_pane(self, pane: TerminalPane) -> None:
        if pane is self._current:
            self.titled.emit()
        self.changed.emit()

    def _go(self, way: Qt.ArrowType) -> None:
        found = self.splits.neighbour(self.current, way)
        if isinstance(found, TerminalPane):
            found.focus()

    def _show_menu(self, pane: TerminalPane, at: QPoint) -> None:
        self._on_entered(pane)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        deeds = {deed.act: deed for deed in DEEDS}
        has_selection = pane.view.selecting.selection is not None
        for group in MENU:
            for name in group:
                deed = deeds[name]
                action = menu.addAction(icon(deed.icon), deed.text)
                keys = native(pane.desk.actions.keys(f"terminal.{name}", deed.keys)[:1])
                action.setText(f"{deed.text}\t{keys}".rstrip())
                action.triggered.connect(getattr(self, name))
                if name.startswith("copy"):
                    action.setEnabled(has_selection)
            menu.addSeparator()
        pane.fill_menu(menu)
        menu.popup(at)


def _words(pane: QWidget) -> dict[str, str]:
    assert isinstance(pane, TerminalPane)
    words = {"to": pane.address, "name": pane.name, "was": pane.title}
    return {**words, "held": pane.kept_as} if pane.kept_as else words
