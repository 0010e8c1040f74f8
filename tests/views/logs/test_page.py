"""Searching the log, on real services."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.services.intake.model import LineKind
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from noc_console.views.logs import asked as questions
from noc_console.views.logs.asked import Asked
from noc_console.views.logs.page import LogsPage
from tests.views.conftest import shown, until
from tests.views.logs.conftest import Logged


@pytest.fixture
async def page(desk: Desk, logged: Logged) -> LogsPage:
    await logged.say("BGP session with 10.9.9.9 lost", severity=3, ago_s=120)
    await logged.say("Interface xe-0/0/1 went down", device="core-2", severity=4, ago_s=90)
    await logged.say("link down: interface ge-0/0/1", kind=LineKind.TRAP, severity=3, ago_s=60)
    made = LogsPage(desk, logged.intake, logged.world.inventory)
    shown(made, 1200, 600)
    await until(lambda: made.table.rows.rows())
    return made


def texts(page: LogsPage) -> list[str]:
    return [line.text for line in page.table.rows.rows()]


async def test_the_newest_line_is_first_with_its_device(page: LogsPage) -> None:
    assert [text.split()[0] for text in texts(page)] == ["link", "Interface", "BGP"]
    assert page.status.whole().startswith("3 lines fit")
    device = next(c for c in page.table.rows.columns if c.key == "device")
    assert device.text(page.table.rows.row(1)) == "core-2"
    assert [(bar.name, bar.text) for bar in page.facets.severities.bars] == [
        ("Error", "2"),
        ("Warning", "1"),
    ]


async def test_typing_searches_everything_kept(page: LogsPage) -> None:
    page.bar.line.setText("xe-0/0/1")
    await until(lambda: len(texts(page)) == 1)
    assert texts(page) == ["Interface xe-0/0/1 went down"]
    page.bar.line.setText("xyzzy")
    await until(lambda: not texts(page))
    assert page.status.whole().startswith("No line fits")
    assert not page.is_empty


async def test_a_bar_narrows_and_the_pill_widens(page: LogsPage, logged: Logged) -> None:
    page.facets.device_chosen.emit(logged.world.devices["core-2"])
    await until(lambda: len(texts(page)) == 1)
    assert page.bar.pill.text() == "core-2"
    page.bar.pill.click()
    await until(lambda: len(texts(page)) == 3)
    page.facets.severity_chosen.emit(3)
    await until(lambda: len(texts(page)) == 2)


async def test_what_arrives_is_shown_while_one_follows(page: LogsPage, logged: Logged) -> None:
    await logged.say("fan 2 failed", severity=2, ago_s=0)
    await until(lambda: texts(page)[0] == "fan 2 failed")
    page.live.click()
    await logged.say("fan 2 is back", ago_s=0)
    page.reload()
    await settled()
    assert texts(page)[0] == "fan 2 failed"
    page.live.click()
    await until(lambda: texts(page)[0] == "fan 2 is back")


async def test_older_lines_come_when_one_scrolls_down(
    page: LogsPage, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "PAGE", 40)
    for number in range(100):
        await logged.say(f"line {number}", ago_s=30)
    page.mark_stale()
    await until(lambda: len(texts(page)) == 40)
    assert page.status.whole().startswith("103 lines fit · 40 shown")
    bar = page.table.view.verticalScrollBar()
    for wanted in (80, 103):
        bar.setValue(bar.maximum())
        await until(lambda wanted=wanted: len(texts(page)) == wanted)
    assert len(set(texts(page))) == 103
    await logged.say("and a new one", ago_s=0)
    await until(lambda: texts(page)[0] == "and a new one")
    assert len(texts(page)) == 104, "what was fetched stays"


async def test_everything_around_a_line_is_one_key_away(page: LogsPage) -> None:
    page.table.select(page.table.rows.row(2).id)
    at = page.table.rows.row(2).at
    page.table.view.setFocus()
    await until(page.table.view.hasFocus)
    QTest.keyClick(page.table.view, Qt.Key.Key_T)
    assert page.bar.asked == Asked(at=at, span_s=600)
    await until(lambda: page.bar.pill.isVisible())
    QTest.keyClick(page.table.view, Qt.Key.Key_W)
    assert page.bar.asked == Asked(span_s=None)


async def test_a_route_brings_its_question(page: LogsPage, logged: Logged) -> None:
    page.visit(Route("logs", id=logged.world.devices["core-1"], text="kind:trap"))
    await until(lambda: texts(page) == ["link down: interface ge-0/0/1"])


async def test_enter_goes_to_the_device(page: LogsPage, desk: Desk, logged: Logged) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.table.select(page.table.rows.row(1).id)
    page.table.opened.emit(page.table.rows.row(1))
    assert went == [Route("device", id=logged.world.devices["core-2"])]
    page.only_device()
    assert page.bar.asked.device_id == logged.world.devices["core-2"]


async def test_an_empty_log_says_how_to_fill_it(desk: Desk, logged: Logged) -> None:
    page = LogsPage(desk, logged.intake, logged.world.inventory)
    page.bar.ask(Asked(span_s=None))
    shown(page, 1000, 500)
    await until(lambda: page.is_empty)
    await logged.say("first words", ago_s=0)
    await until(lambda: not page.is_empty)


async def test_unknown_senders_are_counted_on_their_tab(page: LogsPage, logged: Logged) -> None:
    await logged.stranger("10.66.0.1", "link down")
    page.mark_stale()
    await until(lambda: page.tabs.tabText(1) == "Unknown senders  1")
