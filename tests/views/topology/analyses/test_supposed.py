"""The panel of what-if."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId
from noc_console.services.topology.analysis import Study
from noc_console.services.topology.model import LinkState, Load
from noc_console.views.topology.analyses.keys import AtLink
from noc_console.views.topology.analyses.supposed import TEACHES, Failing, SupposedPanel, short
from tests.services.topology.rules.spun import G, graph_of

LOADS = [Load(8 * G, 2 * G, LinkState.UP), Load(1 * G, 1 * G, LinkState.UP)]
GRAPH = graph_of(
    4,
    [(0, 1), (1, 2), (0, 2), (2, 3)],
    speeds=[10 * G, 10 * G, 20 * G, 10 * G],
    loads=LOADS,
    types=[DeviceType.ROUTER],
)


@pytest.fixture
def panel() -> SupposedPanel:
    shown = SupposedPanel()
    shown.show()
    return shown


async def suppose(panel: SupposedPanel) -> None:
    failing = panel.failing
    panel.show_answer(await Study(GRAPH).what_if(failing.devices, failing.links))


def test_an_empty_panel_teaches_and_says_that_nothing_is_changed(panel: SupposedPanel) -> None:
    assert panel.verdict.text() == TEACHES
    assert panel.banner.isVisible() and panel.banner.property("role") == "strip"
    assert not panel.list.isVisible() and not panel.tabs.isVisible()


async def test_a_cut_link_shows_where_its_load_goes(panel: SupposedPanel) -> None:
    panel.failing.toggle_links([(LinkId(1), "d1 – d2", DeviceId(1), DeviceId(2))])
    await suppose(panel)
    words = [button.text() for button in panel.tabs.buttons.values()]
    assert words == ["1 failing", "0 cut off", "2 carry more"]
    panel.tabs.buttons["shifted"].click()
    first = panel.list.rows[0]
    assert first.text == "d2 – d3" and first.value == "busy" and first.is_bad
    assert [gauge.text for gauge in first.gauges] == ["10%", "90%"]
    marks = panel.lit().links
    assert marks[LinkId(1)].dashed and marks[LinkId(1)].text == "fails"
    assert marks[LinkId(2)].text == "+8G · 90%" and marks[LinkId(2)].tint == "attention.plain"
    assert marks[LinkId(3)].text == "+8G" and marks[LinkId(3)].tint == "accent.plain"


async def test_the_card_tells_what_a_link_would_carry(panel: SupposedPanel) -> None:
    panel.failing.toggle_links([(LinkId(1), "d1 – d2", DeviceId(1), DeviceId(2))])
    await suppose(panel)
    assert panel.story((LinkId(2),)) == (("If so", "+8.00 Gb/s · 90%"),)
    assert panel.story((LinkId(1),)) == (("If so", "fails"),)
    assert panel.story((LinkId(4),)) == ()


async def test_who_is_cut_off_is_listed_and_dashed(panel: SupposedPanel) -> None:
    panel.failing.toggle_devices([(DeviceId(3), "d3")])
    await suppose(panel)
    panel.tabs.buttons["cut"].click()
    assert [row.text for row in panel.list.rows] == ["d4"]
    assert panel.lit().devices[DeviceId(4)].dashed
    assert "in 2 parts (now 1)" in panel.note.text()


async def test_the_chosen_one_is_mended(panel: SupposedPanel) -> None:
    asked: list[bool] = []
    panel.asked.connect(lambda: asked.append(True))
    panel.failing.toggle_links([(LinkId(1), "d1 – d2", DeviceId(1), DeviceId(2))])
    await suppose(panel)
    panel.list.go(0)
    assert panel.list.current is not None and isinstance(panel.list.current.key, AtLink)
    panel.mend_current()
    assert asked == [True] and not panel.failing
    await suppose(panel)
    assert panel.verdict.text() == TEACHES and not panel.lit().links


def test_all_is_mended_at_once(panel: SupposedPanel) -> None:
    panel.failing.toggle_devices([(DeviceId(1), "d1"), (DeviceId(2), "d2")])
    panel.clear()
    assert not panel.failing


def test_failing_is_turned_on_and_off() -> None:
    failing = Failing()
    failing.toggle_devices([(DeviceId(1), "a")])
    failing.toggle_devices([(DeviceId(1), "a"), (DeviceId(2), "b")])
    assert set(failing.devices) == {1, 2}
    failing.toggle_devices([(DeviceId(1), "a")])
    assert set(failing.devices) == {2}
    failing.toggle_devices([])
    assert failing


async def test_the_links_that_carry_more_are_copied(panel: SupposedPanel) -> None:
    panel.failing.toggle_links([(LinkId(1), "d1 – d2", DeviceId(1), DeviceId(2))])
    await suppose(panel)
    panel.copy_csv()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1].startswith("d2 – d3,10000000000,0.1,0.9,")


@pytest.mark.parametrize(
    ("bps", "text"), [(1.24e9, "1.2G"), (8e9, "8G"), (966e6, "966M"), (100e9, "100G"), (5, "5")]
)
def test_little_room_has_a_short_number(bps: float, text: str) -> None:
    assert short(bps) == text
