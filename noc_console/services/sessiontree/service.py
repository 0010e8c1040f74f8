"""What people do with their sessions: arrange them in folders, share them, take over others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.inventory.service import InventoryService
from noc_console.services.sessiontree import arranging, importing, store
from noc_console.services.sessiontree.model import (
    Found,
    Node,
    NodeId,
    Reading,
    SessionTreeChanged,
)

MOST_FILES = 20_000


class SessionTreeService:
    """Keeps sessions in folders: one's own, and those others share."""

    def __init__(self, db: Database, inventory: InventoryService) -> None:
        self._db = db
        self._inventory = inventory

    @operation("sessiontree.list", right="sessiontree.see")
    async def nodes(self, actor: Actor) -> tuple[Node, ...]:
        """List folders and saved sessions in the order they are arranged."""
        async with self._db.read(actor) as tx:
            return await store.seen_by(tx)

    @operation("sessiontree.add", right="sessiontree.arrange")
    async def add(
        self,
        actor: Actor,
        *,
        name: str,
        address: str = "",
        parent_id: int | None = None,
        note: str = "",
        is_shared: bool = False,
    ) -> Node:
        """Keep a session by its address; without an address it is a folder."""
        parent = None if parent_id is None else NodeId(parent_id)
        made = Node(
            NodeId(0),
            parent,
            arranging.checked_name(name),
            arranging.checked_address(address) if address else "",
            note[: arranging.LONGEST_NOTE],
            actor.name,
            is_shared,
        )
        async with self._db.begin(actor) as tx:
            known = {node.id: node for node in await store.seen_by(tx)}
            _room(len(known) + 1)
            arranging.check_parent(known, None, parent)
            made = replace(made, id=await store.add(tx, made))
            tx.record(SessionTreeChanged(owner=actor.name, what="added", name=made.name))
            return made

    @operation("sessiontree.change", right="sessiontree.arrange")
    async def change(
        self,
        actor: Actor,
        *,
        node_id: int,
        name: str | None = None,
        address: str | None = None,
        note: str | None = None,
        is_shared: bool | None = None,
    ) -> Node:
        """Rename a session or folder, let it lead elsewhere, note something, share it."""
        async with self._db.begin(actor) as tx:
            node = await _own(tx, node_id, actor)
            if name is not None:
                node = replace(node, name=arranging.checked_name(name))
            if address is not None:
                if node.is_folder != (not address):
                    raise Invalid("a folder leads nowhere, a session somewhere", field="address")
                node = replace(node, address=arranging.checked_address(address) if address else "")
            if note is not None:
                node = replace(node, note=note[: arranging.LONGEST_NOTE])
            if is_shared is not None:
                node = await _share(tx, node, is_shared=is_shared)
            await store.save(tx, node)
            tx.record(SessionTreeChanged(owner=actor.name, what="changed", name=node.name))
            return node

    @operation("sessiontree.move", right="sessiontree.arrange")
    async def move(
        self, actor: Actor, *, node_id: int, parent_id: int | None = None, position: int = 0
    ) -> Node:
        """Put a session or folder into another folder, or to the top."""
        parent = None if parent_id is None else NodeId(parent_id)
        async with self._db.begin(actor) as tx:
            known = {node.id: node for node in await store.seen_by(tx)}
            node = await _own(tx, node_id, actor)
            arranging.check_parent(known, node, parent)
            node = replace(node, parent_id=parent, position=position)
            await store.save(tx, node)
            tx.record(SessionTreeChanged(owner=actor.name, what="moved", name=node.name))
            return node

    @operation("sessiontree.remove", right="sessiontree.arrange")
    async def remove(self, actor: Actor, *, node_id: int) -> int:
        """Forget a session, or a folder with all of one's own in it; how many that were."""
        async with self._db.begin(actor) as tx:
            node = await _own(tx, node_id, actor)
            everything = await store.seen_by(tx)
            gone = arranging.below(everything, node.id)
            mine = {one.id for one in everything if one.owner == actor.name}
            if others := [number for number in gone if number not in mine]:
                raise Invalid(f"{len(others)} sessions of others are in it: move them out first")
            await store.remove(tx, gone)
            tx.record(
                SessionTreeChanged(
                    owner=actor.name, what="removed", name=node.name, count=len(gone)
                )
            )
            return len(gone)

    async def read(self, actor: Actor, *, path: Path) -> Reading:
        """What a file or folder of SecureCRT, PuTTY or a CSV holds; nothing is kept yet.

        Hosts of the inventory lead to their devices. Raises Invalid.
        """
        actor.require("sessiontree.arrange")
        reading = await asyncio.to_thread(_read, path)
        devices = {one.address: int(one.device_id) for one in await self._inventory.senders(actor)}
        for device in await self._inventory.devices(actor):
            devices.setdefault(device.name.lower(), int(device.id))
        return replace(reading, found=arranging.with_devices(reading.found, devices))

    @operation("sessiontree.import", right="sessiontree.arrange")
    async def import_file(self, actor: Actor, *, path: str) -> int:
        """Take over the sessions of a file or folder of SecureCRT, PuTTY or a CSV."""
        reading = await self.read(actor, path=Path(path))
        return await self.take_over(actor, found=reading.found, into=reading.source)

    async def take_over(self, actor: Actor, *, found: Sequence[Found], into: str) -> int:
        """Keep what was read in a folder; what is there already is not kept twice."""
        actor.require("sessiontree.arrange")
        if not found:
            raise Invalid("there are no sessions in it")
        async with self._db.begin(actor) as tx:
            known = [node for node in await store.seen_by(tx) if node.owner == actor.name]
            _room(len(known) + len(found))
            folders = {(node.parent_id, node.name): node.id for node in known if node.is_folder}
            there = {(node.parent_id, node.name, node.address) for node in known}
            count = 0
            for one in found:
                parent: NodeId | None = None
                for name in (into, *one.folders):
                    parent = await _folder(tx, folders, parent, name)
                if (parent, one.name, one.address) in there:
                    continue
                there.add((parent, one.name, one.address))
                await store.add(
                    tx, Node(NodeId(0), parent, one.name, one.address, one.note, actor.name)
                )
                count += 1
            tx.record(SessionTreeChanged(owner=actor.name, what="imported", name=into, count=count))
            return count


def _room(count: int) -> None:
    if count > arranging.MOST_NODES:
        raise Invalid(f"a tree has room for {arranging.MOST_NODES:,} sessions")


async def _own(tx: Tx, node_id: int, actor: Actor) -> Node:
    node = await store.get(tx, node_id)
    if node is None:
        raise NotFound(f"there is no session {node_id}")
    arranging.must_own(node, actor.name)
    return node


async def _share(tx: Tx, node: Node, *, is_shared: bool) -> Node:
    """A shared session must be seen in its folder: the folders above are shared with it."""
    known = {one.id: one for one in await store.seen_by(tx)}
    above = node.parent_id
    while is_shared and above is not None and above in known and not known[above].is_shared:
        await store.save(tx, replace(known[above], is_shared=True))
        above = known[above].parent_id
    return replace(node, is_shared=is_shared)


async def _folder(
    tx: Tx, folders: dict[tuple[NodeId | None, str], NodeId], parent: NodeId | None, name: str
) -> NodeId:
    key = (parent, name)
    if key not in folders:
        folders[key] = await store.add(tx, Node(NodeId(0), parent, name, owner=tx.actor.name))
    return folders[key]


def _read(path: Path) -> Reading:
    try:
        path = path.expanduser()
        if path.is_dir():
            files = [one for one in sorted(path.rglob("*")) if one.is_file()][:MOST_FILES]
            return importing.read_folder(
                [(one.relative_to(path).parts, _content(one)) for one in files]
            )
        return importing.read_file(path.name, _content(path))
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error.strerror}", field="path") from error


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(importing.LARGEST + 1)
