"""The lines of the desk: roots first, what follows behind them, groups."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.alarms.model import AlarmId, Impact, Severity
from noc_console.services.alarms.sla import burnt_by
from noc_console.views.alarms.arranging import (
    NUMBER_COLUMNS,
    TEXT_COLUMNS,
    Wanted,
    arranged,
    burnt,
    title_of,
)
from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.ledger import Ledger
from tests.views.alarms.desks import AT, COLUMNS, NOW, alarm, keys, ledger

ROOT = AlarmId(1)
ALARMS = (
    alarm(1, Severity.MAJOR, device_name="core-1"),
    alarm(2, Severity.CRITICAL, root_id=ROOT, site="Harbour"),
    alarm(3, Severity.MINOR, root_id=ROOT, device_name="ap-3"),
    alarm(4, Severity.CRITICAL, site="Harbour"),
    alarm(5, Severity.WARNING),
)


@pytest.fixture
def book() -> Ledger:
    return ledger(ALARMS)


def test_what_follows_is_behind_its_root_and_counts(book: Ledger) -> None:
    found = arranged(book, Wanted(), COLUMNS, NOW)
    assert keys(found) == [4, 1, 5]
    assert found.inside.tolist() == [0, 2, 0]
    assert (found.matching, found.total) == (5, 5)
    assert found.severities[Severity.CRITICAL] == 1, "what is folded is not counted twice"


def test_an_open_root_shows_what_is_behind_it(book: Ledger) -> None:
    found = arranged(book, Wanted(open=frozenset({1})), COLUMNS, NOW)
    assert keys(found) == [4, 1, 2, 3, 5]
    assert found.depth.tolist() == [0, 0, 1, 1, 0]
    assert found.is_open.tolist() == [False, True, False, False, False]


def test_what_meets_the_filter_brings_its_root_with_it(book: Ledger) -> None:
    found = arranged(book, Wanted(Asked("ap-3")), COLUMNS, NOW)
    assert keys(found) == [1] and found.inside.tolist() == [1] and found.matching == 1


def test_each_alone_is_a_flat_list(book: Ledger) -> None:
    found = arranged(book, Wanted(Asked(group=Grouping.NONE)), COLUMNS, NOW)
    assert keys(found) == [2, 4, 1, 3, 5] and not found.inside.any()


def test_a_group_tells_its_worst_and_how_many(book: Ledger) -> None:
    wanted = Wanted(Asked(group=Grouping.SITE), open_groups=frozenset({"Northgate"}))
    found = arranged(book, wanted, COLUMNS, NOW)
    harbour, north = (found.groups[key] for key in keys(found) if key < 0)
    assert (harbour.title, harbour.count, harbour.worst) == ("Harbour", 1, Severity.CRITICAL)
    assert (north.title, north.count, north.is_open) == ("Northgate", 4, True)
    assert [key for key in keys(found) if key > 0] == [1, 5]
    assert found.depth.tolist() == [0, 0, 1, 1]
    assert harbour.members.tolist() == [4] and sorted(north.members.tolist()) == [1, 5]


@pytest.mark.parametrize("group", [Grouping.DEVICE, Grouping.CONDITION])
def test_every_alarm_is_in_one_group(book: Ledger, group: Grouping) -> None:
    titles = {title_of(one, group) for one in ALARMS}
    wanted = Wanted(Asked(group=group), open_groups=frozenset(titles))
    found = arranged(book, wanted, COLUMNS, NOW)
    assert sorted(key for key in keys(found) if key > 0) == [1, 4, 5]
    assert sum(one.count for one in found.groups.values()) == 5


def test_a_flood_is_counted_in_roots_of_the_last_ten_minutes() -> None:
    later = [alarm(id, Severity.WARNING) for id in range(11, 15)]
    found = arranged(ledger([*ALARMS, *later]), Wanted(), COLUMNS, NOW)
    assert found.news == 3


@pytest.mark.parametrize("column", ["severity", "age", "state", *TEXT_COLUMNS, *NUMBER_COLUMNS])
@pytest.mark.parametrize("is_descending", [False, True])
def test_every_column_sorts_both_ways_with_the_unknown_last(
    column: str, is_descending: bool
) -> None:
    told = alarm(6, owner="ann", ticket="T", acked_by="bo", acked_at=AT, comments=3,
                 impact=Impact(1, 2, 3, 4))  # fmt: skip
    book = ledger([*ALARMS, told])
    wanted = Wanted(Asked(group=Grouping.NONE), column, is_descending)
    found = keys(arranged(book, wanted, COLUMNS, NOW))
    assert sorted(found) == [1, 2, 3, 4, 5, 6]
    if column in ("owner", "ticket", "ack", "customers", "services", "acknowledged", "sla"):
        assert found[0] == 6


def test_alarms_of_one_moment_keep_their_order_whatever_comes() -> None:
    same = [replace(alarm(id), first_seen=AT) for id in range(1, 200)]
    book = ledger(same)
    before = keys(arranged(book, Wanted(), COLUMNS, NOW))
    assert before == list(range(199, 0, -1))
    book.apply([alarm(id, Severity.CRITICAL) for id in range(1_000, 3_000)], [5, 6, 7])
    after = [key for key in keys(arranged(book, Wanted(), COLUMNS, NOW)) if key < 1_000]
    assert after == [key for key in before if key not in (5, 6, 7)]


def test_sorting_by_object_is_the_order_people_expect() -> None:
    book = ledger([alarm(id, device_name=f"sw-{id}") for id in (10, 9, 1)])
    wanted = Wanted(Asked(group=Grouping.NONE), "object")
    assert keys(arranged(book, wanted, COLUMNS, NOW)) == [1, 9, 10]


@given(
    st.booleans(), st.booleans(), st.integers(0, 5), st.integers(0, 5),
    st.integers(0, 600), st.none() | st.integers(0, 600),
)  # fmt: skip
def test_minutes_burnt_are_those_of_the_service(
    is_folded: bool, is_known: bool, services: int, customers: int, since: int, cleared: int | None
) -> None:
    told = replace(
        alarm(1),
        first_seen=AT - timedelta(minutes=since),
        cleared_at=None if cleared is None else AT - timedelta(minutes=cleared),
        root_id=AlarmId(9) if is_folded else None,
        impact=Impact(customers=customers, services=services) if is_known else None,
    )
    book = ledger([told])
    (row,) = book.rows().tolist()
    reckoned = burnt(book, AT.timestamp())[row]
    assert (0.0 if reckoned != reckoned else reckoned) == pytest.approx(burnt_by(told, now=AT))
