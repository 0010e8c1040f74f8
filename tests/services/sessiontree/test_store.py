"""Nodes come back from the store as they went in, in their order."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.services.sessiontree import store
from noc_console.services.sessiontree.model import Node, NodeId, SessionTreeChanged


async def test_every_field_comes_back_and_other_tenants_see_nothing(
    db: Database, operator: Actor
) -> None:
    late = Node(NodeId(1), None, "late", "ssh:192.0.2.1", "note", operator.name, True, 5)
    async with db.begin(operator) as tx:
        first = await store.add(tx, late)
        second = await store.add(tx, replace(late, name="early", position=1, parent_id=first))
        tx.record(SessionTreeChanged(owner=operator.name, what="added"))
    async with db.read(operator) as tx:
        assert await store.get(tx, first) == late
        assert [node.name for node in await store.seen_by(tx)] == ["early", "late"]
    async with db.begin(operator) as tx:
        await store.save(tx, replace(late, name="renamed"))
        await store.remove(tx, [second])
        tx.record(SessionTreeChanged(owner=operator.name, what="removed"))
    async with db.read(operator) as tx:
        assert [node.name for node in await store.seen_by(tx)] == ["renamed"]
    async with db.read(Actor("mira", "other", frozenset({ALL_RIGHTS}))) as tx:
        assert await store.seen_by(tx) == ()
