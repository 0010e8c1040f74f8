import pytest

from noc_console.lab import mib
from noc_console.lab.agent import MAX_REPLY, Agent
from noc_console.wire import ber, oid, snmp
from noc_console.wire.snmp import Pdu

SYS_NAME = "1.3.6.1.2.1.1.5.0"
HC_IN = "1.3.6.1.2.1.31.1.1.1.6"


@pytest.fixture
def agent(small, lab_clock):
    tree = mib.build(small, small.plan.devices["ams-core-1"])
    return Agent(tree=lambda: tree, communities=frozenset((b"public",)))


def ask(agent, at, kind, *names, version=1, community=b"public", numbers=(0, 0)):
    varbinds = [(oid.encode(name), ber.NULL, b"") for name in names]
    data = snmp.encode_message(version, community, Pdu(kind, 77, *numbers, varbinds))
    reply = agent.answer(data, at)
    return None if reply is None else snmp.decode_message(reply).pdu


def named(pdu):
    return [(oid.decode(name), tag) for name, tag, _ in pdu.varbinds]


def test_a_get_answers_with_the_value_and_the_request_id(agent, lab_clock):
    pdu = ask(agent, lab_clock.at, snmp.GET, SYS_NAME)
    assert (pdu.kind, pdu.request_id, pdu.error_status) == (snmp.RESPONSE, 77, 0)
    assert pdu.varbinds == [(oid.encode(SYS_NAME), ber.OCTETS, b"ams-core-1")]


def test_a_get_in_version_2_marks_what_is_missing_and_answers_the_rest(agent, lab_clock):
    pdu = ask(agent, lab_clock.at, snmp.GET, SYS_NAME, "1.3.6.1.2.1.1.5.9", "1.3.6.1.2.1.99999.0")
    assert [tag for _, tag in named(pdu)] == [
        ber.OCTETS, ber.NO_SUCH_INSTANCE, ber.NO_SUCH_OBJECT,
    ]  # fmt: skip


def test_a_get_in_version_1_fails_as_a_whole_and_points_at_the_culprit(agent, lab_clock):
    pdu = ask(agent, lab_clock.at, snmp.GET, SYS_NAME, "1.3.6.1.2.1.1.5.9", version=0)
    assert (pdu.error_status, pdu.error_index) == (snmp.NO_SUCH_NAME, 2)
    assert [tag for _, tag in named(pdu)] == [ber.NULL, ber.NULL]


def test_version_1_never_sees_a_64_bit_counter(agent, lab_clock):
    first = ask(agent, lab_clock.at, snmp.GETNEXT, HC_IN)
    assert first.varbinds[0][1] == ber.COUNTER64
    found = ask(agent, lab_clock.at, snmp.GETNEXT, HC_IN, version=0)
    assert found.varbinds[0][1] != ber.COUNTER64
    name = oid.decode(first.varbinds[0][0])
    asked = ask(agent, lab_clock.at, snmp.GET, name, version=0)
    assert (asked.error_status, asked.error_index) == (snmp.NO_SUCH_NAME, 1)


def test_the_end_of_the_mib_is_said_in_each_version_own_way(agent, lab_clock):
    assert named(ask(agent, lab_clock.at, snmp.GETNEXT, "2.5"))[0] == ("2.5", ber.END_OF_MIB)
    assert (
        ask(agent, lab_clock.at, snmp.GETNEXT, "2.5", version=0).error_status == snmp.NO_SUCH_NAME
    )


def test_a_bulk_answers_row_by_row(agent, lab_clock):
    pdu = ask(
        agent, lab_clock.at, snmp.GETBULK, "1.3.6.1.2.1.1.4", "1.3.6.1.2.1.2.2.1.1",
        "1.3.6.1.2.1.2.2.1.2", numbers=(1, 3),
    )  # fmt: skip
    names = [name for name, _ in named(pdu)]
    assert names[0] == "1.3.6.1.2.1.1.4.0"
    assert len(names) == 1 + 3 * 2
    assert [name.rsplit(".", 2)[1] for name in names[1:]] == ["1", "2"] * 3


def test_a_bulk_past_the_end_stops_after_one_row_of_ends(agent, lab_clock):
    pdu = ask(agent, lab_clock.at, snmp.GETBULK, "2.5", "2.6", numbers=(0, 50))
    assert [tag for _, tag in named(pdu)] == [ber.END_OF_MIB] * 2


@pytest.mark.parametrize("repetitions", [1, 30, 200, 2**31 - 1])
def test_no_reply_is_larger_than_a_frame(agent, lab_clock, repetitions):
    names = [(oid.encode("1.3.6.1.2.1.1"), ber.NULL, b"")] * 10
    data = snmp.encode_message(1, b"public", Pdu(snmp.GETBULK, 1, 0, repetitions, names))
    reply = agent.answer(data, lab_clock.at)
    assert len(reply) <= MAX_REPLY
    assert snmp.decode_message(reply).pdu.varbinds


def test_a_get_of_too_much_is_too_big(agent, lab_clock):
    pdu = ask(agent, lab_clock.at, snmp.GET, *["1.3.6.1.2.1.1.1.0"] * 30)
    assert (pdu.error_status, pdu.varbinds) == (snmp.TOO_BIG, [])


def test_a_set_is_refused_in_each_version_own_way(agent, lab_clock):
    assert ask(agent, lab_clock.at, snmp.SET, SYS_NAME).error_status == snmp.NO_ACCESS
    assert ask(agent, lab_clock.at, snmp.SET, SYS_NAME, version=0).error_status == snmp.NO_SUCH_NAME


def test_a_wrong_community_meets_silence(agent, lab_clock):
    assert ask(agent, lab_clock.at, snmp.GET, SYS_NAME, community=b"private") is None
    assert agent.counters.refused == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30", b"\x30\x82\xff\xff", b"hello", bytes(300), b"\x30\x03\x02\x01\x09",
     bytes.fromhex("3029020101040670") + bytes(20)],
)  # fmt: skip
def test_rubbish_meets_silence(agent, lab_clock, data):
    assert agent.answer(data, lab_clock.at) is None
    assert agent.counters.malformed == 1


def test_a_name_that_breaks_off_is_rubbish(agent, lab_clock):
    names = [(b"\x2b\x06\x81", ber.NULL, b"")]
    data = snmp.encode_message(1, b"public", Pdu(snmp.GETNEXT, 1, 0, 0, names))
    assert agent.answer(data, lab_clock.at) is None


def test_answers_and_other_peoples_traps_are_not_answered(agent, lab_clock):
    for kind in (snmp.RESPONSE, snmp.TRAP_V2, snmp.REPORT):
        assert ask(agent, lab_clock.at, kind, SYS_NAME) is None


def test_walking_the_whole_mib_goes_strictly_upwards(agent, lab_clock):
    here, seen = "1.3", []
    while True:
        pdu = ask(agent, lab_clock.at, snmp.GETBULK, here, numbers=(0, 60))
        for name, tag, _ in pdu.varbinds:
            if tag == ber.END_OF_MIB:
                assert len(seen) > 1_000
                assert seen == sorted(set(seen), key=oid.sort_key)
                return
            seen.append(name)
        here = oid.decode(pdu.varbinds[-1][0])
