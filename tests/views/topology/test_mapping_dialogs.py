"""What is asked about a map."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from noc_console.services.inventory.model import DeviceType, Site, SiteId
from noc_console.services.maps.model import (
    MapId,
    NetworkMap,
    SavedView,
    SavedViewId,
    Selector,
    Shows,
)
from noc_console.views.topology.mapping_dialogs import FilterDialog, ViewDialog

SITES = (Site(SiteId(1), "Prague"), Site(SiteId(2), "Brno"))


def test_a_filter_opens_as_it_is_and_tells_what_was_chosen() -> None:
    before = Selector((SiteId(2),), (DeviceType.OLT,), "west")
    known = NetworkMap(MapId(1), "West", shows=Shows.SELECTED, selector=before)
    dialog = FilterDialog(None, known, SITES)
    assert dialog.selector() == before
    dialog.sites.item(0).setCheckState(Qt.CheckState.Checked)
    dialog.words.setText(" east ")
    assert dialog.selector() == Selector((SiteId(1), SiteId(2)), (DeviceType.OLT,), "east")
    dialog.accept()
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_a_new_map_needs_a_name() -> None:
    dialog = FilterDialog(None, None, SITES)
    dialog.accept()
    assert not dialog.problem.isHidden() and dialog.result() != QDialog.DialogCode.Accepted
    dialog.name_input.setText("West")
    dialog.accept()
    assert dialog.name() == "West" and dialog.result() == QDialog.DialogCode.Accepted


def test_the_first_free_key_is_offered_and_the_taken_ones_say_by_whom() -> None:
    known = (
        SavedView(SavedViewId(1), MapId(0), "West", key=1),
        SavedView(SavedViewId(2), MapId(0), "East", key=2),
    )
    dialog = ViewDialog(None, known)
    assert dialog.key() == 3
    assert dialog.keys.itemText(1) == "Alt+1  (now West)"
    dialog.keys.setCurrentIndex(0)
    assert dialog.key() is None
    dialog.accept()
    assert not dialog.problem.isHidden()
