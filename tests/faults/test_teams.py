"""Collectors that are killed, frozen and cut off: nothing polled by two, nothing forgotten.

S2, S12, S15 and what §4 of the store's requirements asks of several collectors.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from sqlalchemy import make_url, text

from noc_console.db.database import open_engine
from noc_console.db.samples.postgres import PostgresSession
from noc_console.kernel.clock import steady_s
from noc_console.services.collectors.model import SHARDS
from tests.lab import postgres
from tests.lab.impair import impaired_tcp
from tests.services.collectors.conftest import Member, make_tables, team_on, until

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).resolve().parents[2]
ALL = set(range(SHARDS))
DEVICES, INTERVAL_S, TTL_S = 256, 0.5, 2.0
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")

Poll = tuple[float, str]


class Members:
    """Collector processes, and what each wrote down."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, **environment: str) -> None:
        with (self._folder / f"{name}.out").open("ab") as out:
            self.running[name] = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.lab.team_member"),
                    *(self._url, name, str(self._folder / f"{name}.polls")),
                    *("--devices", str(DEVICES), "--interval", str(INTERVAL_S)),
                    *("--ttl", str(TTL_S)),
                ],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=out,
                stderr=out,
            )

    def signal(self, name: str, number: int) -> float:
        """The moment it was sent, in steady seconds."""
        at = steady_s()
        self.running[name].send_signal(number)
        return at

    def polls(self) -> dict[int, list[Poll]]:
        """Who asked each device, in order of time."""
        found: dict[int, list[Poll]] = defaultdict(list)
        for file in self._folder.glob("*.polls"):
            for line in file.read_text().split("\n")[:-1]:
                when, device = line.split()
                found[int(device)].append((float(when), file.stem))
        for polls in found.values():
            polls.sort()
        return found

    def owners(self, *, since: float) -> dict[str, int]:
        """How many devices each asked since then."""
        counts: dict[str, set[int]] = defaultdict(set)
        for device, polls in self.polls().items():
            for when, name in polls:
                if when >= since:
                    counts[name].add(device)
        return {name: len(devices) for name, devices in counts.items()}

    def close(self) -> None:
        for process in self.running.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait(10)


@contextmanager
def members_on(url: str, folder: Path) -> Iterator[Members]:
    made = Members(folder, url)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
async def members(postgres_url: str, tmp_path: Path):
    await make_tables(postgres_url)
    with members_on(postgres_url, tmp_path) as made:
        yield made


def back_and_forth(polls: dict[int, list[Poll]]) -> list[tuple[int, list[Poll]]]:
    """Devices asked by one, then another, then the first again within two intervals."""
    return [
        (device, trio)
        for device, asked in polls.items()
        for trio in (asked[at : at + 3] for at in range(len(asked) - 2))
        if trio[0][1] == trio[2][1] != trio[1][1] and trio[2][0] - trio[0][0] < 2 * INTERVAL_S
    ]


def longest_gap(polls: dict[int, list[Poll]], *, since: float) -> float:
    gaps = [
        later[0] - earlier[0]
        for asked in polls.values()
        for earlier, later in pairwise(asked)
        if later[0] >= since
    ]
    return max(gaps)


async def eventually(condition: Callable[[], bool], patience_s: float = 30.0) -> None:
    async with asyncio.timeout(patience_s):
        while not condition():
            await asyncio.sleep(0.1)


def all_by(members: Members, *names: str) -> Callable[[], bool]:
    """Whether these, and nobody else, asked everything within the last interval or so."""

    def check() -> bool:
        owners = members.owners(since=steady_s() - 1.5 * INTERVAL_S)
        return set(owners) == set(names) and sum(owners.values()) == DEVICES

    return check


async def test_the_devices_of_a_killed_and_of_a_frozen_collector_are_taken_over(
    members: Members,
) -> None:
    """S15, N18: kill -9 and SIGSTOP; who wakes up asks nobody before it holds leases again."""
    for name in ("a", "b", "c"):
        members.start(name)
    await eventually(all_by(members, "a", "b", "c"))
    began = steady_s()
    members.signal("a", signal.SIGKILL)
    await eventually(all_by(members, "b", "c"))
    frozen_at = members.signal("b", signal.SIGSTOP)
    await eventually(all_by(members, "c"))
    woken_at = members.signal("b", signal.SIGCONT)
    assert woken_at - frozen_at > 0
    await eventually(all_by(members, "b", "c"))
    await asyncio.sleep(2 * INTERVAL_S)
    polls = members.polls()
    assert len(polls) == DEVICES
    assert back_and_forth(polls) == []
    # Within one interval and the time to live; the rest is this machine's own delay.
    assert longest_gap(polls, since=began) < INTERVAL_S + TTL_S + 1.0


@pytest.mark.skipif(not FAKETIME.exists(), reason="libfaketime is not installed")
async def test_a_wall_clock_that_jumps_an_hour_changes_no_lease_and_no_poll(
    members: Members, tmp_path: Path, postgres_url: str
) -> None:
    """S12: a collector's clock jumps by +1 h, then to -1 h; its lease and its turns do not."""
    offset = tmp_path / "offset"
    offset.write_text("+0\n")
    faked = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    members.start("a", **faked)
    members.start("b")
    await eventually(all_by(members, "a", "b"))
    joined = _since(postgres_url)
    began = steady_s()
    for jump in ("+3600\n", "-3600\n"):
        offset.write_text(jump)
        await asyncio.sleep(1.5 * TTL_S)
        assert abs(_wall_clock(faked) - time.time() - float(jump)) < 60
        assert all_by(members, "a", "b")()
    assert _since(postgres_url) == joined
    polls = members.polls()
    assert back_and_forth(polls) == []
    assert longest_gap(polls, since=began) < INTERVAL_S + TTL_S


def _wall_clock(faked: dict[str, str]) -> float:
    """What a process with that environment takes the time for."""
    told = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time())"],
        env={**os.environ, **faked},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(told.stdout)


def _since(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(
            "SELECT label, instance, since FROM collector_leases ORDER BY label"
        ).fetchall()


async def never_two(*members: Member, until_: Callable[[], bool], patience_s: float) -> float:
    """Wait, looking all the while that no shard is two collectors'; how long it took."""
    began = time.monotonic()
    async with asyncio.timeout(patience_s):
        while not until_():
            first, second = (member.shards() for member in members)
            assert not first & second
            await asyncio.sleep(0.005)
    return time.monotonic() - began


async def test_a_collector_that_is_cut_off_stops_before_another_begins(postgres_url: str) -> None:
    """S15: a partition, in which each side lives: PostgreSQL is unreachable for one of two."""
    await make_tables(postgres_url)
    port = int(postgres_url.rpartition(":")[2].partition("/")[0])
    with impaired_tcp(port) as proxy:
        async with team_on(postgres_url) as team:
            cut_off = team.start("a", url=postgres_url.replace(f":{port}/", f":{proxy.port}/"))
            other = team.start("b")
            both = (cut_off, other)
            await until(lambda: len(cut_off.shards()) == len(other.shards()) == SHARDS // 2)
            proxy.freeze()
            await never_two(*both, until_=lambda: not cut_off.shards(), patience_s=20)
            await never_two(*both, until_=lambda: other.shards() == ALL, patience_s=20)
            proxy.thaw()
            await never_two(
                *both,
                until_=lambda: len(cut_off.shards()) == len(other.shards()) == SHARDS // 2,
                patience_s=30,
            )


async def test_a_frozen_server_stops_everybody_and_nobody_polls_twice_when_it_wakes() -> None:
    """S2: every process of PostgreSQL stopped for longer than a lease; the collectors live."""
    with (
        TemporaryDirectory(prefix="noc-postgres-", ignore_cleanup_errors=True) as folder,
        postgres.server(Path(folder)) as server,
    ):
        url = postgres.new_database(server.url)
        await make_tables(url)
        async with team_on(url) as team:
            both = (team.start("a"), team.start("b"))
            halves = lambda: all(len(each.shards()) == SHARDS // 2 for each in both)  # noqa: E731
            await until(halves)
            server.signal(signal.SIGSTOP)
            await never_two(
                *both, until_=lambda: not any(each.shards() for each in both), patience_s=20
            )
            await asyncio.sleep(2.0)  # longer than any lease
            server.signal(signal.SIGCONT)
            await never_two(*both, until_=halves, patience_s=30)


async def test_a_server_that_stops_and_comes_back_finds_its_collectors(tmp_path: Path) -> None:
    """S1: `pg_ctl -m immediate stop`, then start: leases are taken anew within seconds."""
    with (
        TemporaryDirectory(prefix="noc-postgres-", ignore_cleanup_errors=True) as folder,
        postgres.server(Path(folder)) as server,
    ):
        url = postgres.new_database(server.url)
        await make_tables(url)
        async with team_on(url) as team:
            both = (team.start("a"), team.start("b"))
            halves = lambda: all(len(each.shards()) == SHARDS // 2 for each in both)  # noqa: E731
            await until(halves)
            await asyncio.to_thread(server.stop)
            await never_two(
                *both, until_=lambda: not any(each.shards() for each in both), patience_s=20
            )
            assert all(each.keeper.health()["lease_failures"] for each in both)
            assert await asyncio.to_thread(server.start)
            await never_two(*both, until_=halves, patience_s=30)
            # Taken anew by the shares' own round; the next renewal ends the count of failures.
            await until(lambda: not any(each.keeper.health()["lease_failures"] for each in both))


async def test_a_frozen_process_holds_no_locks_for_long(postgres_url: str) -> None:
    """N18: SIGSTOP may hit in the middle of a transaction; whoever takes over must write.

    That the server ends such a session is shown in `tests/db/test_apart.py`; here, that every
    connection of ours asks for it.
    """
    await make_tables(postgres_url)
    show = "SHOW idle_in_transaction_session_timeout"
    engine = open_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.scalar(text(show)) == "10s"
    engine.dispose()
    session = PostgresSession(make_url(postgres_url))
    assert session.rows(show) == [("10s",)]
    session.close()
