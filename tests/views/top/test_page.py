"""The page of lists, on real services."""

from __future__ import annotations

import pytest

from noc_console.services.top.model import TopKind, TopSpan
from noc_console.services.top.service import TopService
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from noc_console.views.top.page import TopPage
from tests.views.conftest import shown, until
from tests.views.top.conftest import Measured


@pytest.fixture
async def page(desk: Desk, top: TopService) -> TopPage:
    made = TopPage(desk, top)
    shown(made, 1200, 600)
    await settled()
    return made


def names(page: TopPage) -> list[str]:
    return [f"{row.device} {row.name}".strip() for row in page.listing.rows.rows()]


async def test_the_fullest_port_stands_first_with_its_history(
    page: TopPage, measured: Measured
) -> None:
    assert names(page)[0] == "core-1 ge-0/0/1"
    assert len(names(page)) == 5
    row = page.listing.rows.row(0)
    assert (row.number("util") or 0) > 10
    await until(lambda: page.listing.sparks.curve(measured.port) is not None)


async def test_other_kinds_are_lists_of_their_own(page: TopPage) -> None:
    page.choose_kind(TopKind.SENSORS)
    await settled()
    assert names(page) == ["core-1 Rx power"]
    page.choose_kind(TopKind.DEVICES)
    await settled()
    assert len(names(page)) == 5
    page.choose_kind(TopKind.PROBES)
    await settled()
    assert names(page) == []
    assert not page.is_empty


async def test_a_route_chooses_kind_span_sort_and_filter(page: TopPage) -> None:
    page.visit(Route("top", text="interfaces span:7d sort:errors core-1"))
    await settled()
    assert page.span is TopSpan.WEEK
    assert names(page) == ["core-1 ge-0/0/1"]
    assert page.listing.filter_line.text() == "core-1"
    page.visit(Route("top", text="sensors"))
    assert page.kind is TopKind.SENSORS


async def test_groups_open_into_their_members(page: TopPage) -> None:
    page.choose_group("device")
    await settled()
    assert {row.device for row in page.listing.rows.rows()} == {
        "core-1",
        "core-2",
        "edge-3",
        "olt-4",
        "ups-5",
    }
    group = next(row for row in page.listing.rows.rows() if row.device == "edge-3")
    page.listing.opened.emit(group)
    await settled()
    assert page.listing.group == ""
    await until(lambda: names(page) == ["edge-3 ge-0/0/1"])


async def test_a_row_leads_to_its_graph_its_device_and_the_map(
    page: TopPage, desk: Desk, measured: Measured
) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.listing.select(measured.port)
    row = page.listing.current()
    page.listing.opened.emit(row)
    page.open_graph()
    page.open_device()
    page.show_on_map()
    page.show_alarms()
    assert went == [
        Route("graphs", text=f"interface:{measured.port}"),
        Route("graphs", text=f"interface:{measured.port}"),
        Route("device", id=measured.device),
        Route("map", id=measured.device),
        Route("alarms", text='object:"core-1"'),
    ]


async def test_what_was_chosen_is_remembered(page: TopPage, desk: Desk) -> None:
    page.choose_span(TopSpan.WEEK)
    page.choose_kind(TopKind.DEVICES)
    await settled()
    assert desk.state.get("top") == {"span": "7d", "kind": "devices"}


async def test_new_numbers_come_by_themselves(page: TopPage, measured: Measured) -> None:
    measured.world.clock.tick(hours=2)
    page.mark_stale()
    await settled()
    await until(lambda: page.listing.rows.row(0).number("in") is None)
