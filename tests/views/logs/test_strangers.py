"""The quarantine."""

from __future__ import annotations

from noc_console.views.kit.desk import Desk, Route
from noc_console.views.logs.strangers import Strangers
from tests.views.conftest import shown, until
from tests.views.logs.conftest import Logged


async def test_a_stranger_is_shown_and_can_be_discovered(desk: Desk, logged: Logged) -> None:
    await logged.stranger("10.66.0.1", "cold start")
    await logged.stranger("10.66.0.1", "link down")
    counted: list[int] = []
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    pane = Strangers(desk, logged.intake, lambda error: None)
    pane.counted.connect(counted.append)
    shown(pane, 900, 300)
    pane.reload()
    await until(lambda: counted == [1])
    (row,) = pane.table.rows.rows()
    assert (row.source, row.count, row.text) == ("10.66.0.1", 2, "link down")
    pane.table.select("10.66.0.1")
    pane.discover()
    assert went == [Route("discovery", text="new 10.66.0.1")]


async def test_nobody_unknown_is_good_news(desk: Desk, logged: Logged) -> None:
    counted: list[int] = []
    pane = Strangers(desk, logged.intake, lambda error: None)
    pane.counted.connect(counted.append)
    pane.reload()
    await until(lambda: counted == [0])
    assert not pane.table.isVisibleTo(pane)
