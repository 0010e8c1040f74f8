"""The names of the network for terminals: kept in memory, read anew when the network changed.

A terminal asks `book` and `device` for what is live in its text, and `about` for the card that is
shown beside the pointer. Nothing here is asked while text is painted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NotFound
from noc_console.kernel.events import Event
from noc_console.kernel.quantity import Bps
from noc_console.kernel.text import plural, visible
from noc_console.services.inspection.model import BgpPeer, Findings, Onu
from noc_console.services.inspection.service import InspectionService
from noc_console.services.inventory.model import (
    Device,
    DeviceChanged,
    DeviceType,
    Interface,
    Link,
    LinksChanged,
    OperStatus,
    Reachability,
)
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.terminal.customers import customer_of, towards
from noc_console.services.terminal.knowing import (
    DeviceNames,
    Known,
    LiveKind,
    NameBook,
    OnuName,
    book_of,
    names_of,
)

CALM = timedelta(seconds=30)
"""A network that changes all the time is read anew no more often than this."""
KEPT_DEVICES = 200
HOURS = 2
POINTS = 48
MOST_FACTS = 8
MOST_HOLDERS = 4
REACH = {
    Reachability.UP: "answers",
    Reachability.DOWN: "does not answer",
    Reachability.UNKNOWN: "not polled yet",
}


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a piece of text, and where one goes from it."""

    title: str
    under: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    device_id: int | None = None
    interface_id: int | None = None
    curve: NDArray[np.float64] | None = field(default=None, compare=False)
    """The last hours, the busier direction of a port or the response time of a device."""
    curve_text: str = ""


@dataclass(frozen=True, slots=True)
class _Book:
    book: NameBook
    at: datetime


class NetworkNames:
    """Keeps a book for each tenant; `heard` is called with every event."""

    def __init__(
        self,
        inventory: InventoryService,
        inspection: InspectionService,
        telemetry: TelemetryService,
        *,
        clock: Clock,
    ) -> None:
        self._inventory = inventory
        self._inspection = inspection
        self._telemetry = telemetry
        self._clock = clock
        self._books: dict[str, _Book] = {}
        self._stale = True
        self._devices: dict[tuple[str, int], DeviceNames] = {}
        self._reading = asyncio.Lock()

    def heard(self, events: Sequence[Event]) -> None:
        """What changed is read again when somebody asks."""
        for event in events:
            if isinstance(event, DeviceChanged):
                self._stale = True
                for key in [key for key in self._devices if key[1] == event.device_id]:
                    del self._devices[key]
            elif isinstance(event, LinksChanged):
                self._stale = True

    async def book(self, actor: Actor) -> NameBook:
        """The names of the whole network."""
        actor.require("inventory.read")
        async with self._reading:
            known, now = self._books.get(actor.tenant), self._clock.now()
            if known is not None and (not self._stale or now - known.at < CALM):
                return known.book
            self._stale = False
            devices = await self._inventory.devices(actor)
            senders = await self._inventory.senders(actor)
            ports = await self._inventory.port_addresses(actor)
            made = await asyncio.to_thread(book_of, devices, senders, ports)
            self._books[actor.tenant] = _Book(made, now)
            return made

    async def device(self, actor: Actor, *, device_id: int) -> DeviceNames:
        """The names on one device: its ports, ONUs and customers."""
        key = (actor.tenant, device_id)
        if key in self._devices:
            return self._devices[key]
        device = await self._inventory.device(actor, device_id=device_id)
        ports = await self._inventory.interfaces(actor, device_id=device_id)
        found = await self._findings(actor, device_id)
        onus = [OnuName(onu.serial, onu.name, _port_of(onu, ports)) for onu in found.onus]
        made = await asyncio.to_thread(names_of, device, ports, onus)
        while len(self._devices) >= KEPT_DEVICES:
            self._devices.pop(next(iter(self._devices)))
        self._devices[key] = made
        return made

    async def about(self, actor: Actor, known: Known, *, on: int | None = None) -> Card:
        """The card of a live piece of text in a session on device `on`."""
        match known.kind:
            case LiveKind.DEVICE if known.device_id is not None:
                return await self._device_card(actor, known.device_id)
            case LiveKind.INTERFACE if known.interface_id is not None:
                return await self._port_card(actor, known.interface_id)
            case LiveKind.ADDRESS:
                return await self._address_card(actor, known, on)
            case LiveKind.PREFIX:
                return await self._prefix_card(actor, known)
            case LiveKind.MAC:
                return await self._mac_card(actor, known, on)
            case LiveKind.AS:
                return await self._as_card(actor, known, on)
            case _:
                return await self._onu_card(actor, known)

    # --- cards ------------------------------------------------------------------------------

    async def _device_card(self, actor: Actor, device_id: int) -> Card:
        device = await self._inventory.device(actor, device_id=device_id)
        now = await self._telemetry.device_now(actor, device_ids=(device_id,))
        site = await self._site(actor, device)
        facts = [
            ("Address", device.address),
            ("Site", site),
            ("Model", " ".join(filter(None, (device.vendor, device.model)))),
            ("Version", device.version),
        ]
        if now:
            facts.append(("CPU", "" if now[0].cpu is None else f"{now[0].cpu:.0f} %"))
        return Card(
            visible(device.name or device.address, limit=80),
            f"{device.type.value} · {REACH[device.reachability]}",
            _told(facts),
            device_id,
            curve=await self._curve(actor, "device", device_id),
            curve_text=f"Response time, last {HOURS} h",
        )

    async def _port_card(self, actor: Actor, interface_id: int) -> Card:
        port = await self._inventory.interface(actor, interface_id=interface_id)
        now = await self._telemetry.ports_now(actor, interface_ids=(interface_id,))
        facts = [("Speed", str(Bps(port.speed_bps)) if port.speed_bps else "")]
        if now:
            facts += [("In", _bps(now[0].in_bps)), ("Out", _bps(now[0].out_bps))]
        neighbour = await self._neighbour(actor, port)
        facts += [
            ("Customer", await self._customer(actor, port, is_linked=bool(neighbour))),
            ("Neighbour", neighbour),
            ("Address", ", ".join(port.addresses[:3])),
            ("MAC", port.mac),
        ]
        state = port.oper_status.name.lower().replace("_", " ")
        under = state if port.admin_up or port.oper_status is OperStatus.UP else "switched off"
        return Card(
            visible(port.label, limit=100),
            f"port · {under}",
            _told(facts),
            int(port.device_id),
            interface_id,
            await self._curve(actor, "interface", interface_id),
            f"Load, last {HOURS} h",
        )

    async def _address_card(self, actor: Actor, known: Known, on: int | None) -> Card:
        book = await self.book(actor)
        owner = known.device_id if known.device_id is not None else book.owner(known.value)
        network, holders = book.holders(known.value)
        facts = [("Network", network)]
        if owner is not None:
            port = await self._port_with(actor, owner, known.value)
            card = await self._device_card(actor, owner)
            if port is not None:
                is_linked = bool(await self._neighbour(actor, port))
                facts.append(("Port", visible(port.label, limit=80)))
                facts.append(("Customer", await self._customer(actor, port, is_linked=is_linked)))
            return Card(
                f"{known.value} · {card.title}",
                card.under,
                _told([*facts, *card.facts])[:MOST_FACTS],
                owner,
                None if port is None else int(port.id),
                card.curve,
                card.curve_text,
            )
        if on is not None:
            found = await self._findings(actor, on)
            if entry := next((one for one in found.arp if one.address == known.value), None):
                facts += [("MAC", entry.mac), *await self._seen_on(actor, on, entry.if_index)]
        if not any(name == "Customer" for name, _ in facts):
            facts.append(("Customer", await self._customer_in(actor, network, holders)))
        facts.append(("Routers in it", await self._called(actor, holders)))
        return Card(known.value, "address in a known network", _told(facts))

    async def _prefix_card(self, actor: Actor, known: Known) -> Card:
        book = await self.book(actor)
        network, holders = book.holders(known.value.partition("/")[0])
        facts = [
            ("Known as", network if network != known.value else ""),
            ("Ports in it", await self._called(actor, holders)),
        ]
        device = holders[0] if len(holders) == 1 else None
        return Card(known.value, "network", _told(facts), device)

    async def _mac_card(self, actor: Actor, known: Known, on: int | None) -> Card:
        found = await self._inventory.find(actor, text=known.value, limit=5)
        owner = next((hit for hit in found if hit.kind in {"mac", "device"}), None)
        facts: list[tuple[str, str]] = []
        port = None
        if on is not None:
            told = await self._findings(actor, on)
            learned = next((one for one in told.macs if one.mac == known.value), None)
            if learned is not None:
                facts += await self._seen_on(actor, on, learned.if_index)
                facts.append(("VLAN", "" if learned.vlan is None else str(learned.vlan)))
            addresses = [one.address for one in told.arp if one.mac == known.value]
            facts.append(("Address", ", ".join(addresses[:3])))
        if owner is None:
            under = "no device we know has it"
            return Card(known.value, under, _told(facts), on if facts else None)
        if owner.interface_id is not None:
            port = int(owner.interface_id)
        title = visible(f"{known.value} · {owner.title}", limit=100)
        return Card(title, visible(owner.detail), _told(facts), int(owner.device_id), port)

    async def _as_card(self, actor: Actor, known: Known, on: int | None) -> Card:
        peers: tuple[BgpPeer, ...] = ()
        own = False
        if on is not None:
            told = (await self._findings(actor, on)).bgp_peers
            peers = tuple(peer for peer in told if str(peer.remote_as) == known.value)
            own = any(str(peer.local_as) == known.value for peer in told)
        facts = [
            (peer.description or "Neighbour", f"{peer.address} · {peer.state}") for peer in peers
        ]
        private = 64512 <= int(known.value) <= 65534 or int(known.value) >= 4_200_000_000
        words = ["its own" if own else "", "private" if private else "public"]
        under = f"{' '.join(filter(None, words))} AS number"
        if peers:
            under += f" · {plural(len(peers), 'neighbour')} of this device"
        return Card(f"AS{known.value}", under, _told(facts), on if peers else None)

    async def _onu_card(self, actor: Actor, known: Known) -> Card:
        if known.device_id is None:
            return Card(known.value)
        found = await self._findings(actor, known.device_id)
        wanted = known.value.lower()
        onu = next(
            (one for one in found.onus if wanted in (one.serial.lower(), one.name.lower())), None
        )
        if onu is None and known.interface_id is not None:
            return await self._port_card(actor, known.interface_id)
        if onu is None:
            raise NotFound(f"{known.value} is not on this device any more")
        facts = [
            ("Serial", onu.serial),
            ("PON", onu.port),
            ("Receives", "" if onu.receive_dbm is None else f"{onu.receive_dbm:.1f} dBm"),
            ("Distance", "" if onu.distance_m is None else f"{onu.distance_m:,} m"),
            ("Model", onu.model),
        ]
        title = visible(onu.name or onu.serial, limit=80)
        under = f"ONU · {onu.state or 'state not told'}"
        return Card(title, visible(under), _told(facts), known.device_id, known.interface_id)

    # --- parts of cards ---------------------------------------------------------------------

    async def _findings(self, actor: Actor, device_id: int) -> Findings:
        return (await self._inspection.findings(actor, device_id=device_id)).findings

    async def _site(self, actor: Actor, device: Device) -> str:
        if device.site_id is None:
            return device.location
        sites = await self._inventory.sites(actor)
        return next((site.name for site in sites if site.id == device.site_id), "")

    async def _port_with(self, actor: Actor, device_id: int, address: str) -> Interface | None:
        ports = await self._inventory.interfaces(actor, device_id=device_id)
        return next(
            (p for p in ports if any(a.partition("/")[0] == address for a in p.addresses)), None
        )

    async def _seen_on(self, actor: Actor, device_id: int, if_index: int) -> list[tuple[str, str]]:
        ports = await self._inventory.interfaces(actor, device_id=device_id)
        port = next((port for port in ports if port.index == if_index), None)
        if port is None:
            return []
        is_linked = bool(await self._neighbour(actor, port))
        customer = await self._customer(actor, port, is_linked=is_linked)
        seen = [("Seen on", port.label)]
        return [*seen, ("Customer", customer)] if customer else seen

    async def _customer(self, actor: Actor, port: Interface, *, is_linked: bool) -> str:
        device = await self._inventory.device(actor, device_id=int(port.device_id))
        # Only OLTs have ONUs behind their ports; what others told need not be read.
        is_olt = device.type is DeviceType.OLT
        onus = (await self._findings(actor, int(device.id))).onus if is_olt else ()
        return customer_of(port, onus, is_linked=is_linked)

    async def _customer_in(self, actor: Actor, network: str, holders: Iterable[int]) -> str:
        """Of a network that only a customer's port leads into."""
        for number in tuple(holders)[:MOST_HOLDERS]:
            ports = await self._inventory.interfaces(actor, device_id=number)
            for port in towards(ports, network):
                is_linked = bool(await self._neighbour(actor, port))
                if told := await self._customer(actor, port, is_linked=is_linked):
                    return told
        return ""

    async def _called(self, actor: Actor, device_ids: Iterable[int]) -> str:
        named = []
        for number in tuple(device_ids)[:MOST_HOLDERS]:
            device = await self._inventory.device(actor, device_id=number)
            named.append(device.name or device.address)
        return ", ".join(named)

    async def _neighbour(self, actor: Actor, port: Interface) -> str:
        links = await self._inventory.links(actor, device_id=int(port.device_id))
        far = next((end for link in links if (end := _far(link, port)) is not None), None)
        if far is None:
            return ""
        device = await self._inventory.device(actor, device_id=far[0])
        if far[1] is None:
            return device.name
        other = await self._inventory.interface(actor, interface_id=far[1])
        return f"{device.name} {other.name}"

    async def _curve(self, actor: Actor, subject: str, number: int) -> NDArray[np.float64]:
        end = self._clock.now()
        start = end - timedelta(hours=HOURS)
        found = await self._telemetry.series(
            actor, subject=subject, subject_id=number, start=start, end=end
        )
        values = (
            np.fmax(found.values["in_octets"], found.values["out_octets"])
            if subject == "interface"
            else found.values["response_us"]
        )
        return evenly(found.times_ms, values, start.timestamp(), end.timestamp())


def evenly(
    times_ms: NDArray[np.int64], values: NDArray[np.float64], start: float, end: float
) -> NDArray[np.float64]:
    """The highest value of each of `POINTS` equal stretches of time; NaN where there is none."""
    drawn = np.full(POINTS, np.nan)
    if len(times_ms):
        share = (times_ms / 1000 - start) / (end - start) * POINTS
        np.fmax.at(drawn, share.astype(np.int64).clip(0, POINTS - 1), values)
    return drawn


def _told(facts: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    kept = [(name, visible(text, limit=120)) for name, text in facts if text]
    return tuple(kept[:MOST_FACTS])


def _bps(value: float | None) -> str:
    return "" if value is None else str(Bps(round(value)))


def _port_of(onu: Onu, ports: Iterable[Interface]) -> int | None:
    if onu.if_index is None:
        return None
    return next((int(port.id) for port in ports if port.index == onu.if_index), None)


def _far(link: Link, port: Interface) -> tuple[int, int | None] | None:
    """The other end of a link that ends at this port."""
    ends = ((link.a_device, link.a_interface), (link.b_device, link.b_interface))
    for (near, here), (far, there) in (ends, ends[::-1]):
        if near == port.device_id and here == port.id:
            return int(far), None if there is None else int(there)
    return None
