from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from noc_console.app import collector
from noc_console.app.children import NOT_NEEDED
from noc_console.app.compose import Services
from noc_console.app.config import Config
from noc_console.app.only_one import only_one_of
from noc_console.app.supervise import supervisor
from noc_console.kernel import trace
from noc_console.lab import plan
from noc_console.lab.run import Options, open_lab
from tests.lab.snmpd import free_udp_port

WORKERS = {"tail", "poller", "discovery", "listener", "ear", "desk", "samples", "pulse"}
WORKERS |= {"vitals", "metrics", "probes", "leases", "zones", "engines"}
WORKERS |= {"roots", "rules", "maintenance", "escalation", "notify", "notify-watch"}
WORKERS |= {"configs", "configs-export", "compliance", "jobs", "flights", "vault"}


@pytest.fixture
def config(config: Config) -> Config:
    """The lab must know where to send."""
    return replace(config, trap_port=free_udp_port(), syslog_port=free_udp_port())


@pytest.fixture
def spans() -> Iterator[set[str]]:
    """Names of the spans that were opened."""
    opened: set[str] = set()

    def note(name: str, facts: Mapping[str, object]) -> AbstractContextManager[None]:
        opened.add(name)
        return nullcontext()

    trace.collect_with(note)
    yield opened
    trace.collect_with(None)


async def test_started_workers_search_poll_and_hear(
    services: Services, config: Config, spans: set[str]
) -> None:
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
        # What its listener says of itself comes a pulse later, and with the next one of ours.
        while "listener: traps" not in {worker.name for worker in me.workers} or not me.traps:
            await asyncio.sleep(0.2)
            [me] = await services.telemetry.collectors(actor)
        assert all(worker.is_well for worker in me.workers), me.workers
        assert {"poller", "vitals"} <= {worker.name for worker in me.workers}
        assert {"discovery", "poll", "write"} <= spans
        async with httpx.AsyncClient(trust_env=False) as client:
            told = (await client.get(f"http://{me.metrics}/metrics")).text
        figures = dict(line.rsplit(" ", 1) for line in told.splitlines() if line[0] != "#")
        for name in ("noc_polls_total", "noc_polls_written_total", "noc_traps_total"):
            assert float(figures[name]) > 0, name
        assert float(figures['noc_snmp_events_total{event="received"}']) > 0
        assert not any(device.name in told for device in await services.inventory.devices(actor))


def test_a_second_collector_leaves_with_a_code_of_its_own(
    at_home: Path, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    with only_one_of(config.store):
        assert collector.main(config, ["--child"]) == NOT_NEEDED
    assert "collects for this store already" in capsys.readouterr().err
