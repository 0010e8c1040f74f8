"""LLDP rows: whose number is which port, and who is at the other end."""

from __future__ import annotations

from noc_console.services.inspection.collectors import lldp
from noc_console.services.inventory.model import SeenInterface

PORTS = (
    SeenInterface(501, "xe-0/0/1", descr="xe-0/0/1", mac="00:1b:21:00:00:01"),
    SeenInterface(502, "xe-0/0/2", descr="port two", alias="to core", mac="00:1b:21:00:00:02"),
    SeenInterface(3, "me0", descr="me0", mac="00:1b:21:00:00:03"),
)
MAC = b"\x00\x1b\x22\x00\x00\x09"
REMOTE = {
    "chassisIdSubtype": 4,
    "chassisId": MAC,
    "portIdSubtype": 5,
    "portId": b"et-0/0/9",
    "portDesc": b"uplink",
    "sysName": b"core-2",
    "sysCapEnabled": b"\x28\x00",
}


def test_the_port_number_is_looked_up_by_name_mac_and_description() -> None:
    local = [
        ((1,), {"kind": 5, "id": b"xe-0/0/1"}),
        ((2,), {"kind": 3, "id": b"\x00\x1b\x21\x00\x00\x02"}),
        ((3,), {"kind": 7, "id": b"33", "descr": b"me0"}),
    ]
    assert lldp.local_ports(local, PORTS, {}) == {1: 501, 2: 502, 3: 3}


def test_a_number_without_words_goes_by_bridge_port_then_by_index() -> None:
    local = [((1,), {"kind": 7, "id": b"1"}), ((3,), {"kind": 7, "id": b"?"})]
    assert lldp.local_ports(local, PORTS, {1: 502}) == {1: 502, 3: 3}


def test_a_neighbour_is_read_with_its_address() -> None:
    managed = [
        ((0, 1, 4, 2, 16, 0x20, 1, *[0] * 13, 1), {}),
        ((0, 1, 4, 1, 4, 10, 0, 0, 2), {}),
    ]
    local = [((1,), {"kind": 5, "id": b"xe-0/0/1"})]
    (found,) = lldp.neighbours(local, [((0, 1, 4), REMOTE)], managed, PORTS, {})
    assert (found.if_index, found.remote_name, found.remote_port) == (501, "core-2", "et-0/0/9")
    assert (found.remote_chassis, found.remote_address) == ("00:1b:22:00:00:09", "10.0.0.2")
    assert "lldpRemSysName.0.1.4 = core-2" in found.raw
    assert not found.is_endpoint


def test_a_telephone_is_an_endpoint_and_one_that_bridges_too_is_not() -> None:
    phone = REMOTE | {"sysCapEnabled": b"\x04\x00"}
    switch = REMOTE | {"sysCapEnabled": b"\x24\x00"}
    found = lldp.neighbours([], [((0, 3, 1), phone), ((0, 3, 2), switch)], [], PORTS, {})
    assert [one.is_endpoint for one in found] == [True, False]


def test_ids_by_network_address_are_addresses() -> None:
    row = REMOTE | {"chassisIdSubtype": 5, "chassisId": b"\x01\x0a\x00\x00\x07"}
    (found,) = lldp.neighbours([], [((0, 3, 1), row)], [], PORTS, {})
    assert (found.remote_chassis, found.remote_address) == ("10.0.0.7", "10.0.0.7")


def test_a_port_nobody_has_is_told_as_no_port() -> None:
    (found,) = lldp.neighbours([], [((0, 77, 1), REMOTE)], [], PORTS, {})
    assert found.if_index is None
    assert lldp.neighbours([], [((0, 77), REMOTE)], [], PORTS, {}) == ()
