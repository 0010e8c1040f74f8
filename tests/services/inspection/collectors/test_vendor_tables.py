"""Which rows of the vendors' tables measure something."""

from __future__ import annotations

from noc_console.services.inspection.collectors import sensors, vendor_tables
from noc_console.services.inspection.tables import Row
from noc_console.services.inventory.model import SeenInterface, SensorKind

PORTS = (SeenInterface(5, "xe-0/0/5"),)
PARTS = sensors.parts([((9,), {"name": b"Board", "inside": 0})], [])


def found(
    measures: tuple[sensors.Measure, ...], column: str, index: tuple[int, ...], row: Row
) -> list[tuple[SensorKind, str, float]]:
    return [
        (one.kind, one.name, one.scale)
        for measure in measures
        if measure.column == column
        for one in sensors.measured(measure, [(index, row)], PARTS, PORTS)
    ]


def test_only_physical_memory_counts() -> None:
    ram = {"type": "1.3.6.1.2.1.25.2.1.2", "name": b"Physical memory", "size": 1000, "used": 500}
    assert found(vendor_tables.HOST, "used", (1,), ram) == [
        (SensorKind.MEMORY, "Physical memory", 0.1)
    ]
    assert found(vendor_tables.HOST, "used", (1,), ram | {"name": b"Swap space"}) == []
    assert found(vendor_tables.HOST, "used", (1,), ram | {"type": "1.3.6.1.2.1.25.2.1.4"}) == []


def test_junipers_idle_parts_have_no_processor() -> None:
    juniper = vendor_tables.VENDOR_TABLES[vendor_tables.JUNIPER]
    fan = {"name": b"Fan", "cpu": 0, "buffer": 0, "temperature": 0}
    assert found(juniper, "cpu", (4, 1, 0, 0), fan) == []
    box = tuple(one for one in juniper if one.columns.entry.endswith(".3.1.13.1"))
    assert found(box, "temperature", (4, 1, 0, 0), fan) == []
    engine = {"name": b"RE 0", "cpu": 0, "buffer": 40}
    assert found(juniper, "cpu", (9, 1, 0, 0), engine) == [(SensorKind.CPU, "RE 0", 1.0)]


def test_optics_are_in_hundredths_and_named_by_their_port() -> None:
    juniper = vendor_tables.VENDOR_TABLES[vendor_tables.JUNIPER]
    (light,) = found(juniper, "received", (5,), {"received": -1234})
    assert light == (SensorKind.OPTICAL, "xe-0/0/5 receive", 0.01)


def test_huaweis_placeholders_are_no_readings() -> None:
    huawei = vendor_tables.VENDOR_TABLES[vendor_tables.HUAWEI]
    assert found(huawei, "temperature", (9,), {"temperature": 2**31 - 1}) == []
    assert found(huawei, "cpu", (9,), {"cpu": 12}) == [(SensorKind.CPU, "Board", 1.0)]


def test_mikrotiks_gauges_go_by_their_unit() -> None:
    mikrotik = vendor_tables.VENDOR_TABLES[vendor_tables.MIKROTIK]
    gauge = {"name": b"psu1-voltage", "value": 244, "unit": 3}
    assert found(mikrotik, "value", (13,), gauge) == [(SensorKind.VOLTAGE, "psu1-voltage", 0.1)]


def test_a_ups_on_battery_is_critical() -> None:
    source = next(one for one in vendor_tables.UPS_SCALARS if one.name == "Mains supply")
    assert dict(source.states)[3] == 1
    assert dict(source.states)[5] == 3


def test_ciscos_memory_beyond_four_gib_is_a_share_of_all_of_it() -> None:
    cisco = vendor_tables.VENDOR_TABLES[vendor_tables.CISCO]
    pool = {"name": b"processor", "used": 3_000_000_000, "free": 6_000_000_000}
    shares = {
        round(3_000_000_000 * scale, 2) for _, _, scale in found(cisco, "used", (10, 1), pool)
    }
    assert shares == {33.33}
