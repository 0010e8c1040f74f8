"""A small town in a real database: a core, an aggregation, two access switches and an OLT."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.collectors.service import CollectorService
from noc_console.services.inventory.model import (
    DeviceType,
    EvidenceKind,
    Inspected,
    Reachability,
    Section,
    SeenInterface,
    SeenNeighbour,
)
from noc_console.services.inventory.service import InventoryService
from noc_console.services.rootcause.service import RootCauseService
from tests.conftest import FakeClock

AT = datetime(2026, 3, 1, tzinfo=UTC)
TOWN = {
    "core": ("agg",),
    "agg": ("core", "acc-1", "acc-2", "olt"),
    "acc-1": ("agg",),
    "acc-2": ("agg",),
    "olt": ("agg",),
}
ONUS = [{"index": f"1.{at}", "serial": f"HWTC{at:04}", "port": "pon 0/1/1"} for at in range(12)]


@dataclass
class Town:
    """The services, and the devices by name."""

    inventory: InventoryService
    alarms: AlarmService
    rootcause: RootCauseService
    ids: Mapping[str, int]
    actor: Actor

    async def port(self, name: str, number: int) -> int:
        found = await self.inventory.interfaces(self.actor, device_id=self.ids[name])
        return next(int(port.id) for port in found if port.index == number)

    async def fall(self, *names: str) -> None:
        """They answer no more: the inventory and the desk hear of it, as from the poller."""
        found = {self.ids[name]: (Reachability.DOWN, AT) for name in names}
        await self.inventory.set_reachabilities(self.actor, found=found)
        await self.report(*((name, Severity.MAJOR) for name in names))

    async def rise(self, *names: str) -> None:
        found = {self.ids[name]: (Reachability.UP, AT) for name in names}
        await self.inventory.set_reachabilities(self.actor, found=found)
        await self.report(*((name, Severity.CLEARED) for name in names))

    async def report(self, *told: tuple[str, Severity]) -> None:
        reports = tuple(
            AlarmReport(
                AlarmObject(self.ids[name], device_name=name),
                Condition.UNREACHABLE,
                severity,
                "silent",
            )
            for name, severity in told
        )
        await self.alarms.apply(self.actor, reports=reports)

    async def alarm(self, name: str, condition: Condition = Condition.UNREACHABLE) -> int:
        """The id of a device's standing alarm."""
        return next(
            int(one.id)
            for one in await self.alarms.active(self.actor)
            if one.about.device_id == self.ids[name]
            and one.condition == condition
            and one.is_active
        )

    async def folded(self) -> dict[str, str]:
        """Standing folded alarms with their roots, which may be over, by their devices' names."""
        alarms = {one.id: one for one in await self.alarms.active(self.actor)}
        return {
            one.device_name: alarms[one.root_id].device_name
            for one in alarms.values()
            if one.root_id is not None and one.is_active
        }


def device(name: str, last: int) -> Inspected:
    ports = tuple(
        SeenInterface(at, f"ge-0/0/{at}", alias=f"to {far}") for at, far in enumerate(TOWN[name], 1)
    )
    if name == "acc-1":
        ports += (SeenInterface(9, "ge-0/0/9", alias="customer 4711"),)
    if name == "olt":
        ports += (SeenInterface(20, "pon 0/1/1"),)
    neighbours = tuple(
        SeenNeighbour(
            EvidenceKind.LLDP,
            at,
            remote_name=far,
            remote_port=f"ge-0/0/{TOWN[far].index(name) + 1}",
        )
        for at, far in enumerate(TOWN[name], 1)
    )
    return Inspected(
        address=f"192.0.2.{last}",
        port=161,
        at=AT,
        name=name,
        credential_id=1,
        type={"core": DeviceType.ROUTER, "olt": DeviceType.OLT}.get(name, DeviceType.SWITCH),
        chassis_mac=f"02:00:00:00:00:{last:02x}",
        location="Erfurt" if name != "acc-2" else "Weimar",
        interfaces=ports,
        neighbours=neighbours,
        sections=(Section("onus", json.dumps(ONUS)),) if name == "olt" else (),
    )


@pytest.fixture
async def town(db: Database, clock: FakeClock, collector: Actor) -> Town:
    inventory = InventoryService(db, clock=clock)
    alarms = AlarmService(db, clock=clock)
    ids = {
        name: int(await inventory.record(collector, inspected=device(name, at)))
        for at, name in enumerate(TOWN, 1)
    }
    up = dict.fromkeys(ids.values(), (Reachability.UP, AT))
    await inventory.set_reachabilities(collector, found=up)
    collectors = CollectorService(db, inventory=inventory, me="noc-1")
    rootcause = RootCauseService(inventory, alarms, collectors, db, clock=clock)
    return Town(inventory, alarms, rootcause, ids, collector)
