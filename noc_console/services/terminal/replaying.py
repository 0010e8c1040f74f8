"""Recorded sessions played again: read, searched, and shown at any moment and speed.

A recording may come from anywhere (asciinema v2 and v3): rows that are none are passed over, long
ones are cut, and more than `MOST_BYTES` of output is not read.
"""

from __future__ import annotations

import asyncio
import bisect
import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible
from noc_console.services.terminal.plain import plain

MOST_BYTES = 512 << 20
LONGEST_ROW = 4 << 20
LONGEST_S = 7 * 86_400.0
SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
LONGEST_PAUSE_S = 2.0
"""A pause of the operator is no longer than this when idle time is skipped."""
_ANEW = b"\x1bc\x1b[3J"
"""A full reset, and the scrollback away: what was shown before is shown again from the start."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Output at its moment, in seconds from the start."""

    at: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Tape:
    """A whole recording."""

    title: str
    columns: int
    rows: int
    begun: datetime | None
    shown: tuple[Shown, ...]
    sizes: tuple[tuple[float, int, int], ...] = ()
    notes: tuple[tuple[float, str], ...] = ()
    who: str = ""
    address: str = ""
    device_id: int | None = None

    @property
    def length_s(self) -> float:
        return self.shown[-1].at if self.shown else 0.0

    @property
    def is_empty(self) -> bool:
        return not self.shown


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a recording: enough for a list."""

    title: str
    columns: int
    rows: int
    begun: datetime | None
    who: str = ""
    address: str = ""
    device_id: int | None = None
    version: int = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that matches, and when it was shown."""

    at: float
    line: str


def read_header(line: bytes | str) -> Header:
    """The first line. Raises Invalid for what is no recording."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        told = None
    version = told.get("version") if isinstance(told, dict) else None
    if not isinstance(told, dict) or version not in (2, 3):
        raise Invalid("this is no recording of a terminal (asciinema 2 or 3)", field="path")
    term = told.get("term") if version == 3 else told
    room = term if isinstance(term, dict) else {}
    columns, rows = ("cols", "rows") if version == 3 else ("width", "height")
    ours = told.get("noc_console")
    own = ours if isinstance(ours, dict) else {}
    number = own.get("device_id")
    return Header(
        visible(str(told.get("title") or "Recording"), limit=200),
        _count(room.get(columns), 80, 500),
        _count(room.get(rows), 24, 200),
        _moment(told.get("timestamp")),
        visible(str(own.get("who") or ""), limit=100),
        visible(str(own.get("address") or ""), limit=200),
        number if isinstance(number, int) and not isinstance(number, bool) else None,
        version,
    )


def read_tape(path: Path) -> Tape:
    """A recording from a file, for a thread of its own. Raises Invalid."""
    try:
        with path.open("rb") as file:
            header = read_header(file.readline(LONGEST_ROW))
            return _tape(header, _rows(file.readline, header.version))
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error.strerror}", field="path") from error


def _rows(readline: Callable[[int], bytes], version: int) -> Iterator[tuple[float, str, str]]:
    """Events with their time from the start; a row that is none is passed over."""
    clock = size = 0.0
    while size <= MOST_BYTES:
        line = readline(LONGEST_ROW)
        if not line:
            return
        size += len(line)
        if line.startswith(b"#"):
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if not (isinstance(row, list) and len(row) == 3 and isinstance(row[1], str)):
            continue
        at, kind, text = row
        is_time = isinstance(at, int | float) and not isinstance(at, bool) and math.isfinite(at)
        if not is_time or not isinstance(text, str):
            continue
        # Times that go back are taken as the moment before: a clock was set.
        clock = min(LONGEST_S, max(clock, clock + at if version == 3 else at))
        yield clock, kind, text


def _tape(header: Header, rows: Iterator[tuple[float, str, str]]) -> Tape:
    shown: list[Shown] = []
    sizes: list[tuple[float, int, int]] = []
    notes: list[tuple[float, str]] = []
    for at, kind, text in rows:
        if kind == "o":
            shown.append(Shown(at, text.encode("utf-8", "replace")))
        elif kind == "r" and (match := re.fullmatch(r"(\d{1,3})x(\d{1,3})", text)):
            sizes.append((at, max(1, int(match[1])), max(1, int(match[2]))))
        elif kind == "m":
            notes.append((at, visible(text, limit=200)))
    return Tape(
        header.title,
        header.columns,
        header.rows,
        header.begun,
        tuple(shown),
        tuple(sizes),
        tuple(notes),
        header.who,
        header.address,
        header.device_id,
    )


def search(tape: Tape, text: str, *, is_regex: bool = False, most: int = 1_000) -> tuple[Hit, ...]:
    """Lines that were shown and match, with when each was complete. Raises Invalid."""
    if not text:
        return ()
    try:
        wanted = re.compile(text if is_regex else re.escape(text), re.IGNORECASE)
    except re.error as error:
        raise Invalid(f"no regular expression: {error}", field="text") from None
    found: list[Hit] = []
    rest = ""
    for piece in tape.shown:
        parts = (rest + piece.data.decode("utf-8", "replace")).split("\n")
        rest = parts.pop()[-8_192:]
        for part in parts:
            line = plain(part)
            if wanted.search(line):
                found.append(Hit(piece.at, line.strip()[:300]))
                if len(found) == most:
                    return tuple(found)
    if rest and wanted.search(last := plain(rest)):
        found.append(Hit(tape.length_s, last.strip()[:300]))
    return tuple(found)


class ReplayLink:
    """A recording as a link: a terminal shows it like any session; typing does nothing."""

    def __init__(self, tape: Tape, *, skips_pauses: bool = True) -> None:
        self.tape = tape
        self.skips_pauses = skips_pauses
        self.speed = 1.0
        self.is_playing = True
        self._times = [one.at for one in tape.shown]
        self._next = 0
        self._at = 0.0
        self._ready = bytearray()
        self._since: float | None = None
        """The loop's time when `_at` was true; None while it does not run."""
        self._changed = asyncio.Event()
        self._is_closed = False

    @property
    def describe(self) -> str:
        return f"recording of {self.tape.title}"

    @property
    def position(self) -> float:
        """The moment that is shown, in seconds."""
        return min(self._now(), self.tape.length_s)

    @property
    def is_over(self) -> bool:
        return self._next >= len(self.tape.shown)

    async def read(self, limit: int) -> bytes:
        """Output when it is due; never the end while the recording is open: one may go back."""
        while True:
            if self._is_closed:
                return b""
            if self._ready:
                taken = bytes(self._ready[:limit])
                del self._ready[:limit]
                return taken
            wait = self._collect()
            if self._ready:
                continue
            self._changed.clear()
            try:
                async with asyncio.timeout(wait):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def write(self, typed: bytes) -> None:
        """A recording answers to nobody."""

    async def drain(self) -> None:
        """Nothing waits."""

    def resize(self, columns: int, rows: int) -> None:
        """It was shown in the room it had."""

    async def close(self) -> None:
        self._is_closed = True
        self._changed.set()

    # --- what its buttons do ----------------------------------------------------------------

    def play(self) -> None:
        if self.is_over:
            self.seek(0.0)
        self._settle()
        self.is_playing = True
        self._changed.set()

    def pause(self) -> None:
        self._settle()
        self.is_playing = False
        self._since = None
        self._changed.set()

    def set_speed(self, speed: float) -> None:
        self._settle()
        self.speed = min(64.0, max(0.1, speed))
        self._changed.set()

    def seek(self, at: float) -> None:
        """Show the moment `at`: everything up to it at once."""
        at = min(max(0.0, at), self.tape.length_s)
        upto = bisect.bisect_right(self._times, at)
        forward = upto >= self._next
        start = self._next if forward else 0
        if not forward:
            self._ready.clear()
            self._ready += _ANEW
        for piece in self.tape.shown[start:upto]:
            self._ready += piece.data
        self._next, self._at, self._since = upto, at, None
        self._changed.set()

    def size_at(self) -> tuple[int, int]:
        """The room the recorded terminal had at this moment."""
        before = [size for size in self.tape.sizes if size[0] <= self.position]
        return before[-1][1:] if before else (self.tape.columns, self.tape.rows)

    # --- time -------------------------------------------------------------------------------

    def _now(self) -> float:
        if self._since is None or not self.is_playing:
            return self._at
        return self._at + (asyncio.get_running_loop().time() - self._since) * self.speed

    def _settle(self) -> None:
        self._at = self._now()
        self._since = asyncio.get_running_loop().time() if self.is_playing else None

    def _collect(self) -> float | None:
        """Take what is due; seconds until the next, None when nothing is to come by itself."""
        if not self.is_playing or self.is_over:
            self._settle()
            return None
        if self._since is None:
            self._since = asyncio.get_running_loop().time()
        if self.skips_pauses:
            gap = self._times[self._next] - self._now()
            if gap > LONGEST_PAUSE_S:
                self._at += gap - LONGEST_PAUSE_S
        now = self._now()
        while not self.is_over and self._times[self._next] <= now and len(self._ready) < 1 << 16:
            self._ready += self.tape.shown[self._next].data
            self._next += 1
        if self._ready or self.is_over:
            return None if self.is_over else 0.0
        return max(0.001, (self._times[self._next] - now) / self.speed)


def _count(told: Any, otherwise: int, most: int) -> int:
    is_count = isinstance(told, int) and not isinstance(told, bool)
    return min(most, told) if is_count and told > 0 else otherwise


def _moment(told: Any) -> datetime | None:
    if not isinstance(told, int | float) or isinstance(told, bool):
        return None
    try:
        return datetime.fromtimestamp(told, UTC)
    except (OverflowError, OSError, ValueError):
        return None
