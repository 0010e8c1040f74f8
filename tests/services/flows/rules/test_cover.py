from datetime import timedelta

import pytest

from noc_console.db.flows import Place
from noc_console.services.flows.rules.cover import chosen, step_of


def minutes(start, count, source=1):
    return [Place(1, 60, start + 60 * n, source, 7) for n in range(count)]


@pytest.mark.parametrize(
    ("hours", "is_wide", "step"),
    [(1, True, 60), (6, True, 300), (24, True, 3600), (24, False, 300), (72, False, 3600)],
)
def test_the_longer_the_span_the_coarser_the_step(hours, is_wide, step):
    assert step_of(timedelta(hours=hours), is_wide=is_wide) == step


def test_no_moment_is_counted_twice():
    places = [
        *minutes(0, 60),
        *(Place(1, 300, 300 * n, 1) for n in range(12)),
        Place(1, 3600, 0, 1),
    ]
    assert [place.span for place in chosen(places, 0, 3600, 3600)] == [3600]
    assert {place.span for place in chosen(places, 0, 3600, 300)} == {300}
    assert len(chosen(places, 0, 3600, 60)) == 60


def test_the_hour_that_runs_is_told_by_finer_blocks():
    places = [Place(1, 3600, 0, 1), *minutes(0, 75), Place(1, 300, 3600, 1)]
    found = chosen(places, 0, 4500, 3600)
    assert [place.span for place in found].count(3600) == 1
    assert [place.span for place in found].count(300) == 1
    assert sorted(place.at for place in found if place.span == 60) == list(range(3900, 4500, 60))


def test_what_is_no_longer_kept_finer_is_told_by_coarser_blocks():
    assert [p.span for p in chosen([Place(1, 3600, 0, 1)], 0, 3600, 60)] == [3600]


def test_parts_of_a_minute_all_count_and_collectors_stand_for_themselves():
    parts = [Place(1, 60, 0, 1, 5), Place(1, 60, 0, 1, 6), Place(1, 60, 0, 2, 5)]
    assert sorted(chosen(parts, 0, 60, 60)) == parts
    both = [Place(1, 300, 0, 1), *minutes(0, 5, source=2)]
    assert len(chosen(both, 0, 300, 300)) == 6


def test_blocks_before_and_after_the_span_are_left_out():
    assert [p.at for p in chosen(minutes(0, 10), 120, 240, 60)] == [120, 180]
