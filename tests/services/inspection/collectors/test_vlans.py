"""VLANs and the ports that carry them, as each vendor tells."""

from __future__ import annotations

from noc_console.services.inspection.collectors import vlans
from noc_console.services.inspection.model import Interface, Vlan
from tests.services.inspection.collectors.recording import Cell, agent, table

STATIC, CURRENT = "1.3.6.1.2.1.17.7.1.4.3.1", "1.3.6.1.2.1.17.7.1.4.2.1"
BRIDGE = {1: 101, 2: 102, 3: 103}

Cells = dict[str, Cell]


async def read(*tables: Cells, ports: tuple[Interface, ...] = ()) -> tuple[Vlan, ...]:
    cells: Cells = {}
    for each in tables:
        cells |= each
    return await vlans.read(agent(cells), ports, BRIDGE)


async def test_ports_are_tagged_unless_they_are_untagged() -> None:
    cells = table(
        STATIC, {1: {"10": b"office"}, 2: {"10": b"\xe0"}, 4: {"10": b"\x40"}, 5: {"10": 1}}
    )
    assert await read(cells) == (Vlan(10, "office", tagged=(101, 103), untagged=(102,)),)


async def test_a_learned_vlan_is_in_the_current_table_only() -> None:
    static = table(STATIC, {1: {"10": b"office"}})
    current = table(CURRENT, {4: {"0.10": b"\x80", "0.77": b"\x40"}, 5: {"0.10": b"\x80"}})
    assert await read(static, current) == (
        Vlan(10, "office", untagged=(101,)),
        Vlan(77, tagged=(102,)),
    )


async def test_a_half_configured_vlan_is_none() -> None:
    assert await read(table(STATIC, {1: {"10": b"x", "11": b"y"}, 5: {"10": 3, "11": 2}})) == ()


async def test_the_ieee_table_has_the_component_before_the_vlan() -> None:
    base = "1.3.111.2.802.1.1.4.1.4.3.1"
    cells = table(base, {3: {"1.99": b"lan"}, 4: {"1.99": b"\xc0"}, 6: {"1.99": b"\x80"}})
    assert await read(cells) == (Vlan(99, "lan", tagged=(102,), untagged=(101,)),)


async def test_junos_tells_names_in_another_table_and_spells_ports() -> None:
    names = table(
        "1.3.6.1.4.1.2636.3.48.1.3.1.1",
        {2: {"4": b"noc", "9": b"____juniper_private1____"}, 3: {"4": 23, "9": 5}},
    )
    ports = table(STATIC, {2: {"23": b"1,3"}, 4: {"23": b"3"}})
    assert await read(ports, names) == (Vlan(23, "noc", tagged=(101,), untagged=(103,)),)


async def test_older_juniper_switches_number_vlans_their_own_way() -> None:
    base = "1.3.6.1.4.1.2636.3.40.1.5.1"
    cells = {
        **table(f"{base}.5.1", {2: {"3": b"voice"}, 5: {"3": 200}}),
        **table(f"{base}.7.1", {4: {"3.1": 1, "3.2": 2, "3.99": 1, "8.1": 1}}),
    }
    assert await read(cells) == (Vlan(200, "voice", tagged=(101,), untagged=(102,)),)


async def test_cisco_tells_access_ports_and_trunks() -> None:
    vtp = table(
        "1.3.6.1.4.1.9.9.46.1.3.1.1",
        {2: {"1.1": 1, "1.10": 2}, 3: {"1.1": 1, "1.10": 1}, 4: {"1.1": b"default", "1.10": b"x"}},
    )
    access = table("1.3.6.1.4.1.9.9.68.1.2.2.1", {2: {"10101": 10, "10102": 55}})
    trunk = table(
        "1.3.6.1.4.1.9.9.46.1.6.1.1",
        {
            4: {"10124": b"\x7f\xff" + b"\xff" * 126, "10125": b"\xff" * 128},
            5: {"10124": 1, "10125": 1},
            14: {"10124": 1, "10125": 2},
        },
    )
    assert await read(vtp, access, trunk) == (
        Vlan(1, "default", "operational", untagged=(10124,)),
        Vlan(10, "x", "suspended", tagged=(10124,), untagged=(10101,)),
    )


async def test_the_second_thousand_of_a_trunk_is_in_another_column() -> None:
    vtp = table("1.3.6.1.4.1.9.9.46.1.3.1.1", {2: {"1.1024": 1}, 4: {"1.1024": b"far"}})
    trunk = table("1.3.6.1.4.1.9.9.46.1.6.1.1", {14: {"5": 1}, 17: {"5": b"\x80"}})
    assert await read(vtp, trunk) == (Vlan(1024, "far", "operational", tagged=(5,)),)


async def test_nortel_counts_interfaces_from_zero_and_asks_the_port_for_tags() -> None:
    members = table("1.3.6.1.4.1.2272.1.3.2.1", {2: {"100": b"mgmt"}, 11: {"100": b"\x7e"}})
    modes = table(
        "1.3.6.1.4.1.2272.1.3.3.1",
        {
            7: {"1": 100, "2": 1, "3": 100, "4": 100, "5": 100, "6": 1},
            8: {"1": 2, "2": 1, "3": 1, "4": 4, "5": 3, "6": 3},
        },
    )
    assert await read(members, modes) == (Vlan(100, "mgmt", tagged=(2, 3, 5), untagged=(1, 4, 6)),)


async def test_tp_link_lists_ports_in_words() -> None:
    ports = tuple(Interface(49152 + n, f"gigabitEthernet 1/0/{n}") for n in range(1, 7))
    cells = table(
        "1.3.6.1.4.1.11863.6.14.1.2.1.1",
        {2: {"31": b"kam"}, 3: {"31": b"1/0/5-6"}, 4: {"31": b"1/0/1,1/0/3-99999999,x"}},
    )
    assert await read(cells, ports=ports) == (
        Vlan(31, "kam", untagged=tuple(49152 + n for n in (1, 3, 4, 5, 6))),
    )


async def test_an_agent_that_tells_port_vlans_only_is_believed_that_far() -> None:
    cells = table("1.3.6.1.2.1.17.7.1.4.5.1", {1: {"1": 1, "2": 200, "3": 0, "9": 7}})
    assert await read(cells) == (Vlan(1, untagged=(101,)), Vlan(200, untagged=(102,)))


async def test_an_agent_with_a_row_for_every_number_has_the_vlans_that_are_used() -> None:
    numbers = {f"0.{number}": b"\x80" if number == 5 else b"\0" for number in range(1, 4095)}
    assert await read(table(CURRENT, {4: numbers})) == (Vlan(5, tagged=(101,)),)


async def test_a_filtering_database_belongs_to_the_only_vlan_that_uses_it() -> None:
    cells = table(CURRENT, {3: {"0.10": 1, "0.20": 2, "0.30": 2, "0.40": 0}})
    assert await vlans.by_fdb(agent(cells)) == {1: 10}
