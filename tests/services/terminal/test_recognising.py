"""A session opened by address or name is one to the device that is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.events import EventBus
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inventory.locating import Locator
from noc_console.services.inventory.model import Inspected, SeenInterface
from noc_console.services.terminal.addresses import parse
from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.readonly import Guard
from noc_console.services.terminal.recognising import (
    UNWRITTEN,
    Recognised,
    note_of,
    recognise,
)
from noc_console.services.ways.model import Hop
from tests.conftest import FakeClock
from tests.services.terminal.house import House, house

RULES = load(Path(__file__).resolve().parents[3] / "resources" / "platforms")
VIRTUAL = "203.0.113.254"


class Dns:
    """Name servers are no part of the tests: these answers stand for theirs."""

    def __init__(self, **known: str) -> None:
        self.known, self.asked = known, list[str]()

    async def resolve(self, name: str) -> str:
        self.asked.append(name)
        if name not in self.known:
            raise Unreachable(f"{name} is not known to DNS", peer=name, reason="dns")
        return self.known[name]


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is, the store's tests ask."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
async def home(
    db: Database, bus: EventBus, clock: FakeClock, tmp_path: Path, operator: Actor
) -> House:
    made = house(db, bus, clock, tmp_path)
    for at, (name, platform) in enumerate(
        (("ams-core-1", "iosxe"), ("ams-core-2", "junos"), ("ams-core-3", "")), 1
    ):
        virtual = (f"{VIRTUAL}/24",) if at < 3 else ()
        port = SeenInterface(index=1, name="lo0", addresses=(f"198.51.100.{at}/32", *virtual))
        seen = Inspected(
            address=f"10.20.1.{at}",
            port=161,
            at=clock.now(),
            name=name,
            serial=name,
            credential_id=1,
            platform=platform,
            location="Amsterdam",
            interfaces=(port,),
        )
        await made.inventory.record(operator, inspected=seen)
    return made


@pytest.mark.parametrize(
    "address",
    ["ssh:noc@10.20.1.1:2222", "10.20.1.1", "ssh:198.51.100.1", "telnet:10.20.1.1:2323"],
)
async def test_by_every_address_a_device_is_what_it_is_by_its_number(
    home: House, operator: Actor, address: str
) -> None:
    (device,) = await home.inventory.devices(operator, text="ams-core-1")
    by_number = await home.sessions.resolve(operator, address=f"ssh:device:{device.id}")
    target = await home.sessions.resolve(operator, address=address)
    said = parse(address)
    assert target.device_id == int(device.id) and target.title == "ams-core-1"
    for each in ("platform", "vendor", "type", "model", "site"):
        assert getattr(target, each) == getattr(by_number, each)
    assert target.site == "Amsterdam"
    assert (target.host, target.user, target.hop.port) == (said.host, said.user, said.hop.port)
    assert target.address == said.address  # kept as it was said
    guard = Guard(RULES.driver(target.platform), why_not=note_of(target))
    guard.received(b"ams-core-1#")
    assert guard.check(b"configure terminal\r") is not None
    assert guard.check(b"show clock\r") is None


async def test_who_may_not_read_the_inventory_changes_devices_by_address_no_more_than_others(
    home: House, operator: Actor
) -> None:
    blind = Actor("tom", operator.tenant, frozenset({"terminal.open", "hostkeys.see"}))
    target = await home.sessions.resolve(blind, address="ssh:10.20.1.1")
    assert target.platform == "iosxe"


async def test_ways_and_old_algorithms_of_a_device_go_for_each_of_its_addresses(
    home: House, operator: Actor
) -> None:
    await home.ways.add(operator, name="inner", names="ams-*", hops="jump1")
    await home.ways.allow_legacy(operator, host="10.20.1.1", reason="no newer firmware")
    target = await home.sessions.resolve(operator, address="ssh:198.51.100.1")
    assert target.hops == (Hop("jump1"),) and target.is_legacy
    other = await home.sessions.resolve(operator, address="ssh:198.51.100.2")
    assert not other.is_legacy
    own = await home.sessions.resolve(operator, address="ssh:mine>198.51.100.1")
    assert own.hops == (Hop("mine"),) and own.device_id == target.device_id


async def test_a_name_is_looked_up_where_no_device_is_called_so(
    db: Database, home: House, operator: Actor
) -> None:
    locator, dns = Locator(db), Dns(router="198.51.100.2", stranger="192.0.2.1")

    async def found(address: str) -> str:
        told = await recognise(locator, dns, operator, parse(address))
        return told.device.name if told.device is not None else ""

    assert await found("ssh:AMS-core-1.example.net") == "ams-core-1" and dns.asked == []
    assert await found("ssh:me@router") == "ams-core-2"
    assert await found("stranger") == "" and await found("nowhere") == ""
    assert dns.asked == ["router", "stranger", "nowhere"]
    # Beyond a jump host a name is the jump host's to look up.
    assert await found("ssh:jump>router") == "" and await found("ssh:jump>ams-core-2") != ""
    assert len(dns.asked) == 3
    assert await recognise(locator, None, operator, parse("ssh:router")) == Recognised()


async def test_an_address_of_several_is_none_of_them_but_what_all_are_it_is(
    home: House, operator: Actor, clock: FakeClock
) -> None:
    target = await home.sessions.resolve(operator, address=f"ssh:{VIRTUAL}")
    assert (target.device_id, target.platform) == (None, "")
    assert note_of(target).startswith(
        "Several devices of the inventory have this address (ams-core-1, ams-core-2): which"
    )
    seen = Inspected(
        address="10.20.1.2",
        port=161,
        at=clock.now(),
        name="ams-core-2",
        serial="ams-core-2",
        credential_id=1,
        platform="iosxe",
        interfaces=(SeenInterface(index=1, name="lo0", addresses=(f"{VIRTUAL}/24",)),),
    )
    await home.inventory.record(operator, inspected=seen)
    alike = await home.sessions.resolve(operator, address=f"ssh:{VIRTUAL}")
    assert (alike.device_id, alike.platform, alike.title) == (None, "iosxe", VIRTUAL)


async def test_where_it_cannot_be_told_the_reason_is_the_true_one(
    home: House, operator: Actor
) -> None:
    async def note(address: str) -> str:
        return note_of(await home.sessions.resolve(operator, address=address))

    assert (await note("ssh:192.0.2.77")).startswith("Not in the inventory: which commands")
    assert (await note("telnet:192.0.2.77")).startswith("Not in the inventory: which commands")
    assert "which platform ams-core-3 is" in await note("ssh:10.20.1.3")
    assert (await note("serial:/dev/ttyS0")).startswith("A serial line does not say which device")
    known = Target("x", LinkKind.SSH, "192.0.2.1", device_id=1, platform="nobody-knows-it")
    assert note_of(known) == UNWRITTEN
    assert note_of(replace(known, device_id=None, candidates=("a", "b"))) == UNWRITTEN
