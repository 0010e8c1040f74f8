"""The network in a terminal's text, with a real inventory."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint

from noc_console.services.inspection.service import InspectionService
from noc_console.services.inventory.model import Inspected
from noc_console.services.terminal.knowing import Live, LiveKind
from noc_console.services.terminal.names import NetworkNames
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.terminal.live import LiveNames
from noc_console.views.terminal.view import TerminalView
from tests.views.conftest import until
from tests.views.terminal.conftest import Feed
from tests.views.world import World


@pytest.fixture
def names(desk: Desk, world: World) -> NetworkNames:
    inspection = InspectionService(world.inventory)
    made = NetworkNames(world.inventory, inspection, world.telemetry, clock=world.clock)
    desk.feed.arrived.connect(made.heard)
    return made


@pytest.fixture
async def live(desk: Desk, names: NetworkNames) -> LiveNames:
    return LiveNames(desk, names)


async def test_names_are_found_once_they_are_read(live: LiveNames, world: World) -> None:
    assert live.spans("ping edge-3", None) == ()
    await until(lambda: live.spans("ping edge-3", None))
    (found,) = live.spans("ping edge-3", None)
    assert (found.kind, found.known.device_id) == (LiveKind.DEVICE, world.devices["edge-3"])
    assert live.spans("ping edge-3", None)[0] is found, "the same object: nothing flickers"


async def test_ports_of_the_device_one_is_on_are_live(live: LiveNames, world: World) -> None:
    device = world.devices["core-1"]
    port = (await world.inventory.interfaces(world.collector, device_id=device))[0]
    await until(lambda: live.spans(f"{port.name} is up", device))
    (found,) = live.spans(f"{port.name} is up", device)
    assert found.known.interface_id == port.id
    assert live.spans(f"{port.name} is up", None) == ()


HEAD = "Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd"


async def test_as_numbers_in_a_table_are_live_also_when_its_head_has_scrolled_away(
    live: LiveNames, view: TerminalView, feed: Feed
) -> None:
    view.live = live
    row = "198.51.100.{}   4        {}   12345   12346       10    0    0 1w2d           12"
    rows = [row.format(number, 65000 + number) for number in range(10, 70)]
    feed("\r\n".join([HEAD, *rows, "", "edge-1#"]))
    await until(lambda: view._live)
    assert view.frame is not None and view.frame.viewport.top > 1
    shown = {at: each.text for at, each in enumerate(view.frame.rows)}
    for at, spans in view._live.items():
        ((start, end, span),) = spans
        assert isinstance(span, Live) and span.kind is LiveKind.AS
        assert shown[at][start:end] == span.known.value == str(65000 + int(shown[at][11:13]))
    assert len(view._live) == len([text for text in shown.values() if "1w2d" in text])
    first = next(iter(view._live.values()))[0][2]
    view._find_live()
    assert next(iter(view._live.values()))[0][2] is first, "the same object: nothing flickers"


async def test_hovering_shows_a_card_and_leaving_takes_it_away(
    live: LiveNames, world: World
) -> None:
    await until(lambda: live.spans("edge-3", None))
    live.hover(live.spans("edge-3", None)[0], QPoint(50, 50))
    await until(lambda: live.card is not None and live.card.isVisible())
    assert live.card is not None
    assert live.card.title.whole() == "edge-3"
    live.leave()
    assert not live.card.isVisible()


async def test_following_goes_to_the_device_or_its_port(
    desk: Desk, live: LiveNames, world: World
) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    device = world.devices["core-1"]
    port = (await world.inventory.interfaces(world.collector, device_id=device))[0]
    await until(lambda: live.spans(port.name, device))
    live.follow(live.spans(port.name, device)[0])
    assert went == [Route("device", id=device, text=f"interface:{port.id}")]
    live.follow(live.spans("edge-3", None)[0])
    await until(lambda: len(went) == 2)
    assert went[1] == Route("device", id=world.devices["edge-3"])
    live.follow(live.spans("00:1b:21:99:99:99", None)[0])
    await until(lambda: len(went) == 3)
    assert went[2] == Route("devices", text="00:1b:21:99:99:99")


async def test_a_new_device_is_live_after_a_while(
    live: LiveNames, names: NetworkNames, world: World
) -> None:
    await until(lambda: live.spans("edge-3", None))
    assert live.spans("nce-core9", None) == ()
    made = Inspected("192.0.2.99", 161, world.clock.now(), "nce-core9", credential_id=1)
    await world.inventory.record(world.collector, inspected=made)
    world.clock.tick(seconds=60)
    await until(lambda: names._stale)
    live.refresh()
    await until(lambda: live.spans("nce-core9", None))


async def test_a_terminal_underlines_what_is_live(
    live: LiveNames, view: TerminalView, feed: Feed
) -> None:
    await until(lambda: live.spans("edge-3", None))
    view.live = live
    feed("ping edge-3 now\r\n")
    await until(lambda: view._live)
    ((row, spans),) = view._live.items()
    assert (row, spans[0][:2]) == (0, (5, 11))
