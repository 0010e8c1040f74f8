from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from noc_console.app import first_look as module
from noc_console.app.compose import Services
from noc_console.app.first_look import first_look
from noc_console.kernel.errors import NotFound
from noc_console.lab.run import Lab


async def test_a_fresh_console_discovers_the_lab_from_one_address(
    services: Services, lab: Lab
) -> None:
    await first_look(services)
    actor = services.identity.operator()
    run = await services.discovery.status(actor)
    assert run.scope.seeds == lab.seeds[:1]
    ended = await services.discovery_worker(services.identity.program("test")).work(run.id)
    assert ended.found == len(lab.plan.devices)
    # Known devices: the next start asks nothing of the lab.
    await first_look(services)
    assert len(await services.discovery.runs(actor)) == 1


async def test_the_lab_may_start_later(
    services: Services, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.01)
    where = services.config.data / "lab.json"
    hidden = where.rename(where.with_suffix(".later"))
    async with asyncio.TaskGroup() as group:
        looking = group.create_task(first_look(services))
        await asyncio.sleep(0.1)
        assert not looking.done()
        hidden.rename(where)
    assert await services.discovery.status(services.identity.operator())


async def test_without_a_lab_it_gives_up(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(module, "PATIENCE_S", 0.05)
    await first_look(services)
    with pytest.raises(NotFound):
        await services.discovery.status(services.identity.operator())


async def test_where_ports_tell_devices_apart_each_is_a_seed(
    services: Services, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on systems without 127.0.0.0/8; a lab there cannot run here, so its answer is shaped."""
    status = lab.status()

    async def same_address(actor: object) -> SimpleNamespace:
        devices = [
            SimpleNamespace(address="127.0.0.1", snmp_port=21_000 + at)
            for at, _ in enumerate(status.devices)
        ]
        return SimpleNamespace(running=True, devices=devices)

    monkeypatch.setattr(services.lab, "status", same_address)
    seeds = await module._seeds(services)
    assert seeds == tuple(f"127.0.0.1:{21_000 + at}" for at in range(len(status.devices)))
