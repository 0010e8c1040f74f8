"""The time machine on the page, with a real history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from noc_console.db.samples import Samples
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.hovering import HoverTool
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.playing import TimeTool, moment_of
from noc_console.views.topology.scene import LOOK_DOWN
from tests.conftest import FakeClock
from tests.views.conftest import until
from tests.views.measured import Ids, measure
from tests.views.topology.conftest import opened


async def night(
    inventory: InventoryService, operator: Actor, clock: FakeClock, ids: Ids
) -> datetime:
    """pra-cr1 was down from one hour to two hours after the start; it is four hours later now."""
    start = clock.now()
    for state in (Reachability.DOWN, Reachability.UP):
        clock.tick(hours=1)
        await inventory.set_reachability(
            operator, device_id=ids["pra-cr1"], reachability=state, at=clock.now()
        )
    clock.tick(hours=2)
    return start


def is_down(page: MapPage, ids: Ids) -> bool:
    scene = page.canvas.scene
    return bool(scene.look[scene.number[ids["pra-cr1"]]] == LOOK_DOWN)


def press(page: MapPage, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = modifiers[0] if modifiers else Qt.KeyboardModifier.NoModifier
    event = QKeyEvent(QKeyEvent.Type.KeyPress, key, held)
    QApplication.sendEvent(page.canvas, event)


async def test_the_map_shows_the_moment_and_comes_back(
    page: MapPage, ids: Ids, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    start = await night(inventory, operator, clock, ids)
    await opened(page)
    tool = page.tool(TimeTool)
    tool.open()
    assert tool.bar.isVisible() and not tool.strip.isVisible()
    tool.go_to(start + timedelta(minutes=90))
    await until(lambda: is_down(page, ids))
    assert tool.strip.isVisible() and "2 h 30 min ago" in tool.strip.text.text()
    assert tool.frame.is_on
    assert not page.desk.actions.action("map.arrange").isEnabled()
    press(page, Qt.Key.Key_Escape)
    await until(lambda: not is_down(page, ids))
    await settled()
    assert not tool.bar.isVisible() and not tool.strip.isVisible()
    assert page.desk.actions.action("map.arrange").isEnabled()
    assert page.stage.moment is None


async def test_keys_step_from_change_to_change(
    page: MapPage, ids: Ids, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    start = await night(inventory, operator, clock, ids)
    await opened(page)
    tool = page.tool(TimeTool)
    tool.open()
    press(page, Qt.Key.Key_Left)
    await until(lambda: tool.at == start + timedelta(hours=2))
    await settled()
    assert tool.bar.told.whole() == "pra-cr1 answers again"
    press(page, Qt.Key.Key_Left)
    await until(lambda: tool.at == start + timedelta(hours=1))
    await until(lambda: is_down(page, ids))
    assert tool.bar.told.whole() == "pra-cr1 stopped answering"
    press(page, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert tool.at == start + timedelta(minutes=59)
    press(page, Qt.Key.Key_End)
    assert tool.at == clock.now()
    await settled()
    press(page, Qt.Key.Key_Right)
    await settled()
    assert "Nothing happened after" in tool.bar.told.whole()
    press(page, Qt.Key.Key_Home)
    assert tool.at == start
    await settled()


async def test_a_night_is_played_frame_by_frame(
    page: MapPage, ids: Ids, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    start = await night(inventory, operator, clock, ids)
    await opened(page)
    tool = page.tool(TimeTool)
    tool.open()
    tool.go_to(start + timedelta(minutes=59, seconds=30))
    await settled()
    assert tool.bar.factor == 60
    press(page, Qt.Key.Key_Space)
    assert tool.is_playing
    await until(lambda: is_down(page, ids))
    first = tool._reel
    assert first is not None and len(first.changes) > 0  # carried forward, not read anew
    press(page, Qt.Key.Key_Space)
    assert not tool.is_playing
    await settled()
    at = tool.at
    tool._tick()
    assert tool.at is not None and at is not None
    tool.pause()
    tool.go_to(clock.now() - timedelta(seconds=3))
    tool.bar.speed.setCurrentIndex(0)
    tool.play()
    tool._ticked -= 60
    tool._tick()
    assert not tool.is_playing  # it has reached the present
    assert tool.at == clock.now()
    await settled()


async def test_before_the_history_nothing_is_shown_and_that_is_said(
    page: MapPage, ids: Ids, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    start = await night(inventory, operator, clock, ids)
    await opened(page)
    tool = page.tool(TimeTool)
    assert tool.visit("time", "-30d")
    await settled()
    tool.go_to(start - timedelta(days=2))
    assert tool.at == start
    assert "Nothing is kept before" in tool.bar.told.whole()
    assert tool.bar.track.since == start
    assert tool.words() == {"time": start.strftime("%Y-%m-%dT%H:%M:%S")}
    assert not tool.visit("time", "yesterday") and not tool.visit("other", "1")
    await settled()


async def test_the_card_tells_the_values_and_alarms_of_then(
    page: MapPage,
    ids: Ids,
    inventory: InventoryService,
    alarms: AlarmService,
    samples: Samples,
    operator: Actor,
    clock: FakeClock,
) -> None:
    device = ids["pra-cr1"]
    clock.tick(hours=1)
    await measure(samples, inventory, operator, clock, int(device))
    await alarms.report(
        operator, about=AlarmObject(int(device), device_name="pra-cr1"), condition=Condition.CPU,
        severity=Severity.MAJOR, text="too busy",
    )  # fmt: skip
    then = clock.now()
    clock.tick(hours=1)
    await alarms.settle(operator, about=AlarmObject(int(device)), condition=Condition.CPU)
    clock.tick(hours=1)
    await opened(page)
    player, hover = page.tool(TimeTool), page.tool(HoverTool)
    player.open()
    player.go_to(then)
    await settled()
    page.canvas.hover(QPointF(page.canvas.spot_of(page.canvas.scene.number[device])))
    hover.tell()
    await settled()
    told = {name.text(): text.whole() for name, text in hover.card._rows if name.isVisible()}
    assert told["CPU"] == "42 %"
    assert told["As of"].startswith("2026-03-01")
    assert "too busy" in hover.card._troubles[0].text.whole()
    player.leave()
    await settled()


async def test_devices_are_not_moved_in_the_past(
    page: MapPage, ids: Ids, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    start = await night(inventory, operator, clock, ids)
    await opened(page)
    tool = page.tool(TimeTool)
    tool.open()
    tool.go_to(start + timedelta(minutes=90))
    await until(lambda: is_down(page, ids))
    page.canvas.moved.emit({0: (0.0, 0.0)}, {0: (9.0, 9.0)})
    await settled()
    assert page.undo_stack.count() == 0
    tool.toggle()
    await settled()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("-90m", datetime(2026, 3, 1, 10, 30, tzinfo=UTC)),
        ("-3h", datetime(2026, 3, 1, 9, 0, tzinfo=UTC)),
        ("-2d", datetime(2026, 2, 27, 12, 0, tzinfo=UTC)),
        ("2026-02-28T02:14:30", datetime(2026, 2, 28, 2, 14, 30, tzinfo=UTC)),
        ("-9999999999d", None),
        ("now", None),
        ("", None),
    ],
)
def test_moments_are_told_in_words_of_a_route(text: str, at: datetime | None) -> None:
    assert moment_of(text, datetime(2026, 3, 1, 12, 0, tzinfo=UTC)) == at
