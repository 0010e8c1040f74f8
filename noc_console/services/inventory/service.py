"""What people and workers do with the inventory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NotFound, Refused
from noc_console.kernel.operation import operation
from noc_console.services.inventory import (
    answering,
    linked,
    linking,
    past,
    polled,
    recording,
    register,
    siting,
    store,
)
from noc_console.services.inventory.changes import Bygone, Change, Subject, port_facts
from noc_console.services.inventory.customer_ports import CustomerPort, customer_ports
from noc_console.services.inventory.decisions import standing
from noc_console.services.inventory.link_ends import LightSensor, LinkPort
from noc_console.services.inventory.model import (
    Device,
    DeviceChanged,
    DeviceId,
    DeviceType,
    Evidence,
    EvidenceKind,
    Found,
    Inspected,
    Interface,
    InterfaceId,
    InterfaceStatusChanged,
    Link,
    LinksChanged,
    OperStatus,
    PartChanged,
    Reachability,
    ReachabilityChanged,
    Section,
    SeenNeighbour,
    Sensor,
    Site,
    SiteChanged,
    Why,
)
from noc_console.services.inventory.pollable import Pollable, PortAddresses
from noc_console.services.inventory.recording import Recorded, clean
from noc_console.services.inventory.rules import explain, identity, links, neighbours, terms
from noc_console.services.inventory.senders import Sender, senders

MOST_CHANGES = 200_000
"""Of the network, answered at once: more is a mistake of who asks."""

WIDEST_SEARCH = 2_000
"""Index entries looked at for one word of a question before the other words sift them."""


@dataclass(frozen=True, slots=True)
class _Folded:
    recorded: Recorded
    linked: frozenset[int]


class InventoryService:
    """The network as it is known: devices, their parts, and the links between them."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    # Asking

    @operation("inventory.devices", right="inventory.read")
    async def devices(
        self,
        actor: Actor,
        *,
        text: str = "",
        site_id: int | None = None,
        type: DeviceType | None = None,
        tag: str = "",
    ) -> tuple[Device, ...]:
        """List the devices, filtered by text, site, type or tag."""
        kind, tag = None if type is None else type.value, clean(tag).strip().lower()
        async with self._db.read(actor) as tx:
            return await store.find_devices(
                tx, like=clean(text), site_id=site_id, type=kind, tag=tag
            )

    @operation("inventory.device", right="inventory.read")
    async def device_named(self, actor: Actor, *, name: str) -> Device:
        """Show a device by its name, one of its addresses, or its id."""
        async with self._db.read(actor) as tx:
            return await self._named(tx, name)

    async def device(self, actor: Actor, *, device_id: int) -> Device:
        """The device of that id."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await self._device(tx, device_id)

    async def answering(
        self, actor: Actor, *, device_ids: Collection[int]
    ) -> dict[DeviceId, Reachability]:
        """How some devices answer."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await answering.answering(tx, device_ids)

    @operation("inventory.interfaces", right="inventory.read")
    async def interfaces(
        self, actor: Actor, *, device_id: int | None = None, device: str = ""
    ) -> tuple[Interface, ...]:
        """List interfaces: of one device (by id, name or address), or all."""
        async with self._db.read(actor) as tx:
            if device:
                device_id = (await self._named(tx, device)).id
            return await store.find_interfaces(tx, device_id=device_id)

    async def senders(self, actor: Actor) -> tuple[Sender, ...]:
        """Who may speak from which address: every one a device is known to have."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await senders(tx)

    async def link_ports(self, actor: Actor) -> tuple[LinkPort, ...]:
        """The interfaces links end at."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await linked.link_ports(tx)

    async def light_sensors(self, actor: Actor) -> tuple[LightSensor, ...]:
        """What measures the light these interfaces receive."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await linked.light_sensors(tx)

    async def customer_ports(self, actor: Actor) -> tuple[CustomerPort, ...]:
        """Ports described as a customer's."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await customer_ports(tx)

    async def interface(self, actor: Actor, *, interface_id: int) -> Interface:
        """The interface of that id."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            if found := await store.get_interface(tx, interface_id):
                return found
        raise NotFound(f"there is no interface {interface_id}")

    @operation("inventory.sensors", right="inventory.read")
    async def sensors(
        self, actor: Actor, *, device_id: int | None = None, device: str = ""
    ) -> tuple[Sensor, ...]:
        """List sensors: of one device (by id, name or address), or all."""
        async with self._db.read(actor) as tx:
            if device:
                device_id = (await self._named(tx, device)).id
            return await store.find_sensors(tx, device_id=device_id)

    async def sensors_of(self, actor: Actor, *, sensor_ids: Collection[int]) -> tuple[Sensor, ...]:
        """The sensors of these ids, whichever device they are of."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await store.get_sensors(tx, sensor_ids)

    async def known_sensors(self, actor: Actor, *, sensor_ids: Collection[int]) -> frozenset[int]:
        """Which of these ids are sensors the actor may see."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await store.known_sensors(tx, sensor_ids)

    async def pollable(self, actor: Actor, *, device_ids: Collection[int]) -> Pollable:
        """What polling needs of these devices; ids nobody knows are left out."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await tx.work(
                lambda c: polled.pollable(c, actor.tenant, device_ids), writes=False
            )

    async def port_addresses(self, actor: Actor) -> tuple[PortAddresses, ...]:
        """The addresses of all interfaces that have some, in the order of devices."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await tx.work(lambda c: polled.port_addresses(c, actor.tenant), writes=False)

    async def poll_signs(self, actor: Actor) -> dict[int, int]:
        """All devices by id, with a number that changes when one is to be polled another way."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await tx.work(lambda c: polled.signs(c, actor.tenant), writes=False)

    async def places(
        self, actor: Actor, *, site_ids: Collection[int] | None = None
    ) -> dict[int, int | None]:
        """The site of each managed device by id: of all, or of those at these sites."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await store.places(tx, site_ids)

    async def sections(self, actor: Actor, *, device_id: int) -> tuple[Section, ...]:
        """What the device's last inspection found, as documents; `inspection.findings` reads them.

        Empty for a device that was never inspected.
        """
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            await self._device(tx, device_id)
            return await store.find_sections(tx, device_id=device_id)

    @operation("inventory.sites", right="inventory.read")
    async def sites(self, actor: Actor) -> tuple[Site, ...]:
        """List the sites."""
        async with self._db.read(actor) as tx:
            return await store.all_sites(tx)

    @operation("inventory.links", right="inventory.read")
    async def links(
        self, actor: Actor, *, device_id: int | None = None, device: str = ""
    ) -> tuple[Link, ...]:
        """List links with their score and kinds of evidence: of one device, or all."""
        async with self._db.read(actor) as tx:
            if device:
                device_id = (await self._named(tx, device)).id
            return await store.find_links(tx, device_id=device_id)

    async def evidence(self, actor: Actor, *, device_id: int) -> tuple[Evidence, ...]:
        """What the device said of its neighbours and they of it, with raw rows, newest first."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await store.find_evidence(tx, device_id=device_id)

    async def strangers(self, actor: Actor) -> tuple[Evidence, ...]:
        """What neighbour protocols tell of boxes that are not in the inventory."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            rows = await store.unresolved_evidence(tx, links.SPOKEN)
        return tuple(row for row in rows if not row.is_endpoint)

    @operation("inventory.why", right="inventory.read")
    async def why(self, actor: Actor, *, a: str, b: str) -> Why:
        """Explain why two devices are linked, or why they are not."""
        async with self._db.read(actor) as tx:
            one, other = await self._side(tx, a), await self._side(tx, b)
            between = [
                link
                for link in await store.find_links(tx, device_id=one.device.id)
                if {link.a_device, link.b_device} == {one.device.id, other.device.id}
            ]
            ports = {
                int(port.id): port
                for side in (one, other)
                for port in await store.find_interfaces(tx, device_id=side.device.id)
            }
            entries = await register.entries(tx, devices=(one.device.id, other.device.id))
        pair = {int(one.device.id), int(other.device.id)}
        said = tuple(d for d in standing(entries) if {d.a_device, d.b_device} == pair)
        best = max(between, key=lambda link: link.score, default=None)
        told = explain.decided(said, (one, other), ports)
        told += explain.reasons(best, one, other, ports)
        for link in between:
            if link is not best:
                told += (f"There is another link between them, score {link.score}.",)
        return Why(
            link=best,
            verdict=explain.verdict(best, one, other, said),
            reasons=told,
            evidence=explain.rows(best, one, other),
            decisions=said,
        )

    @operation("inventory.find", right="inventory.read")
    async def find(self, actor: Actor, *, text: str, limit: int = 30) -> tuple[Found, ...]:
        """Find devices, interfaces, addresses and MACs (in any notation) by their beginnings."""
        text = clean(text)
        question = terms.question(text)
        if not question:
            return ()
        async with self._db.read(actor) as tx:
            if len(question) == 1:
                hits = await store.search(tx, question[0], limit=limit * 4)
            else:
                hits = await self._rarest(tx, terms.phrase(text), question)
        found: dict[tuple[str, int, int | None], Found] = {}
        for hit in hits:
            words = f"{hit.title} {hit.detail}".lower()
            if len(question) == 1 or all(
                any(reading in words for reading in readings) for readings in question
            ):
                found.setdefault((hit.kind, hit.device_id, hit.interface_id), hit)
        order = ("device", "address", "interface", "mac")
        return tuple(sorted(found.values(), key=lambda hit: order.index(hit.kind))[:limit])

    # The past

    async def history_since(self, actor: Actor) -> datetime | None:
        """From when on the history of the network is known; None before anything happened."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await past.since(tx)

    async def as_of(self, actor: Actor, *, at: datetime) -> Bygone:
        """Devices, links and the links' ports as they were at a moment."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await past.as_of(tx, at)

    async def changes(
        self, actor: Actor, *, start: datetime, end: datetime, limit: int = MOST_CHANGES
    ) -> tuple[Change, ...]:
        """What changed after `start` and up to `end`, oldest first."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await past.between(tx, start, end, limit)

    async def change_counts(self, actor: Actor, *, edges: Sequence[datetime]) -> tuple[int, ...]:
        """How much changed from each of these ascending moments on, before the next."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await past.counts(tx, edges)

    async def nearest_change(
        self, actor: Actor, *, moment: datetime, forward: bool
    ) -> datetime | None:
        """When the first change after a moment was, or the last one before it."""
        actor.require("inventory.read")
        async with self._db.read(actor) as tx:
            return await past.nearest(tx, moment, forward=forward)

    @operation("inventory.locate-site")
    async def locate_site(
        self,
        actor: Actor,
        *,
        site_id: int,
        latitude: float | None = None,
        longitude: float | None = None,
    ) -> Site:
        """Say where a site is, in degrees (WGS 84), or that nobody knows; answers what it was."""
        spot = siting.checked(latitude, longitude)
        async with self._db.begin(actor) as tx:
            before = await siting.locate(tx, site_id, spot)
            tx.record(SiteChanged(site_id=site_id, what="located" if spot else "unlocated"))
        return before

    # Workers' doors

    @operation("inventory.record")
    async def record(self, actor: Actor, *, inspected: Inspected) -> DeviceId:
        """Fold what an inspection found into the inventory, and link it."""
        return await self._fold(actor, inspected)

    @operation("inventory.record-unknown", right="inventory.record")
    async def record_unknown(
        self,
        actor: Actor,
        *,
        name: str,
        address: str = "",
        port: int = 161,
        chassis: str = "",
        via: str = "",
    ) -> DeviceId:
        """Keep a device that was only heard of: a known unknown.

        `via` says who told of it; it becomes the description until the device answers.
        """
        name = neighbours.called(name, chassis)
        chassis = identity.normal_mac(chassis)
        if not (name or address or chassis):
            raise Refused("a known unknown needs a name, an address or a chassis")
        heard = Inspected(
            address=address,
            port=port if address else 0,
            at=self._clock.now(),
            name=name or address or chassis,
            chassis_mac=chassis,
            sys_descr=f"heard of by {via}" if via else "",
        )
        return await self._fold(actor, heard)

    @operation("inventory.record-evidence", right="inventory.record")
    async def record_evidence(
        self, actor: Actor, *, device_id: int, neighbours: tuple[SeenNeighbour, ...]
    ) -> None:
        """Note what a device says of its neighbours and compute its links anew."""
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            await self._device(tx, device_id)

            def link(connection: Connection) -> frozenset[int]:
                tenant = actor.tenant
                store.one_recorder_at_a_time(connection, tenant)
                linking.keep_evidence(connection, tenant, device_id, neighbours, now)
                touched = linking.resolve(connection, tenant, device_id)
                return frozenset(linking.relink(connection, tenant, touched, now))

            for number in sorted({device_id, *await tx.work(link, writes=True)}):
                tx.record(LinksChanged(device_id=number))

    @operation("inventory.age", right="inventory.record")
    async def age(self, actor: Actor) -> int:
        """Compute every link anew, so that what nobody says any more counts for less."""
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            devices = await store.find_devices(tx)
            numbers = {int(device.id) for device in devices}
            changed = await tx.work(
                lambda c: linking.relink(c, actor.tenant, numbers, now), writes=True
            )
            for number in sorted(changed):
                tx.record(LinksChanged(device_id=number))
            if not changed:
                tx.wrote = False
        return len(changed)

    @operation("inventory.set-reachability", right="inventory.record")
    async def set_reachability(
        self, actor: Actor, *, device_id: int, reachability: Reachability, at: datetime
    ) -> None:
        """Note whether a device answers; nothing happens when that is known already."""
        async with self._db.read(actor) as tx:
            await self._device(tx, device_id)
        await self.set_reachabilities(actor, found={device_id: (reachability, at)})

    async def set_reachabilities(
        self, actor: Actor, *, found: Mapping[int, tuple[Reachability, datetime]]
    ) -> None:
        """Note of many devices whether they answer, and since when; only changes are written.

        Devices nobody knows (any more) are passed over.
        """
        actor.require("inventory.record")
        async with self._db.begin(actor) as tx:
            now = self._clock.now()
            changed = await tx.work(
                lambda c: polled.set_reachabilities(c, actor.tenant, found, now), writes=True
            )
            for number in changed:
                tx.record(ReachabilityChanged(device_id=number, reachability=found[number][0]))
            if not changed:
                tx.wrote = False

    @operation("inventory.doubt", right="inventory.record")
    async def doubt(self, actor: Actor, *, device_ids: tuple[int, ...], at: datetime) -> int:
        """Note that nobody can tell any more whether these devices answer; how many did so far.

        Those that were down stay down: nothing has been heard since that says otherwise.
        """
        async with self._db.begin(actor) as tx:
            up = await store.are_up(tx, device_ids)
            rows = [
                {"id": n, "reachability": Reachability.UNKNOWN, "reachability_since": at}
                for n in up
            ]
            now = self._clock.now()
            if rows:
                await tx.work(
                    lambda c: polled.change_devices(c, actor.tenant, rows, now), writes=True
                )
            for number in up:
                tx.record(ReachabilityChanged(device_id=number, reachability=Reachability.UNKNOWN))
        return len(up)

    @operation("inventory.set-interface-statuses", right="inventory.record")
    async def set_interface_statuses(
        self, actor: Actor, *, device_id: int, statuses: Mapping[int, OperStatus]
    ) -> None:
        """Note interfaces' oper status by interface id; only changes are written and told."""
        async with self._db.begin(actor) as tx:
            known = {port.id: port for port in await store.find_interfaces(tx, device_id=device_id)}
            changed = {
                number: status
                for number, status in statuses.items()
                if number in known and known[InterfaceId(number)].oper_status != status
            }
            if not changed:
                return
            now = self._clock.now()
            rows = [
                {"id": number, "oper_status": int(status), "last_change": now}
                for number, status in changed.items()
            ]
            noted = [
                (
                    Subject.PORT,
                    number,
                    port_facts(was.oper_status, was.speed_bps),
                    port_facts(status, was.speed_bps),
                )
                for number, status in changed.items()
                for was in (known[InterfaceId(number)],)
            ]

            def write(connection: Connection) -> None:
                store.upsert_all(connection, store.interfaces, actor.tenant, change=rows)
                past.note(connection, actor.tenant, now, noted)

            await tx.work(write, writes=True)
            for number, status in changed.items():
                tx.record(
                    InterfaceStatusChanged(
                        device_id=device_id, interface_id=number, oper_status=int(status)
                    )
                )

    # Private

    async def _fold(self, actor: Actor, inspected: Inspected) -> DeviceId:
        inspected, now = recording.fit(inspected), self._clock.now()
        async with self._db.begin(actor) as tx:
            folded = await tx.work(lambda c: _fold_in(c, actor.tenant, inspected, now), writes=True)
            done = folded.recorded
            if done.changed:
                tx.record(DeviceChanged(device_id=done.device_id, what=", ".join(done.changed)))
            if done.restored:
                tx.record(ReachabilityChanged(device_id=done.device_id, reachability="up"))
            for change in done.part_changes:
                tx.record(PartChanged(device_id=done.device_id, part=change.part, what=change.what))
            for interface_id, status in done.status_changes:
                tx.record(
                    InterfaceStatusChanged(
                        device_id=done.device_id, interface_id=interface_id, oper_status=status
                    )
                )
            for number in sorted(folded.linked):
                tx.record(LinksChanged(device_id=number))
            if not tx.recorded:
                tx.record(DeviceChanged(device_id=done.device_id, what="seen"))
        return DeviceId(done.device_id)

    async def _rarest(
        self, tx: Tx, phrase: str, question: tuple[tuple[str, ...], ...]
    ) -> tuple[Found, ...]:
        """Hits of the whole phrase, and of the one word that fits fewest things."""
        best = await store.search(tx, question[0], limit=WIDEST_SEARCH)
        for readings in question[1:]:
            if len(best) == WIDEST_SEARCH:
                hits = await store.search(tx, readings, limit=WIDEST_SEARCH)
                best = min(best, hits, key=len)
        return (*await store.search(tx, (phrase,), limit=WIDEST_SEARCH), *best)

    async def _device(self, tx: Tx, device_id: int) -> Device:
        if found := await store.get_device(tx, device_id):
            return found
        raise NotFound(f"there is no device {device_id}")

    async def _named(self, tx: Tx, name: str) -> Device:
        name = clean(name).strip()
        called = await store.devices_called(
            tx, name_key=neighbours.name_key(name), address=identity.trusted_address(name) or name
        )
        exact = [device for device in called if device.name.lower() == name.lower()] or [
            device
            for device in called
            if device.address == name or neighbours.names_agree(device.name, name)
        ]
        if len(exact or called) == 1:
            return (exact or called)[0]
        if exact or called:
            raise NotFound(
                f"{name} is ambiguous: "
                + ", ".join(f"{device.name} (id {device.id})" for device in (exact or called)[:8])
            )
        if name.isdecimal() and len(name) < 18 and (by_id := await store.get_device(tx, int(name))):
            return by_id
        raise NotFound(f"there is no device called {name}")

    async def _side(self, tx: Tx, name: str) -> explain.Side:
        device = await self._named(tx, name)
        rows = await store.find_evidence(tx, device_id=device.id)
        return explain.Side(device, tuple(row for row in rows if row.device_id == device.id))


def _fold_in(connection: Connection, tenant: str, inspected: Inspected, now: datetime) -> _Folded:
    done = recording.fold_in(connection, tenant, inspected, now)
    number = done.device_id
    if inspected.credential_id is not None:
        said = tuple(
            replace(one, remote_name="") if one.kind is EvidenceKind.FDB else one
            for one in inspected.neighbours
        )
        linking.keep_evidence(connection, tenant, number, said, inspected.at)
    touched = linking.resolve(connection, tenant, number)
    return _Folded(done, frozenset(linking.relink(connection, tenant, touched, now)))
