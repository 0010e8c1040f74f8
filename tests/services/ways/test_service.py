"""The way of a device is one: for terminals, and for programs that ask nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.kernel.events import EventBus
from noc_console.services.credentials.model import Subject
from noc_console.services.hostkeys.model import BadCertificate, HostKey, KeyChanged, OtherKey
from noc_console.services.ways.model import Door, Hop, LegacyAllowed
from tests.conftest import FakeClock
from tests.services.terminal.house import House, house

CA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGYT9ZgPYb3PPq0dHTLm9UVvSAFFzbLzZ1bGTWSgyWgC"
DEVICE = Subject(device_id=7, name="ams-core-1", address="10.20.1.1", site="Amsterdam")


def key(host: str, port: int = 22, kind: str = "ssh-ed25519", text: str = "AAAA") -> HostKey:
    return HostKey(host, port, f"{kind} {text}", f"SHA256:{text}")


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Both databases are tried in `test_store`."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
def home(db: Database, bus: EventBus, clock: FakeClock, tmp_path: Path) -> House:
    return house(db, bus, clock, tmp_path)


async def test_a_door_has_all_its_keys_and_each_hop_its_own(home: House, operator: Actor) -> None:
    await home.ways.add(operator, name="in", names="ams-*", hops="jump1>mira@10.0.0.2:2222")
    kept = [key("10.20.1.1"), key("jump1"), key("10.0.0.2", 2222)]
    for each in kept:
        await home.hostkeys.trust(operator, key=each)
    await home.credentials.add_ssh(operator, user="noc", password="a", names=("10.20.*",))
    await home.credentials.add_ssh(operator, user="any", password="b", names=("jump*",))
    await home.credentials.add_ssh(operator, user="mira", password="c", names=("10.0.0.2",))
    await home.credentials.add_ssh(operator, user="tom", password="d", names=("10.0.0.2",))
    door = await home.ways.door(operator, subject=DEVICE, port=22, purpose="configs")
    assert (door.host, door.keys) == ("10.20.1.1", (kept[0],))
    first, second = door.stops
    assert (first.hop, first.keys) == (Hop("jump1"), (kept[1],))
    assert (second.hop, second.keys) == (Hop("10.0.0.2", 2222, "mira"), (kept[2],))
    assert [each.user for each in first.logins] == ["any"]
    assert [each.user for each in second.logins] == ["mira"]
    straight = await home.ways.door(
        operator, subject=Subject(name="rot-1", address="10.0.9.9"), port=22, purpose="configs"
    )
    assert straight == Door("10.0.9.9")


async def test_another_key_is_an_alarm_at_the_device_or_at_the_jump_host(
    home: House, operator: Actor
) -> None:
    door = Door("10.20.1.1")
    for host in ("10.20.1.1", "jump1"):
        await home.hostkeys.trust(operator, key=key(host))
        with pytest.raises(KeyChanged):
            async with home.ways.watched(operator, door, DEVICE):
                raise OtherKey(key(host, text="BBBB"))
    about = {alarm.about.other: alarm.about for alarm in await home.alarms.active(operator)}
    assert set(about) == {"ssh:10.20.1.1", "ssh:jump1"}
    assert about["ssh:10.20.1.1"].device_name == "ams-core-1"
    assert about["ssh:jump1"].device_name == ""


async def test_doors_and_jump_hosts_come_with_who_speaks_for_them(
    home: House, operator: Actor
) -> None:
    await home.ways.add(operator, name="inner", hops="jump1")
    made = await home.hostkeys.trust_authority(operator, key=CA, hosts="10.20.* jump*")
    door = await home.ways.door(operator, subject=DEVICE, port=22, purpose="configs")
    assert door.authorities == (made,) and door.is_known and door.keys == ()
    assert door.stops[0].authorities == (made,)
    with pytest.raises(BadCertificate):
        async with home.ways.watched(operator, door, DEVICE):
            raise OtherKey(key("10.20.1.1"), against="of office that has expired")


async def test_ways_have_names_of_their_own_and_can_be_removed(
    home: House, operator: Actor
) -> None:
    way = await home.ways.add(operator, name="inner", hops="jump")
    with pytest.raises(Invalid):
        await home.ways.add(operator, name="inner", hops="other")
    assert await home.ways.all(operator) == (way,)
    assert await home.ways.hops(operator, subject=DEVICE) == (Hop("jump"),)
    await home.ways.remove(operator, way_id=way.id)
    with pytest.raises(NotFound):
        await home.ways.remove(operator, way_id=way.id)


async def test_old_ssh_is_allowed_for_one_door_with_a_reason(home: House, operator: Actor) -> None:
    with pytest.raises(Invalid):
        await home.ways.allow_legacy(operator, host="x", reason="")
    await home.ways.allow_legacy(operator, host="10.0.0.1", reason="no newer firmware")
    assert await home.ways.may_be_old(operator, host="10.0.0.1", port=22)
    assert not await home.ways.may_be_old(operator, host="10.0.0.1", port=2222)
    (allowed,) = await home.ways.legacy(operator)
    assert (allowed.host, allowed.by) == ("10.0.0.1", operator.name)
    await home.ways.forbid_legacy(operator, host="10.0.0.1")
    told = [event.is_allowed for event in home.told if isinstance(event, LegacyAllowed)]
    assert told == [True, False]
    with pytest.raises(NotFound):
        await home.ways.forbid_legacy(operator, host="10.0.0.1")


async def test_a_door_takes_its_rights(home: House) -> None:
    nobody = Actor("x", "acme", frozenset({"inventory.read"}))
    with pytest.raises(NotAllowed):
        await home.ways.door(nobody, subject=DEVICE, port=22, purpose="configs")
