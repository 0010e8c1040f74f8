"""What the console needs of a running lab."""

from __future__ import annotations

from typing import Protocol

from noc_console.services.lab.model import ActiveFault, FaultKind, LabStatus


class LabControl(Protocol):
    """A way to the lab. Every call raises Unreachable when no lab runs."""

    async def status(self) -> LabStatus: ...

    async def catalogue(self) -> tuple[FaultKind, ...]:
        """What can be broken."""
        ...

    async def fail(self, name: str, target: str | None) -> ActiveFault:
        """Break something; Refused when there is no such fault or target."""
        ...

    async def mend(self, what: str) -> tuple[ActiveFault, ...]:
        """Mend by id or by name; NotFound when nothing like it is broken."""
        ...

    async def mend_all(self) -> tuple[ActiveFault, ...]: ...

    async def stop(self) -> None:
        """End the lab."""
        ...
