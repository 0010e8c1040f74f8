from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.services.secrets.uses import Use, Uses

NOW = datetime(2026, 3, 1, tzinfo=UTC)
POLL = Use("acme", "collector", "core", "polling")


def test_a_program_says_the_same_use_once_an_hour_with_how_often_it_was() -> None:
    uses = Uses(every=False)
    uses.note(POLL)
    due = uses.due("acme", NOW)
    assert [(event.name, event.purpose, event.count) for _, event in due] == [
        ("core", "polling", 1)
    ]
    uses.told(due, NOW)
    for _ in range(59):
        uses.note(POLL)
    assert uses.due("acme", NOW + timedelta(minutes=59)) == ()
    [(_, event)] = uses.due("acme", NOW + timedelta(minutes=61))
    assert event.count == 59


def test_what_a_person_does_is_said_each_time() -> None:
    uses = Uses(every=True)
    for minute in range(3):
        uses.note(POLL)
        due = uses.due("acme", NOW + timedelta(minutes=minute))
        assert len(due) == 1
        uses.told(due, NOW)


def test_what_could_not_be_written_is_still_due() -> None:
    uses = Uses(every=False)
    uses.note(POLL)
    assert uses.due("acme", NOW)
    assert uses.due("acme", NOW)
    assert uses.due("other", NOW) == ()
    assert uses.tenants() == {"acme"}


def test_a_use_between_the_asking_and_the_telling_is_not_lost() -> None:
    uses = Uses(every=True)
    uses.note(POLL)
    due = uses.due("acme", NOW)
    uses.note(POLL)
    uses.told(due, NOW)
    [(_, event)] = uses.due("acme", NOW)
    assert event.count == 1


def test_a_clock_that_was_set_back_silences_nothing() -> None:
    uses = Uses(every=False)
    uses.note(POLL)
    uses.told(uses.due("acme", NOW), NOW)
    uses.note(POLL)
    assert uses.due("acme", NOW - timedelta(days=1))
