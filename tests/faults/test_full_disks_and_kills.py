"""Disks that run full under both stores and under exports, and a writer that is killed (S5–S7, S9).

The disks are real small ones (tmpfs), which only root can mount.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from noc_console.db.database import Database, metadata, open_engine
from noc_console.db.samples import INTERFACE, Poll, Resolution, Rows, open_samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.errors import Broken, Invalid
from noc_console.kernel.events import EventBus
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.state import State
from tests.db.samples.conftest import START, START_MS
from tests.db.test_database import notes, write
from tests.lab import postgres

ROOT = Path(__file__).resolve().parents[2]
HOUR = timedelta(hours=1)


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A disk of so many megabytes."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True, capture_output=True)


def fill(disk: Path, *, leave: int = 0) -> Path:
    """Take what room there is but for `leave` bytes."""
    filler, chunk = disk / "filler", b"\xa5" * 4096
    free = os.statvfs(disk).f_bavail * 4096 - leave
    with filler.open("ab", buffering=0) as file:
        try:
            for _ in range(max(free, 0) // len(chunk)):
                file.write(chunk)
            while not leave:
                file.write(chunk)
        except OSError:
            pass
    return filler


def matrix(minute: int, ports: int) -> Poll:
    """One poll of many ports with numbers that no compression makes small."""
    noise = np.random.default_rng(minute).integers(0, 1 << 60, (ports, 10))
    ids = np.arange(1, ports + 1, dtype=np.int64)
    return Poll(1, START_MS + minute * 60_000, [Rows(INTERFACE, ids, noise)])


async def test_measurements_go_on_when_their_full_disk_has_room_again(tmp_path: Path) -> None:
    """S5: the file of measurements on a disk that runs full."""
    with small_disk(tmp_path / "disk", 8) as disk:
        async with open_samples(f"sqlite:///{disk}/noc.db", clock=SystemClock()) as samples:
            await samples.append([matrix(0, 50)])
            filler = fill(disk)
            with pytest.raises(Broken, match="the disk is full"):
                for minute in range(1, 600):
                    await samples.append([matrix(minute, 50)])
            kept = await samples.series(
                INTERFACE, 7, START, START + 12 * HOUR, resolution=Resolution.RAW
            )
            assert len(kept.times_ms) >= 1
            assert 7 in await samples.latest(INTERFACE)
            filler.unlink()
            await samples.append([matrix(700, 50)])
            after = await samples.series(
                INTERFACE, 7, START, START + 12 * HOUR, resolution=Resolution.RAW
            )
            assert len(after.times_ms) > len(kept.times_ms)
        assert sound(disk / "noc.samples.db")


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
async def test_a_store_on_a_full_disk_is_read_and_says_what_it_lacks(
    tmp_path: Path, engine: str
) -> None:
    """S5: nothing half written stays; writing goes on when there is room."""
    if engine == "pg" and postgres.binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:3]:  # PostgreSQL runs as a user of its own
        parent.chmod(parent.stat().st_mode | 0o055)
    with small_disk(tmp_path / "disk", 160 if engine == "pg" else 8) as disk:
        if engine == "sqlite":
            await _full_and_free_again(f"sqlite:///{disk}/noc.db", disk)
            return
        with postgres.cluster(disk / "pg") as maintenance:
            await _full_and_free_again(postgres.new_database(maintenance), disk)


async def _full_and_free_again(url: str, disk: Path) -> None:
    actor = Actor("mira", "acme")
    db = Database(open_engine(url), clock=SystemClock(), bus=EventBus())
    try:
        await db.keep(metadata.create_all)
        await write(db, actor, "before")
        filler = fill(disk)
        written = 1
        with pytest.raises(Broken, match="no room"):
            for _ in range(5_000):
                await write(db, actor, "x" * 4_000)
                written += 1
        assert len(await _texts(db, actor)) == written
        filler.unlink()
        await write(db, actor, "after")
        assert (await _texts(db, actor))[-1] == "after"
    finally:
        db.close()


async def _texts(db: Database, actor: Actor) -> tuple[str, ...]:
    async with db.read(actor) as tx:
        return await tx.rows(notes.select().order_by(notes.c.id), lambda row: str(row.text))


def test_an_export_to_a_full_disk_leaves_the_old_file_whole(tmp_path: Path) -> None:
    """S6: a temporary file beside it, then a rename; never half a file."""
    with small_disk(tmp_path / "disk", 2) as disk:
        file = disk / "ports.csv"
        write_whole(file, b"old\n" * 1000)
        fill(disk, leave=100_000)
        with pytest.raises(Invalid, match="the disk is full"):
            write_whole(file, b"new\n" * 100_000)
        assert file.read_bytes() == b"old\n" * 1000
        assert sorted(one.name for one in disk.iterdir()) == ["filler", "ports.csv"]


def test_the_windows_kept_layout_survives_a_full_disk(tmp_path: Path, qapp: object) -> None:
    """S6: as it was before, and kept again when there is room."""
    with small_disk(tmp_path / "disk", 2) as disk:
        state = State(disk / "window.json")
        state.put("page", text="small")
        state.flush()
        filler = fill(disk)
        state.put("page", text="y" * 100_000)
        state.flush()
        assert "No space left" in state.problem
        assert State(disk / "window.json").get("page") == {"text": "small"}
        filler.unlink()
        state.put("page", text="later")
        state.flush()
        assert State(disk / "window.json").get("page") == {"text": "later"}


WRITER = """
import asyncio, sys
from noc_console.db.database import Database, metadata, open_engine
from noc_console.db.samples import open_samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import EventBus
from tests.db.samples.conftest import START_MS, poll
from tests.db.test_database import write

async def main(url, first):
    db = Database(open_engine(url), clock=SystemClock(), bus=EventBus())
    await db.keep(metadata.create_all)
    async with open_samples(url, clock=SystemClock()) as samples:
        print("ready", flush=True)
        for number in range(first, first + 100_000):
            await write(db, Actor("mira", "acme"), str(number))
            await samples.append([poll(START_MS + number * 1_000, number * 1_000)])
            print(number, flush=True)

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""
KILLS = 12


async def test_twelve_kills_of_a_writer_lose_nothing_it_acknowledged(tmp_path: Path) -> None:
    """S7: kill -9 in the midst of commits to both files."""
    url, dice, acknowledged = f"sqlite:///{tmp_path}/noc.db", random.Random(7), list[int]()
    for _ in range(KILLS):
        first = acknowledged[-1] + 2 if acknowledged else 0
        acknowledged += await asyncio.to_thread(_killed, url, first, dice.randint(1, 60))
        for file in ("noc.db", "noc.samples.db"):
            assert sound(tmp_path / file)
    assert len(acknowledged) >= KILLS
    db = Database(open_engine(url), clock=SystemClock(), bus=EventBus())
    texts = {int(text) for text in await _texts(db, Actor("mira", "acme"))}
    db.close()
    assert texts.issuperset(acknowledged)
    assert len(texts - set(acknowledged)) <= KILLS  # at most the one that was under way each time
    async with open_samples(url, clock=SystemClock()) as samples:
        assert samples.notices == ()
        end = START + timedelta(seconds=acknowledged[-1] + 10)
        found = await samples.series(INTERFACE, 11, START, end, resolution=Resolution.RAW)
        known = found.times_ms[~np.isnan(found.values["status"])]
        assert {START_MS + number * 1_000 for number in acknowledged}.issubset(known.tolist())


def _killed(url: str, first: int, acknowledgements: int) -> list[int]:
    """What a writer acknowledged before it was killed, in the midst of the next one."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, url, str(first)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert writer.stdout is not None
    try:
        assert writer.stdout.readline() == "ready\n"
        for _ in range(acknowledgements - 1):
            writer.stdout.readline()
        last = writer.stdout.readline()
    finally:
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate()
    told = [last, *rest.splitlines()]
    return list(range(first, int(told[-1]) + 1))


def sound(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


async def test_a_damaged_file_of_measurements_is_put_aside_and_said(tmp_path: Path) -> None:
    """S9: thirty flipped bytes; the console starts, and tells what became of the old file."""
    url, file = f"sqlite:///{tmp_path}/noc.db", tmp_path / "noc.samples.db"
    async with open_samples(url, clock=SystemClock()) as samples:
        await samples.append([matrix(minute, 50) for minute in range(60)])
    content, dice = bytearray(file.read_bytes()), random.Random(9)
    for _ in range(30):
        content[dice.randrange(100, len(content))] ^= 0xFF
    content[8192 : 8192 + 64] = bytes(64)
    file.write_bytes(bytes(content))
    async with open_samples(url, clock=SystemClock()) as samples:
        (notice,) = samples.notices
        assert "damaged" in notice
        await samples.append([matrix(0, 50)])
    assert list(tmp_path.glob("noc.samples.db.damaged-*"))
