"""Ports as bits, and as agents send them instead."""

from __future__ import annotations

from noc_console.services.inspection.collectors import portlist


def test_the_highest_bit_of_the_first_octet_is_the_first_port() -> None:
    assert portlist.bits(b"\x80\x01\xc0") == (1, 16, 17, 18)
    assert portlist.bits(b"\x80\x01", first=0) == (0, 15)


def test_only_octets_are_bits() -> None:
    assert portlist.bits("80") == portlist.bits(None) == portlist.bits(7) == ()


def test_junos_spells_its_ports() -> None:
    assert portlist.ports(b"0,4097,4099", {4097, 4099}) == (4097, 4099)


def test_octets_that_look_like_digits_are_bits_when_there_are_no_such_ports() -> None:
    assert portlist.ports(b"12", {1, 2}) == (3, 4, 8, 11, 12, 15)


def test_ports_the_bridge_does_not_know_are_left_out() -> None:
    assert portlist.interfaces(b"\xe0", {1: 101, 3: 103}) == (101, 103)


def test_printed_lines_in_a_recording_are_octets_again() -> None:
    whole = bytes(range(16)) + b"\x80\x01"
    assert portlist.bits(whole[:16] + b"\n80 01 ") == portlist.bits(whole)


def test_a_line_feed_among_octets_is_an_octet() -> None:
    octets = b"\0" * 16 + b"\n\xff"
    assert portlist.bits(octets) == (133, 135, *range(137, 145))


def test_absurd_lists_are_bounded() -> None:
    assert len(portlist.bits(b"\xff" * 100_000)) == 8 * portlist.MOST_OCTETS
