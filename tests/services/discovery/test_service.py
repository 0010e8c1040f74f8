"""Starting searches, looking at them, stopping them."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.collectors.service import CollectorService
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.credentials.service import CredentialService
from noc_console.services.discovery.model import (
    DiscoveryProgressed,
    Outcome,
    RunState,
    Target,
    TargetState,
)
from noc_console.services.discovery.service import DiscoveryService
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.collectors.conftest import box
from tests.services.discovery.conftest import ended_leases


async def test_a_search_begins_with_its_seeds_waiting(
    discovery: DiscoveryService, operator: Actor, bus: EventBus
) -> None:
    told: list[Event] = []
    bus.listen(told.extend)
    run = await discovery.start(
        operator, seed=("10.0.0.0/30", "core-1:1161"), community=("secret",), depth=3
    )
    assert (run.state, run.left, run.found) == (RunState.WAITING, 3, 0)
    assert (run.scope.port, run.scope.depth) == (161, 3)
    assert DiscoveryProgressed(run_id=run.id, state="waiting", found=0, failed=0, left=3) in told
    ledger = await discovery.ledger(operator)
    assert [(one.address, one.port) for one in ledger] == [
        ("10.0.0.1", 161),
        ("10.0.0.2", 161),
        ("core-1", 1161),
    ]


async def test_neighbours_are_asked_at_the_port_all_seeds_have(
    discovery: DiscoveryService, operator: Actor
) -> None:
    run = await discovery.start(operator, seed=("127.20.1.1:1161", "127.20.1.2:1161"))
    assert run.scope.port == 1161


async def test_credentials_given_are_kept_and_are_the_ones_tried(
    discovery: DiscoveryService, credentials: CredentialService, operator: Actor
) -> None:
    await credentials.add_snmp(operator, community="another")
    run = await discovery.start(
        operator,
        seed=("10.0.0.1",),
        community=("one", "two"),
        v3_user="noc",
        v3_auth_pass="lab-auth-pass",
        v3_priv_pass="lab-priv-pass",
    )
    opened = await credentials.opened(operator, credential_ids=run.scope.credential_ids)
    assert [one.kind for one, _ in opened] == [
        CredentialKind.SNMP_V2C,
        CredentialKind.SNMP_V2C,
        CredentialKind.SNMP_V3,
    ]
    assert opened[2][1].priv_protocol == "AES128"


async def test_without_any_credential_public_is_tried(
    discovery: DiscoveryService, credentials: CredentialService, operator: Actor
) -> None:
    await discovery.start(operator, seed=("10.0.0.1",))
    ((known, opened),) = await credentials.opened(operator)
    assert (known.kind, opened.community.reveal()) == (CredentialKind.SNMP_V2C, "public")


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": ()},
        {"seed": ("10.0.0.0/7",)},
        {"seed": ("10.0.0.1",), "depth": 65},
        {"seed": ("10.0.0.1",), "requests_per_second": 0.0},
        {"seed": ("10.0.0.1",), "exclude": ("10.0.0.0/77",)},
    ],
)
async def test_a_search_that_cannot_be_is_refused_before_anything_is_kept(
    discovery: DiscoveryService, credentials: CredentialService, operator: Actor, wrong
) -> None:
    with pytest.raises(Invalid):
        await discovery.start(operator, community=("secret",), **wrong)
    assert await credentials.all(operator) == ()
    with pytest.raises(NotFound):
        await discovery.status(operator)


async def test_a_cancelled_search_ends_and_stays_so(
    discovery: DiscoveryService, operator: Actor
) -> None:
    run = await discovery.start(operator, seed=("10.0.0.1",))
    ended = await discovery.cancel(operator)
    assert (ended.id, ended.state, ended.left) == (run.id, RunState.CANCELLED, 1)
    assert ended.ended_at is not None
    assert await discovery.cancel(operator, run_id=run.id) == ended
    assert await discovery.waiting(operator) == ()


async def test_only_one_worker_has_a_run_until_its_lease_runs_out(
    discovery: DiscoveryService, operator: Actor, clock: FakeClock, db: Database
) -> None:
    run = await discovery.start(operator, seed=("10.0.0.1",))
    assert await discovery.waiting(operator) == (run.id,)
    assert await discovery.claim(operator, run_id=run.id, owner="one")
    assert not await discovery.claim(operator, run_id=run.id, owner="other")
    assert await discovery.waiting(operator) == ()
    clock.tick(hours=1)  # a machine's own clock may be wrong: the database's counts
    assert await discovery.waiting(operator) == ()
    await db.keep(ended_leases)
    assert await discovery.waiting(operator) == (run.id,)
    assert await discovery.claim(operator, run_id=run.id, owner="other")
    assert not await discovery.claim(operator, run_id=run.id, owner="one")
    await discovery.release(operator, run_id=run.id, owner="other")
    assert await discovery.waiting(operator) == (run.id,)


async def test_progress_is_counted_by_state_and_by_class_of_failure(
    discovery: DiscoveryService, operator: Actor
) -> None:
    run = await discovery.start(operator, seed=("10.0.0.1", "10.0.0.2", "10.0.0.3"))
    seeds = [target for target, _, _ in await discovery.targets(operator, run_id=run.id)]
    heard = Target("10.0.0.9", 161, 1, "core-1 (LLDP)", name="sw-9", kind="lldp")
    known = [
        Outcome(seeds[0], TargetState.FOUND, "10.0.0.1", name="core-1", device_id=7, seconds=0.5),
        Outcome(seeds[1], TargetState.FAILED, "10.0.0.2", reason_class="timeout", reason="silent"),
    ]
    new = [heard, Outcome(Target("10.9.0.1", 161, 1, "x"), TargetState.EXCLUDED, "10.9.0.1")]
    told = DiscoveryProgressed(run_id=run.id, state="running", found=1, failed=1, left=2)
    await discovery.progress(operator, run_id=run.id, new=new, known=known, told=told)
    now = await discovery.status(operator)
    assert (now.found, now.failed, now.left, now.failures) == (1, 1, 2, {"timeout": 1})
    ledger = {one.address: one for one in await discovery.ledger(operator, run_id=run.id)}
    assert (ledger["10.0.0.1"].name, ledger["10.0.0.1"].device_id) == ("core-1", 7)
    assert ledger["10.0.0.2"].reason == "silent"
    assert (ledger["10.0.0.9"].state, ledger["10.0.0.9"].via) == (
        TargetState.WAITING,
        "core-1 (LLDP)",
    )


async def test_the_known_network_is_looked_over_again_when_its_time_has_come(
    discovery: DiscoveryService, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    with pytest.raises(Invalid):
        await discovery.rediscover(operator)
    assert not await discovery.is_due(operator)
    await inventory.record(
        operator, inspected=Inspected("10.0.0.1", 1161, clock.now(), name="core-1", credential_id=1)
    )
    await inventory.record_unknown(operator, name="sw-9", address="10.0.0.9")
    run = await discovery.start(operator, seed=("10.0.0.1",), exclude=("lab-*",))
    await discovery.end(operator, run_id=run.id, state=RunState.DONE)
    assert not await discovery.is_due(operator)
    clock.tick(hours=7)
    assert await discovery.is_due(operator)
    again = await discovery.rediscover(operator)
    assert again.scope.exclude == ("lab-*",)
    (only,) = await discovery.ledger(operator, run_id=again.id)
    assert (only.address, only.port) == ("10.0.0.1", 1161)
    assert not await discovery.is_due(operator)  # one is under way
    await discovery.cancel(operator)
    clock.tick(hours=7)
    await discovery.set_policy(operator, rediscover_hours=0)
    assert not await discovery.is_due(operator)
    with pytest.raises(Invalid):
        await discovery.set_policy(operator, rediscover_hours=-1)


async def test_runs_are_listed_newest_first(discovery: DiscoveryService, operator: Actor) -> None:
    first = await discovery.start(operator, seed=("10.0.0.1",))
    second = await discovery.start(operator, seed=("10.0.0.2",))
    assert [run.id for run in await discovery.runs(operator)] == [second.id, first.id]


async def test_who_may_only_look_starts_nothing(discovery: DiscoveryService) -> None:
    guest = Actor("guest", "acme", frozenset({"discovery.read"}))
    assert await discovery.runs(guest) == ()
    with pytest.raises(NotAllowed):
        await discovery.start(guest, seed=("10.0.0.1",))


async def test_a_zone_is_searched_on_its_own_and_only_if_there_is_one(
    db: Database,
    discovery: DiscoveryService,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    zones = CollectorService(db, inventory=inventory)
    with_zones = DiscoveryService(
        db,
        clock=clock,
        credentials=discovery._credentials,
        inventory=inventory,
        zones=zones,
    )
    with pytest.raises(NotFound, match="POP 1"):
        await with_zones.start(operator, seed=("10.0.0.1",), zone="POP 1")
    await zones.add_zone(operator, name="POP 1")
    run = await with_zones.start(operator, seed=("10.0.0.1",), zone="POP 1")
    assert run.scope.zone == "POP 1"
    ids = [await inventory.record(operator, inspected=box(f"r{number}")) for number in range(3)]
    await zones.place_devices(operator, device_ids=(int(ids[0]),), zone="POP 1")
    common = await with_zones.rediscover(operator)
    apart = (await with_zones.runs(operator))[0]
    assert (common.scope.zone, common.left) == ("", 2)
    assert (apart.scope.zone, apart.left) == ("POP 1", 1)
