"""Evidence on its way to links, on a real database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.linking import MOST_OF_A_KIND
from noc_console.services.inventory.model import (
    EvidenceKind,
    Inspected,
    SeenInterface,
    SeenNeighbour,
)
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


def box(clock: FakeClock, number: int, *neighbours: SeenNeighbour) -> Inspected:
    return Inspected(
        f"10.0.0.{number}",
        161,
        clock.now(),
        name=f"sw-{number}",
        credential_id=1,
        interfaces=tuple(
            SeenInterface(
                index,
                f"ge-0/0/{index}",
                type=6,
                mac=f"00:1b:21:00:{number:02x}:{index:02x}",
                addresses=(f"10.{index}.0.{number}/30",),
            )
            for index in (1, 2, 3)
        ),
        neighbours=neighbours,
    )


def heard(kind: EvidenceKind, index: int, **words) -> SeenNeighbour:
    return SeenNeighbour(kind, index, **words)


async def test_ospf_between_two_addresses_of_a_small_subnet_is_a_link(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    ospf = heard(EvidenceKind.OSPF, 1, remote_address="10.1.0.2")
    await inventory.record(operator, inspected=box(clock, 1, ospf))
    await inventory.record(operator, inspected=box(clock, 2))
    (link,) = await inventory.links(operator)
    assert (link.kinds, link.score) == ((EvidenceKind.OSPF,), 50)
    ends = [
        (await inventory.interface(operator, interface_id=end)).name
        for end in (link.a_interface, link.b_interface)
        if end
    ]
    assert ends == ["ge-0/0/1", "ge-0/0/1"]


async def test_macs_of_two_known_boxes_at_one_port_draw_no_link(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    macs = [
        heard(EvidenceKind.FDB, 3, remote_chassis=f"00:1b:21:00:{number:02x}:01")
        for number in (2, 3)
    ]
    await inventory.record(operator, inspected=box(clock, 1, *macs))
    await inventory.record(operator, inspected=box(clock, 2))
    assert len(await inventory.links(operator)) == 1  # as long as one of them is unknown
    await inventory.record(operator, inspected=box(clock, 3))
    assert await inventory.links(operator) == ()


async def test_what_a_description_names_is_found_once_it_is_known(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    told = heard(EvidenceKind.DESCRIPTION, 2, remote_name="sw-2", remote_port="ge-0/0/3")
    await inventory.record(operator, inspected=box(clock, 1, told))
    assert await inventory.links(operator) == ()
    await inventory.record(operator, inspected=box(clock, 2))
    (link,) = await inventory.links(operator)
    assert link.score == 30


async def test_evidence_given_by_itself_links_as_well(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    one = await inventory.record(operator, inspected=box(clock, 1))
    await inventory.record(operator, inspected=box(clock, 2))
    cdp = heard(EvidenceKind.CDP, 1, remote_name="sw-2", remote_port="ge-0/0/1")
    await inventory.record_evidence(operator, device_id=one, neighbours=(cdp,))
    (link,) = await inventory.links(operator)
    assert link.kinds == (EvidenceKind.CDP,)


async def test_a_flood_of_one_kind_of_evidence_is_cut(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    flood = [
        heard(EvidenceKind.ARP, 1, remote_address=f"10.9.{number // 250}.{number % 250 + 1}")
        for number in range(MOST_OF_A_KIND + 50)
    ]
    device_id = await inventory.record(operator, inspected=box(clock, 1, *flood))
    kept = await inventory.evidence(operator, device_id=device_id)
    assert len(kept) == MOST_OF_A_KIND


async def test_the_same_word_heard_again_is_one_row_with_a_new_time(
    inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    word = heard(EvidenceKind.LLDP, 1, remote_name="sw-9", raw="first")
    number = await inventory.record(operator, inspected=box(clock, 1, word))
    clock.tick(hours=1)
    await inventory.record(operator, inspected=box(clock, 1, replace(word, raw="second")))
    (row,) = await inventory.evidence(operator, device_id=number)
    assert (row.seen_at, row.raw) == (clock.now(), "second")
    assert [one.remote_name for one in await inventory.strangers(operator)] == ["sw-9"]
