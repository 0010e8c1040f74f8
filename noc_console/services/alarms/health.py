"""The health of the desk itself: its load beside what people can bear, and what makes the noise."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, select

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import operation
from noc_console.services.alarms import load, store
from noc_console.services.alarms.load import Figure, Flood, Share, Steps, Thing
from noc_console.services.alarms.model import Severity
from noc_console.services.alarms.noise import MOST, Kind, Noise, noise

LONGEST_DAYS = 92.0
MOST_OPERATORS = 100
MOST_STEPS = 500_000
"""Of a busier span the newest are looked at, and the answer says so."""
BEFORE = timedelta(days=1)
"""So much is read before the span: who was folded or flapping when it began."""


@dataclass(frozen=True, slots=True)
class AlarmHealth:
    """How the desk does. Moments in UTC."""

    start: datetime
    end: datetime
    operators: int
    figures: tuple[Figure, ...]
    priorities: tuple[Share, ...]
    counts: tuple[int, ...]
    """Annunciations of each ten minutes from `start` on."""
    floods: tuple[Flood, ...]
    noise: tuple[Noise, ...]
    spoke: int
    """Annunciations in all."""
    silent: int
    """What came and spoke to nobody: folded, flapping or put aside."""
    is_cut: bool = False
    """There were more steps than are looked at."""

    def of(self, kind: Kind) -> tuple[Noise, ...]:
        """The noise of one kind; of the noisiest, ten."""
        some = tuple(one for one in self.noise if kind in one.kinds)
        return some[:MOST] if kind is Kind.NOISY else some


@dataclass(slots=True)
class _Read:
    rows: list[tuple[float, int, int, int, int]] = field(default_factory=list)
    things: dict[tuple[str, str], int] = field(default_factory=dict)
    known: list[Thing] = field(default_factory=list)
    standing: dict[tuple[str, str], float] = field(default_factory=dict)
    is_cut: bool = False


class AlarmHealthService:
    """Reads the history of all alarms and says what it asked of people."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    @operation("alarms.health", right="alarms.see")
    async def health(self, actor: Actor, *, days: float = 7.0, operators: int = 1) -> AlarmHealth:
        """Measure the desk by EEMUA 191 and ISA-18.2, and say what makes the noise."""
        if not 0 < days <= LONGEST_DAYS:
            raise Invalid(f"look at up to {LONGEST_DAYS:g} days", field="days")
        if not 1 <= operators <= MOST_OPERATORS:
            raise Invalid(f"say 1 to {MOST_OPERATORS} operators", field="operators")
        end = self._clock.now().astimezone(UTC)
        start = end - timedelta(days=days)
        async with self._db.read(actor) as tx:
            read = await _read(tx, start, end)
        return await asyncio.to_thread(_judge, read, start, end, operators)


async def _read(tx: Tx, start: datetime, end: datetime) -> _Read:
    steps, alarms = store.alarm_steps, store.alarms
    told = (
        select(
            steps.c.at, steps.c.alarm_id, steps.c.what, steps.c.severity,
            alarms.c.object, alarms.c.condition, alarms.c.device_id,
            alarms.c.device_name, alarms.c.interface_name, alarms.c.site_name,
        )
        .join(alarms, alarms.c.id == steps.c.alarm_id)
        .where(
            steps.c.tenant == tx.actor.tenant,
            steps.c.at >= start - BEFORE,
            steps.c.at < end,
            steps.c.what.in_(load.WORDS),
        )
        .order_by(steps.c.id.desc())
        .limit(MOST_STEPS + 1)
    )  # fmt: skip
    stands = select(
        alarms.c.object, alarms.c.condition, alarms.c.first_seen, alarms.c.device_id,
        alarms.c.device_name, alarms.c.interface_name, alarms.c.site_name,
    ).where(
        and_(
            alarms.c.tenant == tx.actor.tenant,
            alarms.c.severity > int(Severity.CLEARED),
            alarms.c.shelved_until.is_(None),
            alarms.c.suppressed.is_(False),
            alarms.c.root_id.is_(None),
        )
    )  # fmt: skip

    def read(connection: Connection) -> _Read:
        found = _Read()
        for row in connection.execute(told):
            if len(found.rows) == MOST_STEPS:
                found.is_cut = True
                break
            at = row.at.timestamp()
            number = _thing(found, row)
            found.rows.append((at, row.alarm_id, load.WORDS.index(row.what), row.severity, number))
        found.rows.reverse()
        for one in connection.execute(stands):
            _thing(found, one)
            found.standing[one.object, one.condition] = one.first_seen.timestamp()
        return found

    return await tx.work(read, writes=False)


def _thing(found: _Read, row: Any) -> int:
    key = (row.object, row.condition)
    number = found.things.get(key)
    if number is None:
        number = found.things[key] = len(found.known)
        name = row.device_name or row.object
        if row.interface_name:
            name = f"{name} · {row.interface_name}"
        found.known.append(Thing(row.object, row.condition, row.device_id, name, row.site_name))
    return number


def _judge(read: _Read, start: datetime, end: datetime, operators: int) -> AlarmHealth:
    first, last = start.timestamp(), end.timestamp()
    steps = Steps.of(read.rows, read.known)
    counts = load.slots(steps, first, last)
    noisy = noise(steps, start=first, end=last, standing=read.standing)
    spoke = int(counts.sum())
    came = int((steps.came & (steps.at >= first)).sum())
    top = sum(one.spoke for one in noisy[:MOST] if one.spoke > 1)
    return AlarmHealth(
        start=start,
        end=end,
        operators=operators,
        figures=load.figures(
            counts,
            operators=operators,
            top_share=100 * top / max(1, spoke),
            stale=_count(noisy, Kind.STALE),
            chattering=_count(noisy, Kind.CHATTERING),
            fleeting=_count(noisy, Kind.FLEETING),
        ),
        priorities=load.priorities(steps, first, last),
        counts=tuple(counts.tolist()),
        floods=load.floods(counts, first),
        noise=noisy,
        spoke=spoke,
        silent=came - spoke,
        is_cut=read.is_cut,
    )


def _count(found: tuple[Noise, ...], kind: Kind) -> int:
    return sum(kind in one.kinds for one in found)
