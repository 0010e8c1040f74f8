"""Which device is asked how often for what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    DeviceType,
    Sensor,
    SensorId,
    SensorKind,
)
from noc_console.services.telemetry.model import PollPolicy, Tier
from noc_console.services.telemetry.rules import tiers

CORE = Tier("core", 10.0, types=(DeviceType.ROUTER,), words=("*-core-*",))
CPE = Tier("cpe", 300.0, words=("mikrotik", "cpe-?*"), sensors_s=900.0, optics_s=1800.0)
HOT = Tier("hot", 5.0, device_ids=(9,))
POLICY = PollPolicy(tiers=(CORE, CPE, HOT))


def device(number: int = 1, **facts: object) -> Device:
    made = Device(DeviceId(number), "x-1", "192.0.2.1", 161, type=DeviceType.ROUTER)
    return replace(made, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "tier"),
    [
        (device(name="ams-core-1"), "core"),
        (device(name="AMS-CORE-1"), "core"),
        (device(name="ams-core-1", type=DeviceType.SWITCH), ""),
        (device(vendor="MikroTik"), "cpe"),
        (device(name="cpe-"), ""),
        (device(9, name="ams-core-1"), "hot"),
        (device(), ""),
    ],
)
def test_a_device_named_itself_comes_first_then_the_first_class_that_fits(
    known: Device, tier: str
) -> None:
    assert tiers.rhythm_of(known, POLICY).tier == tier


def test_a_site_is_a_word_too() -> None:
    policy = PollPolicy(tiers=(Tier("pop", 20.0, words=("erfurt*",)),))
    assert tiers.rhythm_of(device(), policy, site_name="Erfurt, rack 1").interval_s == 20.0
    assert tiers.rhythm_of(device(), policy).interval_s == policy.interval_s


def test_sensors_are_never_asked_more_often_than_their_device() -> None:
    quick = Tier("quick", 120.0, types=(DeviceType.ROUTER,), sensors_s=10.0)
    rhythm = tiers.rhythm_of(device(), PollPolicy(tiers=(quick,)))
    assert (rhythm.interval_s, rhythm.sensors_s, rhythm.optics_s) == (120.0, 120.0, 120.0)
    slow = tiers.rhythm_of(device(vendor="mikrotik"), POLICY)
    assert (slow.interval_s, slow.sensors_s, slow.optics_s) == (300.0, 900.0, 1800.0)


@pytest.mark.parametrize("optics_s", [None, 1.0, 60.0])
def test_no_policy_reads_the_light_of_an_onu_more_than_once_an_hour(
    optics_s: float | None,
) -> None:
    tier = Tier("olt", 10.0, types=(DeviceType.OLT,), optics_s=optics_s)
    olt = device(type=DeviceType.OLT)
    rhythm = tiers.rhythm_of(olt, PollPolicy(tiers=(tier,)))
    light = Sensor(SensorId(1), olt.id, SensorKind.DBM, "ONU 7 receive", "1.3.6.1.4.1.1")
    heat = replace(light, kind=SensorKind.TEMPERATURE)
    assert tiers.least_between(olt.type, light, rhythm) == 3600.0
    assert tiers.least_between(olt.type, heat, rhythm) == 10.0
    assert tiers.least_between(DeviceType.ROUTER, light, rhythm) == rhythm.optics_s


def test_a_rarer_sweep_of_onus_is_anyones_choice() -> None:
    tier = Tier("olt", 60.0, types=(DeviceType.OLT,), optics_s=86_400.0)
    olt = device(type=DeviceType.OLT)
    light = Sensor(SensorId(1), olt.id, SensorKind.DBM, "ONU 7 receive", "1.3.6.1.4.1.1")
    rhythm = tiers.rhythm_of(olt, PollPolicy(tiers=(tier,)))
    assert tiers.least_between(olt.type, light, rhythm) == 86_400.0
