"""SNMP notifications in: v1 and v2c traps, v3 traps, and informs, which are acknowledged.

Each becomes one `Trap` for whoever listens. Who may send is checked here, communities and users,
and does not travel on.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from noc_console.adapters.snmp.users import user_of
from noc_console.adapters.udp import Listener, Rate, open_listener
from noc_console.kernel.clock import Clock
from noc_console.services.credentials.model import CredentialKind, SnmpCredential
from noc_console.services.detection.events.model import Trust
from noc_console.services.intake.model import Trap
from noc_console.wire import ber, decoder, oid, snmp, usm
from noc_console.wire.ber import Malformed
from noc_console.wire.snmp import Pdu, Value, Varbind
from noc_console.wire.v3 import AUTH

PORTS = (162, 11162)
_REMEMBERED_INFORMS = 4096
_REPEAT_S = 60.0


@dataclass(slots=True)
class TrapStatistics:
    """Datagrams, by what became of them."""

    accepted: int = 0
    malformed: int = 0
    wrong_community: int = 0
    unauthenticated: int = 0
    """v3: unknown user, wrong digest, old clock."""
    acknowledged: int = 0
    """Informs answered, repeated ones too."""
    repeated: int = 0
    """Informs that came again because our answer was lost; told once."""


class _Refused(Exception):
    """A community nobody gave us."""


def new_engine_id() -> bytes:
    """An SNMP engine id of random octets (RFC 3411 §5, format 5): a new engine each start, so
    that our clock may begin at boot 1.
    """
    return b"\x80\x00\x00\x00\x05" + os.urandom(8)


class TrapReceiver:
    """Decodes notifications. Until `admit` says otherwise any community will do (what a trap
    proves is little), and no v3 user.
    """

    def __init__(
        self,
        emit: Callable[[Trap], None],
        *,
        clock: Clock,
        engine_id: bytes | None = None,
    ) -> None:
        self.statistics = TrapStatistics()
        self.listener: Listener | None = None
        self._emit = emit
        self._clock = clock
        self._engine_id = engine_id or new_engine_id()
        self._started = time.monotonic()
        self._informs: OrderedDict[tuple[str, int, bytes], float] = OrderedDict()
        self._communities: list[bytes] | None = None
        self._v3 = self._notifications([])

    def drops(self) -> dict[str, int]:
        """Datagrams that told nothing, by reason."""
        lost = {} if self.listener is None else self.listener.drops()
        return {
            **lost,
            "malformed": self.statistics.malformed,
            "unknown community": self.statistics.wrong_community,
            "unauthenticated": self.statistics.unauthenticated,
        }

    async def admit(
        self, credentials: Iterable[SnmpCredential] | None, *, any_community: bool = False
    ) -> None:
        """Change who may send, from the next datagram on; None accepts any community.

        `any_community` takes the v3 users but goes on accepting every community: devices
        often send with another one than they are asked with. Invalid when a v3 credential
        cannot work.
        """
        known = list(credentials or ())
        secured = [each for each in known if each.kind is CredentialKind.SNMP_V3]
        users = await asyncio.to_thread(lambda: [user_of(each) for each in secured])
        self._v3 = self._notifications(users)
        self._communities = (
            None
            if credentials is None or any_community
            else [each.community.reveal().encode() for each in known if each not in secured]
        )

    def _notifications(self, users: list[usm.User]) -> usm.Notifications:
        own = usm.Authoritative(self._engine_id, 1, users, started=self._started)
        return usm.Notifications(own, users)

    def receive(self, data: bytes, source: str) -> bytes | None:
        """Take one datagram; returns what to send back (acknowledgement, v3 report)."""
        statistics = self.statistics
        try:
            version, community, pos = snmp.open_envelope(data)
            if version == snmp.V2C:
                return self._receive_v2c(data, source, community, pos)
            if version == snmp.V3:
                return self._receive_v3(data, source)
            self._receive_v1(data, source)
        except usm.Unauthentic:
            statistics.unauthenticated += 1
        except Malformed:
            statistics.malformed += 1
        except _Refused:
            statistics.wrong_community += 1
        return None

    def _receive_v1(self, data: bytes, source: str) -> None:
        community, trap = snmp.decode_trap_v1(data)
        self._check(community)
        # RFC 3584 §3.1 (4): what version 2 would say in varbinds.
        varbinds = [
            *_readable(trap.varbinds),
            (oid.decode(snmp.SNMP_TRAP_ADDRESS_0), trap.agent_address),
            (oid.decode(snmp.SNMP_TRAP_ENTERPRISE_0), oid.decode(trap.enterprise)),
        ]
        self._tell("v1", source, oid.decode(trap.trap_oid), trap.uptime, tuple(varbinds))

    def _receive_v2c(self, data: bytes, source: str, community: bytes, pos: int) -> bytes | None:
        self._check(community)
        told = decoder.decode_notification_pdu(data, pos, len(data))
        if told.kind == snmp.TRAP_V2:
            self._tell("v2c", source, told.trap_oid, told.uptime, told.varbinds)
            return None
        kind, request_id, _, _, varbinds = snmp.parse_pdu(data, pos, len(data))
        if not self._take(kind, request_id, varbinds, "v2c", source):
            return None
        answer = _acknowledgement(request_id, varbinds)
        return snmp.encode_message(snmp.V2C, community, answer)

    def _receive_v3(self, data: bytes, source: str) -> bytes | None:
        incoming = self._v3.receive(data, time.monotonic())
        if isinstance(incoming, usm.Report):
            if incoming.cause != usm.UNKNOWN_ENGINE:  # how every inform begins: no offence
                self.statistics.unauthenticated += 1
            return incoming.data
        pdu = incoming.pdu
        trust = Trust.AUTHENTIC if incoming.level & AUTH else Trust.CLAIMED
        if not self._take(pdu.kind, pdu.request_id, pdu.varbinds, "v3", source, trust):
            return None
        return self._v3.reply(incoming, _acknowledgement(pdu.request_id, pdu.varbinds))

    def _check(self, community: bytes) -> None:
        if self._communities is None:
            return
        known = False
        for each in self._communities:  # all of them: the time taken tells nothing
            known |= hmac.compare_digest(each, community)
        if not known:
            raise _Refused

    def _take(
        self,
        kind: int,
        request_id: int,
        varbinds: list[Varbind],
        version: str,
        source: str,
        trust: Trust = Trust.CLAIMED,
    ) -> bool:
        """Tell of the notification; True when it wants an acknowledgement."""
        if kind not in (snmp.TRAP_V2, snmp.INFORM):
            raise Malformed("no notification")
        uptime, trap_oid, rest = _split(varbinds)
        if kind == snmp.TRAP_V2:
            self._tell(version, source, trap_oid, uptime, rest, trust)
            return False
        self.statistics.acknowledged += 1
        if self._is_repeated(source, request_id, varbinds):
            self.statistics.repeated += 1
        else:
            self._tell(version, source, trap_oid, uptime, rest, trust)
        return True

    def _is_repeated(self, source: str, request_id: int, varbinds: list[Varbind]) -> bool:
        """Whether this inform was told already: same sender, number and contents, a minute ago."""
        now = time.monotonic()
        key = (source, request_id, snmp.encode_varbinds(varbinds))
        told_at = self._informs.get(key)
        if told_at is not None and now - told_at < _REPEAT_S:
            return True
        self._informs[key] = now
        if len(self._informs) > _REMEMBERED_INFORMS:
            self._informs.popitem(last=False)
        return False

    def _tell(
        self,
        version: str,
        source: str,
        trap_oid: str,
        uptime: int,
        varbinds: tuple[tuple[str, Value], ...],
        trust: Trust = Trust.CLAIMED,
    ) -> None:
        self.statistics.accepted += 1
        self._emit(Trap(source, self._clock.now(), version, trap_oid, uptime, varbinds, trust))


def _split(varbinds: list[Varbind]) -> tuple[int, str, tuple[tuple[str, Value], ...]]:
    """Uptime, the notification's name and the rest (RFC 3416 §4.2.6 puts those two first)."""
    if len(varbinds) < 2 or varbinds[1][0] != snmp.SNMP_TRAP_OID_0 or varbinds[1][1] != ber.OID:
        raise Malformed("a notification without a name")
    name, tag, content = varbinds[0]
    if name != snmp.SYS_UPTIME_0 or tag not in snmp.NUMBERS:
        raise Malformed("a notification without a time")
    uptime = snmp.value(tag, content)
    assert isinstance(uptime, int)
    return uptime, oid.decode(varbinds[1][2]), tuple(_readable(varbinds[2:]))


def _readable(varbinds: list[Varbind]) -> list[tuple[str, Value]]:
    """Names as text, values as Python's; a value that means nothing stays the bytes it was."""
    found: list[tuple[str, Value]] = []
    decode, readers = oid.decode, snmp.READERS
    for name, tag, content in varbinds:
        text = decode(name)
        try:
            found.append((text, readers[tag](content)))
        except (Malformed, KeyError):
            found.append((text, content))
    return found


def _acknowledgement(request_id: int, varbinds: list[Varbind]) -> Pdu:
    return Pdu(snmp.RESPONSE, request_id, 0, 0, varbinds)


@asynccontextmanager
async def open_trap_receiver(
    emit: Callable[[Trap], None],
    *,
    clock: Clock,
    bind: str = "0.0.0.0",
    ports: Sequence[int] = PORTS,
    credentials: Iterable[SnmpCredential] | None = None,
    rate: Rate | None = None,
) -> AsyncIterator[TrapReceiver]:
    """Listen for notifications; `emit` is called for each and must return at once.

    Listens on the first of `ports` it may have (`receiver.listener.port`); Broken when none.
    """
    receiver = TrapReceiver(emit, clock=clock)
    await receiver.admit(credentials)
    async with open_listener(receiver.receive, bind=bind, ports=ports, rate=rate) as listener:
        receiver.listener = listener
        yield receiver
