"""The page of planned work on real services."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication

from noc_console.kernel.actor import Actor
from noc_console.services.maintenance.model import SlotState
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.maintenance.form import MaintenanceForm
from noc_console.views.maintenance.page import MaintenancePage
from tests.conftest import FakeClock
from tests.views.conftest import shown, until
from tests.views.maintenance.conftest import Planned


@pytest.fixture
async def page(desk: Desk, planned: Planned) -> MaintenancePage:
    made = MaintenancePage(desk, planned.services)
    shown(made, 1200, 700)
    await settled()
    return made


def titles(page: MaintenancePage) -> list[tuple[str, SlotState]]:
    return [(slot.window.title, slot.state) for slot in page.table.rows.rows()]


def dialogs(kind: type[Dialog]) -> list[Dialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


async def under_way(planned: Planned, operator: Actor, **more: object) -> int:
    """Work on core-1, begun; the run's number."""
    ids = (planned.world.devices["core-1"],)
    await planned.works.begin(operator, device_ids=ids, reason="New card", **more)  # type: ignore[arg-type]
    (run,) = await planned.works.under_way(operator)
    return int(run.id)


async def test_an_empty_page_teaches_and_its_button_plans(
    page: MaintenancePage, planned: Planned, operator: Actor
) -> None:
    assert page.is_empty
    page._empty.button.click()
    await until(lambda: dialogs(MaintenanceForm))
    (form,) = dialogs(MaintenanceForm)
    assert isinstance(form, MaintenanceForm)
    form.what.setText("New card")
    hits = await planned.world.inventory.find(operator, text="core-1")
    assert hits
    form.objects.line.setText("core-1")
    await until(lambda: form.objects.hits.isVisible())
    form.objects._take(form.objects.hits.item(0))
    form.accept_button.click()
    await until(lambda: titles(page) == [("New card", SlotState.NOW)])
    assert not page.is_empty
    (work,) = await planned.works.now(operator)
    assert work.device_id == planned.world.devices["core-1"]


async def test_work_under_way_is_chosen_extended_and_ended(
    page: MaintenancePage, planned: Planned, operator: Actor, desk: Desk, clock: FakeClock
) -> None:
    await under_way(planned, operator, minutes=60)
    await until(lambda: titles(page) == [("New card", SlotState.NOW)])
    slot = page.table.current()
    assert slot is not None and page.calendar.selected == slot.key
    told: list[str] = []
    desk.wires.noticed.connect(lambda text, tone: told.append(text))
    desk.actions.action("maintenance.extend").trigger()
    await until(lambda: told)
    (run,) = await planned.works.under_way(operator)
    assert run.ends_at == clock.now() + timedelta(minutes=90)
    await settled()
    desk.actions.action("maintenance.end").trigger()
    await until(lambda: titles(page) == [("New card", SlotState.PAST)])
    assert not desk.actions.action("maintenance.extend").isEnabled()


async def test_a_time_of_a_repetition_is_skipped_and_the_rest_called_off(
    page: MaintenancePage, planned: Planned, operator: Actor, desk: Desk, clock: FakeClock
) -> None:
    await planned.works.plan(
        operator, title="Restart", device_ids=(planned.world.devices["core-1"],), minutes=30,
        starts_at=clock.now() + timedelta(days=1), repeat="FREQ=WEEKLY",
    )  # fmt: skip
    await until(lambda: len(titles(page)) == 2)
    assert all(state is SlotState.PLANNED for _, state in titles(page))
    page.table.select(page.table.rows.key_at(0))
    desk.actions.action("maintenance.skip").trigger()
    await until(lambda: SlotState.SKIPPED in {state for _, state in titles(page)})
    planned_one = next(s for s in page.table.rows.rows() if s.state is SlotState.PLANNED)
    page.table.select(planned_one.key)
    desk.actions.action("maintenance.cancel").trigger()
    await until(lambda: [d for d in dialogs(Dialog) if not isinstance(d, MaintenanceForm)])
    dialogs(Dialog)[0].accept_button.click()
    await settled()
    assert await planned.works.windows(operator) == ()


async def test_a_planned_window_is_changed_and_planned_again(
    page: MaintenancePage, planned: Planned, operator: Actor, desk: Desk, clock: FakeClock
) -> None:
    await planned.works.plan(
        operator, title="Restart", device_ids=(planned.world.devices["core-1"],), minutes=30,
        starts_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    await until(lambda: len(titles(page)) == 1)
    page.table.opened.emit(page.table.current())
    await until(lambda: dialogs(MaintenanceForm))
    (form,) = dialogs(MaintenanceForm)
    assert isinstance(form, MaintenanceForm)
    form.what.setText("Longer restart")
    form.hours.setValue(3)
    form.accept_button.click()
    await until(lambda: titles(page) == [("Longer restart", SlotState.PLANNED)])
    await settled()
    desk.actions.action("maintenance.duplicate").trigger()
    await until(lambda: dialogs(MaintenanceForm))
    dialogs(MaintenanceForm)[0].accept_button.click()
    await until(lambda: len(titles(page)) == 2)
    assert len({slot.window.id for slot in page.table.rows.rows()}) == 2


async def test_the_comparison_is_shown_and_leads_to_its_devices(
    page: MaintenancePage, planned: Planned, operator: Actor, desk: Desk, clock: FakeClock
) -> None:
    from noc_console.services.inventory.model import OperStatus

    number = await under_way(planned, operator)
    run = await planned.works.run(operator, run_id=number)
    await planned.comparing.look(operator, run)
    await until(lambda: desk.actions.action("maintenance.compare").isEnabled())
    core, port = planned.world.devices["core-1"], planned.world.ports["core-1"]
    await planned.world.inventory.set_interface_statuses(
        planned.world.collector, device_id=core, statuses={port: OperStatus.DOWN}
    )
    desk.actions.action("maintenance.compare").trigger()
    await until(lambda: page.details.table.rows.rows())
    (finding,) = page.details.table.rows.rows()
    assert (finding.object, finding.after) == ("core-1 · ge-0/0/1", "down")
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.details.opened.emit(finding)
    page.device()
    assert went == [Route("device", id=core, text=f"interface:{port}"), Route("device", id=core)]


async def test_routes_plan_choose_and_filter(
    page: MaintenancePage, planned: Planned, operator: Actor
) -> None:
    page.visit(Route("maintenance", text=f"plan device:{planned.world.devices['edge-3']} what:x"))
    await until(lambda: dialogs(MaintenanceForm))
    (form,) = dialogs(MaintenanceForm)
    assert isinstance(form, MaintenanceForm)
    assert [target.id for target in form.objects.targets] == [planned.world.devices["edge-3"]]
    form.reject()
    await settled()
    first = await under_way(planned, operator)
    await planned.works.begin(
        operator, device_ids=(planned.world.devices["edge-3"],), reason="Fibre"
    )
    await until(lambda: len(titles(page)) == 2)
    page.visit(Route("maintenance", id=first))
    slot = page.table.current()
    assert slot is not None and slot.window.title == "New card"
    page.visit(Route("maintenance", text="what:fibre"))
    assert [title for title, _ in titles(page)] == ["Fibre"]


async def test_chips_show_only_what_is_under_way_and_the_calendar_turns(
    page: MaintenancePage, planned: Planned, operator: Actor, clock: FakeClock
) -> None:
    await under_way(planned, operator)
    await planned.works.plan(
        operator, title="Later", device_ids=(planned.world.devices["core-2"],),
        starts_at=clock.now() + timedelta(days=20),
    )  # fmt: skip
    await until(lambda: titles(page))
    assert [title for title, _ in titles(page)] == ["New card"]
    page.on.click()
    await until(lambda: len(titles(page)) == 2)
    assert [slot.window.title for slot in page.calendar.slots] == ["Later"]
    page.chips.turn(frozenset({"now"}))
    assert titles(page) == [("New card", SlotState.NOW)]
    page.today.click()
    await until(lambda: [s.window.title for s in page.calendar.slots] == ["New card"])


async def test_who_may_only_look_is_offered_nothing_else(desk: Desk, planned: Planned) -> None:
    from noc_console.views.kit.desk import make_desk

    looking = make_desk(Actor("eve", "acme", frozenset({"maintenance.see"})), desk.feed)
    page = MaintenancePage(looking, planned.services)
    shown(page, 1200, 700)
    await settled()
    assert not page.new.isVisible() and not page._empty.button.isVisible()
    assert not looking.actions.action("maintenance.plan").isVisible()
