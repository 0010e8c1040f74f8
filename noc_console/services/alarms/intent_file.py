"""Intents on disk: what somebody decided survives the store, the power and a killed window.

Each window has a file of its own in a folder, a line for each intent, written through to the
disk before anything else happens. The system drops the lock on a file when its process ends,
however it ends; what such a window left waiting is adopted by the next one. An intent that is
carried out twice because of that does nothing the second time.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from errno import ENOENT
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from noc_console.services.alarms.intents import Intent, Verb

SUFFIX = ".intents"
LONGEST_LINE = 4 << 20
"""An intent about 200,000 alarms has a third of that; what is longer was not written by us."""


class IntentFile:
    """The file of this process. Everything here waits for the disk: call it from a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{uuid4().hex}{SUFFIX}"
        self._file: IO[bytes] | None = None

    def add(self, intents: Sequence[Intent]) -> None:
        """Returns when the intents are on the disk; OSError when they cannot be."""
        file = self._open()
        file.write(b"".join(encoded(intent) for intent in intents))
        file.flush()
        os.fsync(file.fileno())

    def clear(self) -> None:
        """Nothing waits any more. Until then lines only come: what is gone from the middle
        would have to be written anew, and a crash meanwhile would take all.
        """
        if self._file is not None:
            self._file.truncate(0)

    def adopt(self) -> tuple[Intent, ...]:
        """What processes left behind that are no more, the oldest first; it is in our file now."""
        found: list[Intent] = []
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            if path != self._path:
                found += self._take_over(path)
        return tuple(sorted(found, key=lambda intent: intent.at))

    def close(self) -> None:
        """Let go of the file; it goes when nothing waits in it."""
        if self._file is not None:
            is_empty = os.fstat(self._file.fileno()).st_size == 0
            self._file.close()
            self._file = None
            if is_empty:
                self._path.unlink(missing_ok=True)

    def _open(self) -> IO[bytes]:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = self._made()
            _sync_folder(self._folder)
        return self._file

    def _made(self) -> IO[bytes]:
        """Our file, locked. Before it is, another window may take it for left behind, and away:
        then it is made again.
        """
        for is_last in (False, False, True):
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            file = os.fdopen(handle, "ab")
            try:
                _lock(file)
                if os.fstat(file.fileno()).st_nlink:
                    return file
            except OSError:
                if is_last:
                    file.close()
                    raise
            file.close()
        raise FileNotFoundError(ENOENT, "others take the file away", str(self._path))

    def _take_over(self, path: Path) -> tuple[Intent, ...]:
        try:
            with path.open("r+b") as left:
                _lock(left)
                found = decoded(left.read())
                if found:
                    self.add(found)
        except OSError:
            return ()  # its window lives, or another one was quicker
        path.unlink(missing_ok=True)
        return found


def encoded(intent: Intent) -> bytes:
    """An intent as a line."""
    told: dict[str, Any] = {
        "id": intent.id,
        "verb": intent.verb.value,
        "by": intent.by,
        "tenant": intent.tenant,
        "at": intent.at.isoformat(),
        "text": intent.text,
        "until": intent.until.isoformat() if intent.until else None,
        "with_folded": intent.with_folded,
        "alarm_ids": intent.alarm_ids,
    }
    # In front as well: a line that was cut off when the disk was full spoils no other.
    return b"\n" + json.dumps(told, separators=(",", ":")).encode() + b"\n"


def decoded(text: bytes) -> tuple[Intent, ...]:
    """The intents of a file, each once. A line that was cut off was never promised to anybody;
    one that is not ours is passed over."""
    found: dict[str, Intent] = {}
    for line in text.split(b"\n"):
        if line and len(line) <= LONGEST_LINE and (intent := _intent(line)) is not None:
            found.setdefault(intent.id, intent)
    return tuple(found.values())


def _intent(line: bytes) -> Intent | None:
    try:
        told = json.loads(line)
        at = datetime.fromisoformat(told["at"])
        until = datetime.fromisoformat(told["until"]) if told["until"] else None
        if at.tzinfo is None or (until is not None and until.tzinfo is None):
            return None
        return Intent(
            verb=Verb(told["verb"]),
            alarm_ids=tuple(int(number) for number in told["alarm_ids"]),
            by=str(told["by"]),
            tenant=str(told["tenant"]),
            at=at,
            text=str(told["text"]),
            until=until,
            with_folded=bool(told["with_folded"]),
            id=str(told["id"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _sync_folder(folder: Path) -> None:
    """So that the file's name is on the disk as well; Windows has no such thing."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        place = file.tell()
        file.seek(1 << 40)  # beyond what is ever written
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        finally:
            file.seek(place)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
