"""What OIDs mean: looking names up, walking the tree of objects, loading vendor MIBs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.kernel.text import visible
from noc_console.services.mibs.model import (
    Base,
    Found,
    Kind,
    Loaded,
    MibModule,
    MibNode,
    MibObject,
    MibsChanged,
    Syntax,
)
from noc_console.services.mibs.ports import MibCompiler, MibIndex
from noc_console.services.mibs.rules import names, rows, show

MOST_FOUND = 1_000
MOST_PATHS = 10_000
_TOLD = 40
"""Names of modules that one journal entry keeps."""
_NUMBERS = {Base.INTEGER, Base.UNSIGNED, Base.COUNTER32, Base.COUNTER64, Base.TIMETICKS}


class MibService:
    """The console's one source of what an OID is called and how its values are read."""

    def __init__(self, db: Database, index: MibIndex, compiler: MibCompiler) -> None:
        self._db = db
        self._index = index
        self._compiler = compiler
        self._opening = asyncio.Lock()
        self._is_open = False

    # For the rest of the console: quick, from any thread, never an error.

    async def ready(self) -> None:
        """Open the index away from the loop, once: the first time it is built."""
        async with self._opening:
            if not self._is_open:
                await asyncio.to_thread(self._index.open)
                self._is_open = True

    def name_of(self, oid: str) -> str:
        """`IF-MIB::ifAlias.3`; "" when no MIB here names the object itself.

        Takes microseconds after `ready`; without it the first call opens the index.
        """
        return self._index.name_of(oid)

    def title_of(self, oid: str) -> str:
        """The bare name of an object (`ifAlias`), its last number when it has none."""
        found = self._index.at(oid)
        is_known = found is not None and not found.rest
        return found.object.name if found and is_known else oid.rpartition(".")[2]

    def at(self, oid: str) -> Found | None:
        """The object an instance belongs to, with the arcs behind it."""
        return self._index.at(oid)

    def syntax_of(self, oid: str) -> Syntax | None:
        """How the value at an instance is read; None when no MIB here says."""
        found = self._index.at(oid)
        return None if found is None else found.object.syntax

    def read(self, oid: str, value: int | str | bytes | None) -> tuple[str, str]:
        """The name of an instance, and its value as its type says it is read.

        Octets come as bytes and OIDs as dotted text. Without a word of the MIB about it, or
        when the device sent another type than the MIB has, the text is "".
        """
        name = self._index.name_of(oid)
        if isinstance(value, str):
            return name, self._index.name_of(value)
        syntax = self.syntax_of(oid) if name and value is not None else None
        if syntax is None or value is None:
            return name, ""
        if isinstance(value, int):
            return name, show.number(value, syntax) if syntax.base in _NUMBERS else ""
        return name, show.octets(value, syntax)

    def number_of(self, oid: str, text: str) -> str:
        """What stands for a typed word: `1` for `up` where the MIB has that word, else the text."""
        syntax = self.syntax_of(oid)
        return text if syntax is None else show.from_words(text, syntax)

    def row_of(self, oid: str) -> MibObject | None:
        """The row whose columns stand at or around an OID: of a table, row, column or instance."""
        found = self._index.at(oid)
        if found is None:
            return None
        one = found.object
        if one.kind is Kind.TABLE and not found.rest:
            below = [node.object for node in self._index.children(one.oid)]
            return next((row for row in below if row.kind is Kind.ROW), None)
        if one.kind is Kind.COLUMN:
            above = self._index.at(one.oid.rpartition(".")[0])
            one = above.object if above is not None and not above.rest else one
        return one if one.kind is Kind.ROW else None

    def index_words(self, row: MibObject, arcs: Sequence[int]) -> tuple[str, ...] | None:
        """The values in an instance's index as they are read; None when they do not fit."""
        parts, is_implied = self.index_of(row)
        syntaxes = [one.syntax for one in parts if one.syntax is not None]
        if not parts or len(syntaxes) != len(parts):
            return None
        return rows.index_words(arcs, syntaxes, is_implied=is_implied)

    def index_of(self, row: MibObject) -> tuple[tuple[MibObject, ...], bool]:
        """The objects that make the index of a row, and whether the last carries no length."""
        for _ in range(8):  # a row may augment another module's, and that one a third's
            parts = tuple(
                one
                for name in row.index
                if (one := self._index.named(name, row.module) or self._index.named(name))
            )
            if len(parts) != len(row.index):
                return (), False
            if len(parts) == 1 and parts[0].kind is Kind.ROW and parts[0] != row:
                row = parts[0]
                continue
            return parts, row.is_implied
        return (), False

    def oid_of(self, text: str, *, is_instance: bool) -> str:
        """The OID of `1.3.6…`, `sysName.0` or `IF-MIB::ifAlias.3`; Invalid when it is unknown.

        A scalar's name stands for its one instance when `is_instance`: `sysName` is `sysName.0`.
        """
        oid = names.as_oid(text)
        if not oid:
            typed = names.as_name(text)
            known = typed and self._index.named(typed.name, typed.module)
            if not typed or not known:
                raise Invalid(
                    f"{visible(text.strip(), limit=80)!r} is no OID and no name of a MIB that is "
                    "known here: load the vendor's MIB, or give the number",
                    field="oid",
                )
            oid = known.oid + typed.index
            if is_instance and known.kind is Kind.SCALAR and not typed.index:
                oid += ".0"
        return _checked(oid)

    # For people

    @operation("mibs.search", right="mibs.read")
    async def search(self, actor: Actor, *, text: str, limit: int = 200) -> tuple[MibObject, ...]:
        """Find objects by name, OID or words of their description."""
        if not 1 <= limit <= MOST_FOUND:
            raise Invalid(f"a limit is 1 to {MOST_FOUND:,}", field="limit")
        await self.ready()
        words = [word for word in text.replace("::", " ").split() if word][:8]
        oid = names.as_oid(text) if "." in text else ""
        return await asyncio.to_thread(self._index.search, words, oid, limit)

    @operation("mibs.describe", right="mibs.read")
    async def describe(self, actor: Actor, *, name: str) -> MibObject:
        """Tell what a name or OID is: type, access, words, description."""
        await self.ready()
        oid = self.oid_of(name, is_instance=False)
        found = await asyncio.to_thread(self._index.at, oid)
        if found is None or (found.rest and not found.object.kind.has_value):
            raise NotFound(f"no MIB here tells of {oid}")
        return found.object

    @operation("mibs.children", right="mibs.read")
    async def children(self, actor: Actor, *, oid: str = "") -> tuple[MibNode, ...]:
        """The objects directly below an OID or name; without one those at the top."""
        await self.ready()
        base = names.as_oid(oid) or (self.oid_of(oid, is_instance=False) if oid else "")
        return await asyncio.to_thread(self._index.children, base)

    @operation("mibs.way", right="mibs.read")
    async def way(self, actor: Actor, *, oid: str) -> tuple[MibObject, ...]:
        """The known objects from the top down to an OID, itself included."""
        await self.ready()
        arcs = self.oid_of(oid, is_instance=False).split(".")

        def look() -> tuple[MibObject, ...]:
            places = [".".join(arcs[:size]) for size in range(1, len(arcs) + 1)]
            found = [self._index.at(place) for place in places]
            return tuple(one.object for one in found if one is not None and not one.rest)

        return await asyncio.to_thread(look)

    @operation("mibs.modules", right="mibs.read")
    async def modules(self, actor: Actor) -> tuple[MibModule, ...]:
        """List the MIB modules that are known here."""
        await self.ready()
        return await asyncio.to_thread(self._index.modules)

    @operation("mibs.load")
    async def load(self, actor: Actor, *, path: tuple[str, ...]) -> Loaded:
        """Load vendor MIBs from files or folders; what cannot be taken is told with its reason.

        A text whose import is missing waits, and is tried again with the next load.
        """
        if not 1 <= len(path) <= MOST_PATHS:
            raise Invalid(f"name 1 to {MOST_PATHS:,} files or folders", field="path")
        await self.ready()
        compiled = await self._compiler.compile(_paths(path))
        if compiled.modules:
            await asyncio.to_thread(self._index.keep, compiled.modules)
            await self._note(actor, "loaded", [one.module for one in compiled.modules])
        new = {one.module for one in compiled.modules}
        every = await asyncio.to_thread(self._index.modules)
        return Loaded(tuple(one for one in every if one.name in new), compiled.problems)

    @operation("mibs.remove")
    async def remove(self, actor: Actor, *, module: tuple[str, ...]) -> None:
        """Forget MIB modules that were loaded; those of the console come back in their place."""
        await self.ready()
        gone = [one for one in module if await asyncio.to_thread(self._index.remove, one)]
        if not gone:
            raise NotFound(f"no module {', '.join(module)} was loaded here")
        await self._note(actor, "removed", gone)

    # Private

    async def _note(self, actor: Actor, what: str, modules: Sequence[str]) -> None:
        told = " ".join(sorted(modules)[:_TOLD])
        async with self._db.begin(actor) as tx:
            tx.record(MibsChanged(what=what, modules=told, count=len(modules)))


def _paths(given: Sequence[str]) -> list[Path]:
    return [Path(one).expanduser() for one in given]


def _checked(oid: str) -> str:
    """The OID when SNMP can carry it (RFC 2578 §3.5)."""
    arcs = [int(arc) for arc in oid.split(".")]
    if not 2 <= len(arcs) <= 128:
        raise Invalid("an OID has 2 to 128 numbers", field="oid")
    if max(arcs) > 0xFFFFFFFF:
        raise Invalid("a number of an OID does not fit 32 bits", field="oid")
    if arcs[0] > 2 or (arcs[0] < 2 and arcs[1] > 39):
        raise Invalid("an OID begins with 0.0–0.39, 1.0–1.39 or 2.n", field="oid")
    return ".".join(map(str, arcs))
