"""Each session of a device has its guard before anything can be typed; one's own shell has none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from PySide6.QtWidgets import QApplication

from noc_console.db.database import Database
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.terminal.connecting import Ended, LinkKind, Target
from noc_console.services.terminal.elevation import ElevationService
from noc_console.services.terminal.recognising import UNWRITTEN
from noc_console.services.terminal.session import Session, SessionState
from noc_console.views.kit.desk import Desk
from noc_console.views.terminal.elevation import ElevateDialog
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.guarding import LOOKING, Guarding, GuardServices
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.pane import TerminalPane
from tests.conftest import FakeClock
from tests.views.conftest import RESOURCES, shown, until

RULES = load(RESOURCES / "platforms")


class Router:
    """A link to a router that only listens: what reached it is what counts here."""

    describe = "a router"
    facts: tuple[tuple[str, str], ...] = ()
    badges: tuple[str, ...] = ()
    ended: Ended | None = None

    def __init__(self, prompt: bytes = b"core-1#") -> None:
        self.heard = b""
        self._says: asyncio.Queue[bytes] = asyncio.Queue()
        self._says.put_nowait(b"Welcome\r\n" + prompt)

    async def read(self, limit: int) -> bytes:
        return await self._says.get()

    def write(self, typed: bytes) -> None:
        self.heard += typed
        self._says.put_nowait(typed.replace(b"\r", b"\r\ncore-1#"))

    def resize(self, columns: int, rows: int) -> None: ...

    def send_break(self) -> None: ...

    async def close(self) -> None:
        self._says.put_nowait(b"")


@pytest.fixture
async def page(
    desk: Desk, given: TerminalServices, store: Database, clock: FakeClock
) -> AsyncIterator[tuple[TerminalPage, Guarding]]:
    async def driver_of(platform: str) -> Driver | None:
        await asyncio.sleep(0.05)
        return RULES.driver(platform)

    made = TerminalPage(desk, given)
    guarding = Guarding(made, GuardServices(ElevationService(store, clock=clock), driver_of))
    shown(made, 1000, 700)
    yield made, guarding


def connected(
    page: TerminalPage, platform: str, prompt: bytes = b"core-1#"
) -> tuple[TerminalPane, Router]:
    router = Router(prompt)
    target = Target("core-1", LinkKind.SSH, "192.0.2.1", device_id=7, platform=platform)
    pane = page.show_session(lambda size: Session.over(router, target, size), "core-1")
    return pane, router


async def test_nothing_is_typed_before_the_guard_stands_and_no_change_after(
    page: tuple[TerminalPage, Guarding],
) -> None:
    terminals, guarding = page
    pane, router = connected(terminals, "iosxe")
    await until(lambda: pane.session is not None)
    pane.view.send(b"reload\r", "typed")
    assert pane.strip.text.text() == LOOKING.sentence and router.heard == b""
    await until(lambda: guarding.bar(pane) is not None)
    for key in b"show clock\r":
        pane.view.send(bytes([key]), "typed")
    assert router.heard == b"show clock\r"
    for key in b"configure terminal\r":
        pane.view.send(bytes([key]), "typed")
    assert not router.heard.endswith(b"configure terminal\r")
    assert "may only look" in pane.strip.text.text()


async def test_a_console_left_in_a_configuration_mode_is_known_by_its_first_prompt(
    page: tuple[TerminalPage, Guarding],
) -> None:
    terminals, guarding = page
    pane, router = connected(terminals, "iosxe", b"core-1(config)#")
    await until(lambda: guarding.bar(pane) is not None)
    pane.view.send(b"enable secret 0 x\r", "typed")
    assert router.heard == b"" and "configuration mode" in pane.strip.text.text()


async def test_where_it_cannot_tell_it_says_so(page: tuple[TerminalPage, Guarding]) -> None:
    terminals, guarding = page
    pane, router = connected(terminals, "nobody-knows-it")
    await until(lambda: guarding.bar(pane) is not None)
    bar = guarding.bar(pane)
    assert bar is not None and bar.state.text() == UNWRITTEN
    pane.view.send(b"reload\r", "typed")
    assert router.heard == b"reload\r"


async def test_elevated_and_recorded_it_holds_nothing_back(
    page: tuple[TerminalPage, Guarding],
) -> None:
    terminals, guarding = page
    pane, router = connected(terminals, "iosxe")
    await until(lambda: guarding.bar(pane) is not None)
    bar = guarding.bar(pane)
    assert bar is not None

    async def recorded() -> bool:
        return True

    pane.ensure_recorded, pane.is_recorded = recorded, lambda: True
    bar.button.click()

    def dialogs() -> list[ElevateDialog]:
        found = QApplication.topLevelWidgets()
        return [w for w in found if isinstance(w, ElevateDialog) and w.isVisible()]

    await until(dialogs)
    dialogs()[0].reason.setText("CHG-7 new peer")
    dialogs()[0].accept_button.click()
    await until(lambda: bar.is_elevated)
    pane.view.send(b"configure terminal\r", "typed")
    assert router.heard.endswith(b"configure terminal\r")
    pane.is_recorded = lambda: False  # somebody ended the recording
    pane.view.send(b"reload\r", "typed")
    assert b"reload" not in router.heard
    bar.refresh()
    await until(lambda: bar.elevation is None)
    assert bar.state.text().startswith("Read-only")


async def test_ones_own_shell_is_not_guarded(page: tuple[TerminalPage, Guarding]) -> None:
    terminals, guarding = page
    pane = terminals.open("shell")
    assert pane is not None
    await until(lambda: pane.state is SessionState.OPEN)
    assert pane.session is not None and pane.session.guard is None
    assert guarding.bar(pane) is None
