from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.alarms.model import Impact, Severity
from noc_console.services.notify.model import Contact, ContactId, Match
from noc_console.services.notify.rules.match import matches, next_gathering, quiet_until
from tests.services.notify.alarms import an_alarm

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday


def takes(match, at=AT, severity=Severity.MAJOR, kind="router", **of):
    alarm = an_alarm(**of)
    return matches(match, alarm, severity=severity, device_type=kind, at=at)


def test_an_empty_match_takes_every_alarm_from_warning_up():
    assert takes(Match())
    assert not takes(Match(), severity=Severity.INDETERMINATE)


def test_names_and_words_may_have_stars_and_capitals_do_not_matter():
    assert takes(Match(sites=("del*",))) and not takes(Match(sites=("Delfzijl",)))
    assert takes(Match(conditions=("unreach*",))) and not takes(Match(conditions=("power",)))
    assert takes(Match(device_types=("olt", "ROUTER"))) and not takes(Match(device_types=("olt",)))
    assert takes(Match(devices=("core-?",)))


def test_more_customers_than_so_many_and_nobody_knows_is_none():
    match = Match(customers_over=10)
    assert takes(match, impact=Impact(customers=11))
    assert not takes(match, impact=Impact(customers=10)) and not takes(match)


def test_times_are_local_and_a_night_belongs_to_the_day_it_began_on():
    night = Match(
        days=frozenset({0}),
        from_time=time(22),
        until_time=time(6),
        time_zone="Europe/Amsterdam",
    )
    assert takes(night, at=datetime(2026, 3, 2, 21, 30, tzinfo=UTC))  # Monday 22:30 there
    assert takes(night, at=datetime(2026, 3, 3, 4, 30, tzinfo=UTC))  # Tuesday 05:30: Monday's night
    assert not takes(night, at=datetime(2026, 3, 3, 5, 30, tzinfo=UTC))
    assert not takes(night, at=datetime(2026, 3, 2, 4, 30, tzinfo=UTC))  # Sunday's night
    assert not takes(night, at=datetime(2026, 3, 3, 21, 30, tzinfo=UTC))
    weekend = Match(days=frozenset({5, 6}))
    assert not takes(weekend) and takes(weekend, at=datetime(2026, 3, 7, 12, tzinfo=UTC))


QUIET = Contact(
    ContactId(1),
    "Mira",
    time_zone="Europe/Berlin",
    quiet_from=time(22),
    quiet_until=time(7),
)


def test_quiet_hours_end_by_the_clock_on_the_wall_also_when_it_changes():
    evening = datetime(2026, 3, 28, 22, tzinfo=UTC)  # 23:00; that night the clock goes forward
    assert quiet_until(QUIET, Severity.MAJOR, evening) == datetime(2026, 3, 29, 5, tzinfo=UTC)
    ordinary = datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert quiet_until(QUIET, Severity.MAJOR, ordinary) == datetime(2026, 3, 3, 6, tzinfo=UTC)
    early = datetime(2026, 3, 2, 3, tzinfo=UTC)
    assert quiet_until(QUIET, Severity.MAJOR, early) == datetime(2026, 3, 2, 6, tzinfo=UTC)


def test_the_severe_come_through_and_by_day_everything_does():
    night = datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert quiet_until(QUIET, Severity.CRITICAL, night) is None
    assert quiet_until(QUIET, Severity.MAJOR, AT) is None
    assert quiet_until(Contact(ContactId(1), "x"), Severity.MINOR, night) is None


@given(st.integers(0, 366 * 86_400))
def test_quiet_hours_always_end_within_a_day_and_a_message_then_is_not_quiet(second):
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    over = quiet_until(QUIET, Severity.MINOR, at)
    if over is not None:
        assert 0 <= (over - at).total_seconds() <= 10 * 3600
        assert quiet_until(QUIET, Severity.MINOR, over) in (None, over)


def test_what_is_gathered_goes_on_the_round_minute():
    at = datetime(2026, 3, 2, 12, 7, 3, tzinfo=UTC)
    assert next_gathering(at, 15) == datetime(2026, 3, 2, 12, 15, tzinfo=UTC)
    assert next_gathering(next_gathering(at, 15), 15) == datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
