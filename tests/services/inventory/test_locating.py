"""Whose an address or a name is."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.services.inventory.locating import Locator
from noc_console.services.inventory.model import Inspected, SeenInterface
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


@pytest.fixture
async def known(db: Database, collector: Actor, clock: FakeClock) -> dict[str, int]:
    """Two routers that share a virtual address and a loopback, and a box only heard of."""
    inventory = InventoryService(db, clock=clock)
    found = {}
    for at, name in enumerate(("core-1.example.net", "core-2.example.net"), 1):
        ports = (
            SeenInterface(index=1, name="lo0", addresses=(f"198.51.100.{at}/32", "127.0.0.1/8")),
            SeenInterface(
                index=2, name="Vl10", addresses=("203.0.113.254/24", f"2001:db8::{at}/64")
            ),
        )
        found[name] = int(
            await inventory.record(
                collector,
                inspected=Inspected(
                    address=f"127.20.1.{at}",
                    port=161,
                    at=clock.now(),
                    name=name,
                    serial=str(at),
                    credential_id=1,
                    interfaces=ports,
                ),
            )
        )
    found["heard"] = int(
        await inventory.record_unknown(collector, name="heard-1", address="192.0.2.9", via="LLDP")
    )
    return found


async def at(db: Database, actor: Actor, address: str, *, is_far: bool = False) -> list[str]:
    found = await Locator(db).at(actor, address=address, is_far=is_far)
    return [one.name.partition(".")[0] for one in found]


async def test_the_managed_address_and_every_address_of_a_port_lead_to_the_device(
    db: Database, collector: Actor, known: dict[str, int]
) -> None:
    assert await at(db, collector, "127.20.1.1") == ["core-1"]
    assert await at(db, collector, "198.51.100.2") == ["core-2"]
    assert await at(db, collector, "2001:DB8::0:2") == ["core-2"]
    assert await at(db, collector, "::ffff:198.51.100.1") == ["core-1"]
    assert await at(db, collector, "192.0.2.9") == ["heard-1"]


async def test_what_several_have_or_everybody_has_is_nobodys(
    db: Database, collector: Actor, known: dict[str, int]
) -> None:
    assert await at(db, collector, "203.0.113.254") == ["core-1", "core-2"]
    assert await at(db, collector, "127.0.0.1") == []
    assert await at(db, collector, "203.0.113.7") == []
    assert await at(db, collector, "core-1") == []
    assert await at(db, collector, "127.20.1.1", is_far=True) == []
    assert await at(db, collector, "198.51.100.1", is_far=True) == ["core-1"]


async def test_an_address_is_the_devices_that_is_managed_there_now(
    db: Database, collector: Actor, clock: FakeClock, known: dict[str, int]
) -> None:
    inventory = InventoryService(db, clock=clock)
    port = SeenInterface(index=9, name="x", addresses=("127.20.1.1/8", "198.51.100.1/32"))
    await inventory.record(
        collector,
        inspected=Inspected(
            address="127.20.1.3",
            port=161,
            at=clock.now(),
            name="other",
            serial="3",
            credential_id=1,
            interfaces=(port,),
        ),
    )
    assert await at(db, collector, "127.20.1.1") == ["core-1"]
    assert await at(db, collector, "198.51.100.1") == ["core-1", "other"]


async def test_names_are_known_with_and_without_their_domain(
    db: Database, collector: Actor, known: dict[str, int]
) -> None:
    locator = Locator(db)

    async def called(name: str) -> list[int]:
        return [int(one.id) for one in await locator.called(collector, name=name)]

    assert await called("core-1") == [known["core-1.example.net"]]
    assert await called("CORE-2.example.net.") == [known["core-2.example.net"]]
    assert await called("core-1.elsewhere.org") == []
    assert await called("nobody") == []


async def test_it_is_for_those_who_may_read_and_only_their_own(
    db: Database, collector: Actor, known: dict[str, int]
) -> None:
    nobody = Actor("x", collector.tenant, frozenset())
    with pytest.raises(NotAllowed):
        await Locator(db).at(nobody, address="127.20.1.1")
    with pytest.raises(NotAllowed):
        await Locator(db).called(nobody, name="core-1")
    assert await at(db, Actor("eve", "other", frozenset({"*"})), "127.20.1.1") == []
