"""One terminal session: a link, who listens in, and what happens when the way breaks.

Receiving: link → guard and taps → whoever shows it, who pulls with `read`. Sending: `send` →
guard → link → taps. Not reading holds the device back; nothing is kept here.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Protocol
from uuid import uuid4

from noc_console.kernel.errors import Refused, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.terminal.confided import Confided
from noc_console.services.terminal.connecting import Ended, Target, Wired
from noc_console.services.terminal.forwarding import ForwardWish
from noc_console.services.terminal.holding import Resumed
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.ports import Link

BLOCK = 64 << 10
"""Bytes handed over at once: a few milliseconds of an engine's work."""
BUDGET = 1 << 30
"""Bytes that may come without anybody pressing a key; then the device is held until one is."""
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
REDRAW_S = 0.25
"""Between two sizes of a resumed session, so that whoever runs there notices both."""
MOST_ATTEMPTS = 60
"""About an hour; after that somebody must want it again."""


class SessionState(StrEnum):
    """How it stands."""

    CONNECTING = "connecting"
    OPEN = "open"
    WAITING = "waiting"
    """The way broke; it is tried again in a moment."""
    HELD = "held"
    """More came than anybody can want to read: a key lets it go on."""
    CLOSED = "closed"


class Source(StrEnum):
    """Where bytes for a device come from."""

    TYPED = "typed"
    PASTED = "pasted"
    MACRO = "macro"
    ANSWER = "answer"
    """Of the terminal itself, to a question of the device."""


class Sentence(Protocol):
    """Why something was not sent."""

    @property
    def sentence(self) -> str: ...


class NotSent:
    """Nothing was sent, for this reason."""

    __slots__ = ("sentence",)

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


class Gate(Protocol):
    """Judges what is sent; `readonly.Guard` is one."""

    @property
    def is_able(self) -> bool:
        """Whether it can tell at all what changes this device."""

    def received(self, data: bytes) -> None: ...

    def check(self, data: bytes, *, is_elevated: bool = False) -> Sentence | None: ...

    def reset(self) -> None: ...


class Tap(Protocol):
    """Listens in on the window's thread; it neither blocks nor raises."""

    def received(self, data: bytes) -> None: ...

    def sent(self, data: bytes, source: str) -> None: ...

    def resized(self, columns: int, rows: int) -> None: ...


Connect = Callable[[Size], Awaitable[Link]]
Finish = Callable[["Session", str], Awaitable[None]]


class Session:
    """Joins a link with whoever shows it. Of one event loop."""

    def __init__(
        self,
        target: Target,
        link: Link,
        *,
        size: Size,
        connect: Connect | None = None,
        finish: Finish | None = None,
        budget: int = BUDGET,
        first_wait_s: float = FIRST_WAIT_S,
        confided: Confided | None = None,
    ) -> None:
        self.id = uuid4().hex[:12]
        self.target = target
        self.link = link
        self.confided = Confided() if confided is None else confided
        """Its secrets: what nobody who listens in may keep."""
        self.ports: tuple[ForwardWish, ...] = ()
        """What was opened through it and not closed: wanted again over a new connection."""
        self.resumed: Resumed | None = None
        """What it went through while no window was there, where it was resumed."""
        self.guard: Gate | None = None
        self.is_elevated: Callable[[], bool] = lambda: False
        self.received = self.sent = 0
        self.began = asyncio.get_running_loop().time()
        self._size = size
        self._connect = connect
        self._finish = finish
        self._budget = budget
        self._first_wait_s = first_wait_s
        self._since_key = 0
        self._state = SessionState.OPEN
        self._why = ""
        self._is_closing = False
        self._key = asyncio.Event()
        self._hurry = asyncio.Event()
        self._taps: list[Tap] = []
        self._listeners: list[Callable[[], None]] = []

    @classmethod
    def over(cls, link: Link, target: Target, size: Size) -> Session:
        """A session of a link that is there already, such as a replay; it is not reconnected."""
        return cls(target, link, size=size)

    # --- what it is --------------------------------------------------------------------------

    @property
    def state(self) -> SessionState:
        return self._state

    @property
    def why(self) -> str:
        """A sentence about the state: why it ended, when it is tried again."""
        return self._why

    @property
    def ended(self) -> Ended | None:
        """Why the link ended, for those that can tell."""
        return self.link.ended if isinstance(self.link, Wired) else None

    @property
    def describe(self) -> str:
        return self.link.describe

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        return self.link.facts if isinstance(self.link, Wired) else ()

    @property
    def badges(self) -> tuple[str, ...]:
        """What people must not overlook."""
        return self.link.badges if isinstance(self.link, Wired) else ()

    @property
    def seconds(self) -> float:
        """How long it has lasted."""
        return asyncio.get_running_loop().time() - self.began

    @property
    def may_change(self) -> bool:
        """Whether what changes the device is let through now, files as well as commands; a guard
        that cannot tell stops nothing."""
        return self.guard is None or not self.guard.is_able or self.is_elevated()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of each change of the state; call what is returned to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def add_tap(self, tap: Tap) -> None:
        self._taps.append(tap)
        tap.resized(self._size.columns, self._size.rows)

    def remove_tap(self, tap: Tap) -> None:
        if tap in self._taps:
            self._taps.remove(tap)

    # --- what it does ------------------------------------------------------------------------

    async def read(self, limit: int = BLOCK) -> bytes:
        """What the device says next; empty when the session is over. Reconnects on the way."""
        while True:
            if self._since_key >= self._budget:
                await self._hold()
            data = await self.link.read(limit)
            if data:
                self.received += len(data)
                self._since_key += len(data)
                if self.guard is not None:
                    self.guard.received(data)
                for tap in tuple(self._taps):
                    tap.received(data)
                return data
            if self._is_closing or not await self._came_back():
                return b""

    def send(self, data: bytes, source: Source | str = Source.TYPED) -> Sentence | None:
        """Send it, or say why not. While the way is broken nothing is kept for later: a command
        must not reach a device minutes after it was typed."""
        if self._state not in (SessionState.OPEN, SessionState.HELD):
            return NotSent("Not connected: nothing was sent.")
        if source != Source.ANSWER:
            if self.guard is not None:
                refusal = self.guard.check(data, is_elevated=self.is_elevated())
                if refusal is not None:
                    return refusal
            self.go_on()
        self.link.write(data)
        self.sent += len(data)
        for tap in tuple(self._taps):
            tap.sent(data, str(source))
        return None

    def type_secret(self, secret: Secret) -> Sentence | None:
        """Send a secret and Enter past everybody who listens: no recorder hears it. Its Enter runs
        what stands on the line before it, which the guard judges."""
        if self._state not in (SessionState.OPEN, SessionState.HELD):
            return NotSent("Not connected: nothing was sent.")
        if self.guard is not None:
            refusal = self.guard.check(b"\r", is_elevated=self.is_elevated())
            if refusal is not None:
                return refusal
        self.confided.add(secret)  # a device may echo it after all
        self.go_on()
        self.link.write(secret.reveal().encode() + b"\r")
        return None

    def resize(self, columns: int, rows: int) -> None:
        size = Size(columns, rows)
        if size == self._size:
            return
        self._size = size
        if self._state in (SessionState.OPEN, SessionState.HELD):
            self.link.resize(columns, rows)
        for tap in tuple(self._taps):
            tap.resized(columns, rows)

    def redraw(self) -> None:
        """Have a full-screen program draw itself anew: only a size that changes is heard of."""
        self.link.resize(self._size.columns, max(1, self._size.rows - 1))
        asyncio.get_running_loop().call_later(REDRAW_S, self._whole_size)

    def send_break(self) -> None:
        """Interrupt a console; nothing where a link has no such signal."""
        if self._state is SessionState.OPEN and isinstance(self.link, Wired):
            self.link.send_break()

    def go_on(self) -> None:
        """Let a device that was held go on."""
        self._since_key = 0
        self._key.set()

    def hurry(self) -> None:
        """Try to connect again now, not in a while."""
        self._hurry.set()

    async def reconnect(self) -> None:
        """Connect anew after it was closed. Raises Refused, Unreachable or AuthRejected."""
        if self._connect is None:
            raise Refused("this session cannot be opened again")
        if self._state is SessionState.OPEN:
            return
        self._is_closing = False
        self._tell(SessionState.CONNECTING, "")
        try:
            self._adopt(await self._connect(self._size))
        except BaseException as error:
            self._tell(SessionState.CLOSED, str(error))
            raise

    async def close(self) -> None:
        """Hang up."""
        if self._state is SessionState.CLOSED and self._is_closing:
            return
        self._is_closing = True
        self._key.set()
        self._hurry.set()
        await self.link.close()
        ended = self.ended
        await self._over(ended.why if ended is not None and ended.goes_on else "closed here")

    @property
    def kept_as(self) -> str:
        """By which name another window finds it, should this one go; "" when it ends with it."""
        hold = getattr(self.link, "hold", None)
        lasts = self._state in (SessionState.OPEN, SessionState.HELD)
        return str(hold.key) if hold is not None and lasts else ""

    # --- how ---------------------------------------------------------------------------------

    def _whole_size(self) -> None:
        if self._state in (SessionState.OPEN, SessionState.HELD):
            self.link.resize(self._size.columns, self._size.rows)

    async def _hold(self) -> None:
        self._key.clear()
        self._tell(
            SessionState.HELD,
            f"The device sent {self._since_key >> 20} MiB without a key being pressed."
            " It waits; any key lets it go on.",
        )
        await self._key.wait()
        if not self._is_closing:
            self._tell(SessionState.OPEN, "")

    async def _came_back(self) -> bool:
        """Whether the session goes on over a new link."""
        ended = self.ended
        why = ended.why if ended is not None else "the link ended"
        await self.link.close()
        connect = self._connect
        is_lost = ended is not None and ended.is_lost
        if connect is None or not is_lost or not self.target.reconnects:
            await self._over(why)
            return False
        for attempt in range(MOST_ATTEMPTS):
            if not await self._wait(attempt, why):
                return False
            self._tell(SessionState.CONNECTING, f"Lost: {why}. Connecting again.")
            try:
                link = await connect(self._size)
            except Refused as error:
                await self._over(str(error))
                return False
            except Unreachable as error:
                if error.reason == "auth":
                    await self._over(str(error))
                    return False
                why = str(error)
                continue
            if self._is_closing:
                await link.close()
                return False
            self._adopt(link)
            return True
        await self._over(f"{why}; given up after {MOST_ATTEMPTS} attempts")
        return False

    async def _wait(self, attempt: int, why: str) -> bool:
        """Back off, up to a minute, never all sessions at the same moment."""
        wait_s = min(self._first_wait_s * 2.0**attempt, LONGEST_WAIT_S) * random.uniform(0.75, 1.0)
        self._hurry.clear()
        self._tell(SessionState.WAITING, f"Lost: {why}. Tried again in {max(1, round(wait_s))} s.")
        if self._is_closing:
            return False
        try:
            async with asyncio.timeout(wait_s):
                await self._hurry.wait()
        except TimeoutError:
            pass
        return not self._is_closing

    def _adopt(self, link: Link) -> None:
        self.link = link
        self._since_key = 0
        if self.guard is not None:
            self.guard.reset()
        link.resize(self._size.columns, self._size.rows)
        self._tell(SessionState.OPEN, "")

    async def _over(self, why: str) -> None:
        if self._state is SessionState.CLOSED:
            return
        self._tell(SessionState.CLOSED, why)
        if self._finish is not None:
            await self._finish(self, why)

    def _tell(self, state: SessionState, why: str) -> None:
        self._state, self._why = state, why
        for listener in tuple(self._listeners):
            listener()
