"""Accepting, rejecting and drawing links, on both databases and through rediscovery."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.services.inventory.deciding import LinkDecisionService
from noc_console.services.inventory.decisions import Verdict
from noc_console.services.inventory.model import EvidenceKind, Interface, LinkId
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.inventory.test_past import box


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def deciding(db: Database, clock: FakeClock) -> LinkDecisionService:
    return LinkDecisionService(db, clock=clock)


async def linked(inventory: InventoryService, actor: Actor, clock: FakeClock) -> LinkId:
    await inventory.record(actor, inspected=box(clock, 1, peers=(2,)))
    await inventory.record(actor, inspected=box(clock, 2, peers=(1,)))
    (link,) = await inventory.links(actor)
    return link.id


async def port(inventory: InventoryService, actor: Actor, device: str, name: str) -> Interface:
    ports = await inventory.interfaces(actor, device=device)
    return next(port for port in ports if port.name == name)


async def test_an_accepted_link_outlives_its_evidence(
    inventory: InventoryService, deciding: LinkDecisionService, operator: Actor, clock: FakeClock
) -> None:
    number = await linked(inventory, operator, clock)
    await deciding.accept_link(operator, link_id=number, reason="seen in the rack")
    for _ in range(2):  # both ends are asked again and hear nobody any more
        clock.tick(hours=1)
        await inventory.record(operator, inspected=box(clock, 1))
        await inventory.record(operator, inspected=box(clock, 2))
        await inventory.age(operator)
    (link,) = await inventory.links(operator)
    assert (link.id, link.score) == (number, 100)
    assert EvidenceKind.MANUAL in link.kinds
    why = await inventory.why(operator, a="sw-1", b="sw-2")
    assert why.verdict == "sw-1 and sw-2 are connected: mira accepted this link."
    assert any("seen in the rack" in reason for reason in why.reasons)
    assert [one.verdict for one in why.decisions] == [Verdict.ACCEPT]


async def test_a_rejected_link_stays_away_though_both_ends_tell_of_it(
    inventory: InventoryService, deciding: LinkDecisionService, operator: Actor, clock: FakeClock
) -> None:
    number = await linked(inventory, operator, clock)
    decision = await deciding.reject_link(operator, link_id=number)
    assert await inventory.links(operator) == ()
    clock.tick(hours=1)
    await inventory.record(operator, inspected=box(clock, 1, peers=(2,)))
    await inventory.record(operator, inspected=box(clock, 2, peers=(1,)))
    await inventory.age(operator)
    assert await inventory.links(operator) == ()
    why = await inventory.why(operator, a="sw-1", b="sw-2")
    assert why.verdict == "There is no link between sw-1 and sw-2: mira rejected it."
    await deciding.forget_decision(operator, decision_id=decision)
    (link,) = await inventory.links(operator)
    assert link.score == 95
    assert await deciding.decisions(operator) == ()


async def test_a_drawn_link_is_there_with_its_speed_and_survives_an_inspection(
    inventory: InventoryService, deciding: LinkDecisionService, operator: Actor, clock: FakeClock
) -> None:
    one = await inventory.record(operator, inspected=box(clock, 1))
    other = await inventory.record(operator, inspected=box(clock, 2))
    at = await port(inventory, operator, "sw-2", "ge-3")
    decision = await deciding.draw_link(
        operator, a_device=int(other), a_interface=int(at.id), b_device=int(one), speed_bps=10**8
    )
    clock.tick(hours=1)
    await inventory.record(operator, inspected=box(clock, 1))
    await inventory.record(operator, inspected=box(clock, 2))
    (link,) = await inventory.links(operator)
    assert (link.a_device, link.a_interface, link.b_interface) == (one, None, at.id)
    assert (link.score, link.kinds) == (100, (EvidenceKind.MANUAL,))
    assert link.speed_bps == 10**9  # the port's word counts for more than the hand's
    await deciding.forget_decision(operator, decision_id=decision)
    assert await inventory.links(operator) == ()
    assert len(await deciding.decisions(operator)) == 0


async def test_a_link_between_devices_carries_what_the_hand_said(
    inventory: InventoryService, deciding: LinkDecisionService, operator: Actor, clock: FakeClock
) -> None:
    one = await inventory.record(operator, inspected=box(clock, 1))
    other = await inventory.record(operator, inspected=box(clock, 2))
    await deciding.draw_link(operator, a_device=one, b_device=other, speed_bps=10**8)
    (link,) = await inventory.links(operator)
    assert link.speed_bps == 10**8


async def test_undo_and_redo_are_entries_of_their_own(
    inventory: InventoryService, deciding: LinkDecisionService, operator: Actor, clock: FakeClock
) -> None:
    first = await deciding.reject_link(operator, link_id=await linked(inventory, operator, clock))
    await deciding.forget_decision(operator, decision_id=first)
    with pytest.raises(Conflict, match="taken back"):
        await deciding.forget_decision(operator, decision_id=first)
    again = await deciding.decide_again(operator, decision_id=first)
    assert again > first
    assert await inventory.links(operator) == ()
    (counts,) = await deciding.decisions(operator)
    assert (counts.id, counts.verdict, counts.actor) == (again, Verdict.REJECT, "mira")


async def test_history_tells_of_a_rejected_link(
    inventory: InventoryService, deciding: LinkDecisionService, operator: Actor, clock: FakeClock
) -> None:
    number = await linked(inventory, operator, clock)
    before = clock.now()
    clock.tick(minutes=1)
    await deciding.reject_link(operator, link_id=number)
    assert [link.id for link in (await inventory.as_of(operator, at=before)).links] == [number]
    assert (await inventory.as_of(operator, at=clock.now())).links == ()


async def test_what_cannot_be_is_refused(
    inventory: InventoryService, deciding: LinkDecisionService, operator: Actor, clock: FakeClock
) -> None:
    one = await inventory.record(operator, inspected=box(clock, 1))
    other = await inventory.record(operator, inspected=box(clock, 2))
    at = await port(inventory, operator, "sw-2", "ge-3")
    with pytest.raises(Invalid, match="two devices"):
        await deciding.draw_link(operator, a_device=one, b_device=one)
    with pytest.raises(Invalid, match="no interface"):
        await deciding.draw_link(operator, a_device=one, b_device=other, a_interface=at.id)
    with pytest.raises(Invalid, match="speed"):
        await deciding.draw_link(operator, a_device=one, b_device=other, speed_bps=-1)
    with pytest.raises(NotFound):
        await deciding.draw_link(operator, a_device=one, b_device=999)
    with pytest.raises(NotFound):
        await deciding.accept_link(operator, link_id=999)
    with pytest.raises(NotFound):
        await deciding.forget_decision(operator, decision_id=999)
    reader = Actor("guest", operator.tenant, frozenset({"inventory.read"}))
    with pytest.raises(NotAllowed):
        await deciding.draw_link(reader, a_device=one, b_device=other)
