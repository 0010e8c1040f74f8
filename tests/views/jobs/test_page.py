"""The page of jobs: what runs, what ran, and what can be done about it."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QListWidget, QWidget

from noc_console.services.jobs.model import RunState
from noc_console.views.jobs.form import JobForm
from noc_console.views.jobs.page import JobsPage
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog
from tests.views.conftest import shown, until
from tests.views.jobs.conftest import Jobs

W = TypeVar("W", bound=QWidget)


def dialogs(kind: type[W]) -> list[W]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


def _shows(hits: QListWidget, name: str) -> bool:
    return bool(hits.count()) and hits.item(0).text().startswith(name)


@pytest.fixture
async def page(desk: Desk, jobs: Jobs) -> JobsPage:
    made = JobsPage(desk, jobs.services)
    shown(made)
    return made


async def test_nothing_yet_says_what_jobs_are_for(page: JobsPage) -> None:
    await until(lambda: page.is_empty)
    assert "asks many devices" in page._empty.why.text()


async def test_a_run_shows_its_devices_their_words_and_their_tables(
    page: JobsPage, jobs: Jobs
) -> None:
    jobs.begin()
    await jobs.done("show ip interface brief")
    await until(lambda: page.results.items.rows.rowCount() == 2)
    await until(lambda: "▸ show ip interface brief" in page.results.words.toPlainText())
    assert "2 devices with a result" in page.state.text()
    page.results.tabs.setCurrentIndex(1)
    await until(lambda: page.results.cells is not None)
    cells = page.results.cells
    assert cells is not None
    assert [row[:2] for row in cells.rows.all_rows()][:1] == [("core-1", "Gi0/0")]
    assert not page.results.tabs.isTabVisible(2), "commands print no output of a program"


async def test_a_new_job_is_filled_in_looked_at_and_run(page: JobsPage, jobs: Jobs) -> None:
    page.new(targets=())
    await until(lambda: dialogs(JobForm))
    form = dialogs(JobForm)[0]
    form.what.setText("Versions")
    form.text.setPlainText("{version}")
    hits = form.objects.hits
    for name in ("core-1", "core-2"):
        form.objects.line.setText(name)
        await until(partial(_shows, hits, name))
        form.objects._take(hits.item(0))
    await until(lambda: form.seen is not None)
    assert form.told.text().startswith("2 devices")
    assert not form.leave.isVisible()
    form.accept_button.click()
    await until(lambda: page.runs.rows.rowCount() == 1)
    jobs.begin()
    await until(lambda: "2 devices with a result" in page.state.text())


async def test_a_run_that_hangs_is_cancelled_and_run_again_where_it_brought_nothing(
    page: JobsPage, jobs: Jobs, desk: Desk
) -> None:
    jobs.shells.gate.clear()
    jobs.begin()
    job = await jobs.job("show clock")
    run = await jobs.services.jobs.start(jobs.actor, job_id=job.id)
    await until(lambda: jobs.shells.asked)
    await until(lambda: page.runs.current() is not None and page.bar.isVisible())
    cancel = desk.actions.action("jobs.cancel")
    await until(cancel.isEnabled)
    cancel.trigger()
    await until(lambda: "cancelled by mira" in page.state.text())
    again = desk.actions.action("jobs.again")
    await until(again.isEnabled)
    jobs.shells.gate.set()
    again.trigger()
    await until(lambda: page.runs.rows.rowCount() == 2)
    await until(lambda: "2 devices with a result" in page.state.text())
    first = await jobs.services.jobs.run(jobs.actor, run_id=run.id)
    assert first.state is RunState.CANCELLED


async def test_two_runs_are_compared_line_by_line(page: JobsPage, jobs: Jobs) -> None:
    jobs.begin()
    job = await jobs.job("show clock")
    await jobs.again(job)
    jobs.shells.text = "another answer of {host}\n"
    await jobs.again(job)
    await until(lambda: page.runs.rows.rowCount() == 2)
    page.runs.select(2)
    page.results.tabs.setCurrentIndex(3)
    await until(lambda: page.results.changes.rows.rowCount() == 2)
    assert "+ another answer of 10.0.0.1" in page.results.apart.toPlainText()
    assert "2 answers differ" in page.results.changes_said.text()


async def test_jobs_that_are_kept_are_listed_paused_and_removed(
    page: JobsPage, jobs: Jobs, desk: Desk
) -> None:
    await jobs.job("show clock", title="Each morning")
    page.lists.setCurrentIndex(1)
    await until(lambda: page.jobs.rows.rowCount() == 1)
    page.jobs.select(page.jobs.rows.key_at(0))
    assert page.title.text() == "Each morning"
    assert page._plain.text() == "show clock"
    assert not desk.actions.action("jobs.pause").isEnabled(), "it has no schedule"
    desk.actions.action("jobs.remove").trigger()
    await until(lambda: dialogs(Dialog))
    dialogs(Dialog)[0].accept_button.click()
    await until(lambda: page.is_empty)


async def test_a_route_opens_the_form_for_a_device_or_chooses_a_run(
    page: JobsPage, jobs: Jobs
) -> None:
    number = jobs.world.devices["core-1"]
    page.visit(Route("jobs", text=f"new device:{number}"))
    await until(lambda: dialogs(JobForm))
    form = dialogs(JobForm)[0]
    assert [target.id for target in form.objects.targets] == [number]
    form.cancel_button.click()
    jobs.begin()
    run = await jobs.done("show clock")
    page.visit(Route("jobs", id=run.id))
    await until(lambda: (r := page.runs.current()) is not None and r.id == run.id)
    page.visit(Route("jobs", text="compare"))
    assert page.results.tabs.currentIndex() == 3
    page.visit(Route("jobs", text="kept"))
    assert page.lists.currentIndex() == 1
