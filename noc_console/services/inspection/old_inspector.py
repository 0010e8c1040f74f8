"""Asking one device for all it can tell, within its budget of requests.

The only module here that waits: it asks for tables in a fixed order (who it is, what it has,
whom it knows, what it measures) and hands rows to the pure collectors beside it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.inspection import tables
from noc_console.services.inspection.collectors import (
    cdp,
    descriptions,
    interfaces,
    layer2,
    layer3,
    lldp,
    sensors,
    system,
    vendor_tables,
)
from noc_console.services.inspection.collectors.system import System
from noc_console.services.inspection.tables import Columns, Rows, Value
from noc_console.services.inspection.vendors import Platforms, Vendor, enterprise
from noc_console.services.inventory.model import (
    Inspected,
    SeenInterface,
    SeenNeighbour,
    SeenSensor,
)
from noc_console.services.telemetry.ports import SnmpReader

_log = logging.getLogger(__name__)

MOST_MISSED = 2
"""Tables a device may fail to deliver before it counts as gone."""
ROWS_PER_REQUEST = 20
"""How many rows of a table one request brings, as far as the budget is concerned."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Whom a device knows: rows for evidence, and more addresses to try."""

    neighbours: tuple[SeenNeighbour, ...] = ()
    next_hops: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()


class Budget:
    """A token bucket: so many requests a second for one device, and a burst to begin with.

    A table's requests are paid when it has been read, so the next question waits for them.
    """

    def __init__(self, per_second: float, *, burst: float = 60.0) -> None:
        self._rate = max(per_second, 0.1)
        self._burst = burst
        self._tokens = burst
        self._at: float | None = None

    async def ready(self) -> None:
        """Wait until one more request is within the budget."""
        self._refill()
        if self._tokens < 1:
            await asyncio.sleep((1 - self._tokens) / self._rate)
            self._refill()

    def pay(self, requests: int) -> None:
        self._tokens -= requests

    def _refill(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._at is not None:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now


class Inspector:
    """One inspection of one device."""

    def __init__(
        self, reader: SnmpReader, target: SnmpTarget, *, platforms: Platforms, budget: Budget
    ) -> None:
        self._reader = reader
        self._target = target
        self._platforms = platforms
        self._budget = budget
        self._missed = 0

    async def inspect(
        self,
        *,
        credential_id: int,
        at: datetime,
        heard: Callable[[Heard], None] = lambda _heard: None,
    ) -> Inspected:
        """All the device tells; `heard` is called as soon as its neighbours are known.

        Raises Unreachable when it stops answering, AuthRejected when it refuses.
        """
        got = await self._get(system.SCALARS)
        who = system.system(got, at)
        entities = await self._rows(system.ENTITY)
        ports = await self._interfaces(who, at)
        known = await self._heard(who, ports)
        heard(known)
        whole = system.chassis(entities)
        vendor = self._platforms.vendor(who.object_id)
        told = await self._vendor_words(vendor)
        what = self._platforms.identify(
            who.object_id,
            who.descr,
            services=who.services,
            is_forwarding=who.is_forwarding,
        )
        return Inspected(
            address=self._target.address,
            port=self._target.port,
            at=at,
            name=who.name,
            credential_id=credential_id,
            type=what.type,
            vendor=what.vendor,
            platform=what.platform,
            model=whole.model or _first(told, vendor.model) or what.model,
            version=what.version or whole.software or _first(told, vendor.version),
            serial=whole.serial or _first(told, vendor.serial),
            sys_object_id=who.object_id,
            sys_descr=who.descr,
            location=who.location,
            contact=who.contact,
            engine_id=who.engine_id,
            chassis_mac=who.chassis_mac,
            booted_at=who.booted_at,
            interfaces=ports,
            sensors=await self._sensors(who, entities, ports),
            neighbours=known.neighbours,
        )

    async def _interfaces(self, who: System, at: datetime) -> tuple[SeenInterface, ...]:
        basic = await self._rows(interfaces.IF)
        extended = await self._rows(interfaces.IFX)
        addresses = interfaces.addresses(
            await self._rows(interfaces.OLD_ADDRESS), await self._rows(interfaces.ADDRESS)
        )
        return interfaces.interfaces(basic, extended, addresses, who.booted_at or at)

    async def _heard(self, who: System, ports: Sequence[SeenInterface]) -> Heard:
        bridge = layer2.bridge_ports(await self._rows(layer2.BRIDGE_PORT))
        remote = await self._rows(lldp.REMOTE)
        found: list[SeenNeighbour] = []
        if remote:
            local = await self._rows(lldp.LOCAL)
            addresses = await self._rows(lldp.ADDRESSES)
            found += lldp.neighbours(local, remote, addresses, ports, bridge)
        found += cdp.cdp(await self._rows(cdp.CDP))
        if enterprise(who.object_id) == vendor_tables.MIKROTIK:
            found += cdp.mndp(await self._rows(cdp.MNDP))
        found += layer3.ospf(await self._rows(layer3.OSPF), ports)
        sessions = await self._rows(layer3.BGP)
        found += layer3.bgp(sessions, ports)
        if bridge:
            by_vlan = await self._rows(layer2.VLAN_FDB)
            plain = () if by_vlan else await self._rows(layer2.FDB)
            found += layer2.fdb(plain, by_vlan, bridge)
        found += layer2.arp(await self._rows(layer2.OLD_ARP), await self._rows(layer2.ARP))
        found += descriptions.neighbours(ports)
        own_as = (await self._get([layer3.BGP_LOCAL_AS])) if sessions else {}
        return Heard(
            neighbours=tuple(found),
            next_hops=await self._next_hops(),
            peers=layer3.internal_peers(sessions, own_as.get(layer3.BGP_LOCAL_AS)),
        )

    async def _next_hops(self) -> tuple[str, ...]:
        inet = await self._rows(layer3.INET_ROUTE)
        cidr = () if inet else await self._rows(layer3.CIDR_ROUTE)
        old = () if inet or cidr else await self._rows(layer3.OLD_ROUTE)
        return layer3.next_hops(cidr, inet, old)

    async def _vendor_words(self, vendor: Vendor) -> dict[str, Value]:
        wanted = (*vendor.serial, *vendor.model, *vendor.version)
        return await self._get(wanted) if wanted else {}

    async def _sensors(
        self, who: System, entities: Rows, ports: Sequence[SeenInterface]
    ) -> tuple[SeenSensor, ...]:
        number = enterprise(who.object_id) or 0
        aliases = await self._rows(sensors.ALIAS) if entities else ()
        parts = sensors.parts(entities, aliases)
        found: list[SeenSensor] = []
        specs = (sensors.CISCO_SENSOR,) if number == vendor_tables.CISCO else ()
        for spec in (*specs, sensors.ENTITY_SENSOR) if entities else ():
            # Cisco answers both; its own has the optics, the standard one repeats the rest.
            found = found or sensors.entity_sensors(spec, await self._rows(spec), parts, ports)
        read: dict[Columns, Rows] = {}
        vendors = vendor_tables.VENDOR_TABLES.get(number, ())
        for measure in (*vendors, *vendor_tables.HOST, *vendor_tables.UPS):
            if measure.columns not in read:
                read[measure.columns] = await self._rows(measure.columns)
            found += sensors.measured(measure, read[measure.columns], parts, ports)
        scalars = (*vendor_tables.UPS_SCALARS, *vendor_tables.VENDOR_SCALARS.get(number, ()))
        wanted = [oid for one in scalars for oid in (one.oid, one.rest) if oid]
        found += sensors.scalar_sensors(scalars, await self._get(wanted))
        return sensors.bounded(found)

    async def _rows(self, columns: Columns) -> Rows:
        """A table's rows; a table the device does not deliver is empty, a few times."""
        await self._budget.ready()
        try:
            table = await self._reader.table(self._target, columns.oids, limit_rows=columns.limit)
        except AuthRejected:
            raise
        except Unreachable as error:
            self._budget.pay(1 + self._target.retries)
            self._missed += 1
            if self._missed > MOST_MISSED or error.reason == "refused":
                raise
            _log.info("%s: no answer to table %s", self._target.peer, columns.entry)
            return ()
        self._budget.pay(1 + len(table) // ROWS_PER_REQUEST)
        return columns.named(table)

    async def _get(self, oids: Sequence[str]) -> dict[str, Value]:
        await self._budget.ready()
        self._budget.pay(1 + len(oids) // ROWS_PER_REQUEST)
        return await self._reader.get(self._target, oids)


def _first(got: dict[str, Value], oids: Sequence[str]) -> str:
    return next((words for oid in oids if (words := tables.text(got.get(oid)))), "")
