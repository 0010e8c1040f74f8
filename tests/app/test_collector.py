from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.app import collector
from noc_console.app.children import NOT_NEEDED
from noc_console.app.compose import Services
from noc_console.app.config import Config
from noc_console.app.only_one import only_one_of
from noc_console.app.supervise import supervisor
from noc_console.lab import plan
from noc_console.lab.run import Options, open_lab
from tests.lab.snmpd import free_udp_port

WORKERS = {"tail", "poller", "discovery", "listener", "ear", "desk", "samples", "pulse"}
WORKERS |= {"vitals", "metrics", "probes", "leases", "zones", "engines"}


@pytest.fixture
def config(config: Config) -> Config:
    """The lab must know where to send."""
    return replace(config, trap_port=free_udp_port(), syslog_port=free_udp_port())


async def test_started_workers_search_poll_and_hear(services: Services, config: Config) -> None:
    actor = services.identity.operator()
    options = Options(
        snmp_port=0,
        ssh_port=None,
        trap_to=("127.0.0.1", config.trap_port),
        syslog_to=("127.0.0.1", config.syslog_port),
    )
    async with supervisor() as keeper, open_lab(plan.small(), options) as lab:
        await collector.start_workers(services, keeper)
        assert set(keeper.health) == WORKERS
        run = await services.discovery.start(actor, seed=lab.seeds[:1], community=("public",))
        while (await services.discovery.status(actor, run_id=run.id)).left:
            await asyncio.sleep(0.1)
        while not any(
            row.in_bps is not None for row in await services.telemetry.interface_now(actor)
        ):
            await asyncio.sleep(0.1)
        # Who speaks within seconds of its discovery may still be a stranger: it speaks again.
        while not {"trap", "syslog"} <= {
            str(line.kind) for line in await services.intake.recent(actor, limit=50)
        }:
            lab.fail("link-down")
            await asyncio.sleep(0.5)
            lab.mend_all()
        [me] = await services.telemetry.collectors(actor)
        assert me.name == "test"
        fallen = {name: health.error for name, health in keeper.health.items() if health.restarts}
        assert fallen == {}


def test_a_second_collector_leaves_with_a_code_of_its_own(
    at_home: Path, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    with only_one_of(config.store):
        assert collector.main(config, ["--child"]) == NOT_NEEDED
    assert "collects for this store already" in capsys.readouterr().err
