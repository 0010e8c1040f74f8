"""Whatever comes, the decoder answers with rows or Malformed, and comes to an end."""

import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.wire.ber import Malformed
from noc_console.wire.flows.decoder import FlowDecoder
from tests.lab import flow_packets as made
from tests.wire.flows.test_netflow5 import ONE
from tests.wire.flows.test_sflow import FRAME
from tests.wire.flows.test_templated import TEMPLATE_9, TEMPLATE_10, flow

SEEDS = [
    made.v5([ONE, ONE]),
    made.v9(TEMPLATE_9, made.a_set(256, flow(1) * 3)),
    made.v9(made.a_set(1, made.v9_options(300, [(1, 4)], [(34, 4)])), made.a_set(300, bytes(8))),
    made.ipfix(TEMPLATE_10, made.a_set(256, flow(1) * 3)),
    made.ipfix(
        made.a_set(2, made.template(256, [(1, 4), (82, 0xFFFF), (90, 3, 9)])),
        made.a_set(256, struct.pack(">I", 5) + b"\x03abcxyz"),
        made.a_set(3, made.ipfix_options(300, [(302, 8)], [(305, 4), (306, 4)])),
        made.a_set(300, struct.pack(">QII", 1, 1, 9)),
    ),
    made.sflow(
        made.flow_sample(
            made.raw_header(FRAME),
            made.extended_gateway("10.0.0.9", own=1, source=2, path=[3, 4]),
        ),
        made.counter_sample(),
    ),
]


@pytest.mark.parametrize(
    ("data", "version", "count"),
    [
        (SEEDS[0], "NetFlow v5", 2),
        (SEEDS[1], "NetFlow v9", 3),
        (SEEDS[3], "IPFIX", 3),
        (SEEDS[5], "sFlow v5", 1),
    ],
)
def test_the_version_word_says_which_protocol_it_is(data, version, count):
    heard = FlowDecoder().decode(data, "192.0.2.1", 0.0)
    assert (heard.version, len(heard.rows)) == (version, count)


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x07" + bytes(80), b"\x00\x00\x00\x04"])
def test_other_versions_are_malformed(data):
    with pytest.raises(Malformed):
        FlowDecoder().decode(data, "192.0.2.1", 0.0)


def offer(decoder, data):
    try:
        return len(decoder.decode(data, "192.0.2.1", 0.0).rows)
    except Malformed:
        return 0


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([b"\0\x05", b"\0\x09", b"\0\x0a", b"\0\0\0\x05"]), st.binary(max_size=300))
def test_noise_behind_a_version_is_rows_or_malformed(version, noise):
    offer(FlowDecoder(), version + noise)


def test_real_datagrams_with_changed_octets_are_rows_or_malformed():
    dice = random.Random(20261121)
    decoder = FlowDecoder()  # one for all: what a bad template leaves behind meets later data
    for _ in range(4_000):
        data = bytearray(dice.choice(SEEDS))
        for _ in range(dice.randint(1, 6)):
            place = dice.randrange(2, len(data))
            kind = dice.randrange(4)
            if kind == 0:
                data[place] = dice.randrange(256)
            elif kind == 1:
                data[place : place + 2] = dice.choice(
                    [b"\0\0", b"\xff\xff", b"\0\x01", b"\x7f\xff"]
                )
            elif kind == 2 and len(data) > 8:
                del data[place : place + dice.randint(1, 4)]
            else:
                data[place:place] = bytes(dice.randint(1, 4))
        rows = offer(decoder, bytes(data))
        assert rows <= 2 * len(data)


def test_rows_never_outnumber_twice_the_octets_of_a_datagram():
    template = made.a_set(2, made.template(256, [(1, 1)]))
    decoder = FlowDecoder()
    data = made.ipfix(template, made.a_set(256, bytes(1_400)))
    assert offer(decoder, data) <= 2 * len(data)
