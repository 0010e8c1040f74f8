"""S16: a loop that is blocked is seen by a thread; what hangs is told by place."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from structlog.testing import capture_logs

from noc_console.app import watchdog
from noc_console.app.watchdog import LoopWatch, stack_of_task, stack_of_thread, watched_loop


def block_the_loop(seconds: float) -> None:
    password = "hunter2"
    time.sleep(seconds)
    assert password


async def answers(watch: LoopWatch, count: int) -> None:
    goal = sum(watch.lag_counts) + count
    while sum(watch.lag_counts) < goal:
        await asyncio.sleep(0.01)


async def test_a_loop_that_is_blocked_is_told_once_with_its_stack_and_no_values() -> None:
    with capture_logs() as logs, watched_loop(every_s=0.02, blocked_s=0.2) as watch:
        await answers(watch, 2)
        assert watch.blocked == 0
        block_the_loop(0.8)
        await answers(watch, 2)
        assert watch.blocked == 1
        assert watch.worst_lag_s > 0.5
        block_the_loop(0.8)
        await answers(watch, 2)
        assert watch.blocked == 2
    told = [line for line in logs if line["event"] == "event loop blocked"]
    assert len(told) == 2
    assert "app/test_watchdog.py" in told[0]["at"]
    assert "block_the_loop" in told[0]["at"]
    assert "hunter2" not in str(told)


async def test_a_loop_that_runs_shows_how_late_it_is() -> None:
    with watched_loop(every_s=0.01, blocked_s=5.0) as watch:
        await answers(watch, 20)
        assert watch.blocked == 0
        assert watch.lag_sum_s > 0
        assert watch.worst_lag_s < 5
    counted = sum(watch.lag_counts)
    await asyncio.sleep(0.05)
    assert sum(watch.lag_counts) <= counted + 1, "nobody knocks any more"


def test_a_process_that_stood_still_has_no_blocked_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """S13: after SIGSTOP or a sleep the watching thread itself is late."""
    loop = asyncio.new_event_loop()
    watch = LoopWatch(loop, every_s=0.01, blocked_s=0.1)
    times = iter([0.0, 0.01, 15.0, 15.01])
    waits = iter([False, False, False, True])
    monkeypatch.setattr(watchdog.time, "monotonic", lambda: next(times))
    monkeypatch.setattr(watch._stopping, "wait", lambda _: next(waits))
    watch._watch()
    assert watch.blocked == 0
    loop.close()
    monkeypatch.undo()


async def test_a_window_watches_its_loop_as_a_collector_does() -> None:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(watchdog.watch_the_loop())
        await asyncio.sleep(0.05)
        watching = [thread.name for thread in threading.enumerate()]
        task.cancel()
    assert "loop-watch" in watching
    assert "loop-watch" not in [thread.name for thread in threading.enumerate()]


def test_a_closed_loop_is_watched_no_longer() -> None:
    loop = asyncio.new_event_loop()
    watch = LoopWatch(loop, every_s=0.01)
    watch.start()
    loop.close()
    watch._thread.join(5)
    assert not watch._thread.is_alive()


async def test_the_stack_of_a_task_goes_down_to_where_it_waits() -> None:
    async def innermost() -> None:
        await asyncio.sleep(60)

    async def outermost() -> None:
        await innermost()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(outermost())
        await asyncio.sleep(0)
        told = stack_of_task(task)
        task.cancel()
    places = told.split(" < ")
    assert [place.split()[-1] for place in places] == ["sleep", "innermost", "outermost"]
    assert all(".py:" in place for place in places)
    assert stack_of_task(task) == ""


def test_the_stack_of_a_thread_is_told_as_far_as_it_helps() -> None:
    waiting = threading.Event()

    def deep(levels: int) -> None:
        if levels:
            deep(levels - 1)
        else:
            waiting.wait(10)

    thread = threading.Thread(target=deep, args=(20,))
    thread.start()
    try:
        told = stack_of_thread(thread.ident or 0)
    finally:
        waiting.set()
        thread.join()
    assert "deep" in told
    assert told.endswith("…")
    assert stack_of_thread(-1) == ""
