"""Serial lines over a pair of pseudo-terminals, which pyserial takes for a port."""

from __future__ import annotations

import asyncio
import os
import termios
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from noc_console.adapters.links.inbox import HIGH
from noc_console.adapters.links.serial import (
    SerialLink,
    open_serial,
    serial_ports,
)
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.services.terminal.connecting import LinkKind, SerialLine, Target, Wired
from noc_console.services.terminal.model import Size
from tests.adapters.links.holders import holder_at, holder_place
from tests.adapters.links.keeper import KEEPER

SIZE = Size(80, 24)


@pytest.fixture
def pair() -> Iterator[tuple[int, str]]:
    """The device's end, and the name of ours."""
    master, slave = os.openpty()
    name = os.ttyname(slave)
    os.set_blocking(master, False)
    os.close(slave)
    keep = os.open(name, os.O_RDWR | os.O_NOCTTY)
    yield master, name
    os.close(keep)
    try:
        os.close(master)
    except OSError:
        pass  # the test pulled the plug


def to(path: str) -> Target:
    return Target("console", LinkKind.SERIAL, line=SerialLine(path, 115_200))


@pytest.fixture
async def link(pair: tuple[int, str]) -> AsyncIterator[SerialLink]:
    opened = await open_serial(to(pair[1]), SIZE, KEEPER)
    yield opened
    await opened.close()


async def come(master: int, size: int) -> bytes:
    got = b""
    async with asyncio.timeout(10):
        while len(got) < size:
            try:
                got += os.read(master, 65_536)
            except BlockingIOError:
                await asyncio.sleep(0.01)
    return got


async def test_bytes_go_both_ways(link: SerialLink, pair: tuple[int, str]) -> None:
    assert isinstance(link, Wired)
    link.write(b"\x00\xffshow version\r")
    assert await come(pair[0], 15) == b"\x00\xffshow version\r"
    os.write(pair[0], b"\x11box# \xff")
    got = b""
    async with asyncio.timeout(10):
        while len(got) < 7:
            got += await link.read(100)
    assert got == b"\x11box# \xff"
    link.resize(10, 10)
    assert ("Speed", "115200 baud, 8N1") in link.facts
    assert link.describe.startswith("serial /dev/")


async def test_a_flood_that_nobody_reads_waits(link: SerialLink, pair: tuple[int, str]) -> None:
    sent = 0
    quiet = 0
    async with asyncio.timeout(30):
        while quiet < 20:
            try:
                sent += os.write(pair[0], b"x" * 4096)
                quiet = 0
                await asyncio.sleep(0)
            except BlockingIOError:
                quiet += 1
                await asyncio.sleep(0.02)
    assert HIGH <= link.waiting <= HIGH + 65_536
    read = 0
    async with asyncio.timeout(30):
        while read < sent:
            read += len(await link.read(65_536))
    assert read == sent


async def test_a_port_that_was_pulled_out_is_lost(pair: tuple[int, str]) -> None:
    link = await open_serial(to(pair[1]), SIZE, KEEPER)
    os.close(pair[0])
    async with asyncio.timeout(10):
        assert await link.read(10) == b""
    assert link.ended is not None and link.ended.is_lost
    await link.close()


async def test_closing_while_nobody_takes_the_bytes(pair: tuple[int, str]) -> None:
    link = await open_serial(to(pair[1]), SIZE, KEEPER)
    link.write(b"x" * 1_000_000)
    await asyncio.sleep(0.2)
    async with asyncio.timeout(10):
        await link.close()


async def test_what_does_not_open_says_why(pair: tuple[int, str], link: SerialLink) -> None:
    with pytest.raises(Refused, match="no serial port"):
        await open_serial(to("/dev/ttyNOWHERE9"), SIZE, KEEPER)
    with pytest.raises(Refused, match="needs its port"):
        await open_serial(replace(to("x"), line=None), SIZE, KEEPER)
    with pytest.raises(Unreachable, match="another program"):
        await open_serial(to(pair[1]), SIZE, KEEPER)


def test_the_ports_of_this_machine_are_names_and_descriptions() -> None:
    assert all(name and isinstance(said, str) for name, said in serial_ports())


def hangs_up(name: str) -> bool:
    """Whether closing the port drops DTR."""
    asked = os.open(name, os.O_RDWR | os.O_NOCTTY)
    try:
        return bool(termios.tcgetattr(asked)[2] & termios.HUPCL)
    finally:
        os.close(asked)


async def test_a_line_is_hung_up_on_by_hand_and_by_nothing_else(pair: tuple[int, str]) -> None:
    name = pair[1]
    asked = os.open(name, os.O_RDWR | os.O_NOCTTY)
    told = termios.tcgetattr(asked)
    told[2] |= termios.HUPCL
    termios.tcsetattr(asked, termios.TCSANOW, told)
    os.close(asked)
    link = await open_serial(to(name), SIZE, KEEPER)
    assert not hangs_up(name), "killed now, the device keeps its carrier"
    await link.close()
    assert hangs_up(name), "closed by hand it is as it was"

    link = await open_serial(to(name), SIZE, KEEPER)
    with holder_place() as place:
        holder = holder_at(place)
        holder.keep(link, to(name))
        holder.leave()
        await link.close()
        await holder.close()
    assert not hangs_up(name), "the window goes, the login stays"
