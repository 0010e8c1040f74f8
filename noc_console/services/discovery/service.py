"""What people do with discovery: start a search, look at it, stop it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.credentials.service import CredentialService
from noc_console.services.discovery import store
from noc_console.services.discovery.model import (
    DiscoveryPolicy,
    DiscoveryProgressed,
    LedgerEntry,
    Outcome,
    Run,
    RunState,
    Scope,
    Target,
    TargetState,
)
from noc_console.services.discovery.ports import Zones
from noc_console.services.discovery.rules import seeds
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService

DEEPEST = 64
LEASE_S = 15.0
"""How long a worker that fell silent keeps its run."""
LIVE = (RunState.WAITING, RunState.RUNNING)


class DiscoveryService:
    """Searches for devices. A `DiscoveryWorker` does them: a collector's or a command line's."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        credentials: CredentialService,
        inventory: InventoryService,
        zones: Zones | None = None,
    ) -> None:
        self._db = db
        self._zones = zones
        self._clock = clock
        self._credentials = credentials
        self._inventory = inventory

    @operation("discovery.start")
    async def start(
        self,
        actor: Actor,
        *,
        seed: tuple[str, ...],
        community: tuple[str, ...] = (),
        v3_user: str = "",
        v3_auth_protocol: str = "SHA256",
        v3_auth_pass: str = "",
        v3_priv_protocol: str = "AES128",
        v3_priv_pass: str = "",
        port: int = 161,
        depth: int = 8,
        exclude: tuple[str, ...] = (),
        within: tuple[str, ...] = (),
        requests_per_second: float = 25.0,
        zone: str = "",
    ) -> Run:
        """Start a search for devices from seeds: addresses, names or prefixes, with :PORT or not.

        Credentials given here are kept and tried first; without any, all that are kept are
        tried, and `public` when there are none. Neighbours are asked at the port given by
        `port`, or at the seed's when all seeds name the same one. With a zone, a collector that
        reaches it does the search, and what it finds new belongs to it.
        """
        if zone and zone not in await self._zone_ids(actor):
            raise NotFound(f"there is no zone {zone}")
        expanded = seeds.expand(seed, port=port)
        if refusal := seeds.fence(exclude, within).keeps_out_all(expanded):
            raise Invalid(refusal, field="exclude")
        if not 0 <= depth <= DEEPEST:
            raise Invalid(f"a depth is 0 to {DEEPEST} hops", field="depth")
        if not 0.1 <= requests_per_second <= 10_000:
            raise Invalid(
                "the budget is 0.1 to 10000 requests a second", field="requests_per_second"
            )
        given = [
            await self._credentials.add_snmp(actor, kind=CredentialKind.SNMP_V2C, community=each)
            for each in community
        ]
        if v3_user:
            given.append(
                await self._credentials.add_snmp(
                    actor,
                    kind=CredentialKind.SNMP_V3,
                    user=v3_user,
                    auth_protocol=v3_auth_protocol if v3_auth_pass else "NONE",
                    auth_pass=v3_auth_pass,
                    priv_protocol=v3_priv_protocol if v3_priv_pass else "NONE",
                    priv_pass=v3_priv_pass,
                )
            )
        if not given and not await self._credentials.opened(actor):
            await self._credentials.add_snmp(
                actor, kind=CredentialKind.SNMP_V2C, community="public"
            )
        ports = {one.port for one in expanded}
        scope = Scope(
            seeds=tuple(seed),
            port=ports.pop() if len(ports) == 1 else port,
            depth=depth,
            exclude=tuple(exclude),
            within=tuple(within),
            credential_ids=tuple(int(each.id) for each in given),
            requests_per_second=requests_per_second,
            zone=zone,
        )
        return await self._begin(actor, scope, expanded)

    @operation("discovery.rediscover", right="discovery.start")
    async def rediscover(self, actor: Actor) -> Run:
        """Look the known network over again: every managed device, and whom they know.

        Each zone is a search of its own; the answer is the common one, or the first.
        """
        async with self._db.read(actor) as tx:
            last = await store.get_run(tx)
        managed = [one for one in await self._inventory.devices(actor) if one.is_managed]
        if not managed:
            raise Invalid("nothing is known yet: start a search from a seed", field="seed")
        before = last.scope if last else Scope((), port=managed[0].port)
        by_zone = await self._by_zone(actor, managed)
        begun = [
            await self._look_over(actor, before, zone, by_zone[zone]) for zone in sorted(by_zone)
        ]
        return begun[0]

    @operation("discovery.status", right="discovery.read")
    async def status(self, actor: Actor, *, run_id: int | None = None) -> Run:
        """Show how far a search is: the newest, or the one named."""
        async with self._db.read(actor) as tx:
            if found := await store.get_run(tx, run_id):
                return found
        raise NotFound("there was no search yet" if run_id is None else f"there is no run {run_id}")

    @operation("discovery.runs", right="discovery.read")
    async def runs(self, actor: Actor, *, limit: int = 50) -> tuple[Run, ...]:
        """List the searches, newest first."""
        async with self._db.read(actor) as tx:
            return await store.all_runs(tx, limit)

    @operation("discovery.ledger", right="discovery.read")
    async def ledger(self, actor: Actor, *, run_id: int | None = None) -> tuple[LedgerEntry, ...]:
        """List what became of each address of a search: the newest, or the one named."""
        async with self._db.read(actor) as tx:
            run = await store.get_run(tx, run_id)
            if run is None:
                raise NotFound("there is no such search")
            return await store.ledger(tx, run.id)

    @operation("discovery.cancel")
    async def cancel(self, actor: Actor, *, run_id: int | None = None) -> Run:
        """Stop a search (the newest, or the one named); what it found stays."""
        run = await self.status(actor, run_id=run_id)
        await self.end(actor, run_id=run.id, state=RunState.CANCELLED)
        return await self.status(actor, run_id=run.id)

    @operation("discovery.policy", right="discovery.read")
    async def policy(self, actor: Actor) -> DiscoveryPolicy:
        """Show how often the network is looked over again by itself."""
        async with self._db.read(actor) as tx:
            return await store.get_policy(tx)

    @operation("discovery.set-policy", right="discovery.start")
    async def set_policy(self, actor: Actor, *, rediscover_hours: float) -> DiscoveryPolicy:
        """Set how often, in hours, the network is looked over again; 0 for never."""
        if rediscover_hours < 0 or 0 < rediscover_hours < 0.1:
            raise Invalid("every 0.1 hours or longer, or 0 for never", field="rediscover_hours")
        policy = DiscoveryPolicy(rediscover_hours)
        async with self._db.begin(actor) as tx:
            await store.put_policy(tx, policy)
            tx.record(
                DiscoveryProgressed(
                    run_id=0, state=f"every {rediscover_hours:g} h", found=0, failed=0, left=0
                )
            )
        return policy

    # For workers

    async def waiting(self, actor: Actor) -> tuple[int, ...]:
        """Runs that nobody works on."""
        actor.require("discovery.work")
        async with self._db.read(actor) as tx:
            return await tx.work(lambda c: store.claimable(c, actor.tenant), writes=False)

    async def is_due(self, actor: Actor) -> bool:
        """Whether the policy wants the network looked over again now."""
        actor.require("discovery.work")
        hours = (await self.policy(actor)).rediscover_hours
        newest = await self.runs(actor, limit=1)
        if not hours or not newest or newest[0].state in LIVE:
            return False
        ended = newest[0].ended_at or newest[0].started_at
        if self._clock.now() - ended < timedelta(hours=hours):
            return False
        return any(one.is_managed for one in await self._inventory.devices(actor))

    async def claim(self, actor: Actor, *, run_id: int, owner: str) -> bool:
        """Take a run's lease or renew it; False when it has ended or another worker has it."""
        actor.require("discovery.work")
        lease = timedelta(seconds=LEASE_S)
        return await self._db.keep(lambda c: store.claim(c, actor.tenant, run_id, owner, lease))

    async def release(self, actor: Actor, *, run_id: int, owner: str) -> None:
        """Give a run's lease back at once, so that another worker need not wait it out."""
        actor.require("discovery.work")
        await self._db.keep(lambda c: store.release(c, actor.tenant, run_id, owner))

    async def targets(
        self, actor: Actor, *, run_id: int
    ) -> list[tuple[Target, TargetState, int | None]]:
        """Every target of a run with its state and device, as the store has them."""
        actor.require("discovery.work")
        async with self._db.read(actor) as tx:
            return await tx.work(
                lambda c: store.stored_targets(c, actor.tenant, run_id), writes=False
            )

    async def progress(
        self,
        actor: Actor,
        *,
        run_id: int,
        new: Sequence[Target | Outcome],
        known: Sequence[Outcome],
        told: DiscoveryProgressed,
    ) -> None:
        """Note new targets and what became of known ones, together."""
        actor.require("discovery.work")
        now = self._clock.now()

        def write(connection: Connection) -> None:
            store.add_targets(connection, actor.tenant, run_id, new, now)
            store.finish_targets(connection, actor.tenant, run_id, known, now)

        async with self._db.begin(actor) as tx:
            await tx.work(write, writes=True)
            tx.record(told)

    async def end(self, actor: Actor, *, run_id: int, state: RunState) -> None:
        """Note that a run is done or cancelled; one that has ended already stays as it is."""
        actor.require("discovery.work")
        links = len(await self._inventory.links(actor))
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            if not await store.end_run(tx, run_id, state, at=now, links=links):
                tx.wrote = False
                return
            if (newest := await store.get_run(tx, run_id)) is not None:
                tx.record(
                    DiscoveryProgressed(
                        run_id=run_id,
                        state=state,
                        found=newest.found,
                        failed=newest.failed,
                        left=newest.left,
                    )
                )

    # Private

    async def _zone_ids(self, actor: Actor) -> Mapping[str, int]:
        return {} if self._zones is None else await self._zones.zone_ids(actor)

    async def _by_zone(self, actor: Actor, managed: Sequence[Device]) -> dict[str, list[Device]]:
        """Devices by the name of their zone; the common one has none."""
        found: dict[str, list[Device]] = defaultdict(list)
        zone_of = {} if self._zones is None else await self._zones.zones_of(actor)
        names = {number: name for name, number in (await self._zone_ids(actor)).items()}
        for device in managed:
            found[names.get(zone_of.get(int(device.id), 0), "")].append(device)
        return found

    async def _look_over(
        self, actor: Actor, before: Scope, zone: str, managed: Sequence[Device]
    ) -> Run:
        scope = Scope(
            seeds=tuple(device.name for device in managed[:50]),
            port=before.port,
            depth=before.depth,
            exclude=before.exclude,
            within=before.within,
            zone=zone,
        )
        known = tuple(seeds.Seed(device.address, device.port) for device in managed)
        return await self._begin(actor, scope, known)

    async def _begin(self, actor: Actor, scope: Scope, found: tuple[seeds.Seed, ...]) -> Run:
        now = self._clock.now()
        places = dict.fromkeys((one.host, one.port) for one in found)
        targets = [Target(address=host, port=port, depth=0, via="seed") for host, port in places]
        async with self._db.begin(actor) as tx:
            run_id = await store.add_run(tx, scope, now)
            await tx.work(
                lambda c: store.add_targets(c, actor.tenant, run_id, targets, now), writes=True
            )
            tx.record(
                DiscoveryProgressed(
                    run_id=run_id, state=RunState.WAITING, found=0, failed=0, left=len(targets)
                )
            )
        return await self.status(actor, run_id=run_id)
