"""A collector of the failover benchmark: the real poller, and a line for each turn of a device.

    python -m tests.benchmarks.failover_member NAME FILE leases|locks

The store comes from the environment. `locks` is the peer: PostgreSQL's session advisory locks,
where the connection is the lease, as many systems divide work.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import psycopg

from noc_console.app.compose import open_services
from noc_console.app.config import load
from noc_console.app.supervise import tune
from noc_console.db.tail import Tail
from noc_console.kernel.clock import steady_s
from noc_console.kernel.events import EventBus
from noc_console.services.collectors.model import SHARDS, shard_of
from noc_console.services.collectors.workers import LeaseKeeper
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.telemetry.workers.poller import Poller


class Recording:
    """A reader that notes who is asked, when: a turn is one table read."""

    def __init__(self, reader: Any, log: TextIO) -> None:
        self._reader = reader
        self._log = log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def poll(self, target: SnmpTarget, *rest: Any, **more: Any) -> Any:
        self._log.write(f"{steady_s():.6f} {target.address}\n")
        return self._reader.poll(target, *rest, **more)


class Locks:
    """The peer: shards as advisory locks of a session, each tries for its fair part."""

    PRESENT, SHARD = 9_000_001, 9_000_002

    def __init__(self, url: str) -> None:
        self._url = url
        self._held: set[int] = set()
        self._listeners: list[Callable[[], None]] = []

    def mine(self, device_id: int) -> bool:
        return shard_of(device_id) in self._held

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    def start(self, loop: asyncio.AbstractEventLoop, number: int) -> None:
        threading.Thread(target=self._stay, args=(loop, number), daemon=True).start()

    def _stay(self, loop: asyncio.AbstractEventLoop, number: int) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s, %s)", [self.PRESENT, number])
            while True:
                before = set(self._held)
                self._take_or_give(connection)
                if self._held != before:
                    loop.call_soon_threadsafe(lambda: [tell() for tell in self._listeners])
                threading.Event().wait(0.2)

    def _take_or_give(self, connection: psycopg.Connection[Any]) -> None:
        row = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s",
            [self.PRESENT],
        ).fetchone()
        assert row is not None
        part = -(-SHARDS // max(1, row[0]))
        for shard in sorted(self._held)[part:]:
            self._held.discard(shard)
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", [self.SHARD, shard])
        for shard in range(SHARDS):
            if len(self._held) >= part:
                return
            if shard not in self._held:
                query = "SELECT pg_try_advisory_lock(%s, %s)"
                row = connection.execute(query, [self.SHARD, shard]).fetchone()
                if row is not None and row[0]:
                    self._held.add(shard)


async def collect(name: str, file: Path, way: str) -> None:
    config = load()
    async with open_services(config, bus=EventBus()) as services:
        actor = services.identity.program(f"collector {name}")
        poller: Poller
        keeper = LeaseKeeper(
            services.db,
            services.collectors,
            bus=services.bus,
            actor=actor,
            name=name,
            asking=lambda: poller.asking(),
        )
        locks = Locks(config.store)
        with file.open("a", buffering=1) as log:
            poller = Poller(
                inventory=services.inventory,
                credentials=services.credentials,
                alarms=services.alarms,
                telemetry=services.telemetry,
                samples=services.samples,
                reader=Recording(services.reader, log),
                bus=services.bus,
                clock=services.clock,
                actor=actor,
                shares=keeper if way == "leases" else locks,
            )
            tune()
            async with asyncio.TaskGroup() as group:
                group.create_task(Tail(services.db, services.bus).run())
                if way == "leases":
                    group.create_task(keeper.run())
                else:
                    locks.start(asyncio.get_running_loop(), int(name[-1]))
                group.create_task(poller.run())


if __name__ == "__main__":
    asyncio.run(collect(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
