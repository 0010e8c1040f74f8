"""All discovery protocols together."""

from __future__ import annotations

from noc_console.services.inspection.collectors import neighbours
from noc_console.services.inspection.model import Interface
from tests.services.inspection.collectors.recording import agent, table


async def test_each_protocol_that_hears_someone_says_so() -> None:
    mac = b"\x00\x1b\x22\x00\x00\x09"
    cells = {
        **table("1.0.8802.1.1.2.1.4.1.1", {4: {"0.7.1": 4}, 5: {"0.7.1": mac}, 9: {"0.7.1": b"a"}}),
        **table("1.3.6.1.4.1.9.9.23.1.2.1.1", {6: {"7.3": b"b"}}),
        **table("1.3.6.1.4.1.1916.1.13.2.1", {3: {"7.0.0.0.27.34.0.0.9": b"c"}}),
    }
    found = await neighbours.read(agent(cells), (Interface(7, "ge7"),), {})
    assert [(one.protocol, one.remote_name, one.local_port) for one in found] == [
        ("lldp", "a", "ge7"),
        ("cdp", "b", "ge7"),
        ("edp", "c", "ge7"),
    ]
