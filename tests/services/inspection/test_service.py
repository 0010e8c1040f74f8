"""What inspections found is read again as it was."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.services.inspection.model import Entity, Findings, System, Verdict, Vlan
from noc_console.services.inspection.service import InspectionService, Kept, kept
from noc_console.services.inspection.to_inventory import inspected
from noc_console.services.inventory.model import Section
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock


async def test_findings_come_back_with_their_reasons(
    db: Database, clock: FakeClock, operator: Actor
) -> None:
    inventory = InventoryService(db, clock=clock)
    inspection = InspectionService(inventory)
    found = Findings(
        System("core-1"),
        Verdict("ios", vendor="Cisco", reasons=("sysObjectID begins with 1.3.6.1.4.1.9.1",)),
        entities=(Entity(1, 0, "chassis", serial="A"),),
        vlans=(Vlan(7, tagged=(1, 2)),),
    )
    seen = inspected(found, address="10.0.0.1", port=161, credential_id=1, at=clock.now())
    number = await inventory.record(operator, inspected=seen)
    told = await inspection.findings(operator, device="core-1")
    assert told.at == clock.now()
    assert told.findings.verdict == found.verdict
    assert (told.findings.entities, told.findings.vlans) == (found.entities, found.vlans)
    heard = await inventory.record_unknown(operator, name="other", address="10.0.0.9")
    assert await inspection.findings(operator, device_id=heard) == Kept()
    with pytest.raises(NotFound):
        await inspection.findings(operator, device_id=number + 99)


def test_sections_of_a_newer_console_are_passed_over() -> None:

    assert kept((Section("dreams", "[{}]"), Section("vlans", "garbage"))) == Kept()
