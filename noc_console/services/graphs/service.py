"""What people do with graphs: keep them, share them, see what happened beside the curves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NotFound
from noc_console.kernel.operation import operation
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.graphs import rules, store
from noc_console.services.graphs.model import (
    GraphId,
    GraphRemoved,
    GraphSaved,
    Happening,
    SavedGraph,
)


class GraphService:
    """Keeps graphs by name and reads what happened while they were drawn."""

    def __init__(self, db: Database, episodes: AlarmEpisodeService, *, clock: Clock) -> None:
        self._db = db
        self._episodes = episodes
        self._clock = clock

    @operation("graphs.list", right="graphs.see")
    async def saved(self, actor: Actor) -> tuple[SavedGraph, ...]:
        """List the kept graphs: one's own and those others share."""
        async with self._db.read(actor) as tx:
            return await store.seen_by(tx)

    @operation("graphs.show", right="graphs.see")
    async def graph(self, actor: Actor, *, graph_id: int) -> SavedGraph:
        """Show one kept graph."""
        async with self._db.read(actor) as tx:
            return await _existing(tx, graph_id)

    @operation("graphs.save")
    async def save(
        self, actor: Actor, *, name: str, text: str, is_shared: bool = False
    ) -> SavedGraph:
        """Keep a graph under a name; one's own graph of that name is replaced.

        The text names curves and options: `interface:91 device:7/cpu span:6h`.
        """
        name, text = rules.checked_name(name), rules.checked_text(text)
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            own = [one for one in await store.seen_by(tx) if one.owner == actor.name]
            old = next((one for one in own if one.name == name), None)
            made = SavedGraph(old.id if old else GraphId(0), name, text, actor.name, is_shared, now)
            if old is None:
                made = replace(made, id=await store.add(tx, made))
            else:
                await store.save(tx, made)
            what = "changed" if old else "saved"
            tx.record(GraphSaved(graph_id=made.id, name=name, what=what))
            return made

    @operation("graphs.share", right="graphs.save")
    async def share(self, actor: Actor, *, graph_id: int, is_shared: bool = True) -> SavedGraph:
        """Show a graph to everybody, or to oneself only again."""
        async with self._db.begin(actor) as tx:
            old = await _existing(tx, graph_id)
            rules.must_own(old, actor.name)
            made = replace(old, is_shared=is_shared, changed_at=self._clock.now())
            await store.save(tx, made)
            what = "shared" if is_shared else "taken back"
            tx.record(GraphSaved(graph_id=made.id, name=made.name, what=what))
            return made

    @operation("graphs.remove", right="graphs.save")
    async def remove(self, actor: Actor, *, graph_id: int) -> None:
        """Throw a graph of one's own away."""
        async with self._db.begin(actor) as tx:
            old = await _existing(tx, graph_id)
            rules.must_own(old, actor.name)
            await store.remove(tx, graph_id)
            tx.record(GraphRemoved(graph_id=graph_id, name=old.name))

    async def happenings(
        self, actor: Actor, *, device_ids: Collection[int], start: datetime, end: datetime
    ) -> tuple[Happening, ...]:
        """Alarms that stood and changes of these devices in a span, oldest first."""
        actor.require("graphs.see")
        if not device_ids:
            return ()
        stood = await self._episodes.during(actor, device_ids=device_ids, start=start, end=end)
        async with self._db.read(actor) as tx:
            changed = await store.changes(tx, device_ids, start, end)
        found = [*rules.of_alarms(stood), *rules.of_changes(changed)]
        return tuple(sorted(found, key=lambda one: one.at))


async def _existing(tx: Tx, graph_id: int) -> SavedGraph:
    if found := await store.get(tx, graph_id):
        return found
    raise NotFound(f"there is no graph {graph_id}")
