"""The spanning tree."""

from __future__ import annotations

from noc_console.services.inspection.collectors import stp
from tests.services.inspection.collectors.recording import Cell, agent, table

PORTS = table("1.3.6.1.2.1.17.2.15.1", {3: {"1": 5, "2": 2, "9": 5}})
SCALARS: dict[str, Cell] = {
    stp.BRIDGE_ADDRESS: b"\x00\x1b\x22\x00\x00\x01",
    stp.PRIORITY: 32768,
    stp.ROOT: b"\x10\x00\x00\x1b\x22\x00\x00\x09",
    stp.ROOT_COST: 4,
    stp.ROOT_PORT: 1,
}


async def test_the_tree_has_its_root_and_the_states_of_its_ports() -> None:
    (tree,) = await stp.read(agent({**SCALARS, **PORTS}), {1: 101, 2: 102})
    assert (tree.bridge, tree.root) == ("32768 00:1b:22:00:00:01", "4096 00:1b:22:00:00:09")
    assert (tree.root_cost, tree.root_if_index) == (4, 101)
    assert tree.ports == ((101, "forwarding"), (102, "blocking"))


async def test_a_bridge_that_runs_none_has_no_tree() -> None:
    assert await stp.read(agent(SCALARS), {1: 101}) == ()
    silent = {**SCALARS, **PORTS, stp.ROOT: b"\0" * 8}
    assert await stp.read(agent(silent), {1: 101}) == ()
