import struct

import cramjam
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire import remote_write
from noc_console.wire.remote_write import LATEST_MS, compressed, label, series

Message = list[tuple[int, object]]


def message(content: bytes) -> Message:
    """Protobuf's fields by the book (protobuf.dev, "Encoding"): number and value."""
    fields: Message = []
    at = 0
    while at < len(content):
        tag, at = varint(content, at)
        value: object
        if tag & 7 == 0:
            value, at = varint(content, at)
        elif tag & 7 == 1:
            value, at = struct.unpack_from("<d", content, at)[0], at + 8
        else:
            assert tag & 7 == 2
            size, at = varint(content, at)
            value, at = content[at : at + size], at + size
        fields.append((tag >> 3, value))
    assert at == len(content)
    return fields


def varint(content: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        number |= (content[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if not content[at - 1] & 0x80:
            return number, at


def told(request: bytes) -> list[tuple[dict[str, str], float, int]]:
    """What a receiver understands."""
    found = []
    for number, one in message(request):
        assert number == 1 and isinstance(one, bytes)
        fields = message(one)
        labels = [message(value) for number, value in fields if number == 1]
        (sample,) = (dict(message(value)) for number, value in fields if number == 2)
        found.append(
            (
                {dict(pair)[1].decode(): dict(pair)[2].decode() for pair in labels},
                sample[1],
                sample[2],
            )
        )
    return found


LABELS = [
    label("__name__", f"noc_interface_{name}_total") + label("device_id", str(at))
    for at, name in enumerate(("in_octets", "out_octets", "in_errors"))
]


def test_a_receiver_reads_labels_values_and_the_moment():
    request = series(LABELS, np.array([1.5, 2.0, -3.0]), 1_772_359_200_123)
    assert told(request) == [
        ({"__name__": "noc_interface_in_octets_total", "device_id": "0"}, 1.5, 1_772_359_200_123),
        ({"__name__": "noc_interface_out_octets_total", "device_id": "1"}, 2.0, 1_772_359_200_123),
        ({"__name__": "noc_interface_in_errors_total", "device_id": "2"}, -3.0, 1_772_359_200_123),
    ]


def test_what_is_not_known_is_not_written():
    assert [at for _, at, _ in told(series(LABELS, np.array([np.nan, 7.0, np.nan]), 5))] == [7.0]
    assert series(LABELS, np.full(3, np.nan), 5) == b""
    assert series([], np.empty(0), 5) == b""


def test_requests_are_parts_put_together():
    values = np.array([1.0, 2.0, 3.0])
    parts = series(LABELS, values, 1_000) + series(LABELS, values, 2_000)
    assert [when for *_, when in told(parts)] == [1_000] * 3 + [2_000] * 3


@given(
    text=st.text(max_size=300),
    value=st.floats(allow_nan=False),
    at=st.integers(0, LATEST_MS),
)
def test_any_text_value_and_moment_arrives_as_it_was(text: str, value: float, at: int):
    text = text.encode(errors="replace").decode()
    request = series([label("site", text)], np.array([value]), at)
    assert told(request) == [({"site": text}, value, at)]


@pytest.mark.parametrize("at", [-1, LATEST_MS + 1])
def test_a_moment_that_does_not_fit_is_refused(at: int):
    with pytest.raises(ValueError, match="no time"):
        series(LABELS, np.ones(3), at)


def test_labels_too_long_for_their_length_are_refused():
    with pytest.raises(ValueError, match="more labels"):
        series([label("site", "x" * remote_write.MOST_LABELS)], np.ones(1), 5)


def test_it_travels_in_snappys_block_format():
    request = series(LABELS, np.ones(3), 5)
    assert bytes(cramjam.snappy.decompress_raw(compressed(request * 50))) == request * 50
