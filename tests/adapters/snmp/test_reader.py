import asyncio
import inspect
import json
import os
import random
import shutil
import socket
import subprocess
import time
from dataclasses import replace

import pytest

from noc_console.adapters.snmp import FastReader, open_reader
from noc_console.adapters.snmp.reader import resolve
from noc_console.kernel.errors import AuthRejected, Invalid, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.telemetry.ports import SnmpReader
from noc_console.wire import ber, oid, snmp, usm
from tests.lab.impair import Impairment, impaired
from tests.lab.rude_agent import RudeAgent, running, varbind
from tests.lab.snmpd import AUTH, PRIV, free_udp_port, snmpd

V1, V2C, V3 = CredentialKind.SNMP_V1, CredentialKind.SNMP_V2C, CredentialKind.SNMP_V3
SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
IF = "1.3.6.1.2.1.2.2.1"
COLUMNS = tuple(oid.encode(f"{IF}.{n}") for n in (10, 11, 13, 14))
MATRIX = [(auth, priv) for auth in AUTH for priv in ("NONE", *PRIV)] + [("NONE", "NONE")]


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    with snmpd(tmp_path_factory.mktemp("snmpd"), users=MATRIX) as running_agent:
        yield running_agent


@pytest.fixture
async def reader():
    async with open_reader(bind="127.0.0.1") as opened:
        yield opened


@pytest.mark.parametrize("method", ["get", "next", "walk", "table", "poll"])
def test_its_methods_are_those_telemetry_asks_for(method):
    ours = inspect.signature(getattr(FastReader, method))
    asked = inspect.signature(getattr(SnmpReader, method))
    assert list(ours.parameters.values()) == list(asked.parameters.values())
    assert ours.return_annotation == asked.return_annotation


# ── against the real snmpd ──


async def test_known_objects_come_back_typed_and_unknown_ones_not_at_all(agent, reader):
    for kind in (V1, V2C):
        found = await reader.get(
            agent.target(kind),
            [SYS_DESCR, "1.3.6.1.9.9.9.0", "1.3.6.1.2.1.1.2.0", SYS_UPTIME],
        )
        assert list(found) == [SYS_DESCR, "1.3.6.1.2.1.1.2.0", SYS_UPTIME]
        assert found[SYS_DESCR] == b"NOC Console test agent"
        assert str(found["1.3.6.1.2.1.1.2.0"]).startswith("1.3.6.1.4.1.8072.3.2.")
        assert isinstance(found[SYS_UPTIME], int)


@pytest.mark.parametrize("kind", [V1, V2C])
async def test_what_follows_many_oids_is_told_in_few_requests(agent, reader, kind):
    names = [name for name, _ in await reader.walk(agent.target(), "1.3.6.1.2.1.1")]
    sent = reader.statistics.sent
    found = await reader.next(agent.target(kind), [*names[:-1], "1.3.6.1.9"])
    assert [found[name] for name in names[:-1]] == names[1:]
    assert found["1.3.6.1.9"] is None
    assert reader.statistics.sent - sent <= -(-len(names) // 24) + (kind is V1)


def _snmpbulkwalk(agent, base: str) -> list[tuple[str, str, str]]:
    program = shutil.which("snmpbulkwalk")
    if program is None:
        pytest.skip("snmpbulkwalk is not installed")
    listing = (
        subprocess.run(
            [program, "-v2c", "-cpublic", "-Onet", "-Ox", f"127.0.0.1:{agent.port}", base],
            capture_output=True,
            check=True,
            env={"MIBS": "", "PATH": os.environ["PATH"]},
        )
        .stdout.decode("latin-1")
        .rstrip("\n")
    )
    found = []
    for line in listing.replace("\n.", "\0.").split("\0"):
        name, _, rest = line.partition(" = ")
        kind, colon, value = rest.partition(": ")
        if not rest.startswith("No more variables"):
            found.append((name.lstrip("."), kind if colon else "", value if colon else rest))
    return found


def _as_net_snmp_writes(value: snmp.Value, kind: str) -> str:
    if kind == "OID":
        return f".{value}"
    if kind == "Hex-STRING":
        return value.hex().upper()
    return str(value)


def _without_what_moves(walked):
    """Leaves out what changes between two walks: clocks, counters, tables of live things."""
    engine_time = "1.3.6.1.6.3.10.2.1.3."
    moving = ("1.3.6.1.2.1.25.", "1.3.6.1.2.1.6.", "1.3.6.1.2.1.7.", "1.3.6.1.2.1.4.3", engine_time)
    return [each for each in walked if not each[0].startswith(moving)]


@pytest.mark.parametrize(
    "base", ["1.3.6.1.2.1.1", "1.3.6.1.2.1.2", "1.3.6.1.2.1.4", "1.3.6.1.2.1.31", "1.3.6.1.6"]
)
async def test_a_walk_equals_that_of_snmpbulkwalk(agent, reader, base):
    ours = _without_what_moves(await reader.walk(agent.target(), base))
    theirs = _without_what_moves(await asyncio.to_thread(_snmpbulkwalk, agent, base))
    assert [name for name, _ in ours] == [name for name, _, _ in theirs]
    assert ours
    for (name, value), (_, kind, text) in zip(ours, theirs, strict=True):
        if kind in ("INTEGER", "OID", "IpAddress", "Hex-STRING"):
            shown = "".join(text.split()) if kind == "Hex-STRING" else text
            assert _as_net_snmp_writes(value, kind) == shown, name
        elif kind in ("Counter32", "Counter64", "Gauge32") or not kind:
            assert isinstance(value, int) or text == '""', name


async def test_the_whole_tree_has_the_names_snmpbulkwalk_finds(agent, reader):
    walked = await reader.walk(agent.target(max_repetitions=50), "1.3.6.1.2.1")
    ours = [name for name, _ in _without_what_moves(walked)]
    theirs = [
        name
        for name, _, _ in _without_what_moves(
            await asyncio.to_thread(_snmpbulkwalk, agent, "1.3.6.1.2.1")
        )
    ]
    assert len(ours) > 200
    assert ours == theirs


@pytest.mark.parametrize("kind", [V1, V2C])
async def test_values_equal_those_of_pysnmp(agent, reader, kind):
    from pysnmp.hlapi.v1arch.asyncio import (
        CommunityData,
        ObjectIdentity,
        ObjectType,
        SnmpDispatcher,
        UdpTransportTarget,
        walk_cmd,
    )

    theirs = []
    with SnmpDispatcher() as dispatcher:
        walking = walk_cmd(
            dispatcher,
            CommunityData("public", mpModel=0 if kind is V1 else 1),
            await UdpTransportTarget.create(("127.0.0.1", agent.port)),
            ObjectType(ObjectIdentity("1.3.6.1.2.1.1")),
            lexicographicMode=False,
            lookupMib=False,
        )
        async for problem, status, _, varbinds in walking:
            assert not problem and not status
            theirs += [(str(name), value) for name, value in varbinds]
    ours = await reader.walk(agent.target(kind), "1.3.6.1.2.1.1")
    assert [name for name, _ in ours] == [name for name, _ in theirs]
    for (name, value), (_, expected) in zip(ours, theirs, strict=True):
        if name == SYS_UPTIME:
            assert abs(value - int(expected)) < 6000
        elif isinstance(value, bytes):
            assert value == bytes(expected), name
        elif isinstance(value, int):
            assert value == int(expected), name
        else:
            assert value == str(expected), name


@pytest.mark.parametrize(("auth", "priv"), MATRIX)
async def test_every_pair_of_protocols_snmpd_knows(agent, reader, auth, priv):
    found = await reader.get(agent.target_v3(auth, priv), [SYS_DESCR])
    assert found == {SYS_DESCR: b"NOC Console test agent"}
    assert len(await reader.walk(agent.target_v3(auth, priv), "1.3.6.1.2.1.1")) > 7


async def test_a_table_and_a_poll_agree_with_a_walk(agent, reader):
    columns = [f"{IF}.{n}" for n in (1, 2, 3, 8)]
    table = await reader.table(agent.target(), columns)
    for column in columns:
        walked = await reader.walk(agent.target(), column)
        assert {f"{column}.{index}": row[column] for index, row in table.items()} == dict(walked)
    polled = await reader.poll(agent.target(), tuple(map(oid.encode, columns[:1])))
    assert {oid.decode_index(index): row[0] for index, row in polled.rows.items()} == {
        index: row[columns[0]] for index, row in table.items()
    }


@pytest.mark.parametrize("kind", [V1, V2C, V3])
async def test_sysuptime_comes_in_the_same_answer_as_the_counters(agent, reader, kind):
    target = agent.target_v3() if kind is V3 else agent.target(kind)
    polled = await reader.poll(
        target,
        (oid.encode(f"{IF}.10"),),
        scalars=(oid.encode(SYS_UPTIME), oid.encode("1.3.6.1.9.1.0")),
    )
    assert polled.rows
    assert polled.scalars[0] > 0
    assert polled.scalars[1] is None


async def test_the_subtree_of_an_instance_is_the_instance(agent, reader):
    assert await reader.walk(agent.target(), SYS_DESCR) == [(SYS_DESCR, b"NOC Console test agent")]
    assert await reader.walk(agent.target(), "1.3.6.1.9.9") == []


async def test_fifty_questions_at_once_to_one_device_all_get_their_own_answer(agent, reader):
    names = [name for name, _ in await reader.walk(agent.target(), "1.3.6.1.2.1.2.2.1.2")]
    names = (names * 50)[:50]
    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(reader.get(agent.target(), [name])) for name in names]
    assert all(list(task.result()) == [name] for task, name in zip(asking, names, strict=True))


# ── who may ask ──


async def test_a_wrong_community_is_silence(agent, reader):
    credential = SnmpCredential(kind=V2C, community=Secret("wrong"))
    target = replace(agent.target(), credential=credential, timeout_s=0.1, retries=1)
    with pytest.raises(Unreachable) as caught:
        await reader.get(target, [SYS_DESCR])
    assert caught.value.reason == "timeout"
    assert reader.statistics.resent == 1
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"user": "nobody"},
        {"auth_secret": Secret("another pass")},
        {"auth_protocol": "SHA512"},
    ],
)
async def test_a_wrong_v3_user_is_told_from_a_dead_device(agent, reader, change):
    target = agent.target_v3()
    target = replace(target, credential=replace(target.credential, **change))
    with pytest.raises(AuthRejected):
        await reader.get(target, [SYS_DESCR])
    assert reader.statistics.rejected == 1


async def test_a_user_below_its_level_is_rejected(agent, reader):
    target = agent.target_v3()
    credential = replace(target.credential, priv_protocol="NONE")
    with pytest.raises(AuthRejected):
        await reader.get(replace(target, credential=credential), [SYS_DESCR])


async def test_a_protocol_nobody_knows_is_refused_before_asking(agent, reader):
    target = agent.target_v3()
    credential = replace(target.credential, auth_protocol="ROT13")
    with pytest.raises(Invalid):
        await reader.get(replace(target, credential=credential), [SYS_DESCR])


async def test_a_closed_port_is_told_from_a_silent_one(reader):
    credential = SnmpCredential(kind=V2C, community=Secret("public"))
    target = SnmpTarget("127.0.0.1", free_udp_port(), credential, timeout_s=0.1, retries=1)
    with pytest.raises(Unreachable) as caught:
        await reader.get(target, [SYS_DESCR])
    assert caught.value.reason == "refused"
    assert caught.value.peer == target.peer


async def test_a_name_that_is_no_address_is_unreachable(reader):
    credential = SnmpCredential(kind=V2C, community=Secret("public"))
    with pytest.raises(Unreachable) as caught:
        await reader.get(SnmpTarget("no such host", 161, credential), [SYS_DESCR])
    assert caught.value.reason == "dns"


# ── IPv6 ──


@pytest.mark.parametrize("kind", [V1, V2C, V3])
async def test_a_device_with_an_ipv6_address_is_asked_like_any_other(tmp_path, reader, kind):
    with snmpd(tmp_path, address="::1") as agent:
        target = agent.target_v3() if kind is V3 else agent.target(kind)
        assert await reader.get(target, [SYS_DESCR]) == {SYS_DESCR: b"NOC Console test agent"}
        polled = await reader.poll(target, COLUMNS)
        walked = await reader.walk(target, f"{IF}.1")
    assert polled.indexes and len(walked) == len(polled.indexes)
    assert target.peer == f"[::1]:{agent.port}"


async def test_a_link_local_address_keeps_its_link():
    credential = SnmpCredential(kind=V2C, community=Secret("public"))
    name = socket.if_indextoname(1)
    found = await resolve(SnmpTarget(f"fe80::7%{name}", 161, credential))
    assert found == ("fe80::7", 161, 0, 1)
    with pytest.raises(Unreachable):
        await resolve(SnmpTarget("fe80::7%nowhere", 161, credential))


# ── v3 engines that change ──


async def test_a_restarted_engine_is_learned_again(tmp_path, reader):
    port = free_udp_port()
    for _ in range(3):  # one boot more each time: our clock is wrong each time
        with snmpd(tmp_path, port=port) as agent:
            assert await reader.get(agent.target_v3(), [SYS_DESCR])
    assert reader.statistics.reports >= 2


async def test_another_engine_on_the_same_address_is_discovered_once(tmp_path, reader):
    port = free_udp_port()
    with snmpd(tmp_path / "one", port=port, engine_id="one") as agent:
        assert await reader.get(agent.target_v3(), [SYS_DESCR])
    with snmpd(tmp_path / "two", port=port, engine_id="two") as agent:
        assert await reader.get(agent.target_v3(), [SYS_DESCR])
    assert reader.statistics.reports == 1


async def test_n9_a_changed_engine_is_rediscovered_once_counted_and_told(tmp_path, reader):
    """N9: the real snmpd comes back with another engine id, then with its boots reset."""
    told = []
    reader.engines.observer = lambda peer, old, new: told.append((peer, old, new))
    port = free_udp_port()
    for home, name in (("one", "one"), ("two", "two"), ("one again", "one")):
        with snmpd(tmp_path / home, port=port, engine_id=name) as agent:
            for _ in range(3):
                assert await reader.get(agent.target_v3(), [SYS_DESCR])
    # The third is the first engine without its memory: boots begin at 1 again, as they were.
    assert [(old.id[-3:], new.id[-3:]) for _, old, new in told] == [
        (b"one", b"two"),
        (b"two", b"one"),
    ]
    assert {peer for peer, _, _ in told} == {f"127.0.0.1:{port}"}
    assert reader.statistics.engines_changed == 2
    assert reader.statistics.reports == 2  # one complaint for each change, none for later questions


async def test_n9_boots_that_count_up_are_a_restart(tmp_path, reader):
    """N9: an agent that keeps its memory says so by its boots."""
    port = free_udp_port()
    for boots in (4, 5):
        kept = f"engineBoots {boots}\noldEngineID 0x80001f880473616d65"  # of "same"
        with snmpd(tmp_path, port=port, engine_id="same", extra=kept) as agent:
            assert await reader.get(agent.target_v3(), [SYS_DESCR])
    assert reader.statistics.engines_restarted == 1
    assert reader.statistics.engines_changed == 0


async def test_an_engine_met_in_an_earlier_run_is_not_discovered_again(tmp_path):
    file = tmp_path / "engines.json"
    sent = []
    with snmpd(tmp_path / "agent") as agent:
        for _ in range(2):
            async with open_reader(bind="127.0.0.1", engines_file=file) as opened:
                assert await opened.get(agent.target_v3(), [SYS_DESCR])
                sent.append(opened.statistics.sent)
    assert sent[1] == 1 < sent[0]
    assert "lab" not in file.read_text()  # neither names nor keys


async def test_an_engine_remembered_wrongly_is_learned_anew(tmp_path):
    file = tmp_path / "engines.json"
    with snmpd(tmp_path / "agent") as agent:
        target = agent.target_v3()
        for remembered in (["80001f8801aabbccdd", 7, 5], ["80001f8801aabbccdd", 0, 10**12]):
            file.write_text(json.dumps({target.peer: remembered}))
            async with open_reader(bind="127.0.0.1", engines_file=file) as opened:
                assert await opened.get(target, [SYS_DESCR])
                assert opened.statistics.engines_changed == 1


class Secured(RudeAgent):
    """Speaks v3 as an engine that can be replaced."""

    def __init__(self, varbinds, boots):
        super().__init__(varbinds)
        self.user = usm.make_user("noc", usm.AuthProtocol.SHA1, b"lab-auth-pass")
        self.boot(boots)

    def boot(self, boots):
        started = time.monotonic() - 1000 / boots
        self.engine = usm.Authoritative(
            b"\x80\x00\x1f\x88\x01same", boots, [self.user], started=started
        )

    def datagram_received(self, data, addr):
        incoming = self.engine.receive(data, time.monotonic())
        if isinstance(incoming, usm.Report):
            self.transport.sendto(incoming.data, addr)
        else:
            self.asked.append(incoming.pdu)
            answer = self.respond(incoming.pdu, snmp.V2C)
            self.transport.sendto(self.engine.reply(incoming, answer), addr)

    def target_v3(self):
        credential = SnmpCredential(
            kind=V3, user="noc", auth_protocol="SHA1", auth_secret=Secret("lab-auth-pass")
        )
        return SnmpTarget("127.0.0.1", self.port, credential, timeout_s=0.1, retries=1)


async def test_an_engine_whose_boots_went_back_is_discovered_once(reader):
    async with running(Secured([varbind(SYS_DESCR, ber.OCTETS, b"x")], boots=9)) as agent:
        assert await reader.get(agent.target_v3(), [SYS_DESCR])
        agent.boot(2)  # its memory was replaced: strictly taken, everything it says is old
        assert await reader.get(agent.target_v3(), [SYS_DESCR]) == {SYS_DESCR: b"x"}
        assert reader.statistics.unauthenticated > 0
        assert reader.statistics.engines_changed == 1
        before = reader.statistics.sent
        assert await reader.get(agent.target_v3(), [SYS_DESCR])
        assert reader.statistics.sent == before + 1


# ── bad networks ──


@pytest.mark.parametrize("kind", [V2C, V3])
async def test_one_datagram_in_five_lost_costs_time_but_no_data(agent, reader, kind):
    target = agent.target_v3() if kind is V3 else agent.target()
    whole = await reader.walk(target, "1.3.6.1.2.1.2.2.1.2")
    async with impaired(agent.port, Impairment(loss=0.2)) as proxy:
        lossy = replace(target, port=proxy.port, timeout_s=0.05, retries=9, max_repetitions=1)
        for _ in range(10):
            assert await reader.walk(lossy, "1.3.6.1.2.1.2.2.1.2") == whole
    assert proxy.lost > 0
    assert reader.statistics.resent >= 1


async def test_a_dead_network_ends_after_the_retries(agent, reader):
    async with impaired(agent.port, Impairment(loss=1.0)) as proxy:
        target = agent.target(timeout_s=0.05, retries=2)
        with pytest.raises(Unreachable):
            await reader.get(replace(target, port=proxy.port), [SYS_DESCR])
    assert reader.statistics.sent == 3


class Counting(RudeAgent):
    """Each question finds the counter one higher."""

    count = 0

    def respond(self, request, version):
        self.count += 1
        return self.answer(
            request, [(request.varbinds[0][0], ber.COUNTER32, ber.integer_content(self.count))]
        )


async def test_late_and_doubled_answers_are_not_taken_for_those_of_the_next_question(reader):
    async with running(Counting([])) as agent:
        impairment = Impairment(duplicate=0.3, delay_s=(0.0, 0.06))
        async with impaired(agent.port, impairment) as proxy:
            target = replace(agent.target(), port=proxy.port, timeout_s=0.05, retries=5)
            seen = []
            for _ in range(40):
                (value,) = (await reader.get(target, [SYS_UPTIME])).values()
                seen.append(value)
            await asyncio.sleep(0.15)
    assert seen == sorted(set(seen))  # never twice the same count, never one from before
    assert reader.statistics.late > 0
    assert proxy.doubled > 0


async def test_answers_from_another_port_are_not_ours(agent, reader):
    async with impaired(agent.port, Impairment(wrong_source=1.0)) as proxy:
        target = replace(agent.target(timeout_s=0.1, retries=1), port=proxy.port)
        with pytest.raises(Unreachable):
            await reader.get(target, [SYS_DESCR])
    assert reader.statistics.wrong_source == 2


def _flip_digest(data: bytes) -> bytes:
    message = usm.decode_v3(data)
    if not message.auth_size:
        return data
    at = message.auth_at
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


@pytest.mark.parametrize("priv", ["NONE", "AES128"])
async def test_an_answer_with_a_broken_digest_is_never_believed(agent, reader, priv):
    auth = "SHA256" if priv != "NONE" else "SHA1"
    async with impaired(agent.port, Impairment(corrupt=_flip_digest)) as proxy:
        target = replace(agent.target_v3(auth, priv, timeout_s=0.1, retries=1), port=proxy.port)
        with pytest.raises(Unreachable) as caught:
            await reader.get(target, [SYS_DESCR])
    assert caught.value.reason == "forged"
    assert reader.statistics.unauthenticated >= 2


async def test_forged_answers_before_the_genuine_one_change_nothing(agent, reader):
    rng = random.Random(7)

    def forge(data: bytes) -> bytes:
        at = rng.randrange(len(data))
        return data[:at] + bytes((data[at] ^ rng.randint(1, 255),)) + data[at + 1 :]

    async with impaired(agent.port, Impairment(forge=forge)) as proxy:
        target = replace(agent.target_v3(), port=proxy.port)
        for _ in range(100):
            assert await reader.get(target, [SYS_DESCR]) == {SYS_DESCR: b"NOC Console test agent"}
    counted = reader.statistics
    assert counted.unauthenticated + counted.malformed + counted.late >= 90
