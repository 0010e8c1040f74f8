"""What rules and replays are."""

from datetime import UTC, datetime, timedelta

from noc_console.services.detection.model import Replay, Scope

START = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_scope_is_as_narrow_as_it_has_keys() -> None:
    assert Scope().width == 0
    assert Scope(types=("router",), linked=False).width == 2


def test_only_words_about_interfaces_make_a_scope_of_interfaces() -> None:
    assert not Scope(types=("router",), sensors=("x",)).is_of_ports
    assert Scope(linked=False).is_of_ports
    assert Scope(aliases=("x",)).is_of_ports


def test_alarms_a_day_are_of_the_span() -> None:
    replay = Replay("x", START, START + timedelta(days=2), (), 10, total=6)
    assert replay.per_day == 3
    assert Replay("x", START, START, (), 10, total=6).per_day == 0
