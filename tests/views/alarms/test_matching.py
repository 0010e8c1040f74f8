"""Which alarms a filter means, and how many there are of each kind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.services.alarms.model import AlarmId, Condition, Impact, Severity
from noc_console.views.alarms.asked import Asked
from noc_console.views.alarms.ledger import Ledger
from noc_console.views.alarms.matching import NOBODY, OLDER, matched
from tests.views.alarms.desks import AT, COLUMNS, NOW, alarm, ledger

ALARMS = (
    alarm(1, Severity.CRITICAL, device_name="core-1", impact=Impact(customers=40)),
    alarm(2, Severity.MAJOR, site="Harbour", acked_by="mira", acked_at=AT, root_id=AlarmId(1)),
    alarm(30, Severity.MAJOR, owner="mira", ticket="INC-7", text="BGP is gone"),
    alarm(200, Severity.MINOR, condition=Condition.ERRORS, shelved_until=AT, count=12),
    alarm(20_000, Severity.MINOR, site=""),
)


@pytest.fixture
def book() -> Ledger:
    return ledger(ALARMS)


def ids(book: Ledger, asked: Asked) -> set[int]:
    mask = matched(book, asked, COLUMNS, NOW).mask
    return set(book.column("id")[mask].tolist())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {1, 2, 30, 200, 20_000}),
        ("CORE", {1}),
        ("-core", {2, 30, 200, 20_000}),
        ("site:harb", {2}),
        ("-site:north", {2, 20_000}),
        ("bgp sw-30", {30}),
        ("severity:shelved", {200}),
        ("state:acknow", {1, 2, 30, 20_000}),
        ("age:>2h", {200, 20_000}),
        ("age:<10min", {1, 2}),
        ("age:<=30", {1, 2, 30}),
        ("since:>7d", {20_000}),
        ("age:soon", set()),
        ("customers:>=40", {1}),
        ("customers:<40", set()),
        ("count:>10", {200}),
        ("ticket:inc", {30}),
        ("condition:errors", {200}),
        ('"gone"', {30}),
        ("nobody-has-this", set()),
    ],
)
def test_a_filter_line_means(book: Ledger, text: str, wanted: set[int]) -> None:
    assert ids(book, Asked(text)) == wanted


def test_sights(book: Ledger) -> None:
    def seen(name: str) -> set[int]:
        return ids(book, Asked(sights=frozenset({name})))

    assert seen("mine") == {2, 30}
    assert seen("unacked") == {1, 30, 20_000}
    book.waiting = frozenset({30})
    assert seen("waiting") == {30}
    asked = Asked(sights=frozenset({"new"}))
    since = replace(NOW, shift=AT.timestamp() - 300)
    mask = matched(book, asked, COLUMNS, since).mask
    assert set(book.column("id")[mask].tolist()) == {1, 2}


def test_a_facet_is_counted_as_if_nothing_were_picked_in_it(book: Ledger) -> None:
    asked = Asked(picks={"severity": frozenset({"major"})})
    facets = matched(book, asked, COLUMNS, NOW).facets
    told = {name: dict(zip(one.values, one.counts, strict=True)) for name, one in facets.items()}
    assert told["severity"] == {"critical": 1, "major": 2, "minor": 2}
    assert told["site"] == {"Northgate": 1, "Harbour": 1}
    assert told["owner"] == {NOBODY: 1, "mira": 1}
    assert told["part"] == {"alone": 1, "folded": 1}
    assert list(facets["severity"].values) == ["critical", "major", "minor"]


def test_facets_narrow_each_other_and_values_are_alternatives(book: Ledger) -> None:
    both = Asked(picks={"severity": frozenset({"major", "minor"})})
    assert ids(book, both) == {2, 30, 200, 20_000}
    assert ids(book, both.turned("site", "Harbour")) == {2}
    assert ids(book, Asked(picks={"since": frozenset({OLDER})})) == {20_000}
    assert ids(book, Asked(picks={"site": frozenset({"nowhere we know"})})) == set()
