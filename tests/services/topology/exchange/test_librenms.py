"""What LibreNMS's API tells."""

from __future__ import annotations

import json

from noc_console.services.inventory.model import DeviceType
from noc_console.services.topology.exchange.reading import read

DEVICES = {
    "status": "ok",
    "devices": [
        {
            "device_id": 1,
            "hostname": "192.0.2.1",
            "sysName": "ams-cr1",
            "ip": "192.0.2.1",
            "type": "network",
            "os": "junos",
            "hardware": "MX204",
            "serial": "ABC1",
            "location": "Amsterdam",
            "lat": 52.37,
            "lng": 4.9,
        },
        {"device_id": 2, "hostname": "rtm-fw1", "sysName": "", "type": "firewall", "ip": ""},
    ],
}
LINKS = {
    "links": [
        {
            "id": 1,
            "local_port_id": 11,
            "local_device_id": 1,
            "remote_port_id": 21,
            "remote_hostname": "rtm-fw1",
            "remote_port": "port1",
            "remote_device_id": 2,
        },
        {
            "id": 2,
            "local_port_id": 21,
            "local_device_id": 2,
            "remote_port_id": 11,
            "remote_port": "xe-0/0/0",
            "remote_device_id": 1,
        },
        {"id": 3, "local_port_id": 11, "local_device_id": 1, "remote_device_id": 0},
    ]
}
PORTS = {
    "ports": [
        {"port_id": 11, "device_id": 1, "ifName": "xe-0/0/0", "ifSpeed": 10_000_000_000},
        {"port_id": 21, "device_id": 2, "ifName": "port1", "ifSpeed": 1_000_000_000},
    ]
}


def files(*told: object) -> list[tuple[str, bytes]]:
    return [(f"{n}.json", json.dumps(one).encode()) for n, one in enumerate(told)]


def test_a_connection_told_from_both_ends_is_one_link() -> None:
    found = read(files(DEVICES, LINKS, PORTS))
    (tie,) = found.ties
    assert (tie.a_port, tie.b_port, tie.speed_bps) == ("xe-0/0/0", "port1", 10**9)
    assert found.problems == ("1 links lead to devices LibreNMS does not know",)


def test_devices_come_with_their_place_and_kind() -> None:
    first, second = read(files(DEVICES)).items
    assert (first.name, first.site, first.latitude, first.model) == (
        "ams-cr1",
        "Amsterdam",
        52.37,
        "MX204",
    )
    assert (first.type, second.type, second.name) == (
        DeviceType.SWITCH,
        DeviceType.FIREWALL,
        "rtm-fw1",
    )


def test_without_ports_the_remote_name_is_kept() -> None:
    found = read(files(DEVICES, LINKS))
    assert {tie.b_port for tie in found.ties} == {"port1", "xe-0/0/0"}
