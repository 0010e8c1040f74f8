import struct

import pytest

from noc_console.wire.ber import Malformed
from noc_console.wire.flows import sflow
from noc_console.wire.flows.records import address_text
from tests.lab import flow_packets as made

FRAME = made.ethernet(
    made.ipv4("10.0.0.1", "192.0.2.9", made.tcp(40_000, 443), protocol=6), kind=0x0800
)


def test_a_sampled_packet_is_a_row_with_its_rate_and_whole_length():
    heard = sflow.decode(
        made.sflow(
            made.flow_sample(
                made.extended_switch(100),
                made.raw_header(FRAME, length=1518),
                made.extended_router("10.9.9.9", 24, 16),
                made.extended_gateway("10.9.9.9", own=64496, source=64500, path=[64510, 64520]),
                rate=2048,
            ),
            sub_agent=3,
            sequence=77,
        )
    )
    (row,) = heard.rows
    assert address_text(int(row["src_hi"]), int(row["src_lo"])) == "10.0.0.1"
    assert (row["bytes"], row["packets"], row["flows"], row["sampling"]) == (1518, 1, 1, 2048)
    assert (row["in_if"], row["out_if"], row["dport"], row["protocol"]) == (3, 4, 443, 6)
    assert (row["src_as"], row["dst_as"]) == (64500, 64520)
    assert (heard.domain, heard.version) == (3, "sFlow v5")
    assert heard.sequence is not None
    assert heard.sequence.next == 78


def test_expanded_samples_and_ipv6_agents_are_read_as_well():
    sample = made.flow_sample(made.raw_header(FRAME), source=70_000, expanded=True)
    heard = sflow.decode(made.sflow(sample, agent="2001:db8::1"))
    assert heard.rows["in_if"].tolist() == [70_000]
    assert heard.rows["sport"].tolist() == [40_000]


def test_dropped_packets_and_unknown_interfaces_have_no_interface():
    sample = made.flow_sample(
        made.raw_header(FRAME), source=0x3FFFFFFF, destination=1 << 30 | 0x101
    )
    (row,) = sflow.decode(made.sflow(sample)).rows
    assert (row["in_if"], row["out_if"]) == (0, 0)


def test_agents_that_parse_packets_themselves_are_understood():
    body = struct.pack(">II", 900, 17) + bytes([10, 0, 0, 1, 10, 0, 0, 2])
    body += struct.pack(">IIII", 53, 999, 0, 0xB8)
    (row,) = sflow.decode(made.sflow(made.flow_sample(made.record(3, body)))).rows
    assert (row["bytes"], row["sport"], row["dscp"], row["protocol"]) == (900, 53, 46, 17)


def test_counter_samples_are_counted_and_unknown_ones_passed_over():
    unknown = struct.pack(">I", 4242 << 12 | 1) + made.opaque(b"anything")
    heard = sflow.decode(made.sflow(made.counter_sample(), unknown))
    assert (heard.counters, heard.skipped, len(heard.rows)) == (1, 1, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        struct.pack(">II", 4, 1) + bytes(20),
        struct.pack(">II", 5, 3) + bytes(40),
        made.sflow()[:20],
        struct.pack(">IIIIIII", 5, 1, 0, 0, 0, 0, 60_000),
        made.sflow(struct.pack(">II", 1, 0xFFFFFFF0)),
        made.sflow(struct.pack(">I", 1) + made.opaque(bytes(8))),
        made.sflow(made.flow_sample(struct.pack(">II", 1, 5000))),
        made.sflow(made.flow_sample(made.record(1, struct.pack(">IIII", 1, 60, 0, 999)))),
        made.sflow(made.flow_sample(made.record(1003, struct.pack(">IIIII", 0, 1, 1, 1, 9)))),
        made.sflow(made.flow_sample(made.record(3, bytes(9)))),
    ],
)
def test_lengths_that_contradict_each_other_are_malformed(data):
    with pytest.raises(Malformed):
        sflow.decode(data)


def test_a_datagram_cut_anywhere_is_malformed_or_shorter():
    whole = made.sflow(made.flow_sample(made.raw_header(FRAME)))
    for length in range(len(whole)):
        with pytest.raises(Malformed):
            sflow.decode(whole[:length])
