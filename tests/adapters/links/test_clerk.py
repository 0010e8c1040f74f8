"""The clerk before holders that are stale, hang, lie, or are somebody else's."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from noc_console.adapters.links import clerk as under_test
from noc_console.adapters.links.clerk import VERSION, Clerk
from noc_console.adapters.links.frames import LONGEST, Message, Post
from tests.adapters.links.holders import holder_place, pid_of, start_of

NOTHING = [sys.executable, "-c", "raise SystemExit(3)"]


@pytest.fixture
def place() -> Iterator[Path]:
    with holder_place() as path:
        yield path


@contextmanager
def clerk_at(path: Path, start: list[str]) -> Iterator[Clerk]:
    clerk = Clerk(path, start)
    try:
        yield clerk
    finally:
        clerk.close()


def come(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def message() -> Message:
    """A terminal to be kept."""
    master, slave = os.openpty()
    os.close(slave)
    words = {"op": "keep", "key": "k", "kind": "shell", "address": "shell", "title": "t"}
    return Message({**words, "hold_s": 5, "state": {}}, fd=master)


def test_a_socket_that_nobody_hears_any_more_is_replaced(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(place))
    with clerk_at(place, start_of(place)) as clerk:
        assert clerk.list().result(10) is None, "none is started to look"
        clerk.keep(message())
        come(lambda: clerk.is_connected)
        assert pid_of(place)
        clerk.release("k")


def test_two_that_start_one_at_once_get_the_same(place: Path) -> None:
    with clerk_at(place, start_of(place)) as one, clerk_at(place, start_of(place)) as other:
        one.keep(message())
        other.keep(Message({**message().words, "key": "other"}, fd=message().fd))
        come(lambda: one.is_connected and other.is_connected)


def test_what_does_not_start_costs_nothing_but_a_line_in_the_log(place: Path) -> None:
    with clerk_at(place, NOTHING) as clerk:
        clerk.keep(message())
        assert clerk.take("k").result(20) is None
        assert not clerk.is_connected


def test_a_log_that_cannot_be_written_keeps_nobody_from_being_kept(place: Path) -> None:
    clerk = Clerk(place, start_of(place), log=place.parent / "nowhere" / "x.log")
    try:
        clerk.keep(message())
        come(lambda: clerk.is_connected)
        clerk.release("k")
    finally:
        clerk.close()


def test_one_that_cannot_be_handed_over_costs_the_others_nothing(place: Path) -> None:
    with clerk_at(place, start_of(place)) as clerk, clerk_at(place, NOTHING) as other:
        clerk.keep(message())
        come(lambda: clerk.is_connected)
        # Too much for a message; that no number is left to copy its descriptor ends alike.
        bad = message()
        words = {**bad.words, "key": "bad", "state": {"x": "y" * LONGEST}}
        clerk.keep(Message(words, fd=bad.fd))
        assert clerk.list().result(10) is not None
        found = other.list().result(10)
        assert found is not None and found.words["sessions"] == [], "it is still the first one's"
        clerk.release("bad")
        clerk.release("k")


@contextmanager
def liar(path: Path, says: Callable[[Post], None]) -> Iterator[None]:
    """A process that listens where a holder would."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.settimeout(1)

        def talk() -> None:
            try:
                post = Post(listener.accept()[0])
            except OSError:
                return  # the test is over
            try:
                says(post)
                time.sleep(0.5)
            except OSError:
                pass  # hung up on, as it should be
            post.close()

        thread = threading.Thread(target=talk)
        thread.start()
        yield
        listener.close()
        thread.join()


def greet(post: Post, version: int = VERSION) -> None:
    post.send(Message({"op": "hello", "version": version}))
    post.flush()


@pytest.mark.parametrize("version", [VERSION + 1, "x", None])
def test_another_version_is_not_spoken_to(place: Path, version: int) -> None:
    with liar(place, lambda post: greet(post, version)), clerk_at(place, NOTHING) as clerk:
        assert clerk.list().result(10) is None
        assert not clerk.is_connected


def test_nonsense_ends_the_connection_and_is_answered_by_nothing(place: Path) -> None:
    def nonsense(post: Post) -> None:
        greet(post)
        time.sleep(0.2)
        os.write(post.fileno(), b"GET / HTTP/1.1\r\n\r\n" * 100)

    with liar(place, nonsense), clerk_at(place, NOTHING) as clerk:
        assert clerk.list().result(10) is None
        come(lambda: not clerk.is_connected)


def test_a_descriptor_that_nobody_asked_for_is_closed(place: Path) -> None:
    read, write = os.pipe()

    def generous(post: Post) -> None:
        greet(post)
        asked: list[Message] = []
        while not any(each.words["op"] == "list" for each in asked):
            came = post.receive()
            assert came is not None, "hung up on"
            asked += came
            time.sleep(0.01)
        post.send(Message({"op": "list", "sessions": []}, fd=write))
        post.send(Message({"op": "list", "sessions": []}))
        os.close(write)
        post.flush()

    with liar(place, generous), clerk_at(place, NOTHING) as clerk:
        found = clerk.list().result(10)
        assert found is not None and found.fd < 0
        os.set_blocking(read, False)
        assert os.read(read, 1) == b"", "nobody has the other end any more"
    os.close(read)


def test_a_folder_that_others_may_enter_is_not_trusted(place: Path) -> None:
    place.parent.chmod(0o755)
    with liar(place, greet), clerk_at(place, NOTHING) as clerk:
        assert clerk.list().result(10) is None


def test_another_user_s_holder_is_not_trusted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A mock: tests have one user, and a folder of ours lets no other in.
    monkeypatch.setattr(under_test, "peer_uid", lambda _: os.geteuid() + 1)
    with liar(place, greet), clerk_at(place, NOTHING) as clerk:
        assert clerk.list().result(10) is None


def test_nothing_is_said_after_the_end(place: Path) -> None:
    clerk = Clerk(place, NOTHING)
    clerk.close()
    clerk.release("k")
