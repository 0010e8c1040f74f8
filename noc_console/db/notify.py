"""Telling other processes to look into the journal (PostgreSQL).

NOTIFY within the transaction takes a lock that every other notifying commit waits for while
this one is flushed to disk: eight writers fell from 10,490 to 3,707 commits a second. Left out
but every 50 ms, it let the others hear of half the changes 40 ms late. So a thread with a
connection of its own says it right after the commit, once for all that were made meanwhile.

What was recorded is said along while it fits: twenty consoles that each ask the journal about
every change are what takes the time. It is a courtesy only; the journal is what counts.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg
from sqlalchemy.engine import URL

CHANNEL = "noc_journal"
"""PostgreSQL's NOTIFY channel that says: look into the journal."""

EVERY_S = 0.01
"""The least time between two notifications of one process."""

RETRY_S = 1.0

MOST_BYTES = 7_500
"""PostgreSQL carries less than 8,000 with a notification."""


class Said(NamedTuple):
    """One entry of the journal as it travels with a notification."""

    txid: int
    id: int
    origin: str
    event: str
    facts: dict[str, Any]


def packed(entries: Sequence[Said]) -> str:
    """Entries as a payload; "" when they do not fit: the reader looks into the journal."""
    text = json.dumps(entries, separators=(",", ":"))
    return text if entries and len(text.encode()) <= MOST_BYTES else ""


def unpacked(payload: str) -> tuple[Said, ...]:
    """The entries of a payload; none when it says nothing one could use."""
    try:
        return tuple(
            Said(int(txid), int(number), str(origin), str(event), dict(facts))
            for txid, number, origin, event, facts in json.loads(payload or "[]")
        )
    except (ValueError, TypeError):
        return ()


class Notifier:
    """Notifies soon after each `wake`. Its thread begins with the first one.

    When the server cannot be reached a notification is dropped: who listens looks by itself
    several times a second as well.
    """

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._due = threading.Event()
        self._lock = threading.Lock()
        self._entries: list[Said] = []
        self._is_more = False
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self, entries: Sequence[Said] = ()) -> None:
        """These were committed. Returns at once; may be called from any thread."""
        with self._lock:
            self._is_more |= not entries or len(self._entries) > 100
            if not self._is_more:
                self._entries += entries
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="notify", daemon=True)
            self._thread.start()
        self._due.set()

    def close(self) -> None:
        """Say what is still to be said, then stop."""
        self._closing.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._speak()
            except psycopg.Error:
                self._closing.wait(RETRY_S)

    def _speak(self) -> None:
        with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
            while True:
                self._due.wait()
                self._due.clear()
                connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, self._payload()))
                if self._closing.wait(EVERY_S):
                    return

    def _payload(self) -> str:
        with self._lock:
            entries, self._entries = self._entries, []
            is_more, self._is_more = self._is_more, False
        return "" if is_more else packed(entries)
