"""The chart of the load."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import numpy as np
from pytestqt.qtbot import QtBot

from noc_console.views.alarmhealth.chart import LoadChart
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import Times
from tests.conftest import FakeClock

START = datetime(2026, 3, 1, tzinfo=UTC)


def chart(qtbot: QtBot, counts: list[int], width: int = 640) -> LoadChart:
    made = LoadChart(Times(FakeClock()))
    qtbot.addWidget(made)
    made.resize(width, 132)
    made.show_counts(START, tuple(counts))
    return made


def test_a_day_has_a_bar_for_each_ten_minutes(qtbot: QtBot) -> None:
    bars = chart(qtbot, [1] * 144).bars()
    assert len(bars) == 144 and all(last - first == 1 for _, _, first, last in bars)


def test_of_a_month_no_peak_is_lost_between_the_pixels(qtbot: QtBot) -> None:
    counts = [0] * 4320
    counts[1234] = 55
    bars = chart(qtbot, counts).bars()
    assert len(bars) <= 640 and max(value for _, value, _, _ in bars) == 55
    assert bars[-1][3] == 4320 and all(one[3] == two[2] for one, two in itertools.pairwise(bars))


def test_only_a_flood_is_drawn_in_the_colour_that_asks_for_a_look(qtbot: QtBot) -> None:
    def has_attention(counts: list[int]) -> bool:
        image = chart(qtbot, counts).grab().toImage()
        ink = look().color("attention.plain").rgb() & 0xFFFFFF
        bits = np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF
        return bool((bits == ink).any())

    assert not has_attention([0, 10, 3] * 20)
    assert has_attention([0, 11, 3] * 20)
