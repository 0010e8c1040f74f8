"""The holder as a process: what it keeps, for how long, and from whom it takes nothing."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from noc_console.adapters.links.frames import Message, Post
from noc_console.adapters.links.leader import session_of
from noc_console.app.children import NOT_NEEDED
from noc_console.app.terminal_holder import BLOCK, ROOM, Tail, private_folder
from noc_console.kernel.errors import Refused
from tests.adapters.links.holders import holder_place, is_running, pid_of, start_of

_ENTER = 'exec /bin/sh -c "$1" 0<>"$0" 1>&0 2>&0'


@pytest.fixture
def place() -> Iterator[Path]:
    with holder_place() as path:
        done = subprocess.run(start_of(path), check=False, timeout=60)
        assert done.returncode == 0
        yield path


@contextmanager
def terminal(runs: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A shell that is the leader of a session with a terminal of its own."""
    master, slave = os.openpty()
    child = subprocess.Popen(
        ["/bin/sh", "-c", _ENTER, os.ttyname(slave), runs], start_new_session=True
    )
    os.close(slave)
    come(lambda: session_of(master) == child.pid)
    try:
        yield master, child
    finally:
        child.kill()
        child.wait()
        try:
            os.close(master)
        except OSError:
            pass  # the test gave it away


class Window:
    """Speaks to a holder as a window does, and as none would."""

    def __init__(self, place: Path) -> None:
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(str(place))
        self.post = Post(sock)

    def say(self, op: str, *, beside: bytes = b"", fd: int = -1, **words: Any) -> None:
        self.post.send(Message({"op": op, **words}, beside, fd))
        self.post.flush()

    def keep(self, fd: int, key: str = "k", *, kind: str = "shell", hold_s: float = 30) -> None:
        self.say(
            "keep", fd=fd, key=key, kind=kind, address="shell", title="t", hold_s=hold_s, state={}
        )
        self.ask("hello")  # it is kept when this is answered

    def ask(self, op: str, **words: Any) -> Message:
        self.say(op, **words)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            came = self.post.receive()
            assert came is not None, "hung up on"
            if came:
                return came[0]
            time.sleep(0.01)
        raise AssertionError("no answer")

    def is_hung_up_on(self) -> bool:
        try:
            return self.post.receive() is None
        except OSError:
            return True

    def close(self) -> None:
        self.post.close()


def come(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_only_the_newest_is_kept_and_begins_with_a_line() -> None:
    tail = Tail()
    line = b"x" * 99 + b"\n"
    count = ROOM // 100 + 10_000
    for _ in range(count):
        tail.put(line)
    tail.put(b"end")
    whole = tail.take()
    assert ROOM - 2 * BLOCK < len(whole) <= ROOM
    assert whole.startswith(line) and whole.endswith(line + b"end")
    assert tail.dropped == count * 100 + 3 - len(whole)
    assert tail.take() == b""


def test_nothing_is_cut_where_nothing_was_dropped() -> None:
    tail = Tail()
    tail.put(b"half a li")
    tail.put(b"ne\nmore")
    assert tail.take() == b"half a line\nmore" and tail.dropped == 0


def test_while_its_window_lives_nothing_is_read_and_afterwards_nothing_waits(place: Path) -> None:
    done = place.with_name("done")
    with terminal(f"seq 1 30000; touch {done}; exec sleep 60") as (master, child):
        window = Window(place)
        window.keep(master)
        time.sleep(0.3)
        assert not done.exists(), "the terminal is full, and the command waits"
        window.close()
        come(done.exists)
        again = Window(place)
        (row,) = again.ask("list").words["sessions"]
        assert (row["key"], row["kind"], row["address"]) == ("k", "shell", "shell")
        taken = again.ask("take", key="k")
        assert taken.beside.split() == [str(n).encode() for n in range(1, 30_001)]
        assert taken.words["dropped"] == 0 and session_of(taken.fd) == child.pid
        os.close(taken.fd)
        again.say("end", key="k")
        come(lambda: child.poll() is not None)
        again.close()
    come(lambda: pid_of(place) == 0)
    assert not place.exists()


def test_what_nobody_claims_in_its_time_is_hung_up_on(place: Path) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    with terminal("trap '' HUP; while :; do sleep 0.1; done") as (master, child):
        window = Window(place)
        window.keep(master, hold_s=0.5)
        window.keep(ours.fileno(), "line", kind="telnet", hold_s=0.5)
        os.close(master)
        ours.close()
        theirs.settimeout(20)
        looking = Window(place)
        looking.ask("hello")
        window.close()
        time.sleep(0.8)
        assert child.poll() is None, "a window is there, which may still want it"
        looking.close()
        assert theirs.recv(1) == b""
        come(lambda: child.poll() is not None)
    theirs.close()
    come(lambda: pid_of(place) == 0)


def test_of_an_endless_flood_the_end_is_kept_and_the_rest_counted(place: Path) -> None:
    done = place.with_name("done")
    with terminal(f"seq 1 900000; touch {done}; exec sleep 60") as (master, _):
        window = Window(place)
        window.keep(master)
        window.close()
        come(done.exists)
        again = Window(place)
        again.ask("list")
        taken = again.ask("take", key="k")
        os.close(taken.fd)
        numbers = [int(word) for word in taken.beside.split()]
        assert numbers[-1] == 900_000
        assert numbers == list(range(numbers[0], 900_001))
        written = sum(len(str(n)) + 2 for n in range(1, 900_001))
        assert taken.words["dropped"] + len(taken.beside) == written
        again.close()


def test_nobody_takes_or_ends_what_is_another_window_s(place: Path) -> None:
    with terminal("exec sleep 60") as (master, child):
        owner, thief = Window(place), Window(place)
        owner.keep(master)
        assert thief.ask("list").words["sessions"] == []
        assert thief.ask("take", key="k").words["op"] == "gone"
        for op in ("end", "release"):
            thief.say(op, key="k")
        thief.say("state", key="k", state={"us": {}})
        thief.say("left", key="k", state={}, shown=0, beside=b"forged")
        thief.ask("hello")
        assert child.poll() is None
        thief.close()
        owner.close()
        heir = Window(place)
        heir.ask("list")
        taken = heir.ask("take", key="k")
        assert taken.fd >= 0 and b"forged" not in taken.beside
        os.close(taken.fd)
        heir.close()


def test_a_window_that_lost_only_its_connection_reads_on_alone(place: Path) -> None:
    with terminal("read go; echo mine; exec sleep 60") as (master, _):
        window = Window(place)
        window.keep(master)
        window.close()
        again = Window(place)
        again.keep(master)
        os.set_blocking(master, True)
        os.write(master, b"\n")
        got = b""
        while b"mine" not in got:
            got += os.read(master, 4096)
        assert again.ask("take", key="k").words["op"] == "gone", "it is read by its window"
        again.close()


def test_what_was_listed_and_not_taken_is_anybody_s_again(place: Path) -> None:
    with terminal("echo once; exec sleep 60") as (master, _):
        owner = Window(place)
        owner.keep(master)
        owner.close()
        lister = Window(place)
        assert lister.ask("list").words["sessions"]
        other = Window(place)
        assert other.ask("list").words["sessions"] == []
        lister.close()
        come(lambda: bool(other.ask("list").words["sessions"]))
        taken = other.ask("take", key="k")
        assert b"once" in taken.beside
        os.close(taken.fd)
        other.close()


GARBAGE: list[dict[str, Any]] = [
    {},
    {"op": "sudo"},
    {"op": ["keep"]},
    {"op": "keep"},
    {"op": "take"},
    {"op": "take", "key": 7},
    {"op": "take", "key": "x" * 5000},
    {"op": "release", "key": None},
]


def test_garbage_is_hung_up_on_and_harms_nobody_else(place: Path) -> None:
    good = Window(place)
    with terminal("exec sleep 60") as (master, child):
        good.keep(master)
        for words in GARBAGE:
            bad = Window(place)
            bad.post.send(Message(words))
            bad.post.flush()
            come(bad.is_hung_up_on)
            bad.close()
        bad = Window(place)
        os.write(bad.post.fileno(), b"\xff" * 4096)
        come(bad.is_hung_up_on)
        bad.close()
        assert good.ask("hello").words["op"] == "hello"
        assert child.poll() is None
    good.close()


def _is_hung_up(slave: int) -> bool:
    """Whether nobody has the other end of a terminal any more."""
    hearing = select.poll()
    hearing.register(slave)
    return any(event & select.POLLHUP for _, event in hearing.poll(0))


UNKEEPABLE: list[dict[str, Any]] = [
    {"kind": "ssh"},
    {"kind": "telnet"},
    {"key": ""},
    {"hold_s": -1},
    {"hold_s": "30"},
    {"hold_s": 1e12},
    {"state": []},
    {"state": {"x": "y" * 5000}},
    {"title": "x" * 401},
]


def test_what_cannot_be_kept_is_refused_and_its_descriptor_closed(place: Path) -> None:
    staying = Window(place)
    with terminal("exec sleep 60") as (kept, _):
        staying.keep(kept, "stays")
        for change in UNKEEPABLE:
            master, slave = os.openpty()
            bad = Window(place)
            words = {"key": "k", "kind": "shell", "address": "shell", "title": "t", "hold_s": 1}
            bad.say("keep", fd=master, **{**words, "state": {}, **change})
            come(bad.is_hung_up_on)
            bad.close()
            os.close(master)
            come(partial(_is_hung_up, slave))
            os.close(slave)
    staying.close()


def test_a_terminated_holder_hangs_up_first(place: Path) -> None:
    with terminal("exec sleep 60") as (master, child):
        window = Window(place)
        window.keep(master)
        pid = pid_of(place)
        os.kill(pid, signal.SIGTERM)
        come(lambda: child.poll() is not None and not is_running(pid))
        window.close()


def test_it_is_small() -> None:
    asked = (
        "import sys, noc_console.app.cli, noc_console.app.terminal_holder as _; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )
    heavy = {"sqlalchemy", "structlog", "PySide6", "asyncssh", "numpy"}
    assert heavy.isdisjoint(done.stdout.split()), "it may stay for half an hour"


def test_a_second_holder_is_not_needed(place: Path) -> None:
    with terminal("exec sleep 60") as (master, _):
        window = Window(place)
        window.keep(master)
        assert subprocess.run(start_of(place), check=False, timeout=60).returncode == NOT_NEEDED
        window.close()


_OTHER = """
import os, socket, sys
os.setuid(65534)
with socket.socket(socket.AF_UNIX) as sock:
    sock.connect(sys.argv[1])
    sock.settimeout(20)
    try:
        sock.sendall(b"hello")
        print("heard" if sock.recv(1) else "hung up")
    except OSError:
        print("hung up")
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_another_user_is_hung_up_on(place: Path) -> None:
    place.parent.chmod(0o755)
    place.chmod(0o777)
    done = subprocess.run(
        ["/usr/bin/env", "-i", sys.executable, "-I", "-c", _OTHER, str(place)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "hung up\n", done.stderr
    place.parent.chmod(0o700)


def test_its_folder_is_nobody_else_s(tmp_path: Path) -> None:
    private_folder(tmp_path / "fresh" / "deep")
    assert (tmp_path / "fresh" / "deep").stat().st_mode & 0o777 == 0o700
    (tmp_path / "open").mkdir(mode=0o755)
    with pytest.raises(Refused, match="only this user"):
        private_folder(tmp_path / "open")
    (tmp_path / "link").symlink_to(tmp_path / "fresh")
    with pytest.raises(Refused, match="only this user"):
        private_folder(tmp_path / "link")
