"""Asking one agent, live or recorded, for all it can tell.

The only module here that decides what is asked: who it is first, since that says which tables
are worth a question; then what it has, whom it knows and what it measures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from noc_console.services.inspection.collectors import (
    addresses,
    hostresources,
    interfaces,
    system,
)
from noc_console.services.inspection.model import Findings, Interface, Sensor
from noc_console.services.inspection.platforms import identify, measure
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.language import Context
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns

MOST_SENSORS = 20_000
"""Of one device: an OLT with every ONU's light has ten thousand."""

STANDARD: tuple[Columns, ...] = (*interfaces.NEEDS, *addresses.NEEDS, *hostresources.NEEDS)
"""What any device may have; which of it this one has is found out in a few requests."""


async def inspect(
    agent: Agent, rules: Rules, *, heard: Callable[[Findings], None] = lambda _found: None
) -> Findings:
    """All the device tells; `heard` is called with what is known once its neighbours are.

    Raises what the agent raises when the device stops answering.
    """
    who = await system.read(agent)
    platform, why = await rules.identify(agent, who)
    wanted = rules.tables(platform)
    await agent.look((*STANDARD, *measure.needs(wanted)))
    parts = ()
    verdict = await identify.facts(agent, rules, platform, who, parts, why)
    ports = await interfaces.read(agent)
    own = await addresses.read(agent, ports)
    found = Findings(system=who, verdict=verdict, interfaces=ports, addresses=own)
    heard(found)
    context = Context(ports={port.if_index: port.name for port in ports})
    told = await measure.measure(agent, wanted, context)
    return Findings(
        system=who,
        verdict=verdict,
        interfaces=ports,
        addresses=own,
        processors=tuple(told.processors) or await hostresources.processors(agent),
        memory=tuple(told.memory) or await hostresources.memory(agent),
        storage=(*await hostresources.storage(agent), *told.storage),
        sensors=_once(told.sensors),
        wireless=_once(told.wireless),
        transceivers=tuple(told.transceivers),
        vlans=tuple(told.vlans),
        onus=tuple(told.onus),
        problems=tuple(agent.problems),
    )


def _once(found: Sequence[Sensor]) -> tuple[Sensor, ...]:
    """Each instance of a kind once, the first word on it; not more than a device's share."""
    by_place: dict[tuple[str, str, str], Sensor] = {}
    for sensor in found:
        by_place.setdefault((sensor.kind, sensor.reading.oid, sensor.index), sensor)
    return tuple(by_place.values())[:MOST_SENSORS]


def names(ports: Sequence[Interface]) -> dict[int, str]:
    """ifIndex → name."""
    return {port.if_index: port.name for port in ports}
