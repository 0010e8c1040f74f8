"""The schedule's truth survives its way through JSON."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

from noc_console.services.inventory.model import DeviceId
from noc_console.services.telemetry.model import (
    Breaker,
    BudgetUse,
    Lane,
    Lateness,
    ScheduleNow,
    TierNow,
    TroubledDevice,
)
from noc_console.services.telemetry.rules import truth

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
NOW = ScheduleNow(
    collector="noc-1",
    at=AT,
    devices=3,
    polls_per_s=0.05,
    requests_per_s=0.5,
    lateness=Lateness(30, 1, 0.01, 0.2, 7.5, ((0.1, 28), (1.0, 1), (math.inf, 1))),
    lanes={Lane.FAST: 2, Lane.SILENT: 1},
    waiting=1,
    breakers={Breaker.CLOSED: 2, Breaker.OPEN: 1},
    failures={"timeout": 4},
    tiers=(TierNow("core", 10.0, 1, 0, 4.2), TierNow("", 60.0, 2, 1)),
    troubled=(
        TroubledDevice(
            DeviceId(7), Lane.SILENT, Breaker.OPEN, "core", 0.0, 1.5, 4, 9, "timeout", -1.0
        ),
    ),
    budget=BudgetUse(4.0, 100, 20, 3, 1, ((DeviceId(7), 1.25),)),
)


def test_every_figure_comes_back_as_it_was() -> None:
    sent = json.loads(json.dumps(truth.to_json(NOW), allow_nan=False))
    assert truth.from_json("noc-1", AT, sent) == NOW


def test_a_collector_of_another_version_is_understood_as_far_as_it_goes() -> None:
    told = truth.to_json(NOW) | {"moons": 3}
    told["lateness"]["phase"] = "full"
    del told["budget"], told["tiers"]
    read = truth.from_json("noc-1", AT, told)
    assert read.lateness == NOW.lateness
    assert (read.budget, read.tiers) == (BudgetUse(), ())
    assert truth.from_json("x", AT, {}) == ScheduleNow("x", AT)
