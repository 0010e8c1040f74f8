"""Simulated networks for the tests of the lab, on a clock that stands still."""

from __future__ import annotations

import pytest

from noc_console.lab import plan
from noc_console.lab.clock import ManualClock
from noc_console.lab.world import World

EVENING = 1_795_291_200.0
"""2026-11-21 20:00 UTC."""


@pytest.fixture
def lab_clock():
    return ManualClock(EVENING)


@pytest.fixture
def small(lab_clock):
    """Six devices of one city."""
    return World(plan.small(), lab_clock)


@pytest.fixture
def whole(lab_clock):
    """The 66 devices `noc-console lab` runs."""
    return World(plan.full(), lab_clock)
