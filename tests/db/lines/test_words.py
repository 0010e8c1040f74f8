from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.db.lines.words import BOUNDARY, Term, Words, parse, reserved
from tests.db.lines.conftest import line


def words_of(text: str) -> set[str]:
    return Words().of(line(text)) - set(reserved(line(text)))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Interface xe-0/0/1.0, changed", "xe-0/0/1.0"),
        ("Interface GigabitEthernet0/0/7, down", "0/0/7"),
        ("%BGP-5-ADJCHANGE: neighbor", "bgp-5-adjchange"),
        ("%BGP-5-ADJCHANGE: neighbor", "adjchange"),
        ("(ifName=ge-0/0/3)", "ge-0/0/3"),
        ("from 10.1.2.3.", "10.1.2.3"),
        ("Größe ist Ärger", "größe"),
    ],
)
def test_a_word_is_found_without_the_marks_around_it(text: str, word: str) -> None:
    assert word in words_of(text)


def test_one_or_two_digits_within_a_name_are_no_words() -> None:
    assert {"0", "1"}.isdisjoint(words_of("xe-0/0/1"))
    assert "7" in words_of("port 7")


def test_no_text_can_say_what_only_we_say() -> None:
    assert not any(word.startswith("=") for word in words_of("=d8 ==s0 x=d8 '=kTrap'"))


@given(st.text(max_size=2_000))
def test_whatever_a_line_says_its_words_are_bounded_and_hold_no_blanks(text: str) -> None:
    for word in Words().of(line(text)):
        assert word and not any(sign.isspace() or sign < " " for sign in word)
        assert len(word) <= 66


def test_a_search_is_words_prefixes_phrases_and_what_must_not_be_there() -> None:
    wanted = parse('BGP xe-0/0/1 adj* "Lost  Carrier" -debug -"not this" ,')
    assert wanted.groups == (
        (Term("bgp"),),
        (Term("xe-0/0/1", BOUNDARY),),
        (Term("adj", "*"),),
        (Term("=wlost_carrier"),),
        (Term("lost"),),
        (Term("carrier"),),
    )
    assert wanted.without == (Term("debug"),)
    assert (wanted.phrases, wanted.absent) == (("lost carrier",), ("not this",))
    assert parse("").groups == ()


@given(st.text(max_size=200))
def test_whatever_is_typed_can_be_asked(text: str) -> None:
    parse(text)


def test_neighbours_of_letters_are_a_pair_so_that_a_phrase_is_found_among_common_words() -> None:
    assert "=wlost_carrier" in words_of("Interface ge-0/0/1: Lost Carrier.")
    assert "=wcarrier_lost" not in words_of("Lost Carrier 7 lost")
