"""Pings of the kernel's own addresses, and of hosts in a network of our own that lose, delay,
repeat and lie.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager

import pytest

from noc_console.adapters.probes import icmp
from noc_console.adapters.probes.icmp import open_pinger
from noc_console.kernel.errors import Refused
from noc_console.services.probes.model import ProbeState
from tests.adapters.probes import netns


async def ping(pinger, address="127.0.0.1", **changes):
    asked = {"count": 5, "size": 56, "timeout_s": 0.4} | changes
    try:
        return await pinger.ping(address, **asked)
    except Refused as error:
        pytest.skip(str(error))


@asynccontextmanager
async def strange_network(answer, *, unprivileged=False):
    """A pinger in a namespace; `answer` says what each packet is answered with, and after how
    many seconds.
    """
    loop = asyncio.get_running_loop()
    with netns.inside():
        tun = netns.tunnel()
        if unprivileged:
            netns.allow_pings()
        opening = open_pinger()
        pinger = await opening.__aenter__()

    def hear() -> None:
        for _ in range(64):
            try:
                packet = os.read(tun, 4096)
            except BlockingIOError:
                return
            if packet[0] >> 4 == 4 and packet[9] == 1:
                for delay, reply in answer(packet):
                    loop.call_later(delay, os.write, tun, reply)

    loop.add_reader(tun, hear)
    try:
        yield pinger
    finally:
        await opening.__aexit__(None, None, None)
        loop.remove_reader(tun)
        # Answers that are still to be written go nowhere.
        await asyncio.sleep(0.05)
        os.close(tun)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.8.7", "::1"])
async def test_the_kernel_answers_every_packet(address):
    async with open_pinger() as pinger:
        told = await ping(pinger, address)
    assert (told.state, told.sent, told.lost, told.duplicates) == (ProbeState.WELL, 5, 0, 0)
    assert all(rtt > 0 for rtt in told.rtts_us)


async def test_many_targets_share_a_socket_and_get_their_own_answers():
    async with open_pinger() as pinger:
        wanted = [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(500)]
        found = await asyncio.gather(
            *(ping(pinger, each, count=3, within_s=0.3, timeout_s=2) for each in wanted)
        )
        assert [told.lost for told in found] == [0] * 500
        assert (pinger.sent, pinger.answered, pinger.strange) == (1500, 1500, 0)


async def test_a_spread_round_takes_its_time_and_an_answered_one_ends_with_its_last_packet():
    async with open_pinger() as pinger:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await ping(pinger, count=4, within_s=0.4, timeout_s=5)
        # Three gaps of 0.1 s lie between four packets; the time-out is not waited for.
        assert 0.29 <= loop.time() - began < 4


async def test_what_is_no_address_is_told():
    async with open_pinger() as pinger:
        told = await ping(pinger, "router-7")
    assert (told.state, told.reason, told.lost) == (ProbeState.SILENT, "dns", 5)


async def test_a_machine_that_allows_no_pings_says_how_to_allow_them(monkeypatch):
    """Only a stand-in for the kernel's refusal: this process may have the right."""

    def forbidden(_family):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(icmp, "_open", forbidden)
    async with open_pinger() as pinger:
        with pytest.raises(Refused, match=r"ping_group_range.*setcap"):
            await pinger.ping("127.0.0.1", count=1, size=56, timeout_s=1)


async def test_a_round_that_is_given_up_leaves_nothing_behind():
    async with open_pinger() as pinger:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await ping(pinger, count=100, within_s=60)
        assert pinger._flights == {}


async def test_an_unprivileged_socket_hears_its_own_answers():
    def answer(packet):
        return [(0, netns.echoed(packet))]

    async with strange_network(answer, unprivileged=True) as pinger:
        assert [channel.is_raw for channel in pinger._channels.values()] == [False, False]
        for address in ("10.99.0.7", "127.0.0.1", "::1"):
            told = await ping(pinger, address)
            assert (told.state, told.lost) == (ProbeState.WELL, 0)


async def test_lost_packets_are_counted():
    seen = []

    def every_third_is_lost(packet):
        seen.append(packet)
        return [] if len(seen) % 3 == 0 else [(0, netns.echoed(packet))]

    async with strange_network(every_third_is_lost) as pinger:
        told = await ping(pinger, "10.99.0.7", count=9)
    assert (told.state, told.sent, told.lost) == (ProbeState.WELL, 9, 3)


async def test_a_delay_of_the_network_is_measured():
    async with strange_network(lambda packet: [(0.06, netns.echoed(packet))]) as pinger:
        told = await ping(pinger, "10.99.0.7", count=3)
    assert told.lost == 0
    assert min(told.rtts_us) >= 60_000


async def test_repeated_answers_count_once_and_are_told():
    seen = []

    def thrice_but_the_last_not_at_all(packet):
        seen.append(packet)
        return [(at / 100, netns.echoed(packet)) for at in range(3)] if len(seen) < 3 else []

    async with strange_network(thrice_but_the_last_not_at_all) as pinger:
        told = await ping(pinger, "10.99.0.7", count=3)
    assert (told.lost, told.duplicates) == (1, 4)


async def test_late_answers_are_lost_but_counted_also_after_the_round():
    def late(packet):
        return [(0.5, netns.echoed(packet))]

    async with strange_network(late) as pinger:
        first = await ping(pinger, "10.99.0.7", count=2, timeout_s=0.2)
        await asyncio.sleep(0.5)
        second = await ping(pinger, "10.99.0.7", count=2, timeout_s=0.2)
    assert (first.state, first.lost, first.late) == (ProbeState.SILENT, 2, 0)
    assert (second.lost, second.late) == (2, 2)


async def test_an_answer_of_another_host_or_with_another_cookie_is_not_believed():
    def liars(packet):
        return [
            (0, netns.echoed(packet, source="10.99.0.8")),
            (0, netns.echoed(packet, keep=False)),
            (0, packet[:20] + b"\0"),
            (0, b"\x45"),
        ]

    def answer(packet):
        return [(delay, reply) for delay, reply in liars(packet) if len(reply) > 20]

    async with strange_network(answer) as pinger:
        told = await ping(pinger, "10.99.0.7", count=2)
        assert pinger.strange == 2
    assert (told.state, told.lost) == (ProbeState.SILENT, 2)


async def test_a_router_says_why_nobody_answers():
    async with strange_network(lambda packet: [(0, netns.refused(packet))]) as pinger:
        told = await ping(pinger, "10.99.0.7", count=2)
    assert (told.state, told.reason) == (ProbeState.SILENT, "unreachable")
    assert told.error == "host unreachable (says 10.99.0.254)"


async def test_without_a_route_the_system_says_so():
    async with strange_network(lambda packet: []) as pinger:
        told = await ping(pinger, "198.51.100.1", count=2)
    assert (told.state, told.reason) == (ProbeState.SILENT, "unreachable")
    assert "unreachable" in told.error.lower()
