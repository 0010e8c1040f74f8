"""Bytes on their way are bounded and in order."""

from __future__ import annotations

import asyncio

from noc_console.adapters.links.inbox import HIGH, LOW, Inbox
from noc_console.services.terminal.connecting import Ended


async def test_it_is_full_and_low_again() -> None:
    inbox = Inbox()
    inbox.put(b"x" * HIGH)
    assert inbox.is_full and not inbox.is_low
    while not inbox.is_low:
        assert len(await inbox.read(10_000)) == 10_000
    assert inbox.size <= LOW


async def test_a_reader_gets_at_most_what_it_asked_for_in_order() -> None:
    inbox = Inbox()
    for part in (b"", b"abc", b"de", b"fghij"):
        inbox.put(part)
    assert [await inbox.read(5), await inbox.read(2), await inbox.read(9)] == [
        b"abcde",
        b"fg",
        b"hij",
    ]
    assert inbox.size == 0


async def test_the_first_reason_to_end_stands_and_comes_last() -> None:
    inbox = Inbox()
    inbox.put(b"bye")
    inbox.end(Ended("first"))
    inbox.end(Ended("second"))
    assert await inbox.read(9) == b"bye" and await inbox.read(9) == b""
    assert inbox.ended == Ended("first")


async def test_a_waiting_reader_is_woken() -> None:
    inbox = Inbox()
    reading = asyncio.get_running_loop().create_task(inbox.read(9))
    await asyncio.sleep(0)
    inbox.put(b"x")
    assert await reading == b"x"
