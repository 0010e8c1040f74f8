"""Words out of varbinds and structured data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.detection.events import values
from noc_console.services.detection.events.model import Take, Value

COLUMN = "1.3.6.1.2.1.15.3.1.2"


@pytest.mark.parametrize(
    ("index", "form", "skip", "word"),
    [
        ("10.0.0.1", "ipv4", 0, "10.0.0.1"),
        ("7.10.0.0.1", "ipv4", 1, "10.0.0.1"),
        ("1.4.10.0.0.1", "inet", 0, "10.0.0.1"),
        ("2.16." + "32.1.13.184" + ".0" * 11 + ".1", "inet", 0, "2001:db8::1"),
        ("3.99.112.101", "text", 0, "cpe"),
        ("0.31.255.1.2.3", "mac", 0, "00:1f:ff:01:02:03"),
        ("5.6.7", "first", 0, "5"),
        ("5.6.7", "last", 0, "7"),
        ("5.6.7", "1", 0, "6"),
        ("5.6.7", "", 0, "5.6.7"),
        ("999.0.0.1", "ipv4", 0, ""),
        ("1.4.10", "inet", 0, ""),
        ("5", "9", 0, ""),
        ("5", "first", 3, ""),
    ],
)
def test_an_index_holds_numbers_addresses_and_names(
    index: str, form: str, skip: int, word: str
) -> None:
    found = values.taken(((f"{COLUMN}.{index}", 1),), Take(COLUMN, True, form, skip))
    assert found == word


@pytest.mark.parametrize(
    ("value", "form", "word"),
    [
        (b"Gi0/1", "", "Gi0/1"),
        (b"\x00\x1f", "", "00 1f"),
        (b"\x0a\x00\x00\x01", "inet", "10.0.0.1"),
        (b"\x00\x1f\xff\x01\x02\x03", "mac", "00:1f:ff:01:02:03"),
        (b"\x4f\x4e", "hex", "4F4E"),
        ("1.3.6.1.9", "last", "9"),
        (5, "", "5"),
        (None, "", ""),
    ],
)
def test_a_value_is_shown_as_what_it_is(value: Value, form: str, word: str) -> None:
    assert values.taken(((f"{COLUMN}.1", value),), Take(COLUMN, False, form)) == word


def test_a_column_is_not_mistaken_for_one_that_begins_like_it() -> None:
    assert values.taken(((f"{COLUMN}9.1", 1),), Take(COLUMN)) == ""


def test_every_column_named_must_have_one_of_its_values() -> None:
    varbinds = ((f"{COLUMN}.1", 3), ("1.3.6.1.9.1", 7))
    assert values.fits(varbinds, {COLUMN: ("2", "3"), "1.3.6.1.9": ("7",)})
    assert not values.fits(varbinds, {COLUMN: ("1",)})
    assert not values.fits(varbinds, {"1.3.6.1.8": ("7",)})


def test_structured_data_is_compared_and_taken() -> None:
    text = '[junos@2636.1.1.1.2.18 interface-name="ge-0/0/0" status="down(2)"]'
    assert values.structured(text, {"interface-name": "{port}", "status": "DOWN(2)"}) == {
        "port": "ge-0/0/0"
    }
    assert values.structured(text, {"status": "up(1)"}) is None
    assert values.structured(text, {"nothing": "{x}"}) is None


@given(
    st.lists(st.integers(0, 2**33), max_size=40),
    st.sampled_from(["", "ipv4", "ipv6", "inet", "mac", "hex", "text", "first", "last", "3"]),
    st.integers(0, 20),
)
def test_whatever_an_index_holds_the_word_is_a_bounded_text(
    parts: list[int], form: str, skip: int
) -> None:
    name = ".".join([COLUMN, *map(str, parts)])
    word = values.taken(((name, 1),), Take(COLUMN, True, form, skip))
    assert len(word) <= 3 * values.LONGEST
