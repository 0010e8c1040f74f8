"""The index of a row from its arcs (RFC 2578 §7.7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.mibs.model import Base, Syntax
from noc_console.services.mibs.rules.rows import index_words

NUMBER = Syntax("InterfaceIndex", Base.INTEGER)
STATE = Syntax("", Base.INTEGER, labels=(("ipv4", 1), ("ipv6", 2)))
ADDRESS = Syntax("IpAddress", Base.ADDRESS)
MAC = Syntax("MacAddress", Base.OCTETS, hint="1x:", ranges=((6, 6),))
TEXT = Syntax("SnmpAdminString", Base.OCTETS, hint="255t", ranges=((0, 255),))
INET = Syntax("InetAddress", Base.OCTETS, ranges=((0, 255),))
OID = Syntax("", Base.OID)


@pytest.mark.parametrize(
    ("arcs", "parts", "implied", "words"),
    [
        ((7,), (NUMBER,), False, ("7",)),
        ((1, 7), (STATE, NUMBER), False, ("ipv4(1)", "7")),
        ((192, 0, 2, 1), (ADDRESS,), False, ("192.0.2.1",)),
        ((10, 0, 27, 33, 170, 0, 1), (NUMBER, MAC), False, ("10", "00:1b:21:aa:00:01")),
        ((3, 97, 98, 99), (TEXT,), False, ("abc",)),
        ((97, 98, 99), (TEXT,), True, ("abc",)),
        ((1, 4, 10, 0, 0, 1), (STATE, INET), False, ("ipv4(1)", "10.0.0.1")),
        ((3, 1, 3, 6, 5), (OID, NUMBER), False, ("1.3.6", "5")),
        ((2, 255, 1), (Syntax("", Base.OCTETS),), False, ("ff:01",)),
    ],
)
def test_each_value_is_read_by_its_type(
    arcs: tuple[int, ...], parts: tuple[Syntax, ...], implied: bool, words: tuple[str, ...]
) -> None:
    assert index_words(arcs, parts, is_implied=implied) == words


@pytest.mark.parametrize(
    ("arcs", "parts"),
    [
        ((), (NUMBER,)),
        ((1, 2), (NUMBER,)),
        ((1,), (NUMBER, NUMBER)),
        ((9, 1, 2), (TEXT,)),
        ((4_000_000_000, 1), (TEXT,)),
        ((1, 2, 3), (ADDRESS,)),
    ],
)
def test_arcs_that_do_not_fit_are_left_to_be_shown_as_they_are(
    arcs: tuple[int, ...], parts: tuple[Syntax, ...]
) -> None:
    assert index_words(arcs, parts, is_implied=False) is None


@given(
    st.lists(st.integers(0, 2**32 - 1), max_size=130),
    st.lists(st.sampled_from([NUMBER, STATE, ADDRESS, MAC, TEXT, INET, OID]), max_size=5),
    st.booleans(),
)
def test_no_arcs_break_it(arcs: list[int], parts: list[Syntax], implied: bool) -> None:
    words = index_words(arcs, parts, is_implied=implied)
    assert words is None or len(words) == len(parts)
