"""What a terminal stands on: an engine that keeps the screen, and a link that carries bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from noc_console.services.terminal.model import (
    Frame,
    KeyPress,
    Modes,
    MouseInput,
    Palette,
    Point,
    Query,
    Selection,
    Size,
    Viewport,
)


class Finder(Protocol):
    """A search through everything that is kept, done in slices so that the window stays alive."""

    @property
    def matches(self) -> Sequence[Selection]:
        """What was found so far, newest line first."""

    @property
    def is_done(self) -> bool: ...

    def advance(self, budget_s: float) -> bool:
        """Look on for about this long; True when everything was looked at."""


class Mark(Protocol):
    """A cell that is followed while lines scroll and wrap anew."""

    def point(self) -> Point | None:
        """Where it is now; None when its line has left the scrollback."""

    def release(self) -> None: ...


class TerminalEngine(Protocol):
    """A screen with scrollback, fed with what a device sends. For one thread at a time.

    No byte from a device makes it raise, hang or grow beyond its scrollback, and what it answers
    is made of constants and positions: nothing a device wrote is ever sent back to it.
    """

    @property
    def size(self) -> Size: ...

    def feed(self, received: bytes) -> bytes:
        """Take what the device sent, cut anywhere; return what has to be answered to it."""

    def resize(self, size: Size, *, cell_width: int = 8, cell_height: int = 16) -> bytes:
        """Wrap lines anew; returns what is reported about it when the program asked for that."""

    def reset(self) -> None:
        """As switched on; the scrollback goes, too."""

    def close(self) -> None:
        """Give its memory back; nothing else may be called afterwards."""

    # What is shown

    def frame(self) -> Frame:
        """What to paint now. Rows that did not change since the last frame are the same objects."""

    @property
    def modes(self) -> Modes: ...

    @property
    def title(self) -> str:
        """What the device calls itself, without control characters, at most 80 characters."""

    @property
    def working_directory(self) -> str: ...

    @property
    def bells(self) -> int:
        """How often the bell rang since the beginning."""

    def set_palette(self, palette: Palette) -> None: ...

    def take_clipboard(self) -> str | None:
        """What the device wants in the clipboard (OSC 52), once, where the session allows that."""

    # Scrolling

    @property
    def viewport(self) -> Viewport: ...

    def scroll(self, rows: int) -> None:
        """Up for negative, down for positive; no further than there are lines."""

    def scroll_to(self, top: int) -> None: ...

    def scroll_to_bottom(self) -> None: ...

    def clear_scrollback(self) -> None: ...

    def compress(self) -> bool:
        """Pack a slice of the scrollback while nothing happens; False when all is packed."""

    # Text

    def lines(self, first: int, count: int) -> list[str]:
        """The text of rows, counted from the oldest one kept, without trailing blanks."""

    def selected_text(self, selection: Selection) -> str:
        """Wrapped lines are joined; lines end with a line feed, without trailing blanks."""

    def selected_html(self, selection: Selection) -> str:
        """With colours, as a `<pre>`; everything from the device is escaped."""

    def word_at(self, point: Point, boundaries: Iterable[str] | None = None) -> Selection | None:
        """The word a double click means; None on blank."""

    def line_at(self, point: Point) -> Selection | None:
        """The line a triple click means, over all rows it wraps into."""

    def mark(self, point: Point) -> Mark | None: ...

    def find(self, query: Query) -> Finder:
        """Raises Invalid(query) when the regular expression is none."""

    # Input

    def encode_key(self, press: KeyPress) -> bytes:
        """What this key sends, by the modes the program set; empty when it sends nothing."""

    def encode_mouse(self, input_: MouseInput) -> bytes: ...

    def encode_focus(self, *, is_focused: bool) -> bytes: ...

    def encode_paste(self, text: str) -> bytes:
        """Bracketed when asked for; the end of the brackets within the text is taken out."""


class EngineFactory(Protocol):
    """Opens engines; the window gets one from where everything is put together."""

    def __call__(
        self,
        size: Size,
        *,
        scrollback: int = 10_000,
        may_write_clipboard: bool = False,
    ) -> TerminalEngine:
        """Raises Broken, saying why, on a system without an engine."""


class Link(Protocol):
    """A way to a device's terminal: SSH, telnet, a serial line, a local shell."""

    @property
    def describe(self) -> str:
        """What it is, for people: `ssh noc@10.0.0.1:22`."""

    async def read(self, limit: int) -> bytes:
        """At least one byte; empty when the other side has ended. Not reading holds it back."""

    def write(self, typed: bytes) -> None: ...

    def resize(self, columns: int, rows: int) -> None: ...

    async def close(self) -> None: ...
