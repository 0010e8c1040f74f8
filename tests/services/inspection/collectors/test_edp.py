"""Extreme's discovery protocol."""

from __future__ import annotations

from noc_console.services.inspection.collectors import edp
from noc_console.services.inspection.model import Interface
from tests.services.inspection.collectors.recording import agent, table

BASE = "1.3.6.1.4.1.1916.1.13.2.1"
PLACE = "1001.0.0.0.4.150.0.0.9"


async def test_a_neighbour_has_slot_and_port_and_its_mac_in_the_index() -> None:
    cells = table(
        BASE, {3: {PLACE: b"summit"}, 4: {PLACE: b"15.3.1.4"}, 5: {PLACE: 2}, 6: {PLACE: 7}}
    )
    (found,) = await edp.read(agent(cells), (Interface(1001, "1:1"),))
    assert (found.protocol, found.local_if_index, found.local_port) == ("edp", 1001, "1:1")
    assert (found.remote_name, found.remote_port) == ("summit", "2:7")
    assert (found.remote_version, found.remote_chassis) == ("15.3.1.4", "00:04:96:00:00:09")


async def test_a_box_without_slots_has_a_plain_port() -> None:
    (found,) = await edp.read(agent(table(BASE, {3: {PLACE: b"x"}, 6: {PLACE: 7}})), ())
    assert (found.remote_port, found.local_if_index) == ("7", None)


async def test_an_index_without_a_neighbour_is_left_out() -> None:
    assert await edp.read(agent(table(BASE, {3: {"1001.1": b"x"}})), ()) == ()
