"""The versions of a device: what changed, the whole text, secrets only when asked for."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QGuiApplication

from noc_console.views.configs.versions import COMMANDS, DIFF, WHOLE, VersionsPane
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.conftest import FakeClock
from tests.services.accounting.test_model import RECORD
from tests.views.configs.conftest import TEXT, Kept
from tests.views.conftest import shown, until


async def test_a_version_shows_what_it_changed_and_its_whole_text(
    desk: Desk, kept: Kept, clock: FakeClock
) -> None:
    number = await kept.keep("r1")
    clock.tick(hours=1)
    await kept.keep("r1", TEXT.replace("uplink", "downlink"))
    errors: list[BaseException] = []
    pane = VersionsPane(desk, kept.archive, kept.accounting, errors.append)
    shown(pane)
    pane.show_device(number, "r1")
    await until(lambda: pane.comparison)
    assert pane.table.rows.count() == 2 and pane.stack.currentIndex() == DIFF
    assert "+1 −1" in pane.told.text()
    pane.copy()
    assert "- description uplink" in QGuiApplication.clipboard().text()
    pane.chips["unified"].setChecked(True)
    pane.chips["all"].setChecked(True)
    assert len(pane.diff.rows) == 10
    pane.chips["whole"].setChecked(True)
    await until(lambda: pane.shown)
    assert pane.stack.currentIndex() == WHOLE and not pane.chips["changes"].isChecked()
    assert "downlink" in pane.text.toPlainText() and "canary" not in pane.text.toPlainText()
    assert "1 secret masked" in pane.told.text()
    pane.chips["secrets"].setChecked(True)
    await until(lambda: "canary" in pane.text.toPlainText())
    pane.search_line.setText("router bgp")
    pane.find_next()
    assert pane.text.textCursor().selectedText() == "router bgp"
    pane.search_line.setText("nowhere")
    pane.find_next()
    assert "does not occur" in pane.told.text()
    pane.copy()
    assert pane.text.textCursor().hasSelection() or pane.text.toPlainText()
    pane.show_device(None)
    assert pane.table.rows.count() == 0
    await settled()
    assert errors == []


async def test_the_commands_before_a_version_are_shown_with_who_typed_them(
    desk: Desk, kept: Kept, clock: FakeClock
) -> None:
    number = await kept.keep("r1")
    clock.tick(hours=1)
    told = replace(RECORD, device_id=number, at=clock.now())
    typed = [
        replace(told, command="show clock"),
        replace(told, command="hostname <b>r2</b>", is_change=True),
    ]
    await kept.accounting.keep(desk.actor, records=typed)
    clock.tick(minutes=1)
    await kept.keep("r1", TEXT.replace("uplink", "downlink"))
    errors: list[BaseException] = []
    pane = VersionsPane(desk, kept.archive, kept.accounting, errors.append)
    shown(pane)
    pane.show_device(number, "r1")
    await until(lambda: pane.comparison)
    pane.chips["commands"].setChecked(True)
    await until(lambda: pane.commands.rows.count() == 2)
    assert pane.stack.currentIndex() == COMMANDS and not pane.chips["changes"].isChecked()
    assert pane.told.text() == "2 records, 1 that may change the device"
    hidden = [pane.chips[id].isHidden() for id in ("unified", "all", "secrets")]
    assert all(hidden) and pane.search_line.isHidden(), "they do nothing here"
    assert "mira" in pane.commands.csv() and "hostname <b>r2</b>" in pane.commands.csv()
    pane.copy()
    assert "show clock" in QGuiApplication.clipboard().text()
    pane.table.select(min(one.id for one in pane.table.rows.all_rows()))
    await until(lambda: "accounted no command" in pane.told.text())
    assert pane.commands.rows.count() == 0
    pane.chips["commands"].setChecked(False)
    assert pane.chips["changes"].isChecked()
    pane.chips["changes"].setChecked(False)
    assert pane.chips["whole"].isChecked()
    await until(lambda: not pane.search_line.isHidden())
    await settled()
    assert errors == []


async def test_a_line_that_was_found_is_shown_where_it_stands(
    desk: Desk, kept: Kept, clock: FakeClock
) -> None:
    number = await kept.keep("r1")
    version = await kept.archive.latest(desk.actor, device_id=number)
    assert version is not None
    pane = VersionsPane(desk, kept.archive, kept.accounting, lambda _: None)
    shown(pane)
    pane.show_version(version.id, 6)
    pane.show_device(number, "r1")
    await until(lambda: pane.shown)
    assert pane.text.textCursor().selectedText() == "router bgp 65000"
    await settled()
