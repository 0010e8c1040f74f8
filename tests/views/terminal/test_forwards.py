"""Ports of a session on screen, over a real sshd."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.forwarding import ForwardKind
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.session import Session
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.terminal.forwards import ForwardsPanel
from tests.adapters.ssh.peers import Sshd, agent, sshd
from tests.conftest import FakeClock
from tests.services.terminal.house import House, Person, house
from tests.views.conftest import shown, until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def home(store: Database, bus: EventBus, clock: FakeClock, tmp_path: Path) -> House:
    return house(store, bus, clock, tmp_path)


@pytest.fixture
async def session(
    home: House,
    operator: Actor,
    server: Sshd,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Session]:
    with agent(tmp_path, server.home / "id") as path:
        monkeypatch.setenv("SSH_AUTH_SOCK", path)
        hop = server.hop
        target = Target("box", LinkKind.SSH, hop.host, hop.port, hop.user)
        opened = await home.sessions.open(
            operator, target=target, size=Size(80, 24), asker=Person()
        )
        yield opened
        await settled()
        await opened.close()


@pytest.fixture
async def panel(home: House, desk: Desk, session: Session) -> ForwardsPanel:
    made = ForwardsPanel(desk, home.carrying, session)
    shown(made)
    await settled()
    return made


def choose(panel: ForwardsPanel, kind: ForwardKind) -> None:
    panel.kind.setCurrentIndex(panel.kind.findData(kind))


async def test_a_port_is_opened_counted_and_closed(panel: ForwardsPanel) -> None:
    assert panel.teach.isVisible() and not panel.stop_button.isEnabled()

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    behind = await asyncio.start_server(greet, "127.0.0.1", 0)
    panel.listen.setText("0")
    panel.to.setText(f"127.0.0.1:{behind.sockets[0].getsockname()[1]}")
    panel.start_button.click()
    await until(panel.table.rows.rows)
    (forward,) = panel.table.rows.rows()
    reader, writer = await asyncio.open_connection("127.0.0.1", forward.wish.listen_port)
    assert await reader.read(10) == b"hello"
    writer.close()
    panel.refresh()
    await until(lambda: panel.table.rows.rows()[0].connections == 1)
    panel.table.select(forward.id)
    assert panel.stop_button.isEnabled()
    panel.stop_button.click()
    await until(lambda: not panel.table.rows.rows())
    assert panel.teach.isVisible()
    behind.close()


async def test_a_proxy_needs_no_destination(panel: ForwardsPanel) -> None:
    choose(panel, ForwardKind.DYNAMIC)
    assert not panel.to.isEnabled()
    panel.listen.setText("0")
    panel.start()
    await until(panel.table.rows.rows)
    assert "SOCKS" in panel.table.rows.rows()[0].wish.text


@pytest.mark.parametrize(
    ("listen", "to"), [("", "10.0.0.1:80"), ("0", "nonsense"), ("99999", "a:1")]
)
async def test_what_cannot_be_is_said_in_place(panel: ForwardsPanel, listen: str, to: str) -> None:
    panel.listen.setText(listen)
    panel.to.setText(to)
    panel.start()
    await until(panel.strip.isVisible)
    assert not panel.table.rows.rows()


async def test_a_port_for_others_is_asked_about_first(panel: ForwardsPanel) -> None:
    panel.listen.setText("0.0.0.0:0")
    panel.to.setText("127.0.0.1:1")
    panel.start()

    def asked() -> list[Dialog]:
        found = QApplication.topLevelWidgets()
        return [each for each in found if isinstance(each, Dialog) and each.isVisible()]

    await until(asked)
    (ask,) = asked()
    assert ask.accept_button.text() == "Open it to others" and ask.cancel_button.isDefault()
    ask.reject()
    await settled()
    assert not panel.table.rows.rows()
