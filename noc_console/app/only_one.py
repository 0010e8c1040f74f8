"""One collector per SQLite store: a lock that goes with its holder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from noc_console.kernel.errors import Conflict


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock `path`, or raise Conflict naming the process that has it.

    The system drops the lock when the process ends, kill -9 included.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            _lock(file)
        except OSError as error:
            file.seek(0)
            holder = file.read(32).strip() or "unknown"
            raise Conflict(f"process {holder} collects for this store already") from error
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        # Beyond the text, so that others can still read who holds it.
        file.seek(1024)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_one_of(url: str) -> Iterator[None]:
    """On SQLite be the one collector of the store at `url`, or raise Conflict.

    On PostgreSQL any number of them share the devices (`services.collectors`).
    """
    # Whoever only wants a lock need not wait for the database's library.
    from noc_console.db.database import database_url

    target = database_url(url)
    if target.drivername != "sqlite":
        yield
        return
    with only_one(Path(str(target.database)).with_suffix(".collector.lock")):
        yield
