"""Sessions: who listens in, what is not sent, and what happens when the way breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from noc_console.kernel.errors import AuthRejected, Refused, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.inspection.platforms.load import load
from noc_console.services.terminal import readonly
from noc_console.services.terminal.connecting import Ended, LinkKind, Target
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.session import (
    NotSent,
    Sentence,
    Session,
    SessionState,
    Source,
)

PLATFORMS = Path(__file__).resolve().parents[3] / "resources" / "platforms"
SIZE = Size(80, 24)
TARGET = Target("box", LinkKind.SSH, "box", 22)


class Link:
    """A link whose other side is the test: real ones have tests of their own in `adapters`."""

    facts = (("Cipher", "none"),)
    badges = ("old",)
    describe = "ssh box"

    def __init__(self, *said: bytes, ended: Ended | None = None) -> None:
        self.said = list(said)
        self.ended: Ended | None = ended
        self.written = b""
        self.sizes: list[tuple[int, int]] = []
        self.breaks = 0
        self.closed = 0
        self.came = asyncio.Event()

    async def read(self, limit: int) -> bytes:
        while not self.said:
            if self.ended is not None or self.closed:
                return b""
            self.came.clear()
            await self.came.wait()
        return self.said.pop(0)

    def write(self, typed: bytes) -> None:
        self.written += typed

    def resize(self, columns: int, rows: int) -> None:
        self.sizes.append((columns, rows))

    def send_break(self) -> None:
        self.breaks += 1

    async def close(self) -> None:
        self.closed += 1
        self.came.set()

    def end(self, ended: Ended) -> None:
        self.ended = ended
        self.came.set()


class Tap:
    def __init__(self) -> None:
        self.heard: list[object] = []

    def received(self, data: bytes) -> None:
        self.heard.append(data)

    def sent(self, data: bytes, source: str) -> None:
        self.heard.append((data, source))

    def resized(self, columns: int, rows: int) -> None:
        self.heard.append((columns, rows))


class Guard:
    """Refuses `reload`."""

    is_able = True

    def __init__(self) -> None:
        self.heard = b""
        self.resets = 0

    def received(self, data: bytes) -> None:
        self.heard += data

    def check(self, data: bytes, *, is_elevated: bool = False) -> Sentence | None:
        return NotSent("That changes it.") if b"reload" in data and not is_elevated else None

    def reset(self) -> None:
        self.resets += 1


LOST = Ended("no answer", is_lost=True)


def again(links: Sequence[Link | Exception]) -> tuple[list[Size], object]:
    """Connects to these in turn."""
    asked: list[Size] = []
    waiting = list(links)

    async def connect(size: Size) -> Link:
        asked.append(size)
        following = waiting.pop(0)
        if isinstance(following, Exception):
            raise following
        return following

    return asked, connect


def session(link: Link, *more: Link | Exception, **settings: object) -> tuple[Session, list[str]]:
    told: list[str] = []

    async def finish(_session: Session, why: str) -> None:
        told.append(why)

    _, connect = again(more)
    made = Session(
        TARGET, link, size=SIZE, connect=connect, finish=finish, first_wait_s=0.01, **settings
    )  # type: ignore[arg-type]
    return made, told


async def test_everybody_who_listens_hears_both_ways() -> None:
    link, tap, guard = Link(b"box# "), Tap(), Guard()
    made, _ = session(link)
    made.guard = guard
    made.add_tap(tap)
    assert await made.read() == b"box# "
    assert made.send(b"show\r", Source.PASTED) is None
    made.resize(132, 43)
    made.resize(132, 43)
    assert tap.heard == [(80, 24), b"box# ", (b"show\r", "pasted"), (132, 43)]
    assert link.written == b"show\r" and link.sizes == [(132, 43)] and guard.heard == b"box# "
    assert (made.received, made.sent) == (5, 5)
    made.remove_tap(tap)
    made.send(b"x")
    assert len(tap.heard) == 4
    assert made.facts == link.facts and made.badges == ("old",) and made.describe == "ssh box"
    made.send_break()
    assert link.breaks == 1


async def test_a_secret_does_not_run_what_was_typed_before_it() -> None:
    link = Link(b"mira@box:~$ ")
    made, _ = session(link)
    made.guard = readonly.Guard(load(PLATFORMS).driver("linux"))
    await made.read()
    assert made.send(b"reboot #") is None
    refused = made.type_secret(Secret("correct horse"))
    assert refused is not None and "reboot" in refused.sentence
    assert link.written == b"reboot #" and not len(made.confided)
    made.send(b"\x03")
    link.said.append(b"^C\r\n[sudo] password for mira: ")
    link.came.set()
    await made.read()
    assert made.type_secret(Secret("correct horse")) is None
    assert link.written.endswith(b"correct horse\r")


async def test_what_the_guard_refuses_is_not_sent_and_says_why() -> None:
    link, tap = Link(), Tap()
    made, _ = session(link)
    made.guard = Guard()
    made.add_tap(tap)
    refused = made.send(b"reload\r")
    assert refused is not None and refused.sentence == "That changes it."
    assert link.written == b"" and len(tap.heard) == 1
    made.is_elevated = lambda: True
    assert made.send(b"reload\r") is None
    made.is_elevated = lambda: False
    assert made.send(b"reload", Source.ANSWER) is None


async def test_a_lost_way_is_found_again_and_nothing_typed_meanwhile_is_kept() -> None:
    first, second = Link(b"one", ended=LOST), Link(b"two")
    made, told = session(first, Unreachable("not yet", peer="box"), second)
    guard = made.guard = Guard()
    states: list[SessionState] = []
    refused: list[object] = []

    def hear() -> None:
        states.append(made.state)
        refused.append(made.send(b"reload now\r", Source.TYPED))

    made.listen(hear)
    made.resize(100, 50)
    assert await made.read() == b"one"
    assert await made.read() == b"two"
    assert states == [
        SessionState.WAITING,
        SessionState.CONNECTING,
        SessionState.WAITING,
        SessionState.CONNECTING,
        SessionState.OPEN,
    ]
    assert all(refused) and first.closed == 1
    assert first.written + second.written == b"" and second.sizes == [(100, 50)]
    assert guard.resets == 1 and told == [] and made.link is second


async def test_who_logged_out_is_not_connected_again() -> None:
    made, told = session(Link(b"bye", ended=Ended("logged out")))
    assert await made.read() == b"bye" and await made.read() == b""
    assert made.state is SessionState.CLOSED and made.why == "logged out" == told[0]
    sentence = made.send(b"x")
    assert sentence is not None and "Not connected" in sentence.sentence


@pytest.mark.parametrize(
    "error", [AuthRejected("refused the login", peer="box"), Refused("its key changed")]
)
async def test_a_login_or_key_that_is_refused_is_not_tried_over_and_over(error: Exception) -> None:
    made, told = session(Link(ended=LOST), error)
    assert await made.read() == b"" and told == [str(error)]


async def test_waiting_can_be_hurried_and_closed() -> None:
    made, _ = session(Link(ended=LOST), Link(b"back"))
    made._first_wait_s = 3600
    reading = asyncio.get_running_loop().create_task(made.read())
    while made.state is not SessionState.WAITING:
        await asyncio.sleep(0)
    made.hurry()
    async with asyncio.timeout(5):
        assert await reading == b"back"
    made.link.end(LOST)  # type: ignore[attr-defined]
    reading = asyncio.get_running_loop().create_task(made.read())
    while made.state is not SessionState.WAITING:
        await asyncio.sleep(0)
    await made.close()
    async with asyncio.timeout(5):
        assert await reading == b""
    assert made.state is SessionState.CLOSED


async def test_closing_ends_a_read_and_is_told_once() -> None:
    link = Link()
    made, told = session(link)
    reading = asyncio.get_running_loop().create_task(made.read())
    await asyncio.sleep(0)
    await made.close()
    await made.close()
    assert await reading == b"" and told == ["closed here"] and link.closed == 1


async def test_it_can_be_opened_again_after_it_ended() -> None:
    made, _ = session(Link(ended=Ended("logged out")), Unreachable("no", peer="x"), Link(b"hi"))
    assert await made.read() == b""
    with pytest.raises(Unreachable):
        await made.reconnect()
    assert made.state is SessionState.CLOSED
    await made.reconnect()
    assert made.state is SessionState.OPEN and await made.read() == b"hi"


async def test_a_device_that_floods_unasked_is_held_until_a_key() -> None:
    made, _ = session(Link(b"x" * 60, b"y" * 60, b"z"), budget=100)
    assert len(await made.read()) + len(await made.read()) == 120
    reading = asyncio.get_running_loop().create_task(made.read())
    while made.state is not SessionState.HELD:
        await asyncio.sleep(0)
    assert "any key" in made.why
    assert made.send(b"\x03") is None and made.link.written == b"\x03"  # type: ignore[attr-defined]
    assert await reading == b"z" and made.state is SessionState.OPEN


async def test_a_link_that_is_there_already_is_not_reconnected() -> None:
    made = Session.over(Link(ended=LOST), TARGET, SIZE)
    assert await made.read() == b"" and made.state is SessionState.CLOSED
    with pytest.raises(Refused):
        await made.reconnect()


async def test_a_secret_goes_past_everybody_who_listens() -> None:
    link, tap = Link(ended=Ended("logged out")), Tap()
    made, _ = session(link)
    made.guard = Guard()
    made.add_tap(tap)
    assert made.type_secret(Secret("correct horse")) is None
    assert link.written == b"correct horse\r" and len(tap.heard) == 1 and made.sent == 0
    await made.read()
    refused = made.type_secret(Secret("correct horse"))
    assert refused is not None and "horse" not in refused.sentence
