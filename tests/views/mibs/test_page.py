"""The MIB browser beside a real snmpd."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from sqlalchemy import select

from noc_console.db.database import Database, journal
from noc_console.kernel.actor import Actor
from noc_console.views.kit.desk import Desk, Route, make_desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.state import State
from noc_console.views.kit.tasks import settled
from noc_console.views.mibs import page as module
from noc_console.views.mibs.loading import LoadedDialog, ModulesDialog
from noc_console.views.mibs.page import How, MibsPage
from noc_console.views.mibs.setting import SetDialog
from tests.conftest import FakeClock
from tests.lab.snmpd import Agent
from tests.views.conftest import until
from tests.views.mibs.conftest import Around

D = TypeVar("D", bound=QDialog)
SYS_CONTACT = "1.3.6.1.2.1.1.4.0"


@pytest.fixture
async def page(desk: Desk, around: Around) -> MibsPage:
    made = around.page(desk)
    await until(lambda: made.target.place.count())
    await settled()
    return made


async def ask(page: MibsPage, text: str, how: How = How.ANY, *, place: str = "lab-1") -> None:
    page.target.show_device(place)
    page.target.object.setText(text)
    page.ask(how)
    await until(lambda: page.asking.is_asking("snmp") is False)
    await settled()


def names(page: MibsPage) -> list[str]:
    return [value.name for value in page.results.values.rows.rows()]


async def dialog_of(page: MibsPage, kind: type[D], fits: Callable[[D], object] = bool) -> D:
    def found() -> list[D]:
        return [each for each in page.window().findChildren(kind) if each.isVisible()]

    await until(lambda: any(fits(each) for each in found()))
    return next(each for each in found() if fits(each))


async def test_before_anything_is_asked_it_says_how(page: MibsPage) -> None:
    assert page.results.is_empty
    assert "Enter asks" in page.results.empty.why.text()
    page.ask()
    assert page.strip.text.text() == "Name a device or an address to ask."
    page.target.show_device("lab-1")
    page.ask()
    assert "Choose an object" in page.strip.text.text()


async def test_a_scalar_is_read_by_its_name(page: MibsPage) -> None:
    await ask(page, "sysName")
    (value,) = page.results.values.rows.rows()
    assert (value.name, value.value) == ("SNMPv2-MIB::sysName.0", "lab-snmpd")
    assert page.status.whole().startswith("1 object from lab-1")


async def test_a_table_comes_as_rows_and_columns(page: MibsPage) -> None:
    await ask(page, "IF-MIB::ifTable")
    table = page.results.shown_table
    assert table is not None and table.index == ("ifIndex",)
    assert "ifDescr" in table.columns
    assert "of ifEntry from lab-1" in page.status.whole()


async def test_a_column_is_walked_and_its_table_can_be_asked_for(page: MibsPage) -> None:
    await ask(page, "ifDescr")
    assert names(page)[0] == "IF-MIB::ifDescr.1"
    await ask(page, "ifDescr.1", How.TABLE)
    assert page.results.shown_table is not None
    await ask(page, "sysName", How.TABLE)
    assert "is in no table" in page.strip.text.text()


async def test_a_walk_comes_in_pieces_and_goes_on_behind_its_limit(
    page: MibsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_PIECE", 3)
    monkeypatch.setattr(module, "PIECE", 4)
    page.target.limit.insertItem(0, "at most 6", 6)
    page.target.limit.setCurrentIndex(0)
    await ask(page, "system", How.WALK)
    assert len(names(page)) == 6
    assert "first 6 objects" in page.strip.text.text()
    page.strip.button.click()
    await settled()
    assert len(names(page)) == 12 and len(set(names(page))) == 12
    page.target.limit.setCurrentIndex(3)
    await ask(page, "system", How.WALK)
    assert names(page)[:12] == sorted(names(page)[:12], key=names(page).index)
    assert not page.strip.isVisible()


async def test_a_walk_can_be_stopped_and_what_came_stays(
    page: MibsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_PIECE", 1)
    monkeypatch.setattr(module, "PIECE", 1)
    page.target.show_device("lab-1")
    page.target.object.setText("1.3.6.1")
    page.ask(How.WALK)
    await until(lambda: len(names(page)) >= 3)
    assert page.target.stop_button.isEnabled()
    page.target.stop_button.click()
    await settled()
    assert len(names(page)) >= 3
    assert page.status.whole().startswith("Stopped.")
    assert not page.target.stop_button.isEnabled()


async def test_f5_asks_again(page: MibsPage) -> None:
    await ask(page, "sysUpTime")
    (before,) = page.results.values.rows.rows()
    page.mark_stale()
    await until(lambda: page.results.values.rows.rows()[0].value != before.value)


async def test_an_address_and_a_credential_do_without_the_inventory(
    page: MibsPage, agent: Agent
) -> None:
    page.target.credential.setCurrentIndex(page.target.credential.findData("rw"))
    await ask(page, "sysName", place=f"127.0.0.1:{agent.port}")
    assert names(page) == ["SNMPv2-MIB::sysName.0"]


@pytest.mark.parametrize(
    ("place", "text", "says"),
    [
        ("lab-1", "acmeLampMode", "load the vendor's MIB"),
        ("lab-1", "1.3.6.1.4.1.61234.1.0", "has nothing under"),
        ("lab-1", "ifAlias.99999", "has no ifAlias.99999"),
        ("not a place", "sysName", "written as"),
    ],
)
async def test_what_went_wrong_is_said_in_place_with_what_to_do(
    page: MibsPage, bugs: list[BaseException], place: str, text: str, says: str
) -> None:
    await ask(page, text, place=place)
    assert says in page.strip.text.text()
    assert bugs == []


async def test_a_silent_device_can_be_asked_again_with_one_click(
    page: MibsPage, agent: Agent
) -> None:
    page.target.credential.setCurrentIndex(page.target.credential.findData("ro"))
    await ask(page, "sysName", place=f"127.0.0.2:{agent.port}")  # nobody is there
    assert "did not answer" in page.strip.text.text() and page.strip.button.text() == "Retry"
    assert page.last is not None
    page.last = replace(
        page.last, target=replace(page.last.target, address=f"127.0.0.1:{agent.port}")
    )
    page.strip.button.click()
    await until(lambda: names(page) == ["SNMPv2-MIB::sysName.0"])


async def test_an_object_of_the_tree_is_made_ready_to_ask(page: MibsPage) -> None:
    page.target.show_device("lab-1")
    page.left.go_to("sysName")
    await settled()
    page.left.tree.setCurrentIndex(page.left.model.index_for("1.3.6.1.2.1.1.6"))
    assert page.target.object.text() == "SNMPv2-MIB::sysLocation.0"
    QTest.keyClick(page.left.tree, Qt.Key.Key_Return)
    await until(lambda: names(page) == ["SNMPv2-MIB::sysLocation.0"])


async def test_a_value_that_is_chosen_tells_what_it_is(page: MibsPage) -> None:
    await ask(page, "ifAdminStatus")
    page.results.values.select("1.3.6.1.2.1.2.2.1.7.1")
    assert page.left.details.name.whole() == "ifAdminStatus"
    page.left.details.copy_oid()
    assert QGuiApplication.clipboard().text() == "1.3.6.1.2.1.2.2.1.7"


async def told(store: Database, operator: Actor) -> list[dict[str, object]]:
    query = select(journal.c.facts).where(journal.c.event == "ObjectSet").order_by(journal.c.id)
    async with store.read(operator) as tx:
        return list(await tx.rows(query, lambda row: dict(row.facts)))


async def test_a_value_is_set_after_two_looks_and_kept_in_the_journal(
    page: MibsPage, store: Database, operator: Actor
) -> None:
    page.target.credential.setCurrentIndex(page.target.credential.findData("rw"))
    await ask(page, "sysContact")
    (before,) = page.results.values.rows.rows()
    page.results.values.select(SYS_CONTACT)
    page.set_value()
    dialog = await dialog_of(page, SetDialog)
    new = f"night shift, not {before.value}"[:60]
    dialog.line.setText(new)
    dialog.accept_button.click()
    sure = await dialog_of(page, Dialog, lambda each: not isinstance(each, SetDialog))
    assert sure.windowTitle() == "Set sysContact.0 of lab-1?"
    assert sure.cancel_button.isDefault()
    sure.accept_button.click()
    await until(lambda: page.results.values.rows.rows()[0].value == new)
    (entry,) = await told(store, operator)
    assert (entry["old"], entry["new"], entry["outcome"]) == (before.value, new, "set")
    assert entry["name"] == "SNMPv2-MIB::sysContact.0"


async def test_a_second_thought_sets_nothing(
    page: MibsPage, store: Database, operator: Actor
) -> None:
    page.target.credential.setCurrentIndex(page.target.credential.findData("rw"))
    await ask(page, "sysContact")
    page.results.values.select(SYS_CONTACT)
    page.set_value()
    dialog = await dialog_of(page, SetDialog)
    dialog.line.setText("never")
    dialog.accept_button.click()
    sure = await dialog_of(page, Dialog, lambda each: not isinstance(each, SetDialog))
    sure.cancel_button.click()
    await settled()
    assert await told(store, operator) == []


async def test_a_refusal_of_the_device_is_said(page: MibsPage) -> None:
    await ask(page, "sysContact")  # by the credential that may only read
    page.results.values.select(SYS_CONTACT)
    page.set_value()
    dialog = await dialog_of(page, SetDialog)
    dialog.line.setText("someone else")
    dialog.accept_button.click()
    sure = await dialog_of(page, Dialog, lambda each: not isinstance(each, SetDialog))
    sure.accept_button.click()
    await until(page.strip.isVisible)
    assert "refused" in page.strip.text.text()


async def test_who_may_not_set_is_not_offered_it(
    around: Around, clock: FakeClock, desk: Desk, bugs: list[BaseException]
) -> None:
    guest = Actor("guest", "acme", frozenset({"snmp.read", "mibs.read", "inventory.read"}))
    page = around.page(make_desk(guest, desk.feed, clock=clock, on_error=bugs.append))
    await settled()
    assert not page.target.set_button.isVisible()
    assert not page.desk.actions.action("mibs.set").isVisible()
    page.target.show_device("lab-1")
    page.target.object.setText("sysContact.0")
    page.set_value()
    await settled()
    assert page.findChildren(SetDialog) == []


async def test_a_device_is_brought_along_by_the_route(page: MibsPage, around: Around) -> None:
    page.visit(Route("mibs", id=around.device_id, text="ifAlias"))
    await until(lambda: page.target.target() is not None)
    await settled()
    assert page.target.place.currentText() == "lab-1"
    assert page.target.object.text() == "ifAlias"
    assert page.left.details.name.whole() == "ifAlias"


async def test_a_route_with_a_device_and_an_object_asks_at_once(page: MibsPage) -> None:
    page.visit(Route("mibs", text="lab-1/sysName"))
    await until(lambda: names(page) == ["SNMPv2-MIB::sysName.0"])
    await settled()
    assert page.left.details.name.whole() == "sysName"


async def test_mibs_dropped_on_the_page_are_loaded_and_their_problems_shown(
    page: MibsPage, vendor: Path
) -> None:
    (vendor / "broken.mib").write_text("X-MIB DEFINITIONS ::= BEGIN ???")
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(vendor))])
    page.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            carried,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    dialog = await dialog_of(page, LoadedDialog)
    assert dialog.windowTitle() == "2 modules loaded, 1 problem"
    assert "broken.mib: line 1" in dialog.report.toPlainText()
    dialog.accept_button.click()
    await settled()
    page.left.search.setText("acmeLamp")
    page.left.search_now()
    await until(lambda: page.left.found.rowCount())
    page.show_modules()
    modules = await dialog_of(page, ModulesDialog)
    modules.table.select("ACME-LIGHT-MIB")
    modules.accept_button.click()
    await until(lambda: page.left.nothing.isVisible())


async def test_files_are_chosen_and_turning_away_loads_nothing(
    page: MibsPage, vendor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [(), (str(vendor / "ACME-SMI.mib"),)]
    asked: list[bool] = []

    async def files(_parent: object, *, folder: bool) -> tuple[str, ...]:
        asked.append(folder)  # the system's own file dialog cannot be answered off screen
        return answers.pop(0)

    monkeypatch.setattr(module, "ask_files", files)
    page.load_files()
    await settled()
    assert page.window().findChildren(LoadedDialog) == []
    page.load_folder()
    dialog = await dialog_of(page, LoadedDialog)
    assert dialog.windowTitle() == "1 module loaded"
    dialog.accept_button.click()
    await settled()
    assert asked == [False, True]


async def test_the_place_the_object_and_the_sizes_are_remembered(
    around: Around,
    operator: Actor,
    desk: Desk,
    clock: FakeClock,
    bugs: list[BaseException],
) -> None:
    state = State(None)
    first = around.page(make_desk(operator, desk.feed, state=state, clock=clock))
    await until(lambda: first.target.place.count())
    await ask(first, "sysName")
    first.panes.setSizes([300, 900])
    first.panes.splitterMoved.emit(300, 1)
    again = around.page(make_desk(operator, desk.feed, state=state, clock=clock))
    await until(lambda: again.target.place.count())
    assert (again.target.place.currentText(), again.target.object.text()) == ("lab-1", "sysName")
    assert abs(again.panes.sizes()[0] - first.panes.sizes()[0]) < 30
