"""Sessions that outlive their window: what of them is handed over, and how they come back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from uuid import uuid4

from noc_console.adapters.links.clerk import ANSWER_S, Clerk
from noc_console.adapters.links.frames import Message
from noc_console.adapters.links.serial import SerialLink
from noc_console.adapters.links.shell import ShellLink, resume_shell
from noc_console.adapters.links.telnet import TelnetLink, resume_telnet
from noc_console.kernel.errors import Refused
from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.holding import Left, Resumed
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.ports import Link

MOST_LEFT = 256
LONGEST_TEXT = 400
LARGEST = 1e15
MOST_UNREAD = 4 << 20
"""Bytes that are handed over of what nobody had looked at yet, the newest."""
Held = ShellLink | TelnetLink


class TerminalHolder:
    """See `services.terminal.holding.Holding`.

    `start` is the command that returns when a holder listens at `path`; a session that no window
    takes within `hold_s` ends.
    """

    def __init__(
        self, path: Path, start: Sequence[str], *, hold_s: float, log: Path | None = None
    ) -> None:
        self._path = path
        self._hold_s = hold_s
        self._clerk = Clerk(path, start, log=log)
        self._is_leaving = False
        self._listing: Future[Message | None] | None = None

    @property
    def is_leaving(self) -> bool:
        return self._is_leaving and self._clerk.is_connected

    def keep(self, link: Link, target: Target) -> None:
        """Have it survive this process where it can."""
        if isinstance(link, SerialLink):
            link.is_leaving = lambda: self._is_leaving
        elif isinstance(link, ShellLink | TelnetLink) and _descriptor(link) >= 0:
            key = uuid4().hex
            self._clerk.keep(self._told(key, link, target))
            link.hold = KeptLink(self, self._clerk, key)

    async def left(self) -> tuple[Left, ...]:
        if not self._path.exists() and self._listing is None:
            return ()  # nobody left anything: no thread is begun for it
        # Asked once, whoever asks: the answer says what is ours from then on.
        self._listing = self._listing or self._clerk.list()
        try:
            async with asyncio.timeout(ANSWER_S):
                return _rows(await asyncio.shield(asyncio.wrap_future(self._listing)))
        except TimeoutError:
            return ()

    async def take(self, key: str, target: Target, size: Size) -> tuple[Link, Resumed] | None:
        found = await self._answer(self._clerk.take(key))
        if found is None or found.fd < 0:
            return None
        try:
            link, resumed = await _resumed(found, target, size)
        except Refused:
            self._clerk.end(key)  # nobody can read it: let nothing wait for us for ever
            raise
        self._clerk.adopt(self._told(key, link, target))
        link.hold = KeptLink(self, self._clerk, key)
        return link, resumed

    def end(self, key: str) -> None:
        self._clerk.end(key)

    def leave(self) -> None:
        self._is_leaving = True

    async def close(self) -> None:
        """What was not let go ends now."""
        await asyncio.to_thread(self._clerk.close)

    async def _answer(self, asked: Future[Message | None]) -> Message | None:
        """None also when the holder does not answer: nobody waits for it for long."""
        try:
            async with asyncio.timeout(ANSWER_S):
                found: Message | None = await asyncio.wrap_future(asked)
        except TimeoutError:
            return None
        return found

    def _told(self, key: str, link: Held, target: Target) -> Message:
        words = {
            "op": "keep",
            "key": key,
            "kind": target.kind.value,
            "address": target.address[:LONGEST_TEXT],
            "title": target.title[:LONGEST_TEXT],
            "hold_s": self._hold_s,
            "state": _state(link),
        }
        return Message(words, fd=os.dup(_descriptor(link)))


class KeptLink:
    """See `hold.Hold`."""

    def __init__(self, holder: TerminalHolder, clerk: Clerk, key: str) -> None:
        self.key = key
        self._holder, self._clerk = holder, clerk

    @property
    def is_leaving(self) -> bool:
        return self._holder.is_leaving

    def tell(self, state: Mapping[str, Any]) -> None:
        self._clerk.tell(self.key, dict(state))

    def let_go(self, state: Mapping[str, Any], *, shown: bytes = b"", unread: bytes = b"") -> None:
        excess = len(shown) + len(unread) - MOST_UNREAD
        shown = shown[max(0, excess) :]
        words = {"op": "left", "key": self.key, "state": dict(state), "shown": len(shown)}
        self._clerk.let_go(Message(words, shown + unread))

    def release(self) -> None:
        self._clerk.release(self.key)


def _descriptor(link: Held) -> int:
    return link.master if isinstance(link, ShellLink) else link.descriptor


def _state(link: Held) -> dict[str, Any]:
    """What whoever reads on must know; never what was typed."""
    return {"command": link.command} if isinstance(link, ShellLink) else link.agreed


def _rows(found: Message | None) -> tuple[Left, ...]:
    """What a holder says it has; rows that say nothing are left out."""
    rows = found.words.get("sessions") if found is not None else None
    left = []
    for row in rows[:MOST_LEFT] if isinstance(rows, list) else ():
        words = row if isinstance(row, dict) else {}
        key, address, title = (_text(words.get(name)) for name in ("key", "address", "title"))
        if key and address:
            left.append(Left(key, address, title))
    return tuple(left)


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else ""


async def _resumed(found: Message, target: Target, size: Size) -> tuple[Held, Resumed]:
    """A link over what was kept. Raises Refused when it is something else."""
    words, came = found.words, found.beside
    state, shown = words.get("state"), words.get("shown")
    agreed: dict[str, Any] = state if isinstance(state, dict) else {}
    split = shown if isinstance(shown, int) and 0 <= shown <= len(came) else 0
    seconds, dropped = _number(words.get("seconds")), int(_number(words.get("dropped")))
    if target.kind is LinkKind.SHELL:
        shell = resume_shell(found.fd, _text(agreed.get("command")))
        shell.take_in(came)
        return shell, Resumed(seconds, dropped, len(came))
    if target.kind is LinkKind.TELNET:
        telnet, count = await resume_telnet(
            found.fd, target, size, agreed=agreed, shown=came[:split], unread=came[split:]
        )
        return telnet, Resumed(seconds, dropped, count)
    os.close(found.fd)
    raise Refused("what was kept is a session of another kind")


def _number(value: object) -> float:
    """Seconds or bytes, at least none; what is no number is none."""
    if not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        return 0.0
    return float(value)
