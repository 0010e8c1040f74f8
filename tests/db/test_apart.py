from __future__ import annotations

import asyncio
import time

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from noc_console.db.apart import Apart
from noc_console.db.database import Database, journal, open_engine
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import EventBus


@pytest.fixture
async def apart(db: Database):
    made = Apart(db, name="test", patience_s=2.0)
    yield made
    made.close()


async def test_work_apart_commits_or_leaves_nothing(db: Database, apart: Apart) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (id INTEGER)"))
        raise LookupError

    await apart.keep(lambda c: c.execute(text("CREATE TABLE whole (id INTEGER)")))
    with pytest.raises(LookupError):
        await apart.keep(fail)
    await db.keep(lambda c: c.execute(text("SELECT * FROM whole")))
    with pytest.raises(Exception, match="half"):
        await db.keep(lambda c: c.execute(text("SELECT * FROM half")))


@pytest.mark.postgres
async def test_it_does_not_wait_behind_the_lanes(postgres_url: str, request) -> None:
    db = _open(postgres_url, request)
    apart = Apart(db, name="test", patience_s=2.0)
    try:
        async with asyncio.TaskGroup() as group:
            busy = [group.create_task(db.keep(lambda c: c.execute(text("SELECT pg_sleep(1.5)"))))
                    for _ in range(4)]  # fmt: skip
            assert await apart.keep(lambda c: c.scalar(text("SELECT 1"))) == 1
            assert not any(task.done() for task in busy)
    finally:
        apart.close()


@pytest.mark.postgres
async def test_a_lost_connection_is_replaced(postgres_url: str, request) -> None:
    db = _open(postgres_url, request)
    apart = Apart(db, name="test", patience_s=2.0)
    try:
        pid = await apart.keep(lambda c: c.scalar(text("SELECT pg_backend_pid()")))
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", [pid])
        with pytest.raises(OperationalError):
            await apart.keep(lambda c: c.execute(text("SELECT 1")))
        assert await apart.keep(lambda c: c.scalar(text("SELECT 1"))) == 1
    finally:
        apart.close()


@pytest.mark.postgres
async def test_the_server_ends_a_transaction_whose_client_stopped_in_the_middle(
    postgres_url: str, request
) -> None:
    db = _open(postgres_url, request)
    await db.keep(journal.create)
    apart = Apart(db, name="test", patience_s=1.0)
    try:
        with pytest.raises(DBAPIError, match="idle-in-transaction"):
            await apart.keep(_lock_and_stop)
        # The table is free again: a plain lane gets it within its lock time-out.
        await db.keep(lambda c: c.execute(text("LOCK TABLE journal")))
    finally:
        apart.close()


def _lock_and_stop(connection: Connection) -> None:
    connection.execute(text("LOCK TABLE journal"))
    time.sleep(1.6)
    connection.execute(text("SELECT 1"))


def _open(url: str, request: pytest.FixtureRequest) -> Database:
    db = Database(open_engine(url), clock=SystemClock(), bus=EventBus())
    request.addfinalizer(db.close)
    return db
