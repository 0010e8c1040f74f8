"""The collector: polls, listens and discovers, without a window."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from typing import Any

import structlog

from noc_console.adapters.notify.senders import open_sender
from noc_console.adapters.probes.probers import open_prober
from noc_console.adapters.snmp import FastReader
from noc_console.adapters.vault.credential import HandedKey
from noc_console.app import logs
from noc_console.app.children import NOT_NEEDED, leave_on_signals, stop_with_parent
from noc_console.app.compose import Services, open_services
from noc_console.app.config import Config
from noc_console.app.flying import make_tower
from noc_console.app.handing import hand_over, key_or_end, waiting_for_key
from noc_console.app.listener import Ear
from noc_console.app.metrics import Metrics
from noc_console.app.metrics_server import MetricsServer
from noc_console.app.only_one import only_one_of
from noc_console.app.supervise import PATIENCE_S, Supervisor, supervisor, tune
from noc_console.app.tracing import tracing
from noc_console.app.vitals import Vitals
from noc_console.db.tail import Tail
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.folding import AlarmFolding
from noc_console.services.alarms.workers import DeskKeeper
from noc_console.services.collectors.model import Duty
from noc_console.services.collectors.workers import LeaseKeeper, ZoneWatch
from noc_console.services.compliance.workers import ComplianceKeeper
from noc_console.services.configs.exports import PATIENCE_S as EXPORT_PATIENCE_S
from noc_console.services.configs.exports import ConfigExporter
from noc_console.services.configs.workers import BackupRunner
from noc_console.services.detection.workers import Detector
from noc_console.services.jobs.workers import JobRunner
from noc_console.services.maintenance.workers import MaintenanceKeeper
from noc_console.services.notify.workers import Notifier, NotifyWatch
from noc_console.services.oncall.workers import Escalator
from noc_console.services.probes.workers import ProbeRunner
from noc_console.services.rootcause.workers import RootFinder
from noc_console.services.secrets.workers import VaultKeeper
from noc_console.services.telemetry.workers.engines import EngineWatch
from noc_console.services.telemetry.workers.poller import Poller
from noc_console.services.telemetry.workers.upkeep import CollectorPulse, SamplesKeeper
from noc_console.wire.decoder import KIND

_log = structlog.get_logger("collector")


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
    stopping = asyncio.Event()
    leave_on_signals(stopping)
    async with AsyncExitStack() as stack:
        handed = waiting_for_key(config, child=child)
        services = await stack.enter_async_context(
            open_services(config, bus=EventBus(), keyring=handed)
        )
        stack.enter_context(tracing(config.traces, name=config.name))
        keeper = await stack.enter_async_context(supervisor())
        if child:
            hear = handed.hand if handed is not None else None
            keeper.start("parent", lambda: stop_with_parent(stopping, hear))
        if handed is not None:
            await key_or_end(handed, stopping)
        if not stopping.is_set():
            await start_workers(services, keeper, child=child, handed=handed)
        tune()
        _log.info("collecting", name=config.name, store=services.store_text)
        await stopping.wait()
    _log.info("stopped", name=config.name)


async def start_workers(
    services: Services,
    keeper: Supervisor,
    *,
    child: bool = False,
    handed: HandedKey | None = None,
) -> None:
    """Everything that runs by itself; each worker restarts alone when it falls.

    With several collectors on a store each polls its share; what one of them must do once is
    its duty (`services.collectors.workers`).
    """
    config, clock = services.config, services.clock
    actor = services.identity.program(f"collector {config.name}")
    leases = LeaseKeeper(
        services.db,
        services.collectors,
        bus=services.bus,
        actor=actor,
        name=config.name,
        is_child=child,
        asking=lambda: poller.asking(),
    )
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
        shares=leases,
        budget=services.budget,
        rules=services.detection.book,
    )
    ear = Ear(config, services.samples, clock=clock)
    copies = BackupRunner(
        services.backups,
        services.alarms,
        bus=services.bus,
        actor=actor,
        shares=leases,
        prunes=lambda: leases.has(Duty.CONFIGS),
    )
    vitals = Vitals(
        name=lambda: leases.label,
        workers=lambda: {**keeper.health, **ear.workers()},
        db=services.db,
        alarms=services.alarms,
        clock=clock,
        actor=actor,
        folder=config.data,
    )
    runners: list[ProbeRunner] = []
    notifiers: list[Notifier] = []
    sources = (
        poller.health,
        ear.health,
        vitals.health,
        leases.health,
        copies.health,
        lambda: runners[0].health() if runners else {},
        lambda: notifiers[0].health() if notifiers else {},
        lambda: _delivered(services),
    )
    pulse = CollectorPulse(
        services.samples, clock=clock, name=lambda: leases.label, sources=sources
    )
    desk = DeskKeeper(services.alarms, actor, is_mine=lambda: leases.has(Duty.DESK))
    tidying = SamplesKeeper(services.samples, clock=clock, is_mine=lambda: leases.has(Duty.SAMPLES))
    zones = ZoneWatch(
        services.collectors,
        services.inventory,
        services.alarms,
        clock=clock,
        actor=actor,
        is_mine=lambda: leases.has(Duty.ZONES),
    )
    keeper.start("tail", Tail(services.db, services.bus).run, patience_s=PATIENCE_S)
    keeper.start("leases", leases.run, patience_s=PATIENCE_S)
    keeper.start("poller", poller.run, patience_s=PATIENCE_S)
    searching = services.discovery_worker(
        actor, serves=leases.serves, begins=lambda: leases.has(Duty.DISCOVERY)
    )
    keeper.start("discovery", searching.run, patience_s=PATIENCE_S)
    keeper.start("engines", _watching_engines(services, actor).run, patience_s=PATIENCE_S)
    keeper.start("listener", ear.child.run, is_endless=True)
    if handed is not None:
        keeper.start("vault key", lambda: hand_over(handed, ear.child), patience_s=PATIENCE_S)
    vault = VaultKeeper(
        services.secrets,
        services.vault.holding,
        actor,
        is_mine=lambda: leases.has(Duty.DESK),
    )
    keeper.start("vault", vault.run, patience_s=PATIENCE_S)
    keeper.start("ear", ear.follow, patience_s=PATIENCE_S)
    keeper.start("desk", desk.run, patience_s=PATIENCE_S)
    roots = _finding_roots(services, actor, leases)
    keeper.start("roots", roots.run, patience_s=PATIENCE_S)
    works = MaintenanceKeeper(
        services.maintenance,
        services.comparing,
        services.alarms,
        AlarmEpisodeService(services.db),
        clock=clock,
        actor=actor,
        is_mine=lambda: leases.has(Duty.DESK),
    )
    keeper.start("maintenance", works.run, patience_s=PATIENCE_S)
    detector = Detector(
        services.detection,
        services.census,
        services.samples,
        services.alarms,
        AlarmEpisodeService(services.db),
        bus=services.bus,
        clock=clock,
        actor=actor,
        is_mine=lambda: leases.has(Duty.DESK),
    )
    keeper.start("rules", detector.run, patience_s=10 * PATIENCE_S)
    keeper.start("zones", zones.run, patience_s=PATIENCE_S)
    keeper.start("samples", tidying.run, is_endless=True)
    keeper.start("probes", lambda: _probe(services, actor, leases, runners), patience_s=PATIENCE_S)
    keeper.start(
        "notify", lambda: _notify(services, actor, leases, notifiers), patience_s=PATIENCE_S
    )
    watch = NotifyWatch(
        services.notify.outbox,
        services.alarms,
        actor,
        is_mine=lambda: leases.has(Duty.DESK),
    )
    keeper.start("notify-watch", watch.run, patience_s=PATIENCE_S)
    escalator = Escalator(
        services.oncall,
        services.escalation,
        actor,
        is_mine=lambda: leases.has(Duty.NOTIFY),
    )
    keeper.start("escalation", escalator.run, patience_s=PATIENCE_S)
    keeper.start("configs", copies.run, patience_s=PATIENCE_S)
    exporter = ConfigExporter(services.exports, actor, is_mine=lambda: leases.has(Duty.CONFIGS))
    keeper.start("configs-export", exporter.run, patience_s=EXPORT_PATIENCE_S)
    judge = ComplianceKeeper(
        services.compliance,
        bus=services.bus,
        actor=actor,
        is_mine=lambda: leases.has(Duty.CONFIGS),
    )
    keeper.start("compliance", judge.run, patience_s=PATIENCE_S)
    job_runner = JobRunner(services.job_means, actor=actor, is_mine=lambda: leases.has(Duty.JOBS))
    keeper.start("jobs", job_runner.run, patience_s=PATIENCE_S)
    tower = make_tower(
        services.airport,
        services.db,
        clock=clock,
        credentials=services.credentials,
        inventory=services.inventory,
        telemetry=services.telemetry,
        alarms=services.alarms,
        reader=services.reader,
        actor=actor,
        copies=services.backups,
        is_mine=lambda: leases.has(Duty.FLIGHTS),
    )
    keeper.start("flights", tower.run, patience_s=PATIENCE_S)
    keeper.start("pulse", pulse.run, patience_s=PATIENCE_S)
    keeper.start("vitals", vitals.run, patience_s=PATIENCE_S)
    if config.metrics:
        counted = (*sources, lambda: _counted(services))
        figures = Metrics(vitals, counted, decoder=KIND)
        server = MetricsServer(config.metrics, vitals, figures)
        keeper.start("metrics", server.run, is_endless=True)


def _finding_roots(services: Services, actor: Actor, leases: LeaseKeeper) -> RootFinder:
    return RootFinder(
        services.rootcause,
        services.alarms,
        AlarmFolding(services.db, clock=services.clock),
        bus=services.bus,
        clock=services.clock,
        actor=actor,
        is_mine=lambda: leases.has(Duty.DESK),
    )


def _watching_engines(services: Services, actor: Actor) -> EngineWatch:
    watch = EngineWatch(services.inventory, services.alarms, actor=actor)
    if isinstance(services.reader, FastReader):
        services.reader.engines.observer = watch.changed
    return watch


def _counted(services: Services) -> Mapping[str, Any]:
    """What the SNMP reader counted since the start."""
    counted = getattr(services.reader, "statistics", None)
    return {} if counted is None else {"snmp": asdict(counted)}


def _delivered(services: Services) -> Mapping[str, Any]:
    """How sending measurements to an engine elsewhere goes."""
    now = services.samples.delivery
    return {
        "samples_sent": now.sent,
        "samples_lost": now.dropped,
        "samples_waiting": now.waiting,
    }


async def _probe(
    services: Services, actor: Actor, leases: LeaseKeeper, runners: list[ProbeRunner]
) -> None:
    """Run probes of our share; their sockets live as long as the worker."""
    async with open_prober(services.resolver) as prober:
        runner = ProbeRunner(
            services.probes,
            services.alarms,
            services.samples,
            prober,
            bus=services.bus,
            clock=services.clock,
            actor=actor,
            name=lambda: leases.label,
            shares=leases,
            rules=services.detection.book,
            in_zone=leases.in_zone,
        )
        runners.append(runner)
        try:
            await runner.run()
        finally:
            runners.clear()


async def _notify(
    services: Services, actor: Actor, leases: LeaseKeeper, notifiers: list[Notifier]
) -> None:
    """Tell people of alarms, while that is our duty."""
    async with open_sender() as sender:
        notifier = Notifier(
            services.notify,
            services.alarms,
            sender,
            bus=services.bus,
            clock=services.clock,
            actor=actor,
            name=lambda: leases.label,
            is_mine=lambda: leases.has(Duty.NOTIFY),
        )
        notifiers.append(notifier)
        try:
            await notifier.run()
        finally:
            notifiers.clear()
