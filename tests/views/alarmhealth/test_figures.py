"""The cards of the load's figures."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from noc_console.services.alarms.load import Share, figures
from noc_console.views.alarmhealth.figures import Figures, number


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.0, "", "0"), (0.25, "", "0.2"), (12.0, "%", "12 %"), (432.4, "", "432")],
)
def test_numbers_are_short(value: float, unit: str, text: str) -> None:
    assert number(value, unit) == text


def test_the_split_asks_for_a_look_when_too_many_are_high(qtbot: QtBot) -> None:
    shown = Figures()
    qtbot.addWidget(shown)
    told = figures(
        np.zeros(6, np.int64), operators=1, top_share=0, chattering=0, fleeting=0, stale=0
    )

    def split(*percents: float) -> tuple[Share, ...]:
        targets = (80.0, 15.0, 5.0, 1.0)
        return tuple(
            Share(str(at), str(at), percent, target, int(percent))
            for at, (percent, target) in enumerate(zip(percents, targets, strict=True))
        )

    shown.show_figures(told, split(80, 15, 4, 1))
    assert shown.cards["split"].value.text() == "80 : 15 : 4 : 1"
    assert shown.cards["split"].wanted.text().startswith("target")
    shown.show_figures(told, split(20, 20, 30, 30))
    assert shown.cards["split"].wanted.text() == "too many high ones"
    shown.show_figures(told, split(0, 0, 0, 0))
    assert shown.cards["split"].value.text() == "–"
