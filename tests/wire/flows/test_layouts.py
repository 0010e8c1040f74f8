import socket
import struct

import pytest

from noc_console.wire.ber import Malformed
from noc_console.wire.flows.layouts import (
    REVERSE,
    VARIABLE,
    Field,
    compile_layout,
    option_values,
    records,
    sampling_rate,
    traffic,
)
from noc_console.wire.flows.records import address_text

FOUR = (Field(8, 4), Field(12, 4))


def rows_of(fields, data):
    layout = compile_layout(fields)
    raw, count = records(layout, memoryview(data))
    rows, sampler = traffic(layout, raw)
    return rows, sampler, count


def test_padding_after_the_last_record_is_left_over():
    one = socket.inet_aton("10.0.0.1") + socket.inet_aton("10.0.0.2") + bytes([0, 0, 5])
    rows, _, count = rows_of((*FOUR, Field(1, 3)), one * 2 + bytes(3))
    assert count == len(rows) == 2
    assert rows["bytes"].tolist() == [5, 5]


@pytest.mark.parametrize("length", range(1, 9))
def test_a_counter_may_be_of_any_length_up_to_eight(length):
    rows, _, _ = rows_of((Field(1, length),), (200).to_bytes(length, "big"))
    assert rows["bytes"].tolist() == [200]


def test_a_longer_counter_is_no_counter():
    assert not compile_layout((Field(1, 9),)).is_traffic


def test_fields_of_enterprises_are_passed_over_even_when_their_number_is_known():
    rows, _, _ = rows_of(
        (Field(1, 8, 9), Field(1, 4), Field(99, 2, 9)), struct.pack(">QIH", 7, 11, 13)
    )
    assert rows["bytes"].tolist() == [11]


def test_records_of_variable_length_are_walked():
    fields = (Field(8, 4), Field(82, VARIABLE), Field(1, 4))
    one = socket.inet_aton("10.0.0.1") + b"\x03abc" + struct.pack(">I", 5)
    two = socket.inet_aton("10.0.0.2") + b"\xff\x01\x2c" + bytes(300) + struct.pack(">I", 6)
    rows, _, count = rows_of(fields, one + two)
    assert count == 2
    assert rows["bytes"].tolist() == [5, 6]
    assert address_text(int(rows[1]["src_hi"]), int(rows[1]["src_lo"])) == "10.0.0.2"


def test_a_variable_field_that_runs_over_the_end_is_malformed():
    layout = compile_layout((Field(82, VARIABLE), Field(1, 1)))
    for data in (b"\x09ab", b"\xff\x00", b"\x02ab"):
        with pytest.raises(Malformed):
            records(layout, memoryview(data))


@pytest.mark.parametrize(
    "fields", [(), (Field(1, 0),), (Field(1, 0), Field(2, 0)), (Field(1, 4),) * 513]
)
def test_a_template_that_could_be_read_without_end_is_malformed(fields):
    with pytest.raises(Malformed):
        compile_layout(fields)


def test_a_template_of_both_families_takes_the_one_that_is_said():
    fields = (*FOUR, Field(27, 16), Field(28, 16), Field(1, 4))
    six = socket.inet_pton(socket.AF_INET6, "2001:db8::5")
    four = socket.inet_aton("10.0.0.1")
    rows, _, _ = rows_of(
        fields,
        (bytes(8) + six + six + struct.pack(">I", 1))
        + (four + four + bytes(32) + struct.pack(">I", 2)),
    )
    told = [address_text(int(row["src_hi"]), int(row["src_lo"])) for row in rows]
    assert told == ["2001:db8::5", "10.0.0.1"]


def test_a_biflow_becomes_a_row_for_each_way():
    fields = (*FOUR, Field(7, 2), Field(11, 2), Field(1, 4), Field(1, 4, REVERSE))
    data = socket.inet_aton("10.0.0.1") + socket.inet_aton("10.0.0.2")
    rows, _, _ = rows_of(fields, data + struct.pack(">HHII", 4000, 80, 10, 9000))
    assert rows["bytes"].tolist() == [10, 9000]
    assert rows["sport"].tolist() == [4000, 80]
    assert address_text(int(rows[1]["src_hi"]), int(rows[1]["src_lo"])) == "10.0.0.2"


def test_a_counter_beyond_reason_is_cut_so_that_sums_cannot_wrap():
    rows, _, _ = rows_of((Field(1, 8),), b"\xff" * 8)
    assert rows["bytes"].tolist() == [1 << 50]


def test_dscp_is_taken_from_the_tos_octet():
    rows, _, _ = rows_of((Field(1, 1), Field(5, 1)), bytes([1, 0xB8]))
    assert rows["dscp"].tolist() == [46]


def test_options_tell_scopes_as_negative_numbers():
    layout = compile_layout((Field(149, 4), Field(34, 4)), scope=1)
    assert option_values(layout, memoryview(struct.pack(">II", 1, 500))) == [
        {-149: b"\0\0\0\x01", 34: b"\0\0\x01\xf4"}
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({34: b"\x01\xf4"}, (0, 500)),
        ({48: b"\x07", 50: b"\x00\x64"}, (7, 100)),
        ({-302: b"\x03", 305: b"\x01", 306: b"\x03\xe7"}, (3, 1000)),
        ({309: b"\x02", 310: b"\x00\xc8"}, (0, 100)),
        ({311: struct.pack(">d", 0.01)}, (0, 100)),
        ({311: struct.pack(">d", float("nan"))}, None),
        ({311: struct.pack(">d", 0.0)}, None),
        ({34: bytes(9)}, None),
        ({82: b"eth0"}, None),
    ],
)
def test_a_sampling_rate_is_read_in_each_of_its_forms(values, expected):
    assert sampling_rate(values) == expected
