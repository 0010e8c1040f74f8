"""The desk: pages call through it, the window listens."""

from __future__ import annotations

from noc_console.views.kit.desk import Desk, Route, Tone


async def test_calls_go_out_over_the_wires(desk: Desk, bugs: list[BaseException]) -> None:
    heard: list[object] = []
    desk.wires.went.connect(heard.append)
    desk.wires.noticed.connect(lambda text, tone: heard.append((text, tone)))
    desk.go(Route("device", id=7))
    desk.notice("saved")
    desk.notice("careful", Tone.ATTENTION)
    bug = ValueError()
    desk.report(bug)
    assert heard == [Route("device", id=7), ("saved", "plain"), ("careful", "attention")]
    assert bugs == [bug]


async def test_the_clock_is_that_of_the_times(desk: Desk) -> None:
    assert desk.clock is desk.times.clock
