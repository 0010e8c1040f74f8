"""Sites from what operators write into sysLocation."""

from __future__ import annotations

import pytest

from noc_console.services.inventory.rules.places import Place, parse


@pytest.mark.parametrize(
    ("location", "place"),
    [
        (
            "Amsterdam, Keizersgracht 1; 52.37,4.89",
            Place("Amsterdam, Keizersgracht 1", 52.37, 4.89),
        ),
        (
            "Amsterdam, Gyroscoopweg 60, rack A3 [52.3968, 4.8393]",
            Place("Amsterdam, Gyroscoopweg 60", 52.3968, 4.8393),
        ),
        ("Utrecht [52.09, 5.12]", Place("Utrecht", 52.09, 5.12)),
        ("Delft, Markt 1, Room 12, rack: 4", Place("Delft, Markt 1")),
        ("52.37, 4.89", Place("52.3700, 4.8900", 52.37, 4.89)),
        ("Server room", Place("Server room")),
        ("Melbourne (-37.8136, 144.9631)", Place("Melbourne", -37.8136, 144.9631)),
    ],
)
def test_a_location_names_a_place(location: str, place: Place) -> None:
    assert parse(location) == place


@pytest.mark.parametrize(
    "location",
    ["", "   ", "Unknown (edit /etc/snmp/snmpd.conf)", "<private>", "not set", "--", "n/a"],
)
def test_a_makers_default_is_no_place(location: str) -> None:
    assert parse(location) is None


def test_numbers_that_are_no_coordinates_stay_in_the_name() -> None:
    found = parse("Site 99.5, 200.1")
    assert found is not None
    assert found.latitude is None


def test_an_endless_location_is_cut() -> None:
    found = parse("x" * 100_000)
    assert found is not None
    assert len(found.name) <= 120
