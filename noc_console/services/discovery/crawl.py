"""One search at work: targets asked 64 at a time, what they tell followed, all of it written down.

What is known stands in memory and goes to the store every moment together: new targets with
the outcomes that brought them. A kill loses that moment at most, and whoever takes the run
over asks those targets again, which changes nothing but their times.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import DataError, SQLAlchemyError

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import AuthRejected, NocError, Unreachable
from noc_console.kernel.heartbeat import beat
from noc_console.services.credentials.model import Credential, CredentialKind
from noc_console.services.credentials.service import CredentialService
from noc_console.services.discovery.model import (
    DiscoveryProgressed,
    Outcome,
    Run,
    RunState,
    Target,
    TargetState,
)
from noc_console.services.discovery.ports import Resolver, Zones
from noc_console.services.discovery.probe import Key, Opened, Probe
from noc_console.services.discovery.rules import follow, seeds
from noc_console.services.discovery.service import DiscoveryService
from noc_console.services.inspection import tables
from noc_console.services.inspection.collectors import system
from noc_console.services.inspection.evidence import internal_peers, neighbours, next_hops
from noc_console.services.inspection.inspector import inspect
from noc_console.services.inspection.live import Budget, LiveAgent
from noc_console.services.inspection.model import Findings
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.to_inventory import inspected, interfaces
from noc_console.services.inventory.model import DeviceType, Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.model import ONU_SWEEP_S
from noc_console.services.telemetry.ports import SnmpReader

_log = logging.getLogger(__name__)

AT_ONCE = 64
MOMENT_S = 0.3
"""How often progress is written, the lease renewed and a wish to cancel looked for."""
TIMEOUT_S = 2.0
RETRIES = 2

Place = tuple[str, int]


class Ended(Exception):
    """The run was cancelled, or another worker has it: the way out of the task group."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a search works with."""

    discovery: DiscoveryService
    inventory: InventoryService
    credentials: CredentialService
    reader: SnmpReader
    resolver: Resolver
    rules: Rules
    clock: Clock
    zones: Zones | None = None


class Crawl:
    """One worker's work on one run; made anew by whoever takes the run over."""

    def __init__(
        self, run: Run, tools: Tools, actor: Actor, *, owner: str, keys: tuple[Key, ...]
    ) -> None:
        self._run = run
        self._tools = tools
        self._actor = actor
        self._owner = owner
        self._probe = Probe(tools.reader, keys)
        self._fence = seeds.fence(run.scope.exclude, run.scope.within)
        self._on_loopback = False
        self._told_by_port = False
        """Devices behind one address, told apart by port: at their own addresses nobody answers."""
        self._queue: asyncio.PriorityQueue[tuple[int, int, Target]] = asyncio.PriorityQueue()
        self._order = 0
        self._held: dict[Place, Target] = {}
        self._sure_left = 0
        self._places: set[Place] = set()
        self._fresh: dict[Place, Target] = {}
        self._done: list[Outcome] = []
        self._owners: dict[Place, int] = {}
        """Where devices of this run answer or would, by all their addresses."""
        self._met: dict[str, asyncio.Event] = {}
        """Boxes being looked at or done, by what their first words tell of them."""
        self._devices: set[int] = set()
        self._spared: dict[Place, int] = {}
        """OLTs read in full within the hour: to read them again is to sweep every ONU's light."""
        self._found = self._failed = 0
        self._woken = asyncio.Event()
        self._is_done = False

    async def work(self) -> bool:
        """Work until nothing is left; False when it was cancelled or taken over meanwhile."""
        await self._load()
        is_ours = True
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_on())
                workers = [group.create_task(self._ask_on()) for _ in range(AT_ONCE)]
                await self._queue.join()
                self._is_done = True
                self._woken.set()
                for task in workers:
                    task.cancel()
        except* Ended:
            is_ours = False
        await self._write()
        if is_ours:
            await self._note_strangers()
        return is_ours

    # Loading and queueing

    async def _load(self) -> None:
        known = await self._tools.discovery.targets(self._actor, run_id=self._run.id)
        waiting: list[Target] = []
        self._on_loopback = any(
            target.kind == "seed" and follow.is_usable(target.address, on_loopback=True)
            for target, _, _ in known
        )
        hosts = [target.address for target, _, _ in known if target.kind == "seed"]
        self._told_by_port = len(set(hosts)) < len(hosts)
        for target, state, device_id in known:
            place = (target.address, target.port)
            self._places.add(place)
            if state is TargetState.WAITING:
                waiting.append(target)
            elif state is TargetState.FAILED:
                self._failed += 1
            elif device_id is not None:
                self._owners[place] = device_id
            if state is TargetState.FOUND and device_id is not None:
                self._found += 1
                self._devices.add(device_id)
                await self._remember(device_id, target.port)

        self._spared = await self._olts_at_rest()
        for target in sorted(waiting, key=lambda one: not follow.is_sure(one.kind)):
            self._put(target)

    async def _olts_at_rest(self) -> dict[Place, int]:
        since = self._tools.clock.now() - timedelta(seconds=ONU_SWEEP_S)
        return {
            (one.address, one.port): int(one.id)
            for one in await self._tools.inventory.devices(self._actor)
            if one.type is DeviceType.OLT and one.inspected_at and one.inspected_at > since
        }

    async def _remember(self, device_id: int, port: int) -> None:
        held = await self._tools.inventory.interfaces(self._actor, device_id=device_id)
        own = [address for one in held for address in one.addresses if one.index]
        self._own(device_id, port, own)

    def _own(self, device_id: int, port: int, own: list[str]) -> None:
        for address in own:
            if follow.is_own(address, on_loopback=self._on_loopback):
                self._owners.setdefault((address.split("/")[0], port), device_id)

    def _put(self, target: Target) -> None:
        if follow.is_sure(target.kind):
            self._sure_left += 1
            self._queue.put_nowait((target.depth, self._next(), target))
        elif self._sure_left:
            self._held[target.address, target.port] = target
        else:
            self._queue.put_nowait((target.depth, self._next(), target))

    def _next(self) -> int:
        self._order += 1
        return self._order

    def _settle(self, target: Target) -> None:
        """One target less; after the last sure one, the others' turn comes."""
        if follow.is_sure(target.kind):
            self._sure_left -= 1
            if not self._sure_left:
                held, self._held = self._held, {}
                for one in held.values():
                    self._put(one)

    def _add(self, target: Target, refusal: str = "") -> None:
        place = (target.address, target.port)
        if place in self._held and follow.is_sure(target.kind):
            # A neighbour says by LLDP what until now only ARP or a route did: ask it now.
            self._put(replace(self._held.pop(place), kind=target.kind, name=target.name))
            return
        if place in self._places:
            return
        self._places.add(place)
        self._fresh[place] = target
        if refusal:
            self._end(target, TargetState.EXCLUDED, reason_class="excluded", reason=refusal)
        else:
            self._put(target)

    def _end(self, target: Target, state: TargetState, **more: object) -> None:
        outcome = Outcome(target=target, state=state, address=target.address)
        self._done.append(replace(outcome, **more))  # type: ignore[arg-type]
        self._found += state is TargetState.FOUND
        self._failed += state is TargetState.FAILED

    # Asking

    async def _ask_on(self) -> None:
        while True:
            _, _, target = await self._queue.get()
            try:
                await self._ask(target)
            except Exception as error:
                # The boundary of the search: what one device answers must not end it for all.
                if _is_of_the_store(error):
                    raise  # the run waits for a better moment
                _log.exception("a bug met at %s:%d", target.address, target.port)
                self._end(
                    target,
                    TargetState.FAILED,
                    reason_class="bug",
                    reason=f"{_innermost(error)} while reading it; see the log",
                )
            finally:
                self._settle(target)
                self._queue.task_done()

    async def _ask(self, target: Target) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        address = target.address
        try:
            address = await self._resolved(target)
            if await self._is_settled(target, address):
                return
            opened = await self._probe.open(address, target.port)
            await self._look_at(target, address, opened, begun)
        except Unreachable as error:
            if (owner := self._owners.get((address, target.port))) is not None:
                self._end(target, TargetState.KNOWN, device_id=owner)
                return
            reason_class = "auth" if isinstance(error, AuthRejected) else error.reason
            self._end(
                target,
                TargetState.FAILED,
                address=address,
                reason_class=reason_class,
                reason=str(error),
                seconds=round(loop.time() - begun, 3),
            )

    async def _resolved(self, target: Target) -> str:
        """The address of a target that was given by name; it stays with the run."""
        if not seeds.Seed(target.address, target.port).is_name:
            return target.address
        address = await self._tools.resolver.resolve(target.address)
        self._on_loopback |= follow.is_usable(address, on_loopback=True)
        return address

    async def _is_settled(self, target: Target, address: str) -> bool:
        """Whether the address needs no asking: fenced off, or of a device already met."""
        if refusal := self._fence.keeps_out(address) or self._fence.excludes_name(target.name):
            self._end(target, TargetState.EXCLUDED, reason_class="excluded", reason=refusal)
            return True
        owner = self._owners.get((address, target.port))
        if owner is None and address != target.address and (address, target.port) in self._places:
            self._end(target, TargetState.KNOWN, reason="another target of this run")
            return True
        if owner is not None:
            self._end(target, TargetState.KNOWN, device_id=owner)
            return True
        return False

    async def _look_at(self, target: Target, address: str, opened: Opened, begun: float) -> None:
        mark = fingerprint(opened, self._tools.clock.now().timestamp())
        before = self._met.get(mark)
        if before is not None:
            await before.wait()
            if await self._is_settled(target, address):
                return
        self._met[mark] = done = asyncio.Event()
        try:
            await self._inspect(target, address, opened, begun)
        finally:
            done.set()

    async def _inspect(self, target: Target, address: str, opened: Opened, begun: float) -> None:
        name = tables.text(opened.first_words.get(system.NAME))
        if refusal := self._fence.excludes_name(name):
            self._end(
                target,
                TargetState.EXCLUDED,
                address=address,
                name=name,
                reason_class="excluded",
                reason=refusal,
            )
            return
        if (spared := self._spared.get((address, target.port))) is not None:
            self._devices.add(spared)
            self._end(
                target,
                TargetState.KNOWN,
                address=address,
                name=name,
                device_id=spared,
                reason="an OLT is read in full at most once an hour, to spare its ONUs",
            )
            return
        credential = await self._kept(opened)
        agent = LiveAgent(
            self._tools.reader,
            replace(opened.target, timeout_s=TIMEOUT_S, retries=RETRIES),
            budget=Budget(self._run.scope.requests_per_second),
        )
        found = await inspect(
            agent,
            self._tools.rules,
            heard=lambda heard: self._follow(target, name or address, heard),
        )
        seen = inspected(
            found,
            address=opened.target.address,
            port=opened.target.port,
            credential_id=credential.id,
            at=self._tools.clock.now(),
        )
        device_id = int(await self._tools.inventory.record(self._actor, inspected=seen))
        await self._place(device_id, seen)
        self._note_device(target, seen, device_id)
        seconds = asyncio.get_running_loop().time() - begun
        is_new = device_id not in self._devices
        self._devices.add(device_id)
        self._end(
            target,
            TargetState.FOUND if is_new else TargetState.KNOWN,
            address=address,
            name=seen.name or address,
            credential=credential.name,
            credential_id=credential.id,
            seconds=round(seconds, 3),
            device_id=device_id,
        )

    async def _place(self, device_id: int, seen: Inspected) -> None:
        """What a zone's search meets for the first time is in that zone."""
        zone, zones = self._run.scope.zone, self._tools.zones
        if not zone or zones is None:
            return
        known = await self._tools.inventory.device(self._actor, device_id=device_id)
        if known.first_seen == seen.at:
            await zones.place_devices(self._actor, device_ids=(device_id,), zone=zone)

    def _note_device(self, target: Target, seen: Inspected, device_id: int) -> None:
        self._owners[seen.address, target.port] = device_id
        self._own(device_id, target.port, [a for one in seen.interfaces for a in one.addresses])

    async def _kept(self, opened: Opened) -> Credential:
        """The credential as the vault has it; the v1 twin of a v2c one is kept once it works."""
        if opened.credential.id:
            return opened.credential
        return await self._tools.credentials.add_snmp(
            self._actor,
            kind=CredentialKind.SNMP_V1,
            community=opened.target.credential.community.reveal(),
        )

    def _follow(self, target: Target, name: str, heard: Findings) -> None:
        """Ask on at once whom it knows: its sensors can wait, the search cannot."""
        if target.depth >= self._run.scope.depth or self._told_by_port:
            return
        ports = interfaces(heard, None, self._tools.clock.now())
        for found in follow.candidates(
            neighbours(heard, ports),
            internal_peers(heard.bgp_peers),
            next_hops(heard.routes),
            fence=self._fence,
            on_loopback=self._on_loopback,
        ):
            self._add(
                Target(
                    address=found.address,
                    port=target.port,
                    depth=target.depth + 1,
                    via=f"{name} ({found.kind.upper()})",
                    name=found.name,
                    kind=found.kind,
                ),
                found.refusal,
            )

    # Writing

    async def _keep_on(self) -> None:
        """Write progress, renew the lease, and leave when the run is no longer ours."""
        while not self._is_done:
            beat()
            await self._write()
            if not await self._renew():
                raise Ended
            try:
                async with asyncio.timeout(MOMENT_S):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _renew(self) -> bool:
        return await self._tools.discovery.claim(
            self._actor, run_id=self._run.id, owner=self._owner
        )

    async def _write(self) -> None:
        done, self._done = self._done, []
        fresh, self._fresh = self._fresh, {}
        if not done and not fresh:
            return
        new, known = _sorted_out(done, fresh)
        await self._tools.discovery.progress(
            self._actor,
            run_id=self._run.id,
            new=new,
            known=known,
            told=DiscoveryProgressed(
                run_id=self._run.id,
                state=RunState.RUNNING,
                found=self._found,
                failed=self._failed,
                left=self._queue.qsize() + len(self._held),
            ),
        )

    async def _note_strangers(self) -> None:
        """Neighbours that were told of and never met become known unknowns."""
        told: set[str] = set()
        for row in await self._tools.inventory.strangers(self._actor):
            mark = row.remote_chassis or row.remote_name or row.remote_address
            refused = self._fence.excludes_name(row.remote_name) or (
                row.remote_address and self._fence.keeps_out(row.remote_address)
            )
            if mark in told or not mark or refused:
                continue
            told.add(mark)
            teller = await self._tools.inventory.device(self._actor, device_id=row.device_id)
            await self._tools.inventory.record_unknown(
                self._actor,
                name=row.remote_name,
                address=row.remote_address,
                port=self._run.scope.port,
                chassis=row.remote_chassis,
                via=f"{teller.name} ({row.kind.upper()})",
            )


def _sorted_out(
    done: list[Outcome], fresh: dict[Place, Target]
) -> tuple[list[Target | Outcome], list[Outcome]]:
    """What to insert, with its outcome when it has one already, and what to update."""
    new: dict[Place, Target | Outcome] = dict(fresh)
    known = []
    for outcome in done:
        place = (outcome.target.address, outcome.target.port)
        if place in fresh:
            new[place] = outcome
        else:
            known.append(outcome)
    return list(new.values()), known


def _is_of_the_store(error: Exception) -> bool:
    """Whether the store is in trouble; a value of one device that it cannot take is not that."""
    return isinstance(error, (NocError, SQLAlchemyError)) and not isinstance(error, DataError)


def _innermost(error: BaseException) -> str:
    """The name of the error that a task group may have wrapped."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__


def fingerprint(opened: Opened, now: float) -> str:
    """What the first words tell of a box: its engine id, else name, product and time of boot."""
    words = opened.first_words
    engine = words.get(system.ENGINE_ID)
    if isinstance(engine, bytes) and len(engine) >= 5 and len(set(engine[5:])) > 1:
        return engine.hex()
    ticks = words.get(system.UPTIME)
    booted = round((now - ticks / 100) / 5) if isinstance(ticks, int) else 0
    name, product = tables.text(words.get(system.NAME)), tables.text(words.get(system.OBJECT_ID))
    return f"{name}|{product}|{booted}"
