"""Terminals on the real engine, fed with what devices send."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from shiboken6 import delete, isValid

from noc_console.adapters.keyring import KeyFile
from noc_console.adapters.links.opening import LinkOpener
from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.adapters.terminal.opening import open_engine
from noc_console.db.database import Database
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.sessions import SessionService
from noc_console.services.ways.service import WayService
from noc_console.views.kit.state import State
from noc_console.views.kit.tasks import leave, settled
from noc_console.views.terminal import screen, tinting
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.pane import TerminalPane
from noc_console.views.terminal.view import TerminalView
from tests.conftest import FakeClock
from tests.views.conftest import shown


@pytest.fixture
def engine() -> Iterator[GhosttyEngine]:
    made = GhosttyEngine(Size(80, 24), scrollback=5_000)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are whole at once, however slow the machine; what a budget does is tested alone."""
    monkeypatch.setattr(screen, "PAINT_S", 60.0)
    monkeypatch.setattr(tinting, "BUDGET_S", 60.0)


@pytest.fixture
def looks() -> TerminalLooks:
    return TerminalLooks(State(None))


class Sent(list[tuple[bytes, str]]):
    """What a terminal sent, and whence."""

    def __call__(self, data: bytes, source: str) -> object:
        self.append((data, source))
        return None

    @property
    def typed(self) -> bytes:
        return b"".join(data for data, source in self if source != "answer")


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def view(
    engine: GhosttyEngine, looks: TerminalLooks, sent: Sent, bugs: list[BaseException]
) -> Iterator[TerminalView]:
    made = TerminalView(engine, looks, sent, on_error=bugs.append)
    shown(made, 700, 460)
    made.setFocus()
    yield made
    if isValid(made):
        delete(made)  # before its engine closes


Feed = Callable[[bytes | str], None]


@pytest.fixture
def feed(view: TerminalView) -> Feed:
    """Let the device say something, and have it painted."""

    def say(text: bytes | str) -> None:
        data = text.encode() if isinstance(text, str) else text
        view.engine_answers(view.engine.feed(data))
        view.output_came()
        view.refresh()

    return say


@pytest.fixture
async def given(
    store: Database, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TerminalServices]:
    """Real sessions on the real store; the local shell is the one that is everywhere."""
    monkeypatch.setenv("SHELL", "/bin/sh")
    monkeypatch.setenv("PS1", "ready> ")
    monkeypatch.setenv("ENV", "")
    inventory = InventoryService(store, clock=clock)
    secrets = SecretService(store, keyring=KeyFile(tmp_path / "vault.key"), clock=clock)
    credentials, hostkeys = CredentialService(store, secrets), HostKeyService(store, clock=clock)
    sessions = SessionService(
        store,
        LinkOpener(),
        inventory=inventory,
        credentials=credentials,
        hostkeys=hostkeys,
        ways=WayService(store, clock=clock, hostkeys=hostkeys, credentials=credentials),
    )
    yield TerminalServices(open_engine=open_engine, sessions=sessions, inventory=inventory)
    await leave()
    await settled()


def says(pane: TerminalPane, text: str) -> Callable[[], bool]:
    """Whether this stands in the terminal."""

    def look() -> bool:
        engine = pane.view.engine
        return any(text in line for line in engine.lines(0, engine.viewport.total))

    return look
