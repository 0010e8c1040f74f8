"""The tabs of a device, on a real inspection kept by the real services."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.db.samples import SENSOR, Poll, Row, Samples
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inspection.service import InspectionService
from noc_console.services.inspection.to_inventory import inspected
from noc_console.services.inventory.model import EvidenceKind, SeenNeighbour, SensorKind
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.views.device.gauges import is_power
from noc_console.views.device.page import DevicePage
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from tests.conftest import FakeClock
from tests.views.conftest import until
from tests.views.device.made import gauge, stack
from tests.views.measured import on_screen


@pytest.fixture
async def page(
    desk: Desk,
    inventory: InventoryService,
    telemetry: TelemetryService,
    alarms: AlarmService,
    operator: Actor,
    clock: FakeClock,
    samples: Samples,
) -> DevicePage:
    """The stack, measured once, on its page."""
    seen = inspected(stack(), address="10.0.0.1", port=161, credential_id=1, at=clock.now())
    number = int(await inventory.record(operator, inspected=seen))
    told = {sensor.reading.oid: sensor.value for sensor in stack().sensors}
    rows = [
        Row(SENSOR, int(sensor.id), [int(told[sensor.oid] * 1000)])
        for sensor in await inventory.sensors(operator, device_id=number)
        if sensor.oid in told
    ]
    at_ms = int(clock.now().timestamp() * 1000) - 60_000
    await samples.append([Poll(number, at_ms, rows)])
    made = DevicePage(desk, inventory, telemetry, alarms, InspectionService(inventory))
    made.visit(Route("device", id=number))
    await on_screen(made)
    await until(lambda: made._known is not None and made._now.sensors)
    await settled()
    return made


def offered(page: DevicePage) -> list[str]:
    tabs = page.tabs
    return [tabs.tabText(at).split("  ")[0] for at in range(tabs.count()) if tabs.isTabVisible(at)]


async def test_a_section_is_there_when_it_has_something_to_show(page: DevicePage) -> None:
    assert offered(page) == [
        "Overview", "Interfaces", "Neighbours", "Sensors", "Optics", "Chassis", "Switching",
        "Routing", "Power", "ONUs", "Alarms",
    ]  # fmt: skip
    assert not page.tabs.turn("wireless")


async def test_the_front_shows_the_ports_with_a_socket(page: DevicePage) -> None:
    panel = page.tabs.overview.panel
    assert len(panel.front.sockets) == 52
    names = {port.interface.name for port in panel._order}
    assert "Port-channel1" not in names and "TenGigabitEthernet1/1/1" in names


async def test_a_port_of_the_front_goes_on_the_graph_and_opens_its_row(page: DevicePage) -> None:
    panel = page.tabs.overview.panel
    wanted = panel._order[3].interface
    panel.chosen.emit(int(wanted.id))
    assert [subject.name for subject in page.chart.subjects] == [wanted.name]
    panel.opened.emit(int(wanted.id))
    assert page.tabs.key == "interfaces"
    assert [port.interface.id for port in page.ports.selection()] == [wanted.id]


async def test_sensors_stand_by_class_and_chips_sift_them(page: DevicePage) -> None:
    page.tabs.turn("sensors")
    gauges = page.gauges.rows.rows()
    assert [gauge.text for gauge in gauges[:2]] == ["normal", "critical"]
    chips = page.tabs.classes
    assert chips is not None
    chips.buttons["dbm"].click()
    assert {gauge.sensor.kind for gauge in page.gauges.rows.rows()} == {SensorKind.DBM}
    chips.buttons["dbm"].click()
    assert len(page.gauges.rows.rows()) == len(gauges)


async def test_a_sensor_that_is_chosen_goes_on_the_graph_in_its_own_words(
    page: DevicePage,
) -> None:
    page.tabs.turn("sensors")
    fan = page.gauges.rows.rows()[1]
    page.gauges.select(fan.sensor.id)
    assert [subject.id for subject in page.chart.subjects] == [int(fan.sensor.id)]
    write = page.chart.subjects[0].write
    assert write is not None and write(3.0) == "critical"


async def test_optics_tell_the_margin_and_lead_to_their_light(page: DevicePage) -> None:
    page.tabs.turn("optics")
    (optic,) = page.tabs.optics.rows.rows()
    assert optic.margin == pytest.approx(2.4)
    page.tabs.optics.select(optic.key)
    assert [subject.name for subject in page.chart.subjects] == [
        "Te1/1/1 receive",
        "Te1/1/1 transmit",
    ]


async def test_the_last_hour_is_in_the_unit_of_the_sensor(page: DevicePage) -> None:
    await until(lambda: page._gauge_curves)
    page.tabs.turn("sensors")
    inlet = next(g for g in page.gauges.rows.rows() if g.sensor.name == "Inlet")
    assert inlet.curve is not None
    assert np.nanmax(inlet.curve) == pytest.approx(31.0)


async def test_the_graph_steps_aside_where_rows_have_no_history(page: DevicePage) -> None:
    for key, is_there in (("chassis", False), ("sensors", True), ("routing", False)):
        page.tabs.turn(key)
        assert page.chart.isHidden() is not is_there


async def test_the_chassis_is_a_tree_with_states(page: DevicePage) -> None:
    page.tabs.turn("chassis")
    page.tabs.chassis.set_filter("fan")
    told = {piece.title: piece.word for piece in page.tabs.chassis.rows.rows()}
    assert told == {"Fan 1": "normal", "Fan 2": "critical"}


async def test_switching_has_the_matrix_and_its_lists(page: DevicePage) -> None:
    page.tabs.turn("switching")
    matrix = page.tabs.matrix.matrix
    assert [vlan.vlan for vlan in matrix.vlans] == [1, 10, 2005] and len(matrix.ports) == 5
    page.tabs.matrix_line.setText("users")
    assert [vlan.vlan for vlan in page.tabs.matrix.matrix.vlans] == [10]
    page.tabs.matrix_line.setText("")
    page.tabs.switching.turn("stp")
    assert [row.state for row in page.tabs.stp.rows.rows()] == ["forwarding", "blocking"]
    opened = page.tabs.matrix.matrix.ports[0]
    page.tabs.matrix.opened.emit(int(opened.id))
    assert page.tabs.key == "interfaces"


async def test_routing_and_power_and_onus_are_listed(page: DevicePage) -> None:
    page.tabs.turn("routing")
    assert [peer.state for peer in page.tabs.bgp.rows.rows()] == ["established", "active"]
    page.tabs.routing.turn("vrfs")
    assert "GigabitEthernet1/0/1" in page.tabs.vrfs.csv()
    page.tabs.turn("power")
    assert [gauge.sensor.name for gauge in page.tabs.supplies.rows.rows()] == ["Power supply 1"]
    assert len(page.tabs.poe.rows.rows()) == 2
    page.tabs.turn("onus")
    assert "home 1" in page.tabs.onus.csv()


async def test_neighbours_the_inventory_does_not_know_are_told_in_their_own_words(
    page: DevicePage, inventory: InventoryService, operator: Actor
) -> None:
    assert page.device_id is not None
    phone = SeenNeighbour(
        EvidenceKind.LLDP, 101, "desk phone", "1", "LAN", "", "02:00:00:00:00:09", "raw row", True
    )
    await inventory.record_evidence(operator, device_id=page.device_id, neighbours=(phone,))
    page.mark_stale()
    await until(lambda: page.tabs.heard.rows.rows())
    assert "Neighbours" in offered(page)
    page.tabs.turn("neighbours")
    assert page.tabs.around.current == "heard"
    told = page.tabs.heard.csv()
    assert "GigabitEthernet1/0/1,desk phone,LAN" in told and "endpoint,LLDP" in told


async def test_finding_goes_to_the_filter_of_what_is_shown(page: DevicePage) -> None:
    page.tabs.turn("routing")
    page.tabs.find_text()
    assert page.tabs.bgp.filter_line.hasFocus()
    page.tabs.turn("overview")
    page.tabs.find_text()
    assert page.tabs.key == "interfaces" and page.ports.filter_line.hasFocus()
    page.tabs.turn("switching")
    page.tabs.find_text()
    assert page.tabs.matrix_line.hasFocus()
    QTest.keyClick(page.tabs.matrix_line, Qt.Key.Key_Escape)


async def test_another_device_has_none_of_its_sections(
    page: DevicePage, inventory: InventoryService, operator: Actor
) -> None:
    number = await inventory.record_unknown(operator, name="other", address="10.0.0.9")
    page.visit(Route("device", id=int(number)))
    await until(lambda: page._known is not None)
    await settled()
    assert offered(page) == ["Overview", "Interfaces", "Neighbours", "Sensors", "Alarms"]
    assert page.tabs.bgp.rows.rows() == () and page.tabs.overview.panel.front.sockets == ()


def test_volts_of_an_optic_are_not_those_of_the_supply() -> None:
    assert is_power(gauge(1, SensorKind.VOLTAGE, 230.0, "Input"))
    assert not is_power(gauge(2, SensorKind.VOLTAGE, 3.3, "xe-0", interface_id=7))
    assert is_power(gauge(3, SensorKind.STATE, 1, "PSU 1"))
    assert not is_power(gauge(4, SensorKind.STATE, 1, "Fan 1"))
