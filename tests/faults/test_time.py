"""Clocks that jump, and processes that sleep."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from noc_console.app.compose import Services, open_services
from noc_console.app.config import Config
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import EventBus
from noc_console.lab import plan
from noc_console.lab.run import Options, open_lab
from noc_console.services.telemetry.model import CollectorHealth, PollPolicy
from tests.faults.bench import open_bench
from tests.lab.snmpd import free_udp_port

ROOT = Path(__file__).resolve().parents[2]
INTERVAL_S = 0.5


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)], ids=["+1h", "-1h"])
async def test_polls_follow_no_wall_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    """S12: the clock jumps by an hour (as at a wrong change to or from summer time).

    Turns and rates go by the steady clock: no pause, no burst, no alarm, no absurd rate.
    A real collector under libfaketime is in `test_teams.py`.
    """
    policy = PollPolicy(interval_s=INTERVAL_S, settled_s=1.0)
    async with open_bench(tmp_path, policy=policy) as bench:
        loop = asyncio.get_running_loop()
        genuine = SystemClock.now
        monkeypatch.setattr(SystemClock, "now", lambda self: genuine(self) + jump)
        began, before = loop.time(), bench.polls
        await bench.rounds(6)
        turns = (loop.time() - began) / INTERVAL_S
        assert bench.polls - before <= turns + 2, "no burst makes up for the hour"
        rate = await bench.rate()
        assert rate is None or 0 <= rate < 10e9
        said = {alarm.condition for alarm in await bench.alarms()}
        assert said == set()
        assert bench.poller.figures.bugs == 0


async def test_a_frozen_collector_wakes_to_one_round_and_no_storm(tmp_path: Path) -> None:
    """S13: SIGSTOP for a dozen intervals: one catch-up round, spread; nobody is said to be down.

    Nor is anything of the collector itself said to hang: it was not awake to move.
    """
    async with a_lab_and_its_collector(tmp_path) as (services, process, devices):
        await until_polled(services, 4 * devices)
        health = await until_polled(services, 0)
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(12 * INTERVAL_S)
        frozen = await until_polled(services, 0)
        process.send_signal(signal.SIGCONT)
        loop = asyncio.get_running_loop()
        woken = loop.time()
        while (health := await until_polled(services, 0)).at <= frozen.at:
            await asyncio.sleep(0.05)
        health = await until_polled(services, health.polls + 2 * devices)
        turns = (loop.time() - woken) / INTERVAL_S
        assert health.polls - frozen.polls <= devices * (turns + 2), "one round to catch up"
        assert health.unreachable == 0
        assert [alarm.text for alarm in await services.alarms.recent(operator(services))] == []
        assert health.loop_blocked == 0
        assert {
            worker.name for worker in health.workers if worker.stuck or worker.restarts
        } == set()
        async with httpx.AsyncClient(trust_env=False) as client:
            ready = await client.get(f"http://{health.metrics}/health/ready")
        assert ready.status_code == 200, ready.text


@asynccontextmanager
async def a_lab_and_its_collector(
    folder: Path,
) -> AsyncIterator[tuple[Services, asyncio.subprocess.Process, int]]:
    """Six devices in this process, and a collector of its own that watches them."""
    (folder / "config.toml").write_text(
        'listen = "127.0.0.1"\nname = "frozen"\nmetrics = "127.0.0.1:0"\n'
        "netflow_port = 0\nipfix_port = 0\nsflow_port = 0\n"
        + "".join(
            f"{name} = {free_udp_port()}\n"
            for name in ("trap_port", "syslog_port", "trap_port_fallback", "syslog_port_fallback")
        )
    )
    config = Config(
        store=f"sqlite:///{folder}/noc.db",
        data=folder,
        name="test",
        poll_interval_s=INTERVAL_S,
        lab=True,
    )
    environment = {
        **os.environ,
        "NOC_DATA": str(folder),
        "NOC_STORE": config.store,
        "NOC_CONFIG": str(folder / "config.toml"),
        "NOC_POLL_INTERVAL": str(INTERVAL_S),
    }
    lab = open_lab(plan.small(), Options(snmp_port=0, ssh_port=None))
    async with lab as network, open_services(config, bus=EventBus()) as services:
        actor = operator(services)
        run = await services.discovery.start(
            actor, seed=tuple(network.seeds), community=("public",), depth=0
        )
        ended = await services.discovery_worker(actor).work(run.id)
        assert ended.found == len(network.seeds), ended.failures
        with (folder / "collector.out").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "noc_console", "collect"),
                cwd=ROOT,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            yield services, process, len(network.seeds)
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            await process.wait()


def operator(services: Services) -> Actor:
    return services.identity.operator()


async def until_polled(services: Services, polls: int) -> CollectorHealth:
    """The collector's word, once it has begun so many polls."""
    while True:
        told = await services.telemetry.collectors(operator(services))
        if told and told[0].polls >= polls:
            return told[0]
        await asyncio.sleep(0.05)
