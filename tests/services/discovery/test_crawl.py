"""What a search does around its questions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy.exc import DataError

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import (
    Credential,
    CredentialId,
    CredentialKind,
    SnmpCredential,
    SnmpTarget,
)
from noc_console.services.credentials.service import CredentialService
from noc_console.services.discovery.crawl import fingerprint
from noc_console.services.discovery.model import RunState, TargetState
from noc_console.services.discovery.probe import Opened
from noc_console.services.discovery.service import DiscoveryService
from noc_console.services.discovery.workers import DiscoveryWorker
from noc_console.services.inspection.collectors import system
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.lab.snmpd import snmpd


def opened(**words: object) -> Opened:
    key = Credential(CredentialId(1), "v2c", CredentialKind.SNMP_V2C, 0)
    public = SnmpCredential(CredentialKind.SNMP_V2C, community=Secret("public"))
    named = {"name": system.NAME, "uptime": system.UPTIME, "engine": system.ENGINE_ID}
    return Opened(key, SnmpTarget("10.0.0.1", 161, public), {named[k]: v for k, v in words.items()})


def test_a_box_is_marked_by_its_engine_id() -> None:
    engine = b"\x80\x00\x1f\x88\x80\x01\x02\x03"
    assert fingerprint(opened(engine=engine, name=b"a"), 0) == engine.hex()


def test_without_an_engine_id_by_its_name_and_the_moment_it_started() -> None:
    one = fingerprint(opened(name=b"core-1", uptime=1_000), 1_000_000.0)
    later = fingerprint(opened(name=b"core-1", uptime=2_000), 1_000_010.0)
    assert one == later
    assert fingerprint(opened(name=b"core-1", uptime=900_000), 1_000_000.0) != one
    zeros = b"\x80\x00\x1f\x88\x80\x00\x00"
    assert fingerprint(opened(name=b"core-1", uptime=1_000, engine=zeros), 1_000_000.0) == one


class Rude:
    """Breaks one way or another. A mock: no real peer reaches past the reader's own checks."""

    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    async def get(self, target: SnmpTarget, oids: Sequence[str]) -> dict[str, object]:
        if target.address.endswith(".1"):
            raise self._failure
        raise Unreachable("silence", peer=target.peer, reason="timeout")


class NoNames:
    async def resolve(self, name: str) -> str:
        raise Unreachable(f"{name} is not known", peer=name, reason="dns")


@pytest.fixture
def rude_worker(
    discovery: DiscoveryService,
    inventory: InventoryService,
    credentials: CredentialService,
    collector: Actor,
    clock: FakeClock,
    rules: Rules,
) -> Callable[[Exception], DiscoveryWorker]:
    def make(failure: Exception) -> DiscoveryWorker:
        return DiscoveryWorker(
            discovery,
            inventory,
            credentials,
            Rude(failure),  # type: ignore[arg-type]
            actor=collector,
            resolver=NoNames(),
            rules=rules,
            clock=clock,
        )

    return make


async def test_a_bug_met_at_one_device_does_not_end_the_search_for_all(
    discovery: DiscoveryService,
    operator: Actor,
    rude_worker: Callable[[Exception], DiscoveryWorker],
) -> None:
    run = await discovery.start(operator, seed=("10.0.0.1", "10.0.0.2", "nowhere"))
    run = await rude_worker(IndexError("bug")).work(run.id)
    assert run.state is RunState.DONE
    assert run.failures == {"bug": 1, "timeout": 1, "dns": 1}
    ledger = {one.address: one.reason for one in await discovery.ledger(operator)}
    assert ledger["10.0.0.1"] == "IndexError while reading it; see the log"


async def test_a_value_the_store_cannot_take_fails_its_device_and_no_other(
    discovery: DiscoveryService,
    operator: Actor,
    rude_worker: Callable[[Exception], DiscoveryWorker],
) -> None:
    run = await discovery.start(operator, seed=("10.0.0.1", "10.0.0.2", "nowhere"))
    refused = DataError("insert", {}, ValueError("integer out of range"))
    run = await rude_worker(refused).work(run.id)
    assert (run.state, run.failures["bug"]) == (RunState.DONE, 1)


async def test_one_box_at_two_addresses_is_looked_at_once(
    discovery: DiscoveryService,
    inventory: InventoryService,
    worker: DiscoveryWorker,
    operator: Actor,
    tmp_path,
) -> None:
    with snmpd(tmp_path / "snmpd", extra="agentAddress udp:0.0.0.0:0") as agent:
        seeds = (f"127.0.0.1:{agent.port}", f"localhost:{agent.port}")
        run = await worker.work((await discovery.start(operator, seed=seeds)).id)
    assert (run.found, run.known) == (1, 1)
    assert len(await inventory.devices(operator)) == 1


async def test_targets_left_by_a_cancelled_worker_stay_waiting(
    discovery: DiscoveryService, worker: DiscoveryWorker, operator: Actor
) -> None:
    run = await discovery.start(operator, seed=("127.99.0.1",))
    working = asyncio.get_running_loop().create_task(worker.work(run.id))
    while (await discovery.status(operator)).state is not RunState.RUNNING:
        await asyncio.sleep(0.01)
    working.cancel()
    await asyncio.wait({working})
    assert [one.state for one in await discovery.ledger(operator)] == [TargetState.WAITING]
    assert await discovery.waiting(operator) == (run.id,)
