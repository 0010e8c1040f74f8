"""A server that goes away under real collectors, and a collector that stands still (S1, S8, N18).

The collectors are processes as users run them; the device is a real snmpd.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from noc_console.app.compose import Services, open_services
from noc_console.app.config import load
from noc_console.db.database import Database, journal, open_engine
from noc_console.db.samples import DEVICE, Resolution
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import EventBus
from noc_console.services.collectors.model import CollectorState
from noc_console.services.collectors.workers import Rhythm
from tests.db.test_database import NoteWritten
from tests.e2e.conftest import INTERVAL_S, Console
from tests.lab import postgres
from tests.lab.snmpd import snmpd

OPERATOR = Actor("mira", "local", frozenset({"*"}))


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    with (
        TemporaryDirectory(prefix="noc-postgres-", ignore_cleanup_errors=True) as folder,
        postgres.server(Path(folder)) as made,
    ):
        yield made


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    made = Console(tmp_path / "console", "127.60.0.0", tmp_path / "compiled")
    made.own_fallbacks()
    yield made
    made.close()


@asynccontextmanager
async def looking_at(console: Console) -> AsyncIterator[Services]:
    """The services on the console's store, as a window beside the collector has them."""
    config = load(store=console.store or None, environment=console.environment)
    async with open_services(config, bus=EventBus()) as services:
        yield services


async def polled_at(services: Services, device_id: int) -> list[int]:
    """When the device was measured, in milliseconds."""
    now = services.clock.now()
    series = await services.samples.series(
        DEVICE, device_id, now - timedelta(minutes=30), now + timedelta(minutes=5),
        resolution=Resolution.RAW,
    )  # fmt: skip
    return [int(at) for at in series.times_ms]


async def until_polled(services: Services, device_id: int, count: int) -> list[int]:
    async with asyncio.timeout(60):
        while len(times := await polled_at(services, device_id)) < count:
            await asyncio.sleep(0.2)
    return times


def widest_gap_s(times: list[int]) -> float:
    return max(later - earlier for earlier, later in pairwise(times)) / 1000


@pytest.mark.postgres
async def test_a_server_away_for_a_moment_is_waited_for_without_an_alarm(
    console: Console, server: postgres.Server, tmp_path: Path
) -> None:
    """S1: `pg_ctl -m immediate stop`, then start: the same process goes on within a lease."""
    console.store = postgres.new_database(server.url)
    with snmpd(tmp_path / "snmpd") as agent:
        await asyncio.to_thread(
            console.ask, "discovery.start", "--seed", f"127.0.0.1:{agent.port}",
            "--community", "public",
        )  # fmt: skip
        console.start_collector()
        async with looking_at(console) as services:
            [device] = await services.inventory.devices(OPERATOR)
            await until_polled(services, int(device.id), 3)
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(INTERVAL_S)  # much shorter than a lease: it polls on
        assert console.running["collector"].poll() is None
        assert await asyncio.to_thread(server.start)
        async with looking_at(console) as services:
            before = len(await polled_at(services, int(device.id)))
            times = await until_polled(services, int(device.id), before + 4)
            assert console.running["collector"].poll() is None
            assert widest_gap_s(times) < Rhythm().ttl_s, console.logs()
            assert len(times) == len(set(times))
            assert await services.alarms.active(OPERATOR) == ()


async def test_a_collector_that_stood_still_is_stale_and_catches_up_without_duplicates(
    console: Console, tmp_path: Path
) -> None:
    """N18: SIGSTOP, then SIGCONT: shown as not heard, no alarm, one poll an interval again."""
    with snmpd(tmp_path / "snmpd") as agent:
        await asyncio.to_thread(
            console.ask, "discovery.start", "--seed", f"127.0.0.1:{agent.port}",
            "--community", "public",
        )  # fmt: skip
        console.start_collector()
        async with looking_at(console) as services:
            [device] = await services.inventory.devices(OPERATOR)
            await until_polled(services, int(device.id), 3)
            console.running["collector"].send_signal(signal.SIGSTOP)
            stopped = services.clock.now()
            await asyncio.sleep(4 * INTERVAL_S)
            [health] = await services.telemetry.collectors(OPERATOR)
            # What the status line goes by: older than two intervals is stale, and hatched.
            assert services.clock.now() - health.at > timedelta(seconds=2 * INTERVAL_S)
            console.running["collector"].send_signal(signal.SIGCONT)
            before = len(await polled_at(services, int(device.id)))
            times = await until_polled(services, int(device.id), before + 4)
            [health] = await services.telemetry.collectors(OPERATOR)
            assert health.at > stopped
            assert await services.alarms.active(OPERATOR) == ()
            woken = [at for at in times if at > stopped.timestamp() * 1000]
            # One look at once for what was missed; then its usual turns, however late they are.
            turns = (woken[-1] - woken[0]) / (1000 * INTERVAL_S)
            assert len(woken) <= turns + 2.5
            [share] = await services.collectors.shares(OPERATOR)
            assert share.state is CollectorState.ACTIVE


@pytest.mark.postgres
async def test_what_a_killed_server_acknowledged_is_there(server: postgres.Server) -> None:
    """S8: kill -9 of every process of PostgreSQL while four write: no acknowledged row is lost."""
    db = Database(
        open_engine(postgres.new_database(server.url)), clock=SystemClock(), bus=EventBus()
    )
    await db.keep(journal.create)
    await db.keep(lambda c: c.execute(text("CREATE TABLE acked (id integer PRIMARY KEY)")))
    acknowledged: set[int] = set()
    failures = 0
    stopping = asyncio.Event()

    async def write(first: int) -> None:
        nonlocal failures
        number = first
        while not stopping.is_set():
            try:
                async with db.begin(OPERATOR) as tx:
                    await tx.work(lambda c, n=number: _insert(c, n), writes=True)
                    tx.record(NoteWritten(note_id=number, text="acked"))
                acknowledged.add(number)
            except DBAPIError:
                failures += 1
                await asyncio.sleep(0.05)
            number += 4

    try:
        async with asyncio.TaskGroup() as group:
            for writer in range(4):
                group.create_task(write(writer))
            for _ in range(3):
                before = len(acknowledged)
                async with asyncio.timeout(20):
                    while len(acknowledged) < before + 100:
                        await asyncio.sleep(0.01)
                await asyncio.to_thread(server.signal, signal.SIGKILL)
                await asyncio.sleep(0.2)
                assert await asyncio.to_thread(server.start)
            stopping.set()
    finally:
        db.close()
    assert failures > 0
    with psycopg.connect(str(db.engine.url.set(drivername="postgresql"))) as connection:
        kept = {row[0] for row in connection.execute("SELECT id FROM acked").fetchall()}
        told = {
            row[0]
            for row in connection.execute("SELECT (facts->>'note_id')::int FROM journal").fetchall()
        }
    assert acknowledged <= kept
    assert kept == told, "a row and its reason stand or fall together"


def _insert(connection: object, number: int) -> None:
    connection.execute(text("INSERT INTO acked VALUES (:n)"), {"n": number})  # type: ignore[attr-defined]
