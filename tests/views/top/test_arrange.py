"""Filter and sort over columns agree with a filter and a sort over rows."""

from __future__ import annotations

import gc
import weakref

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.top import sheets
from noc_console.views.kit import query
from noc_console.views.top import arrange
from tests.views.top.conftest import NAN, sheet_of

NOBODY = np.empty(0, np.int64)
KNOWN = ("device", "name", "alias", "in", "util")


def ids(sheet, text="", key="in", *, descending=True):
    terms = query.parse(text, KNOWN)
    found = arrange.arranged(sheet, terms, key, descending=descending, before=NOBODY)
    return found.ids.tolist()


@given(st.lists(st.one_of(st.just(NAN), st.integers(0, 9).map(float)), max_size=40), st.booleans())
@settings(max_examples=60, deadline=None)
def test_rows_are_sorted_and_those_without_a_number_come_last(values, descending):
    sheet = sheet_of(values)
    found = ids(sheet, descending=descending)
    known = [(v, n) for v, n in zip(values, sheet.facts.ids.tolist(), strict=True) if v == v]
    known.sort(key=lambda pair: (-pair[0] if descending else pair[0], pair[1]))
    unknown = [n for v, n in zip(values, sheet.facts.ids.tolist(), strict=True) if v != v]
    assert found == [number for _, number in known] + unknown


def test_names_are_sorted_as_people_expect():
    sheet = sheet_of([1, 2, 3], names=("ge-0/0/10", "ge-0/0/2", "ae0"))
    assert ids(sheet, key="name", descending=False) == [30, 20, 10]
    assert ids(sheet, key="name", descending=True) == [10, 20, 30]
    assert ids(sheet, key="") == [10, 20, 30]


def test_words_numbers_and_negation_filter():
    sheet = sheet_of([5, 50, NAN], names=("uplink", "Uplink 2", "customer"))
    assert ids(sheet, "uplink") == [20, 10]
    assert ids(sheet, "in:>10") == [20]
    assert ids(sheet, "in:<=5") == [10]
    assert ids(sheet, "in:<5") == []
    assert ids(sheet, "in:>=5 -name:2") == [10]
    assert ids(sheet, "-uplink") == [30]
    assert ids(sheet, "device:core-1") == [20]
    assert ids(sheet, "in:abc") == []


def test_what_stays_goes_and_comes_is_told():
    sheet = sheet_of([3, 2, 1])
    before = np.array([20, 99, 10])
    found = arrange.arranged(sheet, (), "in", descending=True, before=before)
    assert found.ids.tolist() == [10, 20, 30]
    assert found.stay.tolist() == [10, 20]
    assert found.go.tolist() == [99]
    assert found.come.tolist() == [30]


def test_words_are_made_once_for_facts_and_forgotten_with_them():
    sheet = sheet_of([1, 2])
    words = arrange.words_of(sheet.facts)
    assert arrange.words_of(sheet_of([5, 6], facts=sheet.facts).facts) is words
    assert sheets.row(sheet, 0).name in words.whole[0]
    facts = weakref.ref(sheet.facts)
    del words, sheet
    gc.collect()
    assert facts() is None
