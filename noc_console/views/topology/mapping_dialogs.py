"""What is asked about a map: which devices it shows, and how a view is called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QListWidgetItem, QWidget

from noc_console.kernel.text import visible
from noc_console.services.inventory.model import DeviceType, Site, SiteId
from noc_console.services.maps.model import NetworkMap, SavedView, Selector
from noc_console.views.kit.dialogs import Dialog, TextDialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID

KEY = Qt.ItemDataRole.UserRole


class FilterDialog(Dialog):
    """Sites, types and words; for a new map its name as well."""

    def __init__(
        self, parent: QWidget | None, changed: NetworkMap | None, sites: Iterable[Site]
    ) -> None:
        title = "New map by filter" if changed is None else f"What {visible(changed.name)} shows"
        super().__init__(
            parent,
            title,
            "Devices that pass now and later are on the map. Nothing ticked lets everything pass.",
            "Create map" if changed is None else "Show these devices",
        )
        before = Selector() if changed is None else changed.selector
        self.is_new = changed is None
        self.name_input = QLineEdit("" if changed is None else changed.name)
        self.words = QLineEdit(before.words)
        self.types = _ticks(((each, each.value) for each in DeviceType), before.types)
        self.sites = _ticks(((each.id, each.name) for each in sites), before.sites)
        self.words.setPlaceholderText("Words in name, address or site; -word leaves out")
        self.name_input.setPlaceholderText("Name of the map")
        parts: list[tuple[str, QWidget]] = [
            ("Words", self.words),
            ("Types", self.types),
            ("Sites", self.sites),
        ]
        if self.is_new:
            parts.insert(0, ("Name", self.name_input))
        for text, widget in parts:
            widget.setAccessibleName(text)
            self.body.addWidget(Label(text, tone="dim", size="small"))
            self.body.addWidget(widget)
        parts[0][1].setFocus()

    def name(self) -> str:
        return self.name_input.text().strip()

    def selector(self) -> Selector:
        """What was chosen."""
        return Selector(
            tuple(SiteId(each) for each in _ticked(self.sites)),
            tuple(DeviceType(each) for each in _ticked(self.types)),
            self.words.text().strip(),
        )

    def accept(self) -> None:
        if self.is_new and not self.name():
            self.refuse("The map needs a name.")
        else:
            super().accept()


class ViewDialog(TextDialog):
    """The name of a saved view, and the key that flies there."""

    def __init__(self, parent: QWidget | None, known: Iterable[SavedView]) -> None:
        super().__init__(
            parent,
            "Save this view",
            "Where you look, how close, the projection, the layer and what is folded. The same"
            " name replaces the older view.",
            "Save view",
            placeholder="West, Border routers",
            wrong=lambda given: "" if given else "The view needs a name.",
        )
        self.keys = QComboBox()
        self.keys.setAccessibleName("Key")
        self.keys.addItem("No key", None)
        taken = {view.key: view.name for view in known if view.key is not None}
        for digit in range(1, 10):
            now = f"  (now {visible(taken[digit], limit=40)})" if digit in taken else ""
            self.keys.addItem(f"Alt+{digit}{now}", digit)
        free = next((digit for digit in range(1, 10) if digit not in taken), None)
        self.keys.setCurrentIndex(free or 0)
        self.body.addWidget(Label("Key", tone="dim", size="small"))
        self.body.addWidget(self.keys)

    def key(self) -> int | None:
        digit = self.keys.currentData()
        return None if digit is None else int(digit)


def _ticks(entries: Iterable[tuple[object, str]], ticked: Iterable[object]) -> QListWidget:
    """A list of boxes to tick."""
    shown, chosen = QListWidget(), set(ticked)
    shown.setFixedHeight(14 * GRID)
    for key, text in entries:
        item = QListWidgetItem(visible(text))
        item.setData(KEY, key)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        state = Qt.CheckState.Checked if key in chosen else Qt.CheckState.Unchecked
        item.setCheckState(state)
        shown.addItem(item)
    return shown


def _ticked(shown: QListWidget) -> list[Any]:
    items = (shown.item(row) for row in range(shown.count()))
    return [item.data(KEY) for item in items if item.checkState() is Qt.CheckState.Checked]
