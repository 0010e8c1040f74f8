"""Bridge ports and their interfaces."""

from __future__ import annotations

from noc_console.services.inspection.collectors import bridge
from tests.services.inspection.collectors.recording import agent, table


async def test_each_port_of_the_bridge_is_an_interface() -> None:
    cells = table("1.3.6.1.2.1.17.1.4.1", {2: {"1": 101, "2": 102, "3": 0, "4.1": 9, "5": b"x"}})
    assert await bridge.read(agent(cells)) == {1: 101, 2: 102}
