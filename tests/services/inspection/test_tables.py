"""Values from devices, which may be anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.inspection import tables

SPEC = tables.columns("1.3.6.1.9.1", name=2, speed=5)


def test_columns_have_names_and_instances() -> None:
    assert SPEC.oids == ["1.3.6.1.9.1.2", "1.3.6.1.9.1.5"]
    assert SPEC.oid("speed", (7, 1)) == "1.3.6.1.9.1.5.7.1"


def test_rows_come_in_the_order_of_their_numbers_and_odd_ones_are_left_out() -> None:
    table = {
        "10": {"1.3.6.1.9.1.2": b"b"},
        "9": {"1.3.6.1.9.1.2": b"a", "1.3.6.1.9.1.77": 1},
        "x": {"1.3.6.1.9.1.2": b"c"},
    }
    assert SPEC.named(table) == [((9,), {"name": b"a"}), ((10,), {"name": b"b"})]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"Gi0/1\x00\x00", "Gi0/1"),
        (b" two  blanks ", "two  blanks"),
        (b"line\r\nend", "line  end"),
        ("Zürich".encode(), "Zürich"),
        ("Zürich".encode("latin-1"), "Zürich"),
        (b"\x1b[31mred", "␛[31mred"),
        (None, ""),
        (7, "7"),
    ],
)
def test_text_is_made_visible(value: tables.Value, shown: str) -> None:
    assert tables.text(value) == shown


@given(st.one_of(st.binary(max_size=2000), st.text(max_size=2000), st.integers(), st.none()))
def test_any_value_is_one_bounded_line_without_control_characters(value: tables.Value) -> None:
    shown = tables.text(value)
    assert len(shown.splitlines()) <= 1
    assert "\x00" not in tables.many_lines(value)
    tables.shown(value)
    tables.mac(value)
    tables.address(value)


@pytest.mark.parametrize(
    ("kind", "arcs", "address"),
    [
        (1, (4, 10, 0, 0, 1), "10.0.0.1"),
        (1, (10, 0, 0, 1), "10.0.0.1"),
        (2, (16, 0x20, 1, 0xD, 0xB8, *[0] * 11, 1), "2001:db8::1"),
        (3, (8, 10, 0, 0, 1, 0, 0, 0, 5), "10.0.0.1"),
        (4, (20, 0xFE, 0x80, *[0] * 13, 1, 0, 0, 0, 5), "fe80::1"),
        (1, (4, 10, 0, 0, 999), ""),
        (1, (10, 0), ""),
        (16, (1, 2, 3), ""),
        (1, (0, 0, 0, 0), ""),
    ],
)
def test_an_address_is_read_from_an_index(kind: int, arcs: tuple[int, ...], address: str) -> None:
    assert tables.inet(kind, arcs) == address


def test_macs_are_six_octets_that_are_not_all_zero() -> None:
    assert tables.mac(b"\x00\x1b\x21\x00\x00\x01") == "00:1b:21:00:00:01"
    assert tables.mac(bytes(6)) == ""
    assert tables.mac(b"short") == ""
    assert tables.mac_of((0, 27, 33, 0, 0, 1)) == "00:1b:21:00:00:01"
    assert tables.mac_of((0, 27, 33, 0, 0, 300)) == ""


def test_a_raw_row_shows_names_index_and_values() -> None:
    row = {"sysName": b"core-2", "portId": b"\x00\xff", "state": 6}
    assert tables.raw("lldpRem", (0, 5, 1), row) == (
        "lldpRemSysName.0.5.1 = core-2\nlldpRemPortId.0.5.1 = 00 ff\nlldpRemState.0.5.1 = 6"
    )


def test_a_number_beyond_32_bits_is_none() -> None:
    told = {value: tables.number(value, 7) for value in (2**32 - 1, 2**32, -(2**31), 2**64)}
    assert told == {2**32 - 1: 2**32 - 1, 2**32: 7, -(2**31): -(2**31), 2**64: 7}


def test_an_amount_may_have_64_bits() -> None:
    assert tables.amount(4_604_202_684) == 4_604_202_684.0
    assert tables.amount(2**64 - 1) == float(2**64 - 1)
    assert tables.amount(2**64) == tables.amount(-1) == tables.amount(None) == 0.0
