"""What came of a run: words, tables, what a program printed, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from noc_console.services.jobs.model import UNBORN, Job, JobKind
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.views.jobs import results
from noc_console.views.jobs.results import RunResults, Words
from noc_console.views.kit.desk import Desk
from tests.views.conftest import shown, until
from tests.views.jobs.conftest import Jobs


async def made(desk: Desk, jobs: Jobs) -> RunResults:
    widget = RunResults(desk, jobs.services.jobs, lambda error: None)
    shown(widget)
    return widget


async def test_words_tables_and_files_of_a_run(
    desk: Desk, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.begin()
    run = await jobs.done("show ip interface brief", "show clock")
    widget = await made(desk, jobs)
    widget.show_run(run, [run])
    await until(lambda: "▸ show clock" in widget.words.toPlainText())
    assert "secret1" not in widget.words.toPlainText()
    widget.tabs.setCurrentIndex(1)
    await until(lambda: widget.lines.count() == 1)
    assert widget.cells_said.text() == "4 rows of all devices"

    async def path(_: object, __: str, name: str, kinds: str) -> Path:
        return tmp_path / name

    monkeypatch.setattr(results, "ask_save_path", path)
    widget.export_csv()
    await until(lambda: list(tmp_path.glob("*.csv")))
    (file,) = tmp_path.glob("*.csv")
    assert file.read_text().splitlines()[:2] == ["device,interface,status", "core-1,Gi0/0,up"]
    widget.export_json()
    await until(lambda: list(tmp_path.glob("*.json")))
    (file,) = tmp_path.glob("*.json")
    assert {each["device"] for each in json.loads(file.read_text())} == {"core-1", "core-2"}


async def test_what_a_playbook_prints_is_followed_while_it_runs(desk: Desk, jobs: Jobs) -> None:
    jobs.begin()
    targets = (Target(TargetKind.DEVICE, jobs.world.devices["core-1"]),)
    job = Job(UNBORN, "Play", JobKind.PLAYBOOK, targets, body="- hosts: all", may_change=True)
    kept = await jobs.services.jobs.keep(jobs.actor, job=job)
    run = await jobs.services.jobs.start(jobs.actor, job_id=kept.id)
    widget = await made(desk, jobs)
    widget.show_run(run, [])
    widget.tabs.setCurrentIndex(2)

    async def printed() -> str:
        return "".join(t for _, t in await jobs.services.jobs.output(jobs.actor, run_id=run.id))

    await until(lambda: jobs.playbooks.plays)
    jobs.playbooks.gate.set()
    for _ in range(500):
        if await printed():
            break
    widget.reload()
    await until(lambda: "PLAY [all]" in widget.output.toPlainText())
    before = widget.output.toPlainText()
    widget.reload()
    await until(lambda: not widget.tasks._asking)
    assert widget.output.toPlainText() == before, "nothing twice"


async def test_without_a_table_it_says_what_would_give_one(desk: Desk, jobs: Jobs) -> None:
    widget = await made(desk, jobs)
    assert "TextFSM template of your own" in widget.cells_said.text()
    widget.show_run(None, [])
    assert widget.run is None


async def test_who_reads_at_the_end_stays_at_the_end(desk: Desk) -> None:
    words = Words("x")
    shown(words, 300, 100)
    words.add("line\n" * 100)
    bar = words.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(0)
    words.add("more\n")
    assert bar.value() == 0
