"""Small words of the inventory's values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    Grade,
    Interface,
    InterfaceId,
    Sensor,
    SensorId,
    SensorKind,
    is_current,
)


def test_an_interface_is_shown_with_what_the_operator_called_it() -> None:
    port = Interface(InterfaceId(1), DeviceId(1), 1, "et-0/0/1", alias="to core-2")
    assert port.label == "et-0/0/1 · to core-2"
    assert Interface(InterfaceId(1), DeviceId(1), 1, "eth0", alias="eth0").label == "eth0"


def test_a_device_without_a_credential_is_a_known_unknown() -> None:
    assert not Device(DeviceId(1), "core-2", "", 0).is_managed
    assert Device(DeviceId(1), "core-2", "10.0.0.2", 161, credential_id=3).is_managed


def test_every_kind_of_sensor_says_whether_it_is_a_radios() -> None:
    wireless = {kind for kind in SensorKind if kind.is_wireless}
    assert {SensorKind.CLIENTS, SensorKind.RSSI, SensorKind.XPI} <= wireless
    assert not wireless & {SensorKind.STATE, SensorKind.DBM, SensorKind.CPU, SensorKind.STORAGE}
    assert (SensorKind.DBM.unit, SensorKind.COUNT.unit) == ("dBm", "")


def test_a_state_is_told_in_the_devices_words() -> None:
    states = ((1, 1, "online"), (2, 3, ""))
    supply = Sensor(SensorId(1), DeviceId(1), SensorKind.STATE, "PSU", "1.2", states=states)
    assert (supply.word(1), supply.grade(1)) == ("online", Grade.GOOD)
    assert (supply.word(2), supply.grade(2)) == ("critical", Grade.CRITICAL)
    assert (supply.word(9), supply.grade(9)) == ("state 9", Grade.UNKNOWN)


def test_a_sensor_is_the_devices_for_a_day_after_it_was_last_told() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    device = Device(DeviceId(1), "a", "10.0.0.1", 161, inspected_at=at)
    sensor = Sensor(SensorId(1), DeviceId(1), SensorKind.CPU, "CPU", "1.2")
    assert is_current(sensor, device)
    assert is_current(replace(sensor, last_seen=at - timedelta(hours=23)), device)
    assert not is_current(replace(sensor, last_seen=at - timedelta(hours=25)), device)
    assert is_current(sensor, replace(device, inspected_at=None))
