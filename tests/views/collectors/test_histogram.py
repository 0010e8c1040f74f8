"""The histogram of lateness."""

from __future__ import annotations

import math

from noc_console.services.telemetry.model import Lateness
from noc_console.views.collectors.histogram import Histogram, edge_text
from noc_console.views.kit.theme import look
from tests.views.conftest import shown

SOME = Lateness(turns=1005, late=5, bars=((0.02, 1000), (1.0, 0), (math.inf, 5)))


def test_edges_are_told_in_units() -> None:
    assert [edge_text(edge) for edge in (0.02, 1.0, 300.0, math.inf)] == [
        "20 ms",
        "1 s",
        "5 min",
        "more",
    ]


def test_a_few_late_ones_can_be_seen_beside_many() -> None:
    chart = Histogram()
    shown(chart, 300, 130)
    chart.show_lateness(SOME)
    image = chart.grab().toImage()

    def inked(x: int, token: str) -> int:
        ink = look().color(token).name()
        return sum(image.pixelColor(x, y).name() == ink for y in range(image.height()))

    assert inked(50, "load.low") > inked(250, "attention.plain") >= 2
    assert inked(150, "load.low") == 0
    assert chart.accessibleDescription() == "up to 20 ms: 1,000, up to more: 5"


def test_nothing_measured_yet_is_said() -> None:
    chart = Histogram()
    shown(chart, 300, 130)
    chart.show_lateness(Lateness(turns=1))
    assert chart.accessibleDescription() == "no polls yet"
    chart.grab()
