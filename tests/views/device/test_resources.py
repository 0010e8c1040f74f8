"""What fills up, as bars."""

from __future__ import annotations

from dataclasses import replace

from noc_console.services.inspection.model import (
    Findings,
    Memory,
    Processor,
    Reading,
    System,
    Verdict,
)
from noc_console.services.inventory.model import SensorKind
from noc_console.views.device import resources
from noc_console.views.device.gauges import Gauge
from tests.views.device.made import gauge, stack

NOTHING = Findings(System(), Verdict())


def live(number: int, kind: SensorKind, value: float | None, oid: str) -> Gauge:
    told = gauge(number, kind, value)
    return replace(told, sensor=replace(told.sensor, oid=oid))


def test_the_newest_value_counts_and_before_one_came_that_of_the_inspection() -> None:
    found = stack()
    (told,) = resources.processors(found, ())
    assert (told.name, told.share, told.key) == ("CPU 1", 0.2, None)
    (now,) = resources.processors(found, (live(7, SensorKind.CPU, 83.0, "1.5.1"),))
    assert (now.text, now.key) == ("83 %", 7)


def test_memory_says_how_much_that_is() -> None:
    (bar,) = resources.memory(stack(), (live(7, SensorKind.MEMORY, 25.0, "1.4.1"),))
    assert (bar.share, bar.detail) == (0.25, "512 MiB of 2.00 GiB")
    (disk,) = resources.storage(stack(), ())
    assert disk.is_bad and disk.detail == "990 MiB of 1.00 GiB"


def test_caches_come_after_what_fills_up() -> None:
    pools = (Memory("Cached", 1, 1, 99.0, None, "cached"), Memory("RAM", 1, 1, 10.0))
    assert [bar.name for bar in resources.memory(replace(NOTHING, memory=pools), ())] == [
        "RAM",
        "Cached",
    ]


def test_of_many_cores_the_busiest_and_all_together() -> None:
    cores = tuple(Processor(f"Core {n}", float(n), Reading(f"1.{n}")) for n in range(64))
    bars = resources.processors(replace(NOTHING, processors=cores), ())
    assert len(bars) == resources.MOST_BARS
    assert (bars[0].name, bars[0].text) == ("All 64 processors", "31 %")
    assert bars[1].name == "Core 63"


def test_a_device_found_by_an_older_console_has_bars_of_its_sensors() -> None:
    (bar,) = resources.processors(NOTHING, (gauge(1, SensorKind.CPU, 40.0, "RE 0"),))
    assert (bar.name, bar.text, bar.key) == ("RE 0", "40 %", 1)


def test_batteries_loads_and_powered_ports_are_the_supplies() -> None:
    gauges = (
        gauge(1, SensorKind.CHARGE, 5.0, "Battery"),
        gauge(2, SensorKind.LOAD, 40.0, "Output load"),
        gauge(3, SensorKind.RUNTIME, 12.0, "Runtime"),
        gauge(4, SensorKind.RUNTIME, None, "Silent"),
    )
    bars = resources.supplies(stack(), gauges)
    assert [(bar.name, bar.text) for bar in bars] == [
        ("Battery", "5 %"),
        ("Output load", "40 %"),
        ("Runtime", "12 min"),
        ("PoE", "6.5 W"),
    ]
    assert bars[0].is_bad and not bars[1].is_bad
    assert resources.poe_bar(()) is None


STATES = ((1, 1, "normal"), (3, 3, "critical"))


def test_what_is_wrong_comes_before_what_is_well() -> None:
    lines = resources.state_lines(
        (
            gauge(1, SensorKind.STATE, 1, "Fan 1", states=STATES),
            gauge(2, SensorKind.STATE, 3, "Fan 2", states=STATES),
            gauge(3, SensorKind.TEMPERATURE, 80.0, "Inlet", high=56.0),
            gauge(4, SensorKind.TEMPERATURE, 20.0, "Outlet", high=56.0),
        )
    )
    assert [text for text, _ in lines] == [
        "Fan 2: critical",
        "Inlet: 80.0 °C, beyond its limits",
        "1 part in good state",
    ]
