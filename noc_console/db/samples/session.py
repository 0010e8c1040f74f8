"""One connection in one thread: the little both databases have to offer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from noc_console.db.samples.layout import Table


class Session(Protocol):
    """A connection. SQL is written with `?` for parameters.

    Each statement outside `transaction` stands for itself, and sees one moment.
    """

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        ...

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Execute; the answer is how many rows it touched."""
        ...

    def put(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Insert many rows; those already there fare as `table.conflict` says."""
        ...

    def forget(self, table: Table, where: str, parameters: Sequence[Any], *, limit: int) -> int:
        """Delete at most `limit` rows; the answer is how many."""
        ...

    def transaction(self, *, steady: bool = False) -> AbstractContextManager[None]:
        """All or nothing; rolls back on an error. `steady`: sees one moment throughout."""
        ...

    def alone(self, what: str) -> bool:
        """Whether this transaction is the only one doing `what`, until it ends."""
        ...

    def has(self, table: Table) -> bool:
        """Whether the table is there."""
        ...

    def create(self) -> None:
        """Make the tables that are not there yet."""
        ...

    def size(self) -> int:
        """Bytes the store takes."""
        ...

    def speaking(self) -> AbstractContextManager[None]:
        """Turns the driver's errors into ours: Unreachable when it may work again, or Broken."""
        ...

    def close(self) -> None: ...
