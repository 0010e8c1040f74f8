"""An SNMP agent in the test process that can be as rude as those in the field.

    async with rude_agent(table, max_bytes=484) as agent:
        await reader.walk(agent.target(), "1.3.6.1.2.1.2")

It answers v1 and v2c properly by default; subclass `RudeAgent` and override `respond` (PDU level)
or `transmit` (datagram level) for manners of your own.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.wire import ber, oid, snmp
from noc_console.wire.snmp import Pdu, Varbind


def varbind(name: str, tag: int, value: snmp.Value) -> Varbind:
    """A varbind from readable parts."""
    return oid.encode(name), tag, snmp.encode_value(tag, value)


def interface_table(rows: int, columns: Iterable[int] = (10, 11, 13, 14)) -> list[Varbind]:
    """Counters of ifTable: column c of row r holds 1000·r + c."""
    return [
        varbind(f"1.3.6.1.2.1.2.2.1.{column}.{row}", ber.COUNTER32, 1000 * row + column)
        for column in columns
        for row in range(1, rows + 1)
    ]


class RudeAgent(asyncio.DatagramProtocol):
    """Answers from a list of varbinds. `asked` keeps the PDUs it was sent."""

    def __init__(self, varbinds: Iterable[Varbind], *, max_bytes: int = 1472) -> None:
        self.varbinds = sorted(varbinds, key=lambda each: oid.sort_key(each[0]))
        self.keys = [oid.sort_key(each[0]) for each in self.varbinds]
        self.max_bytes = max_bytes
        self.asked: list[Pdu] = []
        self.transport: asyncio.DatagramTransport | None = None

    # ── manners, to be overridden ──

    def respond(self, request: Pdu, version: int) -> Pdu | None:
        """The answer; None for silence."""
        if request.kind == snmp.GET:
            return self.get(request, version)
        if request.kind == snmp.GETNEXT:
            return self.get_next(request, version)
        if request.kind == snmp.GETBULK and version == snmp.V2C:
            return self.get_bulk(request)
        return None

    def transmit(self, data: bytes, request: Pdu) -> list[bytes]:
        """The datagrams to send for an encoded answer."""
        return [data]

    def after(self, name: bytes) -> Varbind:
        """What GETNEXT finds."""
        at = bisect_right(self.keys, oid.sort_key(name))
        return self.varbinds[at] if at < len(self.varbinds) else (name, ber.END_OF_MIB, b"")

    # ── the proper agent ──

    def get(self, request: Pdu, version: int) -> Pdu:
        known = {name: (name, tag, content) for name, tag, content in self.varbinds}
        found = []
        for n, (name, _, _) in enumerate(request.varbinds, start=1):
            if name not in known and version == snmp.V1:
                return self.error(request, snmp.NO_SUCH_NAME, n)
            found.append(known.get(name, (name, ber.NO_SUCH_INSTANCE, b"")))
        return self.fit(request, found)

    def get_next(self, request: Pdu, version: int) -> Pdu:
        found = [self.after(name) for name, _, _ in request.varbinds]
        if version == snmp.V1:
            for n, (_, tag, _) in enumerate(found, start=1):
                if tag == ber.END_OF_MIB:
                    return self.error(request, snmp.NO_SUCH_NAME, n)
        return self.fit(request, found)

    def get_bulk(self, request: Pdu) -> Pdu:
        split = request.non_repeaters
        found = [self.after(name) for name, _, _ in request.varbinds[:split]]
        cursors = [name for name, _, _ in request.varbinds[split:]]
        for _ in range(request.max_repetitions):
            row = [self.after(name) for name in cursors]
            found += row
            cursors = [name for name, _, _ in row]
            if all(tag == ber.END_OF_MIB for _, tag, _ in row):
                break
        return self.cut(request, found)

    def answer(self, request: Pdu, varbinds: list[Varbind]) -> Pdu:
        return Pdu(snmp.RESPONSE, request.request_id, 0, 0, varbinds)

    def error(self, request: Pdu, status: int, index: int) -> Pdu:
        return Pdu(snmp.RESPONSE, request.request_id, status, index, request.varbinds)

    def size(self, pdu: Pdu) -> int:
        return len(snmp.encode_message(1, b"public", pdu))

    def fit(self, request: Pdu, varbinds: list[Varbind]) -> Pdu:
        pdu = self.answer(request, varbinds)
        return pdu if self.size(pdu) <= self.max_bytes else self.error(request, snmp.TOO_BIG, 0)

    def cut(self, request: Pdu, varbinds: list[Varbind]) -> Pdu:
        """GETBULK answers lose varbinds at the end until they fit, in the middle of a row too."""
        room = self.max_bytes - self.size(self.answer(request, []))
        kept = 0
        for each in varbinds:
            room -= len(snmp.varbind(*each))
            if room < 0:
                break
            kept += 1
        return self.answer(request, varbinds[:kept])

    # ── wire ──

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = snmp.decode_message(data)
        self.asked.append(message.pdu)
        pdu = self.respond(message.pdu, message.version)
        if pdu is None:
            return
        encoded = snmp.encode_message(message.version, message.community, pdu)
        assert self.transport is not None
        for each in self.transmit(encoded, message.pdu):
            self.transport.sendto(each, addr)

    @property
    def port(self) -> int:
        assert self.transport is not None
        return int(self.transport.get_extra_info("sockname")[1])

    def target(self, kind: CredentialKind = CredentialKind.SNMP_V2C, **changes) -> SnmpTarget:
        """How to reach it, impatiently unless `changes` say otherwise."""
        credential = SnmpCredential(kind=kind, community=Secret("public"))
        values = {"timeout_s": 0.4, "retries": 1} | changes
        return SnmpTarget("127.0.0.1", self.port, credential, **values)


@asynccontextmanager
async def running(agent: RudeAgent) -> AsyncIterator[RudeAgent]:
    """The agent on a free loopback port."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: agent, local_addr=("127.0.0.1", 0))
    try:
        yield agent
    finally:
        transport.close()


@asynccontextmanager
async def rude_agent(
    varbinds: Iterable[Varbind], *, max_bytes: int = 1472
) -> AsyncIterator[RudeAgent]:
    """A polite agent with a limit on the size of its answers."""
    async with running(RudeAgent(varbinds, max_bytes=max_bytes)) as agent:
        yield agent
