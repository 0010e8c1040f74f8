"""Messages over a real pair of sockets, and peers that send what is none."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator

import pytest

from noc_console.adapters.links.frames import (
    LONGEST,
    MOST_UNCLAIMED,
    Garbled,
    Message,
    Post,
    peer_uid,
)


@pytest.fixture
def ends() -> Iterator[tuple[Post, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    post = Post(ours)
    yield post, theirs
    post.close()
    theirs.close()


def carried(sender: Post, receiver: Post, count: int) -> list[Message]:
    came: list[Message] = []
    while len(came) < count:
        sender.flush()
        got = receiver.receive()
        assert got is not None
        came += got
    return came


def test_words_bytes_and_descriptors_arrive_together_in_order(
    ends: tuple[Post, socket.socket],
) -> None:
    post, theirs = ends
    other = Post(theirs)
    read, write = os.pipe()
    post.send(Message({"op": "one"}, b"x" * 3_000_000))
    post.send(Message({"op": "two"}, fd=write))
    post.send(Message({"op": "three"}, b"y"))
    os.close(write)
    came = carried(post, other, 3)
    assert [each.words["op"] for each in came] == ["one", "two", "three"]
    assert len(came[0].beside) == 3_000_000 and came[2].beside == b"y"
    assert not os.get_inheritable(came[1].fd)
    os.write(came[1].fd, b"through")
    os.close(came[1].fd)
    assert os.read(read, 100) == b"through" and os.read(read, 1) == b""
    os.close(read)
    assert not post.has_unsent


def test_the_end_is_heard(ends: tuple[Post, socket.socket]) -> None:
    post, theirs = ends
    assert post.receive() == []
    theirs.close()
    assert post.receive() is None


@pytest.mark.parametrize(
    "bytes_",
    [
        struct.pack(">III", LONGEST + 1, 0, 0),
        struct.pack(">III", 2, 0xFFFFFFFF, 0) + b"{}",
        struct.pack(">III", 2, 0, 2) + b"{}",
        struct.pack(">III", 2, 0, 1) + b"{}",
        struct.pack(">III", 2, 0, 0) + b"[]",
        struct.pack(">III", 3, 0, 0) + b"\xff{}",
        struct.pack(">III", 100_000, 0, 0) + b"[" * 100_000,
        b"GET / HTTP/1.1\r\n",
    ],
)
def test_what_is_no_message_is_refused(ends: tuple[Post, socket.socket], bytes_: bytes) -> None:
    post, theirs = ends
    theirs.sendall(bytes_)
    with pytest.raises(Garbled):
        for _ in range(10):
            post.receive()


def test_descriptors_that_belong_to_nothing_are_bounded_and_closed(
    ends: tuple[Post, socket.socket],
) -> None:
    post, theirs = ends
    read, write = os.pipe()
    with pytest.raises(Garbled):
        for _ in range(MOST_UNCLAIMED + 1):
            socket.send_fds(theirs, [b"\0"], [write])
            post.receive()
    os.close(write)
    post.close()
    assert os.read(read, 1) == b"", "nobody has the other end any more"
    os.close(read)


def test_a_descriptor_of_a_message_before_garbage_is_closed_with_the_rest(
    ends: tuple[Post, socket.socket],
) -> None:
    post, theirs = ends
    read, write = os.pipe()
    whole = struct.pack(">III", 2, 0, 1) + b"{}"
    socket.send_fds(theirs, [whole + struct.pack(">III", LONGEST + 1, 0, 0)], [write])
    os.close(write)
    with pytest.raises(Garbled):
        post.receive()
    post.close()
    os.set_blocking(read, False)
    assert os.read(read, 1) == b"", "nobody has the other end any more"
    os.close(read)


def test_too_much_is_not_sent(ends: tuple[Post, socket.socket]) -> None:
    with pytest.raises(Garbled):
        ends[0].send(Message({"long": "x" * LONGEST}))


def test_the_other_end_says_whose_it_is(ends: tuple[Post, socket.socket]) -> None:
    assert peer_uid(ends[1]) == os.geteuid()
