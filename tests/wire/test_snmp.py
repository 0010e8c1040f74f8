import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire import ber, oid, snmp
from noc_console.wire.ber import Malformed

NAMES = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=12).map(
    lambda arcs: oid.from_parts((1, 3, *arcs))
)
NUMBERS32 = st.integers(0, 2**32 - 1)
TYPED = st.one_of(
    st.tuples(st.just(ber.INTEGER), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.sampled_from([ber.COUNTER32, ber.GAUGE32, ber.TIMETICKS]), NUMBERS32),
    st.tuples(st.just(ber.COUNTER64), st.integers(0, 2**64 - 1)),
    st.tuples(st.sampled_from([ber.OCTETS, ber.OPAQUE]), st.binary(max_size=300)),
    st.tuples(st.just(ber.OID), NAMES.map(oid.decode)),
    st.tuples(st.just(ber.IP), st.ip_addresses(v=4).map(str)),
    st.tuples(
        st.sampled_from([ber.NULL, ber.NO_SUCH_OBJECT, ber.NO_SUCH_INSTANCE, ber.END_OF_MIB]),
        st.none(),
    ),
)
VARBINDS = st.tuples(NAMES, TYPED).map(
    lambda each: (each[0], each[1][0], snmp.encode_value(*each[1]))
)
PDUS = st.builds(
    snmp.Pdu,
    st.sampled_from([snmp.GET, snmp.GETNEXT, snmp.RESPONSE, snmp.SET, snmp.GETBULK, snmp.TRAP_V2]),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(0, 18),
    st.integers(0, 100),
    st.lists(VARBINDS, max_size=30),
)


@given(TYPED)
def test_a_value_survives_the_way_to_bytes_and_back(typed):
    tag, value = typed
    assert snmp.value(tag, snmp.encode_value(tag, value)) == value


@given(st.sampled_from([0, 1]), st.binary(max_size=40), PDUS)
def test_a_message_survives_the_way_to_bytes_and_back(version, community, pdu):
    data = snmp.encode_message(version, community, pdu)
    assert snmp.decode_message(data) == snmp.Message(version, community, pdu)
    assert snmp.version_of(data) == version
    assert snmp.kind_of(data) == pdu.kind
    assert snmp.peek(data) == pdu.request_id


@given(
    st.binary(max_size=20),
    st.builds(
        snmp.TrapV1,
        NAMES,
        st.ip_addresses(v=4).map(str),
        st.integers(0, 6),
        st.integers(0, 2**31 - 1),
        NUMBERS32,
        st.lists(VARBINDS, max_size=5),
    ),
)
def test_a_v1_trap_survives_the_way_to_bytes_and_back(community, trap):
    data = snmp.encode_trap_v1(community, trap)
    assert snmp.decode_trap_v1(data) == (community, trap)
    with pytest.raises(Malformed):
        snmp.decode_message(data)


@pytest.mark.parametrize(
    ("generic", "specific", "name"),
    [
        (0, 0, "1.3.6.1.6.3.1.1.5.1"),
        (2, 0, "1.3.6.1.6.3.1.1.5.3"),
        (6, 12, "1.3.6.1.4.1.9.0.12"),
    ],
)
def test_a_v1_trap_is_named_as_rfc_3584_says(generic, specific, name):
    trap = snmp.TrapV1(oid.encode("1.3.6.1.4.1.9"), "10.0.0.1", generic, specific, 1)
    assert oid.decode(trap.trap_oid) == name


@pytest.mark.parametrize("request_id", [-5, 0, 7, 2**24, 2**30, 2**31 - 1, -(2**31)])
@pytest.mark.parametrize("repetitions", [0, 25, 127, 128, 600])
def test_a_request_built_in_one_go_equals_one_built_from_parts(request_id, repetitions):
    names = [oid.encode("1.3.6.1.2.1.1.3.0"), oid.encode("1.3" + ".4294967295" * 26)]
    assert len(names[1]) > 127
    built = snmp.encode_request(snmp.GETBULK, request_id, 1, repetitions, names)
    varbinds = [(name, ber.NULL, b"") for name in names]
    pdu = snmp.Pdu(snmp.GETBULK, request_id, 1, repetitions, varbinds)
    assert built == snmp.encode_pdu(pdu)
    decoded = snmp.decode_pdu(built)
    assert (decoded.non_repeaters, decoded.max_repetitions) == (1, repetitions)


def test_only_the_answer_to_our_question_is_opened():
    pdu = snmp.encode_pdu(snmp.Pdu(snmp.RESPONSE, 5, 2, 1, [(b"\x2b\x06", ber.NULL, b"")]))
    status, index, start = snmp.open_response(pdu, 0, len(pdu), 5)
    assert (status, index) == (2, 1)
    assert snmp.parse_one(pdu, start, len(pdu)) == ((b"\x2b\x06", ber.NULL, b""), len(pdu))
    with pytest.raises(Malformed):
        snmp.open_response(pdu, 0, len(pdu), 6)
    request = b"\xa0" + pdu[1:]
    with pytest.raises(Malformed):
        snmp.open_response(request, 0, len(request), 5)


def test_an_answer_in_another_version_is_refused():
    data = snmp.encode_message(snmp.V1, b"public", snmp.Pdu(snmp.RESPONSE, 5))
    assert data[snmp.open_message(data, snmp.V1)] == snmp.RESPONSE
    with pytest.raises(Malformed):
        snmp.open_message(data, snmp.V2C)


def test_counters_without_the_leading_zero_are_still_positive():
    assert snmp.value(ber.COUNTER32, b"\xff\xff\xff\xff") == 2**32 - 1
    assert snmp.value(ber.INTEGER, b"\xff\xff\xff\xff") == -1


@pytest.mark.parametrize(
    ("tag", "content"),
    [
        (ber.COUNTER32, b""),
        (ber.COUNTER32, b"\x01\x00\x00\x00\x00"),
        (ber.COUNTER64, b"\x01" + bytes(8)),
        (ber.INTEGER, b""),
        (ber.INTEGER, bytes(9)),
        (ber.IP, b"\x01\x02\x03"),
        (ber.OID, b"\x2b\x81"),
        (0x13, b"x"),
    ],
)
def test_values_that_mean_nothing_are_refused(tag, content):
    with pytest.raises(Malformed):
        snmp.value(tag, content)


def test_what_does_not_fit_a_type_is_not_sent():
    for tag, value in ((ber.COUNTER32, -1), (ber.COUNTER32, 2**32), (ber.INTEGER, "1")):
        with pytest.raises(ValueError):
            snmp.encode_value(tag, value)


def test_a_community_does_not_show():
    message = snmp.Message(1, b"s3cret", snmp.Pdu(snmp.GET, 1))
    assert "s3cret" not in repr(message)


def test_every_truncation_of_a_message_is_refused():
    varbinds = [(oid.encode(f"1.3.6.1.2.1.2.2.1.10.{n}"), 0x41, b"\x05") for n in range(5)]
    data = snmp.encode_message(1, b"public", snmp.Pdu(snmp.RESPONSE, 5, varbinds=varbinds))
    for cut in range(len(data)):
        with pytest.raises(Malformed):
            snmp.decode_message(data[:cut])
    with pytest.raises(Malformed):
        snmp.decode_message(data + b"\x00")


def _mutated(rng: random.Random, seed: bytes) -> bytes:
    data = bytearray(seed)
    for _ in range(rng.randint(1, 6)):
        choice = rng.random()
        at = rng.randrange(len(data)) if data else 0
        if choice < 0.5 and data:
            data[at] = rng.choice((rng.randrange(256), 0x80, 0xFF, 0x30, 0x84))
        elif choice < 0.7:
            del data[at : at + rng.randint(1, 8)]
        elif choice < 0.9:
            data[at:at] = rng.randbytes(rng.randint(1, 8))
        else:
            del data[at:]
    return bytes(data)


def test_fifty_thousand_mutated_packets_are_read_or_refused_but_nothing_else():
    rng = random.Random(20261121)
    varbinds = [
        (oid.encode("1.3.6.1.2.1.1.3.0"), ber.TIMETICKS, b"\x01\x02"),
        (oid.encode("1.3.6.1.6.3.1.1.4.1.0"), ber.OID, oid.encode("1.3.6.1.6.3.1.1.5.3")),
        (oid.encode("1.3.6.1.2.1.2.2.1.2.300"), ber.OCTETS, b"ge-0/0/1" * 20),
        (oid.encode("1.3.6.1.2.1.4.20.1.1.10.0.0.1"), ber.IP, b"\x0a\x00\x00\x01"),
    ]
    trap = snmp.TrapV1(oid.encode("1.3.6.1.4.1.9"), "10.0.0.1", 6, 1, 5, varbinds)
    seeds = [
        snmp.encode_message(1, b"public", snmp.Pdu(snmp.RESPONSE, 5, 0, 0, varbinds)),
        snmp.encode_message(0, b"public", snmp.Pdu(snmp.GETNEXT, 5, 0, 0, varbinds)),
        snmp.encode_trap_v1(b"public", trap),
        ber.tlv(0x30, ber.integer(3) + ber.tlv(0x30, ber.integer(9) + ber.integer(65507))),
    ]
    read = refused = 0
    slowest = 0.0
    for _ in range(50_000):
        data = _mutated(rng, rng.choice(seeds))
        began = time.process_time()
        try:
            snmp.peek(data)
            version = snmp.version_of(data)
            if version == 0 and snmp.kind_of(data) == snmp.TRAP_V1:
                varbinds = snmp.decode_trap_v1(data)[1].varbinds
            else:
                varbinds = snmp.decode_message(data).pdu.varbinds
            for name, tag, content in varbinds:
                oid.decode(name)
                snmp.value(tag, content)
            read += 1
        except Malformed:
            refused += 1
        slowest = max(slowest, time.process_time() - began)
    assert read > 500 and refused > 20_000  # both ways were walked
    assert slowest < 5  # a hang, not a wall-clock goal


HEAD = b"\x02\x01\x01\x04\x06public"


def an_answer(community=b"public", request_id=0x41424344, status=0):
    pdu = snmp.Pdu(snmp.RESPONSE, request_id, status, 0, [varbind_of(1)])
    return snmp.encode_message(1, community, pdu)


def varbind_of(number):
    return (oid.encode("1.3.6.1.2.1.1.3.0"), ber.TIMETICKS, bytes((number,)))


def test_an_answer_is_opened_the_same_by_the_quick_way_and_step_by_step():
    for community in (b"public", b"another", b""):
        for request_id in (0x41424344, 0x01424344, 5, -9):
            for status in (0, 5):
                data = an_answer(community, request_id, status)
                opened = snmp.open_answer(data, HEAD, request_id)
                pos = snmp.open_message(data, 1)
                assert opened == snmp.open_response(data, pos, len(data), request_id)
                assert snmp.parse_varbinds(data, opened[2], len(data)) == [varbind_of(1)]


def test_an_answer_to_another_question_or_of_another_length_is_none():
    good = an_answer()
    wrong = [good[:-1], good + b"\x00", an_answer(request_id=0x41424345), b"", b"\x30"]
    wrong += [good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :] for at in (0, 1, 4, 13, 14, 15)]
    for data in wrong:
        with pytest.raises(Malformed):
            snmp.open_answer(data, HEAD, 0x41424344)


def test_a_request_is_the_same_whether_put_together_from_templates_or_not():
    names = [oid.encode("1.3.6.1.2.1.2.2.1.10.7"), oid.encode("1.3.6.1.2.1.31.1.1.1.6.7")]
    for request_id, first, second in ((0x41424344, 1, 25), (7, 0, 0), (0x41424344, 0, 300)):
        pdu = snmp.Pdu(snmp.GETBULK, request_id, first, second, [(each, 5, b"") for each in names])
        asked = snmp.encode_names(names)
        assert snmp.encode_open_question(
            HEAD, snmp.GETBULK, request_id, first, second, asked
        ) == snmp.encode_message(1, b"public", pdu)
        assert snmp.encode_question(
            snmp.GETBULK, request_id, first, second, asked
        ) == snmp.encode_pdu(pdu)


@pytest.mark.parametrize("index", [b"", b"\x07", b"\x81\x00", b"\x01" * 130])
def test_a_row_is_asked_for_as_its_names_are(index):
    columns = (oid.encode("1.3.6.1.2.1.2.2.1.10"), oid.encode("1.3.6.1.2.1.31.1.1.1.6"))
    assert snmp.encode_row(columns, index) == snmp.encode_names([c + index for c in columns])
