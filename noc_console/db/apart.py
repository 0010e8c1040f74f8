"""A connection apart from the lanes: for what must not wait in line behind other work.

A lease that is renewed too late is lost, and the common lanes may all be waiting: for a
lock, for a big write, for a server that came back and finds a crowd at its door.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from noc_console.db.database import Database
from noc_console.db.lanes import Lane

R = TypeVar("R")


class Apart:
    """One connection of our own to the store of `db`; on SQLite its writer, as there is but one.

    A network that swallows packets is noticed after `patience_s`, and so is, by the server, a
    client that stopped in the middle of a transaction: the rows it locked are let go.
    """

    def __init__(self, db: Database, *, name: str, patience_s: float) -> None:
        self._db = db
        self._lane: Lane | None = None
        if not db.is_sqlite:
            patience_ms = max(1_000, round(patience_s * 1_000))
            probe_s = max(1, round(patience_s / 3))
            engine = create_engine(
                db.engine.url,
                hide_parameters=True,
                poolclass=NullPool,
                connect_args={
                    "connect_timeout": max(2, round(patience_s)),
                    "options": "-c lock_timeout=2000 -c timezone=UTC "
                    f"-c idle_in_transaction_session_timeout={patience_ms} "
                    f"-c application_name=noc-console-{name}",
                    "keepalives_idle": probe_s,
                    "keepalives_interval": probe_s,
                    "keepalives_count": 2,
                    "tcp_user_timeout": patience_ms,
                },
            )
            self._lane = Lane(engine, name)

    async def keep(self, work: Callable[[Connection], R]) -> R:
        """One transaction of housekeeping, as `Database.keep`; commits.

        A cancelled caller waits for the statement that runs, however long the server takes.
        """
        if self._lane is None:
            return await self._db.keep(work)
        lane = self._lane

        def whole(connection: Connection) -> R:
            with connection.begin():
                return work(connection)

        try:
            return await lane.run(whole)
        except BaseException:
            lane.discard()  # whatever happened to it, the next one is sound
            raise

    def close(self) -> None:
        """Let the last statement finish and close it."""
        if self._lane is not None:
            self._lane.close()
