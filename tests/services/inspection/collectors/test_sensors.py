"""Sensors from tables."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.collectors import sensors
from noc_console.services.inspection.tables import columns
from noc_console.services.inventory.model import SeenInterface, SensorKind

PORTS = (SeenInterface(5, "Te1/1/1"), SeenInterface(6, "Te1/1/11"))
ENTITIES = [
    ((1,), {"name": b"Chassis", "inside": 0}),
    ((20,), {"name": b"Te1/1/1", "inside": 1}),
    ((30,), {"name": b"optic", "inside": 20}),
    ((31,), {"name": b"Receive Power", "inside": 30}),
    ((40,), {"name": b"", "descr": b"Te1/1/11 Transmit", "inside": 1}),
    ((50,), {"name": b"loop", "inside": 50}),
]
PARTS = sensors.parts(ENTITIES, [((20, 0), {"identifier": "1.3.6.1.2.1.2.2.1.1.5"})])


def row(kind: int, value: int | None, **more: int) -> dict[str, int | None]:
    return {"type": kind, "scale": 9, "precision": 0, "value": value, "status": 1} | more


def read(rows: list[tuple[tuple[int, ...], dict[str, int | None]]]) -> list[sensors.SeenSensor]:
    return sensors.entity_sensors(sensors.ENTITY_SENSOR, rows, PARTS, PORTS)


def test_a_sensor_finds_the_port_it_sits_in() -> None:
    (found,) = read([((31,), row(14, -123, precision=1))])
    assert (found.kind, found.name, found.if_index) == (SensorKind.OPTICAL, "Receive Power", 5)
    assert found.scale == pytest.approx(0.1)
    assert found.oid == "1.3.6.1.2.1.99.1.1.1.4.31"


def test_a_sensor_outside_the_tree_finds_its_port_by_name() -> None:
    (found,) = read([((40,), row(14, -20))])
    assert found.if_index == 6


def test_scales_are_thousands() -> None:
    (found,) = read([((1,), row(4, 3300, scale=8))])
    assert found.scale == pytest.approx(0.001)


@pytest.mark.parametrize(
    "cells",
    [row(8, 20, status=2), row(8, None), row(12, 1), row(8, 20, precision=99), row(8, 1, scale=99)],
)
def test_sensors_that_do_not_work_or_make_no_sense_are_left_out(
    cells: dict[str, int | None],
) -> None:
    assert read([((1,), cells)]) == []


def test_a_tree_that_bites_its_tail_ends() -> None:
    assert PARTS.interface(50) is None


POOL = columns("1.3.6.1.9", name=2, used=5, free=6)


def test_used_and_free_make_percent() -> None:
    measure = sensors.Measure(
        POOL, "used", SensorKind.MEMORY, "{name}", total=lambda r: float(r["used"] + r["free"])
    )  # type: ignore[operator]
    rows = [((1,), {"name": b"Processor", "used": 25, "free": 75}), ((2,), {"used": 0, "free": 0})]
    (found,) = sensors.measured(measure, rows, PARTS, PORTS)
    assert (found.name, 25 * found.scale) == ("Processor", 25.0)


def test_a_name_from_a_device_cannot_format() -> None:
    measure = sensors.Measure(POOL, "used", SensorKind.CPU, "{name}")
    (found,) = sensors.measured(measure, [((1,), {"name": b"{0.__class__}", "used": 1})], PARTS, ())
    assert found.name == "{0.__class__}"


def test_scalars_out_of_their_range_are_left_out() -> None:
    specs = (
        sensors.Scalar("1.1", SensorKind.CHARGE, "Battery", sane=(0, 100)),
        sensors.Scalar("1.2", SensorKind.MEMORY, "Memory", rest="1.3"),
        sensors.Scalar("1.4", SensorKind.STATE, "Supply", states=((1, 1), (2, 3))),
    )
    good = sensors.scalar_sensors(specs, {"1.1": 80, "1.2": 30, "1.3": 70, "1.4": 2})
    assert [one.scale for one in good] == [1.0, 1.0, 1.0]
    assert sensors.scalar_sensors(specs, {"1.1": 255, "1.2": 30, "1.4": 9}) == []


def test_each_instance_is_kept_once_and_not_too_many() -> None:
    many = [sensors.SeenSensor(SensorKind.CPU, "a", f"1.{number % 600}") for number in range(1200)]
    kept = sensors.bounded(many)
    assert len(kept) == sensors.MOST
    assert len({one.oid for one in kept}) == sensors.MOST
