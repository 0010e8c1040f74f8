"""Values as people read them (RFC 2578, RFC 2579)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.mibs.model import Base, Syntax
from noc_console.services.mibs.rules import show

STATUS = Syntax("", Base.INTEGER, labels=(("up", 1), ("down", 2)))
CAPABILITIES = Syntax("", Base.BITS, labels=(("other", 0), ("bridge", 2), ("router", 4)))


def hinted(hint: str, base: Base = Base.OCTETS) -> Syntax:
    return Syntax("", base, hint=hint)


@pytest.mark.parametrize(
    ("value", "syntax", "text"),
    [
        (1, STATUS, "up(1)"),
        (7, STATUS, "7"),
        (125, hinted("d-1", Base.INTEGER), "12.5"),
        (-5, hinted("d-2", Base.INTEGER), "-0.05"),
        (5, hinted("d", Base.INTEGER), "5"),
        (255, hinted("x", Base.INTEGER), "0xff"),
        (8, hinted("o", Base.INTEGER), "0o10"),
        (5, hinted("b", Base.INTEGER), "0b101"),
        (90_000_00, Syntax("", Base.TIMETICKS), "1 d 1 h (9000000)"),
        (3, hinted("nonsense", Base.INTEGER), "3"),
    ],
)
def test_a_number_is_shown_as_its_type_says(value: int, syntax: Syntax, text: str) -> None:
    assert show.number(value, syntax) == text


@pytest.mark.parametrize(
    ("value", "syntax", "text"),
    [
        (bytes.fromhex("001b21aa0001"), hinted("1x:"), "00:1b:21:aa:00:01"),
        (b"Z\xc3\xbcrich", hinted("255t"), "Zürich"),
        (b"abc", hinted("255a"), "abc"),
        (bytes([10, 0, 0, 1]), hinted("1d."), "10.0.0.1"),
        (bytes.fromhex("07ea030c0a0b0c05"), hinted("2d-1d-1d,1d:1d:1d.1d"), "2026-3-12,10:11:12.5"),
        (bytes([2, 1, 2, 3]), hinted("*1d./1x"), "1.2/03"),
        (bytes([192, 0, 2, 1]), Syntax("InetAddress", Base.OCTETS), "192.0.2.1"),
        (
            b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01",
            Syntax("InetAddress", Base.OCTETS),
            "2001:db8::1",
        ),
        (b"\x28", CAPABILITIES, "bridge router"),
        (b"\x40", CAPABILITIES, "1"),
        (b"abc", Syntax("", Base.OCTETS), ""),
        (bytes.fromhex("ac3d94e5c900"), Syntax("LldpChassisId", Base.OCTETS), "ac:3d:94:e5:c9:00"),
        (b"\xff" * 9, Syntax("", Base.OCTETS), ""),
        (b"abc", hinted("what is this"), ""),
    ],
)
def test_octets_are_shown_as_their_type_says(value: bytes, syntax: Syntax, text: str) -> None:
    assert show.octets(value, syntax) == text


@given(st.binary(max_size=300), st.from_regex(r"\A(\*?[0-9]{1,4}[dxoat][^0-9*]?[^0-9*]?){1,4}\Z"))
def test_no_hint_and_no_value_make_it_hang_or_fail(value: bytes, hint: str) -> None:
    assert isinstance(show.octets(value, hinted(hint)), str)


@pytest.mark.parametrize(
    ("text", "syntax", "sent"),
    [
        ("down", STATUS, "2"),
        (" down(2) ", STATUS, "2"),
        ("2", STATUS, "2"),
        ("sideways", STATUS, "sideways"),
        ("bridge, router", CAPABILITIES, "0x28"),
        ("other", CAPABILITIES, "0x80"),
        ("0x28", CAPABILITIES, "0x28"),
        ("", CAPABILITIES, ""),
    ],
)
def test_words_become_what_is_sent(text: str, syntax: Syntax, sent: str) -> None:
    assert show.from_words(text, syntax) == sent
