"""Putting a question together by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.services.intake.model import LineKind
from noc_console.views.kit.desk import Desk
from noc_console.views.logs.asked import Asked
from noc_console.views.logs.bar import SearchBar
from tests.views.conftest import shown, until


@pytest.fixture
def bar(desk: Desk) -> SearchBar:
    made = SearchBar(desk.times, {7: "core-1"})
    shown(made, 1000, 40)
    return made


async def test_words_are_looked_for_a_moment_after_they_were_typed(bar: SearchBar) -> None:
    heard: list[str] = []
    bar.changed.connect(lambda: heard.append(bar.asked.text))
    QTest.keyClicks(bar.line, "link down")
    await until(lambda: heard)
    assert heard == ["link down"]


async def test_enter_asks_at_once_and_goes_to_the_lines(bar: SearchBar) -> None:
    left: list[bool] = []
    bar.left.connect(lambda: left.append(True))
    bar.line.setText("bgp")
    QTest.keyClick(bar.line, Qt.Key.Key_Return)
    assert (bar.asked.text, left) == ("bgp", [True])
    QTest.keyClick(bar.line, Qt.Key.Key_Escape)
    assert (bar.asked.text, bar.line.text()) == ("", "")


def test_one_kind_at_a_time_or_both(bar: SearchBar) -> None:
    traps, syslog = bar.kinds.buttons["trap"], bar.kinds.buttons["syslog"]
    traps.click()
    assert bar.asked.kind is LineKind.TRAP
    syslog.click()
    assert bar.asked.kind is LineKind.SYSLOG
    assert not traps.isChecked()
    syslog.click()
    assert bar.asked.kind is None


def test_span_and_severity_are_chosen_from_lists(bar: SearchBar) -> None:
    bar.span.setCurrentIndex(bar.span.findText("Last hour"))
    bar.severity.setCurrentIndex(bar.severity.findText("Error and worse"))
    assert (bar.asked.span_s, bar.asked.severity) == (3600, 3)


def test_a_question_asked_elsewhere_is_shown_and_told_once(bar: SearchBar) -> None:
    told: list[Asked] = []
    bar.changed.connect(lambda: told.append(bar.asked))
    at = datetime(2026, 11, 21, 2, tzinfo=UTC)
    bar.ask(Asked(text="x", device_id=7, facility=23, at=at, span_s=600))
    assert len(told) == 1
    assert bar.line.text() == "x"
    assert bar.pill.text().startswith("core-1 · local7 · around")
    assert not bar.span.isEnabled()
    bar.pill.click()
    assert bar.asked == Asked(text="x", span_s=600)
    assert bar.pill.isHidden()
    assert bar.span.isEnabled()
