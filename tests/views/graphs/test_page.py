"""The page of graphs on real services."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import Severity
from noc_console.views.graphs.page import GraphsPage
from noc_console.views.graphs.specs import parse
from noc_console.views.kit.curves import Span
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import TextDialog
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until
from tests.views.graphs.conftest import Measured
from tests.views.probes.conftest import WELL


@pytest.fixture
async def page(desk: Desk, measured: Measured) -> GraphsPage:
    world = measured.world
    made = GraphsPage(
        desk, measured.graphs, world.inventory, world.telemetry, measured.probed.service
    )
    shown(made, 1300, 900)
    await settled()
    return made


async def visit(page: GraphsPage, text: str) -> None:
    page.visit(Route("graphs", text=text))
    await settled()
    await until(lambda: len(page.panels) > 0)


def titles(page: GraphsPage) -> list[str]:
    return [panel.title.whole() for panel in page.panels]


async def test_an_empty_page_teaches(page: GraphsPage) -> None:
    assert page._hint.isVisible() and page.panels == []
    assert "Enter" in page._hint.why.text()


async def test_a_route_draws_a_graph_per_unit_and_a_row_per_curve(
    page: GraphsPage, measured: Measured
) -> None:
    text = (
        f"interface:{measured.port} device:{measured.device}/cpu sensor:{measured.sensor} span:6h"
    )
    await visit(page, text)
    assert titles(page) == [
        "Traffic · ge-0/0/1 @ core-1",
        "Load and shares · core-1",
        "Power level · Rx power @ core-1",
    ]
    assert page.table.rows.rows()[0].name == "ge-0/0/1 @ core-1 in"
    assert page.panels[0].graph.curves[0].p95 is not None
    assert page.bar.chips["6h"].isChecked()


async def test_a_zoom_moves_every_graph_and_backspace_comes_back(
    page: GraphsPage, measured: Measured
) -> None:
    await visit(page, f"interface:{measured.port} device:{measured.device}/cpu span:6h")
    first, second = page.panels
    whole = first.graph.span
    close = Span(whole.end - 7200, whole.end - 3600)
    first.graph.plot.dragged.emit(close)
    await settled()
    closer = Span(close.start + 600, close.end - 600)
    second.graph.plot.dragged.emit(closer)
    await settled()
    assert [panel.graph.span for panel in page.panels] == [closer, closer]
    assert not page.bar.chips["6h"].isChecked()
    QTest.keyClick(first.graph.plot, Qt.Key.Key_Backspace)
    await settled()
    assert first.graph.span == close
    page.zoom_out()
    await settled()
    assert page.query.fixed is None and first.graph.span.seconds == 6 * 3600


async def test_the_hand_on_one_graph_moves_the_others_at_once(
    page: GraphsPage, measured: Measured
) -> None:
    await visit(page, f"interface:{measured.port} device:{measured.device}/cpu span:6h")
    first, second = page.panels
    first.graph.plot.zoom(0.5, first.graph.span.end)
    assert second.graph.span == first.graph.span
    assert second.graph.span.seconds == pytest.approx(3 * 3600)


async def test_the_crosshair_is_in_every_graph(page: GraphsPage, measured: Measured) -> None:
    await visit(page, f"interface:{measured.port} device:{measured.device}/cpu span:6h")
    first, second = page.panels
    at = first.graph.span.end - 3600
    first.graph.plot.hovered.emit(at)
    QApplication.processEvents()
    assert second.graph.plot._cross == at
    assert second.graph.moment.text() == first.graph.moment.text() != ""
    first.graph.plot.hovered.emit(None)
    assert second.graph.moment.text() == ""


async def test_curves_are_added_split_merged_and_taken_away(
    page: GraphsPage, measured: Measured
) -> None:
    ports = measured.world.ports
    page.finder.wanted.emit(f"interface:{measured.port}", False)
    page.finder.wanted.emit(f"interface:{ports['core-2']} interface:{measured.port}", False)
    await settled()
    await until(lambda: len(page.panels) == 1)
    page.split()
    await settled()
    assert len(page.panels) == 2
    page.merge()
    await settled()
    assert len(page.panels) == 1 and len(page.query.curves) == 4
    page.finder.wanted.emit(f"device:{measured.device}/cpu", True)
    await settled()
    assert len(page.panels) == 2
    page.table.select(f"device:{measured.device}/cpu")
    page.remove_curves()
    await settled()
    assert len(page.panels) == 1
    page.panels[0].close_button.click()
    await settled()
    assert page.panels == [] and page._hint.isVisible()


async def test_a_copied_link_opens_the_same_graph_at_the_same_time(
    page: GraphsPage, measured: Measured
) -> None:
    await visit(page, f"device:{measured.device}/cpu span:6h compare:day")
    page.copy_link()
    link = QGuiApplication.clipboard().text()
    measured.world.clock.tick(days=3)
    found = parse(link)
    assert found.compare == "day" and found.curves == page.query.curves
    page.visit(Route("graphs", text=link))
    await settled()
    assert page.query.fixed is not None and page.query.fixed.seconds == 6 * 3600
    assert page.query.fixed.end == measured.world.clock.now().timestamp() - 3 * 86_400


async def test_words_that_say_nothing_are_told_of(page: GraphsPage, measured: Measured) -> None:
    await visit(page, f"device:{measured.device}/cpu gizmo:7 mode:pie")
    assert page.strip.isVisible() and len(page.panels) == 1
    assert len(page.query.problems) == 2 and "gizmo:7" in page.query.problems[0]


async def test_graphs_are_saved_found_again_and_shared(
    page: GraphsPage, measured: Measured, operator: Actor
) -> None:
    await visit(page, f"device:{measured.device}/cpu span:7d")
    page.save()
    await until(lambda: bool(_dialogs()))
    (dialog,) = _dialogs()
    dialog.input.setText("Brains")  # type: ignore[union-attr]
    dialog.accept_button.click()
    await settled()
    (kept,) = await measured.graphs.saved(operator)
    assert kept.name == "Brains" and page.query.saved == kept.id
    page.ask(parse(""))
    page.visit(Route("graphs", id=int(kept.id)))
    await settled()
    await until(lambda: len(page.panels) == 1)
    assert page.query.span == "7d"
    page.share()
    await settled()
    assert (await measured.graphs.saved(operator))[0].is_shared


def _dialogs() -> list[TextDialog]:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, TextDialog)]
    return [w for w in found if w.isVisible()]


async def test_ends_set_by_hand_are_for_the_first_unit(
    page: GraphsPage, measured: Measured
) -> None:
    await visit(page, f"device:{measured.device}/cpu sensor:{measured.sensor} span:6h")
    page.set_ends()
    await until(lambda: bool(_dialogs()))
    (dialog,) = _dialogs()
    dialog.input.setText("auto 60")  # type: ignore[union-attr]
    dialog.accept_button.click()
    await settled()
    for panel in page.panels:
        panel.graph.plot.grab()
    assert page.panels[0].graph.plot.fit()[1] == 60
    assert page.panels[1].graph.plot.fit()[1] < 0


async def test_a_mark_leads_to_its_alarm(page: GraphsPage, measured: Measured, desk: Desk) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    measured.world.clock.tick(hours=-1)
    alarm = await measured.world.report("core-1", Severity.CRITICAL)
    measured.world.clock.tick(hours=1)
    await visit(page, f"device:{measured.device}/cpu span:6h")
    plot = page.panels[0].graph.plot
    (mark,) = [mark for mark in plot.marks if mark.alarm_id]
    plot.grab()
    QTest.mouseClick(
        plot, Qt.MouseButton.LeftButton, pos=QPoint(round(float(plot.x_of(mark.at))), 12)
    )
    assert went == [Route("alarms", id=int(alarm.id))]


@pytest.mark.parametrize("mode", ["stacked", "week", "days"])
async def test_every_manner_draws(page: GraphsPage, measured: Measured, mode: str) -> None:
    await visit(page, f"interface:{measured.port} span:6h")
    page.bar.manner_box.setCurrentIndex(page.bar.manner_box.findData(mode))
    await settled()
    panel = page.panels[0]
    assert panel.is_heat is (mode != "stacked")
    assert not panel.grab().isNull()
    if mode == "days":
        assert panel.heat.heat.rows and panel.heat.write(1e9) == "1.00 Gb/s"


async def test_live_asks_again_when_the_picture_would_be_another(
    page: GraphsPage, measured: Measured
) -> None:
    await visit(page, f"device:{measured.device}/cpu span:5m")
    page._live.stop()
    asked = page._loaded_at
    page._tick()
    assert page._loaded_at == asked, "nothing moved yet"
    measured.world.clock.tick(seconds=2)
    page._tick()
    await settled()
    assert page._loaded_at == asked + 2
    page.zoom(Span(asked - 100, asked - 50))
    await settled()
    measured.world.clock.tick(seconds=60)
    frozen = page._loaded_at
    page._tick()
    assert page._loaded_at == frozen, "a fixed span does not follow"


async def test_pages_come_and_go(desk: Desk, measured: Measured) -> None:
    world = measured.world
    for _ in range(3):
        made = GraphsPage(desk, measured.graphs, world.inventory, world.telemetry)
        shown(made)
        made.visit(Route("graphs", text=f"interface:{measured.port}"))
        await asyncio.sleep(0.02)
        made.close()
        made.deleteLater()
        QApplication.sendPostedEvents(None, 52)
        await settled()


async def test_a_probe_can_be_looked_at_as_smoke(page: GraphsPage, measured: Measured) -> None:
    probe = await measured.probed.service.add(page.desk.actor, target="192.0.2.1", name="up")
    await measured.probed.measure(probe.id, *[WELL] * 30)
    await visit(page, f"probe:{probe.id} span:1h heat:smoke")
    panel = page.panels[0]
    assert panel._stack.currentWidget() is panel.smoke and len(panel.smoke.plot.smoke) >= 29
    assert page.panels[1].graph.curves[0].unit == "%", "the loss stays a curve"
    page.hub.point(panel.smoke.plot.span.end - 600)
    assert panel.smoke.plot._cross == panel.smoke.plot.span.end - 600
