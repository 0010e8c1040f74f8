"""LLDP rows: whose number is which port, and who is at the other end."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.collectors import lldp
from noc_console.services.inspection.model import Interface, Neighbour
from tests.services.inspection.collectors.recording import Cell, agent, table

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


OURS = (
    Interface(501, "xe-0/0/1", descr="xe-0/0/1", mac="00:1b:21:00:00:01"),
    Interface(502, "xe-0/0/2", descr="port two", alias="to core", mac="00:1b:21:00:00:02"),
    Interface(3, "me0", descr="me0", mac="00:1b:21:00:00:03"),
    Interface(7, "twin", descr="twin"),
    Interface(8, "twin", descr="twin"),
)
LOCAL, FAR = "1.0.8802.1.1.2.1.3.7.1", "1.0.8802.1.1.2.1.4.1.1"
ADDRESSES = "1.0.8802.1.1.2.1.4.2.1"


def remote(place: str, **other: Cell) -> dict[str, Cell]:
    """A row of lldpRemTable; columns by their names of the module."""
    told: dict[str, Cell] = {**REMOTE, "sysDesc": b"NOS 7.1", **other}  # type: ignore[dict-item]
    return {
        f"{FAR}.{number}.{place}": told[name] for number, name in lldp.REMOTE.names if name in told
    }


async def read(
    *tables: dict[str, Cell], bridge: dict[int, int] | None = None
) -> tuple[Neighbour, ...]:
    cells: dict[str, Cell] = {}
    for each in tables:
        cells |= each
    return await lldp.read(agent(cells), OURS, bridge or {})


async def test_a_remote_system_is_read_with_both_ports_and_its_address() -> None:
    managed = table(
        ADDRESSES,
        {
            3: {
                "0.1.4.2.16.32.1" + ".0" * 13 + ".1": 2,
                "0.1.4.1.4.10.0.0.2": 2,
                "0.1.9.1.4.1.1.1.1": 2,
            }
        },
    )
    local = table(LOCAL, {2: {"1": 5}, 3: {"1": b"xe-0/0/1"}})
    (found,) = await read(remote("0.1.4"), managed, local)
    assert (found.protocol, found.local_if_index, found.local_port) == ("lldp", 501, "xe-0/0/1")
    assert (found.remote_name, found.remote_port, found.remote_port_descr) == (
        "core-2",
        "et-0/0/9",
        "uplink",
    )
    assert (found.remote_chassis, found.remote_address) == ("00:1b:22:00:00:09", "10.0.0.2")
    assert (found.remote_version, found.is_endpoint) == ("NOS 7.1", False)
    assert "lldpRemSysName.0.1.4 = core-2" in found.raw
    assert "lldpRemManAddr = 10.0.0.2" in found.raw


@pytest.mark.parametrize(
    ("told", "port"),
    [
        ({3: b"xe-0/0/2"}, 502),
        ({3: b"?", 4: b"to core"}, 502),
        ({2: 3, 3: b"\x00\x1b\x21\x00\x00\x03"}, 3),
        ({3: b"\x00\x1b\x21\x00\x00\x03"}, 3),
        ({2: 7, 3: b"501"}, 501),
        ({3: b"twin"}, 502),
        ({3: b"nobody"}, 502),
    ],
)
async def test_our_port_is_what_it_calls_itself_or_a_bridge_port(
    told: dict[int, Cell], port: int
) -> None:
    local = {f"{LOCAL}.{column}.12": value for column, value in told.items()}
    (found,) = await read(remote("0.12.1"), local, bridge={12: 502})
    assert found.local_if_index == port


async def test_a_number_nobody_explains_is_an_ifindex_or_no_port() -> None:
    first, second = await read(remote("0.3.1"), remote("0.77.1"))
    assert (first.local_if_index, first.local_port) == (3, "me0")
    assert (second.local_if_index, second.local_port) == (None, "")


async def test_routeros_says_the_port_in_its_own_neighbour_table() -> None:
    own = table("1.3.6.1.4.1.14988.1.1.11.1.1", {8: {"11": 502}})
    (found,) = await read(remote("0.0.11"), own)
    assert found.local_if_index == 502


async def test_the_second_edition_counts_by_ifindex() -> None:
    base, place = "1.3.111.2.802.1.1.13.1.4", "0.502.1.1"
    cells: dict[str, Cell] = {
        f"{base}.1.1.5.{place}": 4,
        f"{base}.1.1.6.{place}": b"20:28:3e:6e:e3:11",
        f"{base}.1.1.7.{place}": 5,
        f"{base}.1.1.8.{place}": b"10GE2/4/0/7",
        f"{base}.1.1.10.{place}": b"dc-1",
        f"{base}.1.1.11.{place}": b'"Huawei\nVRP"',
        f"{base}.2.1.3.{place}.1.4.10.0.0.9": 2,
    }
    (found,) = await read(cells)
    assert (found.local_if_index, found.remote_name) == (502, "dc-1")
    assert (found.remote_chassis, found.remote_version) == ("20:28:3e:6e:e3:11", "Huawei VRP")
    assert found.remote_address == "10.0.0.9"


async def test_vendors_without_the_standard_tables_are_heard() -> None:
    nokia, tplink = "1.3.6.1.4.1.6527.3.1.2.59.4.1.1", "1.3.6.1.4.1.11863.6.35.1.2.2.1"
    cells: dict[str, Cell] = {
        f"{nokia}.7.99.501.1.1": b"1610891280",
        f"{nokia}.9.99.501.1.1": b"HOUF",
        f"{tplink}.4.502.1": b"48:A9:8A:C1:AC:58",
        f"{tplink}.6.502.1": b"eth1",
        f"{tplink}.9.502.1": b"w131",
    }
    first, second = await read(cells)
    assert (first.remote_name, first.local_if_index) == ("HOUF", 501)
    assert (second.remote_name, second.local_if_index) == ("w131", 502)
    assert second.remote_chassis == "48:a9:8a:c1:ac:58"


async def test_macs_are_written_alike_however_they_came() -> None:
    spelt = [
        b"48:A9:8A:C1:AC:58",
        b"48 A9 8A C1 AC 58",
        b"48a9.8ac1.ac58",
        b"\x48\xa9\x8a\xc1\xac\x58",
    ]
    assert {lldp.identifier(value, 3, 3, 4) for value in spelt} == {"48:a9:8a:c1:ac:58"}
    assert lldp.identifier(b"GE0/01", 5, 3, 4) == "GE0/01"
    assert lldp.identifier(b"\x01\x0a\x00\x00\x07", 4, 3, 4) == "10.0.0.7"


async def test_vmware_swaps_port_and_chassis() -> None:
    row = remote(
        "0.1.4",
        chassisIdSubtype=6,
        chassisId=b"vmnic5",
        portIdSubtype=3,
        portId=b"\x00\x0a\xf7\xec\xd1\x61",
    )
    (found,) = await read(row)
    assert (found.remote_port, found.remote_chassis) == ("vmnic5", "00:0a:f7:ec:d1:61")


async def test_what_is_behind_a_nul_is_no_part_of_a_name() -> None:
    (found,) = await read(remote("0.3.1", sysName=b"sw02\x00\x00\n00 00"))
    assert found.remote_name == "sw02"


async def test_a_neighbour_remembered_twice_is_one() -> None:
    assert len(await read(remote("100.3.1"), remote("200.3.1"), remote("200.3.2"))) == 1


async def test_telephones_are_endpoints_and_capabilities_in_words_are_unknown() -> None:
    phone, words = await read(
        remote("0.3.1", sysCapEnabled=b"\x04\x00"),
        remote("0.501.1", sysCapEnabled=b"04 00 5"),
    )
    assert (phone.is_endpoint, words.is_endpoint) == (True, False)


async def test_rows_whose_index_is_too_short_are_left_out() -> None:
    assert await read(remote("1"), remote("1.2")) == ()
