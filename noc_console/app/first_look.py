"""The first minute beside the lab: keys added, the lab discovered, nothing asked."""

from __future__ import annotations

import asyncio

import structlog

from noc_console.app.compose import Services
from noc_console.services.credentials.model import CredentialKind

_log = structlog.get_logger("first look")

LOOK_EVERY_S = 0.5
PATIENCE_S = 120.0

COMMUNITY = "public"
"""The lab's read community; it listens on the loopback only."""


async def first_look(services: Services) -> None:
    """Discover the lab once it runs, unless this store knows devices already."""
    actor = services.identity.operator()
    if await services.inventory.devices(actor):
        return
    seeds = await _seeds(services)
    if not seeds:
        _log.warning("the lab did not start; see logs/lab.log", patience_s=PATIENCE_S)
        return
    await services.credentials.add_snmp(
        actor, name="lab", kind=CredentialKind.SNMP_V2C, community=COMMUNITY
    )
    run = await services.discovery.start(actor, seed=seeds)
    _log.info("discovering the lab", run=run.id, seeds=len(seeds))


async def _seeds(services: Services) -> tuple[str, ...]:
    """One address where every device has its own, all of them where ports tell them apart."""
    actor = services.identity.operator()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_S
    while loop.time() < deadline:
        status = await services.lab.status(actor)
        if status.running and status.devices:
            places = tuple(f"{device.address}:{device.snmp_port}" for device in status.devices)
            alone = len({device.address for device in status.devices}) == len(places)
            return places[:1] if alone else places
        await asyncio.sleep(LOOK_EVERY_S)
    return ()
