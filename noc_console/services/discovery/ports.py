"""What discovery needs from outside beside the SNMP reader. Adapters fit these shapes."""

from __future__ import annotations

from typing import Protocol


class Resolver(Protocol):
    """Names to addresses, off the event loop."""

    async def resolve(self, name: str) -> str:
        """One address of the name; raises Unreachable (reason "dns") when there is none in time."""
        ...
