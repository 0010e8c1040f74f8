"""Which interface a neighbour means."""

from __future__ import annotations

import pytest

from noc_console.services.inventory.model import DeviceId, Interface, InterfaceId
from noc_console.services.inventory.rules import ports


def port(number: int, index: int, name: str, **more) -> Interface:
    return Interface(InterfaceId(number), DeviceId(1), index, name, **more)


HELD = (
    port(1, 10, "Gi0/1", descr="GigabitEthernet0/1", mac="00:1b:21:00:00:01", alias="to core-2"),
    port(2, 11, "Gi0/2", descr="GigabitEthernet0/2", mac="00:1b:21:00:00:02"),
    port(3, 513, "xe-0/0/1", descr="xe-0/0/1", mac="00:1b:21:00:00:03"),
    port(4, 12, "Vlan10", descr="Vlan10", mac="00:1b:21:00:00:02", type=136),
    port(5, 0, "Gi0/9", descr="GigabitEthernet0/9"),
)


@pytest.mark.parametrize(
    ("told", "descr", "number"),
    [
        ("Gi0/1", "", 1),
        ("GigabitEthernet0/2", "", 2),
        ("Gi 0/2", "", 2),
        ("gigabitethernet0/1", "", 1),
        ("00:1b:21:00:00:03", "", 3),
        ("001b.2100.0002", "", 2),
        ("513", "", 3),
        ("7", "xe-0/0/1", 3),
        ("to core-2", "", 1),
    ],
)
def test_a_port_is_found_by(told: str, descr: str, number: int) -> None:
    found = ports.find(HELD, told, descr)
    assert found is not None
    assert found.id == number


@pytest.mark.parametrize("told", ["", "Gi0/9", "Gi0/77", "00:00:00:00:00:09", "99999999999999"])
def test_a_port_is_not_found_by(told: str) -> None:
    assert ports.find(HELD, told) is None


def test_a_word_that_fits_two_ports_fits_none() -> None:
    twins = (port(1, 1, "eth", descr="a"), port(2, 2, "eth", descr="b"))
    assert ports.find(twins, "eth") is None
    assert ports.find(twins, "eth", "b") == twins[1]


def test_no_cable_ends_in_a_bundle_or_a_vlan() -> None:
    assert ports.is_logical(port(1, 1, "ae0", type=161))
    assert not ports.is_logical(port(1, 1, "ge-0/0/0", type=6))


@pytest.mark.parametrize(
    ("name", "brief"),
    [("TenGigabitEthernet1/1/1", "te1/1/1"), ("Ethernet11", "eth11"), ("Port-channel 3", "po3")],
)
def test_names_are_abbreviated_as_people_do(name: str, brief: str) -> None:
    assert ports.short(name) == brief
