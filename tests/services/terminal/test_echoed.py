"""The line with the cursor, as line editors of devices draw it."""

from __future__ import annotations

import pytest

from noc_console.services.terminal.echoed import LONGEST, EchoedLine


def line(*parts: bytes) -> EchoedLine:
    made = EchoedLine()
    for part in parts:
        made.feed(part)
    return made


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"R1#show ver", "R1#show ver"),
        (b"old\r\nR1#", "R1#"),
        (b"R1#sho\b\b\bping", "R1#ping"),
        (b"R1#reload\r\x1b[KR1#", "R1#"),
        (b"R1#abc\x1b[2D\x1b[P", "R1#ac"),
        (b"R1#ac\x1b[D\x1b[@b", "R1#abc"),
        (b"\x1b[1;32mR1\x1b[0m#\x1b]0;title\x07x", "R1#x"),
        (b"\x1b(BR1#\x1b[5Gy", "R1# y"),
        ("Kraków#é".encode(), "Kraków#é"),
    ],
)
def test_it_follows_what_line_editors_send(sent: bytes, shown: str) -> None:
    assert line(sent).text == shown
    one_by_one = line(*(bytes([each]) for each in sent))
    assert one_by_one.text == shown


def test_the_line_above_is_kept() -> None:
    assert line(b"--{ running }--\r\n", b"A:leaf# ").above == "--{ running }--\r".rstrip()


def test_what_it_cannot_follow_makes_it_uncertain_until_the_next_line() -> None:
    one = line(b"R1#\x1b[9999B")
    assert not one.is_certain
    one.feed(b"\r\nR1#")
    assert one.is_certain


def test_a_flood_costs_no_more_than_its_last_lines() -> None:
    one = line(b"x" * 80 + b"\n")
    one.feed((b"y" * 200 + b"\r\n") * 50_000 + b"R1#")
    assert one.text == "R1#"
    assert one.count > 10_000_000


def test_a_line_without_an_end_is_not_kept_whole() -> None:
    one = line(*[b"z" * 9_000] * 20)
    assert len(one.text) <= LONGEST
    assert not one.is_certain
