"""SNMP and TFTP as the last way: only where somebody chose it, only where it can help."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Refused
from noc_console.services.configs.backup import BackupService, Due
from noc_console.services.configs.copying import CopyFetcher
from noc_console.services.configs.model import BackupPolicy, Fetched, Why
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.configs.conftest import Meet
from tests.services.configs.test_backup import TEXT


class Copies:
    """Stands for the wires, which tests/adapters/test_config_copy.py asks a real agent over."""

    def __init__(self, *, fails: str = "") -> None:
        self.asked: list[SnmpTarget] = []
        self.fails = fails

    async def running(self, target: SnmpTarget) -> str:
        self.asked.append(target)
        if self.fails:
            raise Refused(self.fails)
        return TEXT


@pytest.fixture
def wires() -> Copies:
    return Copies()


@pytest.fixture
def copies(wires: Copies, credentials: CredentialService, rules: object) -> CopyFetcher:
    async def driver(platform: str) -> Driver | None:
        return rules.driver(platform)  # type: ignore[attr-defined, no-any-return]

    return CopyFetcher(wires, credentials=credentials, drivers=driver)


async def writer(credentials: CredentialService, actor: Actor, names: str = "*") -> int:
    made = await credentials.add_snmp(actor, name=f"write {names}", community=f"for {names}")
    await credentials.change(actor, credential_id=int(made.id), names=(names,))
    return int(made.id)


async def test_what_ssh_cannot_read_comes_by_tftp_where_that_was_chosen(
    copies: CopyFetcher,
    wires: Copies,
    credentials: CredentialService,
    inventory: InventoryService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    number = await meet("r1", address="192.0.2.1", platform="ios")
    device = await inventory.device(operator, device_id=number)
    failed = Fetched(number, clock.now(), platform="ios", error="no answer", reason="timeout")
    chosen = await writer(credentials, operator)
    other = await writer(credentials, operator, "olt-*")
    assert await copies.instead(operator, device, failed, BackupPolicy()) is failed
    policy = BackupPolicy(write_credentials=(chosen, other))
    read = await copies.instead(operator, device, failed, policy)
    assert read.text == TEXT and read.family == "indented" and not read.error
    assert read.volatile and "tftp" in read.command
    (target,) = wires.asked
    assert (target.address, target.port) == ("192.0.2.1", 161)
    assert target.credential.community.reveal() == "for *"


async def test_a_key_that_changed_or_a_platform_that_cannot_is_left_alone(
    copies: CopyFetcher,
    wires: Copies,
    credentials: CredentialService,
    inventory: InventoryService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    policy = BackupPolicy(write_credentials=(await writer(credentials, operator),))
    ios = await inventory.device(
        operator, device_id=await meet("r1", address="192.0.2.1", platform="ios")
    )
    junos = await inventory.device(
        operator, device_id=await meet("r2", address="192.0.2.2", platform="junos")
    )
    for reason in ("key-changed", "untrusted", "host-key", "broken"):
        failed = Fetched(int(ios.id), clock.now(), error="no", reason=reason)
        assert await copies.instead(operator, ios, failed, policy) is failed
    failed = Fetched(int(junos.id), clock.now(), error="no", reason="timeout")
    assert await copies.instead(operator, junos, failed, policy) is failed
    assert wires.asked == []


async def test_both_failures_are_told(
    copies: CopyFetcher,
    wires: Copies,
    credentials: CredentialService,
    inventory: InventoryService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    wires.fails = "it has no memory"
    policy = BackupPolicy(write_credentials=(await writer(credentials, operator),))
    number = await meet("r1", address="192.0.2.1", platform="ios")
    device = await inventory.device(operator, device_id=number)
    failed = Fetched(number, clock.now(), error="no login", reason="no-login")
    told = await copies.instead(operator, device, failed, policy)
    assert "no login" in told.error and "no memory" in told.error and not told.text
    assert told.reason == "no-login"


async def test_a_backup_goes_on_to_it_by_itself_and_the_choice_is_kept(
    backups: BackupService,
    copies: CopyFetcher,
    credentials: CredentialService,
    inventory: InventoryService,
    meet: Meet,
    operator: Actor,
) -> None:
    number = await meet("r1", address="192.0.2.1", platform="ios")
    chosen = (await writer(credentials, operator),)
    await backups.set_policy(operator, write_credentials=chosen)
    policy = await backups.policy(operator)
    assert policy.write_credentials == chosen
    backups._copies = copies
    due = Due(await inventory.device(operator, device_id=number), Why.DEMAND)
    # No SSH login at all: nothing but this is left.
    read = await backups.fetch(operator, due, policy)
    assert read.text == TEXT
    without = await backups.fetch(operator, due, replace(policy, write_credentials=()))
    assert without.reason == "no-login"
