"""The floor of a site from above."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from noc_console.services.alarms.model import Severity
from noc_console.services.facilities.model import Rack, RackId, Room, RoomId, SitePlan
from noc_console.services.inventory.model import SiteId
from noc_console.views.topology.plan_floor import Floor, FloorView, RackLoad, room_facts

HALL = Room(RoomId(1), SiteId(1), "Hall", 9.6, 7.2, 60.0, 55.5)
SMALL = Room(RoomId(2), SiteId(1), "Closet", 2.0, 3.0)
RACKS = tuple(
    Rack(RackId(at), HALL.id, f"A{at}", 0.6 + 1.2 * at, 2.0, rotation=(at % 4) * 90)
    for at in range(1, 5)
)
PLAN = SitePlan(SiteId(1), (HALL, SMALL), RACKS)
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def view() -> FloorView:
    shown = FloorView()
    shown.resize(800, 600)
    shown.show()
    shown.show_plan(PLAN, {1: RackLoad(20, 3, Severity.MAJOR, 0)}, 1)
    return shown


def mouse(shown: FloorView, kind: QEvent.Type, at: QPointF) -> None:
    QApplication.sendEvent(shown, QMouseEvent(kind, at, at, LEFT, LEFT, NONE))


rooms = st.lists(
    st.builds(lambda width, depth: (width, depth), st.floats(1.0, 100.0), st.floats(1.0, 100.0)),
    min_size=1,
    max_size=7,
)


@given(rooms)
def test_every_room_is_in_view_and_none_lies_on_another(sizes):
    made = tuple(
        Room(RoomId(at), SiteId(1), f"R{at}", width, depth)
        for at, (width, depth) in enumerate(sizes)
    )
    floor = Floor(made, 1600.0, 1200.0)
    boxes = [floor.room(room) for room in made]
    for at, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[at + 1 :])
        if floor.scale > 4.0:
            assert box.left() >= -1 and box.right() <= 1601 and box.bottom() <= 1201


def test_facts_of_a_room_leave_out_what_nobody_told() -> None:
    assert room_facts(HALL) == "9.6 × 7.2 m · 60 kW · 55.5 kW cooling"
    assert room_facts(SMALL) == "2 × 3 m"


def test_a_rack_is_chosen_by_a_press_and_moved_by_dragging() -> None:
    shown, heard = view(), []
    shown.chosen.connect(heard.append)
    shown.moved.connect(heard.append)
    start = shown.floor.rack(RACKS[1]).center()
    mouse(shown, QEvent.Type.MouseButtonPress, start)
    mouse(shown, QEvent.Type.MouseMove, start + QPointF(shown.floor.scale, 0))
    assert shown.held is not None
    shown.repaint()
    mouse(shown, QEvent.Type.MouseButtonRelease, start + QPointF(shown.floor.scale, 0))
    assert heard[0] == 2
    assert heard[1].x_m == pytest.approx(RACKS[1].x_m + 1.0) and heard[1].y_m == RACKS[1].y_m


@pytest.mark.parametrize(
    ("code", "signal"),
    [
        (Qt.Key.Key_Return, "edit_wanted"),
        (Qt.Key.Key_Delete, "remove_wanted"),
        (Qt.Key.Key_R, "turn_wanted"),
    ],
)
def test_keys_do_what_the_buttons_do(code: Qt.Key, signal: str) -> None:
    shown, heard = view(), []
    getattr(shown, signal).connect(heard.append)
    QApplication.sendEvent(shown, QKeyEvent(QEvent.Type.KeyPress, code, NONE))
    assert heard == [1]


def test_arrows_walk_from_rack_to_rack_and_with_alt_they_move_one() -> None:
    shown, heard = view(), []
    shown.chosen.connect(heard.append)
    shown.moved.connect(heard.append)
    QApplication.sendEvent(shown, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Right, NONE))
    alt = Qt.KeyboardModifier.AltModifier
    QApplication.sendEvent(shown, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, alt))
    assert heard[0] == 2
    assert heard[1].y_m == pytest.approx(2.1)


def test_trouble_and_filling_are_seen() -> None:
    shown = view()
    before = shown.grab().toImage()
    shown.show_plan(PLAN, {}, 1)
    assert shown.grab().toImage() != before
