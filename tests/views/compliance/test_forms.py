"""A rule is written, tried and refused in place; a waiver says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QDialog

from noc_console.kernel.errors import Invalid
from noc_console.services.compliance.model import Evidence, Gravity, Rule, RuleKind, Verdict
from noc_console.services.compliance.service import Tried
from noc_console.views.compliance.forms import RuleDialog, WaiverDialog
from noc_console.views.kit.tasks import settled
from tests.conftest import FakeClock
from tests.views.conftest import until

RULE = Rule(
    4, "r", RuleKind.BLOCK, "no ip redirects", "^interface", "", ("ios", "junos"), ("ams-*",),
    Gravity.MINOR, "why", False,
)  # fmt: skip


async def nothing(rule: Rule) -> Sequence[Tried]:
    return ()


async def test_a_rule_comes_back_as_it_was_and_fields_follow_its_kind() -> None:
    dialog = RuleDialog(None, RULE, attempt=nothing)
    dialog.open()
    assert dialog.rule() == RULE
    assert dialog.block.isVisible() and not dialog.variables.isVisible()
    dialog.kind.setCurrentIndex(3)
    assert not dialog.block.isVisible() and dialog.variables.isVisible()
    assert "device.name" in dialog.hint.text()
    assert RuleDialog(None, None, attempt=nothing).rule() == Rule(0, "", RuleKind.HAS, "")


async def test_a_rule_is_tried_and_what_is_wrong_is_said_in_place() -> None:
    answers: list[object] = []

    async def attempt(rule: Rule) -> Sequence[Tried]:
        if rule.block == "(":
            raise Invalid("this cannot be read", field="block")
        return [
            Tried(1, "r1", Verdict.FAIL, (Evidence("ip redirects", 4),)),
            Tried(2, "r2", Verdict.PASS, ()),
        ]

    dialog = RuleDialog(None, RULE, attempt=attempt)
    dialog.open()
    dialog.try_button.click()
    await until(lambda: "1 of 2" in dialog.tried.text())
    assert "r1: ip redirects" in dialog.tried.text() and answers == []
    dialog = RuleDialog(None, replace(RULE, block="("), attempt=attempt)
    dialog.open()
    dialog.try_it()
    await until(lambda: dialog.problem.text() == "this cannot be read")
    await settled()


async def test_what_is_put_up_with_has_an_end_and_a_reason(clock: FakeClock) -> None:
    dialog = WaiverDialog(None, what="ntp is broken on r1", clock=clock)
    dialog.open()
    dialog.accept_button.click()
    assert dialog.isVisible() and "why" in dialog.problem.text()
    dialog.reason.setText("new router comes")
    dialog.days.setValue(10)
    dialog.accept_button.click()
    assert dialog.result() == QDialog.DialogCode.Accepted.value
    assert (dialog.until - clock.now()).days == 10
