"""Takes a network from a file into the inventory: what is new becomes known, nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.services.inventory.deciding import LinkDecisionService
from noc_console.services.inventory.model import Device, DeviceId, Inspected, Interface
from noc_console.services.inventory.service import InventoryService
from noc_console.services.topology.exchange.document import Document, Item, Tie
from noc_console.services.topology.model import Position

Report = Callable[[int, int], None]
"""Hears how many steps of how many are done."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing a document would do."""

    title: str
    devices: int
    known: int
    """Devices of the document that the inventory has already, by name or address."""
    links: int
    new_links: int
    merged: int
    """Parallel links without port names: nobody could tell them apart."""
    problems: tuple[str, ...] = ()

    @property
    def new_devices(self) -> int:
        return self.devices - self.known

    @property
    def is_empty(self) -> bool:
        return not (self.new_devices or self.new_links)


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What importing did."""

    devices: Mapping[str, DeviceId]
    """Of every device of the document, by its key there."""
    new_devices: int
    new_links: int
    positions: Mapping[DeviceId, Position]
    """Where the file had them."""


class ImportService:
    """Brings documents in. Devices come as known unknowns: seen in a file, not yet by a poll.

    A device the inventory knows already is left as it is: what was measured beats what was
    written down. Links become drawn links, which discovery confirms or leaves standing.
    """

    def __init__(
        self, inventory: InventoryService, decisions: LinkDecisionService, *, clock: Clock
    ) -> None:
        self._inventory = inventory
        self._decisions = decisions
        self._clock = clock

    async def preview(self, actor: Actor, document: Document) -> Preview:
        """What would happen; nothing does."""
        actor.require("inventory.read")
        known, linked = await self._known(actor, document)
        ties, merged = _distinct(document.ties)
        fresh = sum(not _is_there(tie, known, linked) for tie in ties)
        return Preview(
            title=document.title,
            devices=len(document.items),
            known=len(known),
            links=len(document.ties),
            new_links=fresh,
            merged=merged,
            problems=document.problems,
        )

    async def bring_in(
        self, actor: Actor, document: Document, report: Report = lambda _done, _whole: None
    ) -> BroughtIn:
        """Record what is new. Cancelled in between, what is in stays; importing again goes on.

        Raises NotAllowed without the rights to record devices and decide about links.
        """
        actor.require("inventory.record")
        actor.require("inventory.decide")
        known, linked = await self._known(actor, document)
        fresh = [item for item in document.items if item.key not in known]
        ties = [tie for tie in _distinct(document.ties)[0] if not _is_there(tie, known, linked)]
        whole = len(fresh) + len(ties)
        ids = dict(known)
        for number, item in enumerate(fresh):
            report(number, whole)
            ids[item.key] = await self._inventory.record(
                actor, inspected=self._told(item, document.title)
            )
        ports = await self._ports(actor, {ids[end] for tie in ties for end in (tie.a, tie.b)})
        reason = f"imported from {document.title or 'a file'}"
        for number, tie in enumerate(ties):
            report(len(fresh) + number, whole)
            a, b = ids[tie.a], ids[tie.b]
            if a != b:
                await self._decisions.draw_link(
                    actor,
                    a_device=a,
                    b_device=b,
                    a_interface=ports.get((a, tie.a_port)),
                    b_interface=ports.get((b, tie.b_port)),
                    speed_bps=tie.speed_bps,
                    reason=reason,
                )
        report(whole, whole)
        return BroughtIn(ids, len(fresh), len(ties), _positions(document, ids))

    def _told(self, item: Item, title: str) -> Inspected:
        place = item.site or (item.name if item.latitude is not None else "")
        if item.latitude is not None and item.longitude is not None:
            place = f"{place} [{item.latitude:.6f}, {item.longitude:.6f}]"
        return Inspected(
            address=item.address,
            port=161 if item.address else 0,
            at=self._clock.now(),
            name=item.name,
            type=item.type,
            vendor=item.vendor,
            model=item.model,
            serial=item.serial,
            location=place,
            sys_descr=f"imported from {title or 'a file'}",
        )

    async def _known(
        self, actor: Actor, document: Document
    ) -> tuple[dict[str, DeviceId], frozenset[frozenset[DeviceId]]]:
        """Devices of the document that are in the inventory, by key; and who is linked."""
        devices = await self._inventory.devices(actor)
        links = await self._inventory.links(actor)
        pairs = frozenset(frozenset((link.a_device, link.b_device)) for link in links)
        return _matched(document, devices), pairs

    async def _ports(self, actor: Actor, devices: set[DeviceId]) -> dict[tuple[int, str], int]:
        """Interfaces of the devices that have any, by the names links use."""
        found: dict[tuple[int, str], int] = {}
        wanted = {int(device) for device in devices}
        ports: tuple[Interface, ...] = await self._inventory.interfaces(actor)
        for port in ports:
            if int(port.device_id) in wanted:
                for name in filter(None, (port.alias, port.descr, port.name)):
                    found[int(port.device_id), name] = int(port.id)
        return found


def _matched(document: Document, devices: tuple[Device, ...]) -> dict[str, DeviceId]:
    by_name = {device.name.lower(): device.id for device in devices if device.name}
    by_address = {device.address: device.id for device in devices if device.address}
    twice = Counter(item.name.lower() for item in document.items)
    found = {}
    for item in document.items:
        name = item.name.lower()
        # A name that occurs twice in the file names nobody: only an address can then.
        device = by_name.get(name) if twice[name] == 1 else None
        device = device or (by_address.get(item.address) if item.address else None)
        if device is not None:
            found[item.key] = device
    return found


def _distinct(ties: tuple[Tie, ...]) -> tuple[list[Tie], int]:
    """Links that can be told apart, and how many could not."""
    found: dict[tuple[tuple[str, str], ...], Tie] = {}
    for tie in ties:
        found.setdefault(tuple(sorted(((tie.a, tie.a_port), (tie.b, tie.b_port)))), tie)
    return list(found.values()), len(ties) - len(found)


def _is_there(
    tie: Tie, known: Mapping[str, DeviceId], linked: frozenset[frozenset[DeviceId]]
) -> bool:
    """Whether the inventory links the two already, however it came to know."""
    if tie.a not in known or tie.b not in known:
        return False
    return frozenset((known[tie.a], known[tie.b])) in linked


def _positions(document: Document, ids: Mapping[str, DeviceId]) -> dict[DeviceId, Position]:
    return {
        ids[item.key]: Position(item.x, item.y)
        for item in document.items
        if item.x is not None and item.y is not None
    }
