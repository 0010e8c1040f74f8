"""Asking agents that are there: real datagrams, counted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from noc_console.adapters.snmp import FastReader
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.inspection.live import Budget, LiveAgent
from noc_console.services.inspection.tables import columns
from noc_console.wire import ber, oid, snmp
from noc_console.wire.snmp import Pdu, Varbind
from tests.lab.rude_agent import RudeAgent, interface_table, running, varbind
from tests.lab.snmpd import Agent, free_udp_port, snmpd

IF = columns("1.3.6.1.2.1.2.2.1", received=10, unicast=11)
MORE = columns("1.3.6.1.2.1.2.2.1", received=10, discards=13)
ABSENT = [columns(f"1.3.6.1.4.1.9.9.{n}.1.1", name=1) for n in range(60)]
ASK = [CredentialKind.SNMP_V1, CredentialKind.SNMP_V2C]


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with snmpd(tmp_path_factory.mktemp("snmpd")) as running_agent:
        yield running_agent


def live(
    reader: FastReader, of: RudeAgent | Agent, kind: CredentialKind = ASK[1], **changes: float
) -> LiveAgent:
    target = of.target(kind, **({"timeout_s": 0.1, "retries": 0} | changes))
    return LiveAgent(reader, target, budget=Budget(10_000))


@pytest.mark.parametrize("kind", ASK)
async def test_tables_that_are_not_there_cost_nothing(
    reader: FastReader, kind: CredentialKind
) -> None:
    async with running(RudeAgent(interface_table(3))) as rude:
        asked = live(reader, rude, kind)
        await asked.look((IF, *ABSENT))
        assert len(rude.asked) <= 3 + (kind is CredentialKind.SNMP_V1)
        before = len(rude.asked)
        for table in ABSENT:
            assert await asked.rows(table) == ()
        assert len(rude.asked) == before
        rows = await asked.rows(IF)
    assert list(rows) == [
        ((n,), {"received": 1000 * n + 10, "unicast": 1000 * n + 11}) for n in (1, 2, 3)
    ]
    assert asked.problems == []


async def test_a_table_is_asked_for_once_and_of_another_view_only_what_is_new(
    reader: FastReader,
) -> None:
    async with running(RudeAgent(interface_table(3))) as rude:
        asked = live(reader, rude)
        await asked.rows(IF)
        before = len(rude.asked)
        assert await asked.rows(IF) == await asked.rows(IF)
        assert len(rude.asked) == before
        rows = await asked.rows(MORE)
        new = {name for pdu in rude.asked[before:] for name, _, _ in pdu.varbinds}
    assert [row for _, row in rows] == [
        {"received": 1000 * n + 10, "discards": 1000 * n + 13} for n in (1, 2, 3)
    ]
    assert new and all(name.startswith(oid.encode("1.3.6.1.2.1.2.2.1.13")) for name in new)


async def test_a_real_agent_tells_which_tables_it_has(reader: FastReader, agent: Agent) -> None:
    there = columns("1.3.6.1.2.1.2.2.1", descr=2)
    gone = columns("1.3.6.1.2.1.17.1.4.1", if_index=2)
    asked = live(reader, agent, timeout_s=2.0)
    before = reader.statistics.sent
    await asked.look([there, gone, *ABSENT])
    assert reader.statistics.sent - before <= 3
    assert await asked.rows(there)
    before = reader.statistics.sent
    assert await asked.rows(gone) == ()
    assert reader.statistics.sent == before
    assert list(await asked.get(["1.3.6.1.2.1.1.5.0", "1.3.6.1.9.0"])) == ["1.3.6.1.2.1.1.5.0"]


class Choking(RudeAgent):
    """Silent about part of its tree."""

    silent: tuple[str, ...] = ("1.3.6.1.2.1.2.2.1.10",)

    def respond(self, request: Pdu, version: int) -> Pdu | None:
        first = oid.decode(request.varbinds[0][0])
        return None if first.startswith(self.silent) else super().respond(request, version)


NAME = varbind("1.3.6.1.2.1.1.5.0", ber.OCTETS, b"choking")
SYS_NAME = "1.3.6.1.2.1.1.5.0"
LAST = varbind("1.3.6.1.6.3.10.2.1.3.0", ber.INTEGER, 7)


async def test_a_table_that_is_not_delivered_is_a_problem_and_not_asked_again(
    reader: FastReader,
) -> None:
    async with running(Choking([NAME, *interface_table(2)])) as rude:
        asked = live(reader, rude)
        assert await asked.get([SYS_NAME]) == {SYS_NAME: b"choking"}
        assert await asked.rows(IF) == ()
        before = len(rude.asked)
        assert await asked.rows(IF) == ()
        assert len(rude.asked) == before
        assert await asked.get([SYS_NAME])
    (problem,) = asked.problems
    assert "1.3.6.1.2.1.2.2.1" in problem.what
    assert "did not answer" in problem.why


async def test_a_device_that_stops_answering_is_given_up_soon(reader: FastReader) -> None:
    async with running(Choking([NAME, *interface_table(2)])) as rude:
        rude.silent = ("1.3.6.1.2.1.2", "1.3.6.1.4")
        asked = live(reader, rude)
        await asked.get([SYS_NAME])
        with pytest.raises(Unreachable):
            for table in (IF, *ABSENT):
                await asked.rows(table)
        assert len(rude.asked) < 6


async def test_a_device_that_fails_now_and_then_is_not_given_up_at_once(
    reader: FastReader,
) -> None:
    async with running(Choking([NAME, *interface_table(2)])) as rude:
        rude.silent = ("1.3.6.1.4",)
        asked = live(reader, rude)
        for table in ABSENT[:5]:
            await asked.get([SYS_NAME])
            assert await asked.rows(table) == ()
        assert len(asked.problems) == 5


async def test_nobody_at_the_first_question_is_nobody(reader: FastReader) -> None:
    with pytest.raises(Unreachable):
        async with running(Choking([])) as rude:
            rude.silent = ("1.",)
            await live(reader, rude).get([SYS_NAME])


async def test_a_port_without_an_agent_is_given_up_at_once(
    reader: FastReader, agent: Agent
) -> None:
    nobody = Agent(free_udp_port(), agent.home, agent.process)
    with pytest.raises(Unreachable):
        await live(reader, nobody).look([IF])


class Denying(RudeAgent):
    def respond(self, request: Pdu, version: int) -> Pdu | None:
        if request.varbinds[0][0].startswith(oid.encode("1.3.6.1.2.1.2")):
            return self.error(request, snmp.AUTHORIZATION_ERROR, 0)
        return super().respond(request, version)


async def test_a_table_we_may_not_see_is_a_problem_but_no_entry_at_all_is_refused(
    reader: FastReader,
) -> None:
    async with running(Denying([NAME])) as rude:
        asked = live(reader, rude)
        await asked.get([SYS_NAME])
        assert await asked.rows(IF) == ()
        assert "denies access" in asked.problems[0].why
        with pytest.raises(AuthRejected):
            await live(reader, rude).rows(IF)


async def test_looking_that_fails_costs_time_only(reader: FastReader) -> None:
    class NoNext(RudeAgent):
        def respond(self, request: Pdu, version: int) -> Pdu | None:
            return None if request.kind == snmp.GETNEXT else super().respond(request, version)

    async with running(NoNext([NAME, *interface_table(2)])) as rude:
        asked = live(reader, rude)
        await asked.get([SYS_NAME])
        await asked.look([IF, *ABSENT])
        assert len(await asked.rows(IF)) == 2
    assert [problem.what for problem in asked.problems] == ["which tables there are"]


async def test_a_table_stops_at_its_limit_and_is_read_on_for_who_wants_more(
    reader: FastReader,
) -> None:
    few = columns("1.3.6.1.2.1.2.2.1", limit=5, received=10)
    async with running(RudeAgent(interface_table(30))) as rude:
        asked = live(reader, rude)
        assert len(await asked.rows(few)) == 5
        assert len(await asked.rows(columns("1.3.6.1.2.1.2.2.1", received=10))) == 30


async def test_the_budget_makes_the_next_question_wait() -> None:
    loop = asyncio.get_running_loop()
    budget = Budget(50.0, burst=2)
    await budget.ready()
    budget.pay(4)
    before = loop.time()
    await budget.ready()
    assert loop.time() - before >= 0.05  # three are missing: not sooner, whatever the machine


async def test_a_table_out_of_order_is_found_all_the_same(reader: FastReader) -> None:
    class Misplaced(RudeAgent):
        """Whoever comes from before ifTable is led past it; it answers for itself only."""

        def after(self, name: bytes) -> Varbind:
            found = super().after(name)
            inside = oid.encode("1.3.6.1.2.1.2")
            return found if name.startswith(inside) or not found[0].startswith(inside) else LAST

    async with running(Misplaced([NAME, *interface_table(2), LAST])) as rude:
        asked = live(reader, rude)
        early = columns("1.3.6.1.2.1.1.9.1", name=2)
        late = columns("1.3.6.1.2.1.31.1.1.1", name=1)
        await asked.look([early, IF, late])
        assert len(await asked.rows(IF)) == 2
        assert await asked.rows(early) == await asked.rows(late) == ()
