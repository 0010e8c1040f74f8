"""Where kept graphs are."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.graphs import store
from noc_console.services.graphs.model import GraphId, GraphSaved, SavedGraph
from tests.conftest import FakeClock


async def test_a_graph_reads_back_as_it_was_kept_and_only_within_its_tenant(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    graph = SavedGraph(GraphId(0), "Ünïts <b>", "device:7", operator.name, True, clock.now())
    async with db.begin(operator) as tx:
        number = await store.add(tx, graph)
        tx.record(GraphSaved(graph_id=number, name=graph.name, what="saved"))
    async with db.read(operator) as tx:
        found = await store.get(tx, number)
        assert found is not None and (found.name, found.text) == (graph.name, graph.text)
        assert found.changed_at == clock.now()
    async with db.read(Actor("eve", "other", operator.rights)) as tx:
        assert await store.get(tx, number) is None and await store.seen_by(tx) == ()
