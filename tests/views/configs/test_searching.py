"""The search pane."""

from __future__ import annotations

from noc_console.services.configs.model import Match
from noc_console.views.configs.searching import SearchPane
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.conftest import FakeClock
from tests.views.configs.conftest import TEXT, Kept
from tests.views.conftest import shown, until


async def test_lines_are_found_in_the_newest_and_in_all_versions(
    desk: Desk, kept: Kept, clock: FakeClock, bugs: list[BaseException]
) -> None:
    await kept.keep("r1")
    clock.tick(hours=1)
    await kept.keep("r1", TEXT.replace("uplink", "downlink"))
    errors: list[BaseException] = []
    pane = SearchPane(desk, kept.archive, errors.append)
    shown(pane)
    pane.search()  # nothing to look for: nothing happens
    pane.line.setText("description uplink")
    pane.search()
    await until(lambda: pane.told.text().startswith("0 lines"))
    pane.every.setChecked(True)
    pane.button.click()
    await until(lambda: pane.table.rows.count() == 1)
    opened: list[Match] = []
    pane.opened.connect(opened.append)
    pane.table.opened.emit(pane.table.rows.row(0))
    assert opened[0].text == " description uplink" and not opened[0].is_newest
    pane.line.setText("/(a+)+/")
    pane.search()
    await until(lambda: errors)
    await settled()
    assert bugs == []


async def test_lines_stand_by_device_in_the_order_of_its_configuration(
    desk: Desk, kept: Kept, clock: FakeClock
) -> None:
    for name in ("r2", "r1"):
        await kept.keep(name)
    pane = SearchPane(desk, kept.archive, lambda error: None)
    shown(pane)
    pane.line.setText("/i/")
    pane.search()
    await until(lambda: pane.table.rows.count() > 4)
    rows = [pane.table.rows.row(at) for at in range(pane.table.rows.count())]
    assert [(row.device, row.line) for row in rows] == sorted(
        (row.device, row.line) for row in rows
    )
    assert {row.device for row in rows} == {"r1", "r2"}
