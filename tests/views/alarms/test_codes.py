"""Texts that are kept once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from noc_console.views.alarms.codes import Codes
from noc_console.views.kit.rows import natural


def test_a_text_has_one_number() -> None:
    codes = Codes()
    assert [codes.code(text) for text in ("b", "a", "b")] == [0, 1, 0]
    assert (codes.find("a"), codes.find("c"), len(codes)) == (1, -1, 2)


def test_hits_know_new_texts_and_no_capitals() -> None:
    codes = Codes()
    codes.code("Core-1")
    assert codes.hits("core").tolist() == [True]
    codes.code("edge")
    codes.code("CORE-2")
    assert codes.hits("core").tolist() == [True, False, True]


def test_many_words_are_forgotten_and_found_again() -> None:
    codes = Codes()
    codes.code("sw-77")
    for number in range(100):
        assert codes.hits(f"sw-{number}").tolist() == [number in (7, 77)]


@given(st.lists(st.text("ab019-", max_size=6)), st.lists(st.text("ab019-", max_size=6)))
def test_ranks_are_the_order_people_expect_however_texts_come(
    first: list[str], later: list[str]
) -> None:
    codes = Codes()
    for text in first:
        codes.code(text)
    codes.ranks()
    for text in later:
        codes.code(text)
        codes.ranks()
    ranks = codes.ranks()
    told = [codes.texts[at] for at in np.argsort(ranks, kind="stable") if codes.texts[at]]
    keys = [natural(text) for text in told]
    assert keys == sorted(keys)
    empty = codes.find("")
    assert empty < 0 or np.isnan(ranks[empty])
