"""Names of interface kinds."""

from __future__ import annotations

import pytest

from noc_console.services.inspection import iftypes


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (1, "other"),
        (6, "ethernetCsmacd"),
        (24, "softwareLoopback"),
        (53, "propVirtual"),
        (117, "gigabitEthernet"),
        (135, "l2vlan"),
        (161, "ieee8023adLag"),
        (196, "opticalTransport"),
        (250, "gpon"),
        (272, "vmwareNicTeam"),
        (277, "docsOfdmDownstream"),
        (303, "p2pOverLan"),
    ],
)
def test_numbers_have_the_names_of_the_registry(kind: int, name: str) -> None:
    assert iftypes.name_of(kind) == name


def test_a_number_the_registry_does_not_know_is_shown_as_it_is() -> None:
    assert [iftypes.name_of(kind) for kind in (0, 273, 9999, None)] == ["0", "273", "9999", ""]
