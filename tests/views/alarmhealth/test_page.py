"""The health of the desk, as its page shows it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from noc_console.db.database import Database
from noc_console.services.alarms.health import AlarmHealthService
from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.alarms.noise import Kind
from noc_console.views.alarmhealth.page import AlarmHealthPage
from noc_console.views.kit.desk import Desk, Route
from tests.views.conftest import shown, until
from tests.views.world import World


@pytest.fixture
async def noisy(world: World) -> World:
    """One device whose CPU comes and goes, and one that has been down for days."""
    await world.report("core-1", Severity.CRITICAL, Condition.UNREACHABLE, "silent")
    world.clock.tick(days=2)
    for _ in range(6):
        await world.report("edge-3")
        world.clock.tick(seconds=20)
        await world.settle("edge-3")
        world.clock.tick(minutes=20)
    return world


@pytest.fixture
async def page(desk: Desk, store: Database, noisy: World) -> AlarmHealthPage:
    made = AlarmHealthPage(desk, AlarmHealthService(store, clock=noisy.clock))
    shown(made, 1200, 700)
    await until(lambda: made.shown is not None and made.table.rows.rows())
    return made


def names(page: AlarmHealthPage) -> set[str]:
    return {row.thing.name for row in page.table.rows.rows()}


async def test_the_figures_stand_beside_what_they_should_be(page: AlarmHealthPage) -> None:
    cards = page.figures.cards
    assert len(cards) == 10
    assert cards["fleeting"].value.text() == "1"
    assert cards["fleeting"].wanted.text() == "over the target"
    assert cards["mean"].wanted.text() == "target 1, limit 2"
    assert "1 flood" not in page.said.text()


async def test_chips_choose_a_kind_of_noise_and_say_how_much_there_is(
    page: AlarmHealthPage,
) -> None:
    assert names(page) == {"core-1", "edge-3"}
    page.chips.buttons[Kind.STALE.value].click()
    assert names(page) == {"core-1"}
    assert page.chips.buttons[Kind.STALE.value].text() == "Stale  1"
    page.visit(Route("alarmhealth", text=Kind.FLEETING.value))
    assert names(page) == {"edge-3"}


async def test_each_has_a_remedy_and_leads_to_its_alarms(page: AlarmHealthPage) -> None:
    went: list[Route] = []
    page.desk.wires.went.connect(went.append)
    page.table.select((f"device:{page.table.rows.row(0).thing.device_id}", "cpu"))
    row = page.table.current()
    assert row is not None and "Raise it only after" in row.remedy.text
    page.alarms()
    page.rules()
    assert [route.page for route in went] == ["alarms", "detection"]
    assert went[0].text == 'object:"edge-3"'


async def test_a_longer_span_and_more_operators_are_asked_anew_and_kept(
    page: AlarmHealthPage,
) -> None:
    page.span.setCurrentIndex(2)
    page.operators.setValue(3)
    await until(lambda: page.shown is not None and page.shown.operators == 3)
    assert page.shown is not None and len(page.shown.counts) == 30 * 144
    assert page.desk.state.get("alarmhealth") == {"span": 2, "operators": 3}


async def test_the_chart_tells_each_ten_minutes(page: AlarmHealthPage) -> None:
    bars = page.chart.bars()
    assert sum(value for _, value, _, _ in bars) > 0
    room, value, first, last = max(bars, key=lambda bar: bar[1])
    assert last > first and value == max(page.chart._counts)
    at = QPoint(round(room.center().x()), 60)
    QApplication.sendEvent(
        page.chart, QHelpEvent(QHelpEvent.Type.ToolTip, at, page.chart.mapToGlobal(at))
    )
    assert "alarm" in QToolTip.text()
    QTest.keyClick(page.table.view, Qt.Key.Key_Down)
