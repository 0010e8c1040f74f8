"""Sessions recorded with their timing (asciinema v2) and as text, both without secrets."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from noc_console.kernel.clock import Clock
from noc_console.services.terminal.plain import Lines
from noc_console.services.terminal.redacting import Piece, Redactor
from noc_console.services.terminal.scribe import Scribe

OURS = "noc_console"
"""Our part of a recording's header; players of others pass it over."""


@dataclass(frozen=True, slots=True)
class About:
    """What a recording says of its session at the top."""

    title: str
    at: datetime
    columns: int = 80
    rows: int = 24
    who: str = ""
    address: str = ""
    device_id: int | None = None
    more: Mapping[str, str] = field(default_factory=dict)


class Recorder(Scribe):
    """A tap that keeps output and sizes with their times, as `asciinema play` reads them."""

    def __init__(self, path: Path, about: About, clock: Clock, redactor: Redactor) -> None:
        super().__init__(path, clock, redactor)
        self._about = about
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._last = 0.0

    def begin(self) -> None:
        told = self._about
        header = {
            "version": 2,
            "width": told.columns,
            "height": told.rows,
            "timestamp": int(told.at.timestamp()),
            "title": told.title,
            "env": {"TERM": "xterm-256color"},
            OURS: {
                "who": told.who,
                "address": told.address,
                "device_id": told.device_id,
                **told.more,
            },
        }
        self.put(json.dumps(header, ensure_ascii=False).encode() + b"\n")

    def write_piece(self, piece: Piece) -> None:
        if text := self._decoder.decode(piece.data):
            self._event(piece.at, "o", text)

    def write_size(self, at: float, columns: int, rows: int) -> None:
        for piece in self._redactor.flush(is_over=False):
            self.write_piece(piece)
        self._event(at, "r", f"{columns}x{rows}")

    def write_note(self, at: float, text: str) -> None:
        self._event(at, "m", text)

    def _event(self, at: float, kind: str, text: str) -> None:
        self._last = at = max(at, self._last)  # what was held back comes after a change of size
        row = json.dumps([round(at, 6), kind, text], ensure_ascii=False)
        self.put(row.encode("utf-8", "replace") + b"\n")


class TextLog(Scribe):
    """A tap that keeps what was shown as lines of text, each with its time when asked for."""

    def __init__(
        self, path: Path, about: About, clock: Clock, redactor: Redactor, *, has_times: bool = True
    ) -> None:
        super().__init__(path, clock, redactor)
        self._about = about
        self._has_times = has_times
        self._lines = Lines()

    def begin(self) -> None:
        told = self._about
        who = f" by {told.who}" if told.who else ""
        self.put(f"# {told.title}, {told.address}, {told.at:%Y-%m-%d %H:%M:%S} UTC{who}\n".encode())

    def write_piece(self, piece: Piece) -> None:
        for line in self._lines.feed(piece.data):
            self._line(piece.at, line)

    def write_size(self, at: float, columns: int, rows: int) -> None:
        """Text has no size."""

    def write_note(self, at: float, text: str) -> None:
        self._line(at, f"# {text}")

    def _line(self, at: float, line: str) -> None:
        stamp = f"{at:10.3f}  " if self._has_times else ""
        self.put(f"{stamp}{line}\n".encode("utf-8", "replace"))
