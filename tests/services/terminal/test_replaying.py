"""Recordings played again."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.recording import About, Recorder
from noc_console.services.terminal.redacting import Redactor
from noc_console.services.terminal.replaying import (
    Hit,
    ReplayLink,
    Shown,
    Tape,
    read_header,
    read_tape,
    search,
)
from tests.conftest import FakeClock

HEADER = '{"version": 2, "width": 90, "height": 20, "timestamp": 1767225600, "title": "par"}\n'


def written(path: Path, *rows: object, header: str = HEADER) -> Path:
    path.write_text(header + "".join(json.dumps(row) + "\n" for row in rows))
    return path


def tape(*shown: tuple[float, bytes]) -> Tape:
    return Tape("x", 80, 24, None, tuple(Shown(*one) for one in shown))


def test_what_was_recorded_is_read_again(tmp_path: Path, clock: FakeClock) -> None:
    made = Recorder(
        tmp_path / "a.cast",
        About("par", clock.now(), 100, 30, "mira", "ssh:device:7", 7),
        clock,
        Redactor(str),
    )
    made.start()
    made.received(b"one\r\n")
    clock.tick(seconds=3)
    made.resized(120, 40)
    made.received(b"two\r\n")
    made.close()
    found = read_tape(tmp_path / "a.cast")
    assert (found.title, found.columns, found.rows, found.device_id) == ("par", 100, 30, 7)
    assert found.shown == (Shown(0.0, b"one\r\n"), Shown(3.0, b"two\r\n"))
    assert found.sizes == ((3.0, 120, 40),)
    assert found.begun == datetime(2026, 3, 1, tzinfo=UTC)


def test_version_three_counts_time_from_row_to_row(tmp_path: Path) -> None:
    head = '{"version": 3, "term": {"cols": 70, "rows": 10}}\n'
    path = written(tmp_path / "a.cast", [1, "o", "a"], [2.5, "o", "b"], header=head)
    found = read_tape(path)
    assert [one.at for one in found.shown] == [1.0, 3.5]
    assert (found.columns, found.rows) == (70, 10)


def test_rows_that_are_none_are_passed_over(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.cast",
        [1, "o", "a"],
        {"x": 1},
        [True, "o", "b"],
        ["1", "o", "c"],
        [1e400, "o", "d"],
        [0.5, "o", "earlier"],
        [2, "o", 7],
        [3, "r", "9999x1"],
        [3, "i", "typed"],
        [4, "m", "here"],
    )
    path.write_text(path.read_text() + "not json\n" + "[" * 100_000 + "\n")
    found = read_tape(path)
    assert found.shown == (Shown(1.0, b"a"), Shown(1.0, b"earlier"))
    assert found.sizes == ()
    assert found.notes == ((4.0, "here"),)


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"version": 1}', "x" * 100, "[" * 50_000])
def test_what_is_no_recording_is_refused(line: str) -> None:
    with pytest.raises(Invalid, match="no recording"):
        read_header(line)


def test_sizes_of_a_stranger_are_bounded() -> None:
    told = read_header('{"version": 2, "width": 100000000, "height": -3, "timestamp": 1e300}')
    assert (told.columns, told.rows, told.begun) == (500, 24, None)


def test_search_finds_lines_as_they_looked() -> None:
    found = tape(
        (1.0, b"\x1b[1mGi0/1\x1b[0m is "), (2.0, b"down\r\nGi0/2 is up\r\n"), (3.0, b"par#")
    )
    assert search(found, "gi0/1 is down") == (Hit(2.0, "Gi0/1 is down"),)
    assert [hit.line for hit in search(found, r"gi0/\d", is_regex=True)] == [
        "Gi0/1 is down",
        "Gi0/2 is up",
    ]
    assert search(found, "par#") == (Hit(3.0, "par#"),)
    assert search(found, "") == ()
    with pytest.raises(Invalid):
        search(found, "(", is_regex=True)


async def test_output_comes_at_its_time_and_speed() -> None:
    link = ReplayLink(tape((0.0, b"a"), (0.4, b"b"), (100.0, b"c")), skips_pauses=False)
    link.set_speed(8)
    assert await link.read(100) == b"a"
    assert await link.read(100) == b"b"
    assert link.position >= 0.4
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await link.read(100)


async def test_long_pauses_are_skipped() -> None:
    link = ReplayLink(tape((0.0, b"a"), (3600.0, b"b")))
    link.set_speed(64)
    assert await link.read(100) == b"a"
    assert await link.read(100) == b"b"
    assert link.is_over


async def test_going_forward_shows_what_lies_between_and_back_begins_anew() -> None:
    link = ReplayLink(tape((0.0, b"a"), (10.0, b"b"), (20.0, b"c")))
    link.pause()
    link.seek(15.0)
    assert await link.read(100) == b"ab"
    link.seek(5.0)
    assert await link.read(100) == b"\x1bc\x1b[3Ja"
    assert link.position == 5.0
    link.seek(1e9)
    assert await link.read(2) == b"bc"
    link.play()
    assert await link.read(100) == b"\x1bc\x1b[3Ja"


async def test_a_paused_recording_waits_and_a_closed_one_ends() -> None:
    link = ReplayLink(tape((0.0, b"a"), (0.01, b"b")))
    link.pause()
    link.seek(0.0)
    assert await link.read(9) == b"a"
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(link.read(9))
        await asyncio.sleep(0.03)
        assert not reading.done()
        link.play()
    assert reading.result() == b"b"
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(link.read(9))
        await link.close()
    assert reading.result() == b""


def test_the_room_is_the_one_of_the_moment() -> None:
    made = Tape("x", 80, 24, None, (Shown(9.0, b""),), ((3.0, 100, 30), (6.0, 120, 40)))
    link = ReplayLink(made)
    assert link.size_at() == (80, 24)
    link.is_playing = False
    link._at = 4.0
    assert link.size_at() == (100, 30)
