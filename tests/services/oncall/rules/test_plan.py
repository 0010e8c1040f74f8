"""Who is on call: layers, overrides, gaps, and who is booked twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.oncall.model import (
    NOBODY,
    Days,
    Holiday,
    Hours,
    Override,
    OverrideId,
    Reason,
    Rota,
    RotaId,
    Shift,
    Turn,
)
from noc_console.services.oncall.rules.plan import clashes, doubles, gaps, plan, watch, who
from tests.services.oncall.conftest import ADA, BEN, CEM, DEE, rota, weekly

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)  # 09:00 in Amsterdam
DAY = timedelta(days=1)


def stand_in(
    number: int, start: datetime, days: float, person: int, instead_of: int = NOBODY
) -> Override:
    return Override(
        OverrideId(number), RotaId(1), start, start + days * DAY, person, instead_of, Reason.SICK
    )


def test_the_uppermost_layer_that_has_somebody_counts() -> None:
    office = Hours(time(8), time(17), frozenset(range(5)))
    both = rota(weekly(CEM, name="Office", hours=(office,)), weekly(ADA, BEN))
    assert who(both, (), MONDAY + 2 * timedelta(hours=1)).people == (CEM,)
    evening = who(both, (), MONDAY + 12 * timedelta(hours=1))
    assert (evening.people, evening.layer) == ((ADA,), "Turns")


def test_on_a_holiday_the_layer_for_holidays_takes_over_and_says_so() -> None:
    free = Holiday(date(2026, 3, 4), date(2026, 3, 5), "Founders' day")
    kept = rota(weekly(DEE, name="Holidays", on=Days.HOLIDAYS), weekly(ADA), holidays=(free,))
    there = who(kept, (), datetime(2026, 3, 4, 2, tzinfo=UTC))
    assert (there.people, there.layer, there.holiday) == ((DEE,), "Holidays", "Founders' day")
    assert who(kept, (), datetime(2026, 3, 5, 2, tzinfo=UTC)).people == (ADA,)


def test_a_stand_in_takes_the_duty_of_one_person_only() -> None:
    sick = stand_in(1, MONDAY + 5 * DAY, 4, CEM, instead_of=ADA)
    found = plan(rota(), [sick], MONDAY, MONDAY + 14 * DAY)
    assert [(s.people, (s.end - s.start) / DAY) for s in found] == [
        ((ADA,), 5),
        ((CEM,), 2),
        ((BEN,), 7),
    ]
    assert found[1].override == 1


def test_an_override_for_everybody_comes_before_the_layers_and_the_newest_counts() -> None:
    first = stand_in(1, MONDAY, 2, CEM)
    second = stand_in(2, MONDAY + DAY, 2, DEE)
    found = plan(rota(), [first, second], MONDAY, MONDAY + 4 * DAY)
    assert [s.people for s in found] == [(CEM,), (DEE,), (ADA,)]


def test_who_falls_out_without_a_stand_in_leaves_the_next_layer_or_a_gap() -> None:
    away = stand_in(1, MONDAY, 1, NOBODY, instead_of=ADA)
    alone = plan(rota(weekly(ADA)), [away], MONDAY, MONDAY + 2 * DAY)
    (gap,) = gaps(alone)
    assert (gap.start, gap.end, gap.override) == (MONDAY, MONDAY + DAY, 1)
    backed = plan(rota(weekly(ADA), weekly(BEN, name="Backup")), [away], MONDAY, MONDAY + DAY)
    assert [(s.people, s.layer) for s in backed] == [((BEN,), "Backup")]


def test_a_stand_in_who_falls_out_is_stood_in_for_in_turn_and_circles_end() -> None:
    chain = [stand_in(1, MONDAY, 1, BEN, ADA), stand_in(2, MONDAY, 1, CEM, BEN)]
    assert who(rota(), chain, MONDAY).people == (CEM,)
    swapped = [stand_in(1, MONDAY, 1, BEN, ADA), stand_in(2, MONDAY, 1, ADA, BEN)]
    assert who(rota(), swapped, MONDAY).people in {(ADA,), (BEN,)}


def test_overrides_of_another_rota_do_not_matter() -> None:
    other = Override(OverrideId(1), RotaId(2), MONDAY, MONDAY + DAY, CEM)
    assert who(rota(), [other], MONDAY).people == (ADA,)


def test_a_rota_without_layers_is_one_gap() -> None:
    empty = Rota(RotaId(1), "Empty")
    (gap,) = plan(empty, (), MONDAY, MONDAY + DAY)
    assert gap.is_gap
    assert plan(empty, (), MONDAY, MONDAY) == ()


def test_overlapping_shifts_are_a_double_booking() -> None:
    shifts = (Shift("D", time(7), time(19)), Shift("N", time(18), time(7)))
    kept = rota(weekly(ADA, BEN, turn=Turn.PATTERN, pattern="DN", shifts=shifts, shifted_by=1))
    found = plan(kept, (), MONDAY + DAY, MONDAY + 3 * DAY)
    assert [(s.end - s.start) / timedelta(hours=1) for s in doubles(found)] == [1, 1]


def test_now_and_next_pass_over_what_changes_no_person() -> None:
    free = Holiday(date(2026, 3, 4), date(2026, 3, 5), "Founders' day")
    seen = watch(rota(holidays=(free,)), (), MONDAY + DAY)
    assert (seen.now.people, seen.now.end) == ((ADA,), MONDAY + 7 * DAY)
    assert seen.next is not None
    assert seen.next.people == (BEN,)
    always = watch(rota(weekly(ADA)), (), MONDAY)
    assert always.next is None


def test_one_person_in_two_rotas_at_once_is_told() -> None:
    one, two = rota(), Rota(RotaId(2), "Second line", layers=(weekly(BEN, ADA),))
    assert clashes((one, two), (), MONDAY + DAY, MONDAY + 6 * DAY) == ()
    three = Rota(RotaId(3), "Optics", layers=(weekly(ADA),))
    (clash,) = clashes((one, three), (), MONDAY + DAY, MONDAY + 6 * DAY)
    assert (clash.person, clash.rotas) == (ADA, ("First line", "Optics"))


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(1, 100), st.integers(0, 4), st.integers(0, 2)),
        max_size=6,
    )
)
def test_a_plan_tiles_its_span_and_says_at_each_moment_what_who_says(
    told: list[tuple[int, int, int, int]],
) -> None:
    hour = timedelta(hours=1)
    overrides = [
        Override(OverrideId(at), RotaId(1), MONDAY + a * hour, MONDAY + (a + n) * hour, who, of)
        for at, (a, n, who, of) in enumerate(told, start=1)
    ]
    end = MONDAY + 20 * DAY
    found = plan(rota(), overrides, MONDAY, end)
    assert (found[0].start, found[-1].end) == (MONDAY, end)
    assert all(one.end == two.start for one, two in pairwise(found))
    for stretch in found:
        assert who(rota(), overrides, stretch.start).people == stretch.people
