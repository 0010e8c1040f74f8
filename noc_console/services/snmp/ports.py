"""What browsing a device needs from outside. Adapters fit these shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.snmp.model import ObjectType, ObjectValue


class Browser(Protocol):
    """Asks and sets single objects. Raises Unreachable, AuthRejected, and Refused (or one of
    its kinds) when the device answers that it will not. Values come without names: what an
    OID is called is `MibService`'s to say.
    """

    async def get(self, target: SnmpTarget, oids: Sequence[str]) -> tuple[ObjectValue, ...]:
        """The objects in the order asked for; those the device lacks have the type MISSING."""
        ...

    async def next(self, target: SnmpTarget, oid: str) -> ObjectValue | None:
        """The object that follows; None at the end of what the device has."""
        ...

    async def walk(
        self, target: SnmpTarget, base: str, *, after: str = "", limit: int
    ) -> tuple[ObjectValue, ...]:
        """The objects under `base` and behind `after` in order, at most `limit`."""
        ...

    async def set(
        self, target: SnmpTarget, oid: str, type: ObjectType, value: int | str | bytes
    ) -> ObjectValue:
        """Write one object, asking once only; the value the device says it took."""
        ...


class Resolver(Protocol):
    """Names to addresses, off the event loop."""

    async def resolve(self, name: str) -> str:
        """One address of the name; raises Unreachable (reason "dns") when there is none in time."""
        ...
