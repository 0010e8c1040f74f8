"""Exports of NetBox: its import form, a page's current view, and the API."""

from __future__ import annotations

import json

from noc_console.services.inventory.model import DeviceType
from noc_console.services.topology.exchange.reading import read

DEVICES = (
    "name,status,site,rack,role,manufacturer,device_type,primary_ip,serial\n"
    "ams-cr1,Active,Amsterdam,R1,Core router,Juniper,MX204,192.0.2.1/32,ABC1\n"
    'ams-as1,Active,Amsterdam,R1,"Access switch",Cisco,C9300,192.0.2.2/32,\n'
)
SITES = "name,latitude,longitude\nAmsterdam,52.37,4.9\n"


def test_tables_of_its_import_form_become_a_network() -> None:
    cables = (
        "side_a_device,side_a_type,side_a_name,side_b_device,side_b_type,side_b_name\n"
        "ams-cr1,dcim.interface,xe-0/0/0,ams-as1,dcim.interface,Te1/1/1\n"
    )
    found = read(
        [("d.csv", DEVICES.encode()), ("c.csv", cables.encode()), ("s.csv", SITES.encode())]
    )
    first = found.items[0]
    assert (first.name, first.address, first.vendor, first.model) == (
        "ams-cr1",
        "192.0.2.1",
        "Juniper",
        "MX204",
    )
    assert (first.type, first.latitude, first.serial) == (DeviceType.ROUTER, 52.37, "ABC1")
    assert found.items[1].type is DeviceType.SWITCH
    (tie,) = found.ties
    assert (tie.a, tie.a_port, tie.b, tie.b_port) == ("ams-cr1", "xe-0/0/0", "ams-as1", "Te1/1/1")
    assert found.title == "NetBox" and not found.problems


def test_the_current_view_of_its_pages_is_read() -> None:
    devices = DEVICES.replace("primary_ip", "IP Address").replace("device_type", "Type")
    cables = (
        "ID,Label,Device A,Termination A,Device B,Termination B\n"
        "1,,ams-cr1,xe-0/0/0,ams-as1,Te1/1/1\n"
    )
    found = read([("d.csv", devices.encode()), ("c.csv", cables.encode())])
    assert found.items[0].address == "192.0.2.1" and len(found.ties) == 1


def test_cables_that_name_only_numbers_are_told() -> None:
    cables = (
        "termination_a_type,termination_a_id,termination_b_type,termination_b_id\n"
        "dcim.interface,1,dcim.interface,2\n"
    )
    found = read([("d.csv", DEVICES.encode()), ("c.csv", cables.encode())])
    assert not found.ties and "do not name the devices" in found.problems[0]


def test_the_api_s_answers_are_read() -> None:
    site = {"id": 1, "name": "Amsterdam", "slug": "ams"}
    kind = {"model": "MX204", "manufacturer": {"name": "Juniper"}}
    devices = [
        {
            "id": n,
            "name": name,
            "site": site,
            "role": {"name": "Core router"},
            "device_type": kind,
            "primary_ip": {"address": f"192.0.2.{n}/32"},
            "serial": None,
        }
        for n, name in ((1, "ams-cr1"), (2, "ams-cr2"))
    ]

    def end(name: str) -> list[dict[str, object]]:
        port = {"name": "xe-0/0/0", "device": {"id": 1, "name": name}}
        return [{"object_type": "dcim.interface", "object_id": 5, "object": port}]

    cables = [
        {"id": 1, "a_terminations": end("ams-cr1"), "b_terminations": end("ams-cr2")},
        {"id": 2, "a_terminations": end("ams-cr1"), "b_terminations": []},
    ]
    found = read(
        [
            ("d.json", json.dumps({"count": 2, "results": devices}).encode()),
            ("c.json", json.dumps({"count": 1, "results": cables}).encode()),
        ]
    )
    assert [(item.name, item.vendor, item.site) for item in found.items] == [
        ("ams-cr1", "Juniper", "Amsterdam"),
        ("ams-cr2", "Juniper", "Amsterdam"),
    ]
    assert len(found.ties) == 1 and len(found.problems) == 1
