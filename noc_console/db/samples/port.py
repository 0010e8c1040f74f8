"""Where the past is kept: the one seam between the store and its engines.

The newest states, wishes, hints and pulses are small and always lie beside the main store.
The past may lie there too (`tables.py`, on SQLite or PostgreSQL), or in an engine made for
fleets (`fleet.py`). `open_samples` chooses by URL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from noc_console.db.samples.kinds import Kind
from noc_console.db.samples.matrix import Matrix
from noc_console.db.samples.moment import Instant
from noc_console.db.samples.values import Ask, Compacted, Delivery, Poll, Pruned, Series, Stats


class Past(Protocol):
    """An engine. Each method waits for a thread of it, never on the event loop's.

    Raises Unreachable when the engine does not answer, Broken when it is damaged or full.
    """

    @property
    def delivery(self) -> Delivery:
        """How sending goes; all zero where nothing is sent."""
        ...

    async def append(self, batch: Sequence[Poll]) -> None:
        """Take polls and the newest states that follow from them."""
        ...

    async def series(self, ask: Ask) -> dict[int, Series]:
        """A series for each subject asked for, empty where nothing is known."""
        ...

    async def matrix(self, ask: Ask) -> Matrix:
        """Many subjects at once in the slots of a roll-up; of very many without the last hour."""
        ...

    async def moment(
        self, kind: Kind, subjects: Sequence[int], *, at: int, back_ms: int
    ) -> Instant:
        """What polls that no roll-up knows yet say of many subjects at a moment."""
        ...

    async def compact(self, now: datetime) -> Compacted:
        """Do what is to be done once an hour."""
        ...

    async def prune(self, now: datetime) -> Pruned:
        """Forget what has outlived its retention."""
        ...

    async def stats(self) -> Stats:
        """How large it is, and how much waits."""
        ...

    async def close(self) -> None:
        """Finish what is under way, within a few seconds."""
        ...
