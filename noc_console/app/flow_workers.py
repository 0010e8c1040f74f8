"""Hears flows: three ports, one worker that sums up what comes in on any of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from noc_console.adapters.flows import open_flow_receiver
from noc_console.adapters.udp import Listener
from noc_console.app.compose import Services
from noc_console.app.supervise import Supervisor, Work
from noc_console.services.alarms.aging import AgingService
from noc_console.services.flows.watching import FlowWatcher
from noc_console.services.flows.workers import FlowWorker


def start_flows(services: Services, keeper: Supervisor) -> Callable[[], Mapping[str, int]]:
    """Start hearing flows; the answer tells how that goes. A port of 0 is not listened on."""
    config = services.config
    actor = services.identity.program(f"collector {config.name}")
    watcher = FlowWatcher(
        services.events,
        alarms=services.alarms,
        aging=AgingService(services.db),
        clock=services.clock,
        actor=actor,
        name=config.name,
    )
    worker = FlowWorker(
        services.flows,
        services.flow_store,
        services.inventory,
        bus=services.bus,
        clock=services.clock,
        actor=actor,
        name=config.name,
        watcher=watcher,
    )
    listeners: dict[str, Listener] = {}

    def hearing(name: str, port: int) -> Work:
        async def hear() -> None:
            async with open_flow_receiver(worker.take, port=port, bind=config.listen) as listeners[
                name
            ]:
                await asyncio.Event().wait()

        return hear

    def health() -> Mapping[str, int]:
        """What was heard, and what was lost before: by the kernel, or by the guard."""
        return {
            **worker.health(),
            "flow_datagrams_lost": sum(one.lost for one in listeners.values()),
            "flow_datagrams_throttled": sum(one.throttled for one in listeners.values()),
        }

    keeper.start("flows", worker.run, is_endless=True)
    for name, port in (
        ("netflow", config.netflow_port),
        ("ipfix", config.ipfix_port),
        ("sflow", config.sflow_port),
    ):
        if port:
            keeper.start(name, hearing(name, port), is_endless=True)
    return health
