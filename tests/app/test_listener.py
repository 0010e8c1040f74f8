from __future__ import annotations

import asyncio
from dataclasses import asdict, replace

import pytest

from noc_console.app import listener
from noc_console.app.compose import Services
from noc_console.app.config import Config
from noc_console.app.listener import Ear, config_of, told_of
from noc_console.kernel.secret import Secret
from noc_console.services.telemetry.model import WorkerHealth
from tests.lab.snmpd import free_udp_port
from tests.services.intake.test_workers import LINK_DOWN, send, trap_bytes


def test_every_setting_reaches_the_child_and_secrets_stay_secret(config: Config) -> None:
    given = replace(config, samples_token=Secret("hush"), log_days=3.5)
    again = config_of(told_of(given))
    assert again == given
    assert again.samples_token.reveal() == "hush"
    assert "hush" not in repr(again)


async def test_a_process_of_its_own_hears_traps_tells_of_itself_and_leaves_with_its_parent(
    services: Services, config: Config
) -> None:
    port = free_udp_port()
    config = replace(config, trap_port=port, netflow_port=0, ipfix_port=0, sflow_port=0)
    ear = Ear(config, services.samples, clock=services.clock)
    actor = services.identity.operator()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        tasks = [group.create_task(work()) for work in (ear.child.run, ear.follow)]
        while ear.health()["hearing"].get("traps") != f"UDP {port}":
            await asyncio.sleep(0.05)
        send(trap_bytes(LINK_DOWN), source="127.0.0.1", port=port)
        while ear.health().get("traps") != 1:
            await asyncio.sleep(0.05)
        while not await services.intake.quarantine(actor):
            await asyncio.sleep(0.1)
        assert not {"part_of", "workers"} & ear.health().keys()
        while not ear.workers().get("listener: traps", WorkerHealth("")).is_well:
            await asyncio.sleep(0.05)
        assert {"listener: intake", "listener: syslog"} <= ear.workers().keys()
        assert ear.child.health.running
        for task in tasks:
            task.cancel()
    text = (config.data / "logs" / "listener.log").read_text()
    assert "stopped" in text
    assert "Traceback" not in text


async def test_parts_of_a_listening_process_that_falls_silent_do_not_run(
    services: Services, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(listener, "SILENT_S", 0.5)
    ear = Ear(config, services.samples, clock=services.clock)
    assert ear.workers() == {}
    told = {"workers": [asdict(WorkerHealth("traps", running=True))]}
    await services.samples.pulse(listener.pulse_of(config.name), services.clock.now(), told)
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        task = group.create_task(ear.follow())
        while not ear.workers():
            await asyncio.sleep(0.01)
        assert ear.workers()["listener: traps"].is_well
        while ear.workers()["listener: traps"].is_well:
            await asyncio.sleep(0.01)
        assert ear.workers()["listener: traps"].error == "its process says nothing"
        task.cancel()
