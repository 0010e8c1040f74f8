import numpy as np

from noc_console.services.flows.model import Dimension
from noc_console.services.flows.rules.cubes import (
    BY_NUMBER,
    CUBES,
    KEYS,
    TALKS,
    TYPES,
    cut,
    rolled,
    summed,
)
from noc_console.services.flows.rules.grouping import length, total

CUBE = CUBES[Dimension.SOURCE_AS]


def table(rows):
    """`rows`: (exporter, AS, bytes)."""
    return {
        "exporter": np.array([row[0] for row in rows], np.uint64),
        "src_as": np.array([row[1] for row in rows], np.uint32),
        "rest": np.zeros(len(rows), np.uint8),
        "bytes": np.array([row[2] for row in rows], np.uint64),
        "packets": np.ones(len(rows), np.uint64),
        "flows": np.ones(len(rows), np.uint64),
    }


def test_every_dimension_has_a_key_and_a_cube_that_holds_it():
    for dimension in Dimension:
        cube = CUBES.get(dimension, TALKS)
        assert set(KEYS[dimension]) <= set(cube.key)
    assert len(BY_NUMBER) == len(CUBES) + 1, "no number is used twice"


def test_sums_keep_the_types_of_their_columns():
    found = summed([table([(1, 5, 10)]), table([(1, 5, 20), (1, 6, 1)])], CUBE)
    assert sorted(found["bytes"].tolist()) == [1, 30]
    assert {name: found[name].dtype.str[1:] for name in CUBE.names} == {
        name: TYPES[name] for name in CUBE.names
    }


def test_what_is_cut_becomes_rest_and_no_total_changes():
    rows = table([(1, n, n) for n in range(1, 501)])
    found = cut(rows, CUBE, 100)
    assert total(found) == total(rows)
    assert int(found["rest"].sum()) == 1
    kept = found["src_as"][found["rest"] == 0]
    assert sorted(kept.tolist()) == list(range(401, 501))
    assert int(found["bytes"][found["rest"] == 1][0]) == sum(range(1, 401))


def test_a_small_exporter_is_not_hidden_by_a_large_one():
    large = [(1, n, 1_000_000 + n) for n in range(1, 501)]
    small = [(2, n, n) for n in range(1, 11)]
    found = cut(table(large + small), CUBE, 100)
    mine = (found["exporter"] == 2) & (found["rest"] == 0)
    assert int(mine.sum()) == 10


def test_rest_rows_of_the_wide_cube_still_tell_the_interfaces():
    names = TALKS.names
    rows = {name: np.zeros(400, TYPES[name]) for name in names}
    rows["src_lo"] = np.arange(400, dtype=np.uint64)
    rows["in_if"] = np.arange(400, dtype=np.uint32) % 2 + 1
    rows["bytes"] = np.arange(400, dtype=np.uint64) + 1
    found = cut(rows, TALKS, 10)
    rest = found["rest"] == 1
    assert sorted(found["in_if"][rest].tolist()) == [1, 2]
    assert found["src_lo"][rest].tolist() == [0, 0]
    assert length(found) == TALKS.floor + 2


def test_cutting_again_adds_to_the_rest_there_is():
    once = cut(table([(1, n, n) for n in range(1, 301)]), CUBE, 100)
    twice = cut(once, CUBE, 60)
    assert int(twice["rest"].sum()) == 1
    assert total(twice) == total(once)
    assert length(twice) == 61


def test_minutes_roll_up_into_one_table():
    minutes = [table([(1, 5, 10), (1, n, 1)]) for n in range(6, 11)]
    found = rolled(minutes, CUBE, 300)
    assert length(found) == 6
    assert int(found["bytes"][found["src_as"] == 5][0]) == 50
