from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from noc_console.app import supervise
from noc_console.app.supervise import supervisor
from noc_console.kernel.errors import Broken
from noc_console.kernel.heartbeat import beat, rest


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(supervise, "LONGEST_WAIT_S", 0.02)
    monkeypatch.setattr(supervise, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(supervise, "LOST_AFTER_S", 0.1)


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


async def until(holds: Callable[[], bool]) -> None:
    """The test's time limit says for how long."""
    while not holds():
        await asyncio.sleep(0.01)


async def test_a_worker_that_stands_still_is_told_where_and_started_again() -> None:
    """S16: a task that hangs trips the watchdog."""
    lives = []

    async def somewhere_deep() -> None:
        secret = "hunter2"
        await asyncio.Event().wait()
        print(secret)

    async def work() -> None:
        lives.append(1)
        beat()
        if len(lives) == 1:
            await somewhere_deep()
        while True:
            beat()
            await asyncio.sleep(0.01)

    async with supervisor() as keeper:
        keeper.start("poller", work, patience_s=0.2)
        assert keeper.health["poller"].is_well
        await until(lambda: len(lives) == 2)
        health = keeper.health["poller"]
        assert (health.running, health.restarts, health.stuck) == (True, 1, 1)
        assert "somewhere_deep < app/test_supervise.py" in health.hung_at
        assert "hunter2" not in health.hung_at + health.error
        await asyncio.sleep(0.4)
        assert len(lives) == 2, "it moves now"
        assert keeper.health["poller"].is_well


async def test_one_loop_of_several_that_stands_still_is_enough() -> None:
    """S16: the writer hangs while the poller goes on handing out turns."""

    async def write() -> None:
        beat("write")
        await asyncio.Event().wait()

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(write())
            while True:
                beat("turns")
                await asyncio.sleep(0.01)

    async with supervisor() as keeper:
        keeper.start("poller", work, patience_s=0.2)
        await until(lambda: keeper.health["poller"].stuck > 0)
        assert keeper.health["poller"].error.startswith("write stood still")
        assert "write" in keeper.health["poller"].hung_at


async def test_a_loop_that_rests_may_do_so_for_ever() -> None:
    async def work() -> None:
        rest()
        await asyncio.Event().wait()

    async with supervisor() as keeper:
        keeper.start("intake", work, patience_s=0.05)
        await asyncio.sleep(0.3)
        assert keeper.health["intake"].is_well
        assert keeper.health["intake"].restarts == 0


@pytest.mark.parametrize("end", ["return", "cancel"])
async def test_an_endless_worker_that_is_gone_without_an_error_is_started_again(end: str) -> None:
    """S16: a task that dies silently."""
    lives = []

    async def work() -> None:
        lives.append(1)
        if len(lives) == 1:
            if end == "return":
                return
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        beat()
        await asyncio.Event().wait()

    async with supervisor() as keeper:
        keeper.start("traps", work, is_endless=True)
        await until(lambda: len(lives) == 2)
        health = keeper.health["traps"]
        assert (health.running, health.stuck) == (True, 1)
        assert health.error in {"ended without a word", "was cancelled by others"}


class Deaf(asyncio.Future[None]):
    """A future that forgets who waits for it, as a nested loop under Qt makes asyncio do."""

    def add_done_callback(self, *_: Any, **__: Any) -> None:
        pass


@pytest.mark.parametrize("in_a_child_task", [False, True])
async def test_a_task_whose_turn_was_lost_is_replaced(*, in_a_child_task: bool) -> None:
    """S16: after `exec()` in a coroutine a task stays pending for ever; not even a cancel ends it.

    The loss itself is played by a deaf future: under a real Qt it is proved in
    `test_supervise_under_qt.py`.
    """
    lives: list[int] = []
    loop = asyncio.get_running_loop()

    async def lose() -> None:
        beat("lost")
        deaf = Deaf(loop=loop)
        loop.call_later(0.05, deaf.set_result, None)
        await deaf

    async def work() -> None:
        lives.append(1)
        if len(lives) == 1 and in_a_child_task:
            async with asyncio.TaskGroup() as group:
                group.create_task(lose())
        elif len(lives) == 1:
            await lose()
        while True:
            beat()
            await asyncio.sleep(0.01)

    async with supervisor() as keeper:
        keeper.start("poller", work, patience_s=0.2)
        await until(lambda: len(lives) == 2)
        health = keeper.health["poller"]
        assert (health.running, health.stuck, health.restarts) == (True, 1, 1)
        assert "lose" in health.hung_at
    assert asyncio.all_tasks() == {asyncio.current_task()}, "an ending process waits for none"


async def test_a_process_that_stood_still_blames_no_worker() -> None:
    """S13: after a sleep or SIGSTOP every heartbeat is old, through nobody's fault."""

    async def work() -> None:
        while True:
            beat()
            await asyncio.sleep(0.3)

    async with supervisor() as keeper:
        keeper.start("poller", work, patience_s=0.5)
        await asyncio.sleep(0.1)
        # What SIGSTOP does to a loop, without a process of its own.
        time.sleep(1.0)
        await asyncio.sleep(0.2)
        assert keeper.health["poller"].stuck == 0
        assert keeper.health["poller"].is_well


async def test_leaving_does_not_wait_for_what_is_lost() -> None:
    loop = asyncio.get_running_loop()

    async def work() -> None:
        beat()
        deaf = Deaf(loop=loop)
        loop.call_later(0.01, deaf.set_result, None)
        await deaf

    async with supervisor() as keeper:
        keeper.start("poller", work, patience_s=60)
        await asyncio.sleep(0.1)
        (lost,) = [task for task in asyncio.all_tasks() if task.get_name() == "poller"]
    assert not lost.done()
    assert asyncio.all_tasks() == {asyncio.current_task()}


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
