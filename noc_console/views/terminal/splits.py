"""Panes beside and below each other in any arrangement, moved through by keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

BESIDE, BELOW = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
MOST = 16
"""Panes of one tab; more than anybody can read at once."""
DEEPEST = 8


class Splits(QWidget):
    """One pane, or splitters with panes and splitters in them."""

    emptied = Signal()
    """The last pane went."""

    def __init__(self, first: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._root: QWidget = first
        self._layout.addWidget(first)

    @property
    def panes(self) -> list[QWidget]:
        """From left to right and top to bottom."""
        return list(_leaves(self._root))

    def holds(self, pane: QWidget) -> bool:
        return any(each is pane for each in self.panes)

    def split(self, pane: QWidget, new: QWidget, way: Qt.Orientation) -> bool:
        """Put `new` beside or below `pane`, each with half of the room; False when it is full."""
        if len(self.panes) >= MOST or not self.holds(pane):
            return False
        around = pane.parentWidget()
        if isinstance(around, QSplitter) and around.orientation() == way:
            self._insert(around, pane, new)
            return True
        splitter = self._splitter(way)
        sizes = around.sizes() if isinstance(around, QSplitter) else []
        if isinstance(around, QSplitter):
            _replace(around, pane, splitter)
            around.setSizes(sizes)
        else:
            self._set_root(splitter)
        splitter.addWidget(pane)
        splitter.addWidget(new)
        pane.show()
        splitter.setSizes([1000, 1000])
        return True

    def remove(self, pane: QWidget) -> None:
        """Take a pane out; the others share its room. The pane itself is left to the caller."""
        if not self.holds(pane):
            return
        around = pane.parentWidget()
        pane.setParent(None)
        if not isinstance(around, QSplitter):
            self._root = QWidget(self)
            self._layout.addWidget(self._root)
            self.emptied.emit()
            return
        if around.count() == 1:
            self._unwrap(around)

    def neighbour(self, pane: QWidget, way: Qt.ArrowType) -> QWidget | None:
        """The pane one comes to in a direction from the middle of this one."""
        here = pane.mapTo(self, pane.rect().center())
        found: list[tuple[int, int]] = []
        panes = self.panes
        for at, other in enumerate(panes):
            there = other.mapTo(self, other.rect().center())
            if other is not pane and (cost := _cost(here, there, way)) is not None:
                found.append((cost, at))
        return panes[min(found)[1]] if found else None

    def after(self, pane: QWidget, by: int = 1) -> QWidget:
        """The next pane in reading order, round and round."""
        panes = self.panes
        at = next((n for n, each in enumerate(panes) if each is pane), 0)
        return panes[(at + by) % len(panes)]

    def kept(self, words: Callable[[QWidget], Any]) -> Any:
        """The arrangement as plain values; `words` tells a pane."""
        return _kept(self._root, words)

    def rearrange(self, kept: Any, make: Callable[[Any], QWidget]) -> None:
        """Take the arrangement of `kept` instead of what is here now."""
        old = self._root
        self._layout.removeWidget(old)
        old.setParent(None)
        self._root = self._made(kept, make, 0)
        self._layout.addWidget(self._root)

    def _made(self, kept: Any, make: Callable[[Any], QWidget], depth: int) -> QWidget:
        if not isinstance(kept, dict) or "panes" not in kept or depth > DEEPEST:
            return make(kept)
        parts = kept["panes"] if isinstance(kept["panes"], list) else []
        if not parts:
            return make(None)
        splitter = self._splitter(BELOW if kept.get("way") == "below" else BESIDE)
        for part in parts[:MOST]:
            splitter.addWidget(self._made(part, make, depth + 1))
        sizes = kept.get("sizes")
        if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
            splitter.setSizes(sizes)
        return splitter

    def _splitter(self, way: Qt.Orientation) -> QSplitter:
        splitter = QSplitter(way)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(3)
        return splitter

    def _insert(self, around: QSplitter, pane: QWidget, new: QWidget) -> None:
        at, sizes = around.indexOf(pane), around.sizes()
        half = sizes[at] // 2
        around.insertWidget(at + 1, new)
        around.setSizes([*sizes[:at], half, sizes[at] - half, *sizes[at + 1 :]])

    def _set_root(self, widget: QWidget) -> None:
        self._layout.removeWidget(self._root)
        self._root = widget
        self._layout.addWidget(widget)

    def _unwrap(self, splitter: QSplitter) -> None:
        """A splitter with one part left gives its place to it."""
        (left,), around = _parts(splitter), splitter.parentWidget()
        if isinstance(around, QSplitter):
            sizes = around.sizes()
            _replace(around, splitter, left)
            around.setSizes(sizes)
        else:
            self._set_root(left)
        splitter.setParent(None)
        splitter.deleteLater()
        left.show()


def _replace(around: QSplitter, old: QWidget, new: QWidget) -> None:
    # Not QSplitter.replaceWidget(): what PySide gets back from it, it destroys.
    at = around.indexOf(old)
    old.setParent(None)
    around.insertWidget(at, new)


def _leaves(widget: QWidget) -> Sequence[QWidget]:
    if not isinstance(widget, QSplitter):
        return [widget]
    return [leaf for part in _parts(widget) for leaf in _leaves(part)]


def _parts(splitter: QSplitter) -> list[QWidget]:
    parts = (splitter.widget(at) for at in range(splitter.count()))
    return [part for part in parts if part is not None]


def _kept(widget: QWidget, words: Callable[[QWidget], Any]) -> Any:
    if not isinstance(widget, QSplitter):
        return words(widget)
    parts = [_kept(part, words) for part in _parts(widget)]
    way = "below" if widget.orientation() == BELOW else "beside"
    return {"way": way, "panes": parts, "sizes": widget.sizes()}


def _cost(here: QPoint, there: QPoint, way: Qt.ArrowType) -> int | None:
    """How far another middle is in a direction; None when it does not lie there."""
    across, down = there.x() - here.x(), there.y() - here.y()
    along, aside = {
        Qt.ArrowType.LeftArrow: (-across, down),
        Qt.ArrowType.RightArrow: (across, down),
        Qt.ArrowType.UpArrow: (-down, across),
        Qt.ArrowType.DownArrow: (down, across),
    }[way]
    return None if along <= 0 else along + 2 * abs(aside)
