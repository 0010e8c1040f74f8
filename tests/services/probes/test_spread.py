"""Percentiles and jitter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.probes.spread import jitter_us, percentile

TIMES = st.lists(st.integers(1, 10_000_000), min_size=1, max_size=100)


@given(TIMES, st.sampled_from([0, 10, 25, 50, 75, 90, 100]))
def test_percentiles_are_those_of_numpy(times, percent):
    assert percentile(sorted(times), percent) == pytest.approx(np.percentile(times, percent))


def test_jitter_is_the_mean_step_between_answers():
    assert jitter_us((1000, 1200, 1100)) == 150
    assert jitter_us((1000,)) is None
    assert jitter_us(()) is None
