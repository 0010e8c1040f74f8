"""The device page on real services."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from noc_console.db.database import Database
from noc_console.db.samples import INTERFACE, Samples
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.history import AlarmHistoryService
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.since import AlarmsSinceService
from noc_console.services.handover.service import HandoverService
from noc_console.services.inspection.service import InspectionService
from noc_console.services.inventory.model import OperStatus
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.tagging import TagService
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.telemetry.past import LoadHistoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.topology.history import HistoryService
from noc_console.views.device.page import DevicePage
from noc_console.views.device.rows import status_word
from noc_console.views.devices.tagging import TagDialog
from noc_console.views.kit.curves import Span
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from tests.conftest import FakeClock
from tests.views.conftest import until
from tests.views.measured import Ids, measure, on_screen


@pytest.fixture
def page(
    desk: Desk,
    inventory: InventoryService,
    telemetry: TelemetryService,
    alarms: AlarmService,
) -> DevicePage:
    return DevicePage(desk, inventory, telemetry, alarms, InspectionService(inventory))


async def opened(page: DevicePage, device_id: int, text: str = "") -> DevicePage:
    page.visit(Route("device", id=device_id, text=text))
    await on_screen(page)
    await until(lambda: page._known is not None)
    await settled()
    return page


def offered(page: DevicePage) -> list[str]:
    """The tabs that are there."""
    tabs = page.tabs
    return [tabs.tabText(at) for at in range(tabs.count()) if tabs.isTabVisible(at)]


async def test_its_tags_are_changed_here_and_shown_by_themselves(
    desk: Desk,
    inventory: InventoryService,
    telemetry: TelemetryService,
    alarms: AlarmService,
    store: Database,
    ids: Ids,
) -> None:
    service = TagService(store, inventory)
    page = DevicePage(
        desk, inventory, telemetry, alarms, InspectionService(inventory), tags=service
    )
    await opened(page, int(ids["pra-cr1"]))
    desk.actions.action("device.tags").trigger()
    found: list[TagDialog] = []

    def is_open() -> bool:
        found[:] = page.window().findChildren(TagDialog)
        return bool(found) and found[0].isVisible()

    await until(is_open)
    assert found[0].windowTitle() == "Tags of pra-cr1"
    found[0].line.setText("core")
    found[0].accept()
    await until(lambda: page.head.facts.whole().endswith("tags core"))
    desk.actions.action("device.untag").trigger()
    await until(lambda: "tags" not in page.head.facts.whole())


async def test_without_a_device_it_says_how_to_find_one(page: DevicePage) -> None:
    await on_screen(page)
    assert page.is_empty


async def test_it_tells_who_the_device_is_and_what_it_has(page: DevicePage, ids: Ids) -> None:
    titles: list[str] = []
    page.titled.connect(titles.append)
    await opened(page, int(ids["pra-cr1"]))
    assert titles[-1] == "pra-cr1" and page.head.name.whole() == "pra-cr1"
    facts = page.head.facts.whole()
    assert "Juniper MX204 23.4R2" in facts and "Prague" in facts and "serial SN00001" in facts
    assert offered(page) == [
        "Overview",
        "Interfaces  4",
        "Neighbours  4",
        "Sensors  1",
        "Alarms  0",
    ]


async def test_what_can_be_done_with_a_device_is_in_the_menu_of_its_head(
    page: DevicePage, ids: Ids
) -> None:
    await opened(page, int(ids["pra-cr1"]))
    assert page.head.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu
    assert "Show on the map" in [action.text() for action in page.head.actions()]


async def test_interfaces_tell_their_rates_their_load_and_their_neighbour(
    page: DevicePage,
    ids: Ids,
    samples: Samples,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await measure(samples, inventory, operator, clock, int(ids["pra-cr1"]), share=0.3)
    await opened(page, int(ids["pra-cr1"]))
    first = page.ports.rows.rows()[0]
    assert first.share == pytest.approx(0.3, rel=0.01)
    assert first.now is not None and first.now.out_bps == pytest.approx(15e9, rel=0.01)
    assert first.neighbour == "pra-cr2 xe-0/0/1"
    assert first.errors == 0
    assert first.curve is not None and (first.curve[-3:] > 0).all()
    assert page.head.figures["cpu"].value.text() == "42 %"
    page.tabs.turn("sensors")
    (gauge,) = page.gauges.rows.rows()
    assert gauge.text == "41.0 °C"


async def test_what_is_looked_at_is_wished_for(
    page: DevicePage,
    ids: Ids,
    samples: Samples,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await opened(page, int(ids["pra-cr1"]))
    await settled()
    wishes = await samples.wishes(clock.now())
    ports = {int(p.id) for p in await inventory.interfaces(operator, device_id=ids["pra-cr1"])}
    wished = {id for wish in wishes if wish.kind == INTERFACE.name for id in wish.subject_ids}
    assert ports <= wished


async def test_a_hidden_page_asks_for_nothing(page: DevicePage, ids: Ids) -> None:
    await opened(page, int(ids["pra-cr1"]))
    assert page._tick.isActive() and page._wish.isActive()
    page.hide()
    assert not (page._tick.isActive() or page._wish.isActive() or page._past.isActive())


async def test_the_busiest_interface_is_on_the_graph_until_one_is_chosen(
    page: DevicePage,
    ids: Ids,
    samples: Samples,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await measure(samples, inventory, operator, clock, int(ids["pra-cr1"]))
    await opened(page, int(ids["pra-cr1"]))
    await settled()
    assert [curve.name for curve in page.chart.graph.curves] == ["xe-0/0/1 in", "xe-0/0/1 out"]
    page.ports.view.selectAll()
    await settled()
    assert len(page.chart.subjects) == 4
    assert len(page.chart.graph.curves) == 8


async def test_a_route_can_name_the_interface(
    page: DevicePage, ids: Ids, inventory: InventoryService, operator: Actor
) -> None:
    ports = await inventory.interfaces(operator, device_id=ids["pra-cr1"])
    await opened(page, int(ids["pra-cr1"]), text=f"interface:{ports[2].id}")
    assert [port.interface.id for port in page.ports.selection()] == [ports[2].id]
    assert [subject.id for subject in page.chart.subjects] == [int(ports[2].id)]


async def test_a_figure_puts_its_history_on_the_graph(
    page: DevicePage,
    ids: Ids,
    samples: Samples,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await measure(samples, inventory, operator, clock, int(ids["pra-cr1"]))
    await opened(page, int(ids["pra-cr1"]))
    page.head.figure_chosen.emit("memory")
    await settled()
    assert page.chart.drawn.key == "memory"
    (curve,) = page.chart.graph.curves
    assert curve.values[-1] == pytest.approx(61.0)


async def test_a_drag_looks_closer_and_a_double_click_comes_back(
    page: DevicePage, ids: Ids, clock: FakeClock, samples: Samples
) -> None:
    await opened(page, int(ids["pra-cr1"]))
    page.chart.choose_range("24h")
    await settled()
    end = clock.now().timestamp()
    page.chart.graph.zoomed.emit(Span(end - 7200, end - 3600))
    await settled()
    assert page.chart.graph.span == Span(end - 7200, end - 3600)
    assert not page.chart.is_live
    page.chart.graph.zoomed_out.emit()
    await settled()
    assert page.chart.graph.span.seconds == 86_400


async def test_an_interface_that_goes_down_shows_at_once(
    page: DevicePage, ids: Ids, inventory: InventoryService, operator: Actor
) -> None:
    await opened(page, int(ids["pra-cr1"]))
    port = page.ports.rows.rows()[1].interface
    await inventory.set_interface_statuses(
        operator, device_id=ids["pra-cr1"], statuses={port.id: OperStatus.DOWN}
    )
    await until(lambda: "down" in [status_word(p.interface) for p in page.ports.rows.rows()])


async def test_its_alarms_are_listed_and_lead_to_the_desk(
    page: DevicePage, ids: Ids, alarms: AlarmService, operator: Actor, desk: Desk
) -> None:
    await opened(page, int(ids["pra-cr1"]))
    await alarms.report(
        operator,
        about=AlarmObject(ids["pra-cr1"]),
        condition=Condition.CPU,
        severity=Severity.MINOR,
        text="CPU 91 %",
    )
    await until(lambda: page.alarms.rows.rows())
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.open_alarms()
    assert went == [Route("alarms", text="device:pra-cr1")]


async def test_events_of_other_devices_do_not_reload_it(
    page: DevicePage, ids: Ids, alarms: AlarmService, operator: Actor
) -> None:
    await opened(page, int(ids["pra-cr1"]))
    before = page._known
    await alarms.report(
        operator,
        about=AlarmObject(ids["brn-cr1"]),
        condition=Condition.CPU,
        severity=Severity.MINOR,
        text="busy",
    )
    await settled()
    assert page._known is before


async def test_neighbours_lead_on_and_say_why(page: DevicePage, ids: Ids, desk: Desk) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    await opened(page, int(ids["pra-cr1"]))
    neighbour = page.neighbours.rows.rows()[0]
    assert neighbour.name == "pra-cr2" and neighbour.link.score >= 90
    page.neighbours.opened.emit(neighbour)
    assert went == [Route("device", id=int(ids["pra-cr2"]))]
    page.show_on_map()
    assert went[-1] == Route("map", id=int(ids["pra-cr1"]))


async def test_another_device_starts_with_nothing_of_the_last(page: DevicePage, ids: Ids) -> None:
    await opened(page, int(ids["pra-cr1"]))
    page.visit(Route("device", id=int(ids["brn-ups1"])))
    assert page.ports.rows.rows() == ()
    await until(lambda: page._known is not None)
    assert page.head.name.whole() == "brn-ups1"


async def test_gaps_stay_gaps_on_the_graph(
    page: DevicePage,
    ids: Ids,
    samples: Samples,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await measure(samples, inventory, operator, clock, int(ids["pra-cr1"]))
    clock.time += timedelta(minutes=4)
    await measure(samples, inventory, operator, clock, int(ids["pra-cr1"]))
    await opened(page, int(ids["pra-cr1"]))
    page.chart.choose_range("1h")
    await settled()
    values = page.chart.graph.curves[0].values
    inner = values[1:-1]
    assert (inner != inner).any(), "the four silent minutes are not drawn over"
    assert page.split.orientation() == Qt.Orientation.Vertical


async def test_notes_pinned_to_the_device_show_under_its_head(
    desk: Desk,
    inventory: InventoryService,
    telemetry: TelemetryService,
    alarms: AlarmService,
    store: Database,
    clock: FakeClock,
    operator: Actor,
    ids: Ids,
) -> None:
    handover = HandoverService(
        store,
        clock=clock,
        alarms=AlarmsSinceService(store),
        maintenance=MaintenanceService(store, clock=clock),
        inventory=inventory,
        history=HistoryService(
            inventory,
            AlarmHistoryService(store),
            LoadHistoryService(telemetry._samples, telemetry, inventory, clock=clock),
            clock=clock,
        ),
    )
    number = int(ids["pra-cr1"])
    page = DevicePage(
        desk, inventory, telemetry, alarms, InspectionService(inventory), handover=handover
    )
    await opened(page, number)
    assert page.notes is not None and not page.notes.isVisible()
    await handover.pin(operator, about=f"device:{number}", text="fan is loud")
    await until(lambda: page.notes is not None and page.notes.isVisible())
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.maintain()
    page.terminal()
    assert went == [
        Route("maintenance", text=f"plan device:{number}"),
        Route("terminal", text=f"ssh:device:{number}"),
    ]
