"""The page of alarm rules on real services."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import Severity
from noc_console.services.detection.model import Family, Origin, RuleRow
from noc_console.services.detection.service import DetectionService
from noc_console.views.detection.form import RuleForm, TextForm
from noc_console.views.detection.page import DetectionPage
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until
from tests.views.detection.conftest import heat
from tests.views.world import World


@pytest.fixture
async def page(desk: Desk, detection: DetectionService) -> DetectionPage:
    made = DetectionPage(desk, detection)
    shown(made, 1200, 700)
    await settled()
    return made


def row(page: DetectionPage, rule_id: str) -> RuleRow:
    return next(one for one in page._rows if one.id == rule_id)


def dialog(kind: type[Dialog]) -> Dialog | None:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return found[0] if found else None


async def test_all_rules_are_listed_and_sifted(page: DetectionPage) -> None:
    families = {one.family for one in page.table.rows.rows()}
    assert families == set(Family)
    page.chips.turn(frozenset({"metric"}))
    assert {one.family for one in page.table.rows.rows()} == {Family.METRIC}
    page.chips.turn(frozenset({"metric", "off"}))
    assert page.table.rows.rows()
    assert not any(one.is_enabled for one in page.table.rows.rows())
    page.chips.turn(frozenset({"own"}))
    assert page.table.rows.rows() == ()


async def test_a_route_filters_the_list(page: DetectionPage) -> None:
    page.visit(Route("detection", text="condition:errors"))
    await until(lambda: {one.id for one in page.table.rows.rows()} >= {"errors", "error-share"})
    assert {one.condition for one in page.table.rows.rows()} >= {"errors"}
    assert len(page.table.rows.rows()) < len(page._rows)


async def test_a_rule_is_switched_off_and_the_change_taken_back(page: DetectionPage) -> None:
    page.table.select("cpu")
    page.toggle()
    await until(lambda: not row(page, "cpu").is_enabled)
    assert row(page, "cpu").origin is Origin.CHANGED
    page.undo()
    await until(lambda: row(page, "cpu").is_enabled)
    assert row(page, "cpu").origin is Origin.PACK


async def test_a_rule_is_made_in_the_form(page: DetectionPage) -> None:
    page.add()
    await until(lambda: dialog(RuleForm) is not None)
    form = dialog(RuleForm)
    assert isinstance(form, RuleForm)
    form.lines["title"].setText("Customers are full")
    form.lines["id"].setText("customers-full")
    form.lines["condition"].setText("customer-full")
    form.lines["aliases"].setText("cust-*")
    form.levels["major"][0].setText("95")
    form.accept()
    await until(lambda: any(one.id == "customers-full" for one in page._rows))
    made = row(page, "customers-full")
    assert (made.origin, made.scope, made.severity) == (
        Origin.OWN,
        "described cust-*",
        Severity.MAJOR,
    )
    await until(lambda: (page.table.current() or made).id == "customers-full")


async def test_ours_is_changed_and_ours_again(page: DetectionPage) -> None:
    page.table.select("memory")
    page.edit()
    await until(lambda: dialog(RuleForm) is not None)
    form = dialog(RuleForm)
    assert isinstance(form, RuleForm)
    form.levels["minor"][0].setText("85")
    form.levels["minor"][1].setText("80")
    form.accept()
    await until(lambda: "minor ≥ 85" in row(page, "memory").levels)
    page.table.select("memory")
    page.remove()
    await until(lambda: dialog(Dialog) is not None)
    asked = dialog(Dialog)
    assert asked is not None
    asked.accept()
    await until(lambda: row(page, "memory").origin is Origin.PACK)


async def test_a_rule_about_events_is_changed_as_text(page: DetectionPage) -> None:
    some = next(one for one in page._rows if one.family is Family.EVENT and one.is_enabled)
    page.table.select(some.id)
    page.edit()
    await until(lambda: dialog(TextForm) is not None)
    form = dialog(TextForm)
    assert isinstance(form, TextForm)
    form.source.setPlainText(form.text().replace("[[rule]]", "[[rule]]\nenabled = false", 1))
    form.accept()
    await until(lambda: not row(page, some.id).is_enabled)


async def test_a_copy_is_made_and_removed(page: DetectionPage) -> None:
    page.table.select("cpu")
    page.duplicate()
    await until(lambda: (page.table.current() or row(page, "cpu")).id == "cpu-2")
    page.remove()
    await until(lambda: dialog(Dialog) is not None)
    asked = dialog(Dialog)
    assert asked is not None
    asked.accept()
    await until(lambda: not any(one.id == "cpu-2" for one in page._rows))


async def test_a_replay_shows_when_it_would_have_rung(page: DetectionPage, world: World) -> None:
    await heat(world, world.devices["core-1"])
    page.table.select("cpu")
    page.bench.span.setCurrentIndex(0)
    page.replay()
    await until(lambda: page.bench.shown is not None)
    told = page.bench.shown
    assert told is not None and told.total == 1
    assert "1 alarm in" in page.bench.verdict.text()
    await until(lambda: bool(page.bench.graph.curves))
    plot = page.bench.graph.plot
    assert [limit.value for limit in plot.limits] == [95, 80]
    assert [mark.severity for mark in plot.marks] == [Severity.MAJOR]
    page.table.select("memory")
    assert page.bench.shown is None and page.bench.table.rows.rows() == ()


async def test_what_cannot_be_replayed_says_why(page: DetectionPage) -> None:
    page.table.select("polls-late")
    await until(lambda: not page.bench.button.isEnabled())
    assert "no history" in page.bench.graph.plot.note


async def test_rules_are_written_and_read(
    page: DetectionPage,
    detection: DetectionService,
    operator: Actor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "rules.toml"

    async def save(*_: object) -> Path:
        return file

    async def open_(*_: object) -> tuple[Path, ...]:
        return (file,)

    # The system's file dialogs cannot be driven by a test.
    monkeypatch.setattr("noc_console.views.detection.page.ask_save_path", save)
    monkeypatch.setattr("noc_console.views.detection.page.ask_open_paths", open_)
    page.table.select("cpu")
    page.export_toml()
    await until(file.exists)
    file.write_text(file.read_text("utf-8").replace("80", "77"), "utf-8")
    page.import_toml()
    await until(lambda: "minor ≥ 77" in row(page, "cpu").levels)
