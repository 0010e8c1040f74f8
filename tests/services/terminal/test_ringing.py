"""A ring of real shells: the canary first, and nobody asked after the first mismatch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, Refused, Unreachable
from noc_console.kernel.events import EventBus
from noc_console.lab import plan
from noc_console.lab.run import Options, open_lab
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.terminal.conversing import Line
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.readonly import Guard
from noc_console.services.terminal.ring import Expecting, Member, Order, Phase, Told
from noc_console.services.terminal.ringing import Ring
from tests.conftest import FakeClock
from tests.services.terminal.house import Person, house
from tests.services.terminal.ptyline import PtyLine, shell_line
from tests.services.terminal.test_conversing import driver

PLATFORMS = ("junos", "iosxe", "iosxr", "junos")
"""Of the lab's chain of routers."""
MEMBERS = tuple(Member(n, f"box{n}", f"192.0.2.{n}", "box") for n in (1, 2, 3, 4))


async def known(platform: str) -> Driver | None:
    return driver(prompt=r"box\d> $")


class Watched:
    """Shells by device and what the ring told of them."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self.lines: dict[int, PtyLine] = {}
        self.said: list[tuple[int, Phase]] = []
        self.dead: frozenset[int] = frozenset()

    async def open(self, member: Member) -> Line:
        if member.device_id in self.dead:
            raise Unreachable(f"{member.name} does not answer on SSH", peer=member.name)
        line = await self._stack.enter_async_context(shell_line(prompt=f"{member.name}> "))
        self.lines[member.device_id] = line
        return line

    def watch(self, member: Member, told: Told) -> None:
        self.said.append((member.device_id, told.phase))

    def asked(self, number: int) -> list[bytes]:
        return self.lines[number].typed


@asynccontextmanager
async def ring_of(
    dead: frozenset[int] = frozenset(), members: tuple[Member, ...] = MEMBERS
) -> AsyncIterator[tuple[Ring, Watched]]:
    async with AsyncExitStack() as stack:
        watched = Watched(stack)
        watched.dead = dead
        ring = Ring(members, watched.open, known, watched.watch)
        async with asyncio.TaskGroup() as running:
            running.create_task(ring.run())
            await until(lambda: all(is_settled(ring, m.device_id) for m in MEMBERS))
            try:
                yield ring, watched
            finally:
                ring.leave()


def is_settled(ring: Ring, number: int) -> bool:
    return ring.told(number).phase in (Phase.READY, Phase.FAILED)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def phases(told: tuple[Told, ...]) -> list[Phase]:
    return [one.phase for one in told]


async def test_everybody_answers_and_the_canary_first() -> None:
    async with ring_of() as (ring, watched):
        told = await ring.send(Order("echo all the same", canary=3))
        assert phases(told) == [Phase.SAME] * 4
        assert {one.text for one in told} == {"all the same"}
        asked = [number for number, phase in watched.said if phase is Phase.ASKED]
        assert asked == [3, 1, 2, 4]
    assert [ring.told(m.device_id).phase for m in MEMBERS] == [Phase.CLOSED] * 4


async def test_the_ring_stops_at_the_first_mismatch() -> None:
    async with ring_of() as (ring, watched):
        command = 'case "$PS1" in *2*) echo mtu 9000;; *) echo mtu 1500;; esac'
        told = await ring.send(Order(command, canary=1))
        assert phases(told) == [Phase.SAME, Phase.DIFFERENT, Phase.SKIPPED, Phase.SKIPPED]
        assert watched.asked(3) == []
        assert watched.asked(4) == []


async def test_a_canary_that_does_not_know_the_command_stops_everything() -> None:
    async with ring_of() as (ring, watched):
        told = await ring.send(Order("shwo version", canary=1))
        assert phases(told) == [Phase.ERROR, Phase.SKIPPED, Phase.SKIPPED, Phase.SKIPPED]
        assert "command not found" in told[0].text
        assert watched.asked(2) == []


async def test_a_device_that_cannot_be_reached_stops_the_ring_where_it_stands() -> None:
    async with ring_of(dead=frozenset({3})) as (ring, _):
        assert ring.told(3).text == "box3 does not answer on SSH"
        told = await ring.send(Order("echo x", canary=1))
        assert phases(told) == [Phase.SAME, Phase.SAME, Phase.FAILED, Phase.SKIPPED]


async def test_any_answer_or_the_operators_word_passes_over_who_cannot_be_reached() -> None:
    async with ring_of(dead=frozenset({1, 3})) as (ring, _):
        told = await ring.send(Order("echo x", canary=2, expecting=Expecting.ANY))
        assert phases(told) == [Phase.PASSED, Phase.SAME, Phase.PASSED, Phase.SAME]
        assert told[0].text == "box1 does not answer on SSH"
        told = await ring.send(Order("echo x", canary=1, passes_over=True))
        assert phases(told) == [Phase.PASSED, Phase.SAME, Phase.PASSED, Phase.SAME]
        command = 'case "$PS1" in *2*) echo mtu 9000;; *) echo mtu 1500;; esac'
        told = await ring.send(Order(command, canary=1, passes_over=True))
        # The next one stands in for the canary; who answers otherwise still stops the ring.
        assert phases(told) == [Phase.PASSED, Phase.SAME, Phase.PASSED, Phase.DIFFERENT]
        told = await ring.send(Order("echo x", canary=1))
        assert phases(told) == [Phase.FAILED, Phase.SKIPPED, Phase.SKIPPED, Phase.SKIPPED]


async def test_who_is_left_out_gets_nothing_until_taken_back() -> None:
    async with ring_of(dead=frozenset({3})) as (ring, watched):
        ring.leave_out(2)
        ring.leave_out(3)
        assert [one.device_id for one in ring.active] == [1, 4]
        told = await ring.send(Order("echo x", canary=1))
        assert phases(told) == [Phase.SAME, Phase.LEFT_OUT, Phase.LEFT_OUT, Phase.SAME]
        assert watched.asked(2) == []
        with pytest.raises(Invalid, match="canary"):
            await ring.send(Order("echo x", canary=2))
        ring.leave_out(2, is_out=False)
        ring.leave_out(3, is_out=False)
        assert phases((ring.told(2), ring.told(3))) == [Phase.READY, Phase.FAILED]
        assert ring.told(3).text == "box3 does not answer on SSH"
        told = await ring.send(Order("echo y", canary=2))
        assert told[1].phase is Phase.SAME


async def test_one_that_failed_is_connected_again_and_answers() -> None:
    async with ring_of(dead=frozenset({1, 2, 3, 4})) as (ring, watched):
        watched.dead = frozenset({4})
        for number in (1, 2, 3, 4):
            assert ring.connect_again(number)
            assert not ring.connect_again(number), "it is under way"
        assert ring.told(1).phase is Phase.CONNECTING
        await until(lambda: all(is_settled(ring, m.device_id) for m in MEMBERS))
        assert ring.connected == {1, 2, 3} and not ring.connect_again(1)
        told = await ring.send(Order("exit", canary=1, expecting=Expecting.ANY))
        assert told[0].phase is Phase.FAILED, "it was asked, and fell silent"
        await until(lambda: 1 not in ring.connected)
        ring.leave_out(4)
        ring.connect_again(4)
        ring.connect_again(1)
        await until(lambda: 1 in ring.connected)
        told = await ring.send(Order("echo back", canary=1))
        assert phases(told) == [Phase.SAME] * 3 + [Phase.LEFT_OUT]
    assert not ring.connect_again(4), "the ring is left"


async def test_makers_get_words_of_their_own_and_answer_like_the_first_of_their_kind() -> None:
    kinds = ("ios", "junos", "timos", "junos")
    mixed = tuple(
        Member(m.device_id, m.name, m.address, kind) for m, kind in zip(MEMBERS, kinds, strict=True)
    )
    async with ring_of(members=mixed) as (ring, watched):
        words = {1: "echo a", 2: "echo b", 4: "echo b"}
        order = Order("", canary=1, words=words, at_once=4)
        told = await ring.send(order)
        assert phases(told) == [Phase.SAME, Phase.SAME, Phase.SKIPPED, Phase.SAME]
        assert [one.text for one in told if one.phase is Phase.SAME] == ["a", "b", "b"]
        assert "no words for timos" in told[2].text and watched.asked(3) == []
        assert ring.base_of(order, mixed[3]) == (mixed[1], "b")
        other = Order("", canary=4, words={**words, 2: "echo c"})
        told = await ring.send(other)
        assert phases(told) == [Phase.SAME, Phase.DIFFERENT, Phase.SKIPPED, Phase.SAME]
        asked = [number for number, phase in watched.said if phase is Phase.ASKED]
        assert asked == [1, 2, 4, 4, 1, 2], "the first of each kind goes first, alone"
        with pytest.raises(Invalid, match="nothing to be sent to the canary"):
            await ring.send(Order("", canary=3, words=words))


async def test_several_may_be_asked_at_once() -> None:
    async with ring_of() as (ring, watched):
        told = await ring.send(Order("sleep 0.2; echo x", canary=1, at_once=3))
        assert phases(told) == [Phase.SAME] * 4
        first = [number for number, phase in watched.said if phase in (Phase.ASKED, Phase.SAME)]
        assert first[:2] == [1, 1]
        assert set(first[2:5]) == {2, 3, 4}


async def test_several_lines_are_one_answer() -> None:
    async with ring_of() as (ring, watched):
        told = await ring.send(Order("echo one\n\necho two\n", canary=1))
        assert told[0].text == "one\ntwo"
        assert watched.asked(1) == [b"echo one\r", b"echo two\r"]


async def test_the_operator_can_stop_it() -> None:
    async with ring_of() as (ring, watched):

        async def stop() -> None:
            await until(lambda: (1, Phase.SAME) in watched.said)
            ring.stop()

        async with asyncio.TaskGroup() as tasks:
            sent = tasks.create_task(ring.send(Order("sleep 0.2; echo x", canary=1)))
            tasks.create_task(stop())
        assert phases(sent.result()) == [Phase.SAME, Phase.SAME, Phase.SKIPPED, Phase.SKIPPED]
        assert not ring.is_sending
        assert phases(await ring.send(Order("echo x", canary=1))) == [Phase.SAME] * 4


async def test_only_one_command_goes_round_at_a_time_and_nonsense_never() -> None:
    async with ring_of() as (ring, watched):
        with pytest.raises(Invalid):
            await ring.send(Order("", canary=1))

        async def second() -> None:
            await until(lambda: ring.is_sending)
            with pytest.raises(Refused, match="still going round"):
                await ring.send(Order("echo y", canary=1))

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(second())
            tasks.create_task(ring.send(Order("sleep 0.1; echo x", canary=1)))
        assert watched.asked(1) == [b"sleep 0.1; echo x\r"]


async def test_a_session_that_ends_fails_and_the_others_live() -> None:
    async with ring_of() as (ring, _):
        told = await ring.send(Order("exit", canary=1))
        assert phases(told)[0] is Phase.FAILED
        assert "hung up" in told[0].text
        await until(lambda: ring.told(1).phase is Phase.FAILED)
        again = await ring.send(Order("echo x", canary=2))
        assert phases(again)[1] is Phase.SAME
        assert phases(again)[0] is Phase.FAILED


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_ring_of_the_labs_devices_over_ssh(
    db: Database, bus: EventBus, clock: FakeClock, tmp_path: Path, operator: Actor
) -> None:
    """Logins, prompts, pagers and words of three vendors, as an operator's ring meets them."""
    sessions = house(db, bus, clock, tmp_path).sessions
    person = Person(answer=lambda prompts: ["lab"] * len(prompts))
    rules = load(Path(__file__).resolve().parents[3] / "resources" / "platforms")
    chain = plan.routers(4)

    async def known(platform: str) -> Driver | None:
        return rules.driver(platform)

    async with open_lab(chain, Options(snmp_port=0, ssh_port=0)) as lab:
        devices = {at: lab.device(one.name) for at, one in enumerate(chain.devices.values(), 1)}
        members = tuple(
            Member(at, one.name, one.host, PLATFORMS[at - 1]) for at, one in devices.items()
        )

        async def open_session(member: Member) -> Line:
            device = devices[member.device_id]
            address = f"ssh:noc@{device.host}:{device.ssh_port}"
            target = await sessions.resolve(operator, address=address)
            session = await sessions.open(operator, target=target, size=Size(200, 60), asker=person)
            session.guard = Guard(await known(member.platform))
            return session

        ring = Ring(members, open_session, known, lambda member, told: None)
        async with asyncio.TaskGroup() as running:
            running.create_task(ring.run())
            await until(lambda: all(is_settled(ring, one.device_id) for one in members))
            try:
                assert [ring.told(one.device_id).phase for one in members] == [Phase.READY] * 4
                told = await ring.send(Order("show version", 1, Expecting.ANY, at_once=4))
                assert phases(told) == [Phase.SAME] * 4
                assert all(len(one.text.splitlines()) > 2 for one in told)
                told = await ring.send(Order("show frobnication", 2, Expecting.ANY))
                assert phases(told) == [Phase.SKIPPED, Phase.ERROR, Phase.SKIPPED, Phase.SKIPPED]
                told = await ring.send(Order("configure terminal", 2, Expecting.ANY))
                assert phases(told) == [Phase.SKIPPED, Phase.FAILED, Phase.SKIPPED, Phase.SKIPPED]
                assert "may only look" in told[1].text
            finally:
                ring.leave()
