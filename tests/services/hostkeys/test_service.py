"""Keys that are known, unknown and changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms.model import Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.hostkeys.model import (
    BadCertificate,
    HostAuthorityChanged,
    HostKey,
    HostKeyRefused,
    HostKeyTrusted,
    KeyChanged,
    NotTrusted,
)
from noc_console.services.hostkeys.service import CHANGED, HostKeyService
from tests.conftest import FakeClock

KEY = HostKey("192.0.2.1", 22, "ssh-ed25519 AAAA", "SHA256:a")
OTHER = replace(KEY, key="ssh-ed25519 BBBB", fingerprint="SHA256:b")
CA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGYT9ZgPYb3PPq0dHTLm9UVvSAFFzbLzZ1bGTWSgyWgC"
RSA = replace(KEY, key="ssh-rsa CCCC", fingerprint="SHA256:c")


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is, the store's tests ask."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def hostkeys(db: Database, clock: FakeClock, alarms: AlarmService) -> HostKeyService:
    return HostKeyService(db, clock=clock, alarms=alarms)


@pytest.fixture
def told(bus: EventBus) -> list[Event]:
    heard: list[Event] = []
    bus.listen(heard.extend)
    return heard


async def test_a_stranger_is_asked_about_and_then_known(
    hostkeys: HostKeyService, operator: Actor
) -> None:
    with pytest.raises(NotTrusted):
        await hostkeys.meet(operator, shown=KEY)
    await hostkeys.trust(operator, key=KEY)
    await hostkeys.trust(operator, key=KEY)
    await hostkeys.meet(operator, shown=KEY)
    assert await hostkeys.pinned(operator, host=KEY.host, port=22) == (KEY,)
    assert [each.key for each in await hostkeys.all(operator)] == [KEY]


async def test_a_changed_key_blocks_raises_an_alarm_and_takes_a_reason(
    hostkeys: HostKeyService, alarms: AlarmService, operator: Actor, told: list[Event]
) -> None:
    await hostkeys.trust(operator, key=KEY)
    watcher = Actor("mira", "acme", frozenset({"hostkeys.see", "hostkeys.trust"}))
    with pytest.raises(KeyChanged, match="from SHA256:a to SHA256:b"):
        await hostkeys.meet(watcher, shown=OTHER, device_id=7, name="ams-1")
    (alarm,) = await alarms.active(operator)
    assert alarm.condition == CHANGED and alarm.about.device_id == 7
    assert any(isinstance(event, HostKeyRefused) for event in told)
    with pytest.raises(Conflict):
        await hostkeys.trust(watcher, key=OTHER)
    with pytest.raises(NotAllowed):
        await hostkeys.override(watcher, key=OTHER, reason="replaced after a fault")
    with pytest.raises(Invalid):
        await hostkeys.override(operator, key=OTHER, reason="")
    await hostkeys.override(operator, key=OTHER, reason="replaced after a fault", device_id=7)
    await hostkeys.meet(operator, shown=OTHER, device_id=7)
    (alarm,) = await alarms.active(operator)
    assert alarm.severity is Severity.CLEARED
    last = [event for event in told if isinstance(event, HostKeyTrusted)][-1]
    assert last.reason == "replaced after a fault"
    with pytest.raises(KeyChanged):
        await hostkeys.meet(operator, shown=KEY)


async def test_a_key_of_another_kind_is_no_way_round_a_known_one(
    hostkeys: HostKeyService, operator: Actor
) -> None:
    await hostkeys.trust(operator, key=KEY)
    with pytest.raises(KeyChanged):
        await hostkeys.meet(operator, shown=RSA)


async def test_a_forgotten_host_is_a_stranger_again(
    hostkeys: HostKeyService, operator: Actor
) -> None:
    await hostkeys.trust(operator, key=KEY)
    await hostkeys.forget(operator, host=KEY.host)
    with pytest.raises(NotTrusted):
        await hostkeys.meet(operator, shown=KEY)
    with pytest.raises(NotFound):
        await hostkeys.forget(operator, host=KEY.host)


async def test_an_authority_is_trusted_revoked_and_removed_and_the_journal_knows(
    hostkeys: HostKeyService, operator: Actor, told: list[Event]
) -> None:
    made = await hostkeys.trust_authority(operator, key=f"{CA} office", hosts="192.0.2.*")
    assert (made.name, made.hosts, made.by) == ("office", "192.0.2.*", operator.name)
    assert await hostkeys.authorities(operator) == (made,)
    known = await hostkeys.known(operator, host=KEY.host, port=22)
    assert known.authorities == (made,) and known.keys == ()
    assert (await hostkeys.known(operator, host="10.0.0.1", port=22)).authorities == ()
    with pytest.raises(Conflict, match="is trusted already, as office"):
        await hostkeys.trust_authority(operator, key=CA, hosts="*", name="again")
    with pytest.raises(Invalid):
        await hostkeys.revoke_authority(operator, authority_id=made.id, reason="")
    await hostkeys.revoke_authority(operator, authority_id=made.id, reason="its key was stolen")
    (gone,) = (await hostkeys.known(operator, host=KEY.host, port=22)).authorities
    assert gone.is_revoked and gone.reason == "its key was stolen"
    assert gone.revoked_by == operator.name
    with pytest.raises(Conflict, match="revoked already"):
        await hostkeys.revoke_authority(operator, authority_id=made.id, reason="once more so")
    with pytest.raises(Conflict, match="is revoked already"):
        await hostkeys.trust_authority(operator, key=CA, hosts="*")
    await hostkeys.remove_authority(operator, authority_id=made.id)
    assert await hostkeys.authorities(operator) == ()
    with pytest.raises(NotFound):
        await hostkeys.remove_authority(operator, authority_id=made.id)
    events = [event for event in told if isinstance(event, HostAuthorityChanged)]
    assert [event.what for event in events] == ["trusted", "revoked", "removed"]
    assert events[1].reason == "its key was stolen"


async def test_two_authorities_have_two_names(hostkeys: HostKeyService, operator: Actor) -> None:
    await hostkeys.trust_authority(operator, key=CA, hosts="*", name="office")
    other = f"ssh-ed25519 {CA.split()[1].replace('ZgPYb3', 'ZgPYb4')}"
    with pytest.raises(Conflict, match="another authority called office"):
        await hostkeys.trust_authority(operator, key=other, hosts="*", name="office")
    made = await hostkeys.trust_authority(operator, key=other, hosts="*")
    assert made.name == made.fingerprint


async def test_who_may_only_look_trusts_no_authority(hostkeys: HostKeyService) -> None:
    watcher = Actor("tom", "acme", frozenset({"hostkeys.see", "hostkeys.trust"}))
    assert await hostkeys.authorities(watcher) == ()
    with pytest.raises(NotAllowed):
        await hostkeys.trust_authority(watcher, key=CA, hosts="*")
    with pytest.raises(NotAllowed):
        await hostkeys.revoke_authority(watcher, authority_id=1, reason="its key was stolen")
    with pytest.raises(NotAllowed):
        await hostkeys.remove_authority(watcher, authority_id=1)


async def test_a_certificate_that_does_not_hold_blocks_as_a_changed_key_does(
    hostkeys: HostKeyService, alarms: AlarmService, operator: Actor, told: list[Event]
) -> None:
    with pytest.raises(BadCertificate, match="with a certificate of office that has expired"):
        await hostkeys.meet(operator, shown=KEY, against="of office that has expired", name="ams-1")
    (alarm,) = await alarms.active(operator)
    assert alarm.condition == CHANGED and "a certificate of office that has expired" in alarm.text
    (refused,) = [event for event in told if isinstance(event, HostKeyRefused)]
    assert refused.before == "a certificate of office that has expired"
    await hostkeys.override(operator, key=KEY, reason="signed again tomorrow")
    await hostkeys.meet(operator, shown=KEY, against="of office that has expired")
    (alarm,) = await alarms.active(operator)
    assert alarm.severity is Severity.CLEARED
