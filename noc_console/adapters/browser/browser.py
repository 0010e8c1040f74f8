"""The browser: few questions at a time, every answer in our words."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from noc_console.adapters.browser.refusals import refusal
from noc_console.kernel.errors import Unreachable
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.snmp.model import ObjectType, ObjectValue

if TYPE_CHECKING:
    from noc_console.adapters.browser.engine import Answer, Engine

IN_FLIGHT = 50
"""pysnmp decodes a large answer in some 10 ms: more at once would only make a window stutter."""
ENGINES = 8
MOST_PLACES = 500
PER_REQUEST = 20
"""Objects of one GET: fits a datagram of any agent."""
TOO_BIG, NO_SUCH_NAME = 1, 2


class PysnmpBrowser:
    """Single objects through pysnmp, on one loop. `close` it there as well."""

    def __init__(self, *, bind: str = "", bind6: str = "") -> None:
        self._bind, self._bind6 = bind, bind6
        self._loading = asyncio.Lock()
        self._gate = asyncio.Semaphore(IN_FLIGHT)
        self._engines: OrderedDict[SnmpCredential | None, Engine] = OrderedDict()

    async def get(self, target: SnmpTarget, oids: Sequence[str]) -> tuple[ObjectValue, ...]:
        """The objects in the order asked for; those the device lacks have the type MISSING."""
        found: list[ObjectValue] = []
        for start in range(0, len(oids), PER_REQUEST):
            found += await self._some(target, list(oids[start : start + PER_REQUEST]))
        return tuple(found)

    async def _some(self, target: SnmpTarget, oids: list[str]) -> list[ObjectValue]:
        engine = await self._engine(target)
        async with self._gate:
            answer = await engine.get(target, oids)
        if answer.status in {TOO_BIG, NO_SUCH_NAME} and len(oids) > 1:
            # v1 refuses all for the sake of one.
            return [value for oid in oids for value in await self._some(target, [oid])]
        if answer.status == NO_SUCH_NAME:
            return [_missing(oid) for oid in oids]
        self._refuse(answer, oids[0], target)
        found = {value.oid: value for value in _shown(answer)}
        if not found.keys() & set(oids):
            raise _nonsense(target, "other objects than those asked for")
        return [found.get(oid) or _missing(oid) for oid in oids]

    async def next(self, target: SnmpTarget, oid: str) -> ObjectValue | None:
        """The object that follows; None at the end of what the device has."""
        engine = await self._engine(target)
        async with self._gate:
            answer = await engine.next(target, [oid])
        return next(iter(_following(answer, oid, target)), None)

    async def walk(
        self, target: SnmpTarget, base: str, *, after: str = "", limit: int
    ) -> tuple[ObjectValue, ...]:
        """The objects under `base` and behind `after` in order, at most `limit`.

        An object itself is its own walk.
        """
        engine = await self._engine(target)
        found: list[ObjectValue] = []
        at = after or base
        while len(found) < limit:
            async with self._gate:
                answer = await self._more(engine, target, at)
            heard = _following(answer, at, target)
            inside = [one for one in heard if one.oid.startswith(f"{base}.")]
            found += inside
            if not heard or len(inside) < len(heard):
                break
            at = heard[-1].oid
        if not found and not after:
            alone = await self._some(target, [base])
            found = [value for value in alone if value.is_there]
        return tuple(found[:limit])

    async def _more(self, engine: Engine, target: SnmpTarget, at: str) -> Answer:
        if target.credential.kind is CredentialKind.SNMP_V1:
            return await engine.next(target, [at])
        repetitions = target.max_repetitions
        answer = await engine.bulk(target, at, repetitions)
        while answer.status == TOO_BIG and repetitions > 1:
            repetitions //= 2
            answer = await engine.bulk(target, at, repetitions)
        return answer

    async def set(
        self, target: SnmpTarget, oid: str, type: ObjectType, value: int | str | bytes
    ) -> ObjectValue:
        """Write one object; Refused, with the device's reason, when it will not."""
        for taken in await self._write(target, [(oid, type, value)], oid):
            if taken.oid == oid:
                return taken
        raise _nonsense(target, "another object than the one set")

    async def write(
        self, target: SnmpTarget, wanted: Sequence[tuple[str, ObjectType, int | str | bytes]]
    ) -> None:
        """Write objects that belong together, such as a row, in one message; Refused as `set`."""
        await self._write(target, wanted, "to make the row")

    async def _write(
        self,
        target: SnmpTarget,
        wanted: Sequence[tuple[str, ObjectType, int | str | bytes]],
        what: str,
    ) -> list[ObjectValue]:
        engine = await self._engine(target)
        from noc_console.adapters.browser.engine import to_write

        octets = [(oid, to_write(type, value)) for oid, type, value in wanted]
        async with self._gate:
            answer = await engine.set(target, octets)
        self._refuse(answer, what, target)
        return _shown(answer)

    def close(self) -> None:
        """Give the sockets back."""
        while self._engines:
            self._engines.popitem()[1].close()

    # Private

    async def _engine(self, target: SnmpTarget) -> Engine:
        of_user = target.credential.kind is CredentialKind.SNMP_V3
        key = target.credential if of_user else None
        async with self._loading:
            engine = self._engines.get(key)
            if engine is not None and engine.places >= MOST_PLACES and not engine.in_use:
                self._engines.pop(key).close()
                engine = None
            if engine is None:
                engine = await asyncio.to_thread(_new_engine, self._bind, self._bind6)
                self._engines[key] = engine
                self._drop_oldest(key)
            self._engines.move_to_end(key)
            return engine

    def _drop_oldest(self, but: SnmpCredential | None) -> None:
        idle = [key for key, one in self._engines.items() if not one.in_use and key != but]
        for key in idle[: max(0, len(self._engines) - ENGINES)]:
            self._engines.pop(key).close()

    def _refuse(self, answer: Answer, what: str, target: SnmpTarget) -> None:
        if answer.status:
            raise refusal(answer.status, what=what, peer=target.peer)


def _new_engine(bind: str, bind6: str) -> Engine:
    """pysnmp takes a moment to import, and loads MIBs for each: in a thread."""
    from noc_console.adapters.browser.engine import Engine

    return Engine(bind=bind, bind6=bind6)


def _shown(answer: Answer) -> list[ObjectValue]:
    from noc_console.adapters.browser.engine import shown

    return [shown(binding) for binding in answer.bindings]


def _following(answer: Answer, oid: str, target: SnmpTarget) -> list[ObjectValue]:
    """What an agent has behind `oid`, in rising order; an agent that goes back is not followed."""
    if answer.status == NO_SUCH_NAME:
        return []
    if answer.status:
        raise refusal(answer.status, what=oid, peer=target.peer)
    found: list[ObjectValue] = []
    before = _arcs(oid)
    for value in _shown(answer):
        if not value.is_there:
            break
        if _arcs(value.oid) <= before:
            raise _nonsense(target, f"objects that do not rise, at {value.oid}")
        before = _arcs(value.oid)
        found.append(value)
    return found


def _arcs(oid: str) -> tuple[int, ...]:
    return tuple(map(int, oid.split(".")))


def _missing(oid: str) -> ObjectValue:
    return ObjectValue(oid, "", ObjectType.MISSING, "")


def _nonsense(target: SnmpTarget, what: str) -> Unreachable:
    peer = target.peer
    return Unreachable(f"{peer} answered {what}", peer=peer, reason="malformed")
