from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import (
    Contact,
    ContactId,
    Match,
    NotifierState,
    Route,
    RouteId,
    Turn,
)
from noc_console.views.notify.words import (
    TURNS,
    match_text,
    people_text,
    quiet_text,
    state_text,
    turns_text,
)

WELL = NotifierState(2.0, "noc-1", 0, 0.0, 0)


@pytest.mark.parametrize(
    ("change", "words", "is_bad"),
    [
        ({}, "Notifier runs on noc-1", False),
        ({"waiting": 3}, "3 waiting", False),
        ({"overdue_s": 400.0, "is_stuck": True}, "late by 6 min 40 s", True),
        ({"failed_today": 2}, "2 given up", True),
        ({"heartbeat_error": "HTTP 500"}, "watching service was not reached", True),
        ({"heartbeat_at": datetime(2026, 3, 1, tzinfo=UTC)}, "watched from outside", False),
        ({"beat_s": 100.0}, "stopped 1 min 40 s ago on noc-1: nobody is told", True),
        ({"beat_s": None}, "nobody is told", True),
    ],
)
def test_the_line_tells_whether_messages_get_out(change, words, is_bad):
    text, bad = state_text(replace(WELL, **change))
    assert words in text and bad is is_bad


def test_a_match_is_a_sentence():
    assert match_text(Match()) == "warning and worse"
    assert match_text(Match(least=Severity.CRITICAL)) == "only critical"
    assert match_text(Match(Severity.MINOR, Severity.MAJOR)) == "minor to major"
    everything = Match(
        Severity.INDETERMINATE, Severity.CRITICAL, ("Delft",), ("olt",), ("power",), ("core-1",),
        10, frozenset({0, 1}), time(22), time(6), "UTC",
    )  # fmt: skip
    assert match_text(everything) == (
        "all, power, on olt, of core-1, at Delft, more than 10 customers, Mon Tue, 22:00–06:00 UTC"
    )


def test_turns_quiet_hours_and_people_in_words():
    route = Route(RouteId(1), "x", turns=frozenset({Turn.RAISED, Turn.UNACKED}), digest_minutes=15)
    assert turns_text(route) == "new, unacknowledged for 15 min; every 15 min together"
    contact = Contact(ContactId(1), "Mira", quiet_from=time(22), quiet_until=time(6))
    assert quiet_text(contact) == "22:00–06:00, critical comes through"
    assert quiet_text(Contact(ContactId(1), "Mira")) == ""
    assert people_text(replace(route, contact_ids=(ContactId(9),)), {}, {}) == ""
    assert set(TURNS) == set(Turn)
