from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire.syslog_frames import LONGEST, Frames, NotFramed


def fed(*pieces: bytes) -> list[bytes]:
    frames = Frames()
    found = [message for piece in pieces for message in frames.feed(piece)]
    rest = frames.rest()
    return [*found, rest] if rest else found


def test_counted_and_ended_messages_may_follow_one_another() -> None:
    assert fed(b"5 <14>a<13>b c\n3 x\ny<1>end\0\n\n") == [b"<14>a", b"<13>b c", b"x\ny", b"<1>end"]


def test_a_message_may_come_in_any_pieces() -> None:
    whole = b"11 <14>1 hello" + b"<13>line\n" + b"12 <14>1 second"
    for size in (1, 2, 3, 7):
        pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
        assert fed(*pieces) == [b"<14>1 hello", b"<13>line", b"<14>1 second"]


def test_the_last_line_needs_no_end_but_a_count_needs_its_octets() -> None:
    assert fed(b"<13>last") == [b"<13>last"]
    assert fed(b"20 <13>half") == []


def test_a_line_that_begins_with_a_number_is_a_line() -> None:
    assert fed(b"2026-03-01T00:00:00Z router: up\n") == [b"2026-03-01T00:00:00Z router: up"]
    assert fed(b"12345678\n") == [b"12345678"]


def test_an_endless_line_is_cut_once_and_the_next_one_is_whole() -> None:
    frames = Frames()
    found: list[bytes] = []
    for _ in range(40):
        found += frames.feed(b"x" * 10_000)
    found += frames.feed(b"\n<13>next\n")
    assert [len(each) for each in found[:1]] == [LONGEST]
    assert found[1:] == [b"<13>next"]
    assert frames.cut == 1


def test_a_count_beyond_reason_ends_the_stream() -> None:
    with pytest.raises(NotFramed, match="999999"):
        Frames().feed(b"999999 <13>x")


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_whatever_comes_every_message_is_bounded_and_nothing_piles_up(pieces: list[bytes]) -> None:
    frames = Frames()
    for piece in pieces:
        try:
            found = frames.feed(piece)
        except NotFramed:
            return
        assert all(0 < len(each) <= LONGEST for each in found)
        assert len(frames._rest) <= LONGEST + 8
