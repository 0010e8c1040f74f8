"""Echoes as bytes: known sums, round trips, and noise that is no answer."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire import icmp


def summed(message: bytes) -> int:
    """RFC 1071 word by word, as its section 4.1 has it in C."""
    total = 0
    padded = message + b"\0" * (len(message) % 2)
    for (word,) in struct.iter_unpack("!H", padded):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


@given(st.binary(max_size=80))
def test_the_checksum_is_that_of_the_rfc(message):
    assert icmp.checksum(message) == summed(message)


@pytest.mark.parametrize("message", [b"\xff" * 8, b"\0" * 8, b"\xff\xff\0\0"])
def test_the_checksum_of_the_edges(message):
    assert icmp.checksum(message) == summed(message)


@given(st.integers(0, 65535), st.integers(0, 65535), st.binary(max_size=64))
def test_a_request_sums_to_zero_and_its_answer_is_read(ident, sequence, payload):
    request = icmp.echo(ident, sequence, payload)
    assert icmp.checksum(request) == 0
    reply = b"\0" + request[1:]
    assert icmp.parse(reply, with_ip=False) == icmp.Reply(ident, sequence, payload)
    assert icmp.parse(b"\x45" + b"\0" * 19 + reply, with_ip=True) is not None
    reply6 = b"\x81" + icmp.echo6(ident, sequence, payload)[1:]
    assert icmp.parse6(reply6) == icmp.Reply(ident, sequence, payload)


def test_our_own_request_is_no_answer():
    assert icmp.parse(icmp.echo(1, 2, b"x"), with_ip=False) is None
    assert icmp.parse6(icmp.echo6(1, 2, b"x")) is None


def test_an_error_tells_which_request_and_why():
    ip = bytes([0x45]) + b"\0" * 8 + b"\x01" + b"\0" * 10
    error = struct.pack("!BBHI", 3, 13, 0, 0) + ip + icmp.echo(7, 9, b"")
    assert icmp.parse(error, with_ip=False) == icmp.Trouble(7, 9, "filtered")
    ip6 = b"\x60" + b"\0" * 5 + b"\x3a" + b"\0" * 33
    error6 = struct.pack("!BBHI", 1, 3, 0, 0) + ip6 + icmp.echo6(7, 9, b"")
    assert icmp.parse6(error6) == icmp.Trouble(7, 9, "address unreachable")


@given(st.binary(max_size=120))
def test_noise_never_crashes(packet):
    for found in (
        icmp.parse(packet, with_ip=True),
        icmp.parse(packet, with_ip=False),
        icmp.parse6(packet),
    ):
        assert found is None or isinstance(found, icmp.Reply | icmp.Trouble)
