"""Files and ports beside a real session, each in the journal."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken, NotAllowed, Refused
from noc_console.kernel.events import EventBus
from noc_console.services.terminal.connecting import (
    FileMoved,
    ForwardOpened,
    ForwardStopped,
    LinkKind,
    Target,
)
from noc_console.services.terminal.forwarding import Forward, ForwardKind, ForwardWish
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.readonly import Guard
from noc_console.services.terminal.session import Session, SessionState
from noc_console.services.terminal.transferring import Entry
from tests.adapters.jobs.test_shell import ios
from tests.adapters.ssh.peers import Sshd, agent, children, sshd
from tests.conftest import FakeClock
from tests.services.terminal.house import House, Person, house

SIZE = Size(80, 24)


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def home(db: Database, bus: EventBus, clock: FakeClock, tmp_path: Path) -> House:
    return house(db, bus, clock, tmp_path)


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
        target = Target("box", LinkKind.SSH, hop.host, hop.port, hop.user, device_id=7)
        opened = await home.sessions.open(operator, target=target, size=SIZE, asker=Person())
        yield opened
        await opened.close()


def quiet(_done: int, _size: int) -> None:
    """Nobody watches."""


async def test_a_port_that_cannot_be_recorded_leads_nowhere(
    home: House, operator: Actor, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise Broken("the store is away")

    # A mock: a store cannot be told to go between one thing and the next.
    monkeypatch.setattr("noc_console.services.terminal.carrying._record", away)
    wish = ForwardWish(ForwardKind.LOCAL, 0, host="127.0.0.1", port=9)
    with pytest.raises(Broken, match="away"):
        await home.carrying.start_forward(operator, session=session, wish=wish)
    assert home.carrying.forwards(operator, session=session) == ()
    assert session.ports == ()


async def test_what_is_copied_and_changed_is_in_the_journal(
    home: House, operator: Actor, session: Session, tmp_path: Path
) -> None:
    folder = await home.carrying.files(operator, session=session)
    assert folder.way == "SFTP" and (await folder.home()).startswith("/")
    local, there = tmp_path / "local", tmp_path / "box"
    local.write_bytes(b"image")
    await folder.make_folder(str(there))
    await folder.send(local, f"{there}/a", progress=quiet)
    await folder.rename(f"{there}/a", f"{there}/b")
    await folder.fetch(f"{there}/b", tmp_path / "back", progress=quiet)
    (entry,) = await folder.listed(str(there))
    await folder.remove(entry)
    await folder.close()
    assert (tmp_path / "back").read_bytes() == b"image"
    moves = [event for event in home.told if isinstance(event, FileMoved)]
    assert [event.what.split()[0] for event in moves] == [
        "made",
        "sent",
        "renamed",
        "fetched",
        "removed",
    ]
    assert {event.device_id for event in moves} == {7} and moves[1].size == 5


async def test_who_may_only_look_changes_nothing(
    home: House, operator: Actor, session: Session, tmp_path: Path
) -> None:
    reader = Actor("tom", operator.tenant, frozenset({"terminal.files"}))
    folder = await home.carrying.files(reader, session=session)
    (tmp_path / "x").write_bytes(b"x")
    for refused in (
        folder.send(tmp_path / "x", str(tmp_path / "y"), progress=quiet),
        folder.make_folder(str(tmp_path / "z")),
        folder.remove(Entry("x", str(tmp_path / "x"))),
        folder.rename(str(tmp_path / "x"), str(tmp_path / "y")),
    ):
        with pytest.raises(NotAllowed):
            await refused
    assert (tmp_path / "x").exists()
    await folder.close()
    with pytest.raises(NotAllowed):
        await home.carrying.files(Actor("x", "acme"), session=session)


async def test_files_are_read_only_where_commands_are(
    home: House, operator: Actor, session: Session, tmp_path: Path
) -> None:
    session.guard = Guard(None)
    folder = await home.carrying.files(operator, session=session)
    await folder.make_folder(str(tmp_path / "cannot-tell"))
    session.guard = Guard(ios())
    (tmp_path / "x").write_bytes(b"x")
    for change in (
        lambda: folder.send(tmp_path / "x", str(tmp_path / "y"), progress=quiet),
        lambda: folder.make_folder(str(tmp_path / "z")),
        lambda: folder.remove(Entry("x", str(tmp_path / "x"))),
        lambda: folder.rename(str(tmp_path / "x"), str(tmp_path / "y")),
    ):
        with pytest.raises(Refused, match="read-only: elevate it"):
            await change()
    await folder.fetch(str(tmp_path / "x"), tmp_path / "back", progress=quiet)
    session.is_elevated = lambda: True
    await folder.remove(Entry("x", str(tmp_path / "x")))
    assert not (tmp_path / "x").exists() and not (tmp_path / "y").exists()
    await folder.close()


async def test_a_port_is_opened_listed_and_closed(
    home: House, operator: Actor, session: Session
) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    behind = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = behind.sockets[0].getsockname()[1]
    wish = ForwardWish(ForwardKind.LOCAL, 0, host="127.0.0.1", port=port)
    forward = await home.carrying.start_forward(operator, session=session, wish=wish)
    reader, writer = await asyncio.open_connection("127.0.0.1", forward.wish.listen_port)
    async with asyncio.timeout(10):
        assert await reader.read(10) == b"hello"
    writer.close()
    (listed,) = home.carrying.forwards(operator, session=session)
    assert listed.id == forward.id and listed.connections == 1
    await home.carrying.stop_forward(operator, session=session, forward_id=forward.id)
    assert home.carrying.forwards(operator, session=session) == ()
    kinds = [type(event) for event in home.told]
    assert ForwardOpened in kinds and ForwardStopped in kinds
    behind.close()


async def test_a_link_that_carries_nothing_says_so(home: House, operator: Actor) -> None:
    target = Target("shell", LinkKind.SHELL, command=("/bin/sh",))
    shell = await home.sessions.open(operator, target=target, size=SIZE, asker=Person())
    with pytest.raises(Refused, match="SSH does"):
        home.carrying.forwards(operator, session=shell)
    await shell.close()
    with pytest.raises(Refused, match="not connected"):
        await home.carrying.files(operator, session=shell)


async def lose(server: Sshd, session: Session) -> None:
    """The server's side is killed; wait until the session is back over a new connection."""
    old = session.link
    for child in children(server.process.pid):
        for grandchild in children(child):
            os.kill(grandchild, signal.SIGKILL)
        os.kill(child, signal.SIGKILL)
    async with asyncio.timeout(20):
        while session.link is old:
            await session.read()


async def test_ports_come_back_with_their_session_and_it_is_said_which_do_not(
    home: House, operator: Actor, server: Sshd, session: Session
) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    behind = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = behind.sockets[0].getsockname()[1]

    async def opened(kind: ForwardKind) -> Forward:
        wish = ForwardWish(kind, 0, host="127.0.0.1", port=port)
        return await home.carrying.start_forward(operator, session=session, wish=wish)

    kept, gone, taken = [await opened(ForwardKind.LOCAL) for _ in range(3)]
    back, proxy = await opened(ForwardKind.REMOTE), await opened(ForwardKind.DYNAMIC)
    await home.carrying.stop_forward(operator, session=session, forward_id=gone.id)
    session._first_wait_s = 0.01
    thief = socket.socket()
    thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

    def steal() -> None:
        """While it is lost another program takes one of its ports."""
        if session.state is SessionState.WAITING:
            thief.bind(("127.0.0.1", taken.wish.listen_port))
            thief.listen()

    session.listen(steal)
    await lose(server, session)
    told = await home.carrying.reopen_forwards(operator, session=session)
    assert [each.wish for each in told.opened] == [kept.wish, back.wish, proxy.wish]
    ((wish, why),) = told.failed
    assert wish == taken.wish and "free" in why
    assert "lead through it again" in told.sentence and taken.wish.text in told.sentence
    for number in (kept.wish.listen_port, back.wish.listen_port):
        reader, writer = await asyncio.open_connection("127.0.0.1", number)
        async with asyncio.timeout(10):
            assert await reader.read(10) == b"hello"
        writer.close()
    thief.close()
    again = await home.carrying.reopen_forwards(operator, session=session)
    assert [each.wish for each in again.opened] == [taken.wish] and not again.failed
    assert len([event for event in home.told if isinstance(event, ForwardOpened)]) == 5 + 3 + 1
    behind.close()


async def test_of_a_session_that_is_lost_again_nothing_is_said(
    home: House, operator: Actor, session: Session
) -> None:
    await session.close()
    session.ports = (ForwardWish(ForwardKind.DYNAMIC, 1080),)
    told = await home.carrying.reopen_forwards(operator, session=session)
    assert told.sentence == "" and session.ports
