"""Writes what a session shows to a file, beside the window's thread and without its secrets.

`received` and `resized` are called in the window's thread and return at once; redacting and
writing happen in a thread of the scribe's own. What waits is bounded: of a flood that comes faster
than it can be looked through a stretch is left out, and the file says so.
"""

from __future__ import annotations

import os
import threading
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Collection
from pathlib import Path
from typing import BinaryIO

from noc_console.kernel.clock import Clock
from noc_console.kernel.secret import Secret
from noc_console.services.terminal.redacting import Piece, Redactor

MOST_WAITING = 64 << 20
LARGEST = 512 << 20
"""Bytes of one file; a session that shows more goes on unrecorded, and the file says so."""
SILENCE_S = 1.0
"""An unfinished line (a prompt) is written after this long without a word."""


class Scribe:
    """One file of one session. `close` waits until all is written."""

    def __init__(self, path: Path, clock: Clock, redactor: Redactor) -> None:
        """Raises OSError where the file cannot be made; only its owner may read it."""
        self.path = path
        self.problem = ""
        """Why nothing is written any more; empty while all is well."""
        self.on_problem: Callable[[str], None] = lambda _: None
        """Called in the scribe's thread."""
        self._clock = clock
        self._redactor = redactor
        self._started = clock.now()
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(number, "wb")
        self._written = 0
        self._waiting: deque[tuple[float, bytes | tuple[int, int]]] = deque()
        self._bytes = 0
        self._left_out = 0
        self._is_closing = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="scribe", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def masked(self) -> int:
        """Lines in which secrets were masked so far."""
        return self._redactor.count

    def know(self, secrets: Collection[Secret]) -> None:
        """Mask these too, from now on: those of a session that goes on in place of another."""
        self._redactor.know(secrets)

    def elapsed(self) -> float:
        """Seconds since the recording began."""
        return max(0.0, (self._clock.now() - self._started).total_seconds())

    # --- what a session tells (a tap) --------------------------------------------------------

    def received(self, data: bytes) -> None:
        """What the device sent."""
        with self._wake:
            if self._bytes + len(data) > MOST_WAITING:
                self._left_out += len(data)
                return
            self._waiting.append((self.elapsed(), data))
            self._bytes += len(data)
            self._wake.notify()

    def sent(self, data: bytes, source: object) -> None:
        """What was typed is not kept: what the device echoes is, and passwords are not echoed."""

    def resized(self, columns: int, rows: int) -> None:
        with self._wake:
            self._waiting.append((self.elapsed(), (columns, rows)))
            self._wake.notify()

    def stop(self) -> None:
        """Write the rest and end, without waiting for it."""
        with self._wake:
            self._is_closing = True
            self._wake.notify()

    def close(self) -> None:
        """Write the rest; returns when it is on the disk. Not for the window's thread."""
        self.stop()
        if self._thread.ident is not None:
            self._thread.join()
        else:
            self._file.close()

    # --- the scribe's thread -----------------------------------------------------------------

    @abstractmethod
    def begin(self) -> None:
        """Write what stands at the beginning."""

    @abstractmethod
    def write_piece(self, piece: Piece) -> None:
        """Write output without secrets."""

    @abstractmethod
    def write_size(self, at: float, columns: int, rows: int) -> None:
        """Write that the room changed."""

    @abstractmethod
    def write_note(self, at: float, text: str) -> None:
        """Write something of ours into the file."""

    def put(self, data: bytes) -> None:
        self._file.write(data)
        self._written += len(data)

    def _work(self) -> None:
        try:
            self.begin()
            while self._step():
                pass
            for piece in self._redactor.flush():
                self.write_piece(piece)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._fail(f"{self.path.name} cannot be written: {error.strerror or error}")
        finally:
            try:
                self._file.close()
            except OSError as error:  # what was buffered found no room
                self._fail(f"{self.path.name} cannot be written: {error.strerror or error}")

    def _step(self) -> bool:
        with self._wake:
            if not self._waiting and not self._is_closing:
                self._wake.wait(SILENCE_S)
            batch, self._waiting = self._waiting, deque()
            self._bytes, left_out, self._left_out = 0, self._left_out, 0
            is_over = self._is_closing and not batch
        if not batch:
            for piece in self._redactor.flush(is_over=False):
                self.write_piece(piece)
            self._file.flush()
            return not is_over
        for at, what in batch:
            self._take(at, what)
        if left_out:
            self.write_note(batch[-1][0], f"{left_out:,} bytes came too fast and were left out")
        if self._written > LARGEST:
            self.write_note(batch[-1][0], f"recording ended at {LARGEST >> 20} MiB")
            self._fail(f"{self.path.name} is full: what comes now is not recorded")
            return False
        return True

    def _take(self, at: float, what: bytes | tuple[int, int]) -> None:
        if isinstance(what, tuple):
            self.write_size(at, *what)
            return
        for piece in self._redactor.feed(at, what):
            self.write_piece(piece)

    def _fail(self, why: str) -> None:
        self.problem = why
        with self._wake:
            # Nobody empties it any more: let nothing wait.
            self._waiting.clear()
            self._bytes = MOST_WAITING
        self.on_problem(why)
