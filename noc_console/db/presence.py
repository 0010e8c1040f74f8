"""Being there, as PostgreSQL's server sees it: an advisory lock that ends with the connection.

The server drops the lock the moment a killed process's connection ends, long before a lease
would run out. It is a hint and no proof: a frozen process keeps its connection, and a server
that was restarted has lost every lock while everybody lives. So whoever loses its own learns
of it here at once, and what others may conclude is theirs to weigh.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import psycopg
from sqlalchemy import Connection, text

from noc_console.db.database import Database

LOCK_CLASS = 7_062_003
"""Where our keys live among PostgreSQL's advisory locks."""

AGAIN_S = 0.5
"""Between two attempts to connect."""
LOOK_S = 0.25
"""How often a thread that waits for news sees whether it should stop."""


class Presence:
    """A thread whose connection holds the advisory lock `key` and hears `channel`.

    Callbacks come on the loop it was started on: `held(True)` when the lock is ours,
    `held(False)` as soon as the connection is lost, `woken()` for each notification. On
    SQLite it does nothing.
    """

    def __init__(
        self,
        db: Database,
        *,
        key: int,
        channel: str,
        held: Callable[[bool], None],
        woken: Callable[[], None],
        patience_s: float,
    ) -> None:
        self._url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._serves = not db.is_sqlite
        self._key = key
        self._channel = channel
        self._held = held
        self._woken = woken
        self._patience_s = patience_s
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._stay, name="presence", daemon=True)

    def start(self) -> None:
        if self._serves:
            self._loop = asyncio.get_running_loop()
            self._thread.start()

    def stop(self) -> None:
        """End the thread; the lock goes with its connection."""
        self._stopping.set()

    def _stay(self) -> None:
        while not self._stopping.is_set():
            try:
                self._be_there()
            except psycopg.Error:
                self._call(self._held, False)
                self._stopping.wait(AGAIN_S)

    def _be_there(self) -> None:
        # A server that notices a lost network sooner than the lease runs out would end the
        # lock of a collector that still polls: it is told to be patient for much longer.
        patient = f"{max(60, round(10 * self._patience_s))}s"
        probe_s = max(1, round(self._patience_s / 3))
        with psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=5,
            application_name="noc-console-presence",
            keepalives_idle=probe_s,
            keepalives_interval=probe_s,
            keepalives_count=2,
        ) as connection:
            for setting in ("tcp_keepalives_idle", "tcp_user_timeout"):
                connection.execute(f"SET {setting} = '{patient}'")
            connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", [LOCK_CLASS, self._key])
            connection.execute(f"LISTEN {self._channel}")
            self._call(self._held, True)
            while not self._stopping.is_set():
                for _ in connection.notifies(timeout=LOOK_S, stop_after=1):
                    self._call(self._woken)

    def _call(self, what: Callable[..., None], *values: object) -> None:
        if self._loop is None or self._stopping.is_set():
            return
        try:
            self._loop.call_soon_threadsafe(what, *values)
        except RuntimeError:  # the loop closed between the check and the call
            self._stopping.set()


def keys_held(connection: Connection) -> frozenset[int]:
    """The keys whose holders are connected to this database (PostgreSQL)."""
    found = connection.execute(
        text(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :class "
            "AND granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        ),
        {"class": LOCK_CLASS},
    )
    return frozenset(int(row.objid) for row in found)


def up_since(connection: Connection) -> float:
    """How long the server has been up, seconds (PostgreSQL): older locks are all gone."""
    return float(
        connection.scalar(
            text("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())")
        )
        or 0.0
    )


def notify(connection: Connection, channel: str) -> None:
    """Wake whoever hears the channel once this transaction commits (PostgreSQL)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"NOTIFY {channel}"))
