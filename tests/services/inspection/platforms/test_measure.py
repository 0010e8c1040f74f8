"""From tables to sensors, pools and records, as the rules say."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from noc_console.services.inspection.model import Sensor
from noc_console.services.inspection.platforms.language import Context
from noc_console.services.inspection.platforms.measure import Measured, measure
from noc_console.services.inspection.platforms.schema import read
from tests.services.inspection.platforms.agent import device

ENTRY = "1.3.6.1.4.1.99.2.1"
HEAD = f'[[table]]\nentry = "{ENTRY}"\ncolumns = {{ name = 1, value = 2, other = 3 }}\n'


async def measured(rule: str, *cells: str, head: str = HEAD) -> Measured:
    """`cells` as `column.index|type|value`."""
    file = read("acme", tomllib.loads(head + rule))
    agent = device(*(f"{ENTRY}.{cell}" for cell in cells))
    return await measure(agent, file.tables, Context(ports={3: "ge-3"}))


async def one(rule: str, *cells: str) -> Sensor:
    (sensor,) = (await measured(f'[[table.sensor]]\nvalue = "value"\n{rule}', *cells)).sensors
    return sensor


async def test_a_sensor_has_name_value_and_the_way_to_read_it_again() -> None:
    sensor = await one(
        'class = "temperature"\nname = "{name} {index}"\ndivisor = 10\nhigh = "other"\n',
        "1.4|4|Board",
        "2.4|2|235",
        "3.4|2|700",
    )
    assert (sensor.kind, sensor.name, sensor.value) == ("temperature", "Board 4", 23.5)
    assert (sensor.reading.oid, sensor.reading.scale) == (f"{ENTRY}.2.4", pytest.approx(0.1))
    assert sensor.limit_high == 70.0


@pytest.mark.parametrize(
    ("rule", "raw", "value"),
    [
        ('convert = "fahrenheit"', "2|212", 100.0),
        ('convert = "kelvin"', "2|300", 26.85),
        ('convert = "dbm"\ndivisor = 1000', "2|1000", 0.0),
        ('convert = "dbm"', "2|0", -40.0),
        ('convert = "minutes"', "67|60000", 10.0),
        ('convert = "signed16"', "2|65535", -1.0),
        ('convert = "float32"', "4x|3fc00000", 1.5),
        ('convert = "hex"', "4x|0102", 258.0),
        ("multiplier = 1000", "2|3", 3000.0),
        ("offset = -5", "2|3", -2.0),
        ('decimals = "other"', "2|1234", 12.34),
        ('divisor = { by = "other", 2 = 4, other = 1 }', "2|8", 2.0),
        ('numbers = { "on" = 1, "off" = 0 }', "4|ON", 1.0),
    ],
)
async def test_raw_values_become_values(rule: str, raw: str, value: float) -> None:
    sensor = await one(f'class = "count"\n{rule}\n', f"2.1|{raw}", "3.1|2|2")
    assert sensor.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("rule", "raw"),
    [
        ('when = ["value > 0"]', "2|0"),
        ("between = [-40, 120]", "2|32767"),
        ('numbers = { "on" = 1 }', "4|broken"),
        ('divisor = "other"', "2|5"),
        ('class = { by = "other", 1 = "voltage" }', "2|5"),
    ],
)
async def test_rows_that_measure_nothing_are_no_sensors(rule: str, raw: str) -> None:
    kind = "" if rule.startswith("class") else 'class = "count"\n'
    text = f'[[table.sensor]]\nvalue = "value"\n{kind}{rule}\n'
    assert (await measured(text, f"2.1|{raw}", "3.1|2|0")).sensors == []


async def test_the_class_is_chosen_by_a_column() -> None:
    kinds = 'class = { by = "other", 1 = "voltage", 2 = "current" }\n'
    sensors = (
        await measured(
            f'[[table.sensor]]\nvalue = "value"\n{kinds}',
            *("2.1|2|5", "3.1|2|1", "2.2|2|6", "3.2|2|2", "2.3|2|7", "3.3|2|9"),
        )
    ).sensors
    assert [(each.kind, each.value) for each in sensors] == [("voltage", 5.0), ("current", 6.0)]


async def test_a_sensor_knows_its_interface() -> None:
    sensor = await one(
        'class = "dbm"\nname = "{port:index.1} receive"\nport = "{index.1}"\n', "2.3|2|-7"
    )
    assert (sensor.name, sensor.if_index) == ("ge-3 receive", 3)


@pytest.mark.parametrize(
    ("rule", "cells", "pool"),
    [
        ('used = "value"\ntotal = "other"', ("2.1|2|25", "3.1|2|100"), (100, 25, 25.0)),
        ('free = "value"\ntotal = "other"\nunit = 1024', ("2.1|2|1", "3.1|2|4"), (4096, 3072, 75)),
        ('used = "value"\nfree = "other"', ("2.1|2|1", "3.1|2|3"), (4, 1, 25.0)),
        ('percent = "value"', ("2.1|2|42",), (None, None, 42.0)),
        ('percent = "value"\nidle = true', ("2.1|2|42",), (None, None, 58.0)),
        ('percent = "value"\ntotal = "other"', ("2.1|2|50", "3.1|2|10"), (10, 5, 50.0)),
    ],
)
async def test_a_pool_is_reckoned_from_what_is_told(
    rule: str, cells: tuple[str, ...], pool: tuple[Any, ...]
) -> None:
    for what in ("memory", "storage"):
        found = await measured(f'[[table.{what}]]\nname = "{{index}}"\n{rule}\n', *cells)
        (each,) = getattr(found, what)
        assert (each.total_bytes, each.used_bytes, each.used_percent) == pool


async def test_a_pool_that_cannot_be_is_none() -> None:
    rule = '[[table.memory]]\nused = "value"\ntotal = "other"\n'
    assert (await measured(rule, "2.1|2|25", "3.1|2|0")).memory == []
    assert (await measured(rule, "2.1|2|250", "3.1|2|100")).memory == []


async def test_processors_are_shares_and_what_is_left_is_turned_round() -> None:
    rule = '[[table.processor]]\nvalue = "value"\nname = "CPU {index}"\nidle = true\n'
    (busy,) = (await measured(rule, "2.1|2|98")).processors
    assert (busy.name, busy.usage_percent, busy.reading.is_rest) == ("CPU 1", 2.0, True)
    assert (await measured(rule, "2.1|2|4294967295")).processors == []


async def test_columns_of_another_table_are_joined_by_an_index_made_of_the_row() -> None:
    head = (
        HEAD
        + 'join = [{ entry = "1.3.6.1.4.1.99.3.1", columns = { label = 4 }, by = "{other}" }]\n'
    )
    file = read(
        "acme",
        tomllib.loads(
            head + '[[table.sensor]]\nvalue = "value"\nclass = "count"\nname = "{label}"\n'
        ),
    )
    agent = device(f"{ENTRY}.2.1|2|5", f"{ENTRY}.3.1|2|77", "1.3.6.1.4.1.99.3.1.4.77|4|Shelf")
    (sensor,) = (await measure(agent, file.tables, Context())).sensors
    assert sensor.name == "Shelf"


async def test_scalars_are_a_table_of_one_row() -> None:
    text = """
[[table]]
[table.scalars]
charge = "1.3.6.1.4.1.99.9.1.0"
absent = "1.3.6.1.4.1.99.9.2.0"
  [[table.sensor]]
  class = "charge"
  value = "charge"
  [[table.sensor]]
  class = "charge"
  value = "absent"
"""
    file = read("acme", tomllib.loads(text))
    found = await measure(device("1.3.6.1.4.1.99.9.1.0|2|97"), file.tables, Context())
    (sensor,) = found.sensors
    assert (sensor.value, sensor.reading.oid) == (97.0, "1.3.6.1.4.1.99.9.1.0")


async def test_records_are_made_of_templates() -> None:
    rule = """
[[table.onu]]
serial = "{name}"
receive_dbm = "{value}"
port = "{index.1}"
[[table.vlan]]
vlan = "{index.1}"
name = "{name}"
[[table.transceiver]]
serial = "{name}"
port = "{index.1}"
wavelength = "{value} nm"
"""
    found = await measured(rule, "1.3|4|ABCD", "2.3|4|-21.5 dBm")
    (onu,), (vlan,), (optic,) = found.onus, found.vlans, found.transceivers
    assert (onu.serial, onu.receive_dbm, onu.port) == ("ABCD", -21.5, "3")
    assert (vlan.vlan, vlan.name) == (3, "ABCD")
    assert (optic.serial, optic.if_index) == ("ABCD", 3)


async def test_ports_that_only_the_vendors_table_has_are_numbered_after_the_others() -> None:
    rule = '[[table.interface]]\nif_index = "{index}"\noffset = "1000"\nname = "{name}"\n'
    found = await measured(rule, "1.4|4|pon4", "1.5|4|")
    assert [(port.if_index, port.name) for port in found.interfaces] == [(1004, "pon4")]


async def test_rows_are_summed_where_they_belong_together_and_read_again_together() -> None:
    rule = (
        '[[table.wireless]]\nclass = "clients"\nvalue = "value"\nname = "{name}"\n'
        'of_all = "sum"\nby = "{name}"\n'
    )
    cells = ("1.1|4|home", "2.1|2|3", "1.2|4|home", "2.2|2|4", "1.3|4|guest", "2.3|2|1")
    home, guest = (await measured(rule, *cells)).wireless
    assert (home.value, guest.value) == (7.0, 1.0)
    assert home.reading.less == ((f"{ENTRY}.2.2", -1.0),)


async def test_how_a_text_tells_its_number_is_kept_for_the_next_reading() -> None:
    sensor = await one('class = "load"\ntake = "([0-9.]+)%"\n', "2.1|4|5 Secs 35.27%")
    assert sensor.value == 35.27
    assert sensor.reading.decoding.number(b"5 Secs 12.5%") == 12.5


async def test_a_size_told_in_two_words_is_one_number() -> None:
    sizes = 'used = "value"\ntotal = "other"\nupper = { other = "name" }\n'
    rule = f'[[table.storage]]\nname = "pool"\n{sizes}'
    (pool,) = (await measured(rule, "2.1|66|4294967295", "3.1|66|0", "1.1|66|2")).storage
    assert (pool.total_bytes, pool.used_percent, pool.reading) == (2**33, pytest.approx(50), None)
