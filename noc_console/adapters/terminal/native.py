"""libghostty-vt by its C interface: a handle, its options and values; nobody else knows cffi.

The published package (pyghostty) declares the whole interface and wraps little of it, so this
module reaches into the declarations; that is why its version is pinned to the last digit.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, Final

from pyghostty._ffi import ffi as _ffi
from pyghostty._ffi import lib as _lib
from pyghostty._ffi import union_fn

from noc_console.kernel.errors import Broken

ffi: Final[Any] = _ffi
lib: Final[Any] = _lib

# A tagged union passed by value, which cffi cannot do without a compiler: a structure of the same
# layout is passed the same way on x86-64 and arm64 (more than 16 bytes: in memory).
ffi.cdef("typedef struct { int tag; int64_t value; uint64_t rest; } NocScrollViewport;")

_scroll: Final[Any] = union_fn(
    "ghostty_terminal_scroll_viewport", "void(*)(GhosttyTerminal, NocScrollViewport)"
)
_grid_ref: Final[Any] = union_fn(
    "ghostty_terminal_grid_ref", "GhosttyResult(*)(GhosttyTerminal, GhosttyPointS, GhosttyGridRef*)"
)
_track: Final[Any] = union_fn(
    "ghostty_terminal_grid_ref_track",
    "GhosttyResult(*)(GhosttyTerminal, GhosttyPointS, GhosttyTrackedGridRef*)",
)

NO_VALUE: Final = int(lib.GHOSTTY_NO_VALUE)


def check(result: int, what: str) -> None:
    """Raises Broken: the library refuses only what we should not have asked."""
    if result:
        raise Broken(f"the terminal engine failed to {what} (code {result})")


def sized(kind: str) -> Any:
    """A new structure whose `size` fields say how large it is, as the library wants them."""
    made = ffi.new(f"{kind}*")
    _set_sizes(made)
    return made


def _set_sizes(made: Any) -> None:
    for name, entry in ffi.typeof(made).item.fields:
        if name == "size":
            made.size = ffi.sizeof(ffi.typeof(made).item)
        elif entry.type.kind == "struct":
            _set_sizes(ffi.addressof(made[0], name))


def owned(owner: object, make: str, free: str, kind: str, *arguments: Any) -> Any:
    """A handle that is given back together with its owner."""
    handle = ffi.new(f"{kind}*")
    check(getattr(lib, make)(ffi.NULL, handle, *arguments), make)
    weakref.finalize(owner, getattr(lib, free), handle[0])
    return handle[0]


class Native:
    """The library's terminal: bytes in, answers out, values by name."""

    def __init__(self, columns: int, rows: int) -> None:
        made = ffi.new("GhosttyTerminal*")
        check(lib.ghostty_terminal_new(ffi.NULL, made, columns, rows), "open")
        self.handle: Any = made[0]
        self._free = weakref.finalize(self, lib.ghostty_terminal_free, self.handle)
        self._answers: list[bytes] = []
        self._kept: dict[str, Any] = {}
        """What the library points to; it lives as long as the terminal."""
        self._mode = ffi.new("GhosttyTerminalModeConfig*")
        answers = self._answers
        self.set_callback(
            "WRITE_PTY",
            "GhosttyTerminalWritePtyFn",
            lambda _terminal, _user, given, length: answers.append(ffi.buffer(given, length)[:]),
        )

    def write(self, received: bytes) -> bytes:
        """Feed it; returns what it answers."""
        lib.ghostty_terminal_vt_write(self.handle, received, len(received))
        if not self._answers:
            return b""
        answered = b"".join(self._answers)
        self._answers.clear()
        return answered

    def set_callback(self, option: str, kind: str, function: Callable[..., Any]) -> None:
        callback = ffi.callback(kind, function)
        self._kept[option] = callback
        number = getattr(lib, f"GHOSTTY_TERMINAL_OPT_{option}")
        check(lib.ghostty_terminal_set(self.handle, number, callback), f"set {option.lower()}")

    def set(self, option: str, kind: str, value: Any) -> None:
        number = getattr(lib, f"GHOSTTY_TERMINAL_OPT_{option}")
        given = ffi.new(kind, value)
        check(lib.ghostty_terminal_set(self.handle, number, given), f"set {option.lower()}")

    def get(self, key: str, kind: str) -> Any:
        out = ffi.new(kind)
        number = getattr(lib, f"GHOSTTY_TERMINAL_DATA_{key}")
        check(lib.ghostty_terminal_get(self.handle, number, out), f"read {key.lower()}")
        return out[0]

    def text(self, key: str) -> str:
        value = self.get(key, "GhosttyString*")
        if not value.len:
            return ""
        return bytes(ffi.buffer(value.ptr, value.len)).decode("utf-8", "replace")

    def mode(self, number: int, *, is_ansi: bool = False) -> bool:
        self._mode.mode = (number & 0x7FFF) | (is_ansi << 15)
        result = lib.ghostty_terminal_get(self.handle, lib.GHOSTTY_TERMINAL_DATA_MODE, self._mode)
        check(result, "read a mode")
        return bool(self._mode.value)

    def resize(self, columns: int, rows: int, cell_width: int, cell_height: int) -> None:
        check(
            lib.ghostty_terminal_resize(self.handle, columns, rows, cell_width, cell_height),
            "resize",
        )

    def taken_answers(self) -> bytes:
        """What it said without being fed, at a resize for example."""
        answered = b"".join(self._answers)
        self._answers.clear()
        return answered

    def scroll(self, tag: int, value: int = 0) -> None:
        given = ffi.new("NocScrollViewport*")
        given.tag, given.value = tag, value
        _scroll(self.handle, given[0])

    def ref(self, row: int, column: int) -> Any | None:
        """The cell at a row counted from the oldest; good until the next byte. None: no such."""
        return self._ref(lib.GHOSTTY_POINT_TAG_SCREEN, row, column)

    def screen_ref(self, row: int, column: int) -> Any | None:
        """The cell at a row of the screen, wherever the view has been scrolled to."""
        return self._ref(lib.GHOSTTY_POINT_TAG_ACTIVE, row, column)

    def link(self, row: int, column: int) -> str:
        """What the hyperlink of a cell that is shown points to, as the device wrote it."""
        ref = self._ref(lib.GHOSTTY_POINT_TAG_VIEWPORT, row, column)
        if ref is None:
            return ""
        uri = filled(
            lambda room, size, length: lib.ghostty_grid_ref_hyperlink_uri(ref, room, size, length),
            "read a link",
        )
        return uri.decode("utf-8", "replace")

    def _ref(self, tag: int, row: int, column: int) -> Any | None:
        found = sized("GhosttyGridRef")
        result = _grid_ref(self.handle, _point(tag, row, column)[0], found)
        return None if result else found

    def track(self, row: int, column: int) -> Any | None:
        made = ffi.new("GhosttyTrackedGridRef*")
        result = _track(self.handle, _point(lib.GHOSTTY_POINT_TAG_SCREEN, row, column)[0], made)
        return None if result else made[0]

    def place(self, ref: Any) -> tuple[int, int] | None:
        """The row, counted from the oldest, and the column of a reference."""
        at = ffi.new("GhosttyPointCoordinate*")
        tag = lib.GHOSTTY_POINT_TAG_SCREEN
        if lib.ghostty_terminal_point_from_grid_ref(self.handle, ref, tag, at):
            return None
        return int(at.y), int(at.x)

    def close(self) -> None:
        self._free()
        self.handle = ffi.NULL


def _point(tag: int, row: int, column: int) -> Any:
    point = ffi.new("GhosttyPointS*")
    point.tag = tag
    point.value.x, point.value.y = column, row
    return point


def filled(call: Callable[[Any, int, Any], int], what: str) -> bytes:
    """What a call writes that tells the length it needs first."""
    length = ffi.new("size_t*")
    call(ffi.NULL, 0, length)
    room = ffi.new("uint8_t[]", max(int(length[0]), 1))
    check(call(room, len(room), length), what)
    return bytes(ffi.buffer(room, length[0]))
