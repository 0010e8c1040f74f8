"""The page of configurations: what stands in the way first, and the way out beside it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from noc_console.services.compliance.model import RuleKind
from noc_console.services.configs.model import Why
from noc_console.views.configs.forms import ExportDialog, PolicyDialog
from noc_console.views.configs.page import ConfigServices, ConfigsPage
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from tests.conftest import FakeClock
from tests.views.configs.conftest import TEXT, Kept
from tests.views.conftest import shown, until


@pytest.fixture
def page(desk: Desk, kept: Kept) -> ConfigsPage:
    services = ConfigServices(
        kept.backups, kept.archive, kept.compliance, kept.exports, kept.accounting, kept.credentials
    )
    return ConfigsPage(desk, services)


def dialog() -> QDialog | None:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    return found[0] if found else None


async def test_an_empty_page_teaches(page: ConfigsPage) -> None:
    shown(page)
    await until(lambda: page.is_empty)
    await settled()


async def test_devices_stand_with_their_newest_version_and_rules(
    page: ConfigsPage, kept: Kept, desk: Desk, clock: FakeClock, bugs: list[BaseException]
) -> None:
    await kept.keep("r1")
    await kept.keep("r2")
    await kept.keep("bad", error="192.0.2.3 does not answer", reason="timeout")
    await kept.compliance.save_rule(desk.actor, name="ntp", kind=RuleKind.HAS, text="ntp server x")
    await kept.compliance.judge(desk.actor, versions=await kept.compliance.stale(desk.actor))
    shown(page)
    await until(lambda: page.table.rows.count() == 3)
    rows = {row.one.name: row for row in page.table.rows.rows()}
    assert rows["bad"].state == "failing" and rows["r1"].score is not None
    assert page.table.rows.row(0).one.name == "bad"
    page.chips.buttons["trouble"].setChecked(True)
    assert page.table.rows.count() == 1
    page.chips.buttons["trouble"].setChecked(False)
    page.chips.buttons["broken"].setChecked(True)
    assert page.table.rows.count() == 2
    page.chips.buttons["broken"].setChecked(False)
    page.visit(Route("configs", id=rows["r2"].id))
    await until(lambda: page.versions.table.rows.count() == 1)
    page.table.view.selectAll()
    assert not desk.actions.action("configs.compare").isEnabled()
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.table.select(rows["r1"].id)
    page.device()
    page.rules()
    assert [route.page for route in went] == ["device", "compliance"]
    await settled()
    assert bugs == []


async def test_two_devices_are_compared_and_one_is_backed_up(
    page: ConfigsPage, kept: Kept, desk: Desk, clock: FakeClock
) -> None:
    await kept.keep("r1")
    await kept.keep("r2")
    shown(page)
    await until(lambda: page.table.rows.count() == 2)
    await settled()
    page.table.view.selectAll()
    assert desk.actions.action("configs.compare").isEnabled()
    page.compare()
    await until(lambda: page.versions.comparison)
    await settled()
    assert page.versions.comparison is not None
    assert page.versions.comparison.diff.added == 1  # the host's name
    page.back_up()
    await settled()
    due = await kept.backups.due(desk.actor, mine=lambda _: True)
    assert len(due) == 2 and all(one.why is Why.DEMAND for one in due)


async def test_keys_that_are_not_trusted_are_told_once_with_the_way_out(
    page: ConfigsPage, kept: Kept
) -> None:
    for name in ("r1", "r2"):
        await kept.keep(name, error="nobody trusted it", reason="untrusted")
    shown(page)
    await until(page.strip.isVisible)
    assert "2 devices are not trusted" in page.strip.text.text()
    page.strip.button.click()
    await until(dialog)
    found = dialog()
    assert found is not None
    found.reject()
    await settled()
    await kept.keep("r1", error="none", reason="no-login")
    await kept.keep("r2", error="none", reason="no-login")
    page.mark_stale()
    await until(lambda: "no login" in page.strip.text.text())
    await settled()


async def test_the_schedule_is_set_and_everything_exported(
    page: ConfigsPage, kept: Kept, desk: Desk, tmp_path: object
) -> None:
    await kept.keep("r1")
    shown(page)
    await until(lambda: page.table.rows.count() == 1)
    page.schedule()
    await until(lambda: isinstance(dialog(), PolicyDialog))
    asked = dialog()
    assert isinstance(asked, PolicyDialog)
    asked.interval.setValue(6)
    asked.accept_button.click()
    await settled()
    assert (await kept.backups.policy(desk.actor)).interval_h == 6
    told: list[str] = []
    desk.wires.noticed.connect(lambda text, _tone: told.append(text))
    page.export()
    await until(lambda: isinstance(dialog(), ExportDialog))
    export = dialog()
    assert isinstance(export, ExportDialog)
    export.folder.setText(f"{tmp_path}/git")
    export.accept_button.click()
    await until(lambda: told)
    assert told[0].startswith("1 version of 1 device written to")
    await settled()


async def test_a_line_that_was_found_opens_its_version(
    page: ConfigsPage, kept: Kept, clock: FakeClock
) -> None:
    await kept.keep("r1", TEXT.replace("uplink", "special"))
    await kept.keep("r2")
    shown(page)
    await until(lambda: page.table.rows.count() == 2)
    page.search()
    page.searching.line.setText("special")
    page.searching.search()
    await until(lambda: page.searching.table.rows.count() == 1)
    page.searching.table.opened.emit(page.searching.table.rows.row(0))
    await until(lambda: page.versions.shown)
    await until(lambda: page.versions.text.textCursor().selectedText() == " description special")
    current = page.table.current()
    assert current is not None and current.one.name == "r1"
    await settled()
