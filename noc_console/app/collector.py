"""The collector: polls, listens and discovers, without a window."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from typing import Any

import structlog

from noc_console.adapters.probes.probers import open_prober
from noc_console.adapters.syslog import open_syslog_receiver
from noc_console.adapters.traps import open_trap_receiver
from noc_console.app import logs
from noc_console.app.children import NOT_NEEDED, leave_with_parent
from noc_console.app.compose import Services, open_services
from noc_console.app.config import Config
from noc_console.app.flow_workers import start_flows
from noc_console.app.metrics import Metrics
from noc_console.app.metrics_server import MetricsServer
from noc_console.app.only_one import only_one_of
from noc_console.app.supervise import Supervisor, supervisor, tune
from noc_console.app.vitals import Vitals
from noc_console.db.tail import Tail
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms.workers import DeskKeeper
from noc_console.services.credentials.model import CredentialChanged
from noc_console.services.intake.workers import IntakeWorker
from noc_console.services.probes.workers import ProbeRunner
from noc_console.services.telemetry.workers.poller import Poller
from noc_console.services.telemetry.workers.upkeep import CollectorPulse, SamplesKeeper

_log = structlog.get_logger("collector")

PATIENCE_S = 120.0
"""A worker that stands still for so long hangs; a store may take a minute to come back."""


def main(config: Config, rest: Sequence[str]) -> int:
    """Run until told to stop (SIGTERM, Ctrl+C, or the parent's end for a child)."""
    given = _parser().parse_args(list(rest))
    config = replace(config, name=given.name or config.name)
    file = None if given.child else config.data / "logs" / "collector.log"
    logs.set_up(level=config.log_level, file=file, json=given.json_logs)
    try:
        with only_one_of(config.store):
            asyncio.run(_run(config, child=given.child))
    except Conflict as error:
        print(f"noc-console collect: {error}", file=sys.stderr)
        return NOT_NEEDED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="noc-console collect",
        description="Poll, listen for traps and syslog, and discover, without a window.",
        allow_abbrev=False,
    )
    parser.add_argument("--name", default="", help="what this collector is called among its peers")
    parser.add_argument("--json-logs", action="store_true", help="one JSON object a log line")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser


async def _run(config: Config, *, child: bool) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stopping.set)
        except NotImplementedError:  # Windows: Ctrl+C arrives as KeyboardInterrupt
            pass
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(open_services(config, bus=EventBus()))
        keeper = await stack.enter_async_context(supervisor())
        await start_workers(services, keeper)
        if child:

            async def follow_parent() -> None:
                await leave_with_parent()
                stopping.set()

            keeper.start("parent", follow_parent)
        tune()
        _log.info("collecting", name=config.name, store=services.store_text)
        await stopping.wait()
    _log.info("stopped", name=config.name)


async def start_workers(services: Services, keeper: Supervisor) -> None:
    """Everything that runs by itself; each worker restarts alone when it falls."""
    config, clock = services.config, services.clock
    actor = services.identity.program(f"collector {config.name}")
    await services.mibs.ready()  # before the first trap asks for a name
    poller = Poller(
        inventory=services.inventory,
        credentials=services.credentials,
        alarms=services.alarms,
        telemetry=services.telemetry,
        samples=services.samples,
        reader=services.reader,
        bus=services.bus,
        clock=clock,
        actor=actor,
    )
    intake = IntakeWorker(
        services.intake,
        services.inventory,
        bus=services.bus,
        actor=actor,
        hint=poller.hint,
        name_of=services.mibs.name_of,
    )
    vitals = Vitals(
        name=config.name,
        workers=lambda: keeper.health,
        db=services.db,
        alarms=services.alarms,
        clock=clock,
        actor=actor,
    )
    sources = (poller.health, intake.health, vitals.health, start_flows(services, keeper))
    pulse = CollectorPulse(services.samples, clock=clock, name=config.name, sources=sources)
    keeper.start("tail", Tail(services.db, services.bus).run, is_endless=True)
    keeper.start("poller", poller.run, is_endless=True)
    keeper.start("discovery", services.discovery_worker(actor).run, is_endless=True)
    keeper.start("intake", intake.run, is_endless=True)
    keeper.start("traps", lambda: _hear_traps(services, intake, actor), is_endless=True)
    keeper.start("syslog", lambda: _hear_syslog(services, intake), is_endless=True)
    keeper.start("desk", DeskKeeper(services.alarms, actor).run, patience_s=PATIENCE_S)
    keeper.start("samples", SamplesKeeper(services.samples, clock=clock).run, is_endless=True)
    keeper.start("probes", lambda: _probe(services, actor), is_endless=True)
    keeper.start("pulse", pulse.run, patience_s=PATIENCE_S)
    keeper.start("vitals", vitals.run, patience_s=PATIENCE_S)
    if config.metrics:
        figures = Metrics(vitals, (*sources, lambda: _counted(services)))
        server = MetricsServer(config.metrics, vitals, figures)
        keeper.start("metrics", server.run, is_endless=True)


def _counted(services: Services) -> Mapping[str, Any]:
    """What the SNMP reader counted since the start."""
    counted = getattr(services.reader, "statistics", None)
    return {} if counted is None else {"snmp": asdict(counted)}


async def _probe(services: Services, actor: Actor) -> None:
    """Run probes; their sockets live as long as the worker."""
    async with open_prober(services.resolver) as prober:
        runner = ProbeRunner(
            services.probes,
            services.alarms,
            services.samples,
            prober,
            bus=services.bus,
            clock=services.clock,
            actor=actor,
            name=services.config.name,
        )
        await runner.run()


async def _hear_traps(services: Services, intake: IntakeWorker, actor: Actor) -> None:
    """Listen for notifications; v3 users are those of the vault, learnt anew when it changes."""
    config = services.config
    changed = asyncio.Event()

    def hear(events: Sequence[Event]) -> None:
        if any(isinstance(event, CredentialChanged) for event in events):
            changed.set()

    stop = services.bus.listen(hear)
    try:
        async with open_trap_receiver(
            intake.take_trap,
            clock=services.clock,
            bind=config.listen,
            ports=_ports(config.trap_port, config.trap_port_fallback),
        ) as receiver:
            while True:
                changed.clear()
                known = [secret for _, secret in await services.credentials.opened(actor)]
                await receiver.admit(known, any_community=True)
                await changed.wait()
    finally:
        stop()


async def _hear_syslog(services: Services, intake: IntakeWorker) -> None:
    config = services.config
    async with open_syslog_receiver(
        intake.take_line,
        clock=services.clock,
        bind=config.listen,
        ports=_ports(config.syslog_port, config.syslog_port_fallback),
    ):
        await asyncio.Event().wait()


def _ports(*ports: int) -> tuple[int, ...]:
    """The standard port, then the one that needs no privilege; each once."""
    return tuple(dict.fromkeys(ports))
