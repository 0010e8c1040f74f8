"""What the alarm desk asks of others: whether somebody works on an object right now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from noc_console.db.database import Tx
from noc_console.services.alarms.model import AlarmObject


@dataclass(frozen=True, slots=True)
class Quiet:
    """Until when an object's alarms stay off the desk, and what for."""

    until: datetime
    reason: str


class Planned(Protocol):
    """Knows planned work."""

    async def quiet(
        self, tx: Tx, abouts: Collection[AlarmObject], *, at: datetime
    ) -> Mapping[str, Quiet]:
        """Of these objects those somebody works on at the moment, by their keys.

        Of work that overlaps the longest counts. Asked within the transaction that writes.
        """


class NothingPlanned:
    """Where nobody plans work."""

    async def quiet(
        self, tx: Tx, abouts: Collection[AlarmObject], *, at: datetime
    ) -> Mapping[str, Quiet]:
        return {}
