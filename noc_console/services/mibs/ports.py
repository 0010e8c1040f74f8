"""What the MIBs need from outside. Adapters fit these shapes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from noc_console.services.mibs.model import (
    Compiled,
    Facts,
    Found,
    MibModule,
    MibNode,
    MibObject,
)


class MibIndex(Protocol):
    """The compiled modules, by OID and by name. Blocking but quick; fit for any thread."""

    def open(self) -> None:
        """Bring the index up to date with the modules that are here. May take a second."""
        ...

    def at(self, oid: str) -> Found | None:
        """The nearest object at or above an OID; None when nothing above it is known."""
        ...

    def name_of(self, oid: str) -> str:
        """`IF-MIB::ifAlias.3`; "" when no module here names the object itself."""
        ...

    def named(self, name: str, module: str = "") -> MibObject | None:
        """The object of that name, the best-known module's when several have one."""
        ...

    def children(self, oid: str) -> tuple[MibNode, ...]:
        """The nearest known objects below an OID ("" is the top), in their order."""
        ...

    def search(self, words: Sequence[str], oid: str, limit: int) -> tuple[MibObject, ...]:
        """Objects whose name or description has all `words`, or that lie at or under `oid`."""
        ...

    def modules(self) -> tuple[MibModule, ...]:
        """Every module known, by name."""
        ...

    def keep(self, modules: Sequence[Facts]) -> None:
        """Keep compiled modules; one of the same name is replaced."""
        ...

    def remove(self, module: str) -> bool:
        """Forget a module that was loaded; False when there is none."""
        ...


class MibCompiler(Protocol):
    """Turns MIB files into facts, away from the event loop and within limits."""

    async def compile(self, paths: Sequence[Path]) -> Compiled:
        """Read files and folders; what cannot be read is told in `problems`, never raised."""
        ...
