"""What is polled follows from the inventory, on both databases."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inventory.model import Inspected, SeenInterface
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.telemetry.model import PollPolicy, Subject, Tier
from noc_console.services.telemetry.workers import plan as module
from noc_console.services.telemetry.workers.plan import Plan
from tests.conftest import FakeClock


async def read(
    plan: Plan, device_ids: Collection[int], policy: PollPolicy | None = None
) -> dict[int, Subject]:
    """Everything at once."""
    found: dict[int, Subject] = {}
    async for some in plan.read(policy or PollPolicy(), device_ids):
        found |= some
    return found


@pytest.fixture
def credentials(db: Database, clock: FakeClock, tmp_path: Path) -> CredentialService:
    keyring = KeyFile(tmp_path / "vault.key")
    return CredentialService(db, SecretService(db, keyring=keyring, clock=clock))


async def test_only_devices_with_a_credential_and_an_address_are_polled(
    inventory: InventoryService, credentials: CredentialService, collector: Actor, clock: FakeClock
) -> None:
    public = await credentials.add_snmp(collector, kind=CredentialKind.SNMP_V2C, community="public")
    managed = await inventory.record(
        collector,
        inspected=Inspected(
            address="127.20.1.1",
            port=1161,
            at=clock.now(),
            name="core-1",
            serial="A",
            location="Erfurt, rack 1",
            credential_id=int(public.id),
            interfaces=(SeenInterface(1, "xe-0"), SeenInterface(2, "xe-1")),
        ),
    )
    await inventory.record_unknown(collector, name="somewhere", address="127.20.1.9")
    plan = Plan(inventory, credentials, collector)
    signs = await plan.signs()
    assert len(signs) == 2
    found = await read(plan, signs)
    assert set(found) == {int(managed)}
    subject = found[int(managed)]
    assert (subject.target.address, subject.target.port) == ("127.20.1.1", 1161)
    assert subject.target.credential.community.reveal() == "public"
    assert subject.ports.names == ("xe-0", "xe-1")
    assert subject.ports.indexes.tolist() == [1, 2]
    assert not subject.ports.linked.any()
    assert subject.site_name
    assert await read(plan, {999}) == {}
    with pytest.raises(NotFound):
        await credentials.remove(collector, credential_id=999)
    await credentials.remove(collector, credential_id=int(public.id))
    assert await read(plan, {int(managed)}) == {}


async def test_patience_is_in_proportion_to_the_interval(
    inventory: InventoryService, credentials: CredentialService, collector: Actor, clock: FakeClock
) -> None:
    public = await credentials.add_snmp(collector, community="public")
    seen = Inspected(
        address="127.20.1.1",
        port=161,
        at=clock.now(),
        name="a",
        serial="A",
        credential_id=int(public.id),
    )
    number = int(await inventory.record(collector, inspected=seen))
    plan = Plan(inventory, credentials, collector)
    patience = [
        (await read(plan, {number}, PollPolicy(interval_s=interval)))[number].target.timeout_s
        for interval in (1.0, 10.0, 60.0, 300.0)
    ]
    assert patience == [0.25, 0.5, 2.0, 2.0]
    core = PollPolicy(tiers=(Tier("core", 10.0, device_ids=(number,)),))
    assert (await read(plan, {number}, core))[number].target.timeout_s == 0.5


async def test_a_fleet_is_read_in_portions(
    inventory: InventoryService,
    credentials: CredentialService,
    collector: Actor,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PORTION", 2)
    public = await credentials.add_snmp(collector, community="public")
    for number in range(1, 6):
        seen = Inspected(
            address=f"127.20.1.{number}",
            port=161,
            at=clock.now(),
            name=f"n{number}",
            serial=str(number),
            credential_id=int(public.id),
        )
        await inventory.record(collector, inspected=seen)
    plan = Plan(inventory, credentials, collector)
    portions = [len(some) async for some in plan.read(PollPolicy(), await plan.signs())]
    assert portions == [2, 2, 1]
