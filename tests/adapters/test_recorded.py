"""A recording in the network's place says what the device itself would have said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.adapters.browser import PysnmpBrowser
from noc_console.adapters.recorded import RecordedBrowser, RecordedReader
from noc_console.adapters.snmp import FastReader, open_reader
from noc_console.kernel.errors import NotAllowed, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.snmp.model import ObjectType
from noc_console.wire import ber, oid, snmprec
from tests.lab.rude_agent import RudeAgent, interface_table, running, varbind

IF = "1.3.6.1.2.1.2.2.1"
SYSTEM = "1.3.6.1.2.1.1"
HELD = [
    varbind(f"{SYSTEM}.1.0", ber.OCTETS, "a caf\u00e9\r\nof two lines".encode()),
    varbind(f"{SYSTEM}.2.0", ber.OID, "1.3.6.1.4.1.9.1.1"),
    varbind(f"{SYSTEM}.3.0", ber.TIMETICKS, 4711),
    varbind(f"{SYSTEM}.5.0", ber.OCTETS, b""),
    *interface_table(40),
    varbind("1.3.6.1.2.1.4.20.1.1.10.0.0.1", ber.IP, "10.0.0.1"),
    varbind("1.3.6.1.2.1.31.1.1.1.6.1", ber.COUNTER64, 2**63 + 1),
    varbind("1.3.6.1.4.1.9.9.1.0", ber.OCTETS, b"\xff\x00\x01"),
    varbind("1.3.6.1.4.1.9.9.2.0", ber.GAUGE32, 2**32 - 1),
    varbind("1.3.6.1.4.1.9.9.3.0", ber.OPAQUE, b"\x9f\x78\x04\x3f\x80\x00\x00"),
]
RECORDING = snmprec.Recording(sorted(HELD, key=lambda each: oid.sort_key(each[0])), [])
TARGET = SnmpTarget(
    "10.0.0.1", 161, SnmpCredential(CredentialKind.SNMP_V2C, community=Secret("any"))
)
ASKED = (f"{SYSTEM}.1.0", f"{SYSTEM}.5.0", f"{IF}.10.7", "1.3.6.1.9.0", IF, SYSTEM, "1.3", "2.5.4")


@pytest.fixture
def recorded() -> RecordedReader:
    return RecordedReader(RECORDING, TARGET.address)


@pytest.fixture
async def reader() -> AsyncIterator[FastReader]:
    async with open_reader(bind="127.0.0.1") as opened:
        yield opened


async def test_every_question_has_the_answer_the_device_gives(
    recorded: RecordedReader, reader: FastReader
) -> None:
    columns = [f"{IF}.{n}" for n in (10, 11, 12)]
    numbers = tuple(map(oid.encode, columns))
    uptime = (oid.encode(f"{SYSTEM}.3.0"), oid.encode("1.3.6.1.9.0"))
    async with running(RudeAgent(HELD)) as agent:
        live = agent.target()
        assert await recorded.get(TARGET, ASKED) == await reader.get(live, ASKED)
        assert await recorded.next(TARGET, ASKED) == await reader.next(live, ASKED)
        for base in ASKED:
            assert await recorded.walk(TARGET, base) == await reader.walk(live, base), base
        assert await recorded.walk(TARGET, IF, limit=7) == await reader.walk(live, IF, limit=7)
        table = await recorded.table(TARGET, columns, limit_rows=30)
        assert table == await reader.table(live, columns, limit_rows=30)
        assert list(table) == [str(n) for n in range(1, 31)]
        ours = await recorded.poll(TARGET, numbers, scalars=uptime)
        theirs = await reader.poll(live, numbers, scalars=uptime)
        assert (ours.rows, ours.scalars[0]) == (theirs.rows, theirs.scalars[0])
        swept = [each async for batch in recorded.sweep(TARGET) for each in batch.varbinds]
        assert swept == [each async for batch in reader.sweep(live) for each in batch.varbinds]


async def test_the_browser_shows_what_it_shows_of_the_device(recorded: RecordedReader) -> None:
    ours, theirs = RecordedBrowser(recorded), PysnmpBrowser(bind="127.0.0.1")
    try:
        async with running(RudeAgent(HELD)) as agent:
            live = agent.target()
            names = [oid.decode(name) for name, _, _ in HELD[:4]] + ["1.3.6.1.9.0"]
            assert await ours.get(TARGET, names) == await theirs.get(live, names)
            for base in (SYSTEM, "1.3.6.1.4.1", f"{IF}.10.3", "1.3.6.1.9"):
                walked = await ours.walk(TARGET, base, limit=100)
                assert walked == await theirs.walk(live, base, limit=100), base
                assert await ours.next(TARGET, base) == await theirs.next(live, base)
            after = f"{IF}.10.5"
            assert await ours.walk(TARGET, f"{IF}.10", after=after, limit=3) == await theirs.walk(
                live, f"{IF}.10", after=after, limit=3
            )
    finally:
        theirs.close()


async def test_nothing_can_be_set_in_a_recording(recorded: RecordedReader) -> None:
    with pytest.raises(NotAllowed, match="recording"):
        await RecordedBrowser(recorded).set(TARGET, f"{SYSTEM}.5.0", ObjectType.STRING, b"x")


async def test_nobody_but_the_recorded_device_answers(recorded: RecordedReader) -> None:
    other = replace(TARGET, address="10.0.0.2")
    with pytest.raises(Unreachable, match="not in the recording"):
        await recorded.get(other, ASKED)
    with pytest.raises(Unreachable):
        await RecordedBrowser(recorded).walk(other, IF, limit=5)


NAMES = st.lists(st.integers(0, 2**32 - 1), max_size=6).map(
    lambda end: oid.from_parts((1, 3, *end))
)
ANY = st.tuples(NAMES, st.sampled_from([2, 4, 5, 6, 64, 65, 70, 128, 200]), st.binary(max_size=10))


@given(st.lists(ANY, unique_by=lambda each: each[0], max_size=20))
async def test_values_that_mean_nothing_are_left_out(held: list[tuple[bytes, int, bytes]]) -> None:
    held.sort(key=lambda each: oid.sort_key(each[0]))
    reader = RecordedReader(snmprec.Recording(held, []), TARGET.address)
    browser = RecordedBrowser(reader)
    await reader.walk(TARGET, "1.3")
    await reader.table(TARGET, ["1.3.0", "1.3.1"])
    await reader.poll(TARGET, (oid.encode("1.3.0"),), scalars=(oid.encode("1.3.1"),))
    shown = await browser.walk(TARGET, "1.3", limit=100)
    assert all(isinstance(each.value, (int, str)) for each in shown)
