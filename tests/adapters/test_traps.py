import asyncio
import os
import random
import shutil
import socket

import pytest

from noc_console.adapters.traps import TrapReceiver, open_trap_receiver
from noc_console.adapters.udp import Rate
from noc_console.kernel.errors import Invalid
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpCredential
from noc_console.services.detection.events.model import Trust
from noc_console.wire import ber, oid, snmp
from tests.lab.rude_agent import varbind
from tests.lab.snmpd import AUTH, AUTH_PASS, PRIV, PRIV_PASS

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1.7"
COMMUNITY = SnmpCredential(kind=CredentialKind.SNMP_V2C, community=Secret("public"))


def v3(auth="SHA256", priv="AES128"):
    return SnmpCredential(
        kind=CredentialKind.SNMP_V3,
        user=f"{auth}-{priv}".lower(),
        auth_protocol=auth,
        auth_secret=Secret(AUTH_PASS),
        priv_protocol=priv,
        priv_secret=Secret(PRIV_PASS),
    )


def notification(kind=snmp.TRAP_V2, request_id=5, *, extra=(), uptime=123):
    varbinds = [
        (snmp.SYS_UPTIME_0, ber.TIMETICKS, ber.integer_content(uptime)),
        (snmp.SNMP_TRAP_OID_0, ber.OID, oid.encode(LINK_DOWN)),
        varbind(IF_INDEX, ber.INTEGER, 7),
        *extra,
    ]
    return snmp.Pdu(kind, request_id, 0, 0, varbinds)


def v2c(pdu, community=b"public"):
    return snmp.encode_message(snmp.V2C, community, pdu)


@pytest.fixture
def told():
    return []


@pytest.fixture
async def receiver(told, clock):
    receiver = TrapReceiver(told.append, clock=clock)
    await receiver.admit([COMMUNITY, v3()])
    return receiver


def test_a_v2c_trap_is_told_without_its_community(receiver, told, clock):
    assert receiver.receive(v2c(notification()), "10.0.0.1") is None
    (trap,) = told
    assert (trap.source, trap.received_at, trap.version) == ("10.0.0.1", clock.now(), "v2c")
    assert (trap.trap_oid, trap.uptime_cs) == (LINK_DOWN, 123)
    assert trap.varbinds == ((IF_INDEX, 7),)
    assert "public" not in repr(trap)


def test_a_v1_trap_is_told_as_version_2_would_say_it(receiver, told):
    trap = snmp.TrapV1(
        oid.encode("1.3.6.1.4.1.9.1"), "10.9.9.9", 6, 44, 321, [varbind(IF_INDEX, ber.INTEGER, 7)]
    )
    receiver.receive(snmp.encode_trap_v1(b"public", trap), "10.0.0.1")
    assert (told[0].version, told[0].trap_oid, told[0].uptime_cs) == (
        "v1",
        "1.3.6.1.4.1.9.1.0.44",
        321,
    )
    assert told[0].varbinds == (
        (IF_INDEX, 7),
        ("1.3.6.1.6.3.18.1.3.0", "10.9.9.9"),
        ("1.3.6.1.6.3.1.1.4.3.0", "1.3.6.1.4.1.9.1"),
    )


def test_strangers_are_counted_and_not_told(receiver, told):
    receiver.receive(v2c(notification(), b"guess"), "10.0.0.1")
    receiver.receive(
        snmp.encode_trap_v1(b"guess", snmp.TrapV1(b"\x2b\x06", "1.1.1.1", 2, 0, 1)), "10.0.0.1"
    )
    assert told == []
    assert receiver.statistics.wrong_community == 2


async def test_without_a_list_any_community_will_do(receiver, told):
    await receiver.admit(None)
    receiver.receive(v2c(notification(), b"whatever"), "10.0.0.1")
    assert len(told) == 1


async def test_a_credential_that_cannot_work_is_refused(receiver):
    with pytest.raises(Invalid):
        await receiver.admit([v3("ROT13", "AES128")])


def test_an_inform_is_acknowledged_each_time_and_told_once(receiver, told):
    data = v2c(notification(snmp.INFORM, 99))
    for _ in range(3):
        reply = snmp.decode_message(receiver.receive(data, "10.0.0.1"))
        assert (reply.pdu.kind, reply.pdu.request_id) == (snmp.RESPONSE, 99)
        assert reply.pdu.varbinds == notification().varbinds
    receiver.receive(data, "10.0.0.2")
    receiver.receive(v2c(notification(snmp.INFORM, 100)), "10.0.0.1")
    assert len(told) == 3
    assert (receiver.statistics.acknowledged, receiver.statistics.repeated) == (5, 2)


@pytest.mark.parametrize(
    "varbinds",
    [
        [],
        notification().varbinds[:1],
        notification().varbinds[1:],
        [(snmp.SYS_UPTIME_0, ber.OCTETS, b"x"), *notification().varbinds[1:]],
        [notification().varbinds[0], (snmp.SNMP_TRAP_OID_0, ber.OCTETS, b"x")],
        [notification().varbinds[0], (snmp.SNMP_TRAP_OID_0, ber.OID, b"\x2b\x81")],
    ],
)
def test_a_notification_without_its_time_and_name_is_malformed(receiver, told, varbinds):
    receiver.receive(v2c(snmp.Pdu(snmp.TRAP_V2, 1, 0, 0, varbinds)), "10.0.0.1")
    assert told == []
    assert receiver.statistics.malformed == 1


def test_questions_are_not_notifications(receiver, told):
    receiver.receive(v2c(notification(snmp.GET)), "10.0.0.1")
    assert (told, receiver.statistics.malformed) == ([], 1)


def test_a_value_that_means_nothing_stays_the_bytes_it_was(receiver, told):
    extra = [(oid.encode("1.3.6.1.4.1.1"), ber.IP, b"\x01\x02"), (b"\x2b\x07", 0x1F, b"?")]
    receiver.receive(v2c(notification(extra=extra)), "10.0.0.1")
    assert told[0].varbinds[1:] == (("1.3.6.1.4.1.1", b"\x01\x02"), ("1.3.7", b"?"))


def test_fifty_thousand_mutated_notifications_are_told_or_counted(receiver):
    rng = random.Random(20261121)
    trap = snmp.TrapV1(oid.encode("1.3.6.1.4.1.9"), "10.0.0.1", 6, 1, 5, notification().varbinds)
    seeds = [
        v2c(notification()),
        v2c(notification(snmp.INFORM)),
        snmp.encode_trap_v1(b"public", trap),
    ]
    for _ in range(50_000):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(data))
            if rng.random() < 0.7:
                data[at] = rng.choice((rng.randrange(256), 0xFF, 0x80, 0x84))
            else:
                del data[at : at + rng.randint(1, 4)]
        receiver.receive(bytes(data), "10.0.0.1")
    counts = receiver.statistics
    told = counts.accepted + counts.repeated
    assert told + counts.malformed + counts.wrong_community + counts.unauthenticated == 50_000
    assert told > 500 and counts.malformed > 20_000


# ── net-snmp's own senders ──


async def run(program, *arguments, home):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        env={"MIBS": "", "PATH": os.environ["PATH"], "SNMP_PERSISTENT_DIR": str(home)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


def arguments(auth, priv):
    """How net-snmp's tools are told a v3 user."""
    level = "noAuthNoPriv" if auth == "NONE" else "authNoPriv" if priv == "NONE" else "authPriv"
    user = ["-v3", "-u", f"{auth}-{priv}".lower(), "-l", level]
    if auth != "NONE":
        user += ["-a", AUTH[auth], "-A", AUTH_PASS]
    if priv != "NONE":
        user += ["-x", PRIV[priv], "-X", PRIV_PASS]
    return user


@pytest.mark.parametrize(
    ("auth", "priv"),
    [
        ("NONE", "NONE"),
        ("MD5", "DES"),
        ("SHA1", "NONE"),
        ("SHA256", "AES128"),
        ("SHA512", "AES256"),
    ],
)
async def test_v3_traps_and_informs_of_net_snmp(told, clock, tmp_path, auth, priv):
    async with open_trap_receiver(
        told.append, clock=clock, bind="127.0.0.1", ports=[0], credentials=[v3(auth, priv)]
    ) as receiver:
        peer = f"127.0.0.1:{receiver.listener.port}"
        user = arguments(auth, priv)
        rest = [peer, "55", LINK_DOWN, IF_INDEX, "i", "7"]
        for _ in range(2):
            code, output = await run(
                "snmptrap", "-e", "0x8000000001020304", *user, *rest, home=tmp_path
            )
            assert code == 0, output
        code, output = await run("snmpinform", "-r0", *user, *rest, home=tmp_path)
        assert code == 0, output  # it waited for our acknowledgement
        await until(lambda: len(told) == 3)
    assert {(each.version, each.trap_oid, each.varbinds) for each in told} == {
        ("v3", LINK_DOWN, ((IF_INDEX, 7),))
    }
    assert {each.trust for each in told} == {Trust.CLAIMED if auth == "NONE" else Trust.AUTHENTIC}
    assert receiver.statistics.unauthenticated == 0


async def test_a_v3_sender_with_a_wrong_pass_phrase_is_not_told(told, clock, tmp_path):
    async with open_trap_receiver(
        told.append, clock=clock, bind="127.0.0.1", ports=[0], credentials=[v3()]
    ) as receiver:
        peer = f"127.0.0.1:{receiver.listener.port}"
        user = [each.replace(AUTH_PASS, "another pass") for each in arguments("SHA256", "AES128")]
        await run(
            "snmptrap", "-e", "0x8000000001020304", *user, peer, "1", LINK_DOWN, home=tmp_path
        )
        code, _ = await run("snmpinform", "-r0", "-t1", *user, peer, "1", LINK_DOWN, home=tmp_path)
        await until(lambda: receiver.statistics.unauthenticated >= 2)
    assert code != 0
    assert told == []


async def test_v1_v2c_traps_and_informs_of_net_snmp(told, clock, tmp_path):
    async with open_trap_receiver(
        told.append, clock=clock, bind="127.0.0.1", ports=[0], credentials=[COMMUNITY]
    ) as receiver:
        peer = f"127.0.0.1:{receiver.listener.port}"
        v1 = ["-v1", "-cpublic", peer, "1.3.6.1.4.1.9", "10.1.1.1", "2", "0", "55"]
        assert (await run("snmptrap", *v1, IF_INDEX, "i", "7", home=tmp_path))[0] == 0
        v2 = ["-v2c", "-cpublic", "-r0", peer, "55", LINK_DOWN, IF_INDEX, "i", "7"]
        assert (await run("snmptrap", *v2, home=tmp_path))[0] == 0
        assert (await run("snmpinform", *v2, home=tmp_path))[0] == 0
        await until(lambda: len(told) == 3)
    assert sorted(each.version for each in told) == ["v1", "v2c", "v2c"]
    assert {each.trust for each in told} == {Trust.CLAIMED}
    assert all(each.trap_oid == LINK_DOWN and each.uptime_cs == 55 for each in told)
    assert all(each.varbinds[0] == (IF_INDEX, 7) for each in told)


async def test_a_storm_of_ten_thousand_loses_nothing_it_does_not_count(told, clock):
    rate = Rate(per_s=1e6, burst=1e6)
    async with open_trap_receiver(
        told.append, clock=clock, bind="127.0.0.1", ports=[0], rate=rate
    ) as receiver:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for n in range(10_000):
                sock.sendto(v2c(notification(request_id=n)), ("127.0.0.1", receiver.listener.port))
                if n % 100 == 0:
                    await asyncio.sleep(0)
        await until(lambda: len(told) + receiver.listener.lost >= 10_000)
    assert len(told) == receiver.statistics.accepted >= 5_000
