"""Finding in everything a terminal keeps."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.services.terminal.model import Query
from noc_console.views.terminal.finding import FindBar, Search
from tests.views.conftest import shown, until


@pytest.fixture
def search(engine: GhosttyEngine) -> Search:
    for number in range(300):
        engine.feed(f"interface Gi0/{number} mtu {1500 + number % 3}\r\n".encode())
    return Search(engine)


async def test_hits_come_from_the_whole_scrollback_in_the_order_of_lines(search: Search) -> None:
    search.ask(Query("mtu 1501"))
    await until(lambda: search.is_done)
    rows = [hit.first.row for hit in search.hits]
    assert len(rows) == 100 and rows == sorted(rows)
    assert [hit.first.row for hit in search.visible(10, 6)] == [r for r in rows if 9 <= r < 16]


async def test_a_regular_expression_is_looked_for_and_a_wrong_one_is_told(search: Search) -> None:
    search.ask(Query(r"Gi0/2[0-9]\b", is_regex=True))
    await until(lambda: search.is_done)
    assert len(search.hits) == 10
    search.ask(Query("Gi0/[", is_regex=True))
    assert search.problem and not search.hits


async def test_a_pattern_that_takes_too_long_is_given_up(
    engine: GhosttyEngine, search: Search
) -> None:
    engine.feed(b"a" * 70 + b"!\r\n")
    search.ask(Query(r"(a+)+$", is_regex=True))
    await until(lambda: search.is_done)
    assert "too long" in search.problem


async def test_stepping_begins_nearest_above_and_goes_round(search: Search) -> None:
    search.ask(Query("Gi0/1 "))
    await until(lambda: search.is_done)
    (only,) = search.hits
    assert search.step(-1, 300) == only and search.step(-1, 300) == only
    search.ask(Query("mtu 1500"))
    await until(lambda: search.is_done)
    assert search.position == 0
    first = search.step(-1, 150)
    assert first is not None and first.first.row < 150
    assert search.position == list(search.hits).index(first) + 1
    later = search.step(1, 150)
    assert later is not None and later.first.row > first.first.row


async def test_new_output_is_searched_without_losing_the_place(
    search: Search, engine: GhosttyEngine
) -> None:
    search.ask(Query("mtu 1502"))
    await until(lambda: search.is_done)
    chosen = search.step(-1, 100)
    engine.feed(b"mtu 1502\r\n" * 5)
    search.output_came()
    await until(lambda: len(search.hits) == 105)
    assert search.chosen == chosen
    search.ask(None)
    assert not search.hits and search.chosen is None


async def test_the_bar_asks_counts_and_steps_by_keys(qtbot: QtBot, search: Search) -> None:
    bar, steps, closed = FindBar(search), [], []
    bar.stepped.connect(steps.append)
    bar.closed.connect(lambda: closed.append(True))
    shown(bar, 600, 40)
    bar.open("mtu 1501")
    await until(lambda: bar.count.text() == "100")
    search.step(-1, 10_000)
    assert bar.count.text() == "100 of 100"
    qtbot.keyClick(bar.text, Qt.Key.Key_Return)
    qtbot.keyClick(bar.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert steps == [-1, 1]
    bar.text.setText("no such words")
    await until(lambda: bar.count.text() == "nothing")
    assert not bar.up.isEnabled()
    bar.regex.setChecked(True)
    bar.text.setText("(")
    await until(lambda: bar.count.text() == "no regular expression")
    assert bar.text.property("wrong")
    qtbot.keyClick(bar.text, Qt.Key.Key_Escape)
    assert closed and search.query is None
    await asyncio.sleep(0)
