"""Words to find things under."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.inventory.rules.terms import (
    LONGEST,
    device_words,
    mac_words,
    phrase,
    question,
    words_of,
)


def test_a_name_is_found_from_each_part_on() -> None:
    assert {"core-1.ams", "1.ams", "ams"} <= words_of("Core-1.AMS")
    assert "0/0/1" in words_of("et-0/0/1")


def test_a_mac_is_kept_whole_and_by_its_tail() -> None:
    assert mac_words("00:1b:21:0a:0b:0c") == {"001b210a0b0c", "0a0b0c"}
    assert mac_words("") == frozenset()


@pytest.mark.parametrize("text", ["00:1B:21:0a", "001b.210a", "00-1b-21-0a"])
def test_a_mac_is_asked_for_in_any_notation(text: str) -> None:
    assert question(text)[0][-1] == "001b210a"


def test_an_ipv6_address_is_also_asked_for_as_it_is() -> None:
    assert question("2001:db8::1")[0][0] == "2001:db8::1"


def test_an_ipv4_address_cut_short_is_no_mac() -> None:
    assert question("10.3.7") == (("10.3.7",),)


def test_a_phrase_is_asked_for_whole_too() -> None:
    assert phrase("  Customer   4711 ") == "customer 4711"


def test_the_longest_word_of_a_question_comes_first() -> None:
    assert [readings[0] for readings in question("et core-1 xe")] == ["core-1", "et", "xe"]
    assert question("  ") == ()


def test_a_device_is_found_under_all_that_identifies_it() -> None:
    words = device_words("core-1", ("10.0.0.1",), "JN12", "00:1b:21:0a:0b:0c", "80000a4c")
    assert {"core-1", "10.0.0.1", "jn12", "001b210a0b0c", "80000a4c"} <= words


@given(st.text(max_size=400))
def test_any_text_gives_short_words(text: str) -> None:
    assert all(0 < len(word) <= LONGEST for word in words_of(text))
    question(text)
