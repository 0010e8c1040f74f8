"""The history of the network, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.changes import Subject
from noc_console.services.inventory.model import (
    EvidenceKind,
    Inspected,
    OperStatus,
    Reachability,
    SeenInterface,
    SeenNeighbour,
)
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


def box(clock: FakeClock, number: int, *, name: str = "", peers: tuple[int, ...] = ()) -> Inspected:
    return Inspected(
        f"10.0.0.{number}",
        161,
        clock.now(),
        name=name or f"sw-{number}",
        credential_id=1,
        serial=f"S{number:05}",
        interfaces=tuple(
            SeenInterface(at, f"ge-{at}", type=6, speed_bps=10**9, oper_status=OperStatus.UP)
            for at in (1, 2, 3)
        ),
        neighbours=tuple(
            SeenNeighbour(
                EvidenceKind.LLDP, peer, remote_name=f"sw-{peer}", remote_port=f"ge-{number}"
            )
            for peer in peers
        ),
    )


async def test_before_anything_happened_there_is_nothing(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    assert await inventory.history_since(operator) is None
    before = clock.now()
    clock.tick(minutes=1)
    await inventory.record(operator, inspected=box(clock, 1))
    assert await inventory.history_since(operator) == clock.now()
    assert (await inventory.as_of(operator, at=before)).devices == ()
    assert len((await inventory.as_of(operator, at=clock.now())).devices) == 1


async def test_a_device_was_called_and_answered_as_it_did_then(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    number = await inventory.record(operator, inspected=box(clock, 1))
    first = clock.now()
    clock.tick(minutes=1)
    await inventory.set_reachability(
        operator, device_id=number, reachability=Reachability.DOWN, at=clock.now()
    )
    second = clock.now()
    clock.tick(minutes=1)
    await inventory.record(operator, inspected=box(clock, 1, name="sw-renamed"))
    told = [
        (device.name, device.reachability)
        for at in (first, second, clock.now())
        for device in (await inventory.as_of(operator, at=at)).devices
    ]
    assert told == [
        ("sw-1", Reachability.UP),
        ("sw-1", Reachability.DOWN),
        ("sw-renamed", Reachability.UP),
    ]


async def test_doubt_is_history_too(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    number = await inventory.record(operator, inspected=box(clock, 1))
    before = clock.now()
    clock.tick(minutes=1)
    await inventory.doubt(operator, device_ids=(int(number),), at=clock.now())
    (was,) = (await inventory.as_of(operator, at=before)).devices
    (now,) = (await inventory.as_of(operator, at=clock.now())).devices
    assert (was.reachability, now.reachability) == (Reachability.UP, Reachability.UNKNOWN)


async def test_links_appear_change_and_go_with_their_ports(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    await inventory.record(operator, inspected=box(clock, 1, peers=(2,)))
    alone = clock.now()
    clock.tick(minutes=1)
    await inventory.record(operator, inspected=box(clock, 2))
    weak = clock.now()
    clock.tick(minutes=1)
    await inventory.record(operator, inspected=box(clock, 2, peers=(1,)))
    sure = clock.now()
    clock.tick(minutes=1)
    (link,) = await inventory.links(operator)
    await inventory.set_interface_statuses(
        operator, device_id=link.b_device, statuses={int(link.b_interface or 0): OperStatus.DOWN}
    )
    scores = [
        [known.score for known in (await inventory.as_of(operator, at=at)).links]
        for at in (alone, weak, sure)
    ]
    assert scores == [[], [75], [95]]
    were = {port.id: port for port in (await inventory.as_of(operator, at=sure)).ports}
    are = {port.id: port for port in (await inventory.as_of(operator, at=clock.now())).ports}
    assert were[link.b_interface].oper_status is OperStatus.UP
    assert are[link.b_interface].oper_status is OperStatus.DOWN
    assert len(were) == len(are) == 2


async def test_what_changed_is_told_in_order_with_both_states(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    start = clock.now()
    clock.tick(minutes=1)
    number = await inventory.record(operator, inspected=box(clock, 1))
    clock.tick(minutes=1)
    await inventory.set_reachability(
        operator, device_id=number, reachability=Reachability.DOWN, at=clock.now()
    )
    told = await inventory.changes(operator, start=start, end=clock.now())
    assert [(one.subject, one.subject_id) for one in told] == [(Subject.DEVICE, number)] * 2
    assert told[0].before is None
    assert told[1].before is not None and told[1].before["reachability"] == "up"
    assert told[1].after is not None and told[1].after["reachability"] == "down"
    later = clock.now() + timedelta(minutes=1)
    edges = (start, told[0].at, told[1].at, later)
    assert await inventory.change_counts(operator, edges=edges) == (0, 1, 1)
    nearest = [
        await inventory.nearest_change(operator, moment=told[0].at, forward=forward)
        for forward in (True, False)
    ]
    assert nearest == [told[1].at, None]
    assert await inventory.changes(operator, start=clock.now(), end=clock.now()) == ()
    assert len(await inventory.changes(operator, start=start, end=clock.now(), limit=1)) == 1


async def test_being_seen_again_is_no_change(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    await inventory.record(operator, inspected=box(clock, 1, peers=(2,)))
    await inventory.record(operator, inspected=box(clock, 2, peers=(1,)))
    start = clock.now()
    clock.tick(hours=1)
    await inventory.record(operator, inspected=box(clock, 1, peers=(2,)))
    await inventory.record(operator, inspected=box(clock, 2, peers=(1,)))
    assert await inventory.changes(operator, start=start, end=clock.now()) == ()


async def test_another_tenant_has_another_past(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    await inventory.record(operator, inspected=box(clock, 1))
    stranger = Actor("eve", "other", operator.rights)
    assert await inventory.history_since(stranger) is None
    assert (await inventory.as_of(stranger, at=clock.now())).devices == ()
