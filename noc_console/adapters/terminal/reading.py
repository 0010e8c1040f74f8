"""Text of the screen and its scrollback: lines, selections, words, and cells that are followed."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any

from noc_console.adapters.terminal.native import NO_VALUE, Native, check, ffi, filled, lib, sized
from noc_console.services.terminal.model import Point, Selection
from noc_console.services.terminal.sequences import Cell

WORD_ENDS = " \t\"'`|()[]{}<>,;│║"
"""What ends a word: not `/ . : - _ @ %`, which are within names of ports and addresses."""


def total_rows(native: Native) -> int:
    return int(native.get("TOTAL_ROWS", "size_t*"))


def columns(native: Native) -> int:
    return int(native.get("COLS", "uint16_t*"))


def lines(native: Native, first: int, count: int, *, is_trimmed: bool = True) -> list[str]:
    """Rows as text, counted from the oldest one kept; fewer where there are fewer."""
    first = max(first, 0)
    count = min(count, total_rows(native) - first)
    if count <= 0:
        return []
    text = _formatted(
        native,
        Selection(Point(first, 0), Point(first + count - 1, columns(native) - 1)),
        is_joined=False,
        is_trimmed=is_trimmed,
    )
    rows = text.split("\n")[:count]
    return rows + [""] * (count - len(rows))


def selected_text(native: Native, selection: Selection) -> str:
    return _formatted(native, within(native, selection), is_joined=not selection.is_block)


def within(native: Native, selection: Selection) -> Selection:
    """The part of a selection that still exists."""
    last_row, last_column = total_rows(native) - 1, columns(native) - 1

    def inside(point: Point) -> Point:
        return Point(min(max(point.row, 0), last_row), min(max(point.column, 0), last_column))

    return Selection(inside(selection.start), inside(selection.end), selection.is_block)


def _formatted(
    native: Native, selection: Selection, *, is_joined: bool, is_trimmed: bool = True
) -> str:
    options = sized("GhosttyTerminalSelectionFormatOptions")
    options.emit = lib.GHOSTTY_FORMATTER_FORMAT_PLAIN
    options.unwrap, options.trim = is_joined, is_trimmed
    chosen = _native_selection(native, selection)
    if chosen is None:
        return ""
    options.selection = chosen
    text = filled(
        lambda room, size, length: lib.ghostty_terminal_selection_format_buf(
            native.handle, options[0], room, size, length
        ),
        "read text",
    )
    return text.decode("utf-8", "replace")


def _native_selection(native: Native, selection: Selection) -> Any | None:
    start = native.ref(selection.start.row, selection.start.column)
    end = native.ref(selection.end.row, selection.end.column)
    if start is None or end is None:
        return None
    chosen = sized("GhosttySelection")
    chosen.start, chosen.end = start[0], end[0]
    chosen.rectangle = selection.is_block
    return chosen


def word_at(native: Native, point: Point, boundaries: Iterable[str] | None) -> Selection | None:
    ref = native.ref(point.row, point.column)
    if ref is None or not cell_at(ref).text.strip():
        return None
    points = ffi.new("uint32_t[]", [ord(each) for each in boundaries or WORD_ENDS])
    options = sized("GhosttyTerminalSelectWordOptions")
    options.ref = ref[0]
    options.boundary_codepoints, options.boundary_codepoints_len = points, len(points)
    found = sized("GhosttySelection")
    result = lib.ghostty_terminal_select_word(native.handle, options, found)
    return _selection(native, result, found, "select a word")


def line_at(native: Native, point: Point) -> Selection | None:
    ref = native.ref(point.row, point.column)
    if ref is None:
        return None
    options = sized("GhosttyTerminalSelectLineOptions")
    options.ref = ref[0]
    found = sized("GhosttySelection")
    result = lib.ghostty_terminal_select_line(native.handle, options, found)
    return _selection(native, result, found, "select a line")


def _selection(native: Native, result: int, found: Any, what: str) -> Selection | None:
    if result == NO_VALUE:
        return None
    check(result, what)
    start = native.place(ffi.addressof(found[0], "start"))
    end = native.place(ffi.addressof(found[0], "end"))
    if start is None or end is None:
        return None
    return Selection(Point(*start), Point(*end))


class TrackedCell:
    """A `Mark`: the library moves it along with its line."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._free = weakref.finalize(self, lib.ghostty_tracked_grid_ref_free, handle)

    def point(self) -> Point | None:
        if not self._free.alive or not lib.ghostty_tracked_grid_ref_has_value(self._handle):
            return None
        at = ffi.new("GhosttyPointCoordinate*")
        tag = lib.GHOSTTY_POINT_TAG_SCREEN
        if lib.ghostty_tracked_grid_ref_point(self._handle, tag, at):
            return None
        return Point(int(at.y), int(at.x))

    def release(self) -> None:
        self._free()


def mark(native: Native, point: Point) -> TrackedCell | None:
    handle = native.track(point.row, point.column)
    return None if handle is None else TrackedCell(handle)


def is_wrapped(native: Native, row: int) -> bool:
    """Does a row, counted from the oldest, go on in the next?"""
    ref = native.ref(row, 0)
    if ref is None:
        return False
    raw = ffi.new("GhosttyRow*")
    check(lib.ghostty_grid_ref_row(ref, raw), "read a row")
    return bool(int(raw[0]) >> 32 & 1)


def cell(native: Native, row: int, column: int) -> Cell:
    """A cell of the screen, wherever the view has been scrolled to."""
    ref = native.screen_ref(row, column)
    return Cell() if ref is None else cell_at(ref)


def cell_at(ref: Any) -> Cell:
    raw = ffi.new("GhosttyCell*")
    check(lib.ghostty_grid_ref_cell(ref, raw), "read a cell")
    value = int(raw[0])
    style = sized("GhosttyStyle")
    check(lib.ghostty_grid_ref_style(ref, style), "read a style")
    text = "" if value & 0b11 > 1 else _text(ref, value)
    return Cell(text, _sgr(style, value), bool(value >> 44 & 1), value >> 42 & 0b11 == 1)


def _text(ref: Any, value: int) -> str:
    point = value >> 2 & 0x1FFFFF
    if value & 0b11 == 0:
        return chr(point) if point else ""
    length = ffi.new("size_t*")
    points = ffi.new("uint32_t[]", 9)
    # More marks than there is room for do not fit: then the character stands alone.
    if lib.ghostty_grid_ref_graphemes(ref, points, len(points), length):
        return chr(point)
    return "".join(map(chr, points[0 : length[0]]))


_SGR = (
    ("bold", "1"),
    ("faint", "2"),
    ("italic", "3"),
    ("blink", "5"),
    ("inverse", "7"),
    ("invisible", "8"),
    ("strikethrough", "9"),
    ("overline", "53"),
)


def _sgr(style: Any, value: int) -> str:
    """The parameters that make this style again."""
    parts = ["0", *(code for name, code in _SGR if getattr(style, name))]
    if style.underline:
        parts.append(f"4:{int(style.underline)}")
    parts += _color(style.fg_color, 38) + _color(style.underline_color, 58)
    if value & 0b11 == 2:
        return ";".join([*parts, f"48:5:{value >> 2 & 0xFF}"])
    if value & 0b11 == 3:
        red, green, blue = value >> 2 & 0xFF, value >> 10 & 0xFF, value >> 18 & 0xFF
        return ";".join([*parts, f"48:2::{red}:{green}:{blue}"])
    return ";".join(parts + _color(style.bg_color, 48))


def _color(color: Any, code: int) -> list[str]:
    if color.tag == lib.GHOSTTY_STYLE_COLOR_PALETTE:
        return [f"{code}:5:{int(color.value.palette)}"]
    if color.tag == lib.GHOSTTY_STYLE_COLOR_RGB:
        rgb = color.value.rgb
        return [f"{code}:2::{int(rgb.r)}:{int(rgb.g)}:{int(rgb.b)}"]
    return []
