import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.flows.rules.grouping import digest, grouped, joined, length, taken, total


def table(rows):
    return {
        "a": np.array([row[0] for row in rows], np.uint32),
        "b": np.array([row[1] for row in rows], np.uint16),
        "bytes": np.array([row[2] for row in rows], np.uint64),
        "packets": np.ones(len(rows), np.uint64),
        "flows": np.ones(len(rows), np.uint64),
    }


ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 10_000)))


@settings(deadline=None)
@given(ROWS)
def test_grouping_tells_the_same_as_counting_by_hand(rows):
    expected = {}
    for a, b, octets in rows:
        expected[a, b] = expected.get((a, b), 0) + octets
    found = grouped(table(rows), ("a", "b"))
    told = dict(zip(zip(found["a"], found["b"], strict=True), found["bytes"], strict=True))
    assert told == expected
    assert found["flows"].sum() == len(rows)


def test_sums_stop_growing_instead_of_wrapping_round():
    rows = table([(1, 1, (1 << 63) + 5)] * 4)
    assert 1 << 60 < int(grouped(rows, ("a",))["bytes"][0]) <= 1 << 62


def test_the_digest_depends_on_the_place_of_a_value():
    rows = table([(1, 2, 0), (2, 1, 0), (1, 2, 9)])
    first, second, third = digest(rows, ("a", "b")).tolist()
    assert first == third != second


def test_tables_are_joined_and_a_missing_column_is_zero():
    both = joined([table([(1, 2, 3)]), {"bytes": np.array([7], np.uint64)}], ("a", "bytes"))
    assert (both["a"].tolist(), both["bytes"].tolist()) == ([1, 0], [3, 7])
    one = table([(1, 2, 3)])
    assert list(joined([one], ("a",))) == ["a"]


def test_rows_are_counted_chosen_and_summed():
    rows = table([(1, 2, 3), (4, 5, 6)])
    assert length(rows) == 2
    assert total(taken(rows, rows["a"] == 4)) == (6, 1, 1)
