"""Arithmetic over many rows at once agrees with what one would reckon row by row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.top import sheets
from noc_console.services.top.model import TEXTS, Facts, PastNumbers, Sheet, TopKind

NAN = float("nan")


def facts(count: int, **texts: tuple[str, ...]) -> Facts:
    told = {name: texts.get(name, ("",) * count) for name in TEXTS}
    ids = np.arange(1, count + 1) * 10
    return Facts(TopKind.INTERFACES, ids, np.arange(1, count + 1), told)


def sheet(of: Facts, **numbers: list[float]) -> Sheet:
    return sheets.sheet(of, {name: np.array(values) for name, values in numbers.items()}, None)


def test_values_come_in_the_order_of_the_facts_and_strangers_have_none() -> None:
    found = sheets.aligned(np.array([5, 7, 9]), np.array([7, 8, 9]), np.array([1.0, 2.0, 3.0]))
    assert np.array_equal(found, [NAN, 1.0, 3.0], equal_nan=True)
    nobody = sheets.aligned(np.array([5]), np.empty(0, np.int64), np.empty(0))
    assert np.isnan(nobody).all()


def test_the_fuller_direction_counts_and_a_port_without_a_speed_has_no_share() -> None:
    told = sheets.utilisation(
        np.array([2e8, 1e8, NAN, 5.0]),
        np.array([1e8, 9e8, 1e8, 5.0]),
        np.array([1e9, 1e9, 1e9, NAN]),
    )
    assert np.allclose(told, [20, 90, 10, NAN], equal_nan=True)


def test_a_margin_is_to_the_nearer_limit_and_negative_beyond_it() -> None:
    low, high = np.array([-20.0, -20.0, NAN, NAN]), np.array([0.0, 0.0, 3.0, NAN])
    value = np.array([-18.0, 1.0, 2.0, 2.0])
    assert np.allclose(sheets.margin(value, low, high), [2, -1, 1, NAN], equal_nan=True)


def test_a_percentile_of_constant_slots_is_exact() -> None:
    values = np.arange(1.0, 21.0)
    stats = np.repeat(values[None, :, None], 4, axis=2)
    assert sheets.percentile(stats)[0] == pytest.approx(np.percentile(np.repeat(values, 20), 95))


def _hours_of(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A day of minutes [24, 60] of skewed values, and what a roll-up keeps of its hours."""
    random = np.random.default_rng(seed)
    raw = random.gamma(8.0, 12.0, (24, 60)) * random.uniform(0.5, 2, (24, 1))
    kept = [raw.min(1), raw.max(1), raw.mean(1), np.percentile(raw, 95, axis=1)]
    return raw, np.stack(kept, axis=-1)[None]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_a_percentile_is_never_outside_what_was_measured(seed: int) -> None:
    raw, stats = _hours_of(seed)
    assert raw.min() <= sheets.percentile(stats)[0] <= raw.max()


def test_a_percentile_is_near_the_true_one() -> None:
    errors = []
    for seed in range(200):
        raw, stats = _hours_of(seed)
        true = np.percentile(raw, 95)
        errors.append(abs(sheets.percentile(stats)[0] - true) / true)
    # Roll-ups do not say where within an hour values lay: near in the common case is the claim.
    assert np.median(errors) < 0.08
    assert max(errors) < 0.2


def test_nothing_known_has_no_percentile_and_no_mean() -> None:
    stats = np.full((2, 3, 4), NAN)
    stats[1, 1] = 7.0
    known = np.array([[0, 0, 0], [0, 5, 0]])
    assert np.array_equal(sheets.percentile(stats), [NAN, 7.0], equal_nan=True)
    assert np.array_equal(sheets.mean_of(stats, known), [NAN, 7.0], equal_nan=True)
    assert np.isnan(sheets.percentile(np.full((2, 0, 4), NAN))).all()


def test_a_change_is_in_per_cent_of_before_and_nothing_before_is_no_change() -> None:
    told = sheets.change(np.array([150.0, 5.0, 1.0]), np.array([100.0, 0.0, NAN]))
    assert np.allclose(told, [50, NAN, NAN], equal_nan=True)


def test_the_past_follows_the_things_when_the_facts_moved_on() -> None:
    old, new = facts(3), facts(4)
    past = PastNumbers(old, np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0]))
    same = sheets.sheet(old, {}, past)
    moved = sheets.sheet(new, {}, past)
    assert same.numbers["p95"].tolist() == [1, 2, 3]
    assert np.array_equal(moved.numbers["p95"], [1, 2, 3, NAN], equal_nan=True)
    assert np.isnan(moved.numbers["in"]).all()


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=30), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_the_first_places_are_the_greatest_known(values: list[float | None], count: int) -> None:
    told = [NAN if value is None else value for value in values]
    whole = sheet(facts(len(told)), **{"in": told})
    found = [told[at] for at in sheets.greatest(whole, "in", count)]
    known = sorted((value for value in values if value is not None), reverse=True)
    assert found == known[:count]
    lowest = [told[at] for at in sheets.greatest(whole, "in", count, ascending=True)]
    assert lowest == sorted(known)[:count]


def test_a_group_adds_up_rates_and_keeps_the_worst_share() -> None:
    of = facts(4, device=("b", "a", "b", ""), site=("north", "south", "north", ""))
    whole = sheet(
        of,
        **{"in": [1, 2, 3, 4], "out": [1, NAN, 1, 1], "util": [10, 20, 30, 40], "speed": [10] * 4},
    )
    found = sheets.grouped(whole, "device")
    assert found.facts.texts["device"] == (sheets.NO_GROUP, "a", "b")
    assert found.facts.texts["site"] == ("", "south", "north")
    assert found.numbers["in"].tolist() == [4, 2, 4]
    assert np.array_equal(found.numbers["out"], [1, NAN, 2], equal_nan=True)
    assert found.numbers["util"].tolist() == [40, 20, 30]
    assert found.facts.ids.tolist() == [-1, -2, -3]
    assert sorted(found.members[2].tolist()) == [0, 2]
    row = sheets.row(found, 2)
    assert row.is_group
    assert (row.device, row.members, row.device_id) == ("b", 2, of.device_ids[0])
    by_site = sheets.grouped(whole, "site")
    assert by_site.numbers["util"][1] == pytest.approx(100 * 4 / 20)


def test_curves_add_up_and_a_gap_in_all_is_a_gap() -> None:
    total = sheets.added([np.array([1.0, NAN, NAN]), np.array([2.0, 3.0, NAN])])
    assert np.array_equal(total, [3.0, 3.0, NAN], equal_nan=True)
    assert len(sheets.added([])) == 0
