"""The window as a device sees it: its titles, its size, and requests to change it.

Nothing moves, resizes or hides a session's window. What it reports is where every window is: at
the top left, open, and as large as its text. Under test it keeps what was asked of it.
"""

from __future__ import annotations

from noc_console.services.terminal.model import Size
from noc_console.services.terminal.sequences import Core, Handler, Sequence

LONGEST_TITLE = 80
_DEEPEST_STACK = 10
_CELL = (16, 8)
"""Height and width of a cell in pixels, as reported: fixed, so that no screen is measured."""
_BORDER = 0
_WIDE_MODE = 3
_LARGEST = Size(200, 100)
"""Under test: what maximising comes to."""


def plain(text: str, longest: int) -> str:
    """Text that a device chose for people: printable characters on one line, not reordered."""
    return "".join(each for each in text[: longest * 4] if each.isprintable())[:longest]


class Window:
    """Titles with their stack, reports of sizes, and under test a window to play with."""

    def __init__(self, core: Core, *, is_under_test: bool) -> None:
        self._core = core
        self._is_under_test = is_under_test
        self._before: Size | None = None
        self.reset()

    def reset(self) -> None:
        self.title = ""
        self.icon = ""
        self._stack: list[tuple[str, str]] = []
        self._is_iconified = False
        self._position = (0, 0)
        self._is_hex_set = self._is_hex_asked = False

    def handlers(self) -> dict[str, Handler]:
        if not self._is_under_test:
            return {"t": self.operate}
        return {
            "t": self.operate,
            ">t": self._title_modes,
            ">T": self._title_modes,
            "*|": self._page,
            "$|": self._page,
        }

    def full_reset(self) -> None:
        """RIS leaves the titles, but not in hexadecimal; and under test it ends 132 columns."""
        self._is_hex_set = self._is_hex_asked = False
        if self._is_under_test and self._core.mode(_WIDE_MODE):
            self._core.write(b"\x1b[?%dl" % _WIDE_MODE)

    def set_title(self, number: int, text: str) -> None:
        """OSC 0 (both), 1 (icon) and 2 (window); only the window's is ever shown."""
        if self._is_hex_set:
            text = _unhexed(text)
        if number in (0, 1):
            self.icon = plain(text, LONGEST_TITLE)
        if number in (0, 2):
            self.title = plain(text, LONGEST_TITLE)

    def operate(self, sequence: Sequence) -> bytes:
        """XTWINOPS: reports of sizes and the stack of titles; the rest only under test."""
        operation = sequence.number(0)
        if operation in (22, 23):
            self._stacked(operation == 22, sequence.number(1))
            return b""
        if self._is_under_test:
            self._moved(operation, sequence)
        return self._report(operation)

    def _report(self, operation: int) -> bytes:
        size = self._core.size
        height, width = _CELL
        x, y = self._position
        if operation in (20, 21):
            return self._title_report("L" if operation == 20 else "l")
        reports = {
            11: (2 if self._is_iconified else 1,),
            13: (3, x, y),
            14: (4, size.rows * height, size.columns * width),
            15: (5, _LARGEST.rows * height, _LARGEST.columns * width),
            16: (6, height, width),
            18: (8, size.rows, size.columns),
            19: (9, _LARGEST.rows, _LARGEST.columns),
        }
        numbers = reports.get(operation)
        if numbers is None:
            return b""
        return b"\x1b[" + ";".join(map(str, numbers)).encode() + b"t"

    def _title_report(self, letter: str) -> bytes:
        """A title sent back is a command typed by the device that set it: never in a session."""
        if not self._is_under_test:
            return b""
        title = self.icon if letter == "L" else self.title
        if self._is_hex_asked:
            title = title.encode().hex().upper()
        return f"\x1b]{letter}{title}\x1b\\".encode()

    def _stacked(self, is_pushed: bool, which: int) -> None:
        if is_pushed:
            self._stack = [*self._stack, (self.icon, self.title)][-_DEEPEST_STACK:]
            return
        if not self._stack:
            return
        icon, title = self._stack.pop()
        if which in (0, 1):
            self.icon = icon
        if which in (0, 2):
            self.title = title

    def _title_modes(self, sequence: Sequence) -> bytes:
        """How titles are set and asked for: 0 and 1 in hexadecimal, 2 and 3 as text."""
        is_set = sequence.final == "t"
        for number in sequence.parameters or (0, 1):
            if number == 0:
                self._is_hex_set = is_set
            elif number == 1:
                self._is_hex_asked = is_set
        return b""

    def _moved(self, operation: int, sequence: Sequence) -> None:
        if operation in (1, 2):
            self._is_iconified = operation == 2
        elif operation == 3:
            self._position = (sequence.number(1), sequence.number(2))
        elif operation == 4:
            height, width = _CELL
            self._resize(sequence, height, width)
        elif operation == 8:
            self._resize(sequence, 1, 1)
        elif operation in (9, 10):
            self._maximise(operation, sequence.number(1))
        elif operation >= 24:
            self._core.resize(Size(self._core.size.columns, min(operation, _LARGEST.rows)))

    def _resize(self, sequence: Sequence, height: int, width: int) -> None:
        """Left out keeps what is, nought is as large as it gets."""
        size = self._core.size
        rows = sequence.number(1, size.rows * height) // height or _LARGEST.rows
        columns = sequence.number(2, size.columns * width) // width or _LARGEST.columns
        self._core.resize(Size(min(columns, 500), min(rows, 500)))

    def _page(self, sequence: Sequence) -> bytes:
        """DECSNLS and DECSCPP: lines on the screen, and columns of a page."""
        size = self._core.size
        number = min(sequence.number(0), 500)
        if sequence.intermediates == "*" and number:
            self._core.resize(Size(size.columns, number))
        elif sequence.intermediates == "$":
            self._core.resize(Size(number or 80, size.rows))
        return b""

    def _maximise(self, operation: int, how: int) -> None:
        size = self._core.size
        if how == 0 or (operation == 10 and how == 2 and self._before is not None):
            if self._before is not None:
                self._core.resize(self._before)
                self._before = None
            return
        if self._before is None:
            self._before = size
        is_both = operation == 10 or how == 1
        self._core.resize(
            Size(
                _LARGEST.columns if is_both or how == 3 else size.columns,
                _LARGEST.rows if is_both or how == 2 else size.rows,
            )
        )


def _unhexed(text: str) -> str:
    try:
        return bytes.fromhex(text).decode("utf-8", "replace")
    except ValueError:
        return ""
