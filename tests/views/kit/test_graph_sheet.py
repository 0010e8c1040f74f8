"""A graph on paper."""

from __future__ import annotations

import math
from datetime import UTC

import numpy as np

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.curves import Curve, Span
from noc_console.views.kit.drawing import Limit, Manner, Mark, Mode
from noc_console.views.kit.graph_sheet import Snapshot, sheet_of
from noc_console.views.kit.sheets import Area, Sheet, Stroke, Words, svg
from noc_console.views.kit.theme import look

SPAN = Span(1_700_000_000.0, 1_700_003_600.0)
TIMES = np.linspace(SPAN.start, SPAN.end, 61)


def sheet(*curves: Curve, manner: Manner | None = None, marks: tuple[Mark, ...] = ()) -> Sheet:
    shot = Snapshot(
        "core-1", curves, SPAN, "{:.0f} u".format, None, manner or Manner(),
        (Limit(60.0, "too much", Severity.MAJOR), Limit(9e9, "far away")), marks, UTC,
    )  # fmt: skip
    return sheet_of(shot, look().theme)


def curve(**looks: object) -> Curve:
    return Curve("in", TIMES, np.linspace(0, 50, 61), **looks)  # type: ignore[arg-type]


def words(made: Sheet) -> list[str]:
    return [item.text for item in made.items if isinstance(item, Words)]


def test_title_time_figures_and_near_limits_are_on_it() -> None:
    told = words(sheet(curve()))
    assert told[0] == "core-1" and told[1].startswith("2023-11-14 22:13:20 – 2023-11-14 23:13:20")
    assert "too much" in told and "far away" not in told
    assert told[-6:] == ["in", "50 u", "0 u", "25 u", "48 u", "50 u"]


def test_a_gap_is_two_lines() -> None:
    broken = curve()
    broken.values[20:40] = np.nan
    made = sheet(broken)
    lines = [item for item in made.items if isinstance(item, Stroke) and len(item.points) > 2]
    assert [len(line.points) for line in lines] == [20, 21]


def test_a_percentile_a_band_and_marks_are_drawn() -> None:
    bare = sheet(curve())
    full = sheet(
        curve(p95=40.0, band=(np.zeros(61), np.full(61, 55.0))),
        marks=(
            Mark(SPAN.start + 60, "down", math.inf, Severity.CRITICAL, alarm_id=1),
            Mark(SPAN.start - 60, "long ago"),
        ),
    )

    def count(made: Sheet, kind: type) -> int:
        return sum(isinstance(item, kind) for item in made.items)

    assert count(full, Area) == count(bare, Area) + 2
    assert any(isinstance(item, Stroke) and item.dash == "dash" for item in full.items)
    assert "<svg" in svg(full)


def test_every_manner_and_nothing_at_all_is_drawn() -> None:
    for manner in (Manner(mode=Mode.STACKED), Manner(is_log=True), Manner(from_zero=False)):
        assert sheet(curve(), curve(below=True), manner=manner).items
    assert words(sheet())[0] == "core-1"
