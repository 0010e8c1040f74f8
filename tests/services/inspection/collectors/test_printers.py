"""Printers."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.collectors import printers
from tests.services.inspection.collectors.recording import agent, table

DEVICES = table(
    "1.3.6.1.2.1.25.3.2.1",
    {2: {"1": ".1.3.6.1.2.1.25.3.1.5", "2": ".1.3.6.1.2.1.25.3.1.4"}, 5: {"1": 3, "2": 2}},
)
MARKER = table("1.3.6.1.2.1.43.10.2.1", {3: {"1.1": 8}, 4: {"1.1": 271_871}, 5: {"1.1": 138}})


async def test_a_printer_tells_its_state_its_errors_and_its_pages() -> None:
    errors = {"1.3.6.1.2.1.25.3.5.1.2.1": b"\x20\x00"}
    found = await printers.read(agent({**DEVICES, **MARKER, **errors}))
    assert [(s.kind, s.name, s.value) for s in found] == [
        ("state", "Printer status", 3.0),
        ("state", "Printer errors", 3.0),
        ("count", "Life time sheets", 271_871.0),
        ("count", "Since powered on: sheets", 138.0),
    ]
    assert (3, 1, "low toner") in found[1].states


@pytest.mark.parametrize(
    ("bits", "number"),
    [(b"\x00", 0), (b"\x80", 1), (b"\x04\x00", 6), (b"\x00\x02", 15), (b"\x00\x01", 0),
     (b"", None), (b"\x00" * 9, None), (7, None)],
)  # fmt: skip
def test_the_first_error_counts(bits: bytes | int, number: int | None) -> None:
    assert printers.first_error(bits) == number


async def test_a_printer_without_counters_is_known_by_its_supplies() -> None:
    found = await printers.read(agent({**DEVICES, "1.3.6.1.2.1.43.11.1.1.9.1.1": 80}))
    assert [(s.name, s.reading.oid) for s in found] == [
        ("Printer status", "1.3.6.1.2.1.25.3.2.1.5.1")
    ]


async def test_print_queues_of_a_host_are_no_printers() -> None:
    assert await printers.read(agent(DEVICES)) == ()


async def test_several_markers_are_told_apart() -> None:
    two = table("1.3.6.1.2.1.43.10.2.1", {3: {"1.1": 7, "1.2": 7}, 4: {"1.1": 10, "1.2": 20}})
    found = await printers.read(agent(two))
    assert [s.name for s in found] == [
        "Life time impressions of marker 1",
        "Life time impressions of marker 2",
    ]
