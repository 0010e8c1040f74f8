"""What stands, found by device and port."""

from __future__ import annotations

from noc_console.services.alarms.model import Condition
from noc_console.services.rootcause.rules.standing import Standing
from tests.services.rootcause.plants import Plant, cleared

PLANT = Plant([("s1", "s2")])
UNREACHABLE = PLANT.unreachable("s1")
DOWN = PLANT.down(0, "s1")
PORT = PLANT.port(0, "s1")
S1 = PLANT.ids["s1"]


def test_alarms_are_found_until_they_clear() -> None:
    standing = Standing()
    assert standing.take([UNREACHABLE, DOWN]) == {S1}
    assert (standing.box(S1), standing.line(PORT)) == (UNREACHABLE, DOWN)
    assert set(standing.of_device(S1)) == {UNREACHABLE, DOWN}
    assert standing.take([cleared(UNREACHABLE)]) == {S1}
    assert standing.box(S1) is None
    assert standing.forget([int(DOWN.id), 999]) == {S1}
    assert standing.line(PORT) is None
    assert list(standing.of_device(S1)) == []


def test_what_was_never_seen_standing_is_no_news() -> None:
    assert Standing().take([cleared(UNREACHABLE)]) == set()


def test_flapping_speaks_for_the_alarm_it_suppresses() -> None:
    standing = Standing()
    text = "interface down comes and goes: 4 changes in 5 min"
    flap = PLANT.alarm("s1", Condition.FLAPPING, port=PORT, port_name="xe-0/0/0", text=text)
    shy = PLANT.alarm(
        "s1", Condition.INTERFACE_DOWN, port=PORT, port_name="xe-0/0/0", suppressed=True
    )
    standing.take([flap])
    assert standing.line(PORT) is flap
    standing.take([shy])
    assert standing.line(PORT) is flap
    assert standing.flap_of(shy) is flap
    assert standing.flap_of(flap) is None


def test_flapping_of_something_else_speaks_for_nothing() -> None:
    standing = Standing()
    flap = PLANT.alarm("s1", Condition.FLAPPING, text="cpu comes and goes: 4 changes in 5 min")
    dead = PLANT.alarm("s1", Condition.UNREACHABLE, suppressed=True)
    standing.take([flap, dead])
    assert standing.box(S1) is dead
    assert standing.flap_of(dead) is None


def test_marks_go_with_the_last_alarm_of_their_kind() -> None:
    standing = Standing()
    power, battery = PLANT.alarm("s1", "power"), PLANT.alarm("s1", "battery-low")
    session = PLANT.alarm("s1", "bgp-session-lost", other="bgp:192.0.2.1")
    storm = PLANT.alarm("s1", Condition.STORM)
    onu = PLANT.alarm("s1", "onu-lost", other="onu:0/1/1:3")
    standing.take([power, battery, session, storm, onu])
    assert (standing.powers, standing.olts) == ({S1}, {S1})
    assert (standing.sessions, standing.storms) == ({session.id}, {storm.id})
    standing.take([cleared(power)])
    assert standing.powers == {S1}
    standing.take(map(cleared, (battery, session, storm, onu)))
    assert not (standing.powers or standing.olts or standing.sessions or standing.storms)


def test_an_alarm_about_a_sensor_or_something_else_of_a_device_is_not_about_the_device() -> None:
    standing = Standing()
    standing.take([PLANT.alarm("s1", Condition.UNREACHABLE, other="bmc")])
    assert standing.box(S1) is None
