"""Hears flows: three ports, one worker that sums up what comes in on any of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from noc_console.adapters.flows import open_flow_receiver
from noc_console.app.compose import Services
from noc_console.app.supervise import PATIENCE_S, Supervisor, Work
from noc_console.services.flows.workers import FlowWorker


def start_flows(services: Services, keeper: Supervisor) -> Callable[[], Mapping[str, int]]:
    """Start hearing flows; the answer tells how that goes. A port of 0 is not listened on."""
    config = services.config
    worker = FlowWorker(
        services.flows,
        services.flow_store,
        services.inventory,
        bus=services.bus,
        clock=services.clock,
        actor=services.identity.program(f"collector {config.name}"),
        name=config.name,
    )
    keeper.start("flows", worker.run, patience_s=PATIENCE_S)
    for name, port in (
        ("netflow", config.netflow_port),
        ("ipfix", config.ipfix_port),
        ("sflow", config.sflow_port),
    ):
        if port:
            keeper.start(name, _hearing(worker, config.listen, port), is_endless=True)
    return worker.health


def _hearing(worker: FlowWorker, bind: str, port: int) -> Work:
    async def hear() -> None:
        async with open_flow_receiver(worker.take, port=port, bind=bind):
            await asyncio.Event().wait()

    return hear
