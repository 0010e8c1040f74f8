"""What stands around terminals, on a page with a real local shell."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from noc_console.db.database import Database
from noc_console.kernel.secret import Secret
from noc_console.services.inspection.service import InspectionService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.sessiontree.service import SessionTreeService
from noc_console.services.snippets.model import Snippet, SnippetId, Variant
from noc_console.services.snippets.service import SnippetService
from noc_console.services.tapes.service import TapeService
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.names import NetworkNames
from noc_console.services.terminal.redacting import MASK
from noc_console.services.terminal.session import SessionState
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import leave, settled
from noc_console.views.terminal.around import Around, AroundServices
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.hiding import HidingDialog
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.pane import TerminalPane
from noc_console.views.terminal.replay import ReplayBar, TapesDialog
from noc_console.views.terminal.snippets import SnippetDialog, VariablesDialog
from tests.conftest import FakeClock
from tests.views.conftest import shown, until
from tests.views.terminal.conftest import says
from tests.views.world import World


@pytest.fixture
async def around(
    desk: Desk, given: TerminalServices, world: World, clock: FakeClock, tmp_path: Path
) -> AsyncIterator[Around]:
    store: Database = world.store
    inventory: InventoryService = world.inventory
    names = NetworkNames(inventory, InspectionService(inventory), world.telemetry, clock=clock)
    services = AroundServices(
        names,
        SnippetService(store, clock=clock),
        SessionTreeService(store, inventory),
        TapeService(store, tmp_path / "tapes", clock=clock),
    )
    page = TerminalPage(desk, given)
    made = Around(page, services)
    shown(page, 1200, 700)
    yield made
    await leave()
    await settled()


async def shell(around: Around) -> TerminalPane:
    pane = around.page.open("shell")
    assert pane is not None
    await until(lambda: pane.state is SessionState.OPEN)
    return pane


def dialogs(kind: type) -> list:  # type: ignore[type-arg]
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


async def test_names_are_live_in_every_terminal(around: Around) -> None:
    pane = await shell(around)
    assert pane.view.live is around.live
    pane.view.type(b"echo edge-3\r", "typed")
    await until(lambda: pane.view._live)


async def test_the_filter_hears_what_comes_and_goes_with_a_second_press(around: Around) -> None:
    pane = await shell(around)
    around.toggle_filter()
    (one,) = around._around.values()
    assert one.filter is not None
    one.filter.pattern.setText("^two")
    pane.view.type(b"printf 'one\\ntwo\\n'\r", "typed")
    await until(lambda: one.filter is not None and one.filter.text.toPlainText() == "two")
    around.toggle_filter()
    assert one.filter is None and pane.session is not None
    assert pane.session._taps == []


async def test_a_session_is_recorded_in_sight_and_played_again(around: Around) -> None:
    pane = await shell(around)
    around.record()
    (one,) = around._around.values()
    await until(lambda: one.scribes)
    assert one.badge.text() == "● recording"
    pane.view.type(b"echo recorded $((40+2))\r", "typed")
    await until(says(pane, "recorded 42"))
    tap = one.scribes[False]
    around.record()
    assert one.badge.isHidden()
    tap.close()
    around.show_tapes()
    await until(lambda: dialogs(TapesDialog))
    dialogs(TapesDialog)[0].accept_button.click()
    await until(lambda: len(around.page.panes) == 2)
    replay = around.page.panes[1]
    await until(says(replay, "recorded 42"))
    (bar,) = replay.findChildren(ReplayBar)
    assert bar.link.tape.title == "Local shell"
    variants = (Variant("*", "echo again"),)
    around._show_snippets((Snippet(SnippetId(7), "Again", variants, is_on_bar=True),))
    live, played = (each.bar for each in around._around.values())
    assert live.buttons and not played.buttons  # nothing is sent into what is over
    around.page.resize(500, 300)
    await until(lambda: replay.view.zoom < 0)
    assert replay.view.engine.size == Size(*bar.link.size_at())


async def test_a_recording_hides_the_secrets_of_every_session_it_goes_on_over(
    around: Around,
) -> None:
    pane = await shell(around)
    around.record()
    (one,) = around._around.values()
    await until(lambda: one.scribes)
    tap, first = one.scribes[False], pane.session
    for number in (1, 2):
        assert pane.session is not None
        pane.session.confided.add(Secret(f"hunter2-{number}"))
        pane.view.type(f"echo hunter2-{number} was echoed\r".encode(), "typed")
        await until(says(pane, f"hunter2-{number} was echoed"))
        pane.view.type(b"exit\r", "typed")
        await until(lambda: pane.state is SessionState.CLOSED and not pane.strip.isHidden())
        if number == 1:
            pane.reconnect()
            await until(lambda: pane.session is not first and pane.state is SessionState.OPEN)
    around.record()
    tap.close()
    kept = tap.path.read_text()
    assert "hunter2" not in kept and kept.count("was echoed") >= 2


async def test_who_elevates_is_recorded_from_then_on(around: Around) -> None:
    pane = await shell(around)
    (one,) = around._around.values()
    assert await pane.ensure_recorded()
    assert one.badge.text() == "● recording" and pane.is_recorded()
    first = one.scribes[False]
    assert await pane.ensure_recorded() and one.scribes[False] is first
    around.record()
    assert not pane.is_recorded()
    first.close()


async def test_what_else_is_hidden_is_said_tried_and_kept(desk: Desk, around: Around) -> None:
    around.hide()
    await until(lambda: dialogs(HidingDialog))
    (dialog,) = dialogs(HidingDialog)
    dialog.pattern.setText(r"pin (\d+)")
    dialog.trial.setText("pin 4711")
    assert dialog.shown.text() == f"Recorded as: pin {MASK}"
    dialog.accept_button.click()
    await settled()
    tapes = around._given.tapes
    assert [one.pattern for one in await tapes.patterns(desk.actor)] == [r"pin (\d+)"]
    around.hide()
    await until(lambda: dialogs(HidingDialog))
    (dialog,) = dialogs(HidingDialog)
    dialog.list.setCurrentRow(0)
    dialog.remove_button.click()
    dialog.accept_button.click()
    await settled()
    assert await tapes.patterns(desk.actor) == ()


async def test_what_is_shown_goes_into_a_text_file(around: Around) -> None:
    pane = await shell(around)
    around.log()
    (one,) = around._around.values()
    await until(lambda: one.scribes)
    pane.view.type(b"echo kept $((40+2))\r", "typed")
    await until(says(pane, "kept 42"))
    tap = one.scribes[True]
    around.log()
    tap.close()
    assert "kept 42" in tap.path.read_text()


async def test_a_snippet_on_the_bar_is_sent_and_asks_what_is_open(
    desk: Desk, around: Around
) -> None:
    pane = await shell(around)
    service = around._given.snippets
    await service.save(desk.actor, name="Say", text="echo said {{what=it}}", is_on_bar=True)
    (one,) = around._around.values()
    await until(lambda: one.bar.buttons)
    one.bar.buttons[0].click()
    await until(lambda: dialogs(VariablesDialog))
    (dialog,) = dialogs(VariablesDialog)
    dialog.fields["what"].setText("hello")
    dialog.accept_button.click()
    await until(says(pane, "said hello"))


async def test_a_snippet_without_a_variant_for_the_platform_says_so(
    desk: Desk, around: Around
) -> None:
    pane = await shell(around)
    made = await around._given.snippets.save(desk.actor, name="J", text="x", platform="junos")
    around.send(pane, made)
    await until(lambda: not pane.strip.isHidden())


async def test_keys_are_recorded_kept_and_typed_again(desk: Desk, around: Around) -> None:
    pane = await shell(around)
    around.record_keys()
    assert pane.session is not None
    pane.view.type(b"echo key$((1+1))\r", "typed")
    await until(says(pane, "key2"))
    around.record_keys()
    await until(lambda: dialogs(SnippetDialog))
    (dialog,) = dialogs(SnippetDialog)
    dialog.name.setText("Keys")
    dialog.accept_button.click()
    await until(lambda: around.snippets)
    pane.view.engine.reset()
    around.send(pane, around.snippets[0])
    await until(says(pane, "key2"))


async def test_without_a_session_nothing_is_sent(desk: Desk, around: Around) -> None:
    pane = around.page.make("")
    made = await around._given.snippets.save(desk.actor, name="J", text="x")
    around.send(pane, made)
    assert not pane.strip.isHidden()
    pane.deleteLater()


async def test_a_new_snippet_begins_with_what_is_selected(around: Around) -> None:
    pane = await shell(around)
    pane.view.type(b"echo select-me\r", "typed")
    await until(says(pane, "select-me"))
    pane.view.select_all()
    around.new_snippet()
    await until(lambda: dialogs(SnippetDialog))
    (dialog,) = dialogs(SnippetDialog)
    assert "select-me" in dialog.texts[0][1].toPlainText()
    dialog.reject()


async def test_the_menu_offers_all_of_it(around: Around) -> None:
    pane = await shell(around)
    menu = QMenu(around.page)
    pane.fill_menu(menu)
    texts = [action.text() for action in menu.actions()]
    for text in ("Filter lines beside", "Record this session", "Snippets", "Recorded sessions…"):
        assert text in texts


async def test_in_a_window_of_its_own_menu_and_keys_act_on_the_terminal_there(
    qtbot: QtBot, around: Around
) -> None:
    pane = await shell(around)
    around.page.detach()
    other = around.page.open("shell", again=True)
    assert other is not None
    await until(lambda: other.state is SessionState.OPEN)
    one, two = around._of(pane), around._of(other)
    assert one is not None and two is not None
    menu = QMenu(around.page)
    pane.fill_menu(menu)
    actions = {action.text(): action for action in menu.actions()}
    actions["Filter lines beside"].trigger()
    assert one.filter is not None and two.filter is None
    for text in ("Record this session", "Write it to a text file", "Record keys as a macro"):
        actions[text].trigger()
    await until(lambda: set(one.scribes) == {False, True})
    assert one.macro is not None and not two.scribes and two.macro is None
    pane.view.type(b"echo $((40+2))\r", "typed")
    await until(says(pane, "42"))
    (window,) = around.page.windows
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for key in (Qt.Key.Key_H, Qt.Key.Key_Y, Qt.Key.Key_M):
        window.activateWindow()
        pane.focus()
        await until(pane.view.hasFocus)
        qtbot.keyClick(pane.view, key, held)
    assert one.filter is None and set(one.scribes) == {True} and one.macro is None
    await until(lambda: dialogs(SnippetDialog))
    (dialog,) = dialogs(SnippetDialog)
    assert dialog.parent() is pane, "asked where one looks"
    dialog.reject()
    around.log(pane)


async def test_a_saved_session_opens_and_the_tree_hides(desk: Desk, around: Around) -> None:
    around.tree.opened.emit("shell", "Mine")
    assert [pane.title for pane in around.page.panes] == ["Mine"]
    assert around.tree.isVisible()
    around.toggle_tree()
    assert not around.tree.isVisible()
    assert desk.state.get("terminal.around")["tree"] is False
