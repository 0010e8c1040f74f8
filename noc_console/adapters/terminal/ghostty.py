"""libghostty-vt as our terminal engine: on Linux and macOS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from noc_console.adapters.terminal import reading
from noc_console.adapters.terminal.encoding import Encoders
from noc_console.adapters.terminal.finding import TextFinder
from noc_console.adapters.terminal.native import Native, check, ffi, lib
from noc_console.adapters.terminal.screen import Screen
from noc_console.services.terminal.as_html import selected_html
from noc_console.services.terminal.host import Host
from noc_console.services.terminal.model import (
    Frame,
    KeyPress,
    Modes,
    MouseInput,
    MouseTracking,
    Palette,
    Point,
    Query,
    Row,
    Selection,
    Size,
    Viewport,
)
from noc_console.services.terminal.ports import Finder, Mark
from noc_console.services.terminal.sequences import Cell

_TRACKING = ((1003, MouseTracking.ALL), (1002, MouseTracking.DRAGS), (1000, MouseTracking.CLICKS))
_SCROLL_BOTTOM, _SCROLL_BY, _SCROLL_TO = 1, 2, 3

_NO_LIMIT = 1 << 40
_CELL_BYTES = 8

_MOST_HTML_ROWS = 5_000
"""More than that is copied as text only: HTML is ten times its size."""


class GhosttyEngine:
    """`TerminalEngine` on libghostty-vt, with our host in front of it."""

    def __init__(
        self,
        size: Size,
        *,
        scrollback: int = 10_000,
        may_write_clipboard: bool = False,
        is_under_test: bool = False,
    ) -> None:
        self._native = Native(size.columns, size.rows)
        self._bells = 0
        self._is_under_test = is_under_test
        self._size = size
        self._cell = (8, 16)
        self._scrollback, self._scrollback_bytes = scrollback, 0
        self._prepare()
        self._screen = Screen(self._native)
        self._encoders = Encoders(self._native)
        self._core = Core(self._native)
        self._host = Host(
            self._core, may_write_clipboard=may_write_clipboard, is_under_test=is_under_test
        )
        self.resize(size)
        # The declarations of what reads text are parsed at the first use, which takes 50 ms: now,
        # while a terminal opens, and not in the middle of somebody's search.
        self.find(Query("-")).advance(1.0)
        reading.is_wrapped(self._native, 0)

    def _prepare(self) -> None:
        native = self._native
        # The library's own limit of lines makes every line feed ten times as slow: bytes it is.
        native.set("SCROLLBACK_MAX_LINES", "size_t*", _NO_LIMIT)
        native.set("KITTY_IMAGE_STORAGE_LIMIT", "uint64_t*", 0)
        native.set_callback("BELL", "GhosttyTerminalBellFn", self._ring)

    def _ring(self, _terminal: Any, _user: Any) -> None:
        self._bells += 1

    @property
    def size(self) -> Size:
        return self._core.size if self._is_under_test else self._size

    def feed(self, received: bytes) -> bytes:
        answers = self._host.feed(received)
        if not self._is_under_test and self._core.size != self._size:
            # By a way the host does not know: the window decides, and nobody else.
            self.resize(self._size, cell_width=self._cell[0], cell_height=self._cell[1])
        return answers

    def resize(self, size: Size, *, cell_width: int = 8, cell_height: int = 16) -> bytes:
        columns, rows = max(1, min(size.columns, 9999)), max(1, min(size.rows, 9999))
        self._size, self._cell = Size(columns, rows), (cell_width, cell_height)
        self._keep_lines_of(columns)
        self._native.resize(columns, rows, cell_width, cell_height)
        self._encoders.set_size(columns, rows, cell_width, cell_height)
        return self._native.taken_answers()

    def _keep_lines_of(self, columns: int) -> None:
        """Room for the scrollback promised, in lines of this width; it only grows."""
        needed = self._scrollback * (columns + 1) * _CELL_BYTES * 6 // 5
        if needed > self._scrollback_bytes:
            self._scrollback_bytes = needed
            self._native.set("SCROLLBACK_MAX_BYTES", "size_t*", needed)

    def reset(self) -> None:
        self._host.reset()
        lib.ghostty_terminal_reset(self._native.handle)

    def close(self) -> None:
        self._native.close()

    def frame(self) -> Frame:
        return self._screen.frame(self.viewport)

    @property
    def modes(self) -> Modes:
        mode = self._native.mode
        mouse = next((kind for number, kind in _TRACKING if mode(number)), MouseTracking.NONE)
        if mouse is MouseTracking.NONE and mode(9):
            mouse = MouseTracking.PRESS
        alternate = self._native.get("ACTIVE_SCREEN", "GhosttyTerminalScreen*")
        return Modes(
            bracketed_paste=mode(2004),
            mouse=mouse,
            alternate_screen=alternate == lib.GHOSTTY_TERMINAL_SCREEN_ALTERNATE,
            alternate_scroll=mode(1007),
            application_cursor=mode(1),
            application_keypad=mode(66),
            focus_reporting=mode(1004),
            synchronized=mode(2026),
            reverse_video=mode(5),
        )

    @property
    def title(self) -> str:
        return self._host.title

    @property
    def working_directory(self) -> str:
        return self._host.working_directory

    @property
    def bells(self) -> int:
        return self._bells

    def set_palette(self, palette: Palette) -> None:
        self._native.set("COLOR_FOREGROUND", "GhosttyColorRgb*", _rgb(palette.foreground))
        self._native.set("COLOR_BACKGROUND", "GhosttyColorRgb*", _rgb(palette.background))
        if palette.cursor is not None:
            self._native.set("COLOR_CURSOR", "GhosttyColorRgb*", _rgb(palette.cursor))
        colors = ffi.new("GhosttyColorRgb[256]")
        lib.ghostty_color_palette_default(colors)
        for index, color in enumerate(palette.ansi[:16]):
            colors[index] = ffi.new("GhosttyColorRgb*", _rgb(color))[0]
        result = lib.ghostty_terminal_set(
            self._native.handle, lib.GHOSTTY_TERMINAL_OPT_COLOR_PALETTE, colors
        )
        check(result, "set the palette")
        self._host.set_palette(palette)

    def take_clipboard(self) -> str | None:
        return self._host.take_clipboard()

    @property
    def viewport(self) -> Viewport:
        bar = self._native.get("SCROLLBAR", "GhosttyTerminalScrollbar*")
        return Viewport(int(bar.offset), int(bar.len), int(bar.total))

    def scroll(self, rows: int) -> None:
        self._native.scroll(_SCROLL_BY, rows)

    def scroll_to(self, top: int) -> None:
        view = self.viewport
        if top >= view.total - view.rows:
            self.scroll_to_bottom()
        else:
            self._native.scroll(_SCROLL_TO, max(top, 0))

    def scroll_to_bottom(self) -> None:
        self._native.scroll(_SCROLL_BOTTOM)

    def clear_scrollback(self) -> None:
        self._native.write(b"\x1b[3J")

    def compress(self) -> bool:
        result = ffi.new("GhosttyTerminalCompressionResult*")
        lib.ghostty_terminal_compress(
            self._native.handle, lib.GHOSTTY_TERMINAL_COMPRESSION_MODE_INCREMENTAL, result
        )
        return bool(result[0] == lib.GHOSTTY_TERMINAL_COMPRESSION_RESULT_PENDING)

    def lines(self, first: int, count: int) -> list[str]:
        return reading.lines(self._native, first, count)

    def selected_text(self, selection: Selection) -> str:
        return reading.selected_text(self._native, selection)

    def selected_html(self, selection: Selection) -> str:
        chosen = reading.within(self._native, selection)
        first, last = chosen.first.row, min(chosen.last.row, chosen.first.row + _MOST_HTML_ROWS)
        rows = self._rows(first, last - first + 1)
        return selected_html(rows, chosen, self.size.columns)

    def _rows(self, first: int, count: int) -> list[Row]:
        """Any rows with their attributes: the view goes there and comes back."""
        before = self.viewport
        reader = Screen(self._native)
        rows: list[Row] = []
        while len(rows) < count:
            self._native.scroll(_SCROLL_TO, first + len(rows))
            view = self.viewport
            shown = reader.frame(view).rows[first + len(rows) - view.top :]
            if not shown:
                break
            rows += shown
        self.scroll_to(before.top)
        return rows[:count]

    def word_at(self, point: Point, boundaries: Iterable[str] | None = None) -> Selection | None:
        return reading.word_at(self._native, point, boundaries)

    def line_at(self, point: Point) -> Selection | None:
        return reading.line_at(self._native, point)

    def mark(self, point: Point) -> Mark | None:
        return reading.mark(self._native, point)

    def find(self, query: Query) -> Finder:
        return TextFinder(self._native, query)

    def encode_key(self, press: KeyPress) -> bytes:
        return self._encoders.key(press)

    def encode_mouse(self, input_: MouseInput) -> bytes:
        return self._encoders.mouse(input_)

    def encode_focus(self, *, is_focused: bool) -> bytes:
        if not self._native.mode(1004):
            return b""
        return b"\x1b[I" if is_focused else b"\x1b[O"

    def encode_paste(self, text: str) -> bytes:
        return self._encoders.paste(text, is_bracketed=self._native.mode(2004))


class Core:
    """What the host may ask of the engine below it; see `services.terminal.sequences.Core`."""

    def __init__(self, native: Native) -> None:
        self._native = native

    def write(self, received: bytes) -> bytes:
        return self._native.write(received)

    @property
    def size(self) -> Size:
        native = self._native
        return Size(native.get("COLS", "uint16_t*"), native.get("ROWS", "uint16_t*"))

    @property
    def cursor(self) -> tuple[int, int]:
        native = self._native
        return native.get("CURSOR_Y", "uint16_t*"), native.get("CURSOR_X", "uint16_t*")

    def mode(self, number: int, *, is_ansi: bool = False) -> bool:
        return self._native.mode(number, is_ansi=is_ansi)

    def cell(self, row: int, column: int) -> Cell:
        return reading.cell(self._native, row, column)

    def resize(self, size: Size) -> None:
        self._native.resize(size.columns, size.rows, 8, 16)


def _rgb(color: int) -> dict[str, int]:
    return {"r": color >> 16 & 0xFF, "g": color >> 8 & 0xFF, "b": color & 0xFF}
