"""A store of many lines, filled fast: chunks are built in processes beside the one that writes."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

from noc_console.db.lines import Lines, chunk, store
from noc_console.db.lines.words import Words
from noc_console.db.samples.session import Session
from tests.benchmarks.line_texts import EVERY_MS, lines

AHEAD = 6
"""Chunks being built or waiting to be written."""


def made(job: tuple[int, int, int]) -> chunk.Chunk:
    """Chunk number so and so of so many lines, from `start_ms` on."""
    number, count, start_ms = job
    first = number * chunk.SIZE
    some = list(lines(count, start_ms=start_ms + first * EVERY_MS, seed=number, first_id=first + 1))
    split = Words()
    return chunk.build(some, [" ".join(split.of(line)) for line in some])


def chunks(count: int, *, start_ms: int) -> Iterator[chunk.Chunk]:
    """Chunks of `count` lines, oldest first."""
    jobs = [
        (number, min(chunk.SIZE, count - number * chunk.SIZE), start_ms)
        for number in range(-(-count // chunk.SIZE))
    ]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn, initializer=gc.disable) as pool:
        ahead = deque(pool.submit(made, job) for job in jobs[:AHEAD])
        for job in jobs[AHEAD:]:
            yield ahead.popleft().result()
            ahead.append(pool.submit(made, job))
        while ahead:
            yield ahead.popleft().result()


async def fill(stores: list[Lines], count: int, *, start_ms: int, tail: int = 0) -> None:
    """Put `count` lines into each of these empty stores, and `tail` more that are no chunk yet."""

    def put(session: Session, one: chunk.Chunk) -> None:
        with session.transaction():
            store.put(session, one)
            session.run(
                "UPDATE lines_mark SET value = ? WHERE name = 'next'", (one.first + one.count,)
            )

    for one in chunks(count, start_ms=start_ms):
        for each in stores:
            await each._threads.write(lambda session, one=one: put(session, one))
    late = lines(tail, start_ms=start_ms + count * EVERY_MS, seed=count)
    while some := list(islice(late, 10_000)):
        for each in stores:
            await each.append(some)
