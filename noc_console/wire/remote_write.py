"""Prometheus remote write 1.0: measurements as a request, without a sender of its own.

The protobuf is three tiny messages (prometheus/prometheus, `prompb/remote.proto`):

    WriteRequest { repeated TimeSeries timeseries = 1; }
    TimeSeries   { repeated Label labels = 1;  repeated Sample samples = 2; }
    Label        { string name = 1; string value = 2; }
    Sample       { double value = 1; int64 timestamp = 2; }   (UTC epoch milliseconds)

A device's poll is one moment for hundreds of series, so every series is written with one
sample, whose bytes have a fixed length: numpy fills values and times into a request that
`bytes.join` laid out. Numbers are padded varints, which every protobuf decoder accepts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cramjam
import numpy as np
from numpy.typing import NDArray

HEADERS: Mapping[str, str] = {
    "Content-Type": "application/x-protobuf",
    "Content-Encoding": "snappy",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}

LATEST_MS = (1 << 42) - 1
"""The last moment that fits into a sample as written here: in the year 2109."""

MOST_LABELS = (1 << 14) - 1
"""Bytes of one series, its sample included."""

# TimeSeries.samples: tag 2, 16 bytes; value: tag 1, fixed 64; timestamp: tag 2, varint.
_SAMPLE = b"\x12\x10\x09" + bytes(8) + b"\x10" + bytes(6)
_VALUE_AT, _TIME_AT = 3, 12
_SERIES = b"\x0a\x80\x00"


def label(name: str, value: str) -> bytes:
    """One label as a series carries it; those of a series are to be sorted by name."""
    content = _text(b"\x0a", name) + _text(b"\x12", value)
    return b"\x0a" + _varint(len(content)) + content


def series(labels: Sequence[bytes], values: NDArray[np.float64], at_ms: int) -> bytes:
    """Series with one sample each, all of one moment, as part of a WriteRequest.

    `labels`: each series' labels, joined. What is NaN is left out. Requests are parts put
    together, oldest first. Raises ValueError for a time or labels that cannot be written.
    """
    if not 0 <= at_ms <= LATEST_MS:
        raise ValueError(f"{at_ms} ms is no time of a sample")
    known = ~np.isnan(values)
    if not known.all():
        labels = [one for one, there in zip(labels, known.tolist(), strict=True) if there]
        values = values[known]
    if not labels:
        return b""
    sizes = np.fromiter(map(len, labels), np.int64, len(labels)) + len(_SAMPLE)
    if int(sizes.max()) > MOST_LABELS:
        raise ValueError("a series has more labels than are written here")
    parts = [_SAMPLE + _SERIES] * (2 * len(labels))
    parts[::2] = labels
    laid = np.frombuffer(_SERIES + b"".join(parts), np.uint8)[: -len(_SERIES)].copy()
    ends = np.cumsum(sizes + len(_SERIES))
    starts = ends - sizes - len(_SERIES)
    laid[starts + 1] = (sizes & 0x7F) | 0x80
    laid[starts + 2] = sizes >> 7
    samples = ends - len(_SAMPLE)
    octets = np.ascontiguousarray(values, "<f8").view(np.uint8).reshape(-1, 8)
    laid[(samples + _VALUE_AT)[:, None] + np.arange(8)] = octets
    moment = np.frombuffer(_moment(at_ms), np.uint8)
    laid[(samples + _TIME_AT)[:, None] + np.arange(6)] = moment
    return laid.tobytes()


def compressed(request: bytes) -> bytes:
    """The request as it travels: in snappy's block format."""
    return bytes(cramjam.snappy.compress_raw(request))


def _text(tag: bytes, text: str) -> bytes:
    content = text.encode()
    return tag + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def _moment(at_ms: int) -> bytes:
    """A time as a varint of six bytes, whatever it is."""
    sevens = [at_ms >> shift & 0x7F for shift in range(0, 42, 7)]
    return bytes([*(seven | 0x80 for seven in sevens[:-1]), sevens[-1]])
