"""A rack's elevation."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from noc_console.services.alarms.model import Severity
from noc_console.services.facilities.model import Face, Mount, Rack, RackId, RoomId
from noc_console.services.inventory.model import DeviceId, DeviceType, Reachability
from noc_console.services.topology.model import Node
from noc_console.views.topology.mapping_picker import dragged
from noc_console.views.topology.plan_rack import RackView

RACK = Rack(RackId(1), RoomId(1), "A1", 0, 0)
MOUNTS = (
    Mount(DeviceId(1), RACK.id, 1, 2),
    Mount(DeviceId(2), RACK.id, 10, 4, Face.FRONT),
    Mount(DeviceId(3), RACK.id, 12, 1, Face.REAR),
)
NODES = {
    DeviceId(1): Node(DeviceId(1), "ups", DeviceType.POWER, reachability=Reachability.UP),
    DeviceId(2): Node(DeviceId(2), "core", DeviceType.ROUTER, severity=Severity.MAJOR, alarms=1),
    DeviceId(3): Node(DeviceId(3), "<b>x", DeviceType.SWITCH, reachability=Reachability.DOWN),
}
NONE, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton


def view(*selected: int) -> RackView:
    shown = RackView()
    shown.resize(330, 620)
    shown.show()
    shown.show_rack(RACK, MOUNTS, NODES, frozenset(map(DeviceId, selected)))
    return shown


def mouse(shown: RackView, kind: QEvent.Type, at: QPointF) -> None:
    QApplication.sendEvent(shown, QMouseEvent(kind, at, at, LEFT, LEFT, NONE))


def key(shown: RackView, code: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QApplication.sendEvent(shown, QKeyEvent(QEvent.Type.KeyPress, code, modifiers))


def heard(signal: object) -> list[object]:
    told: list[object] = []
    signal.connect(told.append)  # type: ignore[attr-defined]
    return told


def test_units_are_counted_from_the_bottom() -> None:
    shown = view()
    assert shown.box(1).top() > shown.box(42).top()
    assert shown.box(1, 2).height() == 2 * shown.unit_px
    for unit in (1, 7, 42):
        assert shown.unit_at(shown.box(unit).center().y()) == unit
    assert shown.unit_at(-50) == 42 and shown.unit_at(9999) == 1


def test_the_side_looked_at_comes_first() -> None:
    shown = view()
    spot = shown.box(12).center()
    assert shown.mount_at(spot) == MOUNTS[1]
    shown.is_rear = True
    assert shown.mount_at(spot) == MOUNTS[2]
    assert shown.mount_at(shown.box(30).center()) is None


def test_a_device_is_dragged_to_other_units_and_stays_in_the_rack() -> None:
    shown = view()
    told = heard(shown.moved)
    start = shown.box(10).center()
    mouse(shown, QEvent.Type.MouseButtonPress, start)
    mouse(shown, QEvent.Type.MouseMove, start - QPointF(0, 5 * shown.unit_px))
    shown.repaint()
    mouse(shown, QEvent.Type.MouseButtonRelease, start - QPointF(0, 5 * shown.unit_px))
    assert told == [Mount(DeviceId(2), RACK.id, 15, 4, Face.FRONT)]
    mouse(shown, QEvent.Type.MouseButtonPress, start)
    mouse(shown, QEvent.Type.MouseMove, start - QPointF(0, 900))
    mouse(shown, QEvent.Type.MouseButtonRelease, start - QPointF(0, 900))
    assert told[1] == Mount(DeviceId(2), RACK.id, 39, 4, Face.FRONT)


def test_a_click_chooses_and_a_double_click_opens() -> None:
    shown = view()
    chosen, opened, moved = heard(shown.chosen), heard(shown.opened), heard(shown.moved)
    spot = shown.box(1).center()
    mouse(shown, QEvent.Type.MouseButtonPress, spot)
    mouse(shown, QEvent.Type.MouseButtonRelease, spot)
    mouse(shown, QEvent.Type.MouseButtonDblClick, spot)
    mouse(shown, QEvent.Type.MouseButtonPress, shown.box(30).center())
    assert (chosen, opened, moved) == ([1, 0], [1], [])


@pytest.mark.parametrize(
    ("code", "modifiers", "unit", "height"),
    [
        (Qt.Key.Key_Up, ALT, 11, 4),
        (Qt.Key.Key_Down, ALT, 9, 4),
        (Qt.Key.Key_Plus, NONE, 10, 5),
        (Qt.Key.Key_Minus, NONE, 10, 3),
    ],
)
def test_keys_move_and_size_the_chosen(
    code: Qt.Key, modifiers: Qt.KeyboardModifier, unit: int, height: int
) -> None:
    shown = view(2)
    told = heard(shown.moved)
    key(shown, code, modifiers)
    assert told == [Mount(DeviceId(2), RACK.id, unit, height, Face.FRONT)]


def test_arrows_walk_through_the_rack_and_delete_takes_out() -> None:
    shown = view(1)
    chosen, taken = heard(shown.chosen), heard(shown.taken)
    key(shown, Qt.Key.Key_Up)
    key(shown, Qt.Key.Key_Down)
    key(shown, Qt.Key.Key_Delete)
    assert chosen == [2, 1] and taken == [1]


def test_devices_are_dropped_at_a_unit() -> None:
    shown, told = view(), []
    shown.dropped.connect(lambda devices, unit: told.append((devices, unit)))
    data, copy = dragged((DeviceId(9),)), Qt.DropAction.CopyAction
    spot = shown.box(20).center()
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, LEFT, NONE)
    QApplication.sendEvent(shown, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(shown, QDropEvent(spot, copy, data, LEFT, NONE))
    assert told == [((9,), 20)]


def test_the_rear_looks_different_and_trouble_is_seen() -> None:
    shown = view()
    front = shown.grab().toImage()
    shown.is_rear = True
    assert shown.grab().toImage() != front
    calm = {id: Node(id, node.name, node.type) for id, node in NODES.items()}
    shown.is_rear = False
    shown.show_rack(RACK, MOUNTS, calm, frozenset())
    assert shown.grab().toImage() != front
    shown.show_rack(None, (), {}, frozenset())
    shown.repaint()
