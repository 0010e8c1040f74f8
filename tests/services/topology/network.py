"""A small provider recorded in the inventory: cities in a ring, each with its own tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import (
    DeviceId,
    DeviceType,
    EvidenceKind,
    Inspected,
    OperStatus,
    Reachability,
    SeenInterface,
    SeenNeighbour,
    SeenSensor,
)
from noc_console.services.inventory.service import InventoryService

G = 10**9


@dataclass
class Box:
    """A device being drawn up."""

    name: str
    type: DeviceType
    city: str
    number: int
    ports: list[SeenInterface] = field(default_factory=list)
    neighbours: list[SeenNeighbour] = field(default_factory=list)
    sensors: list[SeenSensor] = field(default_factory=list)

    @property
    def chassis(self) -> str:
        return f"02:00:00:00:{self.number // 256:02x}:{self.number % 256:02x}"

    def port(self, speed: int) -> SeenInterface:
        index = len(self.ports) + 1
        seen = SeenInterface(
            index,
            f"xe-0/0/{index}",
            type=6,
            speed_bps=speed,
            mac=f"02:01:{self.number // 256:02x}:{self.number % 256:02x}:00:{index:02x}",
            oper_status=OperStatus.UP,
        )
        self.ports.append(seen)
        return seen


class Plan:
    """Boxes and cables, then `record` them as an inspection would."""

    def __init__(self, first: int = 1) -> None:
        self.boxes: list[Box] = []
        self._first = first

    def box(self, name: str, type: DeviceType, city: str) -> Box:
        box = Box(name, type, city, len(self.boxes) + self._first)
        self.boxes.append(box)
        return box

    def cable(self, a: Box, b: Box, speed: int = 10 * G) -> None:
        """A link both ends tell of by LLDP."""
        at_a, at_b = a.port(speed), b.port(speed)
        for box, mine, other, theirs in ((a, at_a, b, at_b), (b, at_b, a, at_a)):
            box.neighbours.append(
                SeenNeighbour(
                    EvidenceKind.LLDP,
                    mine.index,
                    remote_name=other.name,
                    remote_port=theirs.name,
                    remote_chassis=other.chassis,
                    raw=f"1.0.8802.1.1.2.1.4.1.1.9.0.{mine.index}.1 = {other.name}\n"
                    f"1.0.8802.1.1.2.1.4.1.1.7.0.{mine.index}.1 = {theirs.name}",
                )
            )

    async def record(
        self, inventory: InventoryService, actor: Actor, at: datetime
    ) -> dict[str, DeviceId]:
        known = {}
        for box in self.boxes:
            known[box.name] = await inventory.record(
                actor,
                inspected=Inspected(
                    address=f"10.20.{box.number // 250}.{box.number % 250 + 1}",
                    port=161,
                    at=at,
                    name=box.name,
                    credential_id=1,
                    type=box.type,
                    vendor="Juniper" if box.type is DeviceType.ROUTER else "Cisco",
                    model="MX204" if box.type is DeviceType.ROUTER else "C9300-48T",
                    version="23.4R2",
                    serial=f"SN{box.number:05}",
                    chassis_mac=box.chassis,
                    location=box.city,
                    interfaces=tuple(box.ports),
                    neighbours=tuple(box.neighbours),
                    sensors=tuple(box.sensors),
                ),
            )
            await inventory.set_reachability(
                actor, device_id=known[box.name], reachability=Reachability.UP, at=at
            )
        return known


def isp(cities: Sequence[str] = ("Prague", "Brno", "Ostrava"), first: int = 1) -> Plan:
    """19 devices a city, the cities in a ring of 100G; boxes are numbered from `first`."""
    plan, cores = Plan(first), []
    for city in cities:
        key = city[:3].lower()
        c1, c2 = (plan.box(f"{key}-cr{n}", DeviceType.ROUTER, city) for n in (1, 2))
        plan.cable(c1, c2, 100 * G)
        edges = [plan.box(f"{key}-er{n}", DeviceType.ROUTER, city) for n in (1, 2)]
        aggregation = [plan.box(f"{key}-ag{n}", DeviceType.SWITCH, city) for n in (1, 2)]
        for edge in edges:
            plan.cable(edge, c1)
            plan.cable(edge, c2)
        for switch in aggregation:
            for edge in edges:
                plan.cable(switch, edge)
        plan.cable(*aggregation)
        access = [plan.box(f"{key}-as{n}", DeviceType.SWITCH, city) for n in range(1, 7)]
        for at, switch in enumerate(access):
            plan.cable(switch, aggregation[at % 2], G)
            if at % 3 == 0:
                plan.cable(switch, aggregation[(at + 1) % 2], G)
        for n, type, name in ((2, DeviceType.OLT, "olt"), (3, DeviceType.WIRELESS, "wl")):
            for at in range(n):
                box = plan.box(f"{key}-{name}{at + 1}", type, city)
                on = aggregation[at % 2] if type is DeviceType.OLT else access[3]
                plan.cable(box, on, 10 * G if type is DeviceType.OLT else G)
        plan.cable(plan.box(f"{key}-ups1", DeviceType.POWER, city), aggregation[0], 10**8)
        plan.cable(plan.box(f"{key}-srv1", DeviceType.SERVER, city), aggregation[1], G)
        cores.append((c1, c2))
    for at in range(len(cores)):
        plan.cable(cores[at][1], cores[(at + 1) % len(cores)][0], 100 * G)
    return plan
