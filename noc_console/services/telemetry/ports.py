"""What telemetry and discovery need from the network. Adapters fit these shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from noc_console.services.credentials.model import SnmpTarget

Value = int | bytes | str | None
"""Numbers as int, OCTET STRING as bytes, OID and IpAddress as dotted text, NULL as None."""


Numbers = tuple[int | None, ...]


class Polled(Protocol):
    """Rows of bare numbers in the order of the columns asked for, in two forms.

    The quick one is flat: row `k`, whose index is `indexes[k]`, is
    `numbers[k * width : (k + 1) * width]`. A device whose interfaces did not change answers with
    the `indexes` it gave last time, which one comparison of the lists shows; then the numbers are
    a matrix of known rows. Rows come in the order the device has them, usually ascending.

    Index bytes are what follows the column's OID, as BER content (`wire.oid`). `scalars`
    were read in the same answer as the first rows, None where the device has none.
    """

    @property
    def indexes(self) -> Sequence[bytes]: ...

    @property
    def numbers(self) -> Sequence[int | None]: ...

    @property
    def width(self) -> int:
        """How many columns were asked for."""
        ...

    @property
    def has_holes(self) -> bool:
        """Whether None stands among the numbers: a cell the device does not have, or no number."""
        ...

    @property
    def rows(self) -> Mapping[bytes, Numbers]:
        """The rows by their index; made anew each time."""
        ...

    @property
    def scalars(self) -> Numbers: ...


class SnmpReader(Protocol):
    """Asks devices over SNMP. Every method raises Unreachable or AuthRejected."""

    async def get(self, target: SnmpTarget, oids: Sequence[str]) -> dict[str, Value]:
        """The named instances; those the device does not have are absent."""
        ...

    async def next(self, target: SnmpTarget, oids: Sequence[str]) -> dict[str, str | None]:
        """What object follows each OID, many in one request; None where nothing does.

        An OID the device answers with nonsense is absent.
        """
        ...

    async def walk(
        self, target: SnmpTarget, base: str, *, limit: int = 100_000
    ) -> list[tuple[str, Value]]:
        """A subtree in OID order, at most `limit` instances."""
        ...

    async def table(
        self, target: SnmpTarget, columns: Sequence[str], *, limit_rows: int = 20_000
    ) -> dict[str, dict[str, Value]]:
        """Columns of one table read together: row index → column OID → value."""
        ...

    async def poll(
        self,
        target: SnmpTarget,
        columns: tuple[bytes, ...],
        *,
        scalars: tuple[bytes, ...] = (),
        limit_rows: int = 20_000,
    ) -> Polled:
        """The hot path: numeric columns of one table; OIDs are content bytes, scalars "….0"."""
        ...


class Shares(Protocol):
    """Which devices this collector polls, among the collectors alive."""

    def mine(self, device_id: int) -> bool:
        """Whether we hold its lease at this moment, by our own steady clock.

        False as soon as the lease could not be renewed in time, whatever the store says: a
        collector that was frozen or cut off stops before another one begins.
        """
        ...

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Be told when the answer changed for some devices; returns how to end that."""
        ...


class AllMine:
    """The shares of the only collector there is."""

    def mine(self, device_id: int) -> bool:
        return True

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        return lambda: None
