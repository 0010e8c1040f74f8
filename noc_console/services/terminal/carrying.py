"""Files and ports beside a terminal, on its connection; each is in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.kernel.events import Event
from noc_console.services.terminal.connecting import (
    Carrying,
    FileMoved,
    ForwardOpened,
    ForwardStopped,
)
from noc_console.services.terminal.forwarding import Forward, Forwards, ForwardWish, check
from noc_console.services.terminal.session import Session, SessionState
from noc_console.services.terminal.transferring import Entry, Files, Moved, Progress


@dataclass(frozen=True, slots=True)
class Reopened:
    """The ports of a session that came back over a new connection."""

    opened: tuple[Forward, ...] = ()
    failed: tuple[tuple[ForwardWish, str], ...] = ()
    """Those that do not lead anywhere now, each with why."""

    @property
    def sentence(self) -> str:
        """What people must know of it; empty when there were no ports."""
        told = []
        if self.opened:
            lead = "leads" if len(self.opened) == 1 else "lead"
            ports = ", ".join(each.wish.text for each in self.opened)
            told.append(f"Connected again, and {ports} {lead} through it again.")
        told += [
            f"{wish.text} does not lead through it any more: {why}." for wish, why in self.failed
        ]
        return " ".join(told)


class CarryService:
    """What goes through a session besides typing."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def files(self, actor: Actor, *, session: Session) -> Folder:
        """The device's files; Refused for a link that carries none."""
        actor.require("terminal.files")
        files = await _carrying(session).files()
        return Folder(self._db, actor, session, files)

    def forwards(self, actor: Actor, *, session: Session) -> tuple[Forward, ...]:
        """The ports that lead through a session now."""
        actor.require("terminal.forward")
        return _forwards(session).listed()

    async def start_forward(self, actor: Actor, *, session: Session, wish: ForwardWish) -> Forward:
        """Let a port lead through the session."""
        actor.require("terminal.forward")
        opened = await self._start(actor, session, check(wish))
        session.ports = (*session.ports, opened.wish)
        return opened

    async def reopen_forwards(self, actor: Actor, *, session: Session) -> Reopened:
        """Open again what led through the session before its way broke; what leads already stays.

        A port that cannot be opened now stays wanted: it is tried again the next time.
        """
        actor.require("terminal.forward")
        if session.state is not SessionState.OPEN:
            return Reopened()  # lost once more meanwhile
        there = {each.wish for each in _forwards(session).listed()}
        opened: list[Forward] = []
        failed: list[tuple[ForwardWish, str]] = []
        for wish in session.ports:
            if wish in there:
                continue
            try:
                opened.append(await self._start(actor, session, wish))
            except (Refused, Unreachable) as error:
                failed.append((wish, str(error)))
        return Reopened(tuple(opened), tuple(failed))

    async def stop_forward(self, actor: Actor, *, session: Session, forward_id: int) -> None:
        """Close the port; raises NotFound."""
        actor.require("terminal.forward")
        stopped = await _forwards(session).stop(forward_id)
        session.ports = tuple(each for each in session.ports if each != stopped.wish)
        event = ForwardStopped(
            session=session.id,
            forward=f"{stopped.wish.kind} {stopped.wish.text}",
            device_id=session.target.device_id,
        )
        await _record(self._db, actor, event)

    async def _start(self, actor: Actor, session: Session, wish: ForwardWish) -> Forward:
        forwards = _forwards(session)
        opened = await forwards.start(wish)
        event = ForwardOpened(
            session=session.id,
            forward=f"{opened.wish.kind} {opened.wish.text}",
            device_id=session.target.device_id,
        )
        try:
            await _record(self._db, actor, event)
        except BaseException:  # as with a session: what cannot be recorded is not there
            await forwards.stop(opened.id)
            raise
        return opened


class Folder:
    """A device's files for one person: what changes something is recorded."""

    def __init__(self, db: Database, actor: Actor, session: Session, files: Files) -> None:
        self._db = db
        self._actor = actor
        self._session = session
        self._files = files

    @property
    def way(self) -> str:
        """`SFTP` or `SCP`."""
        return self._files.way

    async def home(self) -> str:
        return await self._files.home()

    async def listed(self, folder: str) -> tuple[Entry, ...]:
        return await self._files.listed(folder)

    async def fetch(
        self, remote: str, local: Path, *, replaces: bool = False, progress: Progress
    ) -> Moved:
        moved = await self._files.fetch(remote, local, replaces=replaces, progress=progress)
        await self._tell("fetched", remote, moved.size)
        return moved

    async def send(
        self, local: Path, remote: str, *, replaces: bool = False, progress: Progress
    ) -> Moved:
        """Copy to the device: a change of it, for which a right of its own is needed."""
        self._check()
        moved = await self._files.send(local, remote, replaces=replaces, progress=progress)
        await self._tell("sent", remote, moved.size)
        return moved

    async def make_folder(self, path: str) -> None:
        self._check()
        await self._files.make_folder(path)
        await self._tell("made the folder", path)

    async def remove(self, entry: Entry) -> None:
        self._check()
        await self._files.remove(entry.path, is_folder=entry.is_folder)
        await self._tell("removed", entry.path, entry.size)

    async def rename(self, path: str, to: str) -> None:
        self._check()
        await self._files.rename(path, to)
        await self._tell(f"renamed to {to}", path)

    async def close(self) -> None:
        await self._files.close()

    def _check(self) -> None:
        """Files are changed by whom it is allowed, and where commands that change are, too."""
        self._actor.require("terminal.send-files")
        if not self._session.may_change:
            raise Refused(
                f"the terminal of {self._session.target.title} is read-only: elevate it to change"
                " files of the device"
            )

    async def _tell(self, what: str, path: str, size: int = 0) -> None:
        event = FileMoved(
            session=self._session.id,
            what=what,
            path=path,
            size=size,
            device_id=self._session.target.device_id,
        )
        await _record(self._db, self._actor, event)


def _carrying(session: Session) -> Carrying:
    if session.state is not SessionState.OPEN:
        raise Refused("the session is not connected")
    link = session.link
    if not isinstance(link, Carrying):
        raise Refused(f"{session.describe} carries no files and no ports; SSH does")
    return link


def _forwards(session: Session) -> Forwards:
    return _carrying(session).forwards


async def _record(db: Database, actor: Actor, event: Event) -> None:
    async with db.begin(actor) as tx:
        tx.record(event)
