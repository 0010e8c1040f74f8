"""Where devices of an own map come from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from noc_console.services.inventory.model import DeviceId, DeviceType
from noc_console.services.maps.model import MapId, NetworkMap, Shows
from noc_console.services.topology.model import Node
from noc_console.views.topology.canvas import MapCanvas
from noc_console.views.topology.mapping_picker import (
    APART,
    MIME,
    DeviceList,
    EmptyMap,
    devices_in,
    dragged,
    ring,
)

NONE = Qt.KeyboardModifier.NoModifier


@given(st.integers(1, 40), st.integers(0, 30))
def test_newcomers_stand_apart_from_each_other_and_from_who_is_there(count, there):
    standing = np.array([(at * 40.0, at * 25.0) for at in range(there)]).reshape(-1, 2)
    seats = np.array(ring((10.0, 10.0), count, standing))
    both = np.concatenate([standing, seats]) if there else seats
    for seat in range(len(both) - count, len(both)):
        others = np.delete(both, seat, 0)
        if len(others):
            assert np.hypot(*(others - both[seat]).T).min() > APART * 0.69


def test_what_is_dragged_is_what_is_dropped():
    ids = (DeviceId(3), DeviceId(1 << 40))
    assert devices_in(dragged(ids)) == ids


@pytest.mark.parametrize("told", [b"", b"x,y", b"-1,2.5,\xff", b"9" * 400])
def test_anything_else_that_is_dropped_is_no_device(told):
    data = QMimeData()
    assert devices_in(data) == ()
    data.setData(MIME, told)
    assert all(each > 0 for each in devices_in(data))
    assert len(devices_in(data)) <= 1


def test_the_first_of_the_list_is_taken_when_none_is_chosen():
    shown = DeviceList()
    assert shown.chosen() == ()
    shown.show_nodes([Node(DeviceId(at), f"dev-{at}", DeviceType.ROUTER) for at in (4, 5)])
    assert shown.chosen() == (4,)
    shown.item(1).setSelected(True)
    assert shown.chosen() == (5,)
    assert devices_in(shown.mimeData(shown.selectedItems())) == (5,)


def test_a_drop_on_the_map_tells_where_and_an_empty_map_teaches():
    canvas, heard = MapCanvas(), []
    empty = EmptyMap(canvas, lambda: heard.append("pick"))
    empty.dropped.connect(lambda devices, x, y: heard.append((devices, x, y)))
    data = dragged((DeviceId(7),))
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, left, NONE)
    QApplication.sendEvent(canvas, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(canvas, QDropEvent(QPointF(30, 40), copy, data, left, NONE))
    assert heard == [((7,), 30.0, 40.0)]
    empty.show_for(NetworkMap(MapId(1), "West", shows=Shows.PICKED))
    assert not empty.isHidden() and not empty.button.isHidden()
    empty.show_for(NetworkMap(MapId(1), "West", shows=Shows.SELECTED))
    assert empty.button.isHidden(), "a filter is not filled by hand"
    empty.show_for(None)
    assert empty.isHidden()
