"""The page of flows, on real services and flows a worker summed up."""

from __future__ import annotations

import pytest

from noc_console.services.flows.model import Dimension
from noc_console.views.flows.asked import Asked
from noc_console.views.flows.page import FlowsPage
from noc_console.views.flows.teach import Hearing
from noc_console.views.kit.curves import Span
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until
from tests.views.flows.conftest import Flowing, name_customers


@pytest.fixture
async def page(desk: Desk, flowing: Flowing) -> FlowsPage:
    await name_customers(flowing, desk.actor)
    await flowing.an_hour(8, each=40)
    made = FlowsPage(desk, flowing.flows, Hearing("203.0.113.5"))
    shown(made, 1286, 700)
    await until(lambda: made.table.rows.rows())
    await settled()
    return made


def labels(page: FlowsPage) -> list[str]:
    return [row.talker.label for row in page.table.rows.rows()]


async def test_talkers_are_listed_with_their_share(page: FlowsPage) -> None:
    rows = page.table.rows.rows()
    assert labels(page)[0] == "https"
    assert sum(row.share for row in rows) == pytest.approx(1.0)
    assert page.graph.told.whole().startswith("average ")
    assert len(page.graph.plot.layers) == 7


async def test_a_click_narrows_to_the_talker_and_looks_from_the_next_side(page: FlowsPage) -> None:
    page.table.select(page.table.rows.row(0).key)
    page.narrow()
    await settled()
    assert page.bar.asked == Asked(Dimension.SOURCE, 60, None, ("application:tcp/443",))
    assert all(label.startswith("198.18.") for label in labels(page))
    page.back()
    await settled()
    assert labels(page)[0] == "https"


async def test_a_filter_is_typed_and_its_chip_takes_it_away(page: FlowsPage) -> None:
    page.bar.line.setText("customer:School 12   port:443")
    page.bar.line.returnPressed.emit()
    await settled()
    assert page.bar.asked.where == ("customer:School 12", "port:443")
    chip = page.bar.chips.itemAt(0).widget()
    chip.click()
    await settled()
    assert page.bar.asked.where == ("port:443",)


async def test_a_filter_that_means_nothing_is_said_in_place(page: FlowsPage) -> None:
    page.bar.ask(Asked(where=("colour:red",)))
    await until(lambda: page.strip.isVisible())
    assert "colour:red" in page.strip.text.text()


async def test_a_stretch_is_looked_at_closer_and_left_again(page: FlowsPage) -> None:
    whole = page.graph.plot.span
    page.graph.zoomed.emit(Span(whole.end - 360, whole.end - 60))
    await settled()
    assert page.bar.asked.minutes == 5
    assert page.graph.plot.span.seconds == 300
    assert page.bar.now_button.isVisible()
    page.bar.now_button.click()
    await settled()
    assert page.bar.asked.end is None


async def test_an_interface_leads_to_the_page_of_its_device(
    page: FlowsPage, desk: Desk, flowing: Flowing
) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.bar.ask(Asked(by=Dimension.IN_INTERFACE))
    await settled()
    page.table.select(page.table.rows.row(0).key)
    page.device()
    (route,) = went
    assert route.page == "device"
    name = next(name for name, id in flowing.world.devices.items() if id == route.id)
    assert route.text == f"interface:{flowing.world.ports[name]}"


async def test_a_route_brings_its_filter(page: FlowsPage) -> None:
    page.tabs.setCurrentIndex(2)
    page.visit(Route("flows", text="device:core-1"))
    await settled()
    assert page.tabs.currentIndex() == 0
    assert page.bar.asked.where == ("device:core-1",)


async def test_what_one_looked_at_is_remembered(page: FlowsPage) -> None:
    page.bar.ask(Asked(by=Dimension.DSCP, minutes=360))
    await settled()
    assert page.desk.state.get("flows") == {"by": "dscp", "minutes": 360}
    page.bar.show_asked(Asked())
    page._restore()
    assert page.bar.asked == Asked(by=Dimension.DSCP, minutes=360)


async def test_the_rest_stands_last_and_leads_nowhere(page: FlowsPage, flowing: Flowing) -> None:
    page.bar.ask(Asked(by=Dimension.CONVERSATION))
    await settled()
    row = page.table.rows.rows()[-1]
    assert (row.is_rest, row.talker.label) == (True, "all others")
    asked = page.bar.asked
    page.table.select(row.key)
    page.narrow()
    assert page.bar.asked == asked


async def test_without_any_exporter_the_page_teaches(desk: Desk, flowing: Flowing) -> None:
    page = FlowsPage(desk, flowing.flows, Hearing("203.0.113.5"))
    shown(page, 1286, 700)
    await settled()
    assert page.teach.isVisible()
    flowing.worker.take(b"whatever", "203.0.113.77")
    await flowing.worker.turn()
    page.reload()
    await settled()
    assert page.teach.isVisible(), "strangers are no reason to stop teaching"
    assert page.tabs.tabText(1) == "Exporters, 1 unknown"
    await flowing.an_hour(1, each=4)
    page.reload()
    await settled()
    assert not page.teach.isVisible()
