"""Walking whole agents, also those that would rather not be walked."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.adapters.snmp import FastReader, open_reader
from noc_console.adapters.snmp.sweep import MOST_DETOURS, Sweep
from noc_console.kernel.errors import Unreachable
from noc_console.services.credentials.model import CredentialKind, SnmpTarget
from noc_console.wire import ber, oid, snmp
from noc_console.wire.snmp import Pdu, Varbind
from tests.lab.rude_agent import RudeAgent, interface_table, running, varbind
from tests.lab.snmpd import snmpd

LAST = varbind("1.3.6.1.6.3.10.2.1.3.0", ber.INTEGER, 7)
WHOLE = [*interface_table(12), LAST]
ASK = [CredentialKind.SNMP_V1, CredentialKind.SNMP_V2C]


@pytest.fixture
async def reader() -> AsyncIterator[FastReader]:
    async with open_reader(bind="127.0.0.1") as opened:
        yield opened


async def swept(reader: FastReader, target: SnmpTarget) -> tuple[list[Varbind], list[str]]:
    found: list[Varbind] = []
    problems = []
    async for batch in reader.sweep(target):
        found += batch.varbinds
        problems += [batch.problem] if batch.problem else []
    return found, problems


@pytest.mark.parametrize("kind", ASK)
async def test_a_proper_agent_is_walked_to_its_end(
    reader: FastReader, kind: CredentialKind
) -> None:
    async with running(RudeAgent(WHOLE)) as agent:
        found, problems = await swept(reader, agent.target(kind))
    assert found == agent.varbinds
    assert problems == []


@pytest.mark.parametrize("kind", ASK)
async def test_what_stands_outside_the_internet_subtree_is_walked_too(
    reader: FastReader, kind: CredentialKind
) -> None:
    lldp = varbind("1.0.8802.1.1.2.1.4.1.1.9.0.1.1", ber.OCTETS, b"neighbour")
    lag = varbind("1.2.840.10006.300.43.1.1.1.1.1.7", ber.INTEGER, 1)
    async with running(RudeAgent([lldp, lag, *WHOLE])) as agent:
        found, problems = await swept(reader, agent.target(kind))
    assert found == [lldp, lag, *WHOLE]
    assert problems == []


async def test_a_real_agent_is_walked_with_all_its_types(reader, tmp_path) -> None:
    with snmpd(tmp_path) as agent:
        found, problems = await swept(reader, agent.target())
        names = {oid.decode(name) for name, _, _ in found}
        walked = {name for name, _ in await reader.walk(agent.target(), "1.3.6.1.2.1.1")}
    assert problems == []
    assert walked <= names
    assert {tag for _, tag, _ in found} >= {ber.INTEGER, ber.OCTETS, ber.OID, ber.TIMETICKS}


class Circular(RudeAgent):
    """After row 3 of a column comes row 1 again."""

    def after(self, name: bytes) -> Varbind:
        follows = super().after(name)
        return super().after(name[:-1]) if name[-1] == 3 and len(name) == 10 else follows


class Stuck(RudeAgent):
    """The next of row 3 is row 3, even from beyond it."""

    def after(self, name: bytes) -> Varbind:
        stuck = oid.encode("1.3.6.1.2.1.2.2.1.11.3")
        return (stuck, ber.INTEGER, b"\1") if name.startswith(stuck) else super().after(name)


class Failing(RudeAgent):
    """genErr behind row 3 of a column."""

    def respond(self, request: Pdu, version: int) -> Pdu | None:
        stuck = oid.encode("1.3.6.1.2.1.2.2.1.11.3")
        if request.varbinds[0][0].startswith(stuck):
            return self.error(request, snmp.GEN_ERR, 1)
        return super().respond(request, version)


class Choking(RudeAgent):
    """Silent behind row 3 of a column."""

    def respond(self, request: Pdu, version: int) -> Pdu | None:
        stuck = oid.encode("1.3.6.1.2.1.2.2.1.11.3")
        return (
            None if request.varbinds[0][0].startswith(stuck) else super().respond(request, version)
        )


@pytest.mark.parametrize("rudeness", [Circular, Stuck, Failing, Choking])
@pytest.mark.parametrize("kind", ASK)
async def test_a_place_where_an_agent_misbehaves_is_stepped_over(
    reader: FastReader, rudeness: type[RudeAgent], kind: CredentialKind
) -> None:
    async with running(rudeness(WHOLE)) as agent:
        target = agent.target(kind, timeout_s=0.05, retries=0, max_repetitions=3)
        found, problems = await swept(reader, target)
    assert found[-1] == LAST
    assert len(found) >= len(WHOLE) / 3
    assert found == sorted(set(found), key=lambda each: oid.sort_key(each[0]))
    assert problems
    assert "1.3.6.1.2.1.2.2.1.1" in problems[0]


async def test_an_agent_without_an_end_stops_at_the_limit(reader: FastReader) -> None:
    class Endless(RudeAgent):
        def after(self, name: bytes) -> Varbind:
            arcs = oid.parts(name)
            return oid.from_parts((*arcs[:8], arcs[8] + 1 if len(arcs) > 8 else 1)), 2, b"\1"

    async with running(Endless([])) as agent:
        batches = [batch async for batch in reader.sweep(agent.target(), limit=500)]
    assert 500 <= sum(len(batch.varbinds) for batch in batches) < 600
    assert "left out" in batches[-1].problem


async def test_an_agent_that_dies_in_the_middle_is_unreachable(reader: FastReader) -> None:
    class Dying(RudeAgent):
        def respond(self, request: Pdu, version: int) -> Pdu | None:
            return None if len(self.asked) > 3 else super().respond(request, version)

    async with running(Dying(WHOLE)) as agent:
        taken = 0
        with pytest.raises(Unreachable):
            async for batch in reader.sweep(
                agent.target(timeout_s=0.05, retries=0, max_repetitions=3)
            ):
                taken += len(batch.varbinds)
    assert taken >= 9
    assert len(agent.asked) < 15


@settings(max_examples=200)
@given(st.data())
def test_no_agent_can_keep_a_walk_for_ever(data: st.DataObject) -> None:
    """Answers at random: what is taken increases, and it ends."""
    sweep = Sweep(max_repetitions=4, limit=300)
    arcs = st.lists(st.integers(0, 3), min_size=1, max_size=6).map(lambda end: (1, *end, 0))
    taken: list[tuple[int, ...]] = []
    questions = 0
    while not sweep.is_done:
        questions += 1
        name, repetitions = sweep.question()
        assert oid.parts(name)[0] <= 1
        assert repetitions >= 1
        move = data.draw(st.integers(0, 5)) if questions < 60 else 4
        if move == 0:
            sweep.refuse(snmp.GEN_ERR)
        elif move == 1:
            if not sweep.silence():
                break
        else:
            names = data.draw(st.lists(arcs, max_size=4)) if questions < 60 else []
            answer = [(oid.from_parts(each), 2, b"\1") for each in names]
            taken += [oid.parts(each[0]) for each in sweep.take(answer)]
    assert taken == sorted(set(taken))
    assert questions <= 60 + MOST_DETOURS + 10
