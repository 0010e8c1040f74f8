"""Virtual routing tables."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.collectors import vrfs
from noc_console.services.inspection.model import Vrf
from tests.services.inspection.collectors.recording import agent, table

DC = "2.68.67"


async def test_a_vrf_is_named_by_its_index_and_knows_its_interfaces() -> None:
    base = "1.3.6.1.2.1.10.166.11.1.2"
    cells = {
        **table(f"{base}.2.1", {3: {DC: b"data centre"}, 4: {DC: b"10.0.0.1:200"}}),
        **table(f"{base}.1.1", {2: {f"{DC}.536": 2, f"{DC}.537": 2, "9.1.1": 2}}),
    }
    assert await vrfs.read(agent(cells)) == (Vrf("DC", "10.0.0.1:200", "data centre", (536, 537)),)


async def test_both_drafts_have_other_columns() -> None:
    base = "1.3.6.1.3.118.1.2.2.1"
    earlier = {**table(base, {2: {DC: b"d"}, 3: {DC: b"1:2"}}), f"{base}.4.{DC}": 7}
    later = table(base, {2: {DC: b""}, 3: {DC: b"d"}, 4: {DC: b"1:2"}})
    for cells in (earlier, later):
        assert await vrfs.read(agent(cells)) == (Vrf("DC", "1:2", "d"),)


async def test_ciscos_are_numbered() -> None:
    base = "1.3.6.1.4.1.9.9.711.1"
    cells = {
        **table(f"{base}.1.1.1", {2: {"1": b"Mgmt-vrf", "2": b""}}),
        **table(f"{base}.2.1.1", {2: {"1.7": 1, "1.8": 1, "3.9": 1}}),
    }
    assert await vrfs.read(agent(cells)) == (Vrf("Mgmt-vrf", interfaces=(7, 8)),)


async def test_nokias_own_routers_are_no_vrfs() -> None:
    cells = table(
        "1.3.6.1.4.1.6527.3.1.2.3.1.1",
        {4: {"1": b"Base", "2": b"vprn7", "4093": b"vpls-management", "4095": b"management"}},
    )
    assert await vrfs.read(agent(cells)) == (Vrf("vprn7"),)


@pytest.mark.parametrize("index", ["9.68.67", "2.68.999", "0", "2.68.67.1"])
async def test_an_index_that_spells_no_name_is_left_out(index: str) -> None:
    cells = table("1.3.6.1.2.1.10.166.11.1.2.2.1", {3: {index: b"x"}})
    assert await vrfs.read(agent(cells)) == ()
