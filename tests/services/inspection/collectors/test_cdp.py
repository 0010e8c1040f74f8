"""CDP's cache and MikroTik's neighbours."""

from __future__ import annotations

from noc_console.services.inspection.collectors.cdp import cdp, mndp


def test_a_cdp_row_tells_our_port_and_theirs() -> None:
    row = {
        "addressType": 1,
        "address": b"\x0a\x00\x00\x02",
        "deviceId": b"core-2(FOC2145X0AB)",
        "devicePort": b"GigabitEthernet0/2",
        "capabilities": b"\x00\x00\x00\x29",
    }
    (found,) = cdp([((10101, 3), row), ((7,), row)])
    assert (found.if_index, found.remote_name) == (10101, "core-2")
    assert (found.remote_port, found.remote_address) == ("GigabitEthernet0/2", "10.0.0.2")
    assert not found.is_endpoint


def test_a_phone_is_an_endpoint() -> None:
    (found,) = cdp([((1, 1), {"deviceId": b"SEP00", "capabilities": b"\x00\x00\x04\x90"})])
    assert found.is_endpoint


def test_a_mikrotik_neighbour_has_no_port() -> None:
    row = {
        "ipAddress": "10.0.0.9",
        "macAddress": b"\x00\x1b\x22\x00\x00\x09",
        "identity": b"ap-9",
        "interfaceID": 4,
    }
    (found,) = mndp([((1,), row)])
    assert (found.if_index, found.remote_name, found.remote_port) == (4, "ap-9", "")
    assert (found.remote_address, found.remote_chassis) == ("10.0.0.9", "00:1b:22:00:00:09")
