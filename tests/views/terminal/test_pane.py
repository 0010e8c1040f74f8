"""One terminal with what stands around it, on a real shell."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from noc_console.services.terminal.session import SessionState
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import leave
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.pane import TerminalPane
from tests.views.conftest import shown, until
from tests.views.terminal.conftest import says


@pytest.fixture
def pane(desk: Desk, given: TerminalServices, looks: TerminalLooks) -> TerminalPane:
    made = TerminalPane(desk, given, looks, "shell")
    shown(made, 800, 500)
    return made


def is_open(pane: TerminalPane) -> bool:
    return pane.state is SessionState.OPEN


async def test_what_is_typed_comes_back_from_the_shell(qtbot: QtBot, pane: TerminalPane) -> None:
    assert pane.head.under.whole() == "not connected yet"
    pane.start()
    await until(lambda: is_open(pane))
    pane.focus()
    qtbot.keyClicks(pane.view, "echo $((6*7))ok")
    qtbot.keyClick(pane.view, Qt.Key.Key_Return)
    await until(says(pane, "42ok"))
    assert pane.title == "Local shell" and pane.is_live
    assert pane.head.dot.state is SessionState.OPEN


async def test_the_shell_has_the_size_that_is_shown(qtbot: QtBot, pane: TerminalPane) -> None:
    pane.start()
    await until(lambda: is_open(pane))
    pane.view.send(b"stty size; echo done\r", "typed")
    size = pane.view.engine.size
    await until(says(pane, f"{size.rows} {size.columns}"))
    pane.resize(500, 300)
    await until(lambda: pane.view.engine.size != size)
    pane.view.send(b"stty size\r", "typed")
    now = pane.view.engine.size
    await until(says(pane, f"{now.rows} {now.columns}"))


async def test_an_ended_session_says_why_and_enter_connects_again(
    qtbot: QtBot, pane: TerminalPane
) -> None:
    pane.start()
    await until(lambda: is_open(pane))
    first = pane.session
    pane.view.send(b"exit\r", "typed")
    await until(lambda: pane.state is SessionState.CLOSED and not pane.strip.isHidden())
    assert pane.strip.button.text() == "Connect again" and not pane.is_live
    qtbot.keyClicks(pane.view, "x")
    assert pane.session is first, "what is typed into nothing goes nowhere"
    qtbot.keyClick(pane.view, Qt.Key.Key_Return)
    await until(lambda: is_open(pane) and pane.session is not first)
    assert pane.strip.isHidden()


async def test_who_connects_again_while_the_last_of_a_session_is_put_away_is_heard(
    pane: TerminalPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane.start()
    await until(lambda: is_open(pane))
    first, may_end = pane.session, asyncio.Event()
    assert first is not None
    close = first.close

    async def slowly() -> None:
        await may_end.wait()
        await close()

    monkeypatch.setattr(first, "close", slowly)
    pane.view.send(b"exit\r", "typed")
    await until(lambda: pane.state is SessionState.CLOSED)
    pane.reconnect()
    may_end.set()
    await until(lambda: is_open(pane) and pane.session is not first)
    second = pane.session
    pane.view.send(b"exit\r", "typed")
    await until(lambda: pane.state is SessionState.CLOSED and not pane.strip.isHidden())
    assert pane.session is second, "once only"


async def test_an_address_that_leads_nowhere_is_told_in_place(
    pane: TerminalPane, bugs: list[BaseException]
) -> None:
    pane.connect_to("telnet:127.0.0.1:1")
    await until(lambda: not pane.strip.isHidden())
    assert "127.0.0.1" in pane.strip.text.text() and bugs == []
    assert pane.state is SessionState.CLOSED
    pane.connect_to("ssh:device:4711")
    await until(lambda: "4711" in pane.strip.text.text())
    assert bugs == []


async def test_shutting_ends_the_shell(pane: TerminalPane) -> None:
    pane.start()
    await until(lambda: is_open(pane))
    session = pane.session
    assert session is not None
    pane.shut()
    await until(lambda: session.state is SessionState.CLOSED)


async def test_what_the_session_refuses_is_said_and_goes_with_the_next_thing_sent(
    pane: TerminalPane,
) -> None:
    class Guard:
        """Refuses to reload."""

        def received(self, data: bytes) -> None: ...

        def reset(self) -> None: ...

        def check(self, data: bytes, *, is_elevated: bool = False) -> object:
            return self if b"reload" in data else None

        sentence = "This session only reads."

    pane.start()
    await until(lambda: is_open(pane))
    assert pane.session is not None
    pane.session.guard = Guard()  # type: ignore[assignment]
    pane.view.send(b"reload\r", "typed")
    assert pane.strip.text.text() == "This session only reads." and not pane.strip.isHidden()
    pane.view.send(b"echo ok\r", "typed")
    assert pane.strip.isHidden()


async def test_finding_starts_with_what_is_selected_and_shows_the_hit(
    qtbot: QtBot, pane: TerminalPane
) -> None:
    engine = pane.view.engine
    engine.feed(b"".join(b"line %d\r\n" % number for number in range(300)))
    pane.view.output_came()
    pane.view.refresh()
    pane.open_find()
    pane.find_bar.text.setText("line 17")
    qtbot.keyClick(pane.find_bar.text, Qt.Key.Key_Return)
    await until(lambda: pane.view.search.is_done and len(pane.view.search.hits) == 11)
    qtbot.keyClick(pane.find_bar.text, Qt.Key.Key_Return)
    await until(lambda: pane.view.search.chosen is not None)
    hit = pane.view.search.chosen
    assert hit is not None
    view = engine.viewport
    assert view.top <= hit.first.row < view.top + view.rows


async def test_a_name_given_by_the_operator_wins_and_what_the_device_says_stands_beside(
    pane: TerminalPane,
) -> None:
    pane.start()
    await until(lambda: is_open(pane))
    pane.view.send(rb"printf '\033]0;core-1\007'" + b"\r", "typed")
    await until(lambda: pane.head.under.whole() == "core-1")
    pane.name = "My shell"
    pane.tell()
    assert pane.head.name.text() == "My shell"


async def test_resetting_tidies_up_and_parts_may_add_to_the_menu(pane: TerminalPane) -> None:
    pane.view.engine.feed(b"\x1b[?1049h\x1b[31mgarbage")
    pane.reset()
    pane.view.refresh()
    assert pane.view.frame is not None and pane.view.frame.rows[0].text == ""
    pane.menu_extras.append(lambda menu: menu.addAction("Files…"))
    menu = QMenu()
    pane.fill_menu(menu)
    assert [action.text() for action in menu.actions()] == ["Files…"]


async def test_leaving_the_console_ends_every_session(pane: TerminalPane) -> None:
    pane.start()
    await until(lambda: is_open(pane))
    await leave()
    assert pane.session is not None and pane.session.state is SessionState.CLOSED
