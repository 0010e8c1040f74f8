"""The rows that are shown, from the engine's render state."""

from __future__ import annotations

import weakref
from typing import Any

from noc_console.adapters.terminal.cells import (
    ROW_LINKS,
    ROW_MARKS,
    ROW_STYLED,
    Painter,
)
from noc_console.adapters.terminal.native import Native, check, ffi, lib, owned, sized
from noc_console.services.terminal.model import Cursor, CursorShape, Frame, Row, Size, Viewport

_SHAPES = (CursorShape.BAR, CursorShape.BLOCK, CursorShape.UNDERLINE, CursorShape.HOLLOW)

_Entry = tuple[bytes, int, Row]
"""A row's cells and flags as they were, and what was read from them."""


class Screen:
    """The rows that are shown, with what did not change kept as the same objects."""

    def __init__(self, native: Native) -> None:
        self._native = native
        self._state = owned(
            self, "ghostty_render_state_new", "ghostty_render_state_free", "GhosttyRenderState"
        )
        self._painter = Painter(native)
        self._iterator = ffi.new("GhosttyRenderStateRowIterator*")
        check(lib.ghostty_render_state_row_iterator_new(ffi.NULL, self._iterator), "open rows")
        weakref.finalize(self, lib.ghostty_render_state_row_iterator_free, self._iterator[0])
        self._colors = sized("GhosttyRenderStateColors")
        self._cursor = sized("GhosttyRenderStateCursor")
        self._dirty = ffi.new("GhosttyRenderStateDirty*")
        self._row_dirty = ffi.new("bool*")
        self._raw_row = ffi.new("GhosttyRow*")
        self._row_id = ffi.new("GhosttyRenderStateRowId*")
        self._palette = b""
        self._shown: tuple[Row, ...] = ()
        self._kept: dict[bytes, _Entry] = {}
        self._size = Size(0, 0)

    def frame(self, view: Viewport) -> Frame:
        lib.ghostty_render_state_update(self._state, self._native.handle)
        self._get("DIRTY", self._dirty)
        self._get("COLORS", self._colors)
        self._get("CURSOR", self._cursor)
        size = Size(self._native.get("COLS", "uint16_t*"), self._native.get("ROWS", "uint16_t*"))
        is_new = self._is_repainted(size)
        rows: tuple[Row, ...] = self._shown
        changed: tuple[int, ...] = ()
        if is_new or self._dirty[0] != lib.GHOSTTY_RENDER_STATE_DIRTY_FALSE:
            rows, changed = self._rows(is_new)
        self._shown, self._size = rows, size
        lib.ghostty_render_state_clean(self._state)
        colors = self._colors
        return Frame(
            size,
            rows,
            changed,
            self._cursor_now(),
            view,
            _number(colors.foreground),
            _number(colors.background),
            _number(colors.cursor) if colors.cursor_has_value else None,
        )

    def _is_repainted(self, size: Size) -> bool:
        """Was everything changed at once: the size, or the meaning of colours?"""
        palette = bytes(ffi.buffer(self._colors.palette))
        if palette == self._palette and size == self._size:
            return False
        self._palette = palette
        self._painter.set_palette(
            tuple(
                palette[at] << 16 | palette[at + 1] << 8 | palette[at + 2]
                for at in range(0, 768, 3)
            )
        )
        self._kept.clear()
        return True

    def _rows(self, is_new: bool) -> tuple[tuple[Row, ...], tuple[int, ...]]:
        everything = is_new or self._dirty[0] == lib.GHOSTTY_RENDER_STATE_DIRTY_FULL
        rows: list[Row] = []
        changed: list[int] = []
        kept: dict[bytes, _Entry] = {}
        self._get("ROW_ITERATOR", self._iterator)
        iterator = self._iterator[0]
        while lib.ghostty_render_state_row_iterator_next(iterator):
            y = len(rows)
            row = self._row(iterator, y, kept, everything)
            if is_new or y >= len(self._shown) or row is not self._shown[y]:
                changed.append(y)
            rows.append(row)
        self._kept = kept
        return tuple(rows), tuple(changed)

    def _row(self, iterator: Any, y: int, kept: dict[bytes, _Entry], is_suspect: bool) -> Row:
        get = lib.ghostty_render_state_row_get
        get(iterator, lib.GHOSTTY_RENDER_STATE_ROW_DATA_ID, self._row_id)
        identity = bytes(ffi.buffer(self._row_id))
        known = self._kept.get(identity)
        if known is not None and not is_suspect:
            get(iterator, lib.GHOSTTY_RENDER_STATE_ROW_DATA_DIRTY, self._row_dirty)
            if not self._row_dirty[0]:
                kept[identity] = known
                return known[2]
        raw = self._painter.raw(iterator)
        get(iterator, lib.GHOSTTY_RENDER_STATE_ROW_DATA_RAW, self._raw_row)
        flags = int(self._raw_row[0] >> 32)
        # Unstyled text is known by itself, wherever a scrolling region has moved it to; numbers
        # of styles mean the same only within one row; marks and links lie outside the cells.
        if not flags & ROW_STYLED and (plain := self._kept.get(raw)) is not None:
            known = plain
        if known is None or known[:2] != (raw, flags) or flags & (ROW_MARKS | ROW_LINKS):
            known = (raw, flags, self._painter.row(iterator, y, raw, flags))
        kept[identity] = known
        if not flags & ROW_STYLED:
            kept[raw] = known
        return known[2]

    def _cursor_now(self) -> Cursor:
        cursor = self._cursor
        shape = cursor.visual_style
        return Cursor(
            int(cursor.viewport_y) if cursor.viewport_has_value else None,
            int(cursor.viewport_x),
            _SHAPES[shape] if 0 <= shape < len(_SHAPES) else CursorShape.BLOCK,
            bool(cursor.visible),
            bool(cursor.blinking),
        )

    def _get(self, key: str, out: Any) -> None:
        number = getattr(lib, f"GHOSTTY_RENDER_STATE_DATA_{key}")
        check(lib.ghostty_render_state_get(self._state, number, out), f"read {key.lower()}")


def _number(color: Any) -> int:
    return int(color.r) << 16 | int(color.g) << 8 | int(color.b)
