"""The first words of SSH servers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire.ssh_hello import (
    LONGEST_PACKET,
    MOST_LINES,
    Hello,
    agreed_signature,
    read_hello,
)

LISTS = ("curve25519-sha256,x", "ssh-ed25519", "aes1", "aes2", "mac1", "mac2", "none", "none")


def packet(lists: tuple[str, ...] = LISTS, kind: int = 20) -> bytes:
    named = b"".join(len(each).to_bytes(4, "big") + each.encode() for each in lists)
    payload = bytes((kind,)) + bytes(16) + named + bytes(5)
    return (len(payload) + 1 + 4).to_bytes(4, "big") + b"\x04" + payload + bytes(4)


def test_version_and_names_are_read() -> None:
    told = read_hello(b"go away\r\nSSH-2.0-box\r\n" + packet())
    assert told == Hello(
        "SSH-2.0-box", ("curve25519-sha256", "x"), ("ssh-ed25519",), ("aes2",), ("mac2",), ("none",)
    )


def test_what_is_not_all_there_is_waited_for() -> None:
    whole = b"SSH-2.0-box\r\n" + packet()
    assert all(read_hello(whole[:size]) is None for size in range(len(whole)))


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 400 Bad Request\r\n" * (MOST_LINES + 1),
        b"x" * 9000,
        b"SSH-2.0-box\r\n" + packet(kind=21),
        b"SSH-2.0-box\r\n" + (LONGEST_PACKET + 1).to_bytes(4, "big") + b"x",
        b"SSH-2.0-box\r\n" + packet(LISTS[:5]),
    ],
)
def test_what_is_no_ssh_server_is_told(said: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_hello(said)


@given(st.binary(max_size=300))
def test_nothing_but_a_value_error_comes_of_garbage(said: bytes) -> None:
    try:
        read_hello(b"SSH-2.0-x\r\n" + said)
    except ValueError:
        pass


def test_a_key_signs_as_the_first_of_ours_that_both_know() -> None:
    def says(names: str) -> bytes:
        return packet(("kex", names, *LISTS[2:]))[5:]

    ours = says("rsa-sha2-512,rsa-sha2-256,ssh-rsa")
    assert agreed_signature(ours, says("ssh-rsa,rsa-sha2-256")) == "rsa-sha2-256"
    assert agreed_signature(ours, says("ssh-rsa")) == "ssh-rsa"
    assert agreed_signature(ours, says("ssh-dss")) == ""
    assert agreed_signature(ours, b"") == agreed_signature(b"\x14", ours) == ""
