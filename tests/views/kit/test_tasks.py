"""A widget's async work: newest question wins, deeds finish, errors have one place to go."""

from __future__ import annotations

import asyncio
from typing import Any

import shiboken6
from PySide6.QtCore import QObject

from noc_console.kernel.errors import Invalid
from noc_console.views.kit.tasks import Tasks, leave, settled
from tests.views.conftest import until


async def answer(after: float, value: int) -> int:
    await asyncio.sleep(after)
    return value


async def fail(error: Exception) -> None:
    raise error


async def test_the_newest_question_wins() -> None:
    owner, got, errors = QObject(), [], []
    tasks = Tasks(owner, errors.append)
    tasks.ask("q", answer(0.05, 1), got.append)
    tasks.ask("q", answer(0.0, 2), got.append)
    tasks.ask("other", answer(0.0, 3), got.append)
    await settled()
    assert sorted(got) == [2, 3]
    assert errors == []


async def test_closing_drops_questions_and_lets_deeds_finish() -> None:
    owner, got, done, errors = QObject(), [], [], []
    tasks = Tasks(owner, errors.append)
    tasks.ask("q", answer(0.01, 1), got.append)

    async def write() -> str:
        await asyncio.sleep(0.01)
        done.append("written")
        return "told"

    assert tasks.do("w", write, got.append)
    shiboken6.delete(owner)
    await settled()
    assert (got, done, errors) == ([], ["written"], [])


async def test_the_same_deed_does_not_start_twice_at_a_time() -> None:
    owner, count = QObject(), []
    tasks = Tasks(owner, lambda error: None)

    async def write() -> None:
        count.append(1)
        await asyncio.sleep(0)

    assert tasks.do("w", write)
    assert not tasks.do("w", write)
    await settled()
    assert tasks.do("w", write)
    await settled()
    assert len(count) == 2


async def test_errors_of_work_and_of_what_follows_reach_one_presenter() -> None:
    owner, errors = QObject(), []
    tasks = Tasks(owner, errors.append)
    refused, bug = Invalid("no"), ZeroDivisionError()

    def then(_value: int) -> None:
        raise bug

    tasks.do("a", lambda: fail(refused))
    tasks.ask("b", answer(0, 1), then)
    await settled()
    assert set(errors) == {refused, bug}


async def test_a_group_of_errors_is_told_by_its_first() -> None:
    owner, errors = QObject(), []
    refused = Invalid("no")

    async def several() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(refused))

    Tasks(owner, errors.append).do("a", several)
    await settled()
    assert errors == [refused]


async def test_a_failure_after_the_widget_is_gone_reaches_the_loops_handler() -> None:
    seen: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: seen.append(context.get("exception")))
    owner, errors, bug = QObject(), [], ValueError("late")

    async def late() -> None:
        await asyncio.sleep(0.01)
        raise bug

    Tasks(owner, errors.append).do("w", late)
    shiboken6.delete(owner)
    await settled()
    assert (seen, errors) == ([bug], [])


async def test_busy_is_told_once_for_work_that_overlaps() -> None:
    owner, busy = QObject(), []
    tasks = Tasks(owner, lambda error: None, busy.append)
    tasks.ask("a", answer(0.01, 1), lambda _: None)
    tasks.ask("b", answer(0.0, 1), lambda _: None)
    assert tasks.is_asking("a")
    await settled()
    assert busy == [True, False]
    assert not tasks.is_asking("a")


async def test_a_dropped_question_stays_unanswered() -> None:
    owner, got = QObject(), []
    tasks = Tasks(owner, lambda error: None)
    tasks.ask("a", answer(0.0, 1), got.append)
    tasks.drop("a")
    await settled()
    assert got == []


def test_a_tick_after_the_loop_has_ended_starts_nothing() -> None:
    tasks = Tasks(QObject(), lambda error: None)
    asked: list[int] = []

    async def answer() -> int:
        asked.append(1)
        return 1

    tasks.ask("late", answer(), asked.append)
    assert not tasks.is_asking("late")
    assert not tasks.do("late", answer)
    assert asked == []


def test_what_a_closed_loop_left_unfinished_is_waited_for_by_nobody() -> None:
    owner, ended = QObject(), asyncio.new_event_loop()
    tasks = Tasks(owner, lambda error: None)

    async def begin() -> None:
        tasks.ask("q", answer(3600, 1), lambda value: None)
        tasks.follow("f", answer(3600, 1), lambda value: None)

    async def wait() -> None:
        async with asyncio.timeout(5):
            await settled()
            await leave()

    ended.run_until_complete(begin())
    shiboken6.delete(owner)
    left = asyncio.all_tasks(ended)
    ended.close()
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as now:
        now.run(wait())
    for task in left:  # else asyncio complains about it when it goes
        task._log_destroy_pending = False  # type: ignore[attr-defined]


async def test_what_follows_is_not_waited_for_and_ends_when_leaving() -> None:
    owner, ended, busy = QObject(), [], []
    tasks = Tasks(owner, lambda error: None, busy.append)

    async def session() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    tasks.follow("session", session(), lambda _: None)
    await asyncio.sleep(0)
    await settled()
    assert tasks.is_asking("session") and not ended and not busy
    await leave()
    assert ended and not tasks.is_asking("session")


async def test_what_follows_ends_with_its_widget_and_tells_how_it_ended() -> None:
    owner, errors, got = QObject(), [], []
    tasks = Tasks(owner, errors.append)
    refused = Invalid("no")
    tasks.follow("a", fail(refused), got.append)
    tasks.follow("b", answer(0.0, 7), got.append)
    await until(lambda: errors and got)
    assert (errors, got) == ([refused], [7])
    tasks.follow("c", answer(60.0, 8), got.append)
    shiboken6.delete(owner)
    await leave()
    assert got == [7]


async def test_what_failed_and_went_well_again_is_told_once_and_other_work_is_not() -> None:
    told: list[str] = []
    owner = QObject()
    tasks = Tasks(
        owner, lambda error: told.append(str(error)), on_mended=lambda: told.append("mended")
    )
    fails = True

    async def work() -> None:
        if fails:
            raise Invalid("no")

    async def other() -> None:
        return None

    tasks.ask("look", work(), lambda _: None)
    await settled()
    tasks.do("other", other)
    await settled()
    assert told == ["no"]
    fails = False
    tasks.ask("look", work(), lambda _: None)
    await settled()
    tasks.ask("look", work(), lambda _: None)
    await settled()
    assert told == ["no", "mended"]
