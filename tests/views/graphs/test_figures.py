"""Every curve in a line."""

from __future__ import annotations

import numpy as np

from noc_console.views.graphs.figures import columns, figures
from noc_console.views.kit.curves import Curve, Span

SPAN = Span(0.0, 100.0)
TIMES = np.arange(0.0, 101.0)


def test_a_row_tells_least_mean_greatest_and_the_last_known() -> None:
    values = np.arange(101.0)
    values[99:] = np.nan
    (row,) = figures([Curve("x", TIMES, values * 1e6, unit="b/s", spec="interface:1/in")], SPAN)
    texts = [column.text(row) for column in columns()]
    assert texts == ["x", "98.0 Mb/s", "0 b/s", "49.0 Mb/s", "93.1 Mb/s", "98.0 Mb/s"]
    assert [column.export(row) for column in columns()[1:3] if column.export] == ["9.8e+07", "0"]


def test_where_values_are_means_the_ends_are_those_of_the_many() -> None:
    band = (np.full(101, 2.0), np.full(101, 90.0))
    (row,) = figures([Curve("x", TIMES, np.full(101, 5.0), band=band)], SPAN)
    assert (row.told.least, row.told.greatest) == (2.0, 90.0)


def test_nothing_known_is_a_dash_and_a_ghost_is_a_row_of_its_own() -> None:
    curve = Curve("x", TIMES, np.full(101, np.nan), spec="device:1/cpu")
    ghost = Curve("x", TIMES, np.full(101, 1.0), spec="device:1/cpu", ghost=True)
    rows = figures([curve, ghost], SPAN)
    assert len({row.key for row in rows}) == 2
    assert [column.text(rows[0]) for column in columns()[1:]] == ["–"] * 5
    assert all(column.icon is None or column.icon(row) for column in columns() for row in rows)
