import asyncio
import threading

import pytest

from noc_console.db.samples.sqlite import SqliteSession
from noc_console.db.samples.threads import ATTEMPTS, Threads
from noc_console.kernel.errors import Unreachable


class Counted(SqliteSession):
    """Counts how many were opened and closed."""

    opened = closed = 0

    def __init__(self, path):
        super().__init__(path)
        Counted.opened += 1

    def close(self):
        super().close()
        Counted.closed += 1


@pytest.fixture
async def threads(tmp_path):
    Counted.opened = Counted.closed = 0
    made = Threads(lambda: Counted(tmp_path / "x.db"))
    yield made
    await made.close()


async def test_writes_follow_one_another_in_one_thread(threads):
    order = []

    def job(at):
        def run(_session):
            order.append(at)
            return threading.current_thread().name

        return run

    names = await asyncio.gather(*(threads.write(job(at)) for at in range(20)))
    assert order == list(range(20))
    assert len(set(names)) == 1
    assert names[0] != threading.current_thread().name


async def test_readers_do_not_wait_for_a_writer(threads):
    going, enough = threading.Event(), threading.Event()

    def hold(_session):
        going.set()
        assert enough.wait(30)

    writing = threads.write(hold)
    waiting = asyncio.get_running_loop().create_task(writing)
    await asyncio.to_thread(going.wait, 30)
    assert await threads.read(lambda session: session.rows("SELECT 1")) == [(1,)]
    enough.set()
    await waiting


async def test_a_lost_connection_is_opened_anew_and_the_job_repeated(threads):
    attempts = []

    def job(session):
        attempts.append(session)
        if len(attempts) < ATTEMPTS:
            raise Unreachable("gone", peer="x")
        return "done"

    assert await threads.write(job) == "done"
    assert Counted.opened == ATTEMPTS
    assert Counted.closed == ATTEMPTS - 1


async def test_a_peer_that_stays_away_is_unreachable(threads):
    def job(_session):
        raise Unreachable("gone", peer="x")

    with pytest.raises(Unreachable):
        await threads.write(job)
    assert await threads.write(lambda session: session.rows("SELECT 2")) == [(2,)]


async def test_a_mistake_of_ours_is_not_repeated(threads):
    attempts = []

    def job(_session):
        attempts.append(1)
        raise KeyError("ours")

    with pytest.raises(KeyError):
        await threads.write(job)
    assert len(attempts) == 1


async def test_a_cancelled_caller_leaves_the_job_to_its_end(threads, tmp_path):
    going, enough, ended = threading.Event(), threading.Event(), threading.Event()

    def job(_session):
        going.set()
        assert enough.wait(30)
        ended.set()

    waiting = asyncio.get_running_loop().create_task(threads.write(job))
    await asyncio.to_thread(going.wait, 30)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    enough.set()
    assert await threads.write(lambda _session: ended.is_set())


async def test_closing_hangs_up_every_connection(tmp_path):
    Counted.opened = Counted.closed = 0
    made = Threads(lambda: Counted(tmp_path / "x.db"))
    await asyncio.gather(*(made.read(lambda s: s.rows("SELECT 1")) for _ in range(20)))
    await made.write(lambda s: s.rows("SELECT 1"))
    await made.close()
    assert Counted.opened == Counted.closed > 1
