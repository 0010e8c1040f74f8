from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from noc_console.db.database import open_engine
from noc_console.db.lanes import Lane, Lanes


@pytest.fixture
def lane(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path}/lane.db")
    made = Lane(engine, "test")
    yield made
    made.close()
    engine.dispose()


async def test_all_work_of_a_lane_happens_in_its_own_thread(lane: Lane) -> None:
    threads = {await lane.run(lambda _: threading.get_ident()) for _ in range(3)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_a_cancelled_caller_waits_for_its_statement(lane: Lane) -> None:
    started, finish = threading.Event(), threading.Event()
    done = []

    def slow(_: Connection) -> None:
        started.set()
        finish.wait(5)
        done.append("statement over")

    async def caller() -> None:
        try:
            await lane.run(slow)
        finally:
            done.append("caller over")

    task = asyncio.get_running_loop().create_task(caller())
    await asyncio.to_thread(started.wait, 5)
    task.cancel()
    await asyncio.sleep(0.05)
    assert done == []
    finish.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["statement over", "caller over"]


async def test_a_statement_that_ends_while_its_caller_is_cancelled_is_no_error(lane: Lane) -> None:
    started, finish = threading.Event(), threading.Event()
    over: list[str] = []

    def slow(_: Connection) -> None:
        started.set()
        finish.wait(5)
        over.append("statement")

    task = asyncio.get_running_loop().create_task(lane.run(slow))
    await asyncio.to_thread(started.wait, 5)
    task.cancel()
    finish.set()
    while not over:  # the loop is busy: it learns of the end after the cancellation
        time.sleep(0.001)
    time.sleep(0.02)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await lane.run(lambda c: c.execute(text("SELECT 1")).scalar()) == 1


async def test_a_discarded_connection_is_replaced(lane: Lane) -> None:
    first = await lane.run(lambda c: id(c.connection.dbapi_connection))
    lane.discard()
    assert await lane.run(lambda c: c.execute(text("SELECT 1")).scalar()) == 1
    assert first


async def test_lanes_are_lent_to_one_at_a_time(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/lanes.db")
    lanes = Lanes(engine, count=1, name="one")
    async with lanes.lend():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                async with lanes.lend():
                    pytest.fail("two had the same lane")
    async with lanes.lend() as lane:
        assert await lane.run(lambda c: c.execute(text("SELECT 2")).scalar()) == 2
    lanes.close()
    engine.dispose()
