"""The board itself: tiles on 24 columns, moved and sized by hand or keys, giving way to another.

While a tile is dragged it follows the hand, the place where it would fall is outlined, and the
others stand as they would stand then. Every step is worked out from the layout before the drag.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from noc_console.services.boards import arranging
from noc_console.services.boards.model import COLUMNS, Board, Place, Tile
from noc_console.views.boards.content import Content
from noc_console.views.boards.frame import TileFrame
from noc_console.views.kit.theme import look

ROW_PX = 36
"""A cell and the gap below it."""
GAP_PX = 8
SPARE_ROWS = 4
"""Free rows below the lowest tile, to drop things into."""

Make = Callable[[Tile], Content]


class BoardGrid(QWidget):
    """Shows the tiles of a board; `arranged` tells of a layout the operator made."""

    arranged = Signal(object, str)  # Layout, words for undo
    changed = Signal()  # frames came or went
    menu_wanted = Signal(int, QPoint)
    opened = Signal(int)
    removed = Signal(int)

    def __init__(self, make: Make, *, locked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._locked = locked
        self.row_px = ROW_PX
        self.frames: dict[int, TileFrame] = {}
        self.layout_now: arranging.Layout = {}
        self._before: arranging.Layout = {}
        self._held: tuple[int, bool] | None = None
        self._start = QRect()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.update)

    # --- what is shown ---------------------------------------------------------------------

    def show_board(self, board: Board) -> None:
        """Tiles that did not change keep their content; others are made anew."""
        wanted = {tile.id: tile for tile in board.tiles}
        for number, frame in list(self.frames.items()):
            if number not in wanted or not _same(frame.tile, wanted[number]):
                frame.hide()
                frame.deleteLater()
                del self.frames[number]
        for tile in board.tiles:
            if tile.id not in self.frames:
                self.frames[tile.id] = self._framed(tile)
            frame = self.frames[tile.id]
            frame.tile = tile
            frame.content.tile = tile
            frame.say_title()
        self.layout_now = dict(board.places)
        self._held = None
        self.lay_out()
        self.changed.emit()

    def _framed(self, tile: Tile) -> TileFrame:
        frame = TileFrame(tile, self._make(tile), locked=self._locked)
        frame.setParent(self)
        frame.grabbed.connect(self._grab)
        frame.dragged.connect(self._drag)
        frame.dropped.connect(self._drop)
        frame.let_go.connect(self._let_go)
        frame.nudged.connect(self.nudge)
        frame.menu_wanted.connect(self.menu_wanted)
        frame.opened.connect(self.opened)
        frame.removed.connect(self.removed)
        frame.show()
        return frame

    # --- where things are ------------------------------------------------------------------

    @property
    def cell_px(self) -> float:
        """A column with the gap beside it."""
        return (self.width() - GAP_PX) / COLUMNS

    def rect_of(self, place: Place) -> QRect:
        cell = self.cell_px
        left, right = round(GAP_PX + place.x * cell), round(place.right * cell)
        top = GAP_PX + place.y * self.row_px
        return QRect(left, top, max(1, right - left), place.h * self.row_px - GAP_PX)

    def lay_out(self) -> None:
        """Put every frame where its tile stands."""
        held = self._held[0] if self._held else None
        for number, frame in self.frames.items():
            if number != held:
                frame.setGeometry(self.rect_of(self.layout_now[number]))
        wanted = self.sizeHint().height()
        if wanted != self.height():
            self.setFixedHeight(wanted)
        self.update()

    def sizeHint(self) -> QSize:
        rows = arranging.height(self.layout_now) + (0 if self._locked else SPARE_ROWS)
        return QSize(600, max(1, rows) * self.row_px + GAP_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out()

    # --- the hand --------------------------------------------------------------------------

    def _grab(self, tile: int, by_corner: bool) -> None:
        self._held = (tile, by_corner)
        self._before = dict(self.layout_now)
        self._start = self.frames[tile].geometry()
        self.frames[tile].raise_()

    def _drag(self, tile: int, way: QPoint) -> None:
        if self._held is None or self._held[0] != tile:
            return
        frame, home = self.frames[tile], self._before[tile]
        least = arranging.least(frame.tile.kind)
        columns, rows = round(way.x() / self.cell_px), round(way.y() / self.row_px)
        if self._held[1]:
            size = self._start.size() + QSize(way.x(), way.y())
            frame.setGeometry(QRect(self._start.topLeft(), size.expandedTo(QSize(60, 40))))
            wanted = replace(home, w=min(home.w + columns, COLUMNS - home.x), h=home.h + rows)
        else:
            frame.move(self._start.topLeft() + way)
            wanted = replace(home, x=home.x + columns, y=home.y + rows)
        place = arranging.inside(wanted, smallest=least)
        if place != self.layout_now[tile]:
            self.layout_now = arranging.put(self._before, tile, place)
            self.lay_out()

    def _drop(self, tile: int) -> None:
        held, self._held = self._held, None
        self.lay_out()
        if held is not None and self.layout_now != self._before:
            self.arranged.emit(self.layout_now, "Resize tile" if held[1] else "Move tile")

    def _let_go(self, tile: int) -> None:
        self._held, self.layout_now = None, dict(self._before)
        self.lay_out()

    @property
    def drop_place(self) -> Place | None:
        """Where the tile in the hand would fall."""
        return None if self._held is None else self.layout_now[self._held[0]]

    # --- keys ------------------------------------------------------------------------------

    def nudge(self, tile: int, columns: int, rows: int, sized: bool) -> None:
        """Move or size a tile by cells, as with the hand."""
        home = self.layout_now[tile]
        if sized:
            w = min(home.w + columns, COLUMNS - home.x)
            wanted = replace(home, w=w, h=home.h + rows)
        else:
            wanted = replace(home, x=home.x + columns, y=home.y + rows)
        place = arranging.inside(wanted, smallest=arranging.least(self.frames[tile].tile.kind))
        layout = arranging.put(self.layout_now, tile, place)
        if layout != self.layout_now:
            self.layout_now = layout
            self.lay_out()
            self.arranged.emit(layout, "Resize tile" if sized else "Move tile")

    # --- drawing ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        place = self.drop_place
        if place is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look().color("series.grid"))
        for column in range(COLUMNS + 1):
            x = round(GAP_PX / 2 + column * self.cell_px)
            painter.drawLine(x, 0, x, self.height())
        painter.setBrush(look().color("surface.selected"))
        painter.setPen(QPen(look().color("accent.plain"), 1.4, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect_of(place)).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()


def _same(old: Tile, new: Tile) -> bool:
    """Whether the content of the one can show the other."""
    return (old.kind, old.options, old.span) == (new.kind, new.options, new.span)
