"""Giving devices tags and taking them, many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, text

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.inventory import store
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.rows import tagged_device_of
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.tags import MOST_OF_A_DEVICE, DeviceTagged, Tag, normals

MOST_DEVICES = 20_000
"""In one call."""

Pair = tuple[int, str]
"""A device by its id, and a tag."""


@dataclass(frozen=True, slots=True)
class Retagged:
    """What a call changed indeed: what was so before is not in it."""

    added: tuple[Pair, ...] = ()
    removed: tuple[Pair, ...] = ()

    @property
    def devices(self) -> frozenset[int]:
        return frozenset(number for number, _ in (*self.added, *self.removed))


class TagService:
    """The tags of devices."""

    def __init__(self, db: Database, inventory: InventoryService) -> None:
        self._db = db
        self._inventory = inventory

    @operation("inventory.tags", right="inventory.read")
    async def tags(self, actor: Actor) -> tuple[Tag, ...]:
        """List the tags in use, with how many devices have each."""
        table = store.tags.c
        query = (
            select(table.tag, func.count().label("devices"))
            .where(table.tenant == actor.tenant)
            .group_by(table.tag)
            .order_by(table.tag)
        )
        async with self._db.read(actor) as tx:
            return await tx.rows(query, lambda row: Tag(row.tag, row.devices))

    async def devices(self, actor: Actor, *, device_ids: Collection[int]) -> tuple[Device, ...]:
        """These devices with the tags they have now, in the order of ids; others are left out."""
        actor.require("inventory.read")
        query, column = store.tagged_devices(actor.tenant), store.devices.c.id
        async with self._db.read(actor) as tx:
            return await tx.work(
                lambda c: tuple(
                    sorted(
                        map(tagged_device_of, store.inside(c, query, column, set(device_ids))),
                        key=lambda device: int(device.id),
                    )
                ),
                writes=False,
            )

    @operation("inventory.tag")
    async def tag(
        self,
        actor: Actor,
        *,
        tags: tuple[str, ...],
        device_ids: tuple[int, ...] = (),
        devices: tuple[str, ...] = (),
    ) -> int:
        """Give devices (by id, name or address) tags; the answer is how many were changed."""
        wanted = normals(tags)
        numbers = await self._numbers(actor, device_ids, devices)
        return len((await self.retag(actor, add=_pairs(numbers, wanted))).devices)

    @operation("inventory.untag", right="inventory.tag")
    async def untag(
        self,
        actor: Actor,
        *,
        tags: tuple[str, ...],
        device_ids: tuple[int, ...] = (),
        devices: tuple[str, ...] = (),
    ) -> int:
        """Take tags from devices (by id, name or address); the answer is how many were changed."""
        wanted = normals(tags)
        numbers = await self._numbers(actor, device_ids, devices)
        return len((await self.retag(actor, remove=_pairs(numbers, wanted))).devices)

    async def retag(
        self, actor: Actor, *, add: Collection[Pair] = (), remove: Collection[Pair] = ()
    ) -> Retagged:
        """Give and take in one go; what was changed is what undo takes back.

        Raises NotFound for a device that is not there, Invalid for a tag that is none and for
        more tags than a device may have; then nothing was changed.
        """
        actor.require("inventory.tag")
        told = {tag for _, tag in (*add, *remove)}
        if told != set(normals(told)):
            raise Invalid("these are not tags as they are kept", field="tags")
        if len({number for number, _ in (*add, *remove)}) > MOST_DEVICES:
            raise Invalid(f"at most {MOST_DEVICES:,} devices at once", field="device_ids")
        async with self._db.begin(actor) as tx:
            done = await tx.work(
                lambda c: _write(c, actor.tenant, set(add), set(remove)), writes=True
            )
            given, taken = _by_device(done.added), _by_device(done.removed)
            for number in sorted(done.devices):
                tx.record(
                    DeviceTagged(
                        device_id=number,
                        added=" ".join(given.get(number, ())),
                        removed=" ".join(taken.get(number, ())),
                    )
                )
            if not done.devices:
                tx.wrote = False
        return done

    async def _numbers(
        self, actor: Actor, device_ids: Iterable[int], names: Iterable[str]
    ) -> tuple[int, ...]:
        called = [await self._inventory.device_named(actor, name=name) for name in names]
        found = [*map(int, device_ids), *(int(device.id) for device in called)]
        if not found:
            raise Invalid("say which devices", field="device_ids")
        return tuple(dict.fromkeys(found))


def _pairs(numbers: Iterable[int], tags: Collection[str]) -> tuple[Pair, ...]:
    return tuple((number, tag) for number in numbers for tag in tags)


def _by_device(pairs: Iterable[Pair]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for number, tag in sorted(pairs):
        found[number].append(tag)
    return found


def _write(connection: Connection, tenant: str, add: set[Pair], remove: set[Pair]) -> Retagged:
    if connection.dialect.name == "postgresql":
        # Two who give the same tag at once must not both say that they did.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('noc.tags'))"))
    numbers = {number for number, _ in add | remove}
    _must_be_there(connection, tenant, numbers)
    table = store.tags
    query = select(table).where(table.c.tenant == tenant)
    rows = {
        (int(row.device_id), str(row.tag)): int(row.id)
        for row in store.inside(connection, query, table.c.device_id, numbers)
    }
    added = tuple(sorted(add - remove - rows.keys()))
    removed = tuple(sorted((remove - add) & rows.keys()))
    _must_fit((rows.keys() | set(added)) - set(removed), {number for number, _ in added})
    if added:
        connection.execute(
            insert(table),
            [{"tenant": tenant, "device_id": number, "tag": tag} for number, tag in added],
        )
    gone = sorted(rows[pair] for pair in removed)
    for start in range(0, len(gone), store.CHUNK):
        connection.execute(
            delete(table).where(
                table.c.tenant == tenant, table.c.id.in_(gone[start : start + store.CHUNK])
            )
        )
    return Retagged(added, removed)


def _must_be_there(connection: Connection, tenant: str, numbers: set[int]) -> None:
    column = store.devices.c.id
    query = select(column).where(store.devices.c.tenant == tenant)
    known = {int(row.id) for row in store.inside(connection, query, column, numbers)}
    if missing := sorted(numbers - known):
        raise NotFound(f"there is no device {missing[0]}")


def _must_fit(after: Iterable[Pair], grown: set[int]) -> None:
    """Refuse more tags than a device may have; one that only loses some is let be."""
    for number, tags in _by_device(after).items():
        if number in grown and len(tags) > MOST_OF_A_DEVICE:
            raise Invalid(f"a device has at most {MOST_OF_A_DEVICE} tags", field="tags")
