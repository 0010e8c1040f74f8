"""One layer, shown and given back."""

from __future__ import annotations

from datetime import time

import pytest
from PySide6.QtCore import Qt

from noc_console.services.oncall.model import Days, Hours, Layer, Shift, Turn
from noc_console.views.oncall.layer_form import LayerForm
from tests.services.oncall.conftest import ADA, BEN, CEM, PEOPLE, weekly
from tests.views.conftest import shown

PATTERN = weekly(
    BEN,
    ADA,
    turn=Turn.PATTERN,
    pattern="DDNN----",
    shifts=(Shift("D", time(7), time(19)), Shift("N", time(19), time(7))),
    shifted_by=2,
)
HOURS = weekly(CEM, hours=(Hours(time(17), time(8)),), on=Days.HOLIDAYS, every=2)


@pytest.mark.parametrize("layer", [weekly(), PATTERN, HOURS, weekly(ADA, turn=Turn.DAILY)])
async def test_a_layer_comes_back_as_it_was(layer: Layer) -> None:
    form = LayerForm(layer, PEOPLE)
    assert form.layer() == layer
    assert form.problem() == ""


async def test_people_are_ticked_and_their_turns_moved() -> None:
    form = LayerForm(weekly(), PEOPLE)
    form.people.item(2).setCheckState(Qt.CheckState.Checked)
    assert form.people.chosen == (ADA, BEN, CEM)
    form.people.setCurrentRow(2)
    form.up.click()
    form.up.click()
    form.up.click()
    assert form.people.chosen == (CEM, ADA, BEN)
    form.down.click()
    assert form.people.chosen == (ADA, CEM, BEN)


async def test_who_was_removed_is_still_named() -> None:
    form = LayerForm(weekly(ADA, 99), PEOPLE)
    assert form.people.item(1).text() == "contact 99 (removed)"


async def test_only_what_belongs_to_the_kind_of_turn_is_asked() -> None:
    form = LayerForm(weekly(), PEOPLE)
    shown(form, 500, 500)
    assert (form.hand_over.isVisible(), form.pattern.isVisible()) == (True, False)
    form.turn.setCurrentIndex(form.turn.findData(Turn.PATTERN))
    assert (form.hand_over.isVisible(), form.pattern.isVisible()) == (False, True)
    form.shifts.setText("D 7 to 9")
    assert "write hours as 08:00-17:00" in form.problem()
