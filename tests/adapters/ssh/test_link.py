"""What a channel delivers waits, bounded, until it is read."""

from __future__ import annotations

import asyncio

import asyncssh

from noc_console.adapters.ssh.chain import Chain
from noc_console.adapters.ssh.link import HIGH, LOW, Shell, SshLink, open_shell
from noc_console.services.terminal.model import Size


class Channel:
    """Counts what is asked of it: a channel of the library needs a whole server to be flooded."""

    def __init__(self) -> None:
        self.is_held = False

    def pause_reading(self) -> None:
        self.is_held = True

    def resume_reading(self) -> None:
        self.is_held = False


def shell() -> tuple[Shell, Channel]:
    made, channel = Shell(), Channel()
    made.connection_made(channel)  # type: ignore[arg-type]
    return made, channel


async def test_a_flood_is_held_back_and_goes_on_when_it_was_read() -> None:
    made, channel = shell()
    made.data_received(b"x" * HIGH, None)
    assert channel.is_held and made.waiting == HIGH
    read = 0
    while channel.is_held:
        read += len(await made.read(10_000))
    assert made.waiting <= LOW and read + made.waiting == HIGH


async def test_pieces_keep_their_order_and_the_limit() -> None:
    made, _ = shell()
    for part in (b"abc", b"def", b"ghi"):
        made.data_received(part, None)
    assert [await made.read(4), await made.read(1), await made.read(99)] == [
        b"abcd",
        b"e",
        b"fghi",
    ]


async def test_an_end_comes_after_everything_that_was_said() -> None:
    made, _ = shell()
    made.data_received(b"bye", None)
    made.connection_lost(asyncssh.ConnectionLost("reset"))
    assert await made.read(10) == b"bye" and await made.read(10) == b""
    assert made.ended is not None and made.ended.is_lost


async def test_a_reader_that_waits_hears_of_the_end() -> None:
    made, _ = shell()
    reading = asyncio.get_running_loop().create_task(made.read(10))
    await asyncio.sleep(0)
    made.exit_signal_received("TERM", False, "", "")
    made.connection_lost(None)
    assert await reading == b""
    assert made.ended is not None and made.ended.why == "ended by signal TERM"


async def test_writing_after_the_end_is_no_error(chain: Chain) -> None:
    link = await open_shell(chain, Size(80, 24), SshLink)
    await link.close()
    link.write(b"x")
    link.resize(10, 10)
    link.send_break()
