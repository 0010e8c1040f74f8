"""Compliance: broken rules first with their lines, rules behind, waivers and the report."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from noc_console.services.compliance.model import RuleKind, Verdict
from noc_console.views.compliance.forms import RuleDialog, WaiverDialog
from noc_console.views.compliance.page import CompliancePage
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from tests.conftest import FakeClock
from tests.views.configs.conftest import Kept, kept
from tests.views.conftest import shown, until

__all__ = ["kept"]


@pytest.fixture
async def page(desk: Desk, kept: Kept) -> AsyncIterator[CompliancePage]:
    yield CompliancePage(desk, kept.compliance, kept.inventory)
    await settled()


def dialog(kind: type[QDialog] = QDialog) -> list[QDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


async def judge(kept: Kept, desk: Desk) -> None:
    await kept.compliance.judge(desk.actor, versions=await kept.compliance.stale(desk.actor))


async def test_a_rule_is_added_judged_put_up_with_and_removed(
    page: CompliancePage, kept: Kept, desk: Desk, bugs: list[BaseException]
) -> None:
    await kept.keep("r1")
    shown(page)
    await until(lambda: page.is_empty)
    page.add()
    await until(lambda: dialog(RuleDialog))
    form = dialog(RuleDialog)[0]
    assert isinstance(form, RuleDialog)
    form.text.setPlainText("ntp server 10.0.0.1")
    form.try_it()
    await until(lambda: "0 of 1" in form.tried.text())
    form.name.setText("NTP")
    form.accept_button.click()
    await until(lambda: page.rules.rows.count() == 1)
    await settled()
    await judge(kept, desk)
    await until(lambda: page.table.rows.count() == 1)
    page.table.select(page.table.rows.key_at(0))
    assert page.evidence.text() == "missing  ntp server 10.0.0.1"
    assert page.total.text().startswith("1 broken rule")
    page.waive()
    await until(lambda: dialog(WaiverDialog))
    waiver = dialog(WaiverDialog)[0]
    assert isinstance(waiver, WaiverDialog)
    waiver.reason.setText("new router comes")
    waiver.accept_button.click()
    await until(lambda: page.table.rows.row(0).finding.verdict is Verdict.WAIVED)
    await settled()
    page.rules.select(page.rules.rows.key_at(0))
    assert desk.actions.action("compliance.end-waivers").isEnabled()
    page.end_waivers()
    await until(lambda: dialog())
    confirm = dialog()[0]
    assert isinstance(confirm, Dialog)
    confirm.accept_button.click()
    await until(lambda: page.table.rows.row(0).finding.verdict is Verdict.FAIL)
    page.switch()
    await until(lambda: not page.rules.rows.row(0).rule.is_on)
    await settled()
    page.remove()
    await until(lambda: dialog())
    sure = dialog()[0]
    assert isinstance(sure, Dialog)
    sure.accept_button.click()
    await until(lambda: page.is_empty)
    assert bugs == []


async def test_a_template_stands_beside_the_configuration_and_kept_rules_wait_behind_a_chip(
    page: CompliancePage, kept: Kept, desk: Desk, clock: FakeClock
) -> None:
    number = await kept.keep("r1")
    for name, kind, text in (
        ("base", RuleKind.TEMPLATE, "hostname {{ device.name }}\nntp server x\n"),
        ("host", RuleKind.HAS, "hostname r1"),
    ):
        await kept.compliance.save_rule(desk.actor, name=name, kind=kind, text=text)
    await judge(kept, desk)
    shown(page)
    await until(lambda: page.table.rows.count() == 1)
    page.chips.buttons["kept"].setChecked(True)
    assert page.table.rows.count() == 2
    page.visit(Route("compliance", text="device:r1"))
    page.table.select((page.table.rows.row(0).rule.id, number))
    assert page.table.rows.row(0).rule.name == "base"
    page.beside()
    await until(lambda: page.diff.shown)
    assert page.diff.isVisible() and page.diff.shown is not None
    assert page.diff.shown.left_name == "base for r1"
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.configuration()
    assert went == [Route("configs", id=number)]
    page.report()
    await until(lambda: dialog())
    dialog()[0].reject()
    await settled()
