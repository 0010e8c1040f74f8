from __future__ import annotations

import asyncio
import gc
import sys

import pytest

from noc_console.app import supervise
from noc_console.app.supervise import supervisor
from noc_console.kernel.errors import Broken


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(supervise, "LONGEST_WAIT_S", 0.02)


async def test_a_worker_that_dies_is_started_again_and_the_bug_is_told() -> None:
    lives, bugs = [], []
    alive = asyncio.Event()

    async def work() -> None:
        lives.append(1)
        if len(lives) < 3:
            raise ZeroDivisionError("dead")
        alive.set()
        await asyncio.Event().wait()

    async with supervisor(bugs.append) as keeper:
        keeper.start("poller", work)
        await asyncio.wait_for(alive.wait(), 5)
        health = keeper.health["poller"]
        assert (health.restarts, health.running) == (2, True)
        assert "ZeroDivisionError" in health.error
    assert [type(bug) for bug in bugs] == [ZeroDivisionError] * 2
    assert not keeper.health["poller"].running


async def test_an_expected_error_is_no_bug() -> None:
    bugs: list[BaseException] = []
    lives = []
    alive = asyncio.Event()

    async def work() -> None:
        lives.append(1)
        if len(lives) == 1:
            raise Broken("the port is taken")
        alive.set()

    async with supervisor(bugs.append) as keeper:
        keeper.start("traps", work)
        await asyncio.wait_for(alive.wait(), 5)
        assert keeper.health["traps"].error == "the port is taken"
    assert bugs == []


async def test_a_worker_that_is_done_is_not_started_again() -> None:
    lives = []

    async def work() -> None:
        lives.append(1)

    async with supervisor() as keeper:
        keeper.start("once", work)
        await asyncio.sleep(0.05)
    assert lives == [1]


def test_tuning_freezes_what_start_up_left() -> None:
    switch, thresholds = sys.getswitchinterval(), gc.get_threshold()
    try:
        supervise.tune()
        assert gc.get_freeze_count() > 0
        assert sys.getswitchinterval() == pytest.approx(0.0005)
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(switch)
