"""What the lab's routers export of their traffic: NetFlow v9, whose sums are the counters' own.

Every ten seconds a router tells what came in on each of its links since the last time, split
among the same conversations: streams, games and updates towards subscribers, a little back.
"""

from __future__ import annotations

import math
import random
import socket
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from noc_console.lab.model import Device, Port
from noc_console.lab.world import World

EVERY_S = 10.0
FEWEST_TALKS = 10
A_TALK_MBIT = 1_000
"""Conversations of a port: one for so much of its speed, so that no subscriber gets a flood."""
A_DATAGRAM = 24
TEMPLATE_ID = 256
_FIELDS = (
    *((8, 4), (12, 4), (10, 4), (14, 4), (1, 8), (2, 8), (7, 2), (11, 2), (4, 1), (5, 1)),
    *((16, 4), (17, 4)),
)
_HEADER = struct.Struct(">HHIIII")
_RECORD = struct.Struct(">4s4sIIQQHHBBII")
_CONTENT = (
    ("198.18.0", 64_496),
    ("198.18.16", 64_497),
    ("198.18.32", 64_498),
    ("198.19.0", 64_499),
    ("203.0.113", 64_500),
)
"""Networks for benchmarks and documents (RFC 2544, 5737) with private AS numbers as content."""
_SERVICES = (
    *((6, 443, 1_350, 0, 10, 1.0), (17, 443, 1_250, 0, 8, 1.0), (6, 80, 1_300, 0, 2, 1.0)),
    *((17, 3_074, 400, 34, 2, 0.1), (17, 53, 120, 0, 1, 0.002), (17, 5_060, 220, 46, 1, 0.01)),
    *((6, 22, 300, 0, 1, 0.05), (17, 4_500, 900, 0, 1, 0.5)),
)
"""Protocol, port, octets a packet, DSCP, how common, how much beside a stream."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation that comes in on a port."""

    source: bytes
    target: bytes
    source_as: int
    target_as: int
    protocol: int
    sport: int
    dport: int
    packet: int
    tos: int
    weight: float


class Exporter:
    """One router's flow cache."""

    def __init__(self, world: World, device: Device, at: float) -> None:
        self._world, self._device = world, device
        self._ports = [port for port in device.ports if port.link is not None]
        self._talks = {port.key: _talks(port) for port in self._ports}
        self._told = {port.key: world.octets(port, at, out=False) for port in self._ports}
        self._dice = random.Random(f"flows of {device.name}")
        self._sequence = 0

    def datagrams(self, at: float) -> Iterator[bytes]:
        """What came in since the last time; the template goes first, every time."""
        if not self._world.is_alive(self._device):
            return
        records = [record for port in self._ports for record in self._records(port, at)]
        for first in range(0, len(records), A_DATAGRAM):
            yield self._datagram(records[first : first + A_DATAGRAM], at)

    def _records(self, port: Port, at: float) -> Iterator[bytes]:
        now = self._world.octets(port, at, out=False)
        # A reboot starts the counter anew: then everything on it is new.
        told = self._told[port.key]
        octets = now - told if now >= told else now
        self._told[port.key] = now
        talks = self._talks[port.key]
        weights = [talk.weight * self._dice.uniform(0.6, 1.4) for talk in talks]
        whole, left = sum(weights), octets
        for place, (talk, weight) in enumerate(zip(talks, weights, strict=True)):
            part = left if place == len(talks) - 1 else int(octets * weight / whole)
            left -= part
            if part > 0:
                yield _RECORD.pack(
                    talk.source,
                    talk.target,
                    port.if_index,
                    self._way_out(port),
                    part,
                    max(1, part // talk.packet),
                    talk.sport,
                    talk.dport,
                    talk.protocol,
                    talk.tos,
                    talk.source_as,
                    talk.target_as,
                )

    def _way_out(self, port: Port) -> int:
        """Another port that is up; 0 when there is none: the router itself."""
        others = [one for one in self._ports if one is not port and self._world.is_up(one)]
        return others[port.position % len(others)].if_index if others else 0

    def _datagram(self, records: Sequence[bytes], at: float) -> bytes:
        template = struct.pack(">HH", TEMPLATE_ID, len(_FIELDS))
        template += b"".join(struct.pack(">HH", *one) for one in _FIELDS)
        data = b"".join(records)
        data += bytes(-len(data) % 4)
        uptime = int(self._world.uptime(self._device, at) * 1_000) & 0xFFFF_FFFF
        head = _HEADER.pack(9, 1 + len(records), uptime, int(at) & 0xFFFF_FFFF, self._sequence, 1)
        self._sequence = (self._sequence + 1) & 0xFFFF_FFFF
        return head + _set(0, template) + _set(TEMPLATE_ID, data)


def _set(number: int, body: bytes) -> bytes:
    return struct.pack(">HH", number, 4 + len(body)) + body


def _talks(port: Port) -> tuple[Talk, ...]:
    """The same ones for a port in every run: its name decides."""
    dice = random.Random(f"talks of {port.key}")
    count = max(FEWEST_TALKS, port.speed // A_TALK_MBIT)
    return tuple(_talk(dice, place) for place in range(count))


def _talk(dice: random.Random, place: int) -> Talk:
    network, number = dice.choice(_CONTENT)
    content = socket.inet_aton(f"{network}.{dice.randint(1, 30)}")
    subscriber = socket.inet_aton(f"100.64.{dice.randint(0, 15)}.{dice.randint(1, 250)}")
    service = dice.choices(_SERVICES, [one[4] for one in _SERVICES])[0]
    protocol, port, packet, dscp, _, load = service
    client = dice.randint(40_000, 60_000)
    weight = load / math.sqrt(place + 1)
    if dice.random() < 0.8:
        return Talk(
            content, subscriber, number, 0, protocol, port, client, packet, dscp << 2, weight
        )
    return Talk(
        subscriber, content, 0, number, protocol, client, port, packet, dscp << 2, weight / 4
    )
