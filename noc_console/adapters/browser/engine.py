"""pysnmp's engine behind one awaitable question. Imported late: it costs a start-up second.

Requests go out through pysnmp's own command generators, past its high-level calls: those cast
values to what a MIB says before the device is asked, and the device is who should answer.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pyasn1.type import univ
from pysnmp.carrier.asyncio.dgram import udp, udp6
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import cmdgen
from pysnmp.error import PySnmpError
from pysnmp.hlapi.v3arch import asyncio as hlapi
from pysnmp.hlapi.v3arch.asyncio.lcd import CommandGeneratorLcdConfigurator
from pysnmp.proto import errind, rfc1902, rfc1905
from pysnmp.proto.error import StatusInformation

from noc_console.kernel.errors import AuthRejected, Invalid, Unreachable
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.snmp.model import ObjectType, ObjectValue

_log = logging.getLogger(__name__)

_AUTH = {
    "NONE": hlapi.USM_AUTH_NONE,
    "MD5": hlapi.USM_AUTH_HMAC96_MD5,
    "SHA1": hlapi.USM_AUTH_HMAC96_SHA,
    "SHA224": hlapi.USM_AUTH_HMAC128_SHA224,
    "SHA256": hlapi.USM_AUTH_HMAC192_SHA256,
    "SHA384": hlapi.USM_AUTH_HMAC256_SHA384,
    "SHA512": hlapi.USM_AUTH_HMAC384_SHA512,
}
_PRIV = {
    "NONE": hlapi.USM_PRIV_NONE,
    "DES": hlapi.USM_PRIV_CBC56_DES,
    "AES128": hlapi.USM_PRIV_CFB128_AES,
    "AES192": hlapi.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES256": hlapi.USM_PRIV_CFB256_AES_BLUMENTHAL,
    # pysnmp's plain names are the Reeder key localization that Cisco uses.
    "AES192C": hlapi.USM_PRIV_CFB192_AES,
    "AES256C": hlapi.USM_PRIV_CFB256_AES,
}
_REJECTED = (
    errind.UnknownUserName,
    errind.WrongDigest,
    errind.AuthenticationFailure,
    errind.AuthenticationError,
    errind.UnsupportedSecurityLevel,
    errind.UnknownSecurityName,
    errind.UnsupportedAuthProtocol,
    errind.UnsupportedPrivProtocol,
    errind.DecryptionError,
    errind.EncryptionError,
    errind.NotInTimeWindow,
    errind.UnknownCommunityName,
)

Binding = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response PDU: its error status (0 is none) and what it carries."""

    status: int
    bindings: tuple[Binding, ...]


class Engine:
    """One pysnmp engine on the running loop, for communities or for one SNMPv3 user.

    pysnmp keys users by name alone, so two passwords of one name need two engines.
    """

    def __init__(self, *, bind: str = "", bind6: str = "") -> None:
        self._engine = SnmpEngine()
        self._lcd = CommandGeneratorLcdConfigurator()
        self._bind = {udp.DOMAIN_NAME: bind, udp6.DOMAIN_NAME: bind6}
        self._asked: Counter[tuple[str, int]] = Counter()
        self._places: set[tuple[Any, ...]] = set()
        self.in_use = 0

    @property
    def places(self) -> int:
        """Peers this engine has rows for; pysnmp never drops one."""
        return len(self._places)

    async def get(self, target: SnmpTarget, oids: Sequence[str]) -> Answer:
        """A GET; `status` says why there is nothing in the answer."""
        return await self._ask(cmdgen.GetCommandGenerator(), target, _nulls(oids))

    async def next(self, target: SnmpTarget, oids: Sequence[str]) -> Answer:
        """A GETNEXT."""
        return await self._ask(cmdgen.NextCommandGeneratorSingleRun(), target, _nulls(oids))

    async def bulk(self, target: SnmpTarget, oid: str, repetitions: int) -> Answer:
        """A GETBULK of one column; not for SNMPv1."""
        command = cmdgen.BulkCommandGeneratorSingleRun()
        return await self._ask(command, target, _nulls([oid]), 0, repetitions)

    async def set(self, target: SnmpTarget, wanted: Sequence[tuple[str, Any]]) -> Answer:
        """A SET of some objects in one message: all of them or none."""
        bindings = [(_name(oid), value) for oid, value in wanted]
        return await self._ask(cmdgen.SetCommandGenerator(), target, bindings)

    def close(self) -> None:
        """Give the sockets back; whoever still waits is not answered."""
        self._engine.close_dispatcher()

    async def _ask(
        self, command: Any, target: SnmpTarget, bindings: list[Binding], *bulk: int
    ) -> Answer:
        place = (target.address, target.port)
        answer: asyncio.Future[tuple[Any, Any, Any]] = asyncio.get_running_loop().create_future()

        def heard(_engine: Any, _handle: Any, error: Any, status: Any, _at: Any, got: Any, _: Any):  # type: ignore[no-untyped-def]
            if not answer.done():
                answer.set_result((error, status, got))

        self._asked[place] += 1
        self.in_use += 1
        try:
            with _speaking_to(target):
                name = await self._configured(target)
                context = target.credential.context.encode()
                command.send_varbinds(self._engine, name, None, context, *bulk, bindings, heard)
            error, status, got = await answer
        finally:
            self.in_use -= 1
            self._asked -= Counter({place: 1})
        if error:
            raise _translated(error, target)
        return Answer(int(status), tuple((binding[0], binding[1]) for binding in got))

    async def _configured(self, target: SnmpTarget) -> str:
        """The name pysnmp's tables have for this peer and credential."""
        kind = _Target6 if ":" in target.address else _Target4
        peer = await kind.create(
            (target.address, target.port),
            timeout=max(1, math.ceil(target.timeout_s)),
            retries=target.retries,
        )
        peer.asked = self._asked
        if source := self._bind[kind.TRANSPORT_DOMAIN]:
            peer.set_local_address((source, 0))
        context = target.credential.context.encode()
        login = _login(target.credential)
        name, _ = self._lcd.configure(self._engine, login, peer, context)
        self._places.add((*peer.transport_address, peer.timeout, peer.retries))
        return str(name)


def _nulls(oids: Sequence[str]) -> list[Binding]:
    return [(_name(oid), rfc1905.unSpecified) for oid in oids]


def _name(oid: str) -> Any:
    return rfc1902.ObjectName(oid)


def _login(credential: SnmpCredential) -> Any:
    if credential.kind is not CredentialKind.SNMP_V3:
        version = 0 if credential.kind is CredentialKind.SNMP_V1 else 1
        return hlapi.CommunityData(credential.community.reveal().encode(), mpModel=version)
    secret, priv_secret = credential.auth_secret.reveal(), credential.priv_secret.reveal()
    if credential.auth_protocol not in _AUTH or credential.priv_protocol not in _PRIV:
        raise Invalid("no SNMPv3 protocol of that name", field="protocol")
    with_auth = credential.auth_protocol != "NONE"
    with_priv = credential.priv_protocol != "NONE"
    return hlapi.UsmUserData(
        credential.user,
        authKey=secret.encode() if with_auth else None,
        privKey=priv_secret.encode() if with_priv else None,
        authProtocol=_AUTH[credential.auth_protocol] if with_auth else None,
        privProtocol=_PRIV[credential.priv_protocol] if with_priv else None,
    )


@contextmanager
def _speaking_to(target: SnmpTarget) -> Iterator[None]:
    """Turn pysnmp's errors into ours; nothing of pysnmp leaves this package."""
    peer = target.peer
    try:
        yield
    except StatusInformation as error:
        raise _translated(error.get("errorIndication"), target) from error
    except (PySnmpError, OSError) as error:
        # The text of pysnmp's error may hold the request with its community: only its kind.
        raise Unreachable(
            f"{peer} could not be asked ({type(error).__name__})", peer=peer, reason="closed"
        ) from None


def _translated(error: Any, target: SnmpTarget) -> Unreachable:
    peer = target.peer
    if isinstance(error, errind.RequestTimedOut):
        is_v3 = target.credential.kind is CredentialKind.SNMP_V3
        key = "privacy pass phrase" if is_v3 else "community"
        return Unreachable(
            f"{peer} did not answer (it is down or filtered, or the {key} is another)",
            peer=peer,
            reason="timeout",
        )
    if isinstance(error, _REJECTED):
        return AuthRejected(f"{peer} refused the credential: {error}", peer=peer)
    return Unreachable(
        f"{peer} answered what makes no sense: {error}", peer=peer, reason="malformed"
    )


# Values


def shown(binding: Binding) -> ObjectValue:
    """A binding of a response in our words; what it is called is for the MIBs to say."""
    oid = ".".join(map(str, tuple(binding[0])))
    kind, value = _read(binding[1])
    return ObjectValue(oid, "", kind, value)


_MISSING = (rfc1905.NoSuchObject, rfc1905.NoSuchInstance, rfc1905.EndOfMibView)
_NUMBERS = (
    (rfc1902.Counter64, ObjectType.COUNTER64),
    (rfc1902.Counter32, ObjectType.COUNTER32),
    (rfc1902.TimeTicks, ObjectType.TIMETICKS),
    (rfc1902.Gauge32, ObjectType.UNSIGNED),
    (rfc1902.Unsigned32, ObjectType.UNSIGNED),
    (rfc1902.Integer32, ObjectType.INTEGER),
    (rfc1902.Integer, ObjectType.INTEGER),
)


def is_missing(value: Any) -> bool:
    """Whether v2c and v3 say with it that the object is not there."""
    return isinstance(value, _MISSING)


def _read(value: Any) -> tuple[ObjectType, int | str]:
    if is_missing(value):
        return ObjectType.MISSING, ""
    for kind, named in _NUMBERS:
        if isinstance(value, kind):
            return named, int(value)
    if isinstance(value, rfc1902.IpAddress):
        return ObjectType.ADDRESS, ".".join(str(octet) for octet in value.asOctets())
    if isinstance(value, univ.ObjectIdentifier):
        return ObjectType.OID, ".".join(map(str, tuple(value)))
    if isinstance(value, rfc1902.Opaque):
        return ObjectType.OPAQUE, "0x" + value.asOctets().hex()
    if isinstance(value, rfc1902.OctetString):
        return _octets(value.asOctets())
    return ObjectType.NULL, ""


def _octets(octets: bytes) -> tuple[ObjectType, str]:
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return ObjectType.HEX, "0x" + octets.hex()
    if all(character.isprintable() or character in "\r\n\t" for character in text):
        return ObjectType.STRING, text
    return ObjectType.HEX, "0x" + octets.hex()


_WRITTEN = {
    ObjectType.INTEGER: rfc1902.Integer32,
    ObjectType.UNSIGNED: rfc1902.Gauge32,
    ObjectType.COUNTER32: rfc1902.Counter32,
    ObjectType.COUNTER64: rfc1902.Counter64,
    ObjectType.TIMETICKS: rfc1902.TimeTicks,
    ObjectType.STRING: rfc1902.OctetString,
    ObjectType.HEX: rfc1902.OctetString,
    ObjectType.OID: rfc1902.ObjectIdentifier,
    ObjectType.ADDRESS: rfc1902.IpAddress,
}


def to_write(type: ObjectType, value: int | str | bytes) -> Any:
    """The value as pysnmp sends it; Invalid for what cannot be written."""
    if type not in _WRITTEN:
        raise Invalid(f"a value of type {type} cannot be written", field="type")
    return _WRITTEN[type](value)


# Transports


class _Hearing:
    """What both transports add: only who was asked is listened to, and rubbish ends nothing."""

    asked: Counter[tuple[str, int]]
    loop: asyncio.AbstractEventLoop
    _callback_function: Any

    def datagram_received(self, datagram: bytes, address: Any) -> None:
        if address[:2] in self.asked:
            self.loop.call_soon(self._parse, datagram, address)

    def _parse(self, datagram: bytes, address: Any) -> None:
        try:
            self._callback_function(self, address, datagram)
        except Exception as error:  # noqa: BLE001
            # The boundary to a decoder that raises TypeErrors and more at mutated packets.
            _log.debug("%s: an answer that pysnmp cannot read (%s)", address[0], type(error))


class _Udp4(_Hearing, udp.UdpAsyncioTransport):  # type: ignore[misc]
    pass


class _Udp6(_Hearing, udp6.Udp6AsyncioTransport):  # type: ignore[misc]
    pass


class _Target4(hlapi.UdpTransportTarget):  # type: ignore[misc]
    PROTO_TRANSPORT = _Udp4
    asked: Counter[tuple[str, int]]

    def open_client_mode(self) -> Any:
        transport = super().open_client_mode()
        transport.asked = self.asked
        return transport


class _Target6(hlapi.Udp6TransportTarget):  # type: ignore[misc]
    PROTO_TRANSPORT = _Udp6
    asked: Counter[tuple[str, int]]

    def open_client_mode(self) -> Any:
        transport = super().open_client_mode()
        transport.asked = self.asked
        return transport
