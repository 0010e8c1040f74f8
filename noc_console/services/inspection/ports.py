"""How an inspection asks: the same questions to a live device and to a recording of one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.inspection.model import Problem
from noc_console.services.inspection.tables import Columns, Rows, Value
from noc_console.wire.snmp import Varbind


class Agent(Protocol):
    """One device's SNMP answers.

    A live one raises Unreachable when the device stops answering and AuthRejected when it
    refuses; whatever else goes wrong with a question is a `Problem`, and the answer empty.
    """

    @property
    def problems(self) -> list[Problem]:
        """What could not be read so far."""
        ...

    async def get(self, oids: Sequence[str]) -> dict[str, Value]:
        """The named instances; those the device does not have are absent."""
        ...

    async def look(self, wanted: Sequence[Columns]) -> None:
        """Find out, many in one request, which tables exist; asking for another is then free."""
        ...

    async def rows(self, columns: Columns) -> Rows:
        """A table's rows in index order; empty when the device has none. Asked once, then kept."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """One answer of a device that is walked as a whole, and what was wrong with it, in words."""

    varbinds: Sequence[Varbind]
    problem: str = ""


class Walker(Protocol):
    """Walks all a device has."""

    def sweep(self, target: SnmpTarget, *, limit: int = 2_000_000) -> AsyncIterator[Batch]:
        """All it has with types and octets as sent, an answer at a time.

        Places where the device misbehaves are stepped over and told of. Unreachable is raised
        when it stops answering altogether.
        """
        ...
