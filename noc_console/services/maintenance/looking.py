"""Takes snapshots: how the objects of some work are right now."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.services.alarms.model import Alarm
from noc_console.services.alarms.planned import standing
from noc_console.services.inspection.service import InspectionService, Kept
from noc_console.services.inventory.model import (
    Device,
    DeviceType,
    Link,
    Reachability,
    Sensor,
    SensorKind,
)
from noc_console.services.inventory.pollable import Pollable, PortFact
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.model import Spot
from noc_console.services.maintenance.ports import Configs
from noc_console.services.maintenance.snapshot import (
    AlarmState,
    ConfigState,
    DeviceState,
    LightState,
    LinkState,
    PortState,
    SessionState,
    Snapshot,
)
from noc_console.services.telemetry.model import InterfaceNow
from noc_console.services.telemetry.service import TelemetryService

MOST_CONFIGS = 200
"""Devices whose configurations are read for one piece of work."""
CONFIGS_AT_ONCE = 4
CONFIG_S = 30.0
MOST_SESSIONS = 500
"""Devices whose routing sessions are looked at."""
_ROUTES = frozenset({DeviceType.ROUTER, DeviceType.SWITCH, DeviceType.FIREWALL, DeviceType.OTHER})
_VOLATILE = re.compile(
    r"(?i)^\s*(?:[!#]+\s*)?(?:last (?:configuration|commit|changed)|time:|ntp clock-period|"
    r"current configuration\s*:|building configuration|nvram config last updated|"
    r"generated (?:on|by|at)|(?:\w{3}/\d{2}/\d{4}|\d{4}-\d{2}-\d{2}) \d{2}:\d{2}:\d{2} by )"
)
"""Lines that tell when a configuration was printed or saved, not what it is."""


class Looker:
    """Reads a part of the network together from what is known of it."""

    def __init__(
        self,
        db: Database,
        inventory: InventoryService,
        telemetry: TelemetryService,
        inspection: InspectionService,
        *,
        clock: Clock,
        configs: Configs | None = None,
    ) -> None:
        self._db = db
        self._inventory = inventory
        self._telemetry = telemetry
        self._inspection = inspection
        self._clock = clock
        self._configs = configs

    async def look(
        self, actor: Actor, spots: Sequence[Spot], *, reads_configs: bool = True
    ) -> Snapshot:
        """How these objects are now. Of a port only it, and what concerns its device's port."""
        at = self._clock.now()
        ids = {spot.device_id for spot in spots}
        whole = {spot.device_id for spot in spots if spot == Spot(spot.device_id)}
        ports = {spot.interface_id for spot in spots if spot.interface_id is not None}
        known = await self._inventory.pollable(actor, device_ids=ids)
        facts = [fact for fact in known.ports if fact.device_id in whole or fact.id in ports]
        rates = await self._telemetry.ports_now(actor, interface_ids=[fact.id for fact in facts])
        lit = [
            sensor
            for sensor in known.sensors
            if sensor.kind is SensorKind.DBM
            and (sensor.device_id in whole or sensor.interface_id in ports)
        ]
        lights = await self._telemetry.lights_now(
            actor, sensor_ids=[int(sensor.id) for sensor in lit]
        )
        links = await self._inventory.links(actor)
        async with self._db.read(actor) as tx:
            alarms = await standing(tx, ids)
        found = await self._sessions(actor, [d for d in known.devices if int(d.id) in whole])
        configs = await self._read(actor, known, whole) if reads_configs else {}
        names = {int(device.id): device.name for device in await self._inventory.devices(actor)}
        return await asyncio.to_thread(
            lambda: Snapshot(
                at=at,
                devices={int(device.id): _device(device) for device in known.devices},
                ports=_ports(facts, rates),
                lights=_lights(lit, lights),
                links=_links(links, whole, ports, names),
                sessions=_sessions(found),
                looked={number: _ms(kept) for number, kept in found.items()},
                alarms=_alarms(alarms, whole, ports),
                configs=configs,
            )
        )

    async def _sessions(self, actor: Actor, devices: Sequence[Device]) -> dict[int, Kept]:
        found = {}
        for device in [each for each in devices if each.type in _ROUTES][:MOST_SESSIONS]:
            kept = await self._inspection.findings(actor, device_id=int(device.id))
            if kept.at is not None:
                found[int(device.id)] = kept
        return found

    async def _read(
        self, actor: Actor, known: Pollable, whole: Collection[int]
    ) -> dict[int, ConfigState]:
        """Configurations as hashes; a device that does not let us read says why."""
        configs = self._configs
        if configs is None:
            return {}
        turn = asyncio.Semaphore(CONFIGS_AT_ONCE)
        wanted = [int(d.id) for d in known.devices if int(d.id) in whole and d.is_managed]

        async def read(number: int) -> ConfigState:
            async with turn:
                try:
                    async with asyncio.timeout(CONFIG_S):
                        found = await configs.read(actor, device_id=number)
                except TimeoutError:
                    return ConfigState("", 0, f"no answer within {CONFIG_S:g} s")
                except (Refused, Unreachable) as error:
                    return ConfigState("", 0, _why(error))
            return await asyncio.to_thread(hashed, found.text)

        async with asyncio.TaskGroup() as group:
            asked = {n: group.create_task(read(n)) for n in wanted[:MOST_CONFIGS]}
        told = {number: task.result() for number, task in asked.items()}
        for number in wanted[MOST_CONFIGS:]:
            told[number] = ConfigState("", 0, f"only {MOST_CONFIGS} are read for one piece of work")
        return told


def hashed(text: str) -> ConfigState:
    """What a configuration says, without the lines that change by themselves."""
    lines = [line.rstrip() for line in text.splitlines() if not _VOLATILE.match(line)]
    kept = [line for line in lines if line]
    return ConfigState(hashlib.sha256("\n".join(kept).encode()).hexdigest(), len(kept))


def _why(error: Exception) -> str:
    """Without the names and keys of one device, so that equal reasons are counted together."""
    kinds = {
        "NoLogin": "there is no SSH login yet",
        "NotTrusted": "nobody trusted its SSH key yet",
        "KeyChanged": "its SSH key changed",
        "AuthRejected": "it refused the login",
        "Unreachable": "its command line was not reached",
    }
    return kinds.get(type(error).__name__) or "nobody has told yet how its platform shows it"


def _device(device: Device) -> DeviceState:
    answers = {Reachability.UP: True, Reachability.DOWN: False}.get(device.reachability)
    booted = None if device.booted_at is None else int(device.booted_at.timestamp() * 1000)
    return DeviceState(device.name or device.address, answers, booted)


def _ports(facts: Iterable[PortFact], rates: Iterable[InterfaceNow]) -> dict[int, PortState]:
    measured = {word.interface_id: word for word in rates}
    found = {}
    for fact in facts:
        now = measured.get(fact.id)
        found[fact.id] = PortState(
            fact.device_id,
            fact.name,
            int(fact.oper_status),
            None if now is None else _plain(now.in_errors),
            None if now is None else _plain(now.out_errors),
        )
    return found


def _plain(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 4)


def _lights(sensors: Iterable[Sensor], levels: Mapping[int, float]) -> dict[int, LightState]:
    return {
        int(sensor.id): LightState(
            int(sensor.device_id), sensor.name, round(levels[int(sensor.id)], 2)
        )
        for sensor in sensors
        if int(sensor.id) in levels
    }


def _links(
    links: Iterable[Link],
    whole: Collection[int],
    ports: Collection[int | None],
    names: Mapping[int, str],
) -> dict[str, LinkState]:
    found = {}
    for link in links:
        a, b = int(link.a_device), int(link.b_device)
        if a in whole or b in whole or {link.a_interface, link.b_interface} & set(ports):
            key = f"{a}/{link.a_interface or 0}-{b}/{link.b_interface or 0}"
            found[key] = LinkState(a, b, f"{names.get(a, a)} – {names.get(b, b)}")
    return found


def _sessions(found: Mapping[int, Kept]) -> dict[str, SessionState]:
    told: dict[str, SessionState] = {}
    for number, kept in found.items():
        findings = kept.findings
        for peer in findings.bgp_peers:
            name = f"BGP {peer.address} (AS {peer.remote_as})"
            key = f"{number}/bgp/{peer.vrf}/{peer.address}"
            told[key] = SessionState(number, name, peer.state, peer.state == "established")
        for ospf in findings.ospf_neighbours:
            # Between two routers that are no designated ones, two-way is as far as it goes.
            is_up = ospf.state.lower().replace("-", "") in {"full", "twoway"}
            key = f"{number}/ospf{ospf.version}/{ospf.router_id}/{ospf.address}"
            told[key] = SessionState(number, f"OSPF {ospf.router_id}", ospf.state, is_up)
        for isis in findings.isis_adjacencies:
            key = f"{number}/isis/{isis.system_id}/{isis.if_index or 0}/{isis.level}"
            name = f"IS-IS {isis.system_id}"
            told[key] = SessionState(number, name, isis.state, isis.state.lower() == "up")
    return told


def _ms(kept: Kept) -> int:
    return 0 if kept.at is None else int(kept.at.timestamp() * 1000)


def _alarms(
    alarms: Iterable[Alarm], whole: Collection[int], ports: Collection[int | None]
) -> dict[str, AlarmState]:
    found = {}
    for alarm in alarms:
        about = alarm.about
        if about.device_id in whole or about.interface_id in ports:
            name = " · ".join(filter(None, (alarm.device_name, alarm.interface_name)))
            found[f"{about.key}|{alarm.condition}"] = AlarmState(
                about.device_id,
                about.interface_id,
                name or about.key,
                alarm.condition.value,
                int(alarm.severity),
                alarm.text,
            )
    return found
