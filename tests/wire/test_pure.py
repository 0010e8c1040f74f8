import random

import pytest

from noc_console.wire import ber, oid, pure, snmp
from noc_console.wire.ber import Malformed
from noc_console.wire.snmp import parse_varbinds, value
from tests.wire.decoders import COLUMNS, IF, ROOT, contents, mutants, rows_of, walk_of

try:
    from noc_console.wire import _decoder
except ImportError:
    _decoder = None


@pytest.fixture(params=["pure", "compiled"])
def decoder(request):
    """Both keep the same promises."""
    if request.param == "compiled" and _decoder is None:
        pytest.skip("the compiled decoder was not built (`make decoder`)")
    return pure if request.param == "pure" else _decoder


def a_row(index, *values, columns=COLUMNS):
    return [
        (column + index, tag, content)
        for column, (tag, content) in zip(columns, values, strict=True)
    ]


NINE = (ber.COUNTER64, b"\x00" + b"\xff" * 8)
ONE = (ber.COUNTER32, b"\x01")
FIVE = (ber.GAUGE32, b"\x00\xff\xff\xff\xff")
BELOW = (ber.INTEGER, b"\xff\x00")


def test_rows_are_indexes_and_one_flat_list_of_numbers(decoder):
    data = contents(a_row(b"\x01", ONE, BELOW, NINE) + a_row(b"\x02", FIVE, ONE, ONE))
    assert decoder.rows(COLUMNS, data, 0, len(data)) == (
        [b"\x01", b"\x02"],
        [1, -256, 2**64 - 1, 2**32 - 1, 1, 1],
        len(data),
    )


@pytest.mark.parametrize(
    "odd",
    [
        (ber.OCTETS, b"5"),
        (ber.COUNTER32, b""),
        (ber.COUNTER32, b"\x01\x00\x00\x00\x00"),
        (ber.COUNTER64, b"\x01" + b"\x00" * 8),
        (ber.INTEGER, b"\x00" * 5),
        (ber.NO_SUCH_INSTANCE, b""),
    ],
)
def test_a_row_with_anything_but_a_number_of_its_size_ends_the_plain_ones(decoder, odd):
    first = contents(a_row(b"\x01", ONE, ONE, ONE))
    data = first + contents(a_row(b"\x02", ONE, odd, ONE))
    assert decoder.rows(COLUMNS, data, 0, len(data)) == ([b"\x01"], [1, 1, 1], len(first))


def test_rows_end_where_indexes_differ_or_do_not_ascend(decoder):
    first = contents(a_row(b"\x05", ONE, ONE, ONE))
    for others in (
        a_row(b"\x05", ONE, ONE, ONE),
        a_row(b"\x04", ONE, ONE, ONE),
        a_row(b"\x81", ONE, ONE, ONE),
        a_row(b"\x06", ONE, ONE, ONE)[:2] + a_row(b"\x07", ONE, ONE, ONE)[2:],
        a_row(b"\x06", ONE, ONE, ONE)[:2],
    ):
        data = first + contents(others)
        assert decoder.rows(COLUMNS, data, 0, len(data)) == ([b"\x05"], [1, 1, 1], len(first))


def test_indexes_ascend_as_numbers_not_as_octets(decoder):
    indexes = [oid.child(b"", n) for n in (127, 128, 16_383, 16_384, 2_097_152)]
    data = contents([each for index in indexes for each in a_row(index, ONE, ONE, ONE)])
    assert decoder.rows(COLUMNS, data, 0, len(data))[0] == indexes


def test_rows_agree_with_the_varbinds_they_were_made_of(decoder):
    rng = random.Random(3)
    for _ in range(300):
        data = contents(rows_of(rng))
        indexes, numbers, rest = decoder.rows(COLUMNS, data, 0, len(data))
        made = parse_varbinds(data, 0, rest)
        assert [name for name, _, _ in made] == [c + i for i in indexes for c in COLUMNS]
        assert [value(tag, content) for _, tag, content in made] == numbers


def test_a_walk_is_text_and_python_values(decoder):
    varbinds = [
        (oid.encode(f"{IF}.2.1"), ber.OCTETS, b"eth0"),
        (oid.encode(f"{IF}.2.128"), ber.OID, b"\x2b\x06"),
        (oid.encode(f"{IF}.2.16384"), ber.IP, b"\x0a\x00\x00\x01"),
        (oid.encode(f"{IF}.10.1"), ber.COUNTER32, b"\x80"),
        (oid.encode(f"{IF}.10.2"), ber.NULL, b""),
    ]
    data = contents(varbinds)
    assert decoder.walked(ROOT, ROOT, data, 0, len(data)) == (
        [
            (f"{IF}.2.1", b"eth0"),
            (f"{IF}.2.128", "1.3.6"),
            (f"{IF}.2.16384", "10.0.0.1"),
            (f"{IF}.10.1", 128),
            (f"{IF}.10.2", None),
        ],
        varbinds[-1][0],
        len(data),
        0,
    )


@pytest.mark.parametrize(
    "stranger",
    [
        (oid.encode("1.3.6.1.4.1.9"), ber.OCTETS, b""),
        (oid.encode(f"{IF}.2.1"), ber.OCTETS, b""),
        (oid.encode(f"{IF}.1.9"), ber.OCTETS, b""),
        (oid.encode(f"{IF}.2.9"), ber.END_OF_MIB, b""),
        (oid.encode(f"{IF}.2.9") + b"\x81", ber.OCTETS, b""),
    ],
)
def test_a_walk_ends_before_what_does_not_belong_to_it(decoder, stranger):
    inside = (oid.encode(f"{IF}.2.1"), ber.OCTETS, b"eth0")
    data = contents([inside])
    whole = data + contents([stranger])
    found = decoder.walked(ROOT, ROOT, whole, 0, len(whole))
    assert found == ([(f"{IF}.2.1", b"eth0")], inside[0], len(data), 0)


def test_a_value_that_means_nothing_is_counted_and_left_out(decoder):
    varbinds = [
        (oid.encode(f"{IF}.2.1"), ber.COUNTER32, b""),
        (oid.encode(f"{IF}.2.2"), 0x99, b"x"),
        (oid.encode(f"{IF}.2.3"), ber.OCTETS, b"good"),
    ]
    data = contents(varbinds)
    found, last, rest, bad = decoder.walked(ROOT, ROOT, data, 0, len(data))
    assert (found, last, rest, bad) == ([(f"{IF}.2.3", b"good")], varbinds[-1][0], len(data), 2)


def test_lengths_of_long_form_are_read_too(decoder):
    name = oid.encode(f"{IF}.2.1")
    for size in (1, 127, 128, 300):
        text = b"x" * size
        varbind = b"\x30\x82%b" % (size + len(name) + 6).to_bytes(2, "big")
        varbind += ber.tlv(ber.OID, name) + b"\x04\x82" + size.to_bytes(2, "big") + text
        found = decoder.walked(ROOT, ROOT, varbind, 0, len(varbind))
        assert found == ([(f"{IF}.2.1", text)], name, len(varbind), 0)


def test_a_walk_agrees_with_the_varbinds_it_was_made_of(decoder):
    rng = random.Random(4)
    for _ in range(300):
        data = contents(walk_of(rng))
        found, last, rest, bad = decoder.walked(ROOT, ROOT, data, 0, len(data))
        made = parse_varbinds(data, 0, rest)
        assert bad == 0 and last == (made[-1][0] if made else ROOT)
        assert found == [(oid.decode(name), value(tag, content)) for name, tag, content in made]


def a_trap(*varbinds, kind=snmp.TRAP_V2):
    return snmp.encode_pdu(snmp.Pdu(kind, 5, 0, 0, list(varbinds)))


UPTIME = (snmp.SYS_UPTIME_0, ber.TIMETICKS, b"\x05")
NAME = (snmp.SNMP_TRAP_OID_0, ber.OID, b"\x2b\x06\x01")


def test_a_notification_is_its_uptime_its_name_and_the_rest(decoder):
    data = a_trap(
        UPTIME,
        NAME,
        (b"\x2b\x06\x02", ber.OCTETS, b"text"),
        (b"\x2b\x06\x03", ber.COUNTER32, b""),
        kind=snmp.INFORM,
    )
    assert decoder.notification(b"##" + data, 2, 2 + len(data)) == (
        snmp.INFORM,
        5,
        5,
        "1.3.6.1",
        (("1.3.6.2", b"text"), ("1.3.6.3", b"")),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        a_trap(UPTIME),
        a_trap(NAME, UPTIME),
        a_trap((UPTIME[0], ber.OCTETS, b"\x05"), NAME),
        a_trap((UPTIME[0], ber.TIMETICKS, b""), NAME),
        a_trap(UPTIME, (NAME[0], ber.OCTETS, b"\x2b")),
        a_trap(UPTIME, (NAME[0], ber.OID, b"\x2b\x81")),
        a_trap(UPTIME, NAME, (b"\x2b\x81", ber.NULL, b"")),
        a_trap(UPTIME, NAME, kind=snmp.GET),
        a_trap(UPTIME, NAME) + b"\x00",
        a_trap(UPTIME, NAME)[:-1],
        b"",
    ],
)
def test_what_is_no_notification_is_refused(decoder, wrong):
    with pytest.raises(Malformed):
        decoder.notification(wrong, 0, len(wrong))


def test_names_are_remembered_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(pure, "MAX_TEXTS", 50)
    for n in range(120):
        name = oid.child(ROOT, n)
        data = snmp.varbind(name, ber.NULL, b"")
        assert pure.walked(ROOT, ROOT, data, 0, len(data))[0] == [(oid.decode(name), None)]
    assert len(pure._TEXTS) <= 50


def test_broken_rows_never_read_past_their_end(decoder):
    for data in mutants(9, 2_000, lambda rng: contents(rows_of(rng))):
        end = len(data) // 2
        assert decoder.rows(COLUMNS, data, 0, end)[2] <= end
