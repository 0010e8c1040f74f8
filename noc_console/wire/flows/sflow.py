"""sFlow version 5 (sflow_version_5.txt): samples of packets, in XDR.

Every sampled packet becomes a row of its own, with the rate it was sampled at; counter samples
are recognised and counted, because SNMP tells the same.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from noc_console.wire.ber import Malformed
from noc_console.wire.flows import headers
from noc_console.wire.flows.headers import NOTHING, Header
from noc_console.wire.flows.records import MAPPED, RECORD, Heard, Sequence, no_rows

VERSION = 5
MOST_SAMPLES = 512
MOST_RECORDS = 64
_ROW = tuple[int, ...]
_PAIR = struct.Struct(">II")
_SAMPLE = struct.Struct(">IIIIIIII")
_EXPANDED = struct.Struct(">IIIIIIIIIII")
_RAW = struct.Struct(">IIII")
_READ = {1: headers.ethernet, 11: headers.ip, 12: headers.ip, 13: headers.mpls}
"""By header protocol: Ethernet, IPv4, IPv6, MPLS."""
UNKNOWN_IF = 0x3FFF_FFFF


@dataclass(slots=True)
class _Packet:
    """What the records of one sample say."""

    header: Header = NOTHING
    length: int = 0
    src_as: int = 0
    dst_as: int = 0


def decode(data: bytes) -> Heard:
    """A datagram of sFlow; Malformed as soon as lengths contradict each other."""
    body = memoryview(data)
    version, family = _pair(body, 0)
    if version != VERSION:
        raise Malformed("sFlow: not version 5")
    if family not in (1, 2):
        raise Malformed("sFlow: an agent address of no known kind")
    at = 8 + (4 if family == 1 else 16)
    agent = bytes(body[8:at])
    sub_agent, number = _pair(body, at)
    uptime, count = _pair(body, at + 8)
    at += 16
    if count > MOST_SAMPLES:
        raise Malformed("sFlow: more than 512 samples in a datagram")
    rows: list[_ROW] = []
    counters = skipped = 0
    for _ in range(count):
        kind, length = _pair(body, at)
        at += 8
        if at + length > len(body):
            raise Malformed("sFlow: a sample runs over the end of its datagram")
        if kind in (1, 3):
            rows.append(_flow_sample(body[at : at + length], expanded=kind == 3))
        elif kind in (2, 4):
            counters += 1
        else:
            skipped += 1
        at += length
    following = (number + 1) & 0xFFFF_FFFF
    return Heard(
        version="sFlow v5",
        domain=sub_agent,
        rows=np.array(rows, RECORD) if rows else no_rows(),
        sequence=Sequence((VERSION, agent, sub_agent), number, following, "datagrams"),
        uptime_ms=uptime,
        counters=counters,
        skipped=skipped,
    )


def _pair(data: memoryview, at: int) -> tuple[int, int]:
    if at + 8 > len(data):
        raise Malformed("sFlow: the datagram ends early")
    first, second = _PAIR.unpack_from(data, at)
    return first, second


def _flow_sample(data: memoryview, *, expanded: bool) -> _ROW:
    shape = _EXPANDED if expanded else _SAMPLE
    if len(data) < shape.size:
        raise Malformed("sFlow: a sample shorter than its head")
    if expanded:
        _, _, _, rate, _, _, in_kind, in_value, out_kind, out_value, count = shape.unpack_from(data)
        source, destination = _interface(in_kind, in_value), _interface(out_kind, out_value)
    else:
        # The highest two bits of an interface say what kind of value the rest is.
        _, _, rate, _, _, packed_in, packed_out, count = shape.unpack_from(data)
        source = _interface(packed_in >> 30, packed_in & UNKNOWN_IF)
        destination = _interface(packed_out >> 30, packed_out & UNKNOWN_IF)
    if count > MOST_RECORDS:
        raise Malformed("sFlow: more than 64 records in a sample")
    packet = _Packet()
    at = shape.size
    for _ in range(count):
        kind, length = _pair(data, at)
        at += 8
        if at + length > len(data):
            raise Malformed("sFlow: a record runs over the end of its sample")
        _record(packet, kind, data[at : at + length])
        at += length
    head = packet.header
    return (
        *head.source,
        *head.destination,
        *(min(packet.length, 0xFFFF_FFFF), 1, 1, rate, packet.src_as, packet.dst_as),
        *(source, destination, head.sport, head.dport, head.protocol, head.dscp),
    )


def _interface(kind: int, value: int) -> int:
    """ifIndex; 0 for dropped packets, several receivers, and for 'unknown'."""
    return 0 if kind or value in (UNKNOWN_IF, 0xFFFF_FFFF) else value


def _record(packet: _Packet, kind: int, data: memoryview) -> None:
    """One flow record; those we have no use for (switch, router, users …) change nothing."""
    if kind == 1:
        _raw_header(packet, data)
    elif kind in (3, 4):
        _sampled_ip(packet, data, kind)
    elif kind == 1003:
        _gateway(packet, data)


def _raw_header(packet: _Packet, data: memoryview) -> None:
    if len(data) < _RAW.size:
        raise Malformed("sFlow: a raw header shorter than its head")
    protocol, length, _, size = _RAW.unpack_from(data)
    if _RAW.size + size > len(data):
        raise Malformed("sFlow: a raw header shorter than it says")
    read = _READ.get(protocol)
    packet.length = length
    if read is not None:
        packet.header = read(bytes(data[_RAW.size : _RAW.size + size]))


def _sampled_ip(packet: _Packet, data: memoryview, kind: int) -> None:
    """Agents that parse the packet themselves: sampled_ipv4 and sampled_ipv6."""
    wide = 4 if kind == 3 else 16
    if len(data) < 8 + 2 * wide + 16:
        raise Malformed("sFlow: a sampled IP record is too short")
    length, protocol = _PAIR.unpack_from(data)
    ends = []
    for place in (8, 8 + wide):
        number = int.from_bytes(data[place : place + wide], "big")
        is_four = wide == 4
        ends.append((0, MAPPED | number) if is_four else (number >> 64, number & (1 << 64) - 1))
    sport, dport, _, tos = struct.unpack_from(">IIII", data, 8 + 2 * wide)
    if packet.header is not NOTHING:
        return  # the header itself says more
    packet.length = packet.length or length
    packet.header = Header(
        ends[0], ends[1], protocol & 0xFF, tos >> 2 & 0x3F, sport & 0xFFFF, dport & 0xFFFF
    )


def _gateway(packet: _Packet, data: memoryview) -> None:
    """extended_gateway: the source's AS, and the last of the path to the destination."""
    family = int.from_bytes(data[:4], "big")
    at = 4 + {1: 4, 2: 16}.get(family, 0)
    if len(data) < at + 16:
        raise Malformed("sFlow: an extended gateway record is too short")
    own, packet.src_as = _PAIR.unpack_from(data, at)
    segments = int.from_bytes(data[at + 12 : at + 16], "big")
    at += 16
    last = 0
    for _ in range(min(segments, MOST_RECORDS)):
        _, count = _pair(data, at)
        at += 8
        if at + 4 * count > len(data):
            raise Malformed("sFlow: an AS path runs over the end of its record")
        if count:
            last = int.from_bytes(data[at + 4 * count - 4 : at + 4 * count], "big")
        at += 4 * count
    packet.dst_as = last or own
    packet.src_as = packet.src_as or own
