"""Who typed what at which device, as the devices account it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import operation
from noc_console.services.accounting import rules, store
from noc_console.services.accounting.model import AccountsForgotten, Peer, PeerNews, Record
from noc_console.services.configs.archive import ArchiveService

KEPT = timedelta(days=400)
MOST_KEPT = 5_000_000
"""Records of one provider; the oldest make room."""
MOST_STRANGERS = 1_000
_MOST_SHOWN = 10_000
_MOST_CHOSEN = 500


class AccountingService:
    """Keeps the records of devices and finds them. What is kept has its secrets masked."""

    def __init__(self, db: Database, *, clock: Clock, archive: ArchiveService) -> None:
        self._db = db
        self._clock = clock
        self._archive = archive

    @operation("accounting.commands", right="accounting.see")
    async def commands(
        self,
        actor: Actor,
        *,
        device_ids: tuple[int, ...] = (),
        user: str = "",
        start: datetime | None = None,
        end: datetime | None = None,
        changes: bool = False,
        limit: int = 200,
    ) -> tuple[Record, ...]:
        """Show who typed what at devices, as they account it (AAA), oldest first.

        `changes`: only what may have changed a device.
        """
        for moment in (start, end):
            if moment is not None and moment.tzinfo is None:
                raise Invalid("a time needs its zone", field="start")
        if not 1 <= limit <= _MOST_SHOWN:
            raise Invalid(f"a limit lies between 1 and {_MOST_SHOWN}", field="limit")
        if len(device_ids) > _MOST_CHOSEN:
            raise Invalid(f"at most {_MOST_CHOSEN} can be chosen", field="device_ids")
        async with self._db.read(actor) as tx:
            found = await store.found(
                tx,
                device_ids=device_ids,
                user=user,
                start=start,
                end=end,
                changes=changes,
                limit=limit,
            )
        return rules.each_once(found)

    @operation("accounting.of-version", right="accounting.see")
    async def of_version(
        self, actor: Actor, *, version_id: int, changes: bool = False, limit: int = 2_000
    ) -> tuple[Record, ...]:
        """Show the commands typed between a configuration's version and the one before it."""
        version, start = await self._archive.since(actor, version_id=version_id)
        return await self.commands(
            actor,
            device_ids=(version.device_id,),
            start=start,
            end=version.at,
            changes=changes,
            limit=limit,
        )

    @operation("accounting.peers", right="accounting.see")
    async def peers(self, actor: Actor) -> tuple[Peer, ...]:
        """Show who speaks TACACS+ with the collectors, and why somebody was not heard."""
        async with self._db.read(actor) as tx:
            return await store.all_peers(tx)

    async def keep(self, actor: Actor, *, records: Sequence[Record]) -> int:
        """Keep a batch of records, all or none; how many."""
        actor.require("accounting.keep")
        tenant = actor.tenant
        return await self._db.keep(lambda connection: store.append(connection, tenant, records))

    async def note_peers(self, actor: Actor, *, news: Sequence[PeerNews]) -> None:
        """Add to what is known of who speaks with us."""
        actor.require("accounting.keep")
        tenant = actor.tenant
        await self._db.keep(
            lambda connection: store.count_in(connection, tenant, news, most=MOST_STRANGERS)
        )

    async def prune(self, actor: Actor) -> int:
        """Let go of records that are too old or too many; how many."""
        actor.require("accounting.keep")
        before = self._clock.now() - KEPT
        async with self._db.begin(actor) as tx:
            gone = await store.forget(tx, before=before, most=MOST_KEPT)
            if gone:
                tx.record(AccountsForgotten(count=gone))
            else:
                tx.wrote = False
        return gone
