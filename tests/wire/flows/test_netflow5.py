import pytest

from noc_console.wire.ber import Malformed
from noc_console.wire.flows import netflow5
from noc_console.wire.flows.records import address_text
from tests.lab import flow_packets as made

ONE = ("10.1.0.1", "192.0.2.7", 3, 4, 12, 9000, 40_000, 443, 6, 0xB8, 64500, 64501)


def test_every_field_of_a_record_arrives_in_its_column():
    heard = netflow5.decode(made.v5([ONE], sequence=7, sampling=0x4064, engine=2))
    (row,) = heard.rows
    assert address_text(int(row["src_hi"]), int(row["src_lo"])) == "10.1.0.1"
    assert address_text(int(row["dst_hi"]), int(row["dst_lo"])) == "192.0.2.7"
    assert (row["in_if"], row["out_if"], row["packets"], row["bytes"]) == (3, 4, 12, 9000)
    assert (row["sport"], row["dport"], row["protocol"]) == (40_000, 443, 6)
    assert (row["dscp"], row["src_as"], row["dst_as"]) == (46, 64500, 64501)
    assert row["flows"] == 1
    assert row["sampling"] == 100, "the two highest bits are the mode, not the rate"
    assert heard.domain == 2


def test_the_sequence_counts_flows():
    heard = netflow5.decode(made.v5([ONE] * 3, sequence=0xFFFFFFFE))
    assert heard.sequence is not None
    assert (heard.sequence.number, heard.sequence.next) == (0xFFFFFFFE, 1)
    assert heard.sequence.counts_what == "flows"


@pytest.mark.parametrize("cut", [0, 10, 23, 24, 71])
def test_a_datagram_shorter_than_it_says_is_malformed(cut):
    with pytest.raises(Malformed):
        netflow5.decode(made.v5([ONE])[:cut])
