"""A recording in the place of the network: what it holds is answered, all else is silence.

It reads like a device and cannot be written to. Nothing here opens a socket.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence

from noc_console.adapters.snmp.polled import Polled, of_rows
from noc_console.kernel.errors import NotAllowed, Unreachable
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.inspection.ports import Batch
from noc_console.services.snmp.model import ObjectType, ObjectValue
from noc_console.services.telemetry.ports import Value
from noc_console.wire import ber, oid
from noc_console.wire.ber import Malformed
from noc_console.wire.snmp import EXCEPTIONS, Varbind, value
from noc_console.wire.snmprec import Recording

Arcs = tuple[int, ...]

AT_ONCE = 1_000
"""Objects of one batch of a sweep."""
_TYPES = {
    ber.INTEGER: ObjectType.INTEGER,
    ber.COUNTER32: ObjectType.COUNTER32,
    ber.COUNTER64: ObjectType.COUNTER64,
    ber.GAUGE32: ObjectType.UNSIGNED,
    ber.UINTEGER32: ObjectType.UNSIGNED,
    ber.TIMETICKS: ObjectType.TIMETICKS,
    ber.OID: ObjectType.OID,
    ber.IP: ObjectType.ADDRESS,
    ber.OPAQUE: ObjectType.OPAQUE,
}


class RecordedReader:
    """The reader of telemetry, discovery and inspection, over one recording.

    Only the device at `address` is in it; nobody else answers.
    """

    def __init__(self, recording: Recording, address: str) -> None:
        usable = [each for each in recording.varbinds if each[1] not in EXCEPTIONS]
        self.address = address
        self._varbinds = usable
        self._keys: list[Arcs] = [oid.sort_key(name) for name, _, _ in usable]
        self._by_name = {name: (tag, content) for name, tag, content in usable}

    async def get(self, target: SnmpTarget, oids: Sequence[str]) -> dict[str, Value]:
        """The named instances that were recorded."""
        self._check(target)
        found: dict[str, Value] = {}
        for each in oids:
            known = self._by_name.get(oid.encode(each))
            if known is not None:
                _keep(found, each, *known)
        return found

    async def next(self, target: SnmpTarget, oids: Sequence[str]) -> dict[str, str | None]:
        """What was recorded behind each OID; None where nothing was."""
        self._check(target)
        return {
            each: oid.decode(after[0]) if (after := self._after(oid.encode(each))) else None
            for each in oids
        }

    async def walk(
        self, target: SnmpTarget, base: str, *, limit: int = 100_000
    ) -> list[tuple[str, Value]]:
        """A subtree in OID order; an instance is its own subtree."""
        self._check(target)
        found: dict[str, Value] = {}
        for name, tag, content in self._below(oid.encode(base))[:limit]:
            _keep(found, oid.decode(name), tag, content)
        return list(found.items())

    async def table(
        self, target: SnmpTarget, columns: Sequence[str], *, limit_rows: int = 20_000
    ) -> dict[str, dict[str, Value]]:
        """Columns of one table: row index → column OID → value, in index order."""
        self._check(target)
        rows: dict[bytes, dict[str, Value]] = {}
        for column in columns:
            base = oid.encode(column)
            for name, tag, content in self._below(base, instances_only=True):
                _keep(rows.setdefault(name[len(base) :], {}), column, tag, content)
        in_order = sorted(rows, key=oid.index_parts)[:limit_rows]
        return {oid.decode_index(index): rows[index] for index in in_order}

    async def poll(
        self,
        target: SnmpTarget,
        columns: tuple[bytes, ...],
        *,
        scalars: tuple[bytes, ...] = (),
        limit_rows: int = 20_000,
    ) -> Polled:
        """Numbers of a table, and single instances."""
        self._check(target)
        rows: dict[bytes, list[int | None]] = {}
        for place, column in enumerate(columns):
            for name, tag, content in self._below(column, instances_only=True):
                row = rows.setdefault(name[len(column) :], [None] * len(columns))
                row[place] = _number(tag, content)
        in_order = sorted(rows, key=oid.index_parts)[:limit_rows]
        return of_rows(
            {index: tuple(rows[index]) for index in in_order},
            width=len(columns),
            scalars=tuple(_number(*self._by_name.get(each, (ber.NULL, b""))) for each in scalars),
        )

    async def sweep(self, target: SnmpTarget, *, limit: int = 2_000_000) -> AsyncIterator[Batch]:
        """All that was recorded."""
        self._check(target)
        found = self._varbinds[:limit]
        for start in range(0, len(found), AT_ONCE):
            yield Batch(found[start : start + AT_ONCE])

    # ── for the browser ──

    def find(self, target: SnmpTarget, name: str) -> ObjectValue:
        """One object as people read it; MISSING when it was not recorded."""
        self._check(target)
        known = self._by_name.get(oid.encode(name))
        return _shown(name, *known) if known else ObjectValue(name, "", ObjectType.MISSING, "")

    def follow(self, target: SnmpTarget, name: str) -> ObjectValue | None:
        """The object behind a name."""
        self._check(target)
        after = self._after(oid.encode(name))
        return _shown(oid.decode(after[0]), *after[1:]) if after else None

    def below(self, target: SnmpTarget, base: str, *, after: str, limit: int) -> list[ObjectValue]:
        """The objects under a name and behind another."""
        self._check(target)
        found = self._below(oid.encode(base))
        if after:
            behind = oid.sort_key(oid.encode(after))
            found = [each for each in found if oid.sort_key(each[0]) > behind]
        return [_shown(oid.decode(name), tag, content) for name, tag, content in found[:limit]]

    def _below(self, base: bytes, *, instances_only: bool = False) -> list[Varbind]:
        """The objects of a subtree, and the object itself unless only instances are wanted."""
        arcs = oid.sort_key(base)
        start = bisect_right(self._keys, arcs)
        if not instances_only and start and self._keys[start - 1] == arcs:
            start -= 1
        stop = bisect_right(self._keys, (*arcs[:-1], arcs[-1] + 1))
        return [each for each in self._varbinds[start:stop] if each[0].startswith(base)]

    def _after(self, name: bytes) -> Varbind | None:
        at = bisect_right(self._keys, oid.sort_key(name))
        return self._varbinds[at] if at < len(self._varbinds) else None

    def _check(self, target: SnmpTarget) -> None:
        if target.address != self.address:
            peer = target.peer
            raise Unreachable(
                f"{peer} is not in the recording: only {self.address} is",
                peer=peer,
                reason="timeout",
            )


class RecordedBrowser:
    """Single objects of a recording; setting one is refused."""

    def __init__(self, reader: RecordedReader) -> None:
        self._reader = reader

    async def get(self, target: SnmpTarget, oids: Sequence[str]) -> tuple[ObjectValue, ...]:
        """The objects in the order asked for; those that were not recorded are MISSING."""
        return tuple(self._reader.find(target, each) for each in oids)

    async def next(self, target: SnmpTarget, oid: str) -> ObjectValue | None:
        """The object that follows; None at the end of the recording."""
        return self._reader.follow(target, oid)

    async def walk(
        self, target: SnmpTarget, base: str, *, after: str = "", limit: int
    ) -> tuple[ObjectValue, ...]:
        """The objects under `base` and behind `after` in order, at most `limit`."""
        return tuple(self._reader.below(target, base, after=after, limit=limit))

    async def set(
        self, target: SnmpTarget, oid: str, type: ObjectType, value: int | str | bytes
    ) -> ObjectValue:
        """Never: NotAllowed."""
        raise NotAllowed("this is a recording: nothing can be set in it")

    def close(self) -> None:
        """There is nothing to give back."""


def _keep(found: dict[str, Value], name: str, tag: int, content: bytes) -> None:
    try:
        found[name] = value(tag, content)
    except Malformed:
        return  # a bad value is as good as none, as with devices


def _number(tag: int, content: bytes) -> int | None:
    try:
        found = value(tag, content)
    except Malformed:
        return None
    return found if isinstance(found, int) else None


def _shown(name: str, tag: int, content: bytes) -> ObjectValue:
    try:
        found = value(tag, content)
    except Malformed:
        found = content
    if isinstance(found, bytes):
        kind, words = _octets(found)
        return ObjectValue(name, "", ObjectType.OPAQUE if tag == ber.OPAQUE else kind, words)
    kind = _TYPES.get(tag, ObjectType.NULL)
    return ObjectValue(name, "", kind, "" if found is None else found)


def _octets(content: bytes) -> tuple[ObjectType, str]:
    """Text where it is text, else hex."""
    try:
        words = content.decode()
    except UnicodeDecodeError:
        words = "\0"
    is_text = all(letter.isprintable() or letter in "\r\n\t" for letter in words)
    return (ObjectType.STRING, words) if is_text else (ObjectType.HEX, "0x" + content.hex())
