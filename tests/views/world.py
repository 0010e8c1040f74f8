"""A small network with its alarms and measurements, written through the real services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from noc_console.db.database import Database
from noc_console.db.samples import DEVICE, Samples, open_samples
from noc_console.db.samples.values import Poll, Row
from noc_console.kernel.actor import Actor
from noc_console.kernel.operation import operations
from noc_console.services.alarms.model import Alarm, AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.waiting import WaitingAlarmService
from noc_console.services.inventory.model import DeviceType, Inspected, OperStatus, SeenInterface
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.views.shell.spec import Sources
from tests.conftest import FakeClock

NAMES = ("core-1", "core-2", "edge-3", "olt-4", "ups-5")
KINDS = (
    DeviceType.ROUTER,
    DeviceType.ROUTER,
    DeviceType.SWITCH,
    DeviceType.OLT,
    DeviceType.POWER,
)


@dataclass
class World:
    """The services and what was written through them."""

    store: Database
    inventory: InventoryService
    alarms: AlarmService
    telemetry: TelemetryService
    samples: Samples
    collector: Actor
    clock: FakeClock
    devices: dict[str, int]
    ports: dict[str, int]

    async def report(
        self,
        name: str,
        severity: Severity = Severity.MAJOR,
        condition: Condition = Condition.CPU,
        text: str = "CPU at 91 %",
    ) -> Alarm:
        """A problem on a device, as a collector tells it."""
        about = AlarmObject(self.devices[name], device_name=name, site_name="Northgate")
        await self.alarms.report(
            self.collector, about=about, condition=condition, severity=severity, text=text
        )
        found = await self.alarms.active(self.collector, device_id=about.device_id)
        return next(alarm for alarm in found if alarm.condition == condition)

    async def settle(self, name: str, condition: Condition = Condition.CPU) -> None:
        about = AlarmObject(self.devices[name])
        await self.alarms.settle(self.collector, about=about, condition=condition)

    async def measure(self, name: str, cpu: float) -> None:
        number = self.devices[name]
        row = Row(DEVICE, number, (int(cpu * 1000), 40_000, 31_000, 86_400, 2_500, 1))
        at_ms = int(self.clock.now().timestamp() * 1000)
        await self.samples.append([Poll(number, at_ms, [row])])

    def sources(self, actor: Actor) -> Sources:
        services = (self.inventory, self.alarms, self.telemetry)
        return Sources(
            find=lambda text: self.inventory.find(actor, text=text),
            counts=lambda: self.alarms.counts(actor),
            waiting=lambda among: WaitingAlarmService(self.store).head(actor, among=among),
            collectors=lambda: self.telemetry.collectors(actor),
            acknowledge=lambda ids: self.alarms.acknowledge(actor, alarm_ids=ids),
            operations=tuple(door for service in services for door in operations(service)),
            store="SQLite noc.db",
        )


@asynccontextmanager
async def open_world(
    store: Database, clock: FakeClock, collector: Actor, folder: Path
) -> AsyncIterator[World]:
    inventory = InventoryService(store, clock=clock)
    async with open_samples(f"sqlite:///{folder}/noc.db", clock=clock) as samples:
        world = World(
            store=store,
            inventory=inventory,
            alarms=AlarmService(store, clock=clock),
            telemetry=TelemetryService(store, samples, clock=clock, inventory=inventory),
            samples=samples,
            collector=collector,
            clock=clock,
            devices={},
            ports={},
        )
        for number, (name, kind) in enumerate(zip(NAMES, KINDS, strict=True), start=1):
            seen = Inspected(
                address=f"10.0.0.{number}",
                port=161,
                at=clock.now() - timedelta(minutes=1),
                name=name,
                credential_id=1,
                type=kind,
                vendor="Juniper",
                model="MX304",
                serial=f"SN{number:04}",
                location="Northgate",
                interfaces=(
                    SeenInterface(1, "ge-0/0/1", alias="uplink", oper_status=OperStatus.UP),
                ),
            )
            device = int(await inventory.record(collector, inspected=seen))
            world.devices[name] = device
            (port,) = await inventory.interfaces(collector, device_id=device)
            world.ports[name] = int(port.id)
        yield world
