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
