"""What is asked about rooms and racks."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from noc_console.services.facilities.model import Rack, RackId, Room, RoomId
from noc_console.services.inventory.model import SiteId
from noc_console.views.topology.plan_dialogs import RackDialog, RoomDialog


def test_a_room_comes_back_as_it_was() -> None:
    room = Room(RoomId(1), SiteId(1), "Hall", 9.6, 7.2, 60.0, 55.5)
    dialog = RoomDialog(None, room)
    assert dialog.name() == "Hall" and dialog.values() == {
        "width_m": 9.6,
        "depth_m": 7.2,
        "power_kw": 60.0,
        "cooling_kw": 55.5,
    }
    assert dialog.accept_button.text() == "Save room"


def test_a_rack_comes_back_as_it_was() -> None:
    rack = Rack(RackId(1), RoomId(1), "A1", 2.0, 3.0, 180, 47, 0.8, 1.2, 900.0)
    dialog = RackDialog(None, rack)
    assert (dialog.name(), dialog.units_value(), dialog.rotation()) == ("A1", 47, 180)
    assert dialog.sizes() == {"width_m": 0.8, "depth_m": 1.2, "max_weight_kg": 900.0}


def test_a_new_rack_has_42_units_and_needs_a_name() -> None:
    dialog = RackDialog(None, None, name="")
    assert (dialog.units_value(), dialog.rotation()) == (42, 0)
    dialog.accept()
    assert not dialog.problem.isHidden() and dialog.result() != QDialog.DialogCode.Accepted
    dialog.name_input.setText("B1")
    dialog.accept()
    assert dialog.result() == QDialog.DialogCode.Accepted
