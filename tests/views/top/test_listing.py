"""A long list asks for the curves it shows, and for no others."""

from __future__ import annotations

import numpy as np
import pytest

from noc_console.services.top import sheets
from noc_console.services.top.model import TopKind, TopSpan
from noc_console.services.top.service import TopService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.top.listing import TopList, busiest
from tests.views.conftest import shown, until
from tests.views.top.conftest import sheet_of


class Asked:
    """Stands for the service: which rows it is asked for is the point here."""

    def __init__(self) -> None:
        self.ids: list[list[int]] = []

    async def curves(self, actor, *, of, ids, span):
        self.ids.append(list(ids))
        return {number: np.array([1.0, 2.0, 3.0]) for number in ids}


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
async def listing(desk: Desk, asked: Asked, bugs: list[BaseException]) -> TopList:
    made = TopList(desk, asked, TopKind.INTERFACES, bugs.append)  # type: ignore[arg-type]
    shown(made, 1100, 500)
    made.sort_by("in", made.view.horizontalHeader().sortIndicatorOrder())
    whole = sheet_of(list(range(5000)))
    made.show_sheet(whole, whole)
    await settled()
    await until(lambda: asked.ids)
    await settled()
    return made


async def test_what_is_on_screen_and_a_page_ahead_is_asked_for_once(
    listing: TopList, asked: Asked
) -> None:
    first, last = listing.in_sight()
    assert first == 0
    assert 20 < last < 60
    assert asked.ids == [listing.model.ids[:last].tolist()]
    listing.ask_curves()
    await settled()
    assert len(asked.ids) == 1


async def test_a_scroll_asks_for_where_it_rests_only(listing: TopList, asked: Asked) -> None:
    bar = listing.view.verticalScrollBar()
    for part in range(1, 40):
        bar.setValue(bar.maximum() * part // 40)
    bar.setValue(bar.maximum() // 2)
    await until(lambda: len(asked.ids) > 1)
    await settled()
    assert len(asked.ids) == 2
    middle = listing.model.ids[2300:2700].tolist()
    assert set(asked.ids[1]) <= set(middle)
    assert listing.sparks.curve(asked.ids[1][0]) is not None


async def test_new_numbers_keep_the_choice_and_its_place(listing: TopList) -> None:
    bar = listing.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    chosen = int(listing.model.ids[2500])
    listing.select(chosen)
    index = listing.view.currentIndex()
    height = listing.view.visualRect(index).top()
    values = np.random.default_rng(3).permutation(5000).astype(float).tolist()
    listing.show_sheet(fresh := sheet_of(values), fresh)
    await settled()
    row = listing.current()
    assert row is not None
    assert row.id == chosen
    assert listing.view.visualRect(listing.view.currentIndex()).top() == height


async def test_another_span_asks_anew(listing: TopList, asked: Asked) -> None:
    listing.set_span(TopSpan.WEEK)
    await until(lambda: len(asked.ids) == 2)
    assert asked.ids[1] == asked.ids[0]


async def test_a_group_shows_its_members_together(listing: TopList, asked: Asked) -> None:
    whole = sheet_of([5.0, 1.0, 9.0, 2.0])
    whole.numbers["out"][:] = 0.0
    listing.set_group("device")
    listing.show_sheet(whole, sheets.grouped(whole, "device"))
    await settled()
    await until(lambda: len(asked.ids) > 1)
    await settled()
    assert sorted(asked.ids[-1]) == [10, 20, 30, 40]
    two = next(row for row in listing.model.rows() if row.members == 2)
    curve = listing.sparks.curve(two.id)
    assert curve is not None
    assert curve.tolist() == [2.0, 4.0, 6.0]
    assert busiest(whole, np.array([0, 3])) == [10, 40]


async def test_the_real_service_fits_the_list(
    desk: Desk, top: TopService, bugs: list[BaseException]
) -> None:
    made = TopList(desk, top, TopKind.SENSORS, bugs.append)
    shown(made)
    sheet = await top.sheet(desk.actor, of=TopKind.SENSORS)
    made.show_sheet(sheet, sheet)
    await until(lambda: made.sparks.curve(int(sheet.facts.ids[0])) is not None)
    assert bugs == []
