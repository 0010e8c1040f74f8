"""Alarms as columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.money import Currency, Money
from noc_console.services.alarms.model import AlarmId, AlarmState, Impact, Severity
from noc_console.views.alarms.ledger import STATES, worst_first
from tests.views.alarms.desks import AT, alarm, ledger


def test_a_row_tells_all_of_an_alarm() -> None:
    money = Money.of(10, Currency("EUR"))
    told = alarm(7, acked_by="ann", acked_at=AT, impact=Impact(2, 30, 4, 1, money), count=9)
    book = ledger([told])
    (row,) = book.rows().tolist()
    numbers = {n: book.column(n)[row] for n in ("id", "customers", "revenue", "count", "severity")}
    assert numbers == {"id": 7, "customers": 30, "revenue": 1000, "count": 9, "severity": 4}
    assert STATES[book.column("state")[row]] is AlarmState.ACKNOWLEDGED
    assert book.codes["ack"].texts[book.column("ack")[row]] == "ann"
    assert np.isnan(ledger([alarm(1)]).column("customers")[book.rows()[0]])


def test_a_change_stays_in_its_row_and_what_left_is_shown_once_more() -> None:
    book = ledger([alarm(1), alarm(2)])
    before = book.rows_of([2]).tolist()
    book.apply([replace(alarm(2), text="other")], [1])
    assert book.rows_of([2]).tolist() == before and len(book) == 1
    assert 1 in book.by_id, "the window may still be painting it"
    book.apply([])
    assert set(book.by_id) == {2}


def test_what_comes_back_at_once_is_not_forgotten() -> None:
    book = ledger([alarm(1)])
    book.apply([], [1])
    book.apply([alarm(1)])
    book.apply([])
    assert set(book.by_id) == {1} and len(book) == 1


def test_replacing_lets_go_of_all_others() -> None:
    book = ledger([alarm(1), alarm(2)])
    book.replace([alarm(2), alarm(3)])
    book.apply([])
    assert set(book.by_id) == {2, 3}


@given(st.dictionaries(st.integers(1, 12), st.integers(1, 12), max_size=12))
def test_a_root_is_always_one_that_stands_for_itself(folds: dict[int, int]) -> None:
    alarms = [
        alarm(id, root_id=AlarmId(folds[id]) if folds.get(id, id) != id else None)
        for id in range(1, 11)
    ]
    book = ledger(alarms)
    root = book.roots()
    assert (root[root] == root).all()
    for id in range(1, 11):
        if id not in folds or folds[id] > 10:
            (row,) = book.rows_of([id]).tolist()
            assert root[row] == row


def test_what_is_folded_is_told_worst_first() -> None:
    root = AlarmId(1)
    book = ledger(
        [
            alarm(1),
            alarm(2, Severity.WARNING, root_id=root),
            alarm(3, Severity.CRITICAL, root_id=root),
            alarm(4, root_id=AlarmId(3)),
        ]
    )
    assert [int(one.id) for one in book.folded_under(1)] == [3, 4, 2]
    assert book.folded_under(99) == ()


def test_worst_first_heeds_shelf_severity_acknowledgement_and_age() -> None:
    told = [
        alarm(1, Severity.CRITICAL, shelved_until=AT),
        alarm(2, Severity.MINOR),
        alarm(4, Severity.MAJOR, acked_by="ann", acked_at=AT),
        alarm(5, Severity.MAJOR),
        alarm(3, Severity.MAJOR),
    ]
    book = ledger(told)
    rows = book.rows()
    order = rows[np.argsort(worst_first(book)[rows])]
    assert book.column("id")[order].tolist() == [3, 5, 4, 2, 1]


def test_texts_nobody_has_any_more_are_forgotten() -> None:
    book = ledger([alarm(1), alarm(2)])
    for turn in range(9):
        book.apply([alarm(1, text=f"{turn} of {number}") for number in range(1_000)])
    assert len(book.codes["problem"]) < 6_000
    (row,) = book.rows_of([1]).tolist()
    assert book.codes["problem"].texts[book.column("problem")[row]] == "8 of 999"


def test_a_device_type_is_known_before_and_after_its_alarm() -> None:
    book = ledger([alarm(1)])
    book.name_types({1: "router", 2: "olt"})
    book.apply([alarm(2)])
    texts = book.codes["type"].texts
    assert [texts[code] for code in book.column("type")[book.rows_of([1, 2])]] == ["router", "olt"]
