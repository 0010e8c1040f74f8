"""Objects are found by typing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.kernel.actor import Actor
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.services.maps.drawings import DrawingService
from noc_console.services.maps.model import Drawing, DrawingKind
from noc_console.views.kit.tasks import settled
from noc_console.views.maintenance.picking import ObjectPicker, found, words
from tests.views.conftest import shown, until
from tests.views.maintenance.conftest import Planned


@pytest.fixture
def picker(planned: Planned, operator: Actor, bugs: list[BaseException]) -> ObjectPicker:
    made = ObjectPicker(operator, planned.world.inventory, planned.services.areas, bugs.append)
    shown(made, 400, 400)
    return made


async def test_words_may_mean_sites_areas_devices_ports_and_a_group(
    planned: Planned, operator: Actor
) -> None:
    drawn = Drawing(uuid4().hex, DrawingKind.ELLIPSE, 0, 0, 50, 50, "core ring")
    await DrawingService(planned.works._db).draw(operator, map_id=0, put=(drawn,))
    inventory, areas = planned.world.inventory, planned.services.areas
    kinds = [target.kind for target in await found(inventory, areas, operator, "core")]
    assert kinds[0] is TargetKind.AREA and kinds[-1] is TargetKind.GROUP
    assert kinds.count(TargetKind.DEVICE) == 2
    site, *_ = await found(inventory, None, operator, "north")
    assert (site.kind, site.name) == (TargetKind.SITE, "Northgate")
    ports = await found(inventory, None, operator, "uplink")
    assert TargetKind.INTERFACE in {target.kind for target in ports}


async def test_enter_takes_the_first_hit_and_delete_takes_it_off_again(
    picker: ObjectPicker, planned: Planned, bugs: list[BaseException]
) -> None:
    QTest.keyClicks(picker.line, "edge-3")
    await until(lambda: picker.hits.isVisible())
    assert picker.hits.item(0).text() == "edge-3"
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert [target.name for target in picker.targets] == ["edge-3"]
    assert picker.line.text() == "" and not picker.hits.isVisible()
    picker.choose(picker.targets)
    assert len(picker.targets) == 1, "each once"
    assert picker.count.text().startswith("1 object")
    picker.chosen.setCurrentRow(0)
    QTest.keyClick(picker.chosen, Qt.Key.Key_Delete)
    assert picker.targets == () and picker.count.text() == ""
    await settled()
    assert bugs == []


async def test_down_goes_into_the_hits_and_an_empty_line_closes_them(
    picker: ObjectPicker,
) -> None:
    QTest.keyClicks(picker.line, "core")
    await until(lambda: picker.hits.isVisible())
    QTest.keyClick(picker.line, Qt.Key.Key_Down)
    picker.hits.setCurrentRow(1)
    QTest.keyClick(picker.hits, Qt.Key.Key_Return)
    assert len(picker.targets) == 1
    QTest.keyClicks(picker.line, "core")
    await until(lambda: picker.hits.isVisible())
    picker.line.clear()
    await until(lambda: not picker.hits.isVisible())
    await settled()


def test_a_group_says_that_it_is_found_later() -> None:
    text = words(Target(TargetKind.GROUP, words="olt -zte\x1b"))
    assert text == "Every device with “olt -zte␛”, when it begins"
    assert words(Target(TargetKind.SITE, 3, "North")) == "North · site"
    assert words(Target(TargetKind.DEVICE, 3)) == "device 3"
