from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire import ber, oid, snmp, snmprec


def test_a_recording_is_read_in_walk_order_with_its_problems():
    recording = snmprec.read(
        [
            "1.3.6.1.2.1.2.2.1.10.16384|65|12",
            "1.3.6.1.2.1.2.2.1.10.16383|65|11",
            "",
            "1.3.6.1.2.1.1.1.0|4|Router | with a bar\r\n",
            "no line at all",
            "1.3.6.1.2.1.1.1.0|4|again",
            "1.3.6.1.2.1.1.5.0|99z|x",
            "1.3.6.1.2.1.1.6.0|2|twelve",
        ]
    )
    assert [
        (oid.decode(name), snmp.value(tag, content)) for name, tag, content in recording.varbinds
    ] == [
        ("1.3.6.1.2.1.1.1.0", b"Router | with a bar"),
        ("1.3.6.1.2.1.2.2.1.10.16383", 11),
        ("1.3.6.1.2.1.2.2.1.10.16384", 12),
    ]
    assert [problem.line_number for problem in recording.problems] == [5, 6, 7, 8]


@pytest.mark.parametrize(
    ("line", "tag", "value"),
    [
        ("1.3.6.1|2|-5", ber.INTEGER, -5),
        ("1.3.6.1|4|caf\u00e9", ber.OCTETS, "café".encode()),
        ("1.3.6.1|4|\udcff", ber.OCTETS, b"\xff"),
        ("1.3.6.1|4|", ber.OCTETS, b""),
        ("1.3.6.1|4x|00ff10", ber.OCTETS, b"\x00\xff\x10"),
        ("1.3.6.1|4e|\\x07\\n\\\\+", ber.OCTETS, b"\x07\n\\+"),
        ("1.3.6.1|5|", ber.NULL, None),
        ("1.3.6.1|6|1.3.6.1.4.1.9", ber.OID, "1.3.6.1.4.1.9"),
        ("1.3.6.1|64|10.0.0.1", ber.IP, "10.0.0.1"),
        ("1.3.6.1|64x|0a000001", ber.IP, "10.0.0.1"),
        ("1.3.6.1|66|4294967295", ber.GAUGE32, 4294967295),
        ("1.3.6.1|67|1", ber.TIMETICKS, 1),
        ("1.3.6.1|68x|9f780441", ber.OPAQUE, b"\x9f\x78\x04\x41"),
        ("1.3.6.1|70|18446744073709551615", ber.COUNTER64, 2**64 - 1),
    ],
)
def test_every_type_of_value(line, tag, value):
    name, found, content = snmprec.parse_line(line)
    assert (oid.decode(name), found, snmp.value(found, content)) == ("1.3.6.1", tag, value)


@pytest.mark.parametrize(
    "line",
    [
        "1.3.6.1|65|-1",
        "1.3.6.1|65|4294967296",
        "1.3.6.1|64|10.0.0",
        "1.3.6.1|64x|0a00",
        "1.3.6.1|6|x",
        "1.3.6.1|4x|0g",
        "1.3.6.1|2x|05",
        "1.3.6.1|2:numeric|rate=1",
        "1.3.6.1|77|x",
        "x|2|5",
        "1.3.6.1|2",
    ],
)
def test_a_line_that_means_nothing_says_so(line):
    with pytest.raises(ValueError):
        snmprec.parse_line(line)


def test_the_recordings_of_real_devices_are_read(shared):
    files = sorted((shared / "devices").glob("*.snmprec"))[::12]
    assert files
    read = problems = 0
    for file in files:
        with file.open(encoding="utf-8", errors="surrogateescape") as lines:
            recording = snmprec.read(lines)
        read += len(recording.varbinds)
        problems += len(recording.problems)
        names = [name for name, _, _ in recording.varbinds]
        assert all(oid.is_after(b, a) for a, b in pairwise(names))
        for _, tag, content in recording.varbinds:
            snmp.value(tag, content)
    assert read > 10_000
    assert problems < read / 1000


NAMES = st.lists(st.integers(0, 2**32 - 1), max_size=12).map(
    lambda arcs: oid.from_parts((1, 3, *arcs))
)
UNSIGNED_32 = st.integers(0, 2**32 - 1)
VARBINDS = st.tuples(
    NAMES,
    st.one_of(
        st.tuples(st.just(ber.INTEGER), st.integers(-(2**31), 2**31 - 1)),
        st.tuples(st.sampled_from([ber.COUNTER32, ber.GAUGE32, ber.TIMETICKS]), UNSIGNED_32),
        st.tuples(st.just(ber.COUNTER64), st.integers(0, 2**64 - 1)),
        st.tuples(st.sampled_from([ber.OCTETS, ber.OPAQUE, ber.NSAP]), st.binary(max_size=80)),
        st.tuples(st.just(ber.OCTETS), st.text(max_size=40).map(str.encode)),
        st.tuples(st.just(ber.IP), st.ip_addresses(v=4).map(str)),
        st.tuples(st.just(ber.OID), NAMES.map(oid.decode)),
        st.tuples(st.just(ber.NULL), st.none()),
    ),
).map(lambda each: (each[0], each[1][0], snmp.encode_value(*each[1])))


@given(st.lists(VARBINDS, unique_by=lambda each: each[0]))
def test_what_is_written_reads_back_as_it_was(varbinds):
    written = "".join(snmprec.line_of(each) + "\n" for each in varbinds)
    recording = snmprec.read(written.splitlines(keepends=True))
    assert recording.problems == []
    assert recording.varbinds == sorted(varbinds, key=lambda each: oid.sort_key(each[0]))


def test_text_stays_readable_and_the_rest_is_hex():
    name = oid.encode("1.3.6.1")
    assert snmprec.line_of((name, ber.OCTETS, b"a | b")) == "1.3.6.1|4|a | b"
    assert snmprec.line_of((name, ber.OCTETS, b"a\nb")) == "1.3.6.1|4x|610a62"
    assert snmprec.line_of((name, ber.INTEGER, b"\xff")) == "1.3.6.1|2|-1"


def test_a_value_that_means_nothing_cannot_be_written():
    with pytest.raises(ValueError):
        snmprec.line_of((oid.encode("1.3.6.1"), ber.IP, b"\x0a"))
