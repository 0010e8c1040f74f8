"""A collector asks what people put on the list of probes, and tells what came of it."""

from __future__ import annotations

import asyncio

from noc_console.app import collector
from noc_console.app.compose import Services
from noc_console.app.supervise import supervisor
from noc_console.services.alarms.model import Condition
from noc_console.services.probes.model import ProbeState
from noc_console.services.probes.settings import ProbeKind
from tests.adapters.probes.pages import serving
from tests.adapters.probes.peers import free_tcp_port


async def test_probes_are_asked_judged_and_kept(services: Services) -> None:
    actor = services.identity.operator()
    probes = services.probes
    with serving() as port:
        page = await probes.add(
            actor, kind=ProbeKind.HTTP, target=f"http://127.0.0.1:{port}/", interval_s=1
        )
        dead = await probes.add(
            actor,
            kind=ProbeKind.TCP,
            target="127.0.0.1",
            interval_s=1,
            rounds_on=2,
            set=(f"port={free_tcp_port()}", "count=1"),
        )
        elsewhere = await probes.add(
            actor, kind=ProbeKind.TCP, target="127.0.0.1", origin="collector:another", interval_s=1
        )
        async with supervisor() as keeper, asyncio.timeout(30):
            await collector.start_workers(services, keeper)
            while not await services.alarms.active(actor):
                await asyncio.sleep(0.1)
            while True:
                found = {now.probe.id: now for now in await probes.now(actor)}
                if found[page.id].facts and found[dead.id].error:
                    break
                await asyncio.sleep(0.1)
    (alarm,) = await services.alarms.active(actor)
    assert (alarm.condition, alarm.about.other) == (Condition.PROBE_FAILED, f"probe:{dead.id}")
    assert (found[page.id].state, found[page.id].by) == (ProbeState.WELL, "test")
    assert dict(found[page.id].facts)["Status"] == "200 OK"
    assert found[page.id].phases_ms["connect"] > 0
    assert (found[dead.id].state, found[dead.id].error) == (
        ProbeState.SILENT,
        "connection refused",
    )
    assert found[elsewhere.id].at is None
