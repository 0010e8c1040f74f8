"""A device writes the clipboard only where somebody let it, and never reads it."""

from __future__ import annotations

import base64

import pytest
from PySide6.QtGui import QAction, QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from noc_console.services.terminal.session import SessionState
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.terminal.clipboard import LARGEST, RISK, DeviceClipboard
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.pane import TerminalPane
from tests.views.conftest import shown, until
from tests.views.terminal.conftest import says


@pytest.fixture
def clipboard() -> QClipboard:
    found = QGuiApplication.clipboard()
    found.setText("mine")
    return found


@pytest.fixture
async def gate(desk: Desk, given: TerminalServices, looks: TerminalLooks) -> DeviceClipboard:
    pane = TerminalPane(desk, given, looks, "shell")
    made = DeviceClipboard(pane)
    shown(pane, 800, 500)
    pane.start()
    await until(lambda: pane.state is SessionState.OPEN)
    pane.focus()
    return made


def pane_of(gate: DeviceClipboard) -> TerminalPane:
    pane = gate.parent()
    assert isinstance(pane, TerminalPane)
    return pane


def wants(gate: DeviceClipboard, text: str, *, then: str) -> None:
    """A program in the shell sends OSC 52, and `then` something that is seen."""
    told = base64.b64encode(text.encode()).decode()
    command = f"printf '\\033]52;c;{told}\\007'; echo {then[:1]}''{then[1:]}\r"
    pane_of(gate).view.send(command.encode(), "typed")


def menu_action(gate: DeviceClipboard) -> QAction:
    menu = QMenu(pane_of(gate))
    pane_of(gate).fill_menu(menu)
    return next(each for each in menu.actions() if "clipboard" in each.text())


async def allow(gate: DeviceClipboard) -> None:
    """As an operator does it: the menu, the question, yes."""
    menu_action(gate).trigger()

    def asked() -> list[Dialog]:
        found = QApplication.topLevelWidgets()
        return [each for each in found if isinstance(each, Dialog) and each.isVisible()]

    await until(asked)
    (ask,) = asked()
    assert ask.cancel_button.isDefault()
    ask.accept_button.click()
    await until(lambda: gate.is_allowed)
    pane_of(gate).window().activateWindow()  # without a desktop nobody does that
    pane_of(gate).focus()
    await until(pane_of(gate).view.hasFocus)


async def test_nothing_is_written_until_somebody_lets_it(
    desk: Desk, gate: DeviceClipboard, clipboard: QClipboard
) -> None:
    notices: list[str] = []
    desk.wires.noticed.connect(lambda text, _tone: notices.append(text))
    assert not menu_action(gate).isChecked() and gate.badge.isHidden()
    wants(gate, "rm -rf /", then="refused")
    await until(says(pane_of(gate), "refused"))
    assert clipboard.text() == "mine"
    await allow(gate)
    assert "can never read" in RISK
    assert menu_action(gate).isChecked() and gate.badge.isVisible()
    assert clipboard.text() == "mine", "what was wanted before does not come after"
    wants(gate, "zwei Zeilen\nund größe", then="written")
    await until(lambda: clipboard.text() == "zwei Zeilen\nund größe")
    assert "Local shell put 21 characters on the clipboard" in notices
    menu_action(gate).trigger()
    assert not gate.is_allowed and gate.badge.isHidden()
    wants(gate, "once more", then="ended")
    await until(says(pane_of(gate), "ended"))
    assert clipboard.text() == "zwei Zeilen\nund größe"


async def test_the_clipboard_is_not_told_to_a_device(
    gate: DeviceClipboard, clipboard: QClipboard
) -> None:
    await allow(gate)
    session = pane_of(gate).session
    assert session is not None
    sent = session.sent
    pane_of(gate).view.engine_answers(pane_of(gate).view.engine.feed(b"\x1b]52;c;?\x07"))
    pane_of(gate).view.output_came()
    assert session.sent == sent and clipboard.text() == "mine"


async def test_what_is_not_seen_is_taken_out_and_what_is_large_is_refused(
    gate: DeviceClipboard, clipboard: QClipboard
) -> None:
    await allow(gate)
    view = pane_of(gate).view
    view.clipboard_wanted.emit("a\x1b[31m\u202eb\x07")
    assert clipboard.text() == "a[31mb"
    view.clipboard_wanted.emit("x" * (LARGEST + 1))
    assert clipboard.text() == "a[31mb" and "characters" in pane_of(gate).strip.text.text()
    long = base64.b64encode(b"y" * LARGEST)
    view.engine.feed(b"\x1b]52;c;" + long + b"\x07")
    assert view.engine.take_clipboard() is None


async def test_a_flood_leaves_the_clipboard_to_people(
    gate: DeviceClipboard, clipboard: QClipboard
) -> None:
    await allow(gate)
    view = pane_of(gate).view
    for number in range(50):
        view.clipboard_wanted.emit(f"text {number}")
    assert clipboard.text() == "text 0"
    gate._rest.setInterval(1)
    gate._rest.start()
    await until(lambda: clipboard.text() == "text 49")


async def test_while_one_works_elsewhere_nothing_is_written(
    gate: DeviceClipboard, clipboard: QClipboard
) -> None:
    await allow(gate)
    pane_of(gate).view.clearFocus()
    pane_of(gate).view.clipboard_wanted.emit("from behind")
    assert clipboard.text() == "mine" and "elsewhere" in pane_of(gate).strip.text.text()


async def test_another_session_begins_without_it(
    gate: DeviceClipboard, clipboard: QClipboard
) -> None:
    await allow(gate)
    pane = pane_of(gate)
    first = pane.session
    pane.view.send(b"exit\r", "typed")
    await until(lambda: pane.state is SessionState.CLOSED)
    assert not menu_action(gate).isEnabled()
    pane.reconnect()
    await until(lambda: pane.state is SessionState.OPEN and pane.session is not first)
    assert not gate.is_allowed and gate.badge.isHidden()
