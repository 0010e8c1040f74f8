"""Numbers as devices tell them."""

from __future__ import annotations

import struct

import pytest

from noc_console.wire.numbers import PLAIN, Decoding, number_of, words_of


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12, 12.0),
        (b"23.5 C", 23.5),
        (b"-4", -4.0),
        (b"n/a", None),
        (None, None),
        (b"\x9fx\x04" + struct.pack(">f", 1.5), 1.5),
        (b"\x9fy\x08" + struct.pack(">d", 2.25), 2.25),
        (b"\x9fx\x04" + struct.pack(">f", float("inf")), None),
    ],
)
def test_integers_texts_and_floats_in_octets(value: bytes | int | None, number: float) -> None:
    assert number_of(value) == number
    assert PLAIN.number(value) == number


@pytest.mark.parametrize(
    ("decoding", "value", "number"),
    [
        (Decoding("signed8"), 165, -91.0),
        (Decoding("signed16"), 65535, -1.0),
        (Decoding("signed32"), 4294967295, -1.0),
        (Decoding("minutes"), 60000, 10.0),
        (Decoding("float32"), bytes.fromhex("3fc00000"), 1.5),
        (Decoding("hex"), b"\x01\x02", 258.0),
        (Decoding("hex"), b"", None),
        (Decoding(words=(("on", 1.0), ("off", 0.0))), b"ON\0", 1.0),
        (Decoding(words=(("on", 1.0),)), b"broken", None),
        (Decoding(words=(("on", 1.0), ("*", 9.0))), b"broken", 9.0),
        (Decoding(words=(("on", 1.0),)), 7, 7.0),
        (Decoding(take=r"\(\s*([\d.]+)%"), b"5 Secs ( 35.27%)", 35.27),
        (Decoding(take=r"\(([\d.]+)%"), b"nothing", None),
    ],
)
def test_what_needs_decoding_is_decoded(
    decoding: Decoding, value: bytes | int, number: float | None
) -> None:
    assert decoding.number(value) == (number if number is None else pytest.approx(number))


def test_a_decoding_is_kept_and_comes_back() -> None:
    for decoding in (PLAIN, Decoding("hex"), Decoding(words=(("up", 1.0),)), Decoding(take="(a)")):
        assert Decoding.of(decoding.as_json()) == decoding
    assert PLAIN.as_json() == {}


def test_texts_lose_their_padding() -> None:
    assert words_of(b" a\0\0 b ") == "a b"
    assert words_of(None) == ""
