"""Readers that keep to each device's budget: discovery, inspections and browsing go through them.

Polls do not: they come first, and are counted by the poller itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.snmp.model import ObjectType, ObjectValue
from noc_console.services.snmp.ports import Browser
from noc_console.services.telemetry.budget import Budget
from noc_console.services.telemetry.ports import Polled, SnmpReader, Value

_GET_AT_ONCE, _NEXT_AT_ONCE = 32, 24
_PER_WALK = 25
"""Instances of a walk one answer brings."""
_PER_TABLE = 80


class FrugalReader:
    """An `SnmpReader` that waits while a device's budget is spent, and says what it took."""

    def __init__(self, reader: SnmpReader, budget: Budget) -> None:
        self._reader = reader
        self._budget = budget

    async def get(self, target: SnmpTarget, oids: Sequence[str]) -> dict[str, Value]:
        await self._budget.wait(target.peer)
        self._budget.spend(target.peer, _portions(len(oids), _GET_AT_ONCE))
        return await self._reader.get(target, oids)

    async def next(self, target: SnmpTarget, oids: Sequence[str]) -> dict[str, str | None]:
        await self._budget.wait(target.peer)
        self._budget.spend(target.peer, _portions(len(oids), _NEXT_AT_ONCE))
        return await self._reader.next(target, oids)

    async def walk(
        self, target: SnmpTarget, base: str, *, limit: int = 100_000
    ) -> list[tuple[str, Value]]:
        await self._budget.wait(target.peer)
        found = await self._reader.walk(target, base, limit=limit)
        self._budget.spend(target.peer, _portions(len(found), _PER_WALK))
        return found

    async def table(
        self, target: SnmpTarget, columns: Sequence[str], *, limit_rows: int = 20_000
    ) -> dict[str, dict[str, Value]]:
        await self._budget.wait(target.peer)
        found = await self._reader.table(target, columns, limit_rows=limit_rows)
        self._budget.spend(target.peer, _portions(len(found) * len(columns), _PER_TABLE))
        return found

    async def poll(
        self,
        target: SnmpTarget,
        columns: tuple[bytes, ...],
        *,
        scalars: tuple[bytes, ...] = (),
        limit_rows: int = 20_000,
    ) -> Polled:
        await self._budget.wait(target.peer)
        found = await self._reader.poll(target, columns, scalars=scalars, limit_rows=limit_rows)
        self._budget.spend(target.peer, _portions(len(found.numbers), _PER_TABLE))
        return found


class FrugalBrowser:
    """A `Browser` that waits while a device's budget is spent, and says what it took."""

    def __init__(self, browser: Browser, budget: Budget) -> None:
        self._browser = browser
        self._budget = budget

    async def get(self, target: SnmpTarget, oids: Sequence[str]) -> tuple[ObjectValue, ...]:
        await self._budget.wait(target.peer)
        self._budget.spend(target.peer, _portions(len(oids), _GET_AT_ONCE))
        return await self._browser.get(target, oids)

    async def next(self, target: SnmpTarget, oid: str) -> ObjectValue | None:
        await self._budget.wait(target.peer)
        self._budget.spend(target.peer, 1)
        return await self._browser.next(target, oid)

    async def walk(
        self, target: SnmpTarget, base: str, *, after: str = "", limit: int
    ) -> tuple[ObjectValue, ...]:
        await self._budget.wait(target.peer)
        found = await self._browser.walk(target, base, after=after, limit=limit)
        self._budget.spend(target.peer, _portions(len(found), _PER_WALK))
        return found

    async def set(
        self, target: SnmpTarget, oid: str, type: ObjectType, value: int | str | bytes
    ) -> ObjectValue:
        await self._budget.wait(target.peer)
        self._budget.spend(target.peer, 1)
        return await self._browser.set(target, oid, type, value)


def _portions(count: int, size: int) -> int:
    return max(1, -(-count // size))
