"""What a collector says of the things it does by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.services.telemetry.model import WorkerHealth

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
