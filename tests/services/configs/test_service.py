"""Reading configurations from the lab's real SSH servers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import AuthRejected, Conflict, NotAllowed, Refused
from noc_console.lab.run import Lab
from noc_console.services.configs.model import NoLogin
from noc_console.services.configs.service import ConfigService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.model import HostKey, KeyChanged, NotTrusted
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.ways.service import WayService
from tests.adapters.ssh.peers import sshd
from tests.conftest import FakeClock
from tests.services.bastions import key_of, lead_through


async def known(
    inventory: InventoryService, operator: Actor, lab: Lab, clock: FakeClock, platform: str
) -> int:
    address = lab.device("ams-core-1").address
    seen = Inspected(
        address=address,
        port=161,
        at=clock.now(),
        name="ams-core-1",
        credential_id=1,
        platform=platform,
    )
    return await inventory.record(operator, inspected=seen)


async def test_nothing_is_told_to_a_stranger_and_everything_read_from_a_friend(
    configs: ConfigService,
    credentials: CredentialService,
    inventory: InventoryService,
    operator: Actor,
    lab: Lab,
    clock: FakeClock,
) -> None:
    number = await known(inventory, operator, lab, clock, "iosxr")
    with pytest.raises(NotTrusted) as shown:
        await configs.read(operator, device_id=number)
    fingerprint = shown.value.key.fingerprint
    with pytest.raises(Conflict):
        await configs.trust(operator, device_id=number, fingerprint="SHA256:another")
    await configs.trust(operator, device_id=number, fingerprint=fingerprint)
    with pytest.raises(NoLogin):
        await configs.read(operator, device_id=number)
    await credentials.add_ssh(operator, user="noc", password="lab", name="x", names=("lon-*",))
    with pytest.raises(NoLogin):  # it is for other devices
        await configs.read(operator, device_id=number)
    await credentials.add_ssh(operator, user="noc", password="wrong")
    with pytest.raises(AuthRejected):
        await configs.read(operator, device_id=number)
    await credentials.add_ssh(operator, user="noc", password="lab", name="lab")
    read = await configs.read(operator, device_id=number)
    assert read.command == "show running-config" and "hostname ams-core-1" in read.text
    assert read.masked >= 1 and "••••••" in read.text
    assert "show running-config" not in read.text and not read.text.rstrip().endswith("#")


async def test_a_key_that_changed_stops_everything_until_somebody_says_why(
    configs: ConfigService,
    hostkeys: HostKeyService,
    inventory: InventoryService,
    operator: Actor,
    lab: Lab,
    clock: FakeClock,
) -> None:
    number = await known(inventory, operator, lab, clock, "iosxr")
    device = lab.device("ams-core-1")
    old = HostKey(device.address, device.ssh_port, "ssh-ed25519 AAAA", "SHA256:old")
    await hostkeys.trust(operator, key=old)
    with pytest.raises(KeyChanged, match="SHA256:old") as changed:
        await configs.read(operator, device_id=number)
    shown = changed.value.key.fingerprint
    with pytest.raises(Conflict):
        await configs.trust(operator, device_id=number, fingerprint=shown)
    await configs.trust(
        operator, device_id=number, fingerprint=shown, reason="replaced after a fault"
    )
    with pytest.raises(NoLogin):
        await configs.read(operator, device_id=number)


async def test_a_platform_nobody_taught_is_told(
    configs: ConfigService, inventory: InventoryService, operator: Actor, lab: Lab, clock: FakeClock
) -> None:
    number = await known(inventory, operator, lab, clock, "apc")
    with pytest.raises(Refused, match="nobody has told yet how apc"):
        await configs.read(operator, device_id=number)


async def test_reading_needs_its_right(configs: ConfigService) -> None:
    with pytest.raises(NotAllowed):
        await configs.read(Actor("x", "main", frozenset({"inventory.read"})), device_id=1)


async def test_the_keys_of_jump_hosts_are_asked_about_one_by_one_on_the_way(
    configs: ConfigService,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    ways: WayService,
    inventory: InventoryService,
    operator: Actor,
    lab: Lab,
    clock: FakeClock,
    tmp_path: Path,
) -> None:
    number = await known(inventory, operator, lab, clock, "iosxr")
    await credentials.add_ssh(operator, user="noc", password="lab", names=("ams-*",))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with sshd(tmp_path / "a") as outer, sshd(tmp_path / "b") as inner:
        await lead_through(outer, inner, actor=operator, ways=ways, credentials=credentials)
        for host in ("localhost", "localhost", lab.device("ams-core-1").address):
            with pytest.raises(NotTrusted) as shown:
                await configs.read(operator, device_id=number)
            key = shown.value.key
            assert key.host == host
            await configs.trust(operator, device_id=number, fingerprint=key.fingerprint)
        read = await configs.read(operator, device_id=number)
        assert "hostname ams-core-1" in read.text
        # The inner one is replaced: somebody says why, and its key is its own, not the device's.
        other = replace(key_of(outer), port=inner.port)
        await hostkeys.override(operator, key=other, reason="tried in this test")
        with pytest.raises(KeyChanged) as changed:
            await configs.read(operator, device_id=number)
        assert changed.value.key == key_of(inner)
        await configs.trust(
            operator,
            device_id=number,
            fingerprint=changed.value.key.fingerprint,
            reason="replaced after a fault",
        )
        assert (await configs.read(operator, device_id=number)).text == read.text
