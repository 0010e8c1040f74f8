"""The page of probes on real services."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.probes.model import ProbeFacts, ProbeState, Round
from noc_console.services.probes.settings import ProbeKind
from noc_console.views.kit.curves import Span
from noc_console.views.kit.desk import Desk, Route, make_desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.probes.form import ProbeForm
from noc_console.views.probes.page import ProbesPage, hour_of
from tests.views.conftest import shown, until
from tests.views.probes.conftest import WELL, Probed

SILENT = Round(ProbeState.SILENT, 4, error="no answer", reason="timeout")


def open_page(desk: Desk, probed: Probed) -> ProbesPage:
    world = probed.world
    made = ProbesPage(desk, probed.service, world.alarms, world.telemetry)
    shown(made, 1200, 700)
    return made


@pytest.fixture
async def page(desk: Desk, probed: Probed, operator: Actor) -> ProbesPage:
    upstream = await probed.service.add(operator, target="192.0.2.1", name="upstream")
    await probed.service.add(operator, device="core-1")
    await probed.measure(upstream.id, *[WELL] * 50)
    made = open_page(desk, probed)
    await settled()
    return made


def names(page: ProbesPage) -> list[str]:
    return [row.now.name for row in page.table.rows.rows()]


def dialog(kind: type[Dialog]) -> Dialog | None:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return found[0] if found else None


async def test_an_empty_page_teaches_and_its_button_pings_every_device(
    desk: Desk, probed: Probed, operator: Actor
) -> None:
    page = open_page(desk, probed)
    await settled()
    assert page.is_empty
    page._empty.button.click()
    await until(lambda: len(names(page)) == 5)
    assert page.rule_chip.isChecked()
    assert (await probed.service.rule(operator)).is_on


async def test_without_devices_the_rule_waits_and_says_so(
    desk: Desk, probed: Probed, operator: Actor
) -> None:
    await probed.service.set_rule(Actor("ann", "empty", operator.rights), is_on=True)
    page = open_page(make_desk(Actor("ann", "empty", operator.rights), desk.feed), probed)
    await settled()
    assert page.is_empty
    assert page._empty.what.text() == "No device to ping yet"
    assert page.focusProxy() is page._empty.button


async def test_the_worst_is_on_top_and_its_word_tells_why(page: ProbesPage, probed: Probed) -> None:
    world = probed.world
    row = next(row for row in page.table.rows.rows() if row.now.name == "core-1")
    about = AlarmObject(world.devices["core-1"], other=f"probe:{row.id}")
    await world.alarms.report(
        world.collector,
        about=about,
        condition=Condition.PROBE_LOSS,
        severity=Severity.MINOR,
        text="30 % lost",
    )
    await until(lambda: page.table.rows.row(0).trouble is Condition.PROBE_LOSS)
    assert names(page)[0] == "core-1"


async def test_the_chosen_probe_shows_its_smoke_and_its_last_hour(page: ProbesPage) -> None:
    page.visit(Route("probes", id=1))
    await settled()
    # The last round was this very moment, which the span ends before.
    assert len(page.graph.plot.smoke) == 49
    assert page.details.row is not None and page.details.row.now.name == "upstream"
    curve = page.table.rows.row(page.table.rows.find(1)).curve
    assert curve is not None
    assert (len(curve), int(np.isfinite(curve).sum())) == (60, 49)
    assert np.isnan(curve[:11]).all()


async def test_ranges_and_drags_choose_the_time(page: ProbesPage, desk: Desk) -> None:
    page.visit(Route("probes", id=1))
    page.choose_range("live")
    await settled()
    assert len(page.graph.plot.smoke) == 15
    end = desk.clock.now().timestamp()
    page.graph.zoomed.emit(Span(end - 300, end - 60))
    await settled()
    assert page.graph.plot.span == Span(end - 300, end - 60)
    assert 3 <= len(page.graph.plot.smoke) <= 5
    page.graph.zoomed_out.emit()
    await settled()
    assert page.graph.plot.span.seconds == 900
    page.choose_range("1y")
    await settled()
    assert not page.strip.isVisible()


async def test_a_newer_word_shows_by_itself(
    page: ProbesPage, probed: Probed, operator: Actor
) -> None:
    page.visit(Route("probes", id=1))
    await settled()
    probed.world.clock.tick(seconds=60)
    await probed.measure(1, SILENT)
    words = ProbeFacts(1, probed.world.clock.now(), ProbeState.SILENT, "no answer", "timeout")
    await probed.service.tell(operator, words=(words,))
    await until(lambda: page.details.error.isVisibleTo(page))
    assert page.details.error.text() == "no answer"


async def test_run_now_tells_the_answer_beside_the_smoke(page: ProbesPage, probed: Probed) -> None:
    page.visit(Route("probes", id=1))
    page.run()
    await settled()
    assert "4 of 4" in page.details.once.text()
    assert [aim.host for aim in probed.net.aims] == ["192.0.2.1"]


async def test_a_probe_is_added_by_its_form(page: ProbesPage, probed: Probed) -> None:
    QTest.keyClick(page.table.view, Qt.Key.Key_N)
    await until(lambda: dialog(ProbeForm))
    made = dialog(ProbeForm)
    assert isinstance(made, ProbeForm)
    made.kind.setCurrentIndex(made.kind.findData(ProbeKind.SSH.value))
    made.target.setText("192.0.2.22")
    made.accept()
    await until(lambda: "192.0.2.22" in names(page))
    await until(lambda: page.details.row and page.details.row.now.name == "192.0.2.22")


async def test_pause_resume_duplicate_and_remove(page: ProbesPage) -> None:
    page.visit(Route("probes", id=1))
    page.pause()
    await until(lambda: page.table.current() and page.table.current().now.probe.is_paused)
    assert page.desk.actions.action("probes.pause").text() == "Resume"
    page.pause()
    await until(lambda: not page.table.current().now.probe.is_paused)
    page.duplicate()
    await until(lambda: "upstream (copy)" in names(page))
    await until(lambda: page.table.current().now.name == "upstream (copy)")
    page.remove()
    await until(lambda: dialog(Dialog))
    asked = dialog(Dialog)
    assert asked is not None and asked.accept_button.text() == "Remove 1 probe"
    asked.accept_button.click()
    await until(lambda: "upstream (copy)" not in names(page))


async def test_pings_of_the_rule_are_changed_by_the_rule_only(
    page: ProbesPage, probed: Probed, operator: Actor
) -> None:
    page.switch_rule()
    await until(lambda: len(names(page)) == 6)
    ruled = next(row for row in page.table.rows.rows() if row.now.probe.is_of_rule)
    page.table.select(ruled.id)
    assert not page.desk.actions.action("probes.remove").isEnabled()
    assert page.desk.actions.action("probes.run").isEnabled()
    page.edit()
    assert "rule" in page.strip.text.text()
    page.switch_rule()
    await until(lambda: dialog(Dialog))
    asked = dialog(Dialog)
    assert asked is not None
    asked.accept()
    await until(lambda: len(names(page)) == 2)


async def test_probes_leave_and_come_back_as_a_file(
    page: ProbesPage, probed: Probed, operator: Actor, tmp_path: Path, monkeypatch
) -> None:
    """The system's file dialogs are passed over: they are Qt's."""
    file = tmp_path / "probes.csv"

    async def save(*_args):
        return file

    async def choose(*_args):
        return (file,)

    monkeypatch.setattr("noc_console.views.probes.page.ask_save_path", save)
    monkeypatch.setattr("noc_console.views.probes.page.ask_open_paths", choose)
    page.export_csv()
    await settled()
    assert "upstream" in file.read_text()
    file.write_text("kind,target\nicmp,192.0.2.77\nicmp,not a host\n")
    page.import_csv()
    await until(lambda: dialog(Dialog))
    asked = dialog(Dialog)
    assert asked is not None and asked.windowTitle() == "1 row of probes.csv left out"
    asked.accept()
    await until(lambda: "192.0.2.77" in names(page))


async def test_keys_lead_to_the_device_and_its_alarms(page: ProbesPage, desk: Desk) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    row = next(row for row in page.table.rows.rows() if row.now.name == "core-1")
    page.table.select(row.id)
    page.device()
    page.alarms()
    assert went == [
        Route("device", id=row.now.probe.device_id),
        Route("alarms", text='object:"core-1"'),
    ]
    page.table.select(1)
    assert not desk.actions.action("probes.device").isEnabled()


async def test_who_may_only_look_is_offered_nothing_else(probed: Probed, desk: Desk) -> None:
    rights = frozenset({"probes.see", "inventory.read", "alarms.see", "telemetry.see"})
    reader = make_desk(Actor("ann", "acme", rights), desk.feed, clock=probed.world.clock)
    page = open_page(reader, probed)
    await settled()
    hidden = ("add", "edit", "remove", "run", "rule", "import")
    assert all(not reader.actions.action(f"probes.{name}").isVisible() for name in hidden)
    assert not page.rule_chip.isVisible()


async def test_a_word_nobody_renewed_is_history(page: ProbesPage, probed: Probed) -> None:
    probed.world.clock.tick(seconds=600)
    page.reload()
    await settled()
    row = page.table.rows.row(page.table.rows.find(1))
    assert row.is_stale
    assert row.now.at is not None
    assert probed.world.clock.now() - row.now.at == timedelta(seconds=600)


def test_an_hour_has_its_values_at_their_places() -> None:
    end = datetime(2026, 3, 1, tzinfo=UTC)
    start_ms = int(end.timestamp() - 3600) * 1000
    times = np.array([start_ms - 1_000, start_ms, start_ms + 300_000, start_ms + 900_000])
    curve = hour_of(times, np.array([9.0, 1.0, 2.0, np.nan]), end)
    assert len(curve) == 12
    assert curve[0] == 1.0 and curve[1] == 2.0
    assert np.isnan(curve[2:]).all()
    assert np.isnan(hour_of(np.empty(0, np.int64), np.empty(0), end)).all()
