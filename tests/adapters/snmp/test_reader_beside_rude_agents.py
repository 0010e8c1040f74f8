import asyncio
import random
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.snmp import open_reader
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.services.credentials.model import CredentialKind
from noc_console.wire import ber, oid, snmp
from tests.lab.rude_agent import RudeAgent, interface_table, rude_agent, running, varbind
from tests.lab.snmpd import snmpd
from tests.wire.decoders import broken

V1, V2C, V3 = CredentialKind.SNMP_V1, CredentialKind.SNMP_V2C, CredentialKind.SNMP_V3
SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
IF = "1.3.6.1.2.1.2.2.1"
COLUMNS = tuple(oid.encode(f"{IF}.{n}") for n in (10, 11, 13, 14))


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    with snmpd(tmp_path_factory.mktemp("snmpd")) as running_agent:
        yield running_agent


@pytest.fixture
async def reader():
    async with open_reader(bind="127.0.0.1") as opened:
        yield opened


# ── rude agents ──


@pytest.mark.parametrize("kind", [V1, V2C])
@pytest.mark.parametrize("max_bytes", [100, 130, 200, 484, 1472])
async def test_answers_cut_in_the_middle_of_a_row_lose_nothing(reader, kind, max_bytes):
    async with rude_agent(interface_table(37), max_bytes=max_bytes) as agent:
        polled = await reader.poll(agent.target(kind), COLUMNS)
        table = await reader.table(agent.target(kind), [oid.decode(each) for each in COLUMNS])
    expected = {(n,): tuple(1000 * n + c for c in (10, 11, 13, 14)) for n in range(1, 38)}
    assert {oid.index_parts(index): row for index, row in polled.rows.items()} == expected
    assert {(int(index),): tuple(row.values()) for index, row in table.items()} == expected


@pytest.mark.parametrize("kind", [V1, V2C])
async def test_holes_and_columns_of_different_length_stay_where_they_are(reader, kind):
    rng = random.Random(3)
    varbinds = [each for each in interface_table(300) if rng.random() < 0.7]
    async with rude_agent(varbinds) as agent:
        polled = await reader.poll(agent.target(kind), COLUMNS)
        table = await reader.table(agent.target(kind), [oid.decode(each) for each in COLUMNS])
    cells = {
        oid.decode(column + index): number
        for index, row in polled.rows.items()
        for column, number in zip(COLUMNS, row, strict=True)
        if number is not None
    }
    expected = {oid.decode(name): snmp.value(tag, content) for name, tag, content in varbinds}
    assert cells == expected
    assert {
        f"{column}.{index}": value for index, row in table.items() for column, value in row.items()
    } == expected
    assert list(table) == sorted(table, key=int)


async def test_a_known_table_is_not_read_far_past_its_end(reader):
    varbinds = interface_table(5) + interface_table(40, columns=[20])
    async with rude_agent(varbinds) as agent:
        await reader.poll(agent.target(), COLUMNS)
        agent.asked.clear()
        polled = await reader.poll(agent.target(), COLUMNS)
        assert [pdu.max_repetitions for pdu in agent.asked] == [6]
        assert len(polled.rows) == 5


class TooBig(RudeAgent):
    """Answers tooBig where others cut, as some do."""

    def get_bulk(self, request):
        whole = super().get_bulk(request)
        size = request.max_repetitions * (len(request.varbinds) - request.non_repeaters)
        return self.error(request, snmp.TOO_BIG, 0) if size > 6 else whole


async def test_too_big_is_answered_with_less(reader):
    async with running(TooBig(interface_table(20))) as agent:
        polled = await reader.poll(agent.target(), COLUMNS, scalars=(oid.encode(SYS_UPTIME),))
        assert len(polled.rows) == 20
        assert len(await reader.walk(agent.target(), f"{IF}.10")) == 20
        assert agent.asked[0].max_repetitions == 25
    assert reader.statistics.too_big >= 2


async def test_a_get_that_does_not_fit_is_asked_in_parts(reader):
    names = [oid.decode(name) for name, _, _ in interface_table(30)]
    async with rude_agent(interface_table(30), max_bytes=200) as agent:
        assert len(await reader.get(agent.target(), names)) == 120
    async with rude_agent(interface_table(30), max_bytes=20) as agent:
        assert await reader.get(agent.target(), names[:3]) == {}


@pytest.mark.parametrize("kind", [V1, V2C])
async def test_looking_ahead_is_asked_in_parts_where_an_agent_sends_little(reader, kind):
    table = interface_table(30)
    names = [oid.decode(name) for name, _, _ in table]
    async with rude_agent(table, max_bytes=150) as agent:
        found = await reader.next(agent.target(kind), names)
    assert [found[name] for name in names] == [*names[1:], None]


async def test_looking_ahead_leaves_out_what_an_agent_cannot_say(reader):
    names = [f"{IF}.{n}" for n in (10, 11, 13, 14)]
    async with running(Failing(interface_table(3))) as agent:
        found = await reader.next(agent.target(), names)
        assert found == {name: f"{name}.1" for name in names if name != f"{IF}.11"}
    async with running(Empty([])) as agent:
        assert await reader.next(agent.target(), names) == {}
    async with running(Stuck([])) as agent:
        assert await reader.next(agent.target(), [f"{IF}.10.1.1"]) == {}
    assert reader.statistics.not_increasing == 1


class Circular(RudeAgent):
    """After row 3 comes row 1 again (the firewall everybody knows)."""

    def after(self, name):
        if name.endswith(b"\x03"):
            return super().after(name[:-1])
        return super().after(name)


class Stuck(RudeAgent):
    """The next of an OID is that OID."""

    def after(self, name):
        return (name + b"\x01" if len(name) < 11 else name, ber.INTEGER, b"\x01")


@pytest.mark.parametrize("rudeness", [Circular, Stuck])
@pytest.mark.parametrize("kind", [V1, V2C])
async def test_an_agent_that_goes_in_circles_is_left(reader, rudeness, kind):
    async with running(rudeness(interface_table(9))) as agent:
        walked = await reader.walk(agent.target(kind), f"{IF}.10")
        assert [name for name, _ in walked] == [name for name, _ in dict(walked).items()]
        await reader.table(agent.target(kind), [f"{IF}.10", f"{IF}.11"])
        await reader.poll(agent.target(kind), COLUMNS)
        assert len(agent.asked) < 60
    assert reader.statistics.not_increasing >= 3


class Endless(RudeAgent):
    """A subtree without an end."""

    def after(self, name):
        last = oid.parts(name)[-1] if len(name) > 9 else 0
        return oid.child(oid.encode(f"{IF}.10"), last + 1), ber.COUNTER32, b"\x01"


async def test_a_walk_without_an_end_stops_at_its_limit(reader):
    async with running(Endless([])) as agent:
        assert len(await reader.walk(agent.target(), f"{IF}.10", limit=500)) == 500
        assert len(await reader.table(agent.target(), [f"{IF}.10"], limit_rows=70)) == 70
        polled = await reader.poll(agent.target(), (oid.encode(f"{IF}.10"),), limit_rows=70)
        assert 70 <= len(polled.rows) < 100
    assert reader.statistics.truncated == 3


async def test_a_walk_that_takes_too_long_is_given_up():
    async with (
        running(Endless([])) as agent,
        open_reader(bind="127.0.0.1", max_walk_s=0.2) as reader,
    ):
        with pytest.raises(Unreachable) as caught:
            await reader.walk(agent.target(max_repetitions=1), f"{IF}.10", limit=10**9)
    assert caught.value.reason == "slow"


class Failing(RudeAgent):
    """genErr for one column, named or not."""

    index = 0

    def respond(self, request, version):
        broken = oid.encode(f"{IF}.11")
        asked = [name.startswith(broken) for name, _, _ in request.varbinds]
        if any(asked):
            return self.error(request, snmp.GEN_ERR, asked.index(True) + 1 if self.index else 0)
        return super().respond(request, version)


@pytest.mark.parametrize("kind", [V1, V2C])
@pytest.mark.parametrize("index", [0, 1])
async def test_one_broken_column_does_not_cost_the_others(reader, kind, index):
    agent = Failing(interface_table(12))
    agent.index = index
    async with running(agent):
        polled = await reader.poll(agent.target(kind), COLUMNS)
    assert len(polled.rows) == 12
    assert all(
        row[1] is None and None not in (row[0], row[2], row[3]) for row in polled.rows.values()
    )
    assert reader.statistics.broken_columns == 1


class Denying(RudeAgent):
    def respond(self, request, version):
        return self.error(request, snmp.AUTHORIZATION_ERROR, 0)


async def test_access_denied_is_about_credentials(reader):
    async with running(Denying([])) as agent:
        with pytest.raises(AuthRejected):
            await reader.get(agent.target(), [SYS_DESCR])
        with pytest.raises(AuthRejected):
            await reader.poll(agent.target(), COLUMNS)


class Empty(RudeAgent):
    def respond(self, request, version):
        return self.answer(request, [])


@pytest.mark.parametrize("kind", [V1, V2C])
async def test_answers_without_anything_in_them_come_to_an_end(reader, kind):
    async with running(Empty([])) as agent:
        assert await reader.walk(agent.target(kind), IF) == []
        assert await reader.get(agent.target(kind), [SYS_DESCR]) == {}
        assert (await reader.poll(agent.target(kind), COLUMNS)).rows == {}
        assert len(agent.asked) < 80


class Odd(RudeAgent):
    """Values whose bytes mean nothing, and OIDs cut short."""

    def get_bulk(self, request):
        base = oid.encode(f"{IF}.10")
        if request.varbinds[-1][0] != base:
            return self.answer(
                request, [(name, ber.END_OF_MIB, b"") for name, _, _ in request.varbinds]
            )
        return self.answer(
            request,
            [
                (base + b"\x01", ber.COUNTER32, b""),
                (base + b"\x02", ber.COUNTER32, bytes(9)),
                (base + b"\x03", ber.IP, b"\x01"),
                (base + b"\x04", ber.COUNTER32, b"\x07"),
                (base + b"\x05", ber.OCTETS, b"text"),
            ],
        )


async def test_a_value_that_means_nothing_does_not_cost_the_others(reader):
    async with running(Odd([])) as agent:
        assert dict(await reader.walk(agent.target(), f"{IF}.10")) == {
            f"{IF}.10.4": 7,
            f"{IF}.10.5": b"text",
        }
        polled = await reader.poll(agent.target(), (oid.encode(f"{IF}.10"),))
        assert list(polled.rows.values()) == [(None,), (None,), (None,), (7,), (None,)]
    assert reader.statistics.bad_values == 3


class Babbling(RudeAgent):
    """Says all sorts of things before the answer."""

    def transmit(self, data, request):
        other = snmp.encode_message(1, b"public", self.answer(replace(request, request_id=1), []))
        wrong_version = snmp.encode_message(0, b"public", self.answer(request, []))
        echoed = snmp.encode_message(1, b"public", request)
        return [b"", b"\x30", other, data[:-1], data + b"\0", wrong_version, echoed, data]


async def test_the_answer_is_found_among_rubbish(reader):
    async with running(Babbling(interface_table(5))) as agent:
        assert len(await reader.walk(agent.target(), f"{IF}.10")) == 5
        assert len((await reader.poll(agent.target(), COLUMNS)).rows) == 5
    assert reader.statistics.malformed >= 6
    assert reader.statistics.late >= 2
    assert reader.statistics.resent == 0


async def test_counters_of_every_length_and_sign_survive_the_quick_way(reader):
    numbers = [0, 1, 127, 128, 255, 2**31 - 1, 2**31, 2**32 - 1]
    varbinds = [varbind(f"{IF}.10.{n + 1}", ber.COUNTER32, v) for n, v in enumerate(numbers)]
    varbinds += [
        varbind(f"{IF}.11.{n + 1}", ber.COUNTER64, v << 32 | v) for n, v in enumerate(numbers)
    ]
    varbinds += [varbind(f"{IF}.13.{n + 1}", ber.INTEGER, -(v >> 1)) for n, v in enumerate(numbers)]
    varbinds += [varbind(f"{IF}.14.{n + 1}", ber.GAUGE32, v) for n, v in enumerate(numbers)]
    async with rude_agent(varbinds) as agent:
        polled = await reader.poll(agent.target(), COLUMNS)
    assert list(polled.rows.values()) == [(v, v << 32 | v, -(v >> 1), v) for v in numbers]


async def test_a_cancelled_question_leaves_nothing_behind(reader):
    class Silent(RudeAgent):
        def respond(self, request, version):
            return None

    async with running(Silent([])) as agent:
        async with asyncio.TaskGroup() as group:
            asking = [
                group.create_task(reader.get(agent.target(timeout_s=30), [SYS_DESCR]))
                for _ in range(5)
            ]
            await asyncio.sleep(0.05)
            for task in asking:
                task.cancel()
        assert len(agent.asked) == 2  # two at a time per device
    assert reader._transport.in_flight == 0


async def test_closing_the_reader_ends_what_it_was_asked():
    class Silent(RudeAgent):
        def respond(self, request, version):
            return None

    async with running(Silent([])) as agent:
        async with open_reader(bind="127.0.0.1") as reader:
            asking = asyncio.get_running_loop().create_task(
                reader.get(agent.target(timeout_s=30), [SYS_DESCR])
            )
            await asyncio.sleep(0.05)
        with pytest.raises(Unreachable) as caught:
            await asking
    assert caught.value.reason == "closed"


def _resident_kib() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    pytest.fail("no VmRSS")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_n5_a_flood_of_rubbish_neither_stops_the_reader_nor_fills_its_memory(agent, reader):
    """N5: 50,000 packets: broken answers, lengths beyond all measure, SEQUENCEs in SEQUENCEs."""
    rng = random.Random(20261121)
    target = agent.target()
    whole = await reader.walk(target, "1.3.6.1.2.1.1.9")
    port = reader._transport._v4.gates[0].sock.getsockname()[1]
    seed = snmp.encode_message(
        1, b"public", snmp.Pdu(snmp.RESPONSE, 77, varbinds=interface_table(9))
    )
    rubbish = [rng.randbytes(rng.randint(0, 1400)) for _ in range(200)]
    rubbish += [b"\x30\x80" * 700, b"\x30\x84\xff\xff\xff\xff" * 200, b"\x30\x83\x00\x05" * 300]
    before = _resident_kib()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as enemy:
        for n in range(50_000):
            data = bytearray(seed if n % 3 else rng.choice(rubbish))
            for _ in range(rng.randint(0, 3)):
                if data:
                    data[rng.randrange(len(data))] = rng.choice(
                        (0x84, 0xFF, 0x30, rng.randrange(256))
                    )
            enemy.sendto(bytes(data), ("127.0.0.1", port))
            if n % 50 == 0:
                await asyncio.sleep(0)
            if n % 5000 == 0:
                walked = await reader.walk(target, "1.3.6.1.2.1.1.9")
                assert [name for name, _ in walked] == [name for name, _ in whole]
    counted = reader.statistics
    assert counted.malformed + counted.late + counted.wrong_source > 35_000
    assert counted.timeouts == 0
    assert _resident_kib() - before < 20_000


class Mangling(RudeAgent):
    """Sends every answer broken three times over, under the right id, before the whole one."""

    def __init__(self, varbinds, rng):
        super().__init__(varbinds)
        self.rng = rng

    def transmit(self, data, request):
        at = data.index(b"\x02\x01\x00\x02\x01\x00")
        return [*(data[:at] + broken(self.rng, data[at:]) for _ in range(3)), data]


async def test_n5_broken_answers_to_what_was_asked_are_passed_over_or_read_as_far_as_legal(reader):
    """N5: each question meets answers with its own id and source, and octets changed behind it."""
    async with running(Mangling(interface_table(6), random.Random(5))) as agent:
        for _ in range(300):
            polled = await reader.poll(agent.target(timeout_s=1.0), COLUMNS)
            assert len(polled.numbers) == 4 * len(polled.indexes)
    assert reader.statistics.malformed > 200


LOOPS = """
import sys
went = 0
while line := sys.stdin.readline():
    if line == "PING\\n":
        print("PONG", flush=True)
        continue
    asked = sys.stdin.readline().strip()
    went = went % CYCLE + 1
    print(f".1.3.6.1.4.1.9999.1.{went}\\ninteger\\n{went}", flush=True)
"""


@pytest.mark.parametrize("cycle", [5, 10**9])
async def test_n6_a_walk_that_never_ends_is_left(tmp_path, cycle):
    """N6: the real snmpd with a script behind `pass_persist` that goes round, or on for ever."""
    script = tmp_path / "loops.py"
    script.write_text(LOOPS.replace("CYCLE", str(cycle)))
    extra = f"pass_persist .1.3.6.1.4.1.9999 {sys.executable} {script}"
    with snmpd(tmp_path / "agent", extra=extra) as agent:
        async with open_reader(bind="127.0.0.1") as reader:
            found = await reader.walk(agent.target(), "1.3.6.1.4.1.9999", limit=400)
            assert 0 < len(found) <= 400
            assert reader.statistics.truncated + reader.statistics.not_increasing <= 1
            if cycle > 400:
                assert len(found) == 400 and reader.statistics.truncated == 1
            polled = await reader.poll(
                agent.target(), (oid.encode("1.3.6.1.4.1.9999.1"),), limit_rows=100
            )
            assert len(polled.indexes) <= 100 + 25
