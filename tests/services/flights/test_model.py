from dataclasses import replace
from datetime import UTC, datetime, timedelta

from noc_console.services.flights.model import UNBORN, Flight, Gates, Kind, Phase, Report, Stand

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_every_phase_is_before_in_or_after_the_air():
    assert {phase for phase in Phase if phase.is_in_the_air} == {Phase.FLYING, Phase.UNDOING}
    assert not any(phase.is_over and phase.is_in_the_air for phase in Phase)


def test_what_may_have_changed_a_device_has_to_be_taken_back():
    assert {stand for stand in Stand if stand.is_touched} == {
        Stand.CHANGING, Stand.HELD, Stand.ASKS, Stand.KEPT, Stand.UNDOING,
    }  # fmt: skip


def test_a_report_tells_how_long_it_took():
    flight = Flight(UNBORN, "x", Kind.CHANGE, "y", "mira", NOW)
    assert Report(flight, (), ()).took is None
    flown = replace(flight, began_at=NOW, ended_at=NOW + timedelta(minutes=5))
    assert Report(flown, (), ()).took == timedelta(minutes=5)


def test_gates_tell_in_words_what_they_leave_out():
    assert Gates().not_watched == ()
    off = Gates(ports=False, sessions=False, alarms=False, errors=False, traffic_drop=0.0)
    assert off.not_watched == ("ports", "routing sessions", "alarms", "errors", "traffic")
