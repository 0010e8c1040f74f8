"""Single rules; how they work together is in the scenarios."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.services.alarms.model import Alarm, Condition
from noc_console.services.rootcause.model import Patience
from noc_console.services.rootcause.rules.causes import end_line
from noc_console.services.rootcause.rules.engine import Correlator
from tests.services.rootcause.plants import AT, Plant, access, chain, look


def kind(engine: Correlator, alarm: Alarm) -> str | None:
    reason = engine.reason_of(int(alarm.id))
    return None if reason is None else reason.kind


@pytest.mark.parametrize(
    ("dead", "is_power"),
    [
        (("s32",), False),
        (("s31", "s32"), True),
        (("r3", "s31", "s32", "s33", "u3"), True),
    ],
)
def test_power_explains_several_dead_devices_of_a_site_and_not_a_single_one(
    dead: tuple[str, ...], is_power: bool
) -> None:
    plant = chain().kill(*dead)
    plant.vantage = tuple(name for name in plant.names if name not in dead)[:1]
    power = plant.alarm("u3", Condition.POWER)
    engine = look(plant.say(power))
    site = engine.causes().site_power(4)
    assert (site is not None) is is_power


def test_a_third_of_a_large_site_is_power_and_less_is_not() -> None:
    plant = Plant(
        [("r0", "u1"), *(("r0", f"s{at}") for at in range(10, 20))],
        sites={"u1": 1} | {f"s{at}": 1 for at in range(10, 20)},
        vantage=("r0",),
    )
    plant.say(plant.alarm("u1", "ups-on-battery"))
    assert look(plant.kill("s10", "s11", "s12")).causes().site_power(1) is None
    assert look(plant.kill("s13")).causes().site_power(1) is not None
    assert look(plant).causes().site_power(None) is None


def test_a_site_of_one_router_and_its_ups_loses_power_with_the_router() -> None:
    plant = Plant([("r0", "r1"), ("r1", "u1")], sites={"r1": 1, "u1": 1}, vantage=("r0",))
    plant.say(plant.alarm("u1", "ups-on-battery"))
    plant.kill("r1")
    assert look(plant).causes().site_power(1) is not None


@pytest.mark.parametrize(("minutes", "is_old"), [(0, False), (14, False), (16, True)])
def test_what_a_dead_device_said_of_its_port_counts_if_the_other_end_said_so_at_that_time(
    minutes: int, is_old: bool
) -> None:
    plant = Plant([("r0", "s1")], vantage=("r0",)).kill("s1")
    old = plant.alarm(
        "s1",
        Condition.INTERFACE_DOWN,
        port=plant.port(0, "s1"),
        port_name="xe-0/0/1",
        at=AT - timedelta(minutes=minutes),
    )
    engine = look(plant.say(old))
    told = end_line(engine.ground, engine.standing, 0, 1, Patience())
    assert (told is None) is is_old
    assert end_line(engine.ground, engine.standing, 0, 0, Patience()) is not None


def test_nothing_is_wanted_of_an_olt_that_is_dead_or_whose_port_speaks_for_itself() -> None:
    plant = access(onus=8)
    plant.say(*(plant.alarm("o1", "onu-lost", other=f"onu:0/1/1:{at}") for at in range(6)))
    (common,) = look(plant).causes().wanted(plant.ids["o1"])
    assert (common.condition, common.many, common.known) == ("pon-dark", 6, 8)
    assert look(plant).causes().wanted(12_345) == []
    port = plant.alarm("o1", "pon-los", port=901, port_name="pon 0/1/1")
    assert look(plant, [*plant.alarms(), port]).causes().wanted(plant.ids["o1"]) == []
    plant.kill("o1")
    assert look(plant).causes().wanted(plant.ids["o1"]) == []


def test_an_alarm_of_no_device_and_of_a_device_nobody_knows_stands_for_itself() -> None:
    plant = Plant([("r0", "s1")], vantage=("r0",)).kill("s1")
    elsewhere = Plant([], alone=("s5", "s6", "s7", "s8", "s9"))
    stranger = elsewhere.alarm("s9", Condition.PROBE_FAILED, other="probe:1")
    engine = look(plant, [*plant.alarms(), stranger])
    assert kind(engine, stranger) is None
