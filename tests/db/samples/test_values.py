from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from noc_console.db.samples.kinds import INTERFACE, MISSING
from noc_console.db.samples.values import (
    Compacted,
    LatestValues,
    Stats,
    from_ms,
    to_ms,
)


def latest() -> LatestValues:
    values = np.zeros((2, 10), np.int64)
    values[0, 2], values[1, 8] = MISSING, 2
    rates = np.full((2, 8), np.nan, np.float32)
    rates[1, 0] = 7.5
    return LatestValues(INTERFACE, np.array([3, 9]), np.array([1_000, 2_000]), values, rates)


def test_the_newest_word_is_found_by_subject():
    found = latest()
    assert list(found) == [3, 9]
    assert 9 in found
    assert 4 not in found
    assert found.get(10) is None
    assert found[9].rates["in_octets"] == 7.5
    assert found[9].values["status"] == 2
    assert found[9].at == datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC)


def test_what_is_not_known_is_none_and_nan():
    found = latest()
    assert found[3].values["in_packets"] is None
    assert found[3].rates["in_octets"] is None
    assert np.isnan(found.column("in_octets")[0])


def test_a_column_is_a_rate_for_counters_and_a_value_for_the_rest():
    assert latest().column("in_octets")[1] == 7.5
    assert latest().column("status").tolist() == [0, 2]


def test_moments_need_a_zone_and_come_back_the_same():
    with pytest.raises(TypeError, match="no time zone"):
        to_ms(datetime(2026, 1, 1))  # noqa: DTZ001
    moment = datetime(2026, 1, 1, 2, 3, 4, 567_000, timezone(timedelta(hours=2)))
    assert from_ms(to_ms(moment)) == moment


def test_steps_of_a_compaction_add_up():
    assert Compacted(1, 2, ("a",)) + Compacted(3, 4, ("b",)) == Compacted(4, 6, ("a", "b"))


def test_an_empty_store_has_no_size_of_a_sample():
    assert Stats(0, 0, 0, 0, 0, 10, None).bytes_per_sample is None
    assert Stats(0, 1, 1, 50, 100, 10, None).bytes_per_sample == 2.0
