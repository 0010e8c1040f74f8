"""A device that is there: asked over SNMP, within its budget, for no table it does not have."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.inspection.model import Problem
from noc_console.services.inspection.tables import Columns, Index, Row, Rows, Value, numbers
from noc_console.services.telemetry.ports import SnmpReader

_log = logging.getLogger(__name__)

MOST_MISSED = 2
"""Questions in a row a device may leave unanswered before it counts as gone."""
MOST_MISSED_IN_ALL = 6
VALUES_PER_REQUEST = 40
"""How many values of a table one request brings, as far as the budget is concerned."""
LOOKS_AT_ONCE = 24
"""Tables looked for in one request."""


class Budget:
    """A token bucket: so many requests a second for one device, and a burst to begin with.

    A table's requests are paid when it has been read, so the next question waits for them.
    """

    def __init__(self, per_second: float, *, burst: float = 60.0) -> None:
        self._rate = max(per_second, 0.1)
        self._burst = burst
        self._tokens = burst
        self._at: float | None = None

    async def ready(self) -> None:
        """Wait until one more request is within the budget."""
        self._refill()
        if self._tokens < 1:
            await asyncio.sleep((1 - self._tokens) / self._rate)
            self._refill()

    def pay(self, requests: int) -> None:
        self._tokens -= requests

    def _refill(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._at is not None:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now


@dataclass(slots=True)
class _Table:
    """What is known of one table: the columns read so far, and all their cells."""

    read: dict[int, int] = field(default_factory=dict)
    """Column number → the limit of rows it was read with."""
    cells: dict[Index, dict[int, Value]] = field(default_factory=dict)


class LiveAgent:
    """An `Agent` over the network.

    Raises Unreachable when the device stops answering, AuthRejected when it never let us in.
    """

    def __init__(self, reader: SnmpReader, target: SnmpTarget, *, budget: Budget) -> None:
        self._reader = reader
        self._target = target
        self._budget = budget
        self._problems: list[Problem] = []
        self._is_there: dict[str, bool] = {}
        self._tables: dict[str, _Table] = {}
        self._has_answered = False
        self._missed = 0
        self._missed_in_all = 0

    @property
    def problems(self) -> list[Problem]:
        """What could not be read so far."""
        return list(self._problems)

    async def get(self, oids: Sequence[str]) -> dict[str, Value]:
        """The named instances; those the device does not have are absent."""
        if not oids:
            return {}
        await self._budget.ready()
        self._budget.pay(-(-len(oids) // VALUES_PER_REQUEST))
        try:
            found = await self._reader.get(self._target, list(dict.fromkeys(oids)))
        except Unreachable as error:
            self._failed(_named(oids), error)
            return {}
        self._answered()
        return {name: value for name, value in found.items() if value is not None}

    async def look(self, wanted: Sequence[Columns]) -> None:
        """Find out, many in one request, which tables exist; asking for another is then free."""
        unknown = sorted({columns.entry for columns in wanted} - self._is_there.keys(), key=_arcs)
        for start in range(0, len(unknown), LOOKS_AT_ONCE):
            asked = unknown[start : start + LOOKS_AT_ONCE]
            await self._budget.ready()
            self._budget.pay(1)
            try:
                found = await self._reader.next(self._target, asked)
            except Unreachable as error:
                # Without it every table is asked for, which only takes longer.
                self._failed("which tables there are", error)
                return
            self._answered()
            # Each is asked about itself: what lies between two that were asked would follow
            # from the order of OIDs, which too many agents do not keep.
            for entry, follows in found.items():
                self._is_there[entry] = follows is not None and follows.startswith(f"{entry}.")

    async def rows(self, columns: Columns) -> Rows:
        """A table's rows in index order; empty when the device has none. Asked once, then kept."""
        if self._is_there.get(columns.entry) is False:
            return ()
        table = self._tables.setdefault(columns.entry, _Table())
        missing = [
            number
            for number, _ in columns.names
            if table.read.get(number, 0) < columns.limit
            and not _is_whole(table, table.read.get(number, 0))
        ]
        if missing and not await self._read(table, columns, missing):
            return ()
        return _rows(table, columns)

    async def _read(self, table: _Table, columns: Columns, missing: Sequence[int]) -> bool:
        """Read columns into a table; False when the device did not deliver them."""
        names = {f"{columns.entry}.{number}": number for number in missing}
        await self._budget.ready()
        try:
            found = await self._reader.table(self._target, list(names), limit_rows=columns.limit)
        except Unreachable as error:
            self._budget.pay(1 + self._target.retries)
            self._failed(f"table {columns.entry}", error)
            table.read.update(dict.fromkeys(missing, columns.limit))  # not asked again
            return bool(table.cells)
        self._budget.pay(1 + sum(map(len, found.values())) // VALUES_PER_REQUEST)
        self._answered()
        for place, cells in found.items():
            index = numbers(place)
            if index is not None:
                row = table.cells.setdefault(index, {})
                row.update((names[name], cell) for name, cell in cells.items())
        table.read.update(dict.fromkeys(missing, columns.limit))
        return True

    def _answered(self) -> None:
        self._has_answered = True
        self._missed = 0

    def _failed(self, what: str, error: Unreachable) -> None:
        """Note what is missing, or raise when the device is gone or never let us in."""
        if not self._has_answered:
            raise error
        self._problems.append(Problem(what, str(error)))
        if isinstance(error, AuthRejected):
            return  # it is there, and hides this from our credential
        self._missed += 1
        self._missed_in_all += 1
        is_gone = self._missed > MOST_MISSED or self._missed_in_all > MOST_MISSED_IN_ALL
        if is_gone or error.reason in {"refused", "closed"}:
            raise error
        _log.info("%s: no answer to %s", self._target.peer, what)


def _is_whole(table: _Table, limit: int) -> bool:
    """Whether a table read with that limit ended before it."""
    return limit > 0 and len(table.cells) < limit


def _rows(table: _Table, columns: Columns) -> Rows:
    names = columns.names
    rows: list[tuple[Index, Row]] = []
    for index in sorted(table.cells):
        cells = table.cells[index]
        row = {name: cells[n] for n, name in names if cells.get(n) is not None}
        if row:
            rows.append((index, row))
    return tuple(rows[: columns.limit])


def _named(oids: Sequence[str]) -> str:
    return oids[0] if len(oids) == 1 else f"{oids[0]} and {len(oids) - 1} more"


def _arcs(name: str) -> Index:
    return tuple(map(int, name.split(".")))
