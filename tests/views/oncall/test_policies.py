"""The list of policies: order, switching, changing, each taken back."""

from __future__ import annotations

from dataclasses import replace

from noc_console.kernel.actor import Actor
from noc_console.services.oncall.model import PolicyId
from noc_console.services.oncall.service import OnCallService
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.oncall.page import OnCallPage
from noc_console.views.oncall.policy_form import PolicyForm
from tests.services.oncall.conftest import BEN, person_step, policy
from tests.views.conftest import until


async def names(oncall: OnCallService, operator: Actor) -> list[str]:
    return [each.name for each in (await oncall.duties(operator)).policies]


async def test_policies_are_moved_switched_and_brought_back(
    page: OnCallPage, oncall: OnCallService, operator: Actor
) -> None:
    second = replace(policy(person_step(BEN)), id=PolicyId(0), name="Second")
    await oncall.keep_policy(operator, policy=second)
    pane = page.policies
    await until(lambda: len(pane.table.rows.rows()) == 2)
    page.tabs.setCurrentWidget(pane)
    pane.table.select(pane.table.rows.rows()[1].id)
    pane.up()
    await settled()
    assert await names(oncall, operator) == ["Second", "Core"]
    page.undo()
    await settled()
    assert await names(oncall, operator) == ["Core", "Second"]
    versions = {p.id: p.version for p in (await oncall.duties(operator)).policies}
    await until(lambda: {r.policy.id: r.policy.version for r in pane.table.rows.rows()} == versions)
    pane.table.select(next(r.id for r in pane.table.rows.rows() if r.policy.name == "Second"))
    pane.switch()
    await settled()
    assert [p.is_on for p in (await oncall.duties(operator)).policies] == [True, False]
    page.undo()
    await settled()
    assert [p.is_on for p in (await oncall.duties(operator)).policies] == [True, True]


async def test_a_policy_is_added_changed_removed_and_brought_back(
    page: OnCallPage, oncall: OnCallService, operator: Actor
) -> None:
    pane = page.policies

    async def form() -> PolicyForm:
        await until(lambda: [d for d in page.findChildren(PolicyForm) if d.isVisible()])
        return next(d for d in page.findChildren(PolicyForm) if d.isVisible())

    pane.add()
    shown = await form()
    shown.name.setText("Optics")
    shown.rows[0].choose(next(iter(shown.rows[0]._of_targets)))
    shown.accept_button.click()
    await settled()
    assert await names(oncall, operator) == ["Core", "Optics"]
    await until(lambda: len(pane.table.rows.rows()) == 2)
    pane.table.select(next(r.id for r in pane.table.rows.rows() if r.policy.name == "Optics"))
    pane.edit()
    shown = await form()
    shown.name.setText("Light")
    shown.accept_button.click()
    await settled()
    assert await names(oncall, operator) == ["Core", "Light"]
    await until(lambda: any(r.policy.name == "Light" for r in pane.table.rows.rows()))
    pane.remove()
    await until(lambda: [d for d in page.findChildren(Dialog) if d.isVisible()])
    question = next(d for d in page.findChildren(Dialog) if d.isVisible())
    assert question.accept_button.text() == "Remove Light"
    question.accept_button.click()
    await settled()
    assert await names(oncall, operator) == ["Core"]
    for expected in (["Core", "Light"], ["Core", "Optics"], ["Core"]):
        page.undo()
        await settled()
        assert await names(oncall, operator) == expected
