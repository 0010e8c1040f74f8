import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from noc_console.db.samples import INTERFACE, Resolution, open_samples, samples_file
from noc_console.kernel.errors import Broken, Unreachable
from tests.db.samples.conftest import HOUR_MS, START, START_MS, poll, steady

HOUR = timedelta(hours=1)
ROOT = Path(__file__).resolve().parents[3]

WRITER = """
import asyncio, sys
from datetime import timedelta
from noc_console.db.samples import open_samples
from noc_console.kernel.clock import SystemClock
from tests.db.samples.conftest import START, START_MS, poll

async def main(url, first):
    async with open_samples(url, clock=SystemClock()) as samples:
        at = first
        while True:
            ms = START_MS + at * 10_000
            await samples.append(
                [poll(ms, at * 1000, device=d, subjects=(d * 10, d * 10 + 1)) for d in (1, 2, 3)]
            )
            print("wrote", at, flush=True)
            at += 1
            if at % 100 == 0:
                print("compacting", at, flush=True)
                await samples.compact(START + timedelta(seconds=at * 10 + 200))
                print("compacted", at, flush=True)

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""

DOOMED = """
import asyncio, os, signal, sys
from datetime import timedelta
from noc_console.db.samples import open_samples
from noc_console.db.samples.postgres import PostgresSession
from noc_console.db.samples.sqlite import SqliteSession
from noc_console.kernel.clock import SystemClock
from tests.db.samples.conftest import START

left = None

def dying(method):
    def call(*args, **options):
        global left
        done = method(*args, **options)
        if left is not None:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return done
    return call

for session in (SqliteSession, PostgresSession):
    session.put, session.run = dying(session.put), dying(session.run)

async def main(url, statements):
    global left
    async with open_samples(url, clock=SystemClock()) as samples:
        left = statements
        await samples.compact(START + timedelta(hours=4))

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


def test_the_file_lies_beside_the_main_one():
    assert samples_file("/data/noc.db") == Path("/data/noc.samples.db")
    assert samples_file("noc") == Path("noc.samples.db")
    with pytest.raises(Broken, match="need a file"):
        samples_file(None)
    with pytest.raises(Broken, match="need a file"):
        samples_file(":memory:")


async def test_everything_is_there_after_a_restart(store_url, clock):
    async with open_samples(store_url, clock=clock) as samples:
        await samples.append(steady(minutes=90))
        await samples.compact(START + HOUR + timedelta(minutes=5))
    async with open_samples(store_url, clock=clock) as samples:
        assert samples.notices == ()
        found = await samples.series(INTERFACE, 11, START, START + 2 * HOUR)
        assert len(found.times_ms) == 90
        assert (await samples.latest(INTERFACE))[11].rates["in_octets"] == 100


async def test_many_processes_may_start_on_a_new_store_at_once(store_url, clock):
    async with AsyncExitStack() as stack:
        opened = await asyncio.gather(
            *(stack.enter_async_context(open_samples(store_url, clock=clock)) for _ in range(8))
        )
        await asyncio.gather(
            *(
                samples.append([poll(START_MS + at, at, device=at)])
                for at, samples in enumerate(opened, 1)
            )
        )
        assert (await opened[0].stats()).polls == 8


async def test_a_reader_sees_every_sample_while_another_process_compacts(store_url, clock):
    async with (
        open_samples(store_url, clock=clock) as collector,
        open_samples(store_url, clock=clock) as window,
    ):
        for hour in range(3):
            for device in range(1, 31):
                start = START_MS + hour * HOUR_MS
                await collector.append(
                    steady(start, minutes=60, device=device, subjects=(device * 10,))
                )
        compacting = asyncio.get_running_loop().create_task(collector.compact(START + 4 * HOUR))
        looks = 0
        while not compacting.done() or not looks:
            found = await window.series(
                INTERFACE, 300, START, START + 3 * HOUR, resolution=Resolution.RAW
            )
            assert len(found.times_ms) == 180
            looks += 1
        assert (await compacting).blocks == 90


async def test_two_may_compact_at_once_and_nothing_is_lost_or_doubled(store_url, clock):
    async with (
        open_samples(store_url, clock=clock) as one,
        open_samples(store_url, clock=clock) as other,
    ):
        for device in range(1, 61):
            await one.append(steady(minutes=60, device=device, subjects=(device,)))
        later = START + 2 * HOUR
        done = await asyncio.gather(one.compact(later), other.compact(later))
        done.append(await one.compact(later))
        stats = await one.stats()
        assert (stats.polls, stats.blocks, stats.samples) == (0, 60, 60 * 60 * 9)
        assert sum(each.polls for each in done) == 60 * 60


async def test_a_damaged_file_gives_a_notice_and_a_new_start(tmp_path, clock):
    url = f"sqlite:///{tmp_path}/noc.db"
    (tmp_path / "noc.samples.db").write_bytes(b"\x13\x37" * 50_000)
    async with open_samples(url, clock=clock) as samples:
        (notice,) = samples.notices
        assert "damaged" in notice
        await samples.append(steady(minutes=2))
    async with open_samples(url, clock=clock) as samples:
        assert samples.notices == ()
        assert (await samples.stats()).polls == 2


@pytest.mark.postgres
async def test_a_server_that_restarts_is_found_again(postgres_url, clock):
    async with open_samples(postgres_url, clock=clock) as samples:
        await samples.append(steady(minutes=2))
        for ask in (samples._threads.write, samples._threads.read):
            await ask(lambda session: session.rows("SELECT 1"))
        async with open_samples(postgres_url, clock=clock) as other:
            await other._threads.write(
                lambda session: session.rows(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        await samples.append([poll(START_MS + 120_000, 1)])
        assert (await samples.stats()).polls == 3


@pytest.mark.postgres
async def test_a_server_that_is_away_is_unreachable(clock):
    with pytest.raises(Unreachable):
        async with open_samples("postgresql://noc@127.0.0.1:1/noc", clock=clock):
            pass


async def test_a_compaction_killed_after_any_statement_loses_and_doubles_nothing(store_url, clock):
    span = START, START + 2 * HOUR
    async with open_samples(store_url, clock=clock) as samples:
        for device in (1, 2, 3):
            await samples.append(steady(minutes=120, device=device, subjects=(device,)))
        for statement in (1, 2, 4, 5, 7, 12, 15, 17):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", DOOMED, store_url, str(statement)), cwd=ROOT
            )
            assert await process.wait() == -signal.SIGKILL
            found = await samples.series_of(INTERFACE, (1, 2, 3), *span)
            assert [len(one.times_ms) for one in found.values()] == [120] * 3
        assert (await samples.stats()).polls == 180  # the first hour is done, not the second
        await samples.compact(START + 4 * HOUR)
        stats = await samples.stats()
        assert (stats.polls, stats.blocks, stats.samples) == (0, 6, 3 * 120 * 9)
        fives = await samples.series(INTERFACE, 3, *span, resolution=Resolution.FIVE_MINUTES)
        assert (fives.values["in_octets"] == 100).all()
        assert fives.bands["in_octets"].n.tolist() == [4, *[5] * 23]


async def run_until(url: str, first: int, word: str, count: int) -> int:
    """Run the writer, kill -9 it at its `count`th `word`; the last poll it had committed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, url, str(first), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    written = first - 1
    async for line in process.stdout:
        said, at = line.split()
        written = int(at) if said == b"wrote" else written
        count -= said == word.encode()
        if count == 0:
            break
    process.send_signal(signal.SIGKILL)
    rest, _ = await process.communicate()
    assert process.returncode == -signal.SIGKILL
    return max([written, *(int(at.split()[1]) for at in rest.splitlines() if b"wrote" in at)])


async def test_a_writer_killed_at_any_point_loses_and_doubles_nothing(store_url, clock):
    """Killed while writing, and twice just as it begins to compact, then compacted to the end."""
    clock.time = datetime(2026, 3, 1, 12, tzinfo=UTC)
    last = -1
    for word, count in (("wrote", 150), ("compacting", 3), ("compacting", 2), ("wrote", 30)):
        last = await run_until(store_url, last + 1, word, count)
    async with open_samples(store_url, clock=clock) as samples:
        for compacted in (False, True):
            if compacted:
                await samples.compact(START + timedelta(seconds=(last + 1) * 10) + 2 * HOUR)
                assert (await samples.stats()).polls == 0
            end = START + timedelta(seconds=(last + 1) * 10)
            found = await samples.series_of(
                INTERFACE, [10, 11, 20, 21, 30, 31], START, end, resolution=Resolution.RAW
            )
            for series in found.values():
                times = [START_MS + at * 10_000 for at in range(last + 1)]
                assert series.times_ms.tolist() == times
                assert (series.values["in_octets"][1:] == 100).all()
                assert series.problems == ()
        stats = await samples.stats()
        assert stats.samples % 9 == 0
        assert stats.samples >= (last + 1) * 6 * 9
        fives = await samples.series(
            INTERFACE,
            10,
            START,
            START + timedelta(minutes=last * 10 // 60 // 5 * 5),
            resolution=Resolution.FIVE_MINUTES,
        )
        assert fives.bands["in_octets"].n.tolist()[1:] == [30] * (len(fives.times_ms) - 1)
        assert np.allclose(fives.values["in_octets"], 100)
