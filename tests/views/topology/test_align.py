"""Devices put in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from noc_console.views.kit.tasks import settled
from noc_console.views.topology import align
from noc_console.views.topology.align import KINDS, AlignTool
from noc_console.views.topology.page import MapPage
from tests.views.conftest import until
from tests.views.measured import Ids
from tests.views.topology.conftest import opened

clouds = st.integers(3, 20).flatmap(
    lambda count: arrays(np.float64, (count, 2), elements=st.floats(-1e4, 1e4, width=32))
)


@given(clouds, st.sampled_from(KINDS))
def test_every_order_keeps_the_number_of_devices_and_their_neighbourhood(points, kind):
    done = kind[3](points)
    assert done.shape == points.shape and np.isfinite(done).all()
    before, after = points.mean(0), done.mean(0)
    extent = np.ptp(points, axis=0).max() + 84.0 * len(points)
    assert np.abs(after - before).max() <= extent


@given(clouds)
def test_in_line_changes_one_coordinate_only(points):
    done = align.in_line(points, axis=0, to="least")
    assert (done[:, 0] == points[:, 0].min()).all() and (done[:, 1] == points[:, 1]).all()


@given(clouds)
def test_evenly_keeps_the_order_and_makes_equal_gaps(points):
    done = align.evenly(points, axis=1)
    gaps = np.diff(np.sort(done[:, 1]))
    assert np.allclose(gaps, gaps[0], atol=1e-6 + abs(points).max() * 1e-9)
    assert done[:, 1].min() == points[:, 1].min()
    order = np.argsort(points[:, 1], kind="stable")
    assert (np.diff(done[order, 1]) >= -1e-9).all()


@given(clouds)
def test_in_a_grid_and_a_circle_nobody_stands_on_another(points):
    for done in (align.in_grid(points), align.in_circle(points)):
        far = np.hypot(*(done[:, None] - done[None]).transpose(2, 0, 1))
        np.fill_diagonal(far, np.inf)
        assert far.min() > 0.9 * align.APART * 0.9


async def test_aligning_is_one_step_to_undo_and_pins(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.canvas.select((0, 1, 2, 3))
    before = page.canvas.scene.at[:4].copy()
    page.desk.actions.action("map.align-left").trigger()
    await until(lambda: len(set(np.round(page.canvas.scene.at[:4, 0], 2))) == 1)
    await settled()
    assert page.undo_stack.count() == 1
    places = await page.stage.services.topology.positions(page.desk.actor)
    kept = [places[page.canvas.device(at)] for at in range(4)]
    assert all(each.pinned for each in kept) and len({each.x for each in kept}) == 1
    page.undo_stack.undo()
    await until(lambda: np.allclose(page.canvas.scene.at[:4], before, atol=0.02))


async def test_too_few_devices_are_told_not_moved(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.canvas.select((0,))
    heard: list[str] = []
    page.desk.wires.noticed.connect(lambda text, _tone: heard.append(text))
    page.tool(AlignTool).align("circle")
    assert "3 devices or more" in heard[0] and page.undo_stack.count() == 0


async def test_alt_with_an_arrow_nudges_only_while_something_is_selected(
    page: MapPage, ids: Ids
) -> None:
    await opened(page)
    alt, right = Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Right

    def press() -> QKeyEvent:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, right, alt)
        event.ignore()
        QApplication.sendEvent(page.canvas, event)
        return event

    assert not press().isAccepted()
    page.canvas.select((5,))
    before = float(page.canvas.scene.at[5, 0])
    assert press().isAccepted()
    QApplication.sendEvent(page.canvas, QKeyEvent(QEvent.Type.KeyPress, right, alt))
    await until(lambda: page.canvas.scene.at[5, 0] == pytest.approx(before + align.NUDGE, abs=0.02))


async def test_the_menu_offers_what_the_selection_is_enough_for(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.canvas.select((0, 1))
    page.tool(AlignTool).show_menu()
    action = page.desk.actions.action
    assert action("map.align-left").isEnabled() and not action("map.align-circle").isEnabled()
    page.tool(AlignTool)._enable()
    assert action("map.align-circle").isEnabled()
