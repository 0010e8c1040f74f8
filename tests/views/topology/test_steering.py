"""What the hand does on the map."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from noc_console.views.topology.canvas import MapCanvas
from tests.views.topology.drawn import graph, places

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def canvas() -> MapCanvas:
    made = MapCanvas()
    made.resize(900, 500)
    made.show()
    made.show_graph(graph(), places())
    QApplication.processEvents()
    return made


def drag(
    canvas: MapCanvas,
    start: QPoint,
    end: QPoint,
    *,
    keys: Qt.KeyboardModifier = NONE,
    button: Qt.MouseButton = LEFT,
) -> None:
    QTest.mousePress(canvas, button, keys, start)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(canvas, start + (end - start) * part)
    QTest.mouseRelease(canvas, button, keys, end)


def test_a_click_chooses_and_a_click_beside_lets_go(canvas: MapCanvas) -> None:
    QTest.mouseClick(canvas, LEFT, NONE, canvas.spot_of(1))
    assert canvas.selection == {1}
    QTest.mouseClick(canvas, LEFT, CTRL, canvas.spot_of(2))
    assert canvas.selection == {1, 2}
    QTest.mouseClick(canvas, LEFT, CTRL, canvas.spot_of(2))
    assert canvas.selection == {1}
    QTest.mouseClick(canvas, LEFT, NONE, QPoint(3, 3))
    assert canvas.selection == set()


def test_dragging_the_paper_pans(canvas: MapCanvas) -> None:
    before = canvas.spot_of(0)
    drag(canvas, QPoint(20, 20), QPoint(120, 80))
    assert canvas.spot_of(0) - before == QPoint(100, 60)
    drag(
        canvas,
        canvas.spot_of(0),
        canvas.spot_of(0) + QPoint(10, 30),
        button=Qt.MouseButton.MiddleButton,
    )
    assert canvas.spot_of(0) - before == QPoint(110, 90)


def test_dragging_a_device_moves_it_with_the_selection_and_tells_both_ends(
    canvas: MapCanvas,
) -> None:
    told: list[tuple[dict[int, tuple[float, float]], dict[int, tuple[float, float]]]] = []
    canvas.moved.connect(lambda before, after: told.append((before, after)))
    canvas.select({0, 1})
    scale = canvas.camera.scale
    drag(canvas, canvas.spot_of(0), canvas.spot_of(0) + QPoint(50, 20))
    ((before, after),) = told
    assert set(before) == set(after) == {0, 1}
    for number in (0, 1):
        way = (after[number][0] - before[number][0], after[number][1] - before[number][1])
        assert way == pytest.approx((50 / scale, 20 / scale), abs=0.01)


def test_a_trembling_click_moves_nothing(canvas: MapCanvas) -> None:
    told: list[object] = []
    canvas.moved.connect(lambda before, after: told.append(before))
    drag(canvas, canvas.spot_of(0), canvas.spot_of(0) + QPoint(2, 1))
    assert told == [] and canvas.selection == {0}


def test_the_rubber_band_catches_what_is_inside(canvas: MapCanvas) -> None:
    low, high = canvas.spot_of(0), canvas.spot_of(2)
    drag(canvas, low - QPoint(25, 25), high + QPoint(25, 25), keys=SHIFT)
    assert canvas.selection == {0, 1, 2, 3}
    assert canvas.rubber is None


def test_a_click_on_a_link_asks_for_its_story(canvas: MapCanvas) -> None:
    asked: list[int] = []
    canvas.link_chosen.connect(asked.append)
    between = (canvas.spot_of(0) + canvas.spot_of(1)) / 2
    QTest.mouseClick(canvas, LEFT, NONE, between)
    assert asked == [0]


def test_a_right_click_chooses_what_is_under_it_and_opens_the_menu(canvas: MapCanvas) -> None:
    menus: list[object] = []
    canvas.menu_wanted.connect(menus.append)
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, NONE, canvas.spot_of(3))
    assert canvas.selection == {3} and len(menus) == 1


def test_a_double_click_beside_everything_comes_closer(canvas: MapCanvas) -> None:
    before = canvas.camera.scale
    QTest.mouseDClick(canvas, LEFT, NONE, QPoint(10, 10))
    assert canvas.camera.scale > before


def test_arrows_walk_from_device_to_device(canvas: MapCanvas) -> None:
    canvas.select({0})
    for key, expected in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Right, 4),
        (Qt.Key.Key_Down, 7),
        (Qt.Key.Key_Up, 4),
        (Qt.Key.Key_Left, 1),
    ):
        QTest.keyClick(canvas, key)
        assert canvas.selection == {expected}


def test_where_there_is_no_neighbour_the_walk_stays(canvas: MapCanvas) -> None:
    canvas.select({0})
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.selection == {0}


def test_the_walk_keeps_its_device_in_view(canvas: MapCanvas) -> None:
    canvas.zoom(3.0)
    canvas.select({0})
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.rect().contains(canvas.spot_of(1))


def test_arrows_pan_when_nothing_is_chosen_or_with_shift(canvas: MapCanvas) -> None:
    before = canvas.spot_of(0)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.spot_of(0).x() == before.x() + 80
    canvas.select({0})
    QTest.keyClick(canvas, Qt.Key.Key_Left, SHIFT)
    assert canvas.spot_of(0).x() == before.x() + 160 and canvas.selection == {0}


def test_keys_zoom_open_and_let_go(canvas: MapCanvas) -> None:
    opened: list[int] = []
    canvas.opened.connect(opened.append)
    before = canvas.camera.scale
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.camera.scale > before
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.camera.scale == pytest.approx(before)
    canvas.select({4})
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert opened == [5]
    canvas.light_path({0})
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.selection == set() and canvas.path == set()
