from __future__ import annotations

import asyncio

from noc_console.kernel.heartbeat import Heartbeat, beat, rest


async def test_tasks_of_a_worker_beat_for_it_and_for_no_other() -> None:
    one = Heartbeat(asyncio.current_task)

    async def write() -> None:
        beat("write")

    async def work(heart: Heartbeat) -> None:
        heart.adopt()
        beat()
        async with asyncio.TaskGroup() as group:
            group.create_task(write())
            group.create_task(write())

    async with asyncio.TaskGroup() as group:
        task = group.create_task(work(one))
    beat("write")  # in no worker: nobody counts
    assert {name: strand.beats for name, strand in one.strands.items()} == {"": 1, "write": 2}
    assert one.task_of("") is task
    assert one.task_of("nothing of that name") is None


async def test_who_rests_says_so_until_it_moves_again() -> None:
    heart = Heartbeat()

    async def work() -> None:
        heart.adopt()
        rest("queue")
        assert heart.strands["queue"].is_resting
        beat("queue")
        assert not heart.strands["queue"].is_resting

    async with asyncio.TaskGroup() as group:
        group.create_task(work())
    assert heart.strands["queue"].beats == 2
