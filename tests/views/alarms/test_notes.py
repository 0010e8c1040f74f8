"""Notes pinned to an alarm and its device."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.services.alarms.history import AlarmHistoryService
from noc_console.services.alarms.model import about_collector
from noc_console.services.alarms.since import AlarmsSinceService
from noc_console.services.handover.service import HandoverService
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.telemetry.past import LoadHistoryService
from noc_console.services.topology.history import HistoryService
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.notes import Notes
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.views.alarms.desks import alarm
from tests.views.conftest import shown, until
from tests.views.world import World


@pytest.fixture
def handover(world: World, store: Database) -> HandoverService:
    clock = world.clock
    loads = LoadHistoryService(world.samples, world.telemetry, world.inventory, clock=clock)
    return HandoverService(
        store,
        clock=clock,
        alarms=AlarmsSinceService(store),
        maintenance=MaintenanceService(store, clock=clock),
        inventory=world.inventory,
        history=HistoryService(world.inventory, AlarmHistoryService(store), loads, clock=clock),
    )


async def test_notes_of_the_alarm_and_of_its_device_are_told_apart(
    desk: Desk, world: World, handover: HandoverService
) -> None:
    told = await world.report("core-1")
    device = f"device:{told.about.device_id}"
    await handover.pin(desk.actor, about=device, text="spare PSU in rack 4")
    await handover.pin(desk.actor, about=f"alarm:{told.id}", text="carrier informed")
    given = DeskServices(world.alarms, handover=handover)
    assert Notes.is_offered(given) and not Notes.is_offered(DeskServices(world.alarms))
    notes = Notes(desk, given, lambda error: pytest.fail(repr(error)))
    shown(notes, 300, 400)
    assert notes.concerns(told)
    notes.show_alarm(told)
    await until(lambda: notes.of_alarm.notes and notes.of_device.notes)
    assert [note.text for note in notes.of_alarm.notes] == ["carrier informed"]
    assert [note.text for note in notes.of_device.notes] == ["spare PSU in rack 4"]
    notes.show_alarm(alarm(999, about=about_collector("ams")))
    await settled()
    assert not notes.of_alarm.notes and not notes.device_title.isVisible()
