"""What a collector says of the things it does by itself, and columns of interfaces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from noc_console.services.inventory.pollable import PortFact
from noc_console.services.telemetry.model import PortReadings, WorkerHealth
from noc_console.services.telemetry.rules.ports import ports_of

MOVING = WorkerHealth("poller", running=True, heartbeat_age_s=0.4, patience_s=30.0)
WAITING = WorkerHealth("traps", running=True)


@pytest.mark.parametrize("worker", [MOVING, WAITING, WorkerHealth("first look", is_done=True)])
def test_who_moves_waits_for_others_or_is_done_is_well(worker: WorkerHealth) -> None:
    assert worker.is_well


@pytest.mark.parametrize(
    "worker",
    [
        replace(MOVING, heartbeat_age_s=30.1),
        replace(MOVING, running=False),
        replace(WAITING, running=False),
    ],
)
def test_who_stands_still_or_does_not_run_is_not(worker: WorkerHealth) -> None:
    assert not worker.is_well


def test_columns_know_how_many_interfaces_they_are_of() -> None:
    fact = PortFact(7, 1, 1, "xe-0", 0, 1, True, False)
    assert len(ports_of([fact, fact._replace(id=2)])) == 2
    one = np.zeros(1, np.int8)
    assert len(PortReadings(np.zeros(1, np.intp), np.zeros((1, 8), np.int64), one, one)) == 1
