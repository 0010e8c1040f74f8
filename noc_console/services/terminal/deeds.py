"""Who had a device elevated in a terminal, for those who want to know who changed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from noc_console.db.database import Database, Tx, journal
from noc_console.kernel.actor import Actor
from noc_console.kernel.text import visible
from noc_console.services.configs.model import Deed
from noc_console.services.terminal.elevation import LONGEST_MIN, ElevationEnded, SessionElevated

MOST = 1_000
"""Elevations looked through, of all devices within a few hours or days."""
LONGEST_REASON = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """An elevation that began or ended, as the journal has it."""

    at: datetime
    who: str
    event: str
    facts: dict[str, Any]


class ElevatedDeeds:
    """See `configs.ports.Doers`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def deeds(
        self, actor: Actor, *, device_id: int, start: datetime, end: datetime
    ) -> tuple[Deed, ...]:
        """Who could change the device from a terminal then: whether he did, nobody wrote down."""
        actor.require("configs.keep")
        async with self._db.read(actor) as tx:
            entries = await _entries(tx, start - timedelta(minutes=LONGEST_MIN), end)
        mine = [entry for entry in entries if entry.facts.get("device_id") == device_id]
        return tuple(
            Deed(one.who, f"elevated terminal of {one.who}{_why(one)}", is_certain=False)
            for one in elevated(mine, since=start)
        )


def elevated(entries: Sequence[Entry], *, since: datetime) -> Iterable[Entry]:
    """Those that had not ended by then. `entries` are of one device, oldest first."""
    for number, entry in enumerate(entries):
        if entry.event != SessionElevated.__name__:
            continue
        until = entry.at + timedelta(minutes=entry.facts.get("minutes", LONGEST_MIN))
        ended = next(
            (
                other.at
                for other in entries[number + 1 :]
                if other.event == ElevationEnded.__name__ and other.who == entry.who
            ),
            until,
        )
        if min(until, ended) > since:
            yield entry


async def _entries(tx: Tx, start: datetime, end: datetime) -> list[Entry]:
    query = (
        select(journal.c.at, journal.c.actor, journal.c.event, journal.c.facts)
        .where(
            journal.c.event.in_([SessionElevated.__name__, ElevationEnded.__name__]),
            journal.c.tenant == tx.actor.tenant,
            journal.c.at >= start,
            journal.c.at <= end,
        )
        .order_by(journal.c.id.desc())
        .limit(MOST)
    )
    found = await tx.rows(query, lambda row: Entry(row.at, row.actor, row.event, dict(row.facts)))
    return list(found[::-1])


def _why(entry: Entry) -> str:
    reason = visible(str(entry.facts.get("reason", "")), limit=LONGEST_REASON)
    return f" ({reason})" if reason else ""
