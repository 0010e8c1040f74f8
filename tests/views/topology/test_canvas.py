"""The map on screen, without services."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Position
from noc_console.views.kit.theme import Look
from noc_console.views.topology.canvas import NOTHING, Grouping, Hit, MapCanvas
from noc_console.views.topology.scene import LOOK_DOWN
from tests.views.topology.drawn import edge, graph, places


@pytest.fixture
def canvas() -> MapCanvas:
    made = MapCanvas()
    made.resize(900, 500)
    made.show()
    made.show_graph(graph(), places())
    QApplication.processEvents()
    return made


def differing(one: QImage, other: QImage) -> float:
    """The part of two pictures that differs to the eye."""
    bits = [
        np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint8)
        for image in (one, other)
    ]
    apart = np.abs(bits[0].astype(int) - bits[1].astype(int)).reshape(-1, 4).max(1)
    return float((apart > 24).mean())


def on_screen(canvas: MapCanvas, number: int) -> QPointF:
    return QPointF(canvas.spot_of(number))


def dear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every picture counts as one that takes long to draw."""
    monkeypatch.setattr("noc_console.views.topology.canvas.DIRECT", -1)


def drawn_on(canvas: MapCanvas) -> None:
    """Let the picture be drawn in its slices."""
    for _ in range(200):
        QTest.qWait(5)
        waits = canvas._refine.isActive() or canvas._quiet.isActive()
        if not (canvas.layer.is_drawing or canvas.layer.is_stale or waits):
            return
    raise AssertionError("never drawn")


def landed(canvas: MapCanvas) -> None:
    for _ in range(200):
        if canvas._flight is None and canvas._glide is None:
            return
        QTest.qWait(5)
    raise AssertionError("never landed")


def test_everything_is_in_view_at_first(canvas: MapCanvas) -> None:
    for number in range(8):
        assert canvas.rect().contains(canvas.spot_of(number))


def test_until_somebody_looks_elsewhere_a_resize_keeps_everything_in_view(
    canvas: MapCanvas,
) -> None:
    canvas.resize(500, 300)
    assert all(canvas.rect().contains(canvas.spot_of(number)) for number in range(8))
    canvas.zoom(2.0)
    before = canvas.camera
    canvas.resize(900, 500)
    assert canvas.camera == before


def test_a_new_state_moves_neither_devices_nor_the_view(canvas: MapCanvas) -> None:
    canvas.zoom(1.5)
    before, camera = canvas.scene.at.copy(), canvas.camera
    canvas.show_graph(graph(trouble=True), places())
    assert (canvas.scene.at == before).all() and canvas.camera == camera


def test_the_selection_survives_a_new_state(canvas: MapCanvas) -> None:
    canvas.select({2})
    canvas.show_graph(graph(trouble=True), places())
    assert canvas.selection == {2}


def test_panning_draws_nothing_anew(canvas: MapCanvas) -> None:
    canvas.grab()
    before = canvas.layer.drawn
    for _ in range(6):
        canvas.pan(70, 30)
        canvas.grab()
    assert canvas.layer.drawn == before


def test_the_picture_is_shifted_and_only_what_came_in_is_drawn(canvas: MapCanvas) -> None:
    canvas.is_own_view = True
    canvas.zoom(2.5)
    canvas.grab()
    before = canvas.layer.drawn
    for dx, dy in ((120, 40), (-160, 0), (0, -130), (90, 90)):
        canvas.pan(dx, dy)
        shifted = canvas.grab().toImage()
    assert canvas.layer.drawn == before
    canvas.repaint_map()
    assert differing(shifted, canvas.grab().toImage()) < 0.004, "at most soft edges and a name"


def test_a_dear_picture_is_scaled_while_zooming_and_sharp_soon_after(
    canvas: MapCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas.grab()
    dear(monkeypatch)
    before = canvas.layer.drawn
    canvas.zoom(1.3)
    canvas.grab()
    assert canvas.layer.drawn == before
    drawn_on(canvas)
    assert canvas.layer.drawn > before and canvas.layer.camera == canvas.camera


def test_a_dear_picture_is_drawn_in_slices_and_shown_when_done(
    canvas: MapCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = canvas.grab().toImage()
    dear(monkeypatch)
    monkeypatch.setattr("noc_console.views.topology.layer.SLICE_MS", 0.0)
    canvas.show_graph(graph(trouble=True), places())
    assert canvas.grab().toImage() == old, "the old picture stands until the new one is done"
    drawn_on(canvas)
    assert canvas.grab().toImage() != old


def test_a_storm_of_states_is_drawn_twice_a_second_at_most(canvas: MapCanvas) -> None:
    canvas.grab()
    before = canvas.layer.drawn
    for _ in range(50):
        canvas.show_graph(graph(trouble=True), places())
        canvas.grab()
    assert canvas.layer.drawn - before <= 2
    assert canvas._quiet.isActive(), "the last state is drawn a moment later"


def test_changes_of_single_devices_and_links_are_drawn_over_the_picture(canvas: MapCanvas) -> None:
    canvas.zoom(1.4)
    canvas.grab()
    before = canvas.layer.drawn
    canvas.show_states(np.array([1, 6]), np.array([4, LOOK_DOWN]))
    canvas.show_shades(np.array([3]), np.array([[7, 2]]))
    canvas.changes.draw()
    added = canvas.grab().toImage()
    assert canvas.layer.drawn == before
    canvas.repaint_map()
    assert differing(added, canvas.grab().toImage()) < 0.01
    assert canvas.painter().sites[0].worst == 4


def test_what_looks_the_same_is_not_drawn(canvas: MapCanvas) -> None:
    canvas.show_states(np.arange(8), canvas.scene.look.copy())
    assert not canvas.changes.gathering.isActive()


def test_a_picture_of_the_window_can_be_had_at_once(
    canvas: MapCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas.grab()
    dear(monkeypatch)
    canvas.zoom(2.0)
    canvas.settle()
    assert canvas.layer.camera == canvas.camera and not canvas.layer.is_stale


def test_panning_shows_what_lies_there(canvas: MapCanvas) -> None:
    canvas.is_own_view = True
    before = canvas.grab().toImage()
    canvas.pan(37, 21)
    after = canvas.grab().toImage()
    at = canvas.spot_of(0)
    moved = after.pixelColor(at)
    assert moved == before.pixelColor(at - QPoint(37, 21))


def test_the_device_under_the_pointer_is_hit_before_its_links(canvas: MapCanvas) -> None:
    assert canvas.hit_at(on_screen(canvas, 1)) == Hit(device=1)
    between = (on_screen(canvas, 0) + on_screen(canvas, 1)) / 2
    assert canvas.hit_at(between) == Hit(link=0)
    assert canvas.hit_at(QPointF(2, 2)) == NOTHING


def test_hovering_tells_once(canvas: MapCanvas) -> None:
    heard: list[Hit] = []
    canvas.hovered.connect(heard.append)
    canvas.hover(on_screen(canvas, 1))
    canvas.hover(on_screen(canvas, 1))
    canvas.hover(None)
    assert heard == [Hit(device=1), NOTHING]


def test_a_search_flies_to_the_device_and_marks_it(canvas: MapCanvas) -> None:
    canvas.fly_to(6)
    landed(canvas)
    middle = QPoint(canvas.width() // 2, canvas.height() // 2)
    assert (canvas.spot_of(6) - middle).manhattanLength() <= 2
    assert canvas.selection == {6} and canvas.camera.scale >= 0.9
    assert canvas.pulse is not None


def test_nothing_runs_while_nothing_moves(canvas: MapCanvas) -> None:
    canvas.fly_to(6)
    canvas.pulse = None
    landed(canvas)
    QTest.qWait(40)
    assert not canvas._frames.isActive()


def test_a_new_layout_is_glided_to(canvas: MapCanvas) -> None:
    goal = {id: Position(at.x + 50, at.y - 30, pinned=True) for id, at in places().items()}
    canvas.glide(goal)
    landed(canvas)
    assert canvas.scene.at[0].tolist() == [50.0, -30.0]
    assert canvas.scene.pinned.all()


def test_newer_loads_do_not_touch_anything_else(canvas: MapCanvas) -> None:
    before = canvas.scene.at
    links = tuple(edge(n.link_id, n.a.device_id, n.b.device_id, ab=0.99) for n in graph().edges)
    canvas.show_loads(graph(edges=links))
    assert (canvas.scene.shades[:, 0] == 9).all() and canvas.scene.at is before
    canvas.show_loads(graph(edges=links[:2]))
    assert len(canvas.scene.edges) == 9, "loads of another network are not ours"


def test_far_away_sites_stand_for_their_devices(canvas: MapCanvas) -> None:
    assert not canvas.shows_sites
    canvas.zoom(0.05)
    assert canvas.shows_sites
    canvas.group(Grouping.DEVICES)
    assert not canvas.shows_sites
    canvas.group(Grouping.SITES)
    canvas.fit(animate=False)
    site = canvas.painter().sites[0]
    spot = canvas.camera.to_screen(site.centre)
    assert canvas.hit_at(QPointF(*spot)) == Hit(site=site.number)
    canvas.fly_to_site(site.number)
    landed(canvas)
    assert not canvas.shows_sites


def test_a_switched_theme_shows_at_once(canvas: MapCanvas, dressed: Look) -> None:
    dark = canvas.grab().toImage().pixelColor(3, 3)
    dressed.use("light")
    assert canvas.grab().toImage().pixelColor(3, 3).lightness() > dark.lightness() + 100


def test_the_picture_shows_all_whatever_is_on_screen(canvas: MapCanvas) -> None:
    canvas.zoom(3.0)
    canvas.pan(5000, 5000)
    image = canvas.picture(QSize(600, 400), ratio=1.0)
    assert (image.width(), image.height()) == (600, 400)
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(400, 600, 4)
    assert bits[:340].std() > 3


def test_a_device_placed_elsewhere_is_found_there(canvas: MapCanvas) -> None:
    canvas.place({3: (250.0, 50.0)}, pinned=True)
    assert canvas.hit_at(on_screen(canvas, 3)) == Hit(device=3)
    assert canvas.scene.pinned[3] and canvas.device(3) == DeviceId(4)
    x, y = canvas.camera.to_map(canvas.spot_of(3).x(), canvas.spot_of(3).y())
    assert (x, y) == pytest.approx((250.0, 50.0), abs=2)
