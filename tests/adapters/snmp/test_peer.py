import asyncio

import pytest

from noc_console.adapters.snmp.peer import AT_ONCE, Peer
from noc_console.adapters.snmp.transport import Transport
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.wire import ber, oid, snmp
from tests.lab.rude_agent import RudeAgent, running, varbind

NAME = oid.encode("1.3.6.1.2.1.1.3.0")
TABLE = [varbind("1.3.6.1.2.1.1.3.0", ber.TIMETICKS, 77)]


@pytest.fixture
async def transport():
    opened = Transport(bind="127.0.0.1")
    await opened.open()
    yield opened
    opened.close()


def peer_of(transport, agent, **changes):
    return Peer(transport, agent.target(**changes), ("127.0.0.1", agent.port), None)


def parse(data, start, end, status, index):
    return status, snmp.parse_varbinds(data, start, end)


async def ask(peer):
    return await peer.ask(snmp.GET, [NAME], 0, 0, parse)


async def test_an_answer_is_what_parse_makes_of_it(transport):
    async with running(RudeAgent(TABLE)) as agent:
        assert await ask(peer_of(transport, agent)) == (0, TABLE)


class Slow(RudeAgent):
    """Answers after a while, and notes how many questions were open at once."""

    delay_s = 0.02
    open = most = 0

    def datagram_received(self, data, addr):
        self.open += 1
        self.most = max(self.most, self.open)
        asyncio.get_running_loop().call_later(self.delay_s, self._later, data, addr)

    def _later(self, data, addr):
        self.open -= 1
        super().datagram_received(data, addr)


async def test_no_device_is_asked_more_than_two_things_at_once(transport):
    async with running(Slow(TABLE)) as agent:
        peer = peer_of(transport, agent, timeout_s=5)
        await asyncio.gather(*[ask(peer) for _ in range(20)])
        assert agent.most == AT_ONCE == 2


async def test_patience_follows_the_round_trip_and_returns_after_a_failure(transport):
    async with running(Slow(TABLE)) as agent:
        peer = peer_of(transport, agent, timeout_s=4.0, retries=0)
        assert peer.patience_s() == 4.0
        for _ in range(5):
            await ask(peer)
        assert peer.patience_s() == 1.0  # never below a quarter
        agent.delay_s = 9.0
        with pytest.raises(Unreachable) as caught:
            await ask(peer)
        assert caught.value.peer == str(peer) == f"127.0.0.1:{agent.port}"
        assert peer.patience_s() == 4.0


class Deaf(RudeAgent):
    """Hears only each third datagram."""

    heard = 0

    def respond(self, request, version):
        self.heard += 1
        return super().respond(request, version) if self.heard % 3 == 0 else None


async def test_a_lost_question_is_repeated_under_the_same_number(transport):
    async with running(Deaf(TABLE)) as agent:
        peer = peer_of(transport, agent, timeout_s=0.05, retries=2)
        assert await ask(peer) == (0, TABLE)
        assert len({pdu.request_id for pdu in agent.asked}) == 1
    assert transport.statistics.resent == 2


async def test_no_access_is_the_credentials_fault(transport):
    async with running(RudeAgent(TABLE)) as agent:
        peer = peer_of(transport, agent)
        peer.raise_if_denied(snmp.GEN_ERR)
        for status in (snmp.NO_ACCESS, snmp.AUTHORIZATION_ERROR):
            with pytest.raises(AuthRejected):
                peer.raise_if_denied(status)


class Counting:
    """A script of many questions that notes when it had its answers."""

    def __init__(self, name, questions, told):
        self.name, self.left, self.told = name, questions, told

    def question(self):
        return (snmp.GET, 0, 0, snmp.encode_names([NAME])) if self.left else None

    def answer(self, data, pos, end, status, index):
        self.left -= 1
        self.told.append(self.name)


async def test_long_conversations_take_turns_when_others_wait(transport):
    told = []
    async with running(Slow(TABLE)) as agent:
        peer = peer_of(transport, agent, timeout_s=5)
        await asyncio.gather(*[peer.converse(Counting(n, 6, told)) for n in range(4)])
    assert sorted(told) == sorted([*range(4)] * 6)
    assert set(told[:6]) == {0, 1, 2, 3}


async def test_a_conversation_alone_is_one_exchange_of_many_requests(transport):
    told = []
    async with running(RudeAgent(TABLE)) as agent:
        await peer_of(transport, agent).converse(Counting("one", 9, told))
    assert told == ["one"] * 9 and transport.statistics.sent == 9
    assert transport.in_flight == 0


async def test_a_script_with_nothing_to_ask_sends_nothing(transport):
    async with running(RudeAgent(TABLE)) as agent:
        await peer_of(transport, agent).converse(Counting("none", 0, []))
    assert transport.statistics.sent == 0
