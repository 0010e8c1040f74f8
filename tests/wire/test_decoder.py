import os
import random
import subprocess
import sys
import tracemalloc

import pytest

from noc_console.wire import ber, decoder, oid, pure, snmp
from noc_console.wire.ber import Malformed
from tests.wire.decoders import COLUMNS, ROOT, contents, mutants, rows_of, trap_of, walk_of

try:
    from noc_console.wire import _decoder as compiled
except ImportError:
    compiled = None

needs_compiled = pytest.mark.skipif(
    compiled is None, reason="the compiled decoder was not built (`make decoder`)"
)


def outcome(function, *arguments):
    """What it returns, or that it refuses."""
    try:
        return function(*arguments)
    except Malformed:
        return Malformed


def asked(name, data):
    """The arguments with which each of the functions is tried on these octets."""
    end = len(data)
    return {
        "rows": (COLUMNS, data, 0, end),
        "walked": (ROOT, ROOT, data, 0, end),
        "parse_varbinds": (data, 0, end),
        "notification": (data, 0, end),
        "peek": (data,),
        "open_answer": (data, HEAD, REQUEST_ID),
    }[name]


PURE = {
    "rows": pure.rows,
    "walked": pure.walked,
    "parse_varbinds": snmp.parse_varbinds,
    "notification": pure.notification,
    "peek": snmp.peek,
    "open_answer": snmp.open_answer,
}
WINDOWED = ("rows", "walked", "parse_varbinds", "notification")
HEAD = b"\x02\x01\x01\x04\x06public"
REQUEST_ID = 0x41424344


def an_answer(rng):
    """A v2c or, now and then, v1 message, mostly with the community and id that were asked."""
    community = rng.choice((b"public", b"public", b"x" * 130))
    request_id = rng.choice((REQUEST_ID, REQUEST_ID, 5))
    pdu = snmp.Pdu(snmp.RESPONSE, request_id, rng.choice((0, 0, 5)), 0, walk_of(rng))
    return snmp.encode_message(rng.choice((1, 1, 1, 0)), community, pdu)


MAKERS = {
    "rows": lambda rng: contents(rows_of(rng)),
    "walked": lambda rng: contents(walk_of(rng)),
    "parse_varbinds": lambda rng: contents(walk_of(rng)),
    "notification": trap_of,
    "peek": an_answer,
    "open_answer": an_answer,
}


@needs_compiled
@pytest.mark.parametrize("name", PURE)
def test_n5_both_decoders_read_the_same_or_refuse_the_same(name):
    """N5: 54,000 packets, most of them broken somewhere."""
    outcomes = set()
    for data in mutants(20261121, 9_000, MAKERS[name]):
        slow = outcome(PURE[name], *asked(name, data))
        assert outcome(getattr(compiled, name), *asked(name, data)) == slow, data.hex()
        outcomes.add(slow is Malformed)
    assert False in outcomes and (name == "rows" or True in outcomes)


@needs_compiled
def test_n5_the_compiled_decoder_keeps_nothing_of_what_it_refused():
    """N5: memory stays flat."""
    packets = [(name, data) for name in PURE for data in mutants(7, 1000, MAKERS[name])]

    def read_all():
        for name, data in packets:
            outcome(getattr(compiled, name), *asked(name, data))

    read_all()
    tracemalloc.start()
    try:
        read_all()
        first = tracemalloc.get_traced_memory()[0]
        for _ in range(3):
            read_all()
        assert tracemalloc.get_traced_memory()[0] - first < 50_000
    finally:
        tracemalloc.stop()


@needs_compiled
@pytest.mark.parametrize("name", WINDOWED)
def test_the_compiled_decoder_refuses_a_window_outside_of_the_datagram(name):
    function = getattr(compiled, name)
    first = {"rows": (COLUMNS,), "walked": (ROOT, ROOT)}.get(name, ())
    for pos, end in ((-1, 2), (0, 5), (3, 2), (5, 5)):
        with pytest.raises(Malformed):
            function(*first, b"\x30\x00\x30\x00", pos, end)
    for wrong in ((b"", 0), ("text", 0, 0), (b"", 0, 1 << 70), (b"", None, 0)):
        with pytest.raises((TypeError, OverflowError)):
            function(*first, *wrong)


@needs_compiled
def test_the_compiled_decoder_asks_for_columns_it_can_hold():
    for columns in ((), (b"\x2b",) * 257):
        with pytest.raises(ValueError):
            compiled.rows(columns, b"", 0, 0)
    with pytest.raises(TypeError):
        compiled.rows(("1.3",), b"", 0, 0)


def _kind_with(**environment):
    told = subprocess.run(
        [sys.executable, "-c", "from noc_console.wire.decoder import KIND; print(KIND)"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()


def test_the_compiled_decoder_is_taken_where_there_is_one_unless_told_otherwise():
    assert _kind_with(NOC_PURE="1") == "pure"
    assert _kind_with(NOC_PURE="0") == ("compiled" if compiled else "pure")


def test_a_trap_and_its_community():
    trap = [
        (snmp.SYS_UPTIME_0, ber.TIMETICKS, b"\x01\x00"),
        (snmp.SNMP_TRAP_OID_0, ber.OID, oid.encode("1.3.6.1.6.3.1.1.5.3")),
        (oid.encode("1.3.6.1.2.1.2.2.1.1.7"), ber.INTEGER, b"\x07"),
    ]
    pdu = snmp.Pdu(snmp.TRAP_V2, 99, 0, 0, trap)
    community, told = decoder.decode_notification(snmp.encode_message(1, b"area", pdu))
    assert community == b"area"
    assert (told.kind, told.request_id, told.uptime) == (snmp.TRAP_V2, 99, 256)
    assert told.trap_oid == "1.3.6.1.6.3.1.1.5.3"
    assert told.varbinds == (("1.3.6.1.2.1.2.2.1.1.7", 7),)
    encoded = snmp.encode_pdu(pdu)
    assert decoder.decode_notification_pdu(b"xx" + encoded, 2, 2 + len(encoded)) == told


def test_only_version_2c_comes_with_a_community_and_such_a_pdu():
    for version in (0, 3):
        message = snmp.encode_message(version, b"public", snmp.Pdu(snmp.TRAP_V2, 1))
        with pytest.raises(Malformed):
            decoder.decode_notification(message)


def test_n5_nothing_an_enemy_sends_is_more_than_malformed():
    """N5: rubbish, whatever decoder is at work."""
    rng = random.Random(5)
    for _ in range(4_000):
        data = rng.randbytes(rng.randint(0, 90))
        for begin in (b"", b"\x30\x82", b"\xa7\x84\xff\xff\xff\xff"):
            outcome(decoder.decode_notification, begin + data)
            for name in PURE:
                outcome(getattr(decoder, name, PURE[name]), *asked(name, begin + data))
