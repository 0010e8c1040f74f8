from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.services.alarms.model import AlarmId, Condition, Severity
from noc_console.services.notify.model import NotifyPolicy, Route, RouteId, Told, Turn
from noc_console.services.notify.rules.turns import due, is_loud, look_at, patience
from tests.services.notify.alarms import an_alarm

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
POLICY = NotifyPolicy()


def after(seconds, alarm, told=None, **more):
    """What is to be told when the alarm has been as it is for so long."""
    since = AT - timedelta(seconds=seconds)
    return due(alarm, told or Told(12), since=since, at=AT, policy=POLICY, **more)


def test_an_alarm_is_told_once_it_stood_for_twenty_seconds_and_then_no_more():
    assert after(19, an_alarm())[0] is None
    now, told = after(20, an_alarm())
    assert (now.turn, now.severity) == (Turn.RAISED, Severity.MAJOR)
    assert after(1000, an_alarm(), told) == (None, told)


def test_a_critical_one_waits_for_five():
    critical = an_alarm(Severity.CRITICAL)
    assert patience(critical, POLICY) == 5
    assert after(4, critical)[0] is None and after(5, critical)[0].turn is Turn.RAISED


@pytest.mark.parametrize(
    "silent",
    [
        an_alarm(root_id=AlarmId(3)),
        an_alarm(suppressed=True),
        an_alarm(shelved_until=AT + timedelta(hours=1)),
        an_alarm(Severity.CLEARED, cleared_at=AT),
        an_alarm(acked_by="mira"),
    ],
    ids=["folded", "suppressed", "shelved", "over", "acknowledged"],
)
def test_only_roots_that_nobody_deals_with_are_told(silent):
    assert after(1000, silent) == (None, Told(12))


def test_what_grew_worse_is_told_again_and_what_eased_is_not():
    told = Told(12, Severity.MAJOR, at=AT)
    now, worse = after(60, an_alarm(Severity.CRITICAL), told)
    assert now.turn is Turn.ESCALATED and worse.severity is Severity.CRITICAL
    assert after(60, an_alarm(Severity.MINOR), worse)[0] is None


def test_the_end_is_told_after_a_minute_and_only_of_what_was_told():
    over = an_alarm(Severity.CLEARED, cleared_at=AT)
    told = Told(12, Severity.MAJOR, at=AT)
    assert after(59, over, told)[0] is None
    now, ended = after(60, over, told)
    assert (now.turn, now.severity) == (Turn.CLEARED, Severity.MAJOR)
    assert (ended.severity, ended.episode) == (Severity.CLEARED, 2)
    assert after(1000, over)[0] is None


def test_an_acknowledgement_is_told_once_and_taking_it_back_begins_the_wait_anew():
    told = Told(12, Severity.MAJOR, at=AT - timedelta(hours=1))
    now, acked = after(60, an_alarm(acked_by="mira"), told)
    assert now.turn is Turn.ACKNOWLEDGED
    assert after(60, an_alarm(acked_by="mira"), acked)[0] is None
    nothing, back = after(60, an_alarm(), acked)
    assert nothing is None and back.at == AT


def test_each_route_tells_once_that_nobody_acknowledged():
    first = Route(RouteId(1), "15", turns=frozenset({Turn.UNACKED}), unacked_minutes=15)
    second = replace(first, id=RouteId(2), name="30", unacked_minutes=30)
    told = Told(12, Severity.MAJOR, at=AT - timedelta(minutes=14))
    assert after(900, an_alarm(), told, routes=(first, second))[0] is None
    told = replace(told, at=AT - timedelta(minutes=15))
    now, reminded = after(900, an_alarm(), told, routes=(first, second))
    assert (now.turn, now.route_ids) == (Turn.UNACKED, (1,))
    assert after(900, an_alarm(), reminded, routes=(first, second))[0] is None
    later = replace(reminded, at=AT - timedelta(minutes=31))
    assert after(900, an_alarm(), later, routes=(first, second))[0].route_ids == (2,)
    assert after(900, an_alarm(acked_by="x"), replace(later, is_ack_told=True),
                 routes=(first, second))[0] is None  # fmt: skip


def test_that_it_flaps_is_no_news_where_the_trouble_was_told():
    flapping = an_alarm(Severity.MINOR, condition=Condition.FLAPPING)
    now, told = after(60, flapping, told_objects={"device:7"})
    assert now is None and told.severity is Severity.MINOR
    assert after(60, flapping)[0].turn is Turn.RAISED


def test_it_is_looked_at_again_only_when_something_may_be_due():
    untold = Told(12)

    def look(alarm, told=untold, **more):
        return look_at(alarm, told, since=AT, policy=POLICY, **more)

    assert look(an_alarm()) == AT + timedelta(seconds=20)
    told = Told(12, Severity.MAJOR, at=AT)
    assert look(an_alarm(), told) is None
    assert look(an_alarm(Severity.CLEARED, cleared_at=AT), told) == AT + timedelta(seconds=60)
    nag = Route(RouteId(1), "15", turns=frozenset({Turn.UNACKED}), unacked_minutes=15)
    assert look(an_alarm(), told, routes=(nag,)) == AT + timedelta(minutes=15)
    assert look(an_alarm(), replace(told, reminded=(RouteId(1),)), routes=(nag,)) is None
    assert look(an_alarm(acked_by="x"), told, routes=(nag,)) is None


def test_loud_is_what_speaks_for_itself():
    assert is_loud(an_alarm()) and is_loud(an_alarm(acked_by="mira"))
