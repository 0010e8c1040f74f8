"""ENTITY-SENSOR-MIB with Cisco's and Arista's additions."""

from __future__ import annotations

from noc_console.services.inspection.collectors import entity_sensors
from noc_console.services.inspection.model import Entity, Sensor
from tests.services.inspection.collectors.recording import agent, table

STANDARD = "1.3.6.1.2.1.99.1.1.1"
CISCO = "1.3.6.1.4.1.9.9.91.1.1.1.1"
PARTS = (
    Entity(1, 0, "chassis", name="Chassis"),
    Entity(40, 1, "port", name="Te1/1/4", if_index=404),
    Entity(41, 40, "module", name="SFP-10G-LR"),
    Entity(5, 41, "sensor", name="Te1/1/4 Transmit Power Sensor"),
    Entity(6, 1, "sensor", descr="RPM sensor for fan 1/1"),
    Entity(7, 7, "sensor", name="Inside itself"),
)

Cells = dict[str, int | str | bytes | None]


def row(entry: str, index: int, kind: int, scale: int, precision: int, value: int) -> Cells:
    return table(
        entry,
        {1: {f"{index}": kind}, 2: {f"{index}": scale}, 3: {f"{index}": precision},
         4: {f"{index}": value}},
    )  # fmt: skip


async def read(cells: Cells) -> tuple[Sensor, ...]:
    return await entity_sensors.read(agent(cells), PARTS)


async def test_scale_and_precision_make_the_value() -> None:
    milli = {**row(STANDARD, 6, 10, 9, 0, 4136), **row(STANDARD, 9, 8, 8, 0, 27_375)}
    fan, heat = await read(milli)
    assert (fan.kind, fan.name, fan.value, fan.group) == (
        "fanspeed",
        "RPM for fan 1/1",
        4136,
        "Chassis",
    )
    assert (heat.kind, heat.name, heat.value) == ("temperature", "temperature 9", 27.375)


async def test_a_sensor_knows_the_interface_of_its_module() -> None:
    (light,) = await read(row(CISCO, 5, 14, 9, 1, -56))
    assert (light.kind, light.value) == ("dbm", -5.6)
    assert (light.name, light.if_index, light.group) == (
        "Te1/1/4 Transmit Power",
        404,
        "SFP-10G-LR",
    )


async def test_milliwatts_of_light_are_dbm() -> None:
    (light,) = await read(row(STANDARD, 5, 6, 8, 4, 2210))
    assert (light.kind, light.value) == ("dbm", -6.556)
    assert light.reading.is_logarithmic
    assert 2210 * light.reading.scale == 0.221


async def test_darkness_and_values_out_of_range_are_no_readings() -> None:
    assert await read(row(STANDARD, 5, 6, 8, 4, 0)) == ()
    assert await read(row(STANDARD, 6, 8, 9, 0, -1_000_000_000)) == ()
    assert await read(row(STANDARD, 6, 8, 9, 99, 5)) == ()


async def test_a_sensor_out_of_order_is_left_out() -> None:
    assert await read({**row(STANDARD, 6, 8, 9, 0, 0), f"{STANDARD}.5.6": 3}) == ()


async def test_switches_have_no_unit() -> None:
    assert await read(row(STANDARD, 6, 12, 9, 0, 1)) == ()


async def test_the_same_sensor_in_both_tables_is_one() -> None:
    (one,) = await read({**row(STANDARD, 6, 8, 9, 0, 41), **row(CISCO, 6, 8, 9, 0, 41)})
    assert one.reading.oid == f"{CISCO}.4.6"


async def test_major_thresholds_are_limits_and_minor_ones_warnings() -> None:
    limits = table(
        "1.3.6.1.4.1.9.9.91.1.2.1.1",
        {
            2: {"6.1": 30, "6.2": 10, "6.3": 10, "6.4": 20},
            3: {"6.1": 4, "6.2": 4, "6.3": 2, "6.4": 1},
            4: {"6.1": 1100, "6.2": 950, "6.3": -50, "6.4": -100},
        },
    )
    (heat,) = await read({**row(CISCO, 6, 8, 9, 1, 345), **limits})
    assert (heat.limit_low, heat.limit_high) == (-10.0, 110.0)
    assert (heat.warn_low, heat.warn_high) == (-5.0, 95.0)


async def test_arista_marks_absent_thresholds_with_a_thousand_million() -> None:
    limits = table(
        "1.3.6.1.4.1.30065.3.12.1.1.1",
        {1: {"6": -1_000_000_000}, 2: {"6": -1_000_000_000}, 3: {"6": 950}, 4: {"6": 1000}},
    )
    (heat,) = await read({**row(STANDARD, 6, 8, 9, 1, 418), **limits})
    assert (heat.limit_low, heat.limit_high, heat.warn_high) == (None, 100.0, 95.0)


def test_a_part_inside_itself_ends_the_way_out() -> None:
    names = entity_sensors.Names.of(PARTS)
    assert [part.index for part in names.inside(7)] == [7]
    assert (names.group(7), names.if_index(7), names.name(999)) == ("", None, "")
