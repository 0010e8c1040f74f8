import asyncio
import socket

import pytest

from noc_console.adapters.snmp import open_reader
from noc_console.adapters.snmp.transport import Exchange, NoAnswer, Transport, is_from
from noc_console.kernel.errors import Unreachable
from noc_console.wire import ber, oid, snmp
from noc_console.wire.ber import Malformed
from tests.lab.rude_agent import RudeAgent, interface_table, rude_agent, running, varbind
from tests.lab.snmpd import free_udp_port

NAME = oid.encode("1.3.6.1.2.1.1.3.0")
TABLE = [varbind("1.3.6.1.2.1.1.3.0", ber.TIMETICKS, 77)]


@pytest.fixture
async def transport():
    opened = Transport(bind="127.0.0.1", max_sockets=3)
    await opened.open()
    yield opened
    opened.close()


def exchange(transport, port, *, decode=bytes, timeout_s=0.05, retries=1, address="127.0.0.1"):
    request_id = transport.new_id()
    pdu = snmp.encode_request(snmp.GET, request_id, 0, 0, [NAME])
    message = ber.tlv(0x30, ber.integer(1) + ber.octets(b"public") + pdu)
    return Exchange(
        request_id,
        (address, port),
        message,
        decode,
        timeout_s=timeout_s,
        retries=retries,
        future=asyncio.get_running_loop().create_future(),
    )


async def test_an_answer_finds_its_question(transport):
    async with running(RudeAgent(TABLE)) as agent:
        asked = [exchange(transport, agent.port) for _ in range(20)]
        for each in asked:
            transport.submit(each)
        for each in asked:
            assert snmp.decode_message(await each.future).pdu.request_id == each.id
    assert transport.in_flight == 0
    assert transport.statistics.late == 0


async def test_an_answer_decode_refuses_leaves_the_question_open(transport):
    class Twice(RudeAgent):
        def transmit(self, data, request):
            return [data[:-1] + b"\x63", data]

    def decode(data):
        if data.endswith(b"\x63"):
            raise Malformed("forged")
        return data

    async with running(Twice(TABLE)) as agent:
        asked = exchange(transport, agent.port, decode=decode)
        transport.submit(asked)
        assert (await asked.future).endswith(bytes((77,)))
    assert transport.statistics.malformed == 1


class Mute(RudeAgent):
    def respond(self, request, version):
        return None


async def test_more_than_the_windows_hold_wait_for_their_turn(transport):
    async with running(Mute([])) as agent:
        asked = [exchange(transport, agent.port, timeout_s=0.05, retries=0) for _ in range(8)]
        transport.submit(asked[0])
        asked[0].gate.window = 2
        for each in asked[1:3]:
            transport.submit(each)
        for gate in transport._v4.gates:
            gate.window = 2
        for each in asked[3:4]:
            transport.submit(each)
        for each in asked[4:]:
            transport.submit(each)
            for gate in transport._v4.gates:
                gate.window = 2
        assert transport.sockets <= 3
        assert transport.statistics.sent == 6  # three sockets, two on each
        assert transport.in_flight == 8
        results = await asyncio.gather(*[each.future for each in asked], return_exceptions=True)
    assert [str(each) for each in results] == ["timeout"] * 8
    assert transport.statistics.sent == 8
    assert transport.in_flight == 0


async def test_sockets_have_room_for_every_answer_they_may_get(transport):
    for gate in transport._v4.gates:
        held = gate.sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        assert 16 <= gate.window <= 1024
        assert gate.window * 1500 < held


async def test_one_forgotten_makes_room_for_one_waiting(transport):
    async with running(Mute([])) as agent:
        first, second, third = (
            exchange(transport, agent.port, timeout_s=9, retries=0) for _ in range(3)
        )
        transport._max_sockets = 1
        transport._v4.gates[0].window = 1
        for each in (first, second, third):
            transport.submit(each)
        transport.forget(second)  # while it waits
        assert transport.statistics.sent == 1
        transport.forget(first)
        assert transport.statistics.sent == 2
        transport.forget(third)
        transport.forget(third)
        assert transport.in_flight == 0
        assert transport._v4.gates[0].in_flight == 0


async def test_a_closed_port_is_noticed_but_still_gets_its_retries(transport):
    asked = exchange(transport, free_udp_port(), retries=2)
    transport.submit(asked)
    with pytest.raises(NoAnswer) as caught:
        await asked.future
    assert (caught.value.reason, asked.tries) == ("refused", 3)


async def test_who_answers_only_nonsense_is_told_from_who_is_silent(transport):
    def understood(data: bytes) -> bytes:
        raise Malformed("not what was asked for")

    async with running(RudeAgent(TABLE)) as agent:
        asked = exchange(transport, agent.port, retries=1)
        asked.decode = understood
        transport.submit(asked)
        with pytest.raises(NoAnswer) as caught:
            await asked.future
    assert caught.value.reason == "malformed"
    assert transport.statistics.malformed == 2


async def test_the_closed_port_of_one_device_does_not_hurt_another(transport):
    async with running(RudeAgent(TABLE)) as agent:
        closed = free_udp_port()
        dead = [exchange(transport, closed) for _ in range(10)]
        live = [exchange(transport, agent.port, timeout_s=2) for _ in range(10)]
        for one, other in zip(dead, live, strict=True):
            transport.submit(one)
            transport.submit(other)
        for each in live:
            await each.future
        for each in dead:
            with pytest.raises(NoAnswer):
                await each.future
    assert transport.statistics.resent >= 10


async def test_what_cannot_be_sent_fails_at_once(transport):
    asked = exchange(transport, 9, address="255.255.255.255", timeout_s=60)
    transport.submit(asked)
    with pytest.raises(NoAnswer) as caught:
        await asked.future
    assert caught.value.reason == "unroutable"


async def test_numbers_are_fresh_and_four_octets_long(transport):
    numbers = {transport.new_id() for _ in range(1000)}
    assert len(numbers) > 990
    assert all(len(ber.integer(each)) == 6 for each in numbers)


async def test_ipv6_has_sockets_of_its_own():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("no IPv6 on this machine")
    agent = RudeAgent(interface_table(5))
    loop = asyncio.get_running_loop()
    endpoint, _ = await loop.create_datagram_endpoint(lambda: agent, local_addr=("::1", 0))
    try:
        async with open_reader(bind="127.0.0.1", bind6="::1") as reader:
            target = agent.target()
            target = type(target)("::1", target.port, target.credential)
            assert len(await reader.walk(target, "1.3.6.1.2.1.2.2.1.10")) == 5
            assert reader._transport.sockets == 2
    finally:
        endpoint.close()


class NoReaders(asyncio.SelectorEventLoop):
    """Stands for Windows' proactor loop, which has no add_reader (it cannot run here)."""

    def add_reader(self, fd, callback, *args):
        raise NotImplementedError

    def remove_reader(self, fd):
        raise NotImplementedError


def test_a_loop_without_add_reader_reads_through_endpoints():
    async def read():
        async with (
            rude_agent(interface_table(30)) as agent,
            open_reader(bind="127.0.0.1", bind6="::1") as reader,
        ):
            tables = [reader.walk(agent.target(), "1.3.6.1.2.1.2.2.1.10") for _ in range(5)]
            return await asyncio.gather(*tables)

    with asyncio.Runner(loop_factory=NoReaders) as runner:
        results = runner.run(read())
    assert [len(each) for each in results] == [30] * 5


def test_a_link_local_address_on_another_link_is_somebody_else():
    here, there = ("fe80::1", 161, 0, 2), ("fe80::1", 161, 0, 3)
    assert is_from(here, here) and not is_from(there, here)
    assert is_from(("2001:db8::1", 161, 7, 0), ("2001:db8::1", 161, 0, 0))
    assert not is_from(("10.0.0.1", 162), ("10.0.0.1", 161))


async def test_an_exchange_goes_on_with_another_request_without_waking_anyone(transport):
    async with running(RudeAgent(TABLE)) as agent:
        seen = []

        def decode(data):
            seen.append(snmp.decode_message(data).pdu.request_id)
            if len(seen) == 5:
                return "done"
            follower = exchange(transport, agent.port)
            return first.follow(follower.id, follower.datagram, 0.05)

        first = exchange(transport, agent.port, decode=decode)
        transport.submit(first)
        assert await first.future == "done"
    assert len(set(seen)) == 5
    assert transport.in_flight == 0 and transport.statistics.sent == 5


async def test_the_last_of_several_requests_is_repeated_and_given_up_like_a_first(transport):
    class Once(RudeAgent):
        def transmit(self, data, request):
            return [data] if len(self.asked) == 1 else []

    async with running(Once(TABLE)) as agent:

        def decode(data):
            follower = exchange(transport, agent.port)
            return first.follow(follower.id, follower.datagram, 0.02)

        first = exchange(transport, agent.port, decode=decode, retries=2)
        transport.submit(first)
        with pytest.raises(NoAnswer) as caught:
            await first.future
        assert caught.value.reason == "timeout"
        assert len(agent.asked) == 4
    assert transport.in_flight == 0 and not transport._v4.gates[0].in_flight


async def test_an_error_of_ours_reaches_whoever_waits(transport):
    def decode(data):
        raise Unreachable("enough", peer="x", reason="slow")

    async with running(RudeAgent(TABLE)) as agent:
        asked = exchange(transport, agent.port, decode=decode)
        transport.submit(asked)
        with pytest.raises(Unreachable):
            await asked.future
    assert transport.in_flight == 0


async def test_nothing_is_kept_of_what_is_over_and_the_clock_stops(transport):
    async with running(RudeAgent(TABLE)) as agent:
        asked = [exchange(transport, agent.port, timeout_s=0.01) for _ in range(20)]
        for each in asked:
            transport.submit(each)
        for each in asked:
            await each.future
            transport.forget(each)
        for _ in range(200):
            if transport._timer is None:
                break
            await asyncio.sleep(0.01)
    assert transport._timer is None and not transport._due
    assert transport.statistics.resent == transport.statistics.timeouts == 0
