"""Recordings of sessions: their timing, and that no secret is in them (a real shell on a pty)."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from noc_console.services.terminal.recording import About, Recorder, TextLog
from noc_console.services.terminal.redacting import Redactor
from noc_console.services.terminal.scribe import Scribe
from tests.conftest import FakeClock

CANARY = "hunter2-canary"


def about(clock: FakeClock) -> About:
    return About("par-core1", clock.now(), 100, 30, "mira", "ssh:device:7", 7)


def rows(path: Path) -> list[list[object]]:
    return [json.loads(line) for line in path.read_text().splitlines()[1:]]


def test_a_recording_has_output_and_sizes_at_their_times(tmp_path: Path, clock: FakeClock) -> None:
    made = Recorder(tmp_path / "a.cast", about(clock), clock, Redactor(str))
    made.start()
    clock.tick(seconds=1.5)
    made.received("größer\r\n".encode()[:3])
    clock.tick(seconds=1)
    made.received("größer\r\n".encode()[3:])
    made.sent(CANARY.encode(), "typed")
    clock.tick(seconds=1)
    made.resized(120, 40)
    made.received(b"par#")
    made.close()
    header = json.loads((tmp_path / "a.cast").read_text().splitlines()[0])
    assert (header["version"], header["width"], header["height"]) == (2, 100, 30)
    assert header["noc_console"] == {"who": "mira", "address": "ssh:device:7", "device_id": 7}
    told = rows(tmp_path / "a.cast")
    assert "".join(str(row[2]) for row in told if row[1] == "o") == "größer\r\npar#"
    assert [row[0] for row in told] == [1.5, 2.5, 3.5, 3.5]
    assert [3.5, "r", "120x40"] in told
    assert CANARY not in (tmp_path / "a.cast").read_text()


def test_a_recording_is_for_its_owner_only_and_never_overwrites(
    tmp_path: Path, clock: FakeClock
) -> None:
    made = Recorder(tmp_path / "a.cast", about(clock), clock, Redactor(str))
    made.start()
    made.close()
    assert (tmp_path / "a.cast").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        Recorder(tmp_path / "a.cast", about(clock), clock, Redactor(str))


def test_a_text_log_has_a_line_for_each_line_with_its_time(
    tmp_path: Path, clock: FakeClock
) -> None:
    mask = Redactor(lambda text: re.sub(r"community \S+", "community •", text))
    made = TextLog(tmp_path / "a.log", about(clock), clock, mask)
    made.start()
    clock.tick(seconds=2)
    made.received(b"\x1b[1mone\x1b[0m\r\nsnmp community canary-x\r\n")
    made.close()
    assert (tmp_path / "a.log").read_text().splitlines() == [
        "# par-core1, ssh:device:7, 2026-03-01 00:00:00 UTC by mira",
        "     2.000  one",
        "     2.000  snmp community •",
    ]
    assert made.masked == 1


def test_a_flood_that_cannot_be_kept_leaves_a_note(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("noc_console.services.terminal.scribe.MOST_WAITING", 10_000)
    made = Recorder(tmp_path / "a.cast", about(clock), clock, Redactor(str))
    for _ in range(20):
        made.received(b"x" * 999 + b"\n")
    made.start()
    made.close()
    notes = [row[2] for row in rows(tmp_path / "a.cast") if row[1] == "m"]
    assert notes == ["10,000 bytes came too fast and were left out"]


def test_a_full_disk_is_told_and_stops_the_recording_only(clock: FakeClock) -> None:
    """/dev/full is the real thing: every write to it finds no room."""
    made = _on_full_disk(clock)
    told: list[str] = []
    made.on_problem = told.append
    made.start()
    made.received(b"line\n" * 100)
    made.close()
    made.received(b"more\n")
    assert "No space left" in made.problem
    assert told == [made.problem] * len(told)


def _on_full_disk(clock: FakeClock) -> Scribe:
    class Full(Recorder):
        def __init__(self) -> None:
            super().__init__(Path("/dev/full"), about(clock), clock, Redactor(str))

    # O_EXCL refuses what exists: for this test alone the device is opened as it is.
    opened = os.open
    try:
        os.open = lambda path, flags, mode=0o777: opened(path, flags & ~os.O_EXCL, mode)  # type: ignore[assignment]
        return Full()
    finally:
        os.open = opened


@pytest.fixture
def shell() -> Iterator[int]:
    """A real shell on a pty; its end is the test's end."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        ["/bin/bash", "--norc", "--noprofile"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={"PS1": "ready> ", "TERM": "xterm", "PATH": os.environ["PATH"]},
    )
    os.close(theirs)
    yield ours
    child.kill()
    child.wait()
    os.close(ours)


def test_what_is_typed_without_echo_is_in_no_recording(
    shell: int, tmp_path: Path, clock: FakeClock
) -> None:
    taps: list[Scribe] = [
        Recorder(tmp_path / "a.cast", about(clock), clock, Redactor(str)),
        TextLog(tmp_path / "a.log", about(clock), clock, Redactor(str)),
    ]
    for tap in taps:
        tap.start()

    def until(text: bytes) -> None:
        seen = b""
        while text not in seen:
            assert select.select([shell], [], [], 20)[0], seen
            data = os.read(shell, 4096)
            seen += data
            for tap in taps:
                tap.received(data)

    def send(data: bytes) -> None:
        os.write(shell, data)
        for tap in taps:
            tap.sent(data, "typed")

    until(b"ready> ")
    send(b"read -rs -p 'Password: ' it; echo; echo got ${#it}\n")
    until(b"\rPassword: ")
    send(CANARY.encode() + b"\n")
    until(b"got 14")
    for tap in taps:
        tap.close()
    for name in ("a.cast", "a.log"):
        text = (tmp_path / name).read_text()
        assert "got 14" in text
        assert CANARY not in text
