"""Flow datagrams written by the letter of the specifications, without a line of our decoders.

Debian has real exporters of NetFlow and IPFIX (softflowd), none of sFlow: its datagrams are
packed here after sflow_version_5.txt, as XDR says.
"""

from __future__ import annotations

import socket
import struct


def v5(records, *, sequence=0, sampling=0, uptime=1000, engine=0):
    """`records`: (src, dst, in, out, packets, bytes, sport, dport, protocol, tos, sas, das)."""
    body = b"".join(
        socket.inet_aton(src)
        + socket.inet_aton(dst)
        + bytes(4)
        + struct.pack(">HHIIII", i, o, packets, octets, 1, 2)
        + struct.pack(">HHBBBBHHBBH", sport, dport, 0, 0, protocol, tos, sas, das, 24, 24, 0)
        for src, dst, i, o, packets, octets, sport, dport, protocol, tos, sas, das in records
    )
    head = struct.pack(
        ">HHIIIIBBH", 5, len(records), uptime, 1_700_000_000, 0, sequence, 0, engine, sampling
    )
    return head + body


def v9(*sets, sequence=0, source=1, uptime=1000):
    body = b"".join(sets)
    return struct.pack(">HHIIII", 9, len(sets), uptime, 1_700_000_000, sequence, source) + body


def ipfix(*sets, sequence=0, domain=1):
    body = b"".join(sets)
    return struct.pack(">HHIII", 10, 16 + len(body), 1_700_000_000, sequence, domain) + body


def a_set(number, body, *, pad=True):
    if pad:
        body += bytes(-len(body) % 4)
    return struct.pack(">HH", number, 4 + len(body)) + body


def template(number, fields):
    """`fields`: (element, length) or (element, length, enterprise)."""
    out = struct.pack(">HH", number, len(fields))
    for element, length, *enterprise in fields:
        if enterprise:
            out += struct.pack(">HHI", element | 0x8000, length, enterprise[0])
        else:
            out += struct.pack(">HH", element, length)
    return out


def v9_options(number, scopes, options):
    out = struct.pack(">HHH", number, 4 * len(scopes), 4 * len(options))
    return out + b"".join(struct.pack(">HH", *field) for field in (*scopes, *options))


def ipfix_options(number, scopes, options):
    out = struct.pack(">HHH", number, len(scopes) + len(options), len(scopes))
    return out + b"".join(struct.pack(">HH", *field) for field in (*scopes, *options))


# sFlow


def opaque(data):
    return struct.pack(">I", len(data)) + data + bytes(-len(data) % 4)


def sflow(*samples, agent="10.0.0.1", sub_agent=0, sequence=1, uptime=1000):
    address = socket.inet_pton(socket.AF_INET6 if ":" in agent else socket.AF_INET, agent)
    head = struct.pack(">II", 5, 2 if ":" in agent else 1) + address
    head += struct.pack(">IIII", sub_agent, sequence, uptime, len(samples))
    return head + b"".join(samples)


def flow_sample(*records, rate=1000, source=3, destination=4, sequence=1, expanded=False):
    if expanded:
        body = struct.pack(">III", sequence, 0, source)
        body += struct.pack(">III", rate, 10 * rate, 0)
        body += struct.pack(">IIIII", 0, source, 0, destination, len(records))
    else:
        body = struct.pack(">II", sequence, source)
        body += struct.pack(">IIIIII", rate, 10 * rate, 0, source, destination, len(records))
    return struct.pack(">I", 3 if expanded else 1) + opaque(body + b"".join(records))


def counter_sample():
    return struct.pack(">I", 2) + opaque(struct.pack(">III", 1, 3, 0))


def record(kind, body):
    return struct.pack(">I", kind) + opaque(body)


def raw_header(packet, *, length=None, protocol=1):
    """flow_record 1: header protocol, frame length, stripped octets, header."""
    head = struct.pack(">III", protocol, len(packet) if length is None else length, 4)
    return record(1, head + opaque(packet))


def extended_switch(vlan):
    return record(1001, struct.pack(">IIII", vlan, 0, vlan, 0))


def extended_router(next_hop, source_mask, destination_mask):
    body = struct.pack(">I", 1) + socket.inet_aton(next_hop)
    return record(1002, body + struct.pack(">II", source_mask, destination_mask))


def extended_gateway(next_hop, *, own, source, path):
    body = struct.pack(">I", 1) + socket.inet_aton(next_hop)
    body += struct.pack(">III", own, source, source)
    body += struct.pack(">I", 1) + struct.pack(">II", 2, len(path))
    body += b"".join(struct.pack(">I", number) for number in path)
    return record(1003, body + struct.pack(">II", 0, 100))


# Packets


def ethernet(payload, *, kind, tags=(), labels=()):
    frame = bytes.fromhex("020000000001020000000002")
    for tag in tags:
        frame += struct.pack(">HH", 0x8100, tag)
    if labels:
        frame += struct.pack(">H", 0x8847)
        for place, label in enumerate(labels):
            bottom = place == len(labels) - 1
            frame += struct.pack(">I", label << 12 | bottom << 8 | 64)
        return frame + payload
    return frame + struct.pack(">H", kind) + payload


def ipv4(src, dst, payload, *, protocol=17, tos=0, options=b"", fragment=0):
    length = 20 + len(options)
    head = struct.pack(
        ">BBHHHBBH", 0x40 | length // 4, tos, length + len(payload), 1, fragment, 64, protocol, 0
    )
    head += socket.inet_aton(src) + socket.inet_aton(dst) + options
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


def ipv6(src, dst, payload, *, protocol=17, traffic_class=0):
    head = struct.pack(">IHBB", 6 << 28 | traffic_class << 20, len(payload), protocol, 64)
    both = socket.inet_pton(socket.AF_INET6, src) + socket.inet_pton(socket.AF_INET6, dst)
    return head + both + payload


def udp(sport, dport, payload=b""):
    return struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload


def tcp(sport, dport, payload=b"", flags=0x10):
    return struct.pack(">HHIIBBHHH", sport, dport, 1, 1, 5 << 4, flags, 65_535, 0, 0) + payload


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pcap(packets):
    """A capture file: `packets` are (seconds, frame)."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)
    for at, frame in packets:
        out += struct.pack("<IIII", int(at), round(at % 1 * 1e6), len(frame), len(frame)) + frame
    return out
