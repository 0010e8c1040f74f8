"""What is known is found by whoever tells of it."""

from __future__ import annotations

from noc_console.services.rootcause.rules.causes import ALARM, PORT
from noc_console.services.rootcause.rules.known import Known
from noc_console.services.rootcause.rules.shade import BOX, CABLE, NOBODY
from tests.services.rootcause.plants import Plant, called, look, ring, tree


def test_before_anything_stands_nothing_is_known() -> None:
    known = Known(tree(width=1, depth=1).network())
    assert known.root_of(1) is None
    assert known.reason_of(1) is None
    assert known.shade.cause == [None, None]
    assert known.alarm_at(known.causes(), (BOX, 0)) is None
    assert known.alarm_at(known.causes(), (CABLE, 0)) is None


def test_boxes_cables_ports_and_alarms_are_spoken_for_by_their_alarm() -> None:
    plant = tree(width=1, depth=1).kill("s1")
    engine = look(plant)
    causes = engine.causes()
    dead, down = sorted(engine.standing.alarms.values(), key=called, reverse=True)
    assert engine.alarm_at(causes, (BOX, 1)) is dead
    assert engine.alarm_at(causes, (PORT, plant.port(0, "r0"))) is down
    assert engine.alarm_at(causes, (CABLE, 0)) is down
    assert engine.alarm_at(causes, (ALARM, int(dead.id))) is dead
    assert engine.alarm_at(causes, (NOBODY, 1)) is None


def test_a_cable_both_ends_call_down_is_spoken_for_by_one() -> None:
    plant = ring(4).snap("s1", "s2")
    engine = look(plant)
    (cable,) = engine.down
    alarm = engine.alarm_at(engine.causes(), (CABLE, cable))
    assert alarm is not None
    assert alarm.device_name == "s1"


def test_the_lowest_end_speaks_wherever_the_cable_was_drawn_from() -> None:
    plant = Plant([("r0", "s2"), ("s2", "s1"), ("s1", "r0")], vantage=("r0",)).snap("s2", "s1")
    engine = look(plant)
    alarm = engine.alarm_at(engine.causes(), (CABLE, next(iter(engine.down))))
    assert alarm is not None
    assert alarm.device_name == "s1"
