"""What a scribe promises whatever it writes."""

from __future__ import annotations

import threading
from pathlib import Path

from noc_console.services.terminal.recording import About, TextLog
from noc_console.services.terminal.redacting import Redactor
from tests.conftest import FakeClock


def test_a_scribe_that_never_began_can_be_closed(tmp_path: Path, clock: FakeClock) -> None:
    made = TextLog(tmp_path / "a.log", About("x", clock.now()), clock, Redactor(str))
    made.close()
    assert (tmp_path / "a.log").read_bytes() == b""


def test_the_thread_ends_with_the_recording(tmp_path: Path, clock: FakeClock) -> None:
    before = threading.active_count()
    made = TextLog(tmp_path / "a.log", About("x", clock.now()), clock, Redactor(str))
    made.start()
    made.received(b"one\n" * 10_000)
    made.close()
    assert threading.active_count() == before
    assert (tmp_path / "a.log").read_text().count("one") == 10_000


def test_a_file_that_is_full_says_so_and_grows_no_more(
    tmp_path: Path, clock: FakeClock, monkeypatch: object
) -> None:
    from noc_console.services.terminal import scribe

    largest = scribe.LARGEST
    scribe.LARGEST = 1_000
    try:
        made = TextLog(tmp_path / "a.log", About("x", clock.now()), clock, Redactor(str))
        made.received(b"x" * 80 + b"\n")
        for _ in range(100):
            made.received(b"y" * 80 + b"\n")
        made.start()
        made.close()
        made.received(b"z\n")
    finally:
        scribe.LARGEST = largest
    assert made.problem == "a.log is full: what comes now is not recorded"
    assert "z" not in (tmp_path / "a.log").read_text()
