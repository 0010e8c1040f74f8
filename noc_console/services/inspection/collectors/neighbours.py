"""Everyone the device hears on its cables, by whichever discovery protocol it speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from noc_console.services.inspection.collectors import cdp, edp, lldp
from noc_console.services.inspection.model import Interface, Neighbour
from noc_console.services.inspection.ports import Agent

NEEDS = (*lldp.NEEDS, *cdp.NEEDS, *edp.NEEDS)


async def read(
    agent: Agent, interfaces: Sequence[Interface], bridge: Mapping[int, int]
) -> tuple[Neighbour, ...]:
    """Neighbours by protocol; one that speaks several is there several times."""
    return (
        *await lldp.read(agent, interfaces, bridge),
        *await cdp.read(agent, interfaces),
        *await edp.read(agent, interfaces),
    )
