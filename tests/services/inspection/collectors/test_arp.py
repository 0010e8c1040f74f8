"""Addresses and the MACs that answer for them."""

from __future__ import annotations

from noc_console.services.inspection.collectors import arp
from tests.services.inspection.collectors.recording import agent, table

MAC = b"\x00\x1b\x22\x00\x00\x09"
OLD, INET, IPV6 = "1.3.6.1.2.1.4.22.1", "1.3.6.1.2.1.4.35.1", "1.3.6.1.2.1.55.1.12.1"
V6 = "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"


async def test_all_three_tables_are_read_and_each_pair_counts_once() -> None:
    cells = {
        **table(OLD, {2: {"2.10.0.0.5": MAC}, 4: {"2.10.0.0.5": 3}}),
        **table(INET, {4: {"2.1.4.10.0.0.5": MAC, f"3.2.16.{V6}": MAC}}),
        **table(IPV6, {2: {f"3.{V6}": MAC, f"4.{V6}": MAC}}),
    }
    found = await arp.read(agent(cells))
    assert [(one.if_index, one.address) for one in found] == [
        (2, "10.0.0.5"),
        (3, "2001:db8::1"),
        (4, "2001:db8::1"),
    ]
    assert {one.mac for one in found} == {"00:1b:22:00:00:09"}
    assert found[0].raw.startswith("ipNetToMediaPhysAddress.2.10.0.0.5 = ")


async def test_dead_rows_and_macs_that_are_none_are_left_out() -> None:
    old = {"1.10.0.0.1": MAC, "1.10.0.0.2": b"", "1.10.0.0.3": b"\xff" * 6, "1.10.0.0.4": b"\0" * 6}
    new = {"1.1.4.10.0.0.6": MAC, "1.1.4.10.0.0.7": MAC}
    cells = {
        **table(OLD, {2: old, 4: {"1.10.0.0.1": 2}}),
        **table(INET, {4: new, 6: {"1.1.4.10.0.0.6": 2}, 7: {"1.1.4.10.0.0.7": 7}}),
        **table(IPV6, {2: {f"1.{V6}": MAC, "1.2": MAC}, 6: {f"1.{V6}": 2}}),
    }
    assert await arp.read(agent(cells)) == ()
