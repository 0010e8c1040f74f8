"""The SNMP agent's brain: a datagram in, a datagram (or silence) out. No sockets, no clock.

GET, GETNEXT and GETBULK as RFC 3416 and net-snmp do them, versions 1, 2c and 3; SET is refused;
a wrong community is not answered at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from noc_console.lab.tree import Tree
from noc_console.wire import ber, oid, snmp
from noc_console.wire.ber import Malformed
from noc_console.wire.snmp import Pdu, Varbind
from noc_console.wire.usm import Authoritative, Report

MAX_REPLY = 1472
"""One Ethernet frame: nothing is ever fragmented."""

_V3_ENVELOPE = 160
_ENVELOPE = 40
_MAX_ROWS = 600


@dataclass(slots=True)
class Counters:
    """What an agent has done."""

    requests: int = 0
    refused: int = 0
    malformed: int = 0


@dataclass(slots=True)
class Agent:
    """One device's agent. `tree` is asked for late: a MIB is built when first wanted."""

    tree: Callable[[], Tree]
    communities: frozenset[bytes]
    engine: Callable[[], Authoritative] | None = None
    counters: Counters = field(default_factory=Counters)

    def answer(self, data: bytes, at: float) -> bytes | None:
        """The reply to a datagram; None when silence is right."""
        try:
            if snmp.version_of(data) == snmp.V3:
                return self._answer_v3(data, at)
            return self._answer_community(data, at)
        except Malformed:
            self.counters.malformed += 1
            return None

    def _answer_community(self, data: bytes, at: float) -> bytes | None:
        message = snmp.decode_message(data)
        if message.community not in self.communities:
            self.counters.refused += 1
            return None
        room = MAX_REPLY - _ENVELOPE - len(message.community)
        reply = self._respond(message.pdu, at, room, is_v1=message.version == snmp.V1)
        if reply is None:
            return None
        return snmp.encode_message(message.version, message.community, reply)

    def _answer_v3(self, data: bytes, at: float) -> bytes | None:
        if self.engine is None:
            return None
        engine = self.engine()
        incoming = engine.receive(data, at)
        if isinstance(incoming, Report):
            return incoming.data
        room = min(MAX_REPLY, max(484, incoming.max_size)) - _V3_ENVELOPE
        reply = self._respond(incoming.pdu, at, room, is_v1=False)
        return engine.reply(incoming, reply) if reply else None

    def _respond(self, pdu: Pdu, at: float, room: int, *, is_v1: bool) -> Pdu | None:
        kind = pdu.kind
        if kind == snmp.GETBULK and not is_v1:
            varbinds: Sequence[Varbind] = self._bulk(pdu, at, room)
        elif kind in (snmp.GET, snmp.GETNEXT):
            varbinds = self._each(pdu, at, is_v1=is_v1)
        elif kind == snmp.SET:
            self.counters.requests += 1
            status = snmp.NO_SUCH_NAME if is_v1 else snmp.NO_ACCESS
            return Pdu(
                snmp.RESPONSE, pdu.request_id, status, min(1, len(pdu.varbinds)), pdu.varbinds
            )
        else:
            return None
        self.counters.requests += 1
        if is_v1:
            missing = next((n for n, v in enumerate(varbinds, 1) if v[1] in snmp.EXCEPTIONS), 0)
            if missing:
                names = [(name, tag, content) for name, tag, content in pdu.varbinds]
                return Pdu(snmp.RESPONSE, pdu.request_id, snmp.NO_SUCH_NAME, missing, names)
        if kind != snmp.GETBULK and sum(map(_size, varbinds)) > room:
            names = pdu.varbinds if is_v1 else []
            return Pdu(snmp.RESPONSE, pdu.request_id, snmp.TOO_BIG, 0, names)
        return Pdu(snmp.RESPONSE, pdu.request_id, 0, 0, list(varbinds))

    def _each(self, pdu: Pdu, at: float, *, is_v1: bool) -> list[Varbind]:
        """GET and GETNEXT; version 1 has no Counter64 (RFC 3584 §4.2.2.1)."""
        tree = self.tree()
        skip = ber.COUNTER64 if is_v1 else -1
        if pdu.kind == snmp.GETNEXT:
            return [tree.after(_sound(name), at, skip=skip) for name, _, _ in pdu.varbinds]
        found = [tree.get(_sound(name), at) for name, _, _ in pdu.varbinds]
        if is_v1:
            found = [v if v[1] != skip else (v[0], ber.NO_SUCH_INSTANCE, b"") for v in found]
        return found

    def _bulk(self, pdu: Pdu, at: float, room: int) -> list[Varbind]:
        """RFC 3416 §4.2.3: as many rows as asked for, or as fit, or until all columns end."""
        tree = self.tree()
        once = min(pdu.non_repeaters, len(pdu.varbinds))
        found: list[Varbind] = []
        for name, _, _ in pdu.varbinds[:once]:
            varbind = tree.after(_sound(name), at)
            room -= _size(varbind)
            if room < 0:
                return found
            found.append(varbind)
        names = [_sound(name) for name, _, _ in pdu.varbinds[once:]]
        for _ in range(min(pdu.max_repetitions, _MAX_ROWS) if names else 0):
            ended = True
            for column, name in enumerate(names):
                varbind = tree.after(name, at)
                room -= _size(varbind)
                if room < 0:
                    return found
                found.append(varbind)
                names[column] = varbind[0]
                ended = ended and varbind[1] == ber.END_OF_MIB
            if ended:
                break
        return found


def _size(varbind: Varbind) -> int:
    """Octets of an encoded varbind, its three headers included."""
    parts = len(varbind[0]) + len(varbind[2])
    return parts + (6 if parts < 120 else 12)


def _sound(name: bytes) -> bytes:
    """The name if it is one; a number that breaks off is a malformed request."""
    if name and name[-1] > 127:
        oid.parts(name)
    return name
