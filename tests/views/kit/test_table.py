"""The list of the console: filtered, copied, exported, kept; all by keyboard."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Column
from noc_console.views.kit.table import HintedLine, Table, spaced
from tests.views.conftest import shown, until


@dataclass(frozen=True)
class Host:
    name: str
    address: str


COLUMNS: tuple[Column[Host], ...] = (
    Column("Name", lambda h: h.name),
    Column("Address", lambda h: h.address, is_address=True),
)
HOSTS = tuple(Host(f"core-{n}", f"10.0.0.{n}") for n in range(1, 41))


@pytest.fixture
def errors() -> list[BaseException]:
    return []


@pytest.fixture
def table(desk: Desk, errors: list[BaseException]) -> Table[Host]:
    made: Table[Host] = Table(desk, "hosts", COLUMNS, lambda h: h.name, errors.append)
    made.show_rows(HOSTS)
    shown(made)
    return made


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def menus() -> list[QMenu]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]


async def test_slash_leads_to_the_filter_and_escape_back(table: Table[Host]) -> None:
    table.view.setFocus()
    QTest.keyClick(table.view, Qt.Key.Key_Slash)
    assert table.filter_line.hasFocus()
    QTest.keyClicks(table.filter_line, "core-3")
    await until(lambda: table.rows.rowCount() == 11)
    assert table.count.text() == "11 of 40"
    QTest.keyClick(table.filter_line, Qt.Key.Key_Return)
    assert table.view.hasFocus()
    assert table.current() == HOSTS[2]
    table.focus_filter()
    QTest.keyClick(table.filter_line, Qt.Key.Key_Escape)
    assert (table.rows.rowCount(), table.count.text()) == (40, "40")
    assert table.view.hasFocus()


async def test_the_filter_is_kept(table: Table[Host], desk: Desk) -> None:
    table.set_filter("name:core-4")
    again: Table[Host] = Table(desk, "hosts", COLUMNS, lambda h: h.name, lambda e: None)
    again.show_rows(HOSTS)
    assert again.filter_line.text() == "name:core-4"
    assert again.rows.rowCount() == 2


async def test_a_choice_and_where_it_is(table: Table[Host]) -> None:
    chosen: list[int] = []
    table.chosen.connect(lambda: chosen.append(len(table.selection())))
    assert table.select("core-30")
    assert table.selection() == (HOSTS[29],)
    assert not table.select("nobody")
    assert chosen[-1] == 1


async def test_a_shortcut_still_held_down_does_not_change_a_choice(table: Table[Host]) -> None:
    table.select("core-2")
    QTest.keyPress(table.view, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    table.select("core-2")
    table.select("core-3")
    QTest.keyRelease(table.view, Qt.Key.Key_Control)
    assert table.selection() == (HOSTS[2],)


async def test_enter_opens_the_row(table: Table[Host]) -> None:
    opened: list[Host] = []
    table.opened.connect(opened.append)
    table.select("core-2")
    QTest.keyClick(table.view, Qt.Key.Key_Return)
    assert opened == [HOSTS[1]]


async def test_copies_in_every_format(table: Table[Host]) -> None:
    table.select("core-2")
    QTest.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard() == "core-2\t10.0.0.2"
    table.copy_cell()
    assert clipboard() == "core-2"
    table.copy_as("csv")
    assert clipboard() == "Name,Address\r\ncore-2,10.0.0.2\r\n"
    table.copy_as("markdown")
    assert clipboard().endswith("| core-2 | 10.0.0.2 |")
    table.columns.show_column("address", shown=False)
    table.copy_as("addresses")
    assert clipboard() == "10.0.0.2"
    table.view.clearSelection()
    table.copy_as("addresses")
    assert len(clipboard().splitlines()) == 40


async def test_an_export_is_stamped_with_filter_zone_and_who(
    table: Table[Host], desk: Desk, tmp_path: Path, errors: list[BaseException]
) -> None:
    said: list[str] = []
    desk.wires.noticed.connect(lambda text, tone: said.append(text))
    table.set_filter("core-1 -core-10")
    table.export()
    dialogs: list[QFileDialog] = []
    await until(lambda: dialogs or dialogs.extend(table.window().findChildren(QFileDialog)))
    file = tmp_path / "out.csv"
    dialogs[0].findChild(QLineEdit, "fileNameEdit").setText(str(file))
    dialogs[0].accept()
    await until(lambda: said)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == ("# hosts of acme, exported 2026-03-01T00:00:00+00:00 by mira; times in UTC")
    assert lines[1:3] == ["# filter: core-1 -core-10", "Name,Address"]
    assert len(lines) == 3 + 10
    assert said == ["10 rows written to out.csv"]
    assert errors == []


async def test_an_export_that_cannot_be_written_is_told(
    table: Table[Host], tmp_path: Path, errors: list[BaseException]
) -> None:
    table.export()
    dialogs: list[QFileDialog] = []
    await until(lambda: dialogs or dialogs.extend(table.window().findChildren(QFileDialog)))
    target = tmp_path / "gone"
    target.mkdir()
    dialogs[0].findChild(QLineEdit, "fileNameEdit").setText(str(target / "out.csv"))
    dialogs[0].accept()
    target.rmdir()
    await until(lambda: errors)
    assert str(errors[0]) == "out.csv could not be written: the folder is gone"


async def test_the_context_menu_offers_deeds_and_copies(table: Table[Host]) -> None:
    deed = QAction("Open device", table)
    table.set_menu([deed, None])
    rect = table.view.visualRect(table.rows.index(4, 0))
    table.view.customContextMenuRequested.emit(rect.center())
    await until(menus)
    words = [action.text() for action in menus()[0].actions() if action.text()]
    assert words[0] == "Open device"
    assert {"Copy cell", "Copy rows", "Copy as IP list", "Export CSV…"} <= set(words)
    assert table.selection() == (HOSTS[4],)
    menus()[0].close()
    await asyncio.sleep(0)


async def test_columns_are_chosen_from_a_menu(table: Table[Host]) -> None:
    table.columns.choose(QPoint(10, 10))
    await until(menus)
    action = next(a for a in menus()[0].actions() if a.text() == "Address")
    assert action.isChecked()
    action.trigger()
    assert [c.key for c in table.columns.shown()] == ["name"]


async def test_a_default_order_yields_to_a_kept_one(table: Table[Host], desk: Desk) -> None:
    table.sort_by("name", Qt.SortOrder.DescendingOrder)
    again: Table[Host] = Table(desk, "hosts", COLUMNS, lambda h: h.name, lambda e: None)
    again.show_rows(HOSTS)
    again.sort_by_default("name")
    assert again.rows.row(0).name == "core-40"


def test_big_counts_are_read_at_a_glance() -> None:
    assert spaced(12480) == "12\u202f480"


def test_a_narrow_filter_line_shows_as_much_of_its_hint_as_fits(qtbot: QtBot) -> None:
    line = HintedLine("Filter   ticket:chg   by:mira")
    qtbot.addWidget(line)
    line.resize(460, 28)
    line.show()
    assert line.placeholderText() == "Filter   ticket:chg   by:mira"
    line.resize(110, 28)
    assert line.placeholderText() == "Filter"
    line.resize(460, 28)
    assert line.placeholderText() == "Filter   ticket:chg   by:mira"
