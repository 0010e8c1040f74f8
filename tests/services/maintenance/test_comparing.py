"""Before and after are compared."""

from __future__ import annotations

import pytest

from noc_console.db.samples import Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict
from noc_console.services.inventory.model import OperStatus, Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.comparing import ComparisonService
from noc_console.services.maintenance.model import Kind
from noc_console.services.maintenance.service import MaintenanceService
from tests.conftest import FakeClock
from tests.services.maintenance.conftest import Typed
from tests.services.maintenance.network import device, light


async def test_what_the_work_broke_is_told(
    comparing: ComparisonService,
    works: MaintenanceService,
    inventory: InventoryService,
    samples: Samples,
    configs: Typed,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
) -> None:
    core = await device(inventory, collector, clock, "core-1", number=1)
    await inventory.set_reachability(
        collector, device_id=core, reachability=Reachability.UP, at=clock.now()
    )
    (port,) = await inventory.interfaces(operator, device_id=core)
    (sensor,) = await inventory.sensors(operator, device_id=core)
    await light(samples, clock, device_id=core, sensor_id=int(sensor.id), dbm=-3.0)
    configs.texts[core] = "hostname core-1"
    await works.begin(operator, device_ids=(core,), reason="card", minutes=60)
    (run,) = await works.under_way(operator)
    begun = await comparing.look(operator, run)
    assert begun.before_at == clock.now() and begun.after_at is None
    clock.tick(minutes=30)
    await inventory.set_interface_statuses(
        collector, device_id=core, statuses={int(port.id): OperStatus.DOWN}
    )
    await light(samples, clock, device_id=core, sensor_id=int(sensor.id), dbm=-9.0)
    configs.texts[core] = "hostname core-1\ninterface new"
    report = await comparing.compare(operator, run_id=run.id)
    assert [finding.kind for finding in report.findings] == [
        Kind.PORT, Kind.LIGHT, Kind.CONFIGURATION,
    ]  # fmt: skip
    kept = await works.report(operator, run_id=run.id)
    assert kept.findings == report.findings
    assert (kept.run.worse, kept.run.differing) == (2, 3)
    assert dict(kept.looked_at)["ports"] == 1
    clock.tick(minutes=1)
    await works.end_run(operator, run_id=run.id)
    (waiting,) = await works.to_look_at(operator)
    assert waiting.id == run.id, "what was compared while it lasted was not after it"


async def test_without_a_before_there_is_nothing_to_compare(
    comparing: ComparisonService,
    works: MaintenanceService,
    inventory: InventoryService,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
) -> None:
    core = await device(inventory, collector, clock, "core-1", number=1)
    await works.begin(operator, device_ids=(core,), reason="card", minutes=60)
    (run,) = await works.under_way(operator)
    await works.end_run(operator, run_id=run.id)
    with pytest.raises(Conflict, match="nothing to compare"):
        await comparing.compare(operator, run_id=run.id)
    assert "no collector ran" in (await works.report(operator, run_id=run.id)).notes[0]
