"""Columns and the choice of a zone."""

from __future__ import annotations

from dataclasses import replace

from noc_console.services.collectors.model import ZoneId, ZoneShare
from noc_console.views.collectors.zones import ChoiceDialog, zone_columns

ZONE = ZoneShare(
    id=ZoneId(3),
    name="pop-7",
    devices=40,
    sites=("Northgate", "Quay"),
    collectors=("noc-1",),
    alive=1,
    unheld=0,
)


def told(zone: ZoneShare) -> dict[str, str]:
    return {column.key: column.text(zone) for column in zone_columns()}


def test_a_zone_without_a_living_collector_is_trouble() -> None:
    assert told(ZONE)["trouble"] == ""
    assert told(ZONE)["sites"] == "Northgate, Quay"
    assert told(replace(ZONE, alive=0))["trouble"] == "nobody polls its devices"
    assert "taken over" in told(replace(ZONE, unheld=12))["trouble"]


def test_a_choice_is_one_of_the_names_or_typed() -> None:
    dialog = ChoiceDialog(None, "Serve", "", "Serve", ("noc-1",), is_free=True, option="Only")
    dialog.names.setEditText("  noc-9 ")
    dialog.option.setChecked(True)
    dialog.accept()
    assert (dialog.choice, dialog.is_on) == ("noc-9", True)


def test_nothing_to_choose_from_is_refused() -> None:
    dialog = ChoiceDialog(None, "Put", "", "Put", ())
    dialog.accept()
    assert dialog.problem.text()
