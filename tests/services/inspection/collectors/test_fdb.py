"""Learned MACs."""

from __future__ import annotations

from noc_console.services.inspection.collectors import fdb
from tests.services.inspection.collectors.recording import agent, table

PLAIN, BY_VLAN = "1.3.6.1.2.1.17.4.3.1", "1.3.6.1.2.1.17.7.1.2.2.1"
CURRENT = "1.3.6.1.2.1.17.7.1.4.2.1"
MAC = "0.27.34.0.0.9"
BRIDGE = {7: 10107}


async def test_the_database_says_which_vlan_it_is_of() -> None:
    cells = {
        **table(BY_VLAN, {2: {f"3.{MAC}": 7}, 3: {f"3.{MAC}": 3}}),
        **table(CURRENT, {3: {"0.100": 3, "0.200": 4}}),
    }
    (found,) = await fdb.read(agent(cells), BRIDGE, frozenset())
    assert (found.mac, found.if_index, found.vlan) == ("00:1b:22:00:00:09", 10107, 100)


async def test_a_database_shared_by_vlans_is_of_none_of_them() -> None:
    cells = {
        **table(BY_VLAN, {2: {f"1.{MAC}": 7}}),
        **table(CURRENT, {3: {"0.100": 1, "0.200": 1, "0.5": 9}}),
    }
    (found,) = await fdb.read(agent(cells), BRIDGE, frozenset((1, 100, 200)))
    assert found.vlan is None


async def test_an_unexplained_database_is_the_vlan_of_that_number_if_there_is_one() -> None:
    cells = table(BY_VLAN, {2: {f"100.{MAC}": 7, f"9000.{MAC}": 7}})
    found = await fdb.read(agent(cells), BRIDGE, frozenset((100,)))
    assert [one.vlan for one in found] == [100, None]


async def test_a_bridge_without_vlans_is_read_from_the_plain_table() -> None:
    cells = table(PLAIN, {2: {MAC: 7, "0.27.34.0.0.10": 99, "0.27": 7}, 3: {MAC: 3}})
    (found,) = await fdb.read(agent(cells), BRIDGE, frozenset())
    assert (found.if_index, found.vlan) == (10107, None)


async def test_own_and_configured_macs_are_not_learned() -> None:
    cells = table(PLAIN, {2: {MAC: 7}, 3: {MAC: 4}})
    assert await fdb.read(agent(cells), BRIDGE, frozenset()) == ()


async def test_without_bridge_ports_the_port_is_the_interface() -> None:
    (found,) = await fdb.read(agent(table(PLAIN, {2: {MAC: 7}})), {}, frozenset())
    assert found.if_index == 7
