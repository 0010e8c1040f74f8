"""Intents on disk: what was promised is there, whatever happened to the window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.alarms import intent_file
from noc_console.services.alarms.intent_file import IntentFile, decoded, encoded
from noc_console.services.alarms.intents import Intent, Verb

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
REPO = Path(__file__).resolve().parents[3]


def intent(number: int = 1, text: str = "seen") -> Intent:
    at = AT + timedelta(seconds=number)
    return Intent(Verb.COMMENT, (number,), "mira", "acme", at, text, id=f"id-{number}")


@given(
    st.builds(
        Intent,
        verb=st.sampled_from(list(Verb)),
        alarm_ids=st.lists(st.integers(1, 1 << 60), max_size=5).map(tuple),
        by=st.text(),
        tenant=st.text(),
        at=st.datetimes(timezones=st.just(UTC)),
        text=st.text(),
        until=st.none() | st.datetimes(timezones=st.just(UTC)),
        with_folded=st.booleans(),
    )
)
def test_an_intent_comes_back_as_it_went_in(given_intent: Intent) -> None:
    assert decoded(encoded(given_intent)) == (given_intent,)


@given(st.binary(max_size=400), st.integers(0, 200))
def test_whatever_is_in_a_file_what_is_whole_is_read_and_the_rest_passed_over(
    noise: bytes, cut: int
) -> None:
    whole = encoded(intent(1))
    half = encoded(intent(2))[:cut]
    found = decoded(noise + whole + half)
    assert intent(1) in found
    assert all(isinstance(one, Intent) for one in found)


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"null",
        b'{"id":1}',
        encoded(intent()).replace(b"comment", b"explode"),
        encoded(intent()).replace(b"+00:00", b""),
        encoded(intent()).replace(b"[1]", b"[1e999]"),
        b"[" * 100_000,
    ],
)
def test_a_line_that_is_no_intent_is_passed_over(line: bytes) -> None:
    assert decoded(line + b"\n" + encoded(intent(2))) == (intent(2),)


def test_an_intent_written_twice_is_one() -> None:
    assert decoded(encoded(intent()) + encoded(intent())) == (intent(),)


def test_what_a_closed_window_left_is_adopted_once(tmp_path: Path) -> None:
    first, second, third = (IntentFile(tmp_path) for _ in range(3))
    first.add((intent(2), intent(1)))
    assert second.adopt() == (), "its window lives"
    first.close()
    assert second.adopt() == (intent(1), intent(2))
    assert third.adopt() == ()
    second.close()
    assert third.adopt() == (intent(1), intent(2)), "it is on the disk all the time"
    third.clear()
    third.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_taken_away_before_it_was_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two windows that open together: the one sees the other's file, not locked yet."""
    lock, others = intent_file._lock, [IntentFile(tmp_path), IntentFile(tmp_path)]

    def late(file: IO[bytes]) -> None:
        if others:
            monkeypatch.setattr(intent_file, "_lock", lock)
            others.pop().adopt()
            monkeypatch.setattr(intent_file, "_lock", late)
        lock(file)

    monkeypatch.setattr(intent_file, "_lock", late)
    window = IntentFile(tmp_path)
    window.add((intent(),))
    window.close()
    assert not others
    heir = IntentFile(tmp_path)
    assert heir.adopt() == (intent(),)
    heir.close()


def test_nobody_else_may_read_what_was_decided(tmp_path: Path) -> None:
    folder = tmp_path / "intents"
    file = IntentFile(folder)
    file.add((intent(),))
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    file.close()


WINDOW = """
import sys
from pathlib import Path
from tests.services.alarms.test_intent_file import intent
from noc_console.services.alarms.intent_file import IntentFile
file = IntentFile(Path(sys.argv[1]))
for number in range(1, 4):
    file.add((intent(number),))
    print(number, flush=True)
sys.stdin.read()
"""


def test_what_was_promised_survives_a_killed_window(tmp_path: Path) -> None:
    window = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(tmp_path)],
        cwd=REPO,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert window.stdout is not None
    assert [window.stdout.readline().strip() for _ in range(3)] == [b"1", b"2", b"3"]
    os.kill(window.pid, signal.SIGKILL)
    window.wait()
    heir = IntentFile(tmp_path)
    assert heir.adopt() == (intent(1), intent(2), intent(3))
    heir.close()
    for stream in (window.stdin, window.stdout):
        if stream is not None:
            stream.close()
