"""A collector's ear, a process of its own: a flood of traps, lines or flows delays no poll.

`noc-console listen --child` is started by the collector and leaves with it. It writes what it
hears into the store; what a device should be looked at for, it notes there as a hint.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from noc_console.app import logs
from noc_console.app.children import Child, leave_on_signals, stop_with_parent
from noc_console.app.compose import Services, open_services
from noc_console.app.config import Config
from noc_console.app.flow_workers import start_flows
from noc_console.app.handing import key_or_end, waiting_for_key
from noc_console.app.hearing import Hearing
from noc_console.app.supervise import PATIENCE_S, Supervisor, supervisor, tune
from noc_console.app.watchdog import watch_the_loop
from noc_console.db.samples import Samples
from noc_console.db.tail import Tail
from noc_console.kernel.clock import Clock
from noc_console.kernel.events import EventBus
from noc_console.kernel.heartbeat import beat
from noc_console.kernel.secret import Secret
from noc_console.services.secrets.workers import VaultKeeper
from noc_console.services.telemetry.model import WorkerHealth
from noc_console.services.telemetry.service import worker_from
from noc_console.services.telemetry.workers.upkeep import CollectorPulse

_log = structlog.get_logger("listener")

CHILD_CONFIG = "NOC_CHILD_CONFIG"
"""How a collector tells its ear everything it was told itself; it may hold a password, and
everyone on the machine can read the arguments of a process, but not its environment."""
PART_OF = "part_of"
"""Marks the pulse of a process that belongs to the collector of this name."""
SILENT_S = 15.0
LOOK_EVERY_S = 2.0


def main(config: Config, rest: Sequence[str]) -> int:
    """Run until told to stop, or until the parent ends."""
    parser = argparse.ArgumentParser(
        prog="noc-console listen",
        description="Hear traps, log lines and flows for the collector that started this.",
        allow_abbrev=False,
    )
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(list(rest))
    if told := os.environ.get(CHILD_CONFIG):
        config = config_of(told)
    file = None if given.child else config.data / "logs" / "listener.log"
    logs.set_up(level=config.log_level, file=file)
    asyncio.run(_run(config, child=given.child))
    return 0


async def _run(config: Config, *, child: bool) -> None:
    stopping = asyncio.Event()
    leave_on_signals(stopping)
    async with AsyncExitStack() as stack:
        handed = waiting_for_key(config, child=child)
        services = await stack.enter_async_context(
            open_services(config, bus=EventBus(), keyring=handed)
        )
        keeper = await stack.enter_async_context(supervisor())
        if child:
            hear = handed.hand if handed is not None else None
            keeper.start("parent", lambda: stop_with_parent(stopping, hear))
        if handed is not None:
            await key_or_end(handed, stopping)
        if not stopping.is_set():
            await start_listeners(services, keeper)
        tune()
        _log.info("listening", name=config.name)
        await stopping.wait()
    _log.info("stopped", name=config.name)


async def start_listeners(services: Services, keeper: Supervisor) -> Hearing:
    """Everything that hears, in this process, and a pulse that tells of it."""
    config = services.config
    actor = services.identity.program(f"collector {config.name}")
    await services.mibs.ready()  # before the first trap asks for a name
    hearing = Hearing(services, actor)
    flows = start_flows(services, keeper)
    pulse = CollectorPulse(
        services.samples,
        clock=services.clock,
        name=lambda: pulse_of(config.name),
        sources=(flows, hearing.health, lambda: _of_this_process(config, keeper)),
    )
    keeper.start("tail", Tail(services.db, services.bus).run, patience_s=PATIENCE_S)
    keeper.start("loop watch", watch_the_loop, is_endless=True)
    hearing.start(keeper)
    vault = VaultKeeper(services.secrets, services.vault.holding, actor, is_machine=False)
    keeper.start("vault", vault.run, patience_s=PATIENCE_S)
    keeper.start("pulse", pulse.run, patience_s=PATIENCE_S)
    return hearing


def _of_this_process(config: Config, keeper: Supervisor) -> Mapping[str, Any]:
    workers = [asdict(worker) for worker in keeper.health.values()]
    return {PART_OF: config.name, "workers": workers}


def pulse_of(collector: str) -> str:
    """Under which name the ear of a collector tells that it lives."""
    return f"{collector}/listener"


class Ear:
    """The collector's side: keeps the process running and repeats what it says of itself."""

    def __init__(self, config: Config, samples: Samples, *, clock: Clock) -> None:
        self._name = pulse_of(config.name)
        self._samples = samples
        self._clock = clock
        self._told: Mapping[str, Any] = {"hearing": {"listener": "starting"}}
        self._workers: tuple[WorkerHealth, ...] = ()
        self._pulse_at: datetime | None = None
        self._missed = 0
        """Looks in a row that found nothing new: a clock would blame it for our own sleep."""
        self.child = Child(
            "listener",
            [*(["--lab"] if config.lab else []), "listen", "--child"],
            log=config.data / "logs" / "listener.log",
            environment={**os.environ, CHILD_CONFIG: told_of(config)},
        )

    def health(self) -> Mapping[str, Any]:
        """What the ear said last, for the collector's own pulse."""
        return self._told

    def workers(self) -> Mapping[str, WorkerHealth]:
        """How the parts of the listening process are, as `listener: traps` and so on.

        When it says nothing new for a while they do not run.
        """
        is_silent = self._missed * LOOK_EVERY_S > SILENT_S
        told = {}
        for worker in self._workers:
            if is_silent:
                worker = replace(worker, running=False, error="its process says nothing")
            name = f"listener: {worker.name}"
            told[name] = replace(worker, name=name)
        return told

    async def follow(self) -> None:
        """Forever, until cancelled."""
        while True:
            beat()
            self._missed += 1
            for pulse in await self._samples.pulses():
                if pulse.name != self._name:
                    continue
                told = {key: value for key, value in pulse.health.items() if key != PART_OF}
                workers = told.pop("workers", ())
                if pulse.at != self._pulse_at:
                    self._pulse_at, self._missed = pulse.at, 0
                    self._workers = tuple(map(worker_from, workers))
                silent_s = (self._clock.now() - pulse.at).total_seconds()
                if silent_s > SILENT_S:
                    told["hearing"] = {"listener": f"silent for {silent_s:.0f} s"}
                self._told = told
            await asyncio.sleep(LOOK_EVERY_S)


def told_of(config: Config) -> str:
    """Every setting as JSON, secrets in the clear: for the environment of a child only."""
    told: dict[str, Any] = {}
    for field in fields(config):
        value = getattr(config, field.name)
        if isinstance(value, Secret):
            told[field.name] = {"secret": value.reveal()}
        else:
            told[field.name] = str(value) if isinstance(value, Path) else value
    return json.dumps(told)


def config_of(told: str) -> Config:
    """The settings again."""
    read = json.loads(told)
    for name, value in read.items():
        if isinstance(value, dict):
            read[name] = Secret(value["secret"])
    return replace(Config(**read), data=Path(read["data"]))
