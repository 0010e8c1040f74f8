"""Whole searches by real workers over the lab's network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from noc_console.adapters.dns import DnsResolver
from noc_console.adapters.snmp import FastReader
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.lab import plan
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.collectors.service import CollectorService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.discovery.model import RunState, TargetState
from noc_console.services.discovery.service import DiscoveryService
from noc_console.services.discovery.workers import DiscoveryWorker
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inventory.model import EvidenceKind, Interface
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.lab.snmpd import snmpd
from tests.services.discovery.conftest import ended_leases

QUIET = Options(snmp_port=0, ssh_port=None)


@pytest.fixture
async def network() -> AsyncIterator[Lab]:
    async with open_lab(plan.full(), QUIET) as lab:
        yield lab


@pytest.fixture
async def town() -> AsyncIterator[Lab]:
    async with open_lab(plan.small(), QUIET) as lab:
        yield lab


async def test_a_real_agent_is_found_by_its_address_and_port(
    discovery: DiscoveryService,
    inventory: InventoryService,
    worker: DiscoveryWorker,
    operator: Actor,
    tmp_path: Path,
) -> None:
    with snmpd(tmp_path / "snmpd") as agent:
        seed = f"127.0.0.1:{agent.port}"
        run = await worker.work((await discovery.start(operator, seed=(seed,))).id)
    assert (run.state, run.found, run.failed, run.left) == (RunState.DONE, 1, 0, 0)
    (device,) = await inventory.devices(operator)
    assert (device.name, device.port) == ("lab-snmpd", agent.port)
    names = {port.name for port in await inventory.interfaces(operator, device="lab-snmpd")}
    assert "lo" in names


async def test_the_whole_lab_is_found_from_one_seed_with_its_links(
    discovery: DiscoveryService,
    inventory: InventoryService,
    worker: DiscoveryWorker,
    operator: Actor,
    network: Lab,
) -> None:
    run = await discovery.start(operator, seed=network.seeds[:1], requests_per_second=1000)
    run = await worker.work(run.id)
    assert (run.state, run.left, run.failed) == (RunState.DONE, 0, 0)
    devices = {device.id: device for device in await inventory.devices(operator)}
    assert {device.name for device in devices.values()} == set(network.plan.devices)
    assert run.found == len(devices)
    names = {
        port.id: _key(network, devices[port.device_id].name, port)
        for port in await inventory.interfaces(operator)
    }
    found = {
        frozenset(names.get(end or 0, "?") for end in (link.a_interface, link.b_interface))
        for link in await inventory.links(operator)
    }
    truth = {frozenset((link.a.key, link.b.key)) for link in network.plan.links if link.b}
    assert len(found & truth) / len(truth) >= 0.98, truth - found
    assert len(found & truth) / len(found) >= 0.98, found - truth
    await _cross_checked(inventory, operator, network)


def _key(lab: Lab, device: str, port: Interface) -> str:
    known = lab.plan.devices[device].port(port.name)
    return known.key if known else f"{device}:{port.name}"


async def _cross_checked(inventory: InventoryService, operator: Actor, lab: Lab) -> None:
    """Both ends tell of a core link, and the console can say so."""
    link = next(one for one in lab.plan.links if one.purpose == "core" and one.b)
    assert link.b is not None
    why = await inventory.why(operator, a=link.a.device.name, b=link.b.device.name)
    assert why.link is not None
    assert why.link.score >= 95
    says = [reason for reason in why.reasons if "says by LLDP" in reason]
    assert len(says) >= 2
    assert any("lldpRemSysName" in row.raw for row in why.evidence)


async def test_a_depth_of_nought_asks_the_seeds_only(
    discovery: DiscoveryService, worker: DiscoveryWorker, operator: Actor, town: Lab
) -> None:
    run = await discovery.start(operator, seed=town.seeds[:1], depth=0)
    run = await worker.work(run.id)
    assert (run.found, run.known, run.failed) == (1, 0, 0)


async def test_what_is_excluded_by_name_or_prefix_is_left_alone(
    discovery: DiscoveryService,
    inventory: InventoryService,
    worker: DiscoveryWorker,
    operator: Actor,
    town: Lab,
) -> None:
    names = sorted(town.plan.devices)
    by_name = next(name for name in names if "-acc-" in name)
    by_prefix = next(name for name in names if "-olt-" in name)
    run = await discovery.start(
        operator,
        seed=town.seeds[:1],
        exclude=(by_name.upper(), f"{town.device(by_prefix).address}/32"),
    )
    await worker.work(run.id)
    known = {device.name: device for device in await inventory.devices(operator)}
    assert not {by_name, by_prefix} & known.keys()
    states = {entry.address: entry.state for entry in await discovery.ledger(operator)}
    assert states[town.device(by_prefix).address] is TargetState.EXCLUDED


async def test_a_neighbour_that_does_not_answer_is_a_known_unknown_with_its_link(
    discovery: DiscoveryService,
    inventory: InventoryService,
    worker: DiscoveryWorker,
    operator: Actor,
    town: Lab,
) -> None:
    link = next(one for one in town.plan.links if one.b and "lldp" in one.sees)
    assert link.b is not None
    dumb = link.b.device
    town._transports[dumb.name].close()  # its agent is gone, its neighbours still hear it
    run = await worker.work(
        (await discovery.start(operator, seed=(f"{link.a.device.address}:{dumb.snmp_port}",))).id
    )
    assert run.failed >= 1
    assert set(run.failures) <= {"timeout", "refused"}
    devices = await inventory.devices(operator)
    assert [one.name for one in devices if not one.is_managed] == [dumb.name]
    unknown = await inventory.device_named(operator, name=dumb.name)
    assert not unknown.is_managed
    assert "heard of by" in unknown.sys_descr
    links = await inventory.links(operator, device_id=unknown.id)
    assert links
    assert EvidenceKind.LLDP in links[0].kinds


async def test_wrong_credentials_fail_in_the_class_auth_or_timeout_and_keep_nothing(
    discovery: DiscoveryService,
    inventory: InventoryService,
    worker: DiscoveryWorker,
    operator: Actor,
    town: Lab,
) -> None:
    run = await discovery.start(
        operator,
        seed=town.seeds[:1],
        v3_user="noc",
        v3_auth_pass="not the pass phrase",
        v3_priv_pass="lab-priv-pass",
    )
    run = await worker.work(run.id)
    assert run.failures == {"auth": 1}
    assert await inventory.devices(operator) == ()


async def test_v3_opens_the_lab_and_the_ledger_says_which_credential_it_was(
    discovery: DiscoveryService, worker: DiscoveryWorker, operator: Actor, town: Lab
) -> None:
    run = await discovery.start(
        operator,
        seed=town.seeds[:1],
        depth=0,
        community=("wrong",),
        v3_user="noc",
        v3_auth_pass="lab-auth-pass",
        v3_priv_pass="lab-priv-pass",
    )
    run = await worker.work(run.id)
    (entry,) = await discovery.ledger(operator)
    assert (run.found, entry.credential) == (1, "v3 noc")


async def test_a_run_whose_worker_was_killed_is_finished_by_another(
    discovery: DiscoveryService,
    inventory: InventoryService,
    new_worker: Callable[[], DiscoveryWorker],
    operator: Actor,
    db: Database,
    town: Lab,
) -> None:
    seeds = (*town.seeds[:1], "127.99.0.1:9")  # nobody there: it keeps the run going for a while
    run = await discovery.start(
        operator, seed=seeds, port=int(town.seeds[0].split(":")[1]), requests_per_second=1000
    )
    first = asyncio.get_running_loop().create_task(new_worker().work(run.id))
    while (await discovery.status(operator)).found < 2:
        await asyncio.sleep(0.05)
    first.cancel()
    await asyncio.wait({first})
    before = await discovery.status(operator)
    assert before.state is RunState.RUNNING
    # A killed worker gives nothing back: its lease stands until it runs out.
    assert await discovery.claim(operator, run_id=run.id, owner="killed")
    second = new_worker()
    assert await second.once() == 0
    await db.keep(ended_leases)
    assert await second.once() == 1
    after = await discovery.status(operator)
    assert (after.state, after.left) == (RunState.DONE, 0)
    names = [device.name for device in await inventory.devices(operator)]
    assert sorted(names) == sorted(town.plan.devices)


async def test_a_cancelled_run_stops_and_keeps_what_it_found(
    discovery: DiscoveryService,
    inventory: InventoryService,
    worker: DiscoveryWorker,
    operator: Actor,
    town: Lab,
) -> None:
    run = await discovery.start(
        operator, seed=(*town.seeds[:1], "127.99.0.0/24"), requests_per_second=0.5
    )
    working = asyncio.get_running_loop().create_task(worker.work(run.id))
    while (await discovery.status(operator)).state is not RunState.RUNNING:
        await asyncio.sleep(0.02)
    await discovery.cancel(operator)
    ended = await working
    assert ended.state is RunState.CANCELLED
    assert ended.left > 0


async def test_rediscovery_changes_nothing_where_nothing_changed(
    discovery: DiscoveryService,
    inventory: InventoryService,
    worker: DiscoveryWorker,
    operator: Actor,
    town: Lab,
    clock: FakeClock,
) -> None:
    run = await discovery.start(operator, seed=town.seeds[:1], requests_per_second=1000)
    await worker.work(run.id)
    before = [(one.id, one.name) for one in await inventory.devices(operator)]
    links = [(one.id, one.score) for one in await inventory.links(operator)]
    ports = [one.id for one in await inventory.interfaces(operator)]
    assert not await worker.look_again()
    clock.tick(hours=7)
    assert await worker.look_again()
    assert await worker.once() == 1
    assert [(one.id, one.name) for one in await inventory.devices(operator)] == before
    assert [(one.id, one.score) for one in await inventory.links(operator)] == links
    assert [one.id for one in await inventory.interfaces(operator)] == ports


async def test_a_seed_by_name_is_resolved_and_pinned(
    discovery: DiscoveryService, worker: DiscoveryWorker, operator: Actor, tmp_path: Path
) -> None:
    with snmpd(tmp_path / "snmpd") as agent:
        seeds = (f"localhost:{agent.port}", f"no-such-host.invalid:{agent.port}")
        run = await worker.work((await discovery.start(operator, seed=seeds)).id)
    assert (run.found, run.failures) == (1, {"dns": 1})
    assert {entry.address for entry in await discovery.ledger(operator)} == {
        "127.0.0.1",
        "no-such-host.invalid",
    }


async def test_a_zone_is_searched_by_who_reaches_it_and_keeps_what_is_found(
    discovery: DiscoveryService,
    inventory: InventoryService,
    credentials: CredentialService,
    reader: FastReader,
    rules: Rules,
    db: Database,
    clock: FakeClock,
    operator: Actor,
    town: Lab,
) -> None:
    zones = CollectorService(db, inventory=inventory)
    zone = await zones.add_zone(operator, name="POP 1")
    searched = DiscoveryService(
        db, clock=clock, credentials=credentials, inventory=inventory, zones=zones
    )

    def worker(*names: str) -> DiscoveryWorker:
        return DiscoveryWorker(
            searched,
            inventory,
            credentials,
            reader,
            actor=operator,
            resolver=DnsResolver(),
            rules=rules,
            clock=clock,
            zones=zones,
            serves=names.__contains__,
        )

    await searched.start(
        operator, seed=town.seeds[:1], depth=0, requests_per_second=1000, zone="POP 1"
    )
    assert await worker("").once() == 0
    assert await worker("POP 1").once() == 1
    [found] = await inventory.places(operator)  # neighbours it only heard of are not placed
    assert await zones.zones_of(operator) == {found: zone.id}


async def test_the_regular_look_is_begun_by_one_of_several(
    discovery: DiscoveryService,
    inventory: InventoryService,
    credentials: CredentialService,
    reader: FastReader,
    rules: Rules,
    worker: DiscoveryWorker,
    clock: FakeClock,
    operator: Actor,
    town: Lab,
) -> None:
    run = await discovery.start(operator, seed=town.seeds[:1], depth=0, requests_per_second=1000)
    await worker.work(run.id)
    clock.tick(hours=7)
    other = DiscoveryWorker(
        discovery,
        inventory,
        credentials,
        reader,
        actor=operator,
        resolver=DnsResolver(),
        rules=rules,
        clock=clock,
        begins=lambda: False,
    )
    assert not await other.look_again()
    assert await worker.look_again()


async def test_an_olt_is_read_in_full_once_an_hour_however_often_one_searches(
    discovery: DiscoveryService,
    inventory: InventoryService,
    worker: DiscoveryWorker,
    operator: Actor,
    network: Lab,
    clock: FakeClock,
) -> None:
    olts = [name for name, one in network.plan.devices.items() if one.role == "olt"]
    address = network.plan.devices[olts[0]].address
    seed = next(one for one in network.seeds if one.startswith(f"{address}:"))
    run = await discovery.start(operator, seed=(seed,), depth=0, requests_per_second=1000)
    await worker.work(run.id)
    olt = await inventory.device_named(operator, name=olts[0])
    assert olt.inspected_at == clock.now()
    for minutes, is_read in ((10, False), (49, False), (2, True)):
        clock.tick(minutes=minutes)
        run = await discovery.start(operator, seed=(seed,), depth=0, requests_per_second=1000)
        await worker.work(run.id)
        ledger = await discovery.ledger(operator, run_id=run.id)
        entry = next(one for one in ledger if one.address == address)
        now = await inventory.device(operator, device_id=olt.id)
        assert (now.inspected_at == clock.now()) is is_read
        assert ("once an hour" in entry.reason) is not is_read
