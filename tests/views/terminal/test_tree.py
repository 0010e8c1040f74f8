"""The tree of saved sessions."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from noc_console.db.database import Database
from noc_console.services.inventory.service import InventoryService
from noc_console.services.sessiontree.model import Found, Node, NodeId, Problem, Reading
from noc_console.services.sessiontree.service import SessionTreeService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.terminal.tree import SessionDialog, SessionTree, summary
from tests.conftest import FakeClock
from tests.views.conftest import shown, until


@pytest.fixture
def service(store: Database, clock: FakeClock) -> SessionTreeService:
    return SessionTreeService(store, InventoryService(store, clock=clock))


@pytest.fixture
async def tree(desk: Desk, service: SessionTreeService) -> SessionTree:
    made = SessionTree(desk, service)
    shown(made, 240, 500)
    return made


def item(tree: SessionTree, name: str) -> QTreeWidgetItem:
    found = tree.tree.findItems(name, Qt.MatchFlag.MatchRecursive | Qt.MatchFlag.MatchExactly)
    return found[0]


def dialogs() -> list[Dialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, Dialog) and w.isVisible()]


async def fill(desk: Desk, service: SessionTreeService) -> dict[str, Node]:
    paris = await service.add(desk.actor, name="Paris")
    core = await service.add(desk.actor, name="core", address="192.0.2.1", parent_id=paris.id)
    edge = await service.add(desk.actor, name="edge", address="telnet:192.0.2.2")
    return {"Paris": paris, "core": core, "edge": edge}


async def test_an_empty_tree_teaches_and_follows_what_is_added(
    desk: Desk, tree: SessionTree, service: SessionTreeService
) -> None:
    assert tree.teach.isVisible()
    await until(lambda: not tree.tree.isVisible())
    await fill(desk, service)
    await until(lambda: tree.tree.topLevelItemCount() == 2)
    assert not tree.teach.isVisible() and tree.tree.isVisible()
    assert item(tree, "core").parent().text(0) == "Paris"


async def test_enter_opens_a_session_or_all_of_a_folder(
    qtbot: QtBot, desk: Desk, tree: SessionTree, service: SessionTreeService
) -> None:
    await fill(desk, service)
    await until(lambda: tree.tree.topLevelItemCount() == 2)
    opened: list[tuple[str, str]] = []
    tree.opened.connect(lambda address, name: opened.append((address, name)))
    tree.tree.setCurrentItem(item(tree, "edge"))
    qtbot.keyClick(tree.tree, Qt.Key.Key_Return)
    tree.tree.setCurrentItem(item(tree, "Paris"))
    qtbot.keyClick(tree.tree, Qt.Key.Key_Return)
    assert opened == [("telnet:192.0.2.2", "edge"), ("ssh:192.0.2.1", "core")]


async def test_a_search_shows_what_fits_with_its_folder(
    desk: Desk, tree: SessionTree, service: SessionTreeService
) -> None:
    await fill(desk, service)
    await until(lambda: tree.tree.topLevelItemCount() == 2)
    tree.search.setText("192.0.2.1")
    assert item(tree, "edge").isHidden()
    assert not item(tree, "Paris").isHidden() and not item(tree, "core").isHidden()


async def test_a_session_is_added_changed_and_forgotten(
    qtbot: QtBot, desk: Desk, tree: SessionTree, service: SessionTreeService
) -> None:
    tree.add_session()
    await until(dialogs)
    dialog = dialogs()[0]
    assert isinstance(dialog, SessionDialog)
    dialog.address.setText("ssh:-oProxyCommand=x")
    dialog.accept_button.click()
    assert not dialog.problem.isHidden()
    dialog.address.setText("mira@192.0.2.9")
    dialog.accept_button.click()
    await until(lambda: tree.tree.topLevelItemCount() == 1)
    (node,) = await service.nodes(desk.actor)
    assert (node.name, node.address) == ("ssh:mira@192.0.2.9", "ssh:mira@192.0.2.9")
    tree.tree.setCurrentItem(tree.tree.topLevelItem(0))
    tree.change()
    await until(dialogs)
    changing = dialogs()[0]
    assert isinstance(changing, SessionDialog)
    changing.name.setText("Mira's")
    changing.accept_button.click()
    await until(lambda: tree.tree.topLevelItem(0).text(0) == "Mira's")
    tree.tree.setCurrentItem(tree.tree.topLevelItem(0))
    tree.share()
    await until(lambda: tree.current() is not None and tree.current().is_shared)  # type: ignore[union-attr]
    qtbot.keyClick(tree.tree, Qt.Key.Key_Delete)
    await until(dialogs)
    assert dialogs()[0].accept_button.text() == "Forget the session"
    dialogs()[0].accept_button.click()
    await until(lambda: tree.tree.topLevelItemCount() == 0)


async def test_a_dragged_session_is_kept_where_it_was_dropped(
    desk: Desk, tree: SessionTree, service: SessionTreeService
) -> None:
    nodes = await fill(desk, service)
    await until(lambda: tree.tree.topLevelItemCount() == 2)
    tree.tree.moved.emit(int(nodes["edge"].id), int(nodes["Paris"].id), 0)
    await until(lambda: tree.tree.topLevelItemCount() == 1)
    tree.tree.moved.emit(int(nodes["Paris"].id), int(nodes["Paris"].id), 0)
    await until(lambda: not tree.strip.isHidden())
    assert tree.tree.topLevelItemCount() == 1


async def test_sessions_of_another_program_are_taken_over_after_a_look(
    desk: Desk, tree: SessionTree, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,folder,host\ncore,Paris,192.0.2.1\nbad,,no host!\n")
    tree.tasks.do("import", lambda: tree._import(path))
    await until(dialogs)
    assert dialogs()[0].accept_button.text() == "Take over 1 session"
    dialogs()[0].accept_button.click()
    await until(lambda: tree.tree.topLevelItemCount() == 1)
    assert item(tree, "core").parent().text(0) == "Paris"


async def test_the_menu_offers_adding_and_importing(tree: SessionTree) -> None:
    menu = QMenu(tree)
    tree.fill_add_menu(menu)
    assert [action.text() for action in menu.actions() if action.text()][:2] == [
        "New session…",
        "New folder…",
    ]


def test_an_import_says_what_it_would_do() -> None:
    reading = Reading(
        (Found((), "a", "ssh:device:7"), Found((), "b", "ssh:192.0.2.1")),
        tuple(Problem(f"p{n}", "it has no host") for n in range(8)),
        "PuTTY",
    )
    told = summary(reading)
    assert "1 session of them lead to devices" in told
    assert "8 entries cannot be used" in told and "and 2 more" in told


async def test_a_folder_has_no_address(desk: Desk, tree: SessionTree) -> None:
    dialog = SessionDialog(tree, Node(NodeId(1), None, "Paris"))
    assert dialog.value() == ("Paris", "", "")
    dialog.name.setText("")
    dialog.accept_button.click()
    assert dialog.result() != QDialog.DialogCode.Accepted
