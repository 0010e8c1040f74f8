"""Opens what the console stands on: the store, and the ways to the network."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from noc_console.adapters.browser import PysnmpBrowser
from noc_console.adapters.dns import DnsResolver
from noc_console.adapters.recorded import RecordedBrowser, RecordedReader
from noc_console.adapters.snmp import FastReader, open_reader
from noc_console.app import paths
from noc_console.app.config import Config
from noc_console.db.database import Database, database_url, open_engine
from noc_console.db.lines import Keeping
from noc_console.db.migrate import migrate
from noc_console.db.samples.sqlite import damage
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken, Unreachable
from noc_console.kernel.events import EventBus
from noc_console.services.notify.ports import Sender
from noc_console.services.probes.ports import Prober

_log = structlog.get_logger("compose")

LOOPBACK = ("127.0.0.1", "::1")
"""Beside the lab, SNMP questions leave from the loopback only."""
ENGINES = "snmp-engines.json"
"""In the data folder: the SNMPv3 engines met, without keys."""

CHECKED_BYTES = 16 << 20
"""Up to this size the whole store is checked at every start, some hundredths of a second."""


def browser_for(
    config: Config, recording: RecordedReader | None
) -> PysnmpBrowser | RecordedBrowser:
    if recording is not None:
        return RecordedBrowser(recording)
    bind, bind6 = LOOPBACK if config.lab else ("", "")
    return PysnmpBrowser(bind=bind, bind6=bind6)


async def open_database(config: Config, bus: EventBus, clock: Clock) -> Database:
    url = database_url(config.store)
    if url.drivername == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        await asyncio.to_thread(_refuse_damaged, Path(url.database), config.data / "backups")
    engine = open_engine(config.store)
    try:
        saved = await asyncio.to_thread(
            migrate, engine, scripts=paths.migrations(), backups=config.data / "backups"
        )
    except OperationalError as error:
        if url.drivername == "sqlite":
            raise
        host = url.host or "the local PostgreSQL"
        raise Unreachable(f"{host} does not answer", peer=host, reason="refused") from error
    if saved:
        _log.info("store upgraded", backup=saved)
    return Database(engine, clock=clock, bus=bus)


def _refuse_damaged(store: Path, backups: Path) -> None:
    """A store that lost a page would lose more with every write: people decide."""
    if not store.exists() or store.stat().st_size == 0:
        return
    found = damage(store, "contents", thorough_bytes=CHECKED_BYTES)
    if found is None:
        return
    kept = max(backups.glob("*.db"), key=lambda one: one.stat().st_mtime, default=None)
    rescue = f"put the backup {kept} in its place, or " if kept else ""
    raise Broken(
        f"the store {store} is damaged ({found}). Nothing was changed. Copy it aside, then "
        f"{rescue}save what can be read: sqlite3 {store.name} .recover"
    )


def keeping_of(config: Config) -> Keeping:
    return Keeping(age=timedelta(days=config.log_days), size=int(config.log_gigabytes * 2**30))


def open_one_prober(resolver: DnsResolver) -> AbstractAsyncContextManager[Prober]:
    # Only who probes waits for the libraries of all its kinds.
    from noc_console.adapters.probes.probers import open_prober

    return open_prober(resolver)


def open_one_sender() -> AbstractAsyncContextManager[Sender]:
    # Only who sends waits for the libraries of all its kinds.
    from noc_console.adapters.notify.senders import open_sender

    return open_sender()


def open_fast_reader(config: Config) -> AbstractAsyncContextManager[FastReader]:
    if config.lab:
        bind, bind6 = LOOPBACK
        return open_reader(bind=bind, bind6=bind6, engines_file=config.data / ENGINES)
    return open_reader(engines_file=config.data / ENGINES)
