"""Asking one agent, live or recorded, for all it can tell.

The only module here that decides what is asked: who it is first, since that says which tables
are worth a question; then what it has, whom it knows and what it measures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from noc_console.services.inspection.collectors import (
    addresses,
    arp,
    bgp,
    bridge,
    cisco_load,
    cisco_states,
    entities,
    entity_sensors,
    fdb,
    hostresources,
    interfaces,
    isis,
    juniper,
    lm_sensors,
    neighbours,
    ospf,
    poe,
    poe_budget,
    printers,
    routes,
    stp,
    subscriber_lines,
    system,
    transceivers,
    ucd,
    ups,
    vlans,
    vrfs,
)
from noc_console.services.inspection.model import (
    Findings,
    Memory,
    Processor,
    Sensor,
    Storage,
)
from noc_console.services.inspection.platforms import identify, measure
from noc_console.services.inspection.platforms.identify import Rules, enterprise
from noc_console.services.inspection.platforms.language import Context
from noc_console.services.inspection.platforms.measure import Measured
from noc_console.services.inspection.platforms.model import Platform
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns

MOST_SENSORS = 20_000
"""Of one device: an OLT with every ONU's light has ten thousand."""
CISCO, JUNIPER = 9, 2636

STANDARD: tuple[Columns, ...] = (
    *interfaces.NEEDS,
    *addresses.NEEDS,
    *bridge.NEEDS,
    *neighbours.NEEDS,
    *vlans.NEEDS,
    *stp.NEEDS,
    *fdb.NEEDS,
    *arp.NEEDS,
    *bgp.NEEDS,
    *ospf.NEEDS,
    *isis.NEEDS,
    *vrfs.NEEDS,
    *routes.NEEDS,
    *entities.NEEDS,
    *transceivers.NEEDS,
    *poe.NEEDS,
    *hostresources.NEEDS,
    *ucd.NEEDS,
    *entity_sensors.NEEDS,
    *ups.NEEDS,
    *lm_sensors.NEEDS,
    *printers.NEEDS,
    *poe_budget.NEEDS,
    *subscriber_lines.NEEDS,
)
"""What any device may have; which of it this one has is found out in a few requests."""
_OF_VENDORS = {CISCO: (*cisco_load.NEEDS, *cisco_states.NEEDS), JUNIPER: juniper.NEEDS}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is worth asking this device for, beside what everyone is asked."""

    platform: Platform | None
    enterprises: frozenset[int]

    def wants(self, collector: str) -> bool:
        return self.platform is None or collector not in self.platform.skip

    def has(self, number: int, collector: str) -> bool:
        """Whether a vendor's own collector is for this device."""
        return number in self.enterprises and self.wants(collector)


async def inspect(
    agent: Agent, rules: Rules, *, heard: Callable[[Findings], None] = lambda _found: None
) -> Findings:
    """All the device tells; `heard` is called with what is known once its neighbours are.

    Raises what the agent raises when the device stops answering.
    """
    who = await system.read(agent)
    platform, why = await rules.identify(agent, who)
    plan = Plan(platform, rules.enterprises(platform) | {enterprise(who.object_id) or 0})
    wanted = rules.tables(platform)
    vendors = [table for number in plan.enterprises for table in _OF_VENDORS.get(number, ())]
    await agent.look((*STANDARD, *vendors, *measure.needs(wanted)))
    ports = await interfaces.read(agent)
    parts = await entities.read(agent, ports)
    verdict = await identify.facts(agent, rules, platform, who, parts, why)
    own = await addresses.read(agent, ports)
    bridge_ports = await bridge.read(agent)
    own_vlans = await vlans.read(agent, ports, bridge_ports)
    found = Findings(
        system=who,
        verdict=verdict,
        interfaces=ports,
        entities=parts,
        addresses=own,
        neighbours=await neighbours.read(agent, ports, bridge_ports),
        vlans=own_vlans,
        spanning_trees=await stp.read(agent, bridge_ports),
        macs=await fdb.read(agent, bridge_ports, frozenset(each.vlan for each in own_vlans)),
        arp=await arp.read(agent),
        bgp_peers=await bgp.read(agent),
        ospf_neighbours=await ospf.read(agent, own),
        isis_adjacencies=await isis.read(agent),
        vrfs=await vrfs.read(agent),
        routes=await routes.read(agent),
    )
    heard(found)
    return await _measured(agent, plan, rules, found)


async def _measured(agent: Agent, plan: Plan, rules: Rules, found: Findings) -> Findings:
    """The findings with what the device measures."""
    parts = entity_sensors.Names.of(found.entities)
    context = Context(
        entities={part.index: parts.name(part.index) for part in found.entities},
        ports={port.if_index: port.name for port in found.interfaces},
    )
    told = await measure.measure(agent, rules.tables(plan.platform), context)
    known = {port.if_index for port in found.interfaces}
    own_ports = [port for port in told.interfaces if port.if_index not in known]
    return replace(
        found,
        interfaces=(*found.interfaces, *own_ports),
        processors=await _processors(agent, plan, told, parts),
        memory=await _memory(agent, plan, told, parts),
        storage=await _storage(agent, plan, told),
        sensors=_once(told.sensors, await _standard_sensors(agent, plan, found, parts, context)),
        wireless=_once(told.wireless, ()),
        transceivers=tuple(told.transceivers)
        or await transceivers.read(agent, found.interfaces, found.entities),
        poe=await poe.read(agent, found.interfaces, found.entities),
        vlans=found.vlans or tuple(told.vlans),
        neighbours=(*found.neighbours, *told.neighbours),
        onus=tuple(told.onus),
        problems=tuple(agent.problems),
    )


async def _processors(
    agent: Agent, plan: Plan, told: Measured, parts: entity_sensors.Names
) -> tuple[Processor, ...]:
    """By the vendor's rules, else its collector, else HOST-RESOURCES-MIB, else UCD-SNMP-MIB."""
    if told.processors:
        return tuple(told.processors)
    if plan.has(CISCO, "cisco") and (known := await cisco_load.processors(agent, parts)):
        return known
    if plan.has(JUNIPER, "juniper") and (known := await juniper.processors(agent)):
        return known
    if plan.wants("hr-processors") and (known := await hostresources.processors(agent)):
        return known
    return await ucd.processors(agent) if plan.wants("ucd-processors") else ()


async def _memory(
    agent: Agent, plan: Plan, told: Measured, parts: entity_sensors.Names
) -> tuple[Memory, ...]:
    if told.memory:
        return tuple(told.memory)
    if plan.has(CISCO, "cisco") and (known := await cisco_load.memory(agent, parts)):
        return known
    if plan.has(JUNIPER, "juniper") and (known := await juniper.memory(agent)):
        return known
    if plan.wants("hr-memory") and (known := await hostresources.memory(agent)):
        return known
    return await ucd.memory(agent) if plan.wants("ucd-memory") else ()


async def _storage(agent: Agent, plan: Plan, told: Measured) -> tuple[Storage, ...]:
    """All that any of them tells: a disk is a disk, but one disk only once."""
    found = list(told.storage)
    if plan.has(CISCO, "cisco"):
        found += await cisco_load.storage(agent)
    known: tuple[Storage, ...] = ()
    if plan.wants("hr-storage"):
        known = await hostresources.storage(
            agent, plan.platform.skip_storage if plan.platform else ()
        )
    if not known and plan.wants("ucd-storage"):
        # Of one agent, dskTable names the same disks by other names.
        known = await ucd.storage(agent)
    names = {each.name for each in found}
    found += [each for each in known if each.name not in names]
    return tuple(found)


async def _standard_sensors(
    agent: Agent, plan: Plan, found: Findings, parts: entity_sensors.Names, context: Context
) -> list[Sensor]:
    sensors: list[Sensor] = []
    if plan.wants("entity-sensors"):
        sensors += await entity_sensors.read(agent, found.entities)
    if plan.wants("ups"):
        sensors += await ups.read(agent)
    if plan.wants("lm-sensors"):
        sensors += await lm_sensors.read(agent)
    if plan.wants("printers"):
        sensors += await printers.read(agent)
    if plan.wants("subscriber-lines"):
        sensors += await subscriber_lines.read(agent, context.ports)
    if plan.has(CISCO, "cisco"):
        sensors += await cisco_states.read(agent, parts, context.ports)
    elif plan.wants("poe-budget"):
        sensors += await poe_budget.read(agent)
    if plan.has(JUNIPER, "juniper"):
        sensors += await juniper.read(agent, context.ports)
    return sensors


def _once(by_rules: Sequence[Sensor], standard: Sequence[Sensor]) -> tuple[Sensor, ...]:
    """Each instance of a kind once; not more than a device's share.

    What a rule file says of an instance counts, and it may say several things of one. A standard
    collector then has nothing to add, whatever it would have called it.
    """
    by_place: dict[tuple[str, str, str], Sensor] = {}
    for sensor in by_rules:
        by_place.setdefault((sensor.kind, sensor.reading.oid, sensor.name), sensor)
    known = {(sensor.kind, sensor.reading.oid) for sensor in by_rules}
    for sensor in standard:
        if (sensor.kind, sensor.reading.oid) not in known:
            by_place.setdefault((sensor.kind, sensor.reading.oid, ""), sensor)
    return tuple(by_place.values())[:MOST_SENSORS]
