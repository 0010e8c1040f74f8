"""Planning a job in a form: it shows what it would do, and asks before it changes anything."""

from __future__ import annotations

import os
from dataclasses import replace

from noc_console.kernel.actor import Actor
from noc_console.services.jobs.model import AwxTemplate, Job, JobKind, Preview
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.views.jobs.form import Asking, JobForm
from noc_console.views.kit.desk import Desk
from noc_console.views.maintenance.picking import ObjectPicker
from tests.views.conftest import shown, until
from tests.views.jobs.conftest import Jobs


def made(desk: Desk, jobs: Jobs, job: Job | None = None) -> JobForm:
    async def preview(asked: Job) -> Preview:
        return await jobs.services.jobs.preview(desk.actor, job=asked)

    async def templates(server: str, token: str) -> tuple[AwxTemplate, ...]:
        return (AwxTemplate(7, f"{server} {token}"), AwxTemplate(9, "other"))

    form = JobForm(
        None,
        desk,
        Asking(preview, templates),
        lambda dialog: ObjectPicker(desk.actor, jobs.world.inventory, None, lambda error: None),
        job,
        targets=tuple(
            Target(TargetKind.DEVICE, jobs.world.devices[n], n) for n in ("core-1", "core-2")
        ),
    )
    shown(form, 1000, 700)
    return form


async def test_a_job_that_changes_is_meant_only_when_the_number_of_devices_is_typed(
    desk: Desk, jobs: Jobs
) -> None:
    form = made(desk, jobs)
    form.what.setText("Names")
    form.text.setPlainText("configure terminal\nhostname x")
    await until(lambda: form.seen is not None)
    assert "change 2 devices" in form.leave_said.text()
    form.accept_button.click()
    assert form.problem.text() == "Type 2 to say that it is meant."
    assert not form.job_made().may_change
    form.leave.setText("2")
    assert form.job_made().may_change
    form.accept_button.click()
    assert not form.isVisible()


async def test_what_is_wrong_is_said_while_typing_and_stops_the_form(
    desk: Desk, jobs: Jobs
) -> None:
    form = made(desk, jobs)
    form.text.setPlainText("show clock")
    await until(lambda: form.told.text() == "Say what the job is for.")
    form.accept_button.click()
    assert form.isVisible()
    assert form.problem.text() == "Say what the job is for."


async def test_each_kind_shows_what_it_needs(desk: Desk, jobs: Jobs) -> None:
    form = made(desk, jobs)
    assert form.template.isVisible() and not form.folder.isVisible()
    form.kind.setCurrentIndex(1)
    assert form.folder.isVisible() and form.check.isVisible() and not form.template.isVisible()
    form.kind.setCurrentIndex(2)
    assert not form.text.isVisible() and form.server.isVisible()
    assert not form.seek.isEnabled()
    form.server.setText("https://awx.example")
    form.token.setText("awx")
    form.seek.click()
    await until(lambda: form.templates.count() == 2)
    form.templates.setCurrentIndex(1)
    assert form.job_made().kind is JobKind.AWX
    assert form.job_made().template_id == 9
    form.kind.setCurrentIndex(3)
    assert form.text.isVisible() and form.folder.isVisible() and form.template.isVisible()
    assert "NOC_LOGIN" in form.text_said.text()
    assert form.job_made().kind is JobKind.SCRIPT


async def test_a_schedule_is_a_rule_of_the_day_it_begins_on(desk: Desk, jobs: Jobs) -> None:
    form = made(desk, jobs)
    assert form.begins_now
    assert form.accept_button.text() == "Run now"
    form.what.setText("Versions")
    form.text.setPlainText("{version}")
    form.when.setCurrentIndex(2)
    form.zone.setCurrentText("UTC")
    form.repeat.setCurrentIndex(1)
    assert form.job_made().repeat == "FREQ=DAILY"
    assert form.accept_button.text() == "Keep the job"
    await until(lambda: form.seen is not None and form.seen.coming)
    assert "begins" in form.told.text()


async def test_who_may_not_change_devices_is_told_so(desk: Desk, jobs: Jobs) -> None:
    rights = frozenset({"jobs.see", "jobs.run", "inventory.read"})
    reader = replace(desk, actor=Actor("lee", "acme", rights))
    form = made(reader, jobs)
    form.what.setText("Names")
    form.text.setPlainText("reload")
    await until(lambda: form.seen is not None)
    assert "You may not change devices by jobs" in form.leave_said.text()
    assert not form.leave.isEnabled()


async def test_a_picture_of_it_can_be_taken(desk: Desk, jobs: Jobs) -> None:
    form = made(desk, jobs)
    form.what.setText("Clear counters before the change")
    form.text.setPlainText("{interfaces}\nclear counters")
    await until(lambda: form.seen is not None)
    picture = form.grab()
    assert picture.width() >= 960
    if name := os.environ.get("NOC_PICTURE"):
        picture.save(name)
