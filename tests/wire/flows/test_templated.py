import socket
import struct

import pytest

from noc_console.wire.ber import Malformed
from noc_console.wire.flows.templated import decode_ipfix, decode_v9
from noc_console.wire.flows.templates import Templates
from tests.lab import flow_packets as made

FIELDS = [(8, 4), (12, 4), (10, 2), (14, 2), (1, 4), (2, 4), (7, 2), (11, 2), (4, 1), (5, 1)]


def flow(octets, src="10.0.0.1", dst="10.0.0.2"):
    return (
        socket.inet_aton(src)
        + socket.inet_aton(dst)
        + struct.pack(">HHIIHHBB", 1, 2, octets, 3, 1234, 443, 6, 0)
    )


TEMPLATE_9 = made.a_set(0, made.template(256, FIELDS))
TEMPLATE_10 = made.a_set(2, made.template(256, FIELDS))


def v9(known, *sets, now=0.0, exporter="192.0.2.1", **head):
    return decode_v9(made.v9(*sets, **head), exporter, known, now)


def ipfix(known, *sets, now=0.0, exporter="192.0.2.1", **head):
    return decode_ipfix(made.ipfix(*sets, **head), exporter, known, now)


def test_v9_flows_are_read_by_a_template_of_an_earlier_datagram():
    known = Templates()
    assert len(v9(known, TEMPLATE_9).rows) == 0
    heard = v9(known, made.a_set(256, flow(100) + flow(200)), sequence=8)
    assert heard.rows["bytes"].tolist() == [100, 200]
    assert heard.sequence is not None
    assert (heard.sequence.number, heard.sequence.next) == (8, 9)


def test_flows_that_came_before_their_template_are_told_with_it():
    known = Templates()
    early = v9(known, made.a_set(256, flow(100)))
    assert (len(early.rows), early.waiting) == (0, 1)
    assert v9(known, TEMPLATE_9, now=5.0).rows["bytes"].tolist() == [100]


def test_a_template_of_one_exporter_is_none_of_another():
    known = Templates()
    v9(known, TEMPLATE_9)
    assert v9(known, made.a_set(256, flow(1)), exporter="192.0.2.9").waiting == 1


def test_a_template_sent_anew_with_other_fields_replaces_the_old_one():
    known = Templates()
    v9(known, TEMPLATE_9)
    v9(known, made.a_set(0, made.template(256, [(1, 8)])))
    assert v9(known, made.a_set(256, struct.pack(">Q", 77))).rows["bytes"].tolist() == [77]


def test_v9_options_tell_the_sampling_of_all_flows():
    known = Templates()
    options = made.a_set(1, made.v9_options(300, [(1, 4)], [(34, 4), (35, 1)]))
    v9(known, TEMPLATE_9, options)
    v9(known, made.a_set(300, struct.pack(">IIB", 0, 512, 2)))
    assert v9(known, made.a_set(256, flow(1))).rows["sampling"].tolist() == [512]


def test_records_that_name_their_sampler_get_its_rate():
    known = Templates()
    options = made.a_set(1, made.v9_options(300, [(1, 4)], [(48, 1), (50, 4)]))
    template = made.a_set(0, made.template(257, [(1, 4), (48, 1)]))
    v9(known, options, template)
    v9(known, made.a_set(300, struct.pack(">IBI", 0, 1, 100) + struct.pack(">IBI", 0, 2, 10)))
    heard = v9(known, made.a_set(257, struct.pack(">IBIB", 5, 2, 6, 1)))
    assert heard.rows["sampling"].tolist() == [10, 100]


def test_ipfix_options_name_their_selector_as_scope():
    known = Templates()
    options = made.a_set(3, made.ipfix_options(300, [(302, 8)], [(305, 4), (306, 4)]))
    template = made.a_set(2, made.template(257, [(1, 4), (302, 8)]))
    heard = ipfix(
        known, options, template, made.a_set(300, struct.pack(">QII", 9, 1, 1023), pad=False)
    )
    assert heard.sequence is not None
    assert heard.sequence.next == 1, "an options record is a data record and counts"
    data = made.a_set(257, struct.pack(">IQ", 5, 9))
    assert ipfix(known, data).rows["sampling"].tolist() == [1024]


def test_ipfix_counts_data_records():
    known = Templates()
    ipfix(known, TEMPLATE_10)
    heard = ipfix(known, made.a_set(256, flow(1) * 3), sequence=0xFFFFFFFF)
    assert heard.sequence is not None
    assert heard.sequence.next == 2


def test_the_next_number_is_unknown_while_records_wait_for_their_template():
    known = Templates()
    early = ipfix(known, made.a_set(256, flow(1)), sequence=7)
    assert early.sequence is not None
    assert (early.sequence.number, early.sequence.next) == (7, None)
    late = ipfix(known, TEMPLATE_10, made.a_set(256, flow(2)), sequence=8)
    assert late.rows["bytes"].tolist() == [1, 2]
    assert late.sequence is not None
    assert late.sequence.next == 9, "what waited was of an earlier message"


def test_fields_of_enterprises_and_of_variable_length_are_passed_over():
    known = Templates()
    fields = [(1, 4), (100, 0xFFFF, 9), (2, 4)]
    data = struct.pack(">I", 50) + b"\x04text" + struct.pack(">I", 2)
    heard = ipfix(
        known, made.a_set(2, made.template(256, fields)), made.a_set(256, data, pad=False)
    )
    assert heard.rows["bytes"].tolist() == [50]
    assert heard.rows["packets"].tolist() == [2]


def test_a_withdrawn_template_is_no_longer_used():
    known = Templates()
    ipfix(known, TEMPLATE_10)
    ipfix(known, made.a_set(2, struct.pack(">HH", 256, 0)))
    assert ipfix(known, made.a_set(256, flow(1))).waiting == 1
    ipfix(known, TEMPLATE_10)
    ipfix(known, made.a_set(2, struct.pack(">HH", 2, 0)))
    assert ipfix(known, made.a_set(256, flow(1))).waiting == 1


def test_records_without_bytes_or_packets_are_no_traffic():
    known = Templates()
    nat = made.a_set(2, made.template(256, [(8, 4), (225, 4), (230, 1)]))
    heard = ipfix(known, nat, made.a_set(256, bytes(9)))
    assert (len(heard.rows), heard.skipped) == (0, 1)


def template_of(**said):
    return struct.pack(">HH", said.get("number", 256), said.get("count", 1))


@pytest.mark.parametrize(
    "body",
    [
        made.a_set(0, template_of(number=5) + struct.pack(">HH", 1, 4)),
        made.a_set(0, template_of(count=600) + struct.pack(">HH", 1, 4)),
        made.a_set(0, template_of(count=9) + struct.pack(">HH", 1, 4)),
        made.a_set(0, template_of() + struct.pack(">HH", 1, 0)),
        made.a_set(0, template_of() + struct.pack(">HH", 1, 0xFFFF)),
        made.a_set(1, struct.pack(">HHH", 256, 3, 4) + bytes(8)),
        struct.pack(">HH", 256, 3),
        struct.pack(">HH", 256, 60_000),
        struct.pack(">HH", 256, 4) * 1_025,
    ],
)
def test_v9_sets_that_contradict_themselves_are_malformed(body):
    with pytest.raises(Malformed):
        v9(Templates(), body)


@pytest.mark.parametrize(
    "body",
    [
        made.a_set(3, struct.pack(">HHH", 256, 1, 0) + struct.pack(">HH", 34, 4)),
        made.a_set(3, struct.pack(">HHH", 256, 1, 2) + struct.pack(">HH", 34, 4)),
        made.a_set(2, template_of() + struct.pack(">HH", 0x8001, 4), pad=False),
    ],
)
def test_ipfix_sets_that_contradict_themselves_are_malformed(body):
    with pytest.raises(Malformed):
        ipfix(Templates(), body)


def test_a_message_shorter_than_its_length_is_malformed():
    data = made.ipfix(TEMPLATE_10)
    with pytest.raises(Malformed):
        decode_ipfix(data[:-1], "192.0.2.1", Templates(), 0.0)
    with pytest.raises(Malformed):
        decode_ipfix(data[:15], "192.0.2.1", Templates(), 0.0)
    with pytest.raises(Malformed):
        decode_v9(made.v9()[:19], "192.0.2.1", Templates(), 0.0)
