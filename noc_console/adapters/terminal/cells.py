"""Rows of cells as runs of equal attributes, read from the engine's memory in one piece per row.

A cell is 64 bits (`Cell` of ghostty's page.zig, checked against the library's own reading of it
when this module is tested):

====== ==============================================================================
0–1    content: 0 code point, 1 with marks, 2 background of the palette, 3 true colour
2–25   code point (21 bits), or palette index, or red, green, blue
26–41  style, by a number that means something within the row's page only
42–43  0 narrow, 1 wide, 2 right half of a wide one, 3 blank before one that wrapped
44–45  protected, hyperlink
====== ==============================================================================
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from noc_console.adapters.terminal.native import Native, check, ffi, lib, sized
from noc_console.services.terminal.hyperlinks import safe_link
from noc_console.services.terminal.model import PLAIN, Look, Row, Run, Style, Underline

MARKS = 8
"""How many combining marks of one cell are shown; there are texts made of nothing else."""

EMPTY = Row(())

_TAG, _MARKED, _PALETTE, _COLORED = 0b11, 1, 2, 2
_STYLE = 0xFFFF << 26
_WIDE, _HEAD, _TAIL, _WRAP_BLANK = 0b11 << 42, 1 << 42, 2 << 42, 3 << 42
_LINK = 1 << 45
_CONTENT = 0xFFFFFF << 2
_COMMON = _TAG | _STYLE | _WIDE | _LINK

ROW_WRAPPED, ROW_CONTINUES, ROW_MARKS, ROW_STYLED, ROW_LINKS = 1, 2, 4, 8, 16
"""The upper half of a row's 64 bits."""

Cells = npt.NDArray[np.uint64]


class Painter:
    """Turns rows into runs; keeps what it found about styles for as long as the palette lasts."""

    def __init__(self, native: Native) -> None:
        self._native = native
        made = ffi.new("GhosttyRenderStateRowCells*")
        check(lib.ghostty_render_state_row_cells_new(ffi.NULL, made), "open cells")
        weakref.finalize(self, lib.ghostty_render_state_row_cells_free, made[0])
        self.handle: Any = made
        self._view = ffi.new("GhosttyCellsView*")
        self._style = sized("GhosttyStyle")
        self._palette: tuple[int, ...] = ()
        self._styles: dict[bytes, Style] = {}

    def set_palette(self, palette: tuple[int, ...]) -> None:
        self._palette = palette
        self._styles.clear()

    def raw(self, iterator: Any) -> bytes:
        """The cells of the iterator's row as they lie in memory."""
        lib.ghostty_render_state_row_get(
            iterator, lib.GHOSTTY_RENDER_STATE_ROW_DATA_CELLS_RAW, self._view
        )
        return bytes(ffi.buffer(self._view.ptr, self._view.len * 8))

    def row(self, iterator: Any, y: int, raw: bytes, flags: int) -> Row:
        """The iterator's row, the `y`th that is shown, whose cells are `raw`."""
        used = -(-len(raw.rstrip(b"\0")) // 8)
        wrapped, continues = bool(flags & ROW_WRAPPED), bool(flags & ROW_CONTINUES)
        if not used:
            return Row((), wrapped, continues) if wrapped or continues else EMPTY
        cells = np.frombuffer(raw, np.uint64, used)
        lib.ghostty_render_state_row_get(
            iterator, lib.GHOSTTY_RENDER_STATE_ROW_DATA_CELLS, self.handle
        )
        runs = self._runs(cells)
        if flags & ROW_LINKS:
            runs = self._with_links(runs, y)
        return Row(tuple(runs), wrapped, continues)

    def _runs(self, cells: Cells) -> list[Run]:
        present = int(np.bitwise_or.reduce(cells))
        starts, keys = _boundaries(cells, present)
        characters = _characters(cells, present)
        ends = [*starts[1:], len(cells)]
        found: dict[int, Style] = {}
        runs: list[Run] = []
        for start, end, key in zip(starts, ends, keys, strict=True):
            style_key = key & (_TAG | _STYLE | (_CONTENT if key & _TAG > _MARKED else 0))
            style = found.get(style_key)
            if style is None:
                style = found[style_key] = self._style_of(start, key)
            is_wide = key & _WIDE == _HEAD
            text = characters[start : end : 2 if is_wide else 1]
            marked = key & _TAG == _MARKED
            if marked:
                text = self._cluster(start)
            runs.append(Run(start, end - start, text, style, is_wide, marked))
        return runs

    def _with_links(self, runs: list[Run], y: int) -> list[Run]:
        def target(column: int) -> str:
            return safe_link(self._native.link(y, column))

        return [part for run in runs for part in _linked(run, target)]

    def _style_of(self, column: int, key: int) -> Style:
        """The style of one cell. Numbers of styles mean something only within their page."""
        style = self._text_style(column) if key & _STYLE else PLAIN
        tag = key & _TAG
        if tag <= _MARKED:
            return style
        content = (key & _CONTENT) >> 2
        if tag == _PALETTE:
            return replace(style, background=self._palette[content & 0xFF])
        swapped = (content & 0xFF) << 16 | (content & 0xFF00) | content >> 16
        return replace(style, background=swapped)

    def _text_style(self, column: int) -> Style:
        cells = self.handle[0]
        lib.ghostty_render_state_row_cells_select(cells, column)
        lib.ghostty_render_state_row_cells_get(
            cells, lib.GHOSTTY_RENDER_STATE_ROW_CELLS_DATA_STYLE, self._style
        )
        as_bytes = bytes(ffi.buffer(self._style))
        known = self._styles.get(as_bytes)
        if known is None:
            if len(self._styles) > 4096:
                self._styles.clear()
            known = self._styles[as_bytes] = self._read_style()
        return known

    def _read_style(self) -> Style:
        style = self._style
        look = Look.NONE
        for name, bit in _LOOKS:
            if getattr(style, name):
                look |= bit
        return Style(
            self._color(style.fg_color),
            self._color(style.bg_color),
            self._color(style.underline_color),
            look,
            Underline(style.underline) if 0 <= style.underline <= 5 else Underline.SINGLE,
        )

    def _color(self, color: Any) -> int | None:
        if color.tag == lib.GHOSTTY_STYLE_COLOR_PALETTE:
            return int(self._palette[color.value.palette])
        if color.tag == lib.GHOSTTY_STYLE_COLOR_RGB:
            rgb = color.value.rgb
            color_number: int = int(rgb.r) << 16 | int(rgb.g) << 8 | int(rgb.b)
            return color_number
        return None

    def _cluster(self, column: int) -> str:
        """A character with its marks, or an emoji of several code points."""
        cells = self.handle[0]
        lib.ghostty_render_state_row_cells_select(cells, column)
        length = ffi.new("uint32_t*")
        lib.ghostty_render_state_row_cells_get(
            cells, lib.GHOSTTY_RENDER_STATE_ROW_CELLS_DATA_GRAPHEMES_LEN, length
        )
        points = ffi.new("uint32_t[]", max(int(length[0]), 1))
        lib.ghostty_render_state_row_cells_get(
            cells, lib.GHOSTTY_RENDER_STATE_ROW_CELLS_DATA_GRAPHEMES_BUF, points
        )
        shown = points[0 : min(int(length[0]), 1 + MARKS)]
        return "".join(map(chr, shown))


_LOOKS = (
    ("bold", Look.BOLD),
    ("faint", Look.FAINT),
    ("italic", Look.ITALIC),
    ("blink", Look.BLINK),
    ("inverse", Look.INVERSE),
    ("invisible", Look.INVISIBLE),
    ("strikethrough", Look.STRIKE),
    ("overline", Look.OVERLINE),
)


def _boundaries(cells: Cells, present: int) -> tuple[list[int], list[int]]:
    """Where runs begin, and what the cells of each have in common; `present` is all bits in use."""
    if not present & _COMMON:
        return [0], [0]
    keys = cells & np.uint64(_COMMON)
    if present & _COLORED:
        colored = (cells & np.uint64(_TAG)) > _MARKED
        keys = np.where(colored, keys | (cells & np.uint64(_CONTENT)), keys)
    if present & _WIDE:
        keys = _with_halves(keys, keys & np.uint64(_WIDE))
    changes = keys[1:] != keys[:-1]
    if present & _MARKED:
        marked = (keys & np.uint64(_TAG)) == _MARKED
        heads = marked & ((cells & np.uint64(_WIDE)) != _TAIL)
        changes = changes | heads[1:] | (marked[:-1] & ~marked[1:])
    starts = [0, *(changes.nonzero()[0] + 1).tolist()]
    return starts, keys[starts].tolist()


def _with_halves(keys: Cells, wide: Cells) -> Cells:
    """The right half of a wide character belongs to its left half; blanks of a wrap are narrow."""
    keys = np.where(wide == _WRAP_BLANK, keys & ~np.uint64(_WIDE), keys)
    tails = np.flatnonzero(wide == _TAIL)
    tails = tails[tails > 0]
    keys[tails] = keys[tails - 1]
    return keys


def _characters(cells: Cells, present: int) -> str:
    """One character for each cell, a blank where there is none."""
    points = ((cells >> np.uint64(2)) & np.uint64(0x1FFFFF)).astype(np.uint32)
    blank = points < 0x20
    if present & _COLORED:
        blank |= (cells & np.uint64(_TAG)) > _MARKED
    points[blank] = 0x20
    return points.tobytes().decode("utf-32-le", "replace")


def _linked(run: Run, target: Callable[[int], str]) -> list[Run]:
    """A run cut where one link ends and the next begins."""
    if run.is_cluster:
        return [replace(run, link=target(run.column))]
    step = 2 if run.is_wide else 1
    targets = [target(run.column + at * step) for at in range(len(run.text))]
    parts: list[Run] = []
    begin = 0
    for at in range(1, len(targets) + 1):
        if at < len(targets) and targets[at] == targets[begin]:
            continue
        parts.append(
            replace(
                run,
                column=run.column + begin * step,
                columns=(at - begin) * step,
                text=run.text[begin:at],
                link=targets[begin],
            )
        )
        begin = at
    return parts
