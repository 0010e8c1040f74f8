from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.period import Period, add_months, month


def test_the_end_is_not_in_it() -> None:
    march = month(date(2026, 3, 17))
    assert march == Period(date(2026, 3, 1), date(2026, 4, 1))
    assert date(2026, 3, 31) in march
    assert date(2026, 4, 1) not in march
    assert march.days == 31


def test_leap_days_and_short_months_clamp() -> None:
    assert month(date(2028, 2, 1)).days == 29
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)


@given(st.dates(), st.integers(2, 1000), st.data())
def test_the_parts_of_a_split_tile_the_whole(start: date, days: int, data: st.DataObject) -> None:
    if date.max.toordinal() - start.toordinal() <= days:
        start = date(2000, 1, 1)
    whole = Period(start, date.fromordinal(start.toordinal() + days))
    at = date.fromordinal(start.toordinal() + data.draw(st.integers(1, days - 1)))
    first, second = whole.split(at)
    assert first.days + second.days == whole.days
    assert first.overlap(second) is None
    assert whole.overlap(second) == second


def test_an_empty_stretch_is_refused() -> None:
    with pytest.raises(ValueError):
        Period(date(2026, 1, 1), date(2026, 1, 1))
