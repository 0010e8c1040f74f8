"""The window's book of intents: on disk first, then in the store, each once and in order.

Whoever acknowledges an alarm while PostgreSQL is being restarted, or on a laptop in a cellar,
has acknowledged it: the intent is on the disk before anything else is tried, waits as long as
it must, and is merged with what others did meanwhile when it is carried out.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from noc_console.kernel.errors import Broken, Conflict, Refused, Unreachable
from noc_console.kernel.events import EventBus
from noc_console.kernel.heartbeat import beat, rest
from noc_console.kernel.text import plural
from noc_console.services.alarms.intent_file import IntentFile
from noc_console.services.alarms.intents import Done, Intent, IntentsChanged

_log = structlog.get_logger("intents")

PATIENCE_S = 2.0
"""Who acts is told after this time that it waits; trying goes on."""
AGAIN_S = 1.0
LONGEST_S = 15.0
"""Between two attempts to reach a store that does not answer."""
ADOPT_EVERY_S = 60.0
"""How often intents of windows that were killed are looked for."""
MOST_WAITING = 10_000
STORE_TROUBLE = (
    Unreachable,
    OperationalError,
    InterfaceError,
    InternalError,
    PoolTimeout,
    OSError,
)


@dataclass(slots=True)
class _Waiting:
    intent: Intent
    done: asyncio.Future[Done] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    is_late: bool = False
    """Nobody waits for the answer any more: what is refused is told as an event."""


class IntentBook:
    """Takes intents and carries them out with `carry`; `run` does the work until cancelled."""

    def __init__(
        self,
        file: IntentFile,
        *,
        bus: EventBus,
        carry: Callable[[Intent], Awaitable[Done]],
        patience_s: float = PATIENCE_S,
        again_s: float = AGAIN_S,
    ) -> None:
        self._file = file
        self._bus = bus
        self._carry = carry
        self._patience_s = patience_s
        self._again_s = again_s
        self._entries: OrderedDict[str, _Waiting] = OrderedDict()
        self._disk = asyncio.Lock()
        self._due = asyncio.Event()
        self._steady = time.monotonic
        self._told = 0

    def waiting(self) -> tuple[Intent, ...]:
        """Those the store does not know yet, the oldest first."""
        return tuple(entry.intent for entry in self._entries.values())

    async def take(self, intent: Intent) -> Done:
        """What came of an intent; after a moment without an answer, that it waits.

        Refused as it would be without a book, as long as somebody waits for the answer.
        """
        if len(self._entries) >= MOST_WAITING:
            raise Conflict(f"{MOST_WAITING:,} actions wait for the store already")
        async with self._disk:
            try:
                await asyncio.to_thread(self._file.add, (intent,))
            except OSError as error:
                raise Broken(f"nothing can be kept on this machine: {error.strerror}") from error
            entry = self._entries[intent.id] = _Waiting(intent)
        self._due.set()
        try:
            async with asyncio.timeout(self._patience_s):
                return await asyncio.shield(entry.done)
        except TimeoutError:
            self._is_left(entry)
            return Done(waiting=True)
        except asyncio.CancelledError:
            self._is_left(entry)
            raise

    async def run(self) -> None:
        """Carry out what waits, in order, until cancelled; begins with what was left behind."""
        pause, adopt_at = self._again_s, 0.0
        try:
            while True:
                beat()
                if self._steady() >= adopt_at:
                    await self._adopt()
                    adopt_at = self._steady() + ADOPT_EVERY_S
                if not self._entries:
                    await self._rest(adopt_at - self._steady())
                elif await self._next():
                    pause = self._again_s
                else:
                    self._tell()
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_S)
        finally:
            await asyncio.to_thread(self._file.close)

    async def _rest(self, seconds: float) -> None:
        """Until there is something to do, or it is time to look for what others left."""
        rest()
        self._due.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds)):
                await self._due.wait()

    async def _next(self) -> bool:
        """Carry out the oldest; False when the store does not answer."""
        entry = next(iter(self._entries.values()))
        answer: Done | BaseException
        try:
            answer = await self._carry(entry.intent)
        except Refused as error:
            answer = error
        except Exception as error:  # noqa: BLE001 - one bug must not hold up every other intent
            if _is_trouble(error):
                _log.warning("an intent waits", verb=entry.intent.verb.value, because=_kind(error))
                return False
            _log.exception("an intent fails", verb=entry.intent.verb.value)
            answer = error
        await self._strike(entry)
        self._answer(entry, answer)
        self._tell(_sentence(entry.intent, answer) if entry.is_late else "")
        return True

    async def _adopt(self) -> None:
        async with self._disk:
            left = await asyncio.to_thread(self._file.adopt)
            for intent in left:
                self._entries.setdefault(intent.id, _Waiting(intent, is_late=True))
        if left:
            _log.info("intents of an earlier window", count=len(left))
            self._tell()

    async def _strike(self, entry: _Waiting) -> None:
        async with self._disk:
            del self._entries[entry.intent.id]
            if not self._entries:
                await asyncio.to_thread(self._file.clear)

    def _is_left(self, entry: _Waiting) -> None:
        entry.is_late = True
        self._tell()

    @staticmethod
    def _answer(entry: _Waiting, answer: Done | BaseException) -> None:
        if entry.done.done():
            return
        if isinstance(answer, Done):
            entry.done.set_result(answer)
        else:
            entry.done.set_exception(answer)
            entry.done.exception()  # whoever asked may have left

    def _tell(self, refused: str = "") -> None:
        """Say in this window how many wait; those being carried out right now are not told."""
        late = sum(entry.is_late for entry in self._entries.values())
        if late != self._told or refused:
            self._told = late
            self._bus.publish((IntentsChanged(waiting=late, refused=refused),))


def _is_trouble(error: BaseException) -> bool:
    """Whether the same may work later. Of what is broken only a store without room is."""
    if isinstance(error, Broken):
        return isinstance(error.__cause__, DBAPIError)
    return isinstance(error, STORE_TROUBLE)


def _kind(error: BaseException) -> str:
    return type(error).__name__


def _sentence(intent: Intent, answer: Done | BaseException) -> str:
    """What an intent that was carried out late could not do; "" when it did all."""
    about = f"{intent.verb} of {plural(len(intent.alarm_ids), 'alarm')}"
    when = f"{intent.at:%H:%M:%S} UTC"
    if isinstance(answer, Refused):
        return f"{about}, meant at {when}: {answer}"
    if not isinstance(answer, Done):
        return f"{about}, meant at {when}: could not be carried out ({_kind(answer)})"
    if not answer.refused:
        return ""
    why, count = Counter(refusal.why for refusal in answer.refused).most_common(1)[0]
    those = "it" if len(intent.alarm_ids) == 1 else plural(len(answer.refused), "alarm")
    rest_of = "" if count == len(answer.refused) else ", and other reasons"
    return f"{about}, meant at {when}, came too late for {those}: {why}{rest_of}"
