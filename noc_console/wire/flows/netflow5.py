"""NetFlow v5: a fixed header and up to thirty fixed records, IPv4 only."""

from __future__ import annotations

import struct

import numpy as np

from noc_console.wire.ber import Malformed
from noc_console.wire.flows.records import MAPPED, RECORD, Heard, Sequence

VERSION = 5
_HEADER = struct.Struct(">HHIIIIBBH")
_RECORD = np.dtype(
    {
        "names": [
            *("src", "dst", "in_if", "out_if", "packets", "bytes", "sport", "dport"),
            *("protocol", "tos", "src_as", "dst_as"),
        ],
        "formats": [
            *(">u4", ">u4", ">u2", ">u2", ">u4", ">u4", ">u2", ">u2"),
            *("u1", "u1", ">u2", ">u2"),
        ],
        "offsets": [0, 4, 12, 14, 16, 20, 32, 34, 38, 39, 40, 42],
        "itemsize": 48,
    }
)
_SAME = ("in_if", "out_if", "packets", "bytes", "sport", "dport", "protocol", "src_as", "dst_as")


def decode(data: bytes) -> Heard:
    """A datagram of version 5; Malformed when its length is not what its count says."""
    if len(data) < _HEADER.size:
        raise Malformed("NetFlow v5: shorter than its header")
    _, count, uptime, _, _, number, kind, engine, sampling = _HEADER.unpack_from(data)
    if _HEADER.size + count * _RECORD.itemsize > len(data):
        raise Malformed("NetFlow v5: fewer records than the header counts")
    raw = np.frombuffer(data, _RECORD, count, _HEADER.size)
    rows = np.zeros(count, RECORD)
    for name in _SAME:
        rows[name] = raw[name]
    rows["src_lo"] = raw["src"].astype(np.uint64) | MAPPED
    rows["dst_lo"] = raw["dst"].astype(np.uint64) | MAPPED
    rows["dscp"] = raw["tos"] >> 2
    rows["flows"] = 1
    rows["sampling"] = sampling & 0x3FFF  # the two highest bits are the mode
    domain = kind << 8 | engine
    return Heard(
        version="NetFlow v5",
        domain=domain,
        rows=rows,
        sequence=Sequence((VERSION, domain), number, (number + count) & 0xFFFF_FFFF, "flows"),
        uptime_ms=uptime,
    )
