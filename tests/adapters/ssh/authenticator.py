"""A FIDO2 security key in software: the one thing of a login by touch that cannot be here.

A mock, because no test can hold a device that somebody touches. It replaces what lies behind the
USB line and nothing else: python-fido2 speaks real CTAP2 (CBOR, the PIN protocol) or U2F to it,
the signatures are made by `cryptography`, and OpenSSH's sshd judges them.
"""

from __future__ import annotations

import base64
import hmac
import os
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fido2 import cbor
from fido2.ctap import STATUS, CtapDevice, CtapError
from fido2.hid import CAPABILITY, CTAPHID

ERR = CtapError.ERR
UP, UV = 0x01, 0x04
ED25519, ECDSA = "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"


@dataclass
class Credential:
    """A key pair inside; outside there is only its handle."""

    kind: str
    application: bytes
    flags: int
    handle: bytes = field(default_factory=lambda: os.urandom(64))
    private: Any = None

    def __post_init__(self) -> None:
        if self.kind == ED25519:
            self.private = ed25519.Ed25519PrivateKey.generate()
        else:
            self.private = ec.generate_private_key(ec.SECP256R1())

    def sign(self, data: bytes) -> bytes:
        if self.kind == ED25519:
            return self.private.sign(data)
        return self.private.sign(data, ec.ECDSA(hashes.SHA256()))

    @property
    def public(self) -> bytes:
        """As in a line of authorized_keys (PROTOCOL.u2f)."""
        key, raw = self.private.public_key(), string(self.kind.encode())
        if self.kind == ED25519:
            raw += string(key.public_bytes(Encoding.Raw, PublicFormat.Raw))
        else:
            point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            raw += string(b"nistp256") + string(point)
        return raw + string(self.application)

    def write(self, file: Path) -> Path:
        """The two files that `ssh-keygen -t …-sk` would leave: PROTOCOL.key, without a phrase."""
        check = os.urandom(4)
        private = check + check + self.public + bytes((self.flags,)) + string(self.handle)
        private += string(b"") + string(b"yubi")
        private += bytes(range(1, 1 + -len(private) % 8))
        whole = b"openssh-key-v1\0" + string(b"none") + string(b"none") + string(b"")
        whole += struct.pack(">I", 1) + string(self.public) + string(private)
        text = base64.encodebytes(whole).decode()
        file.write_text(
            f"-----BEGIN OPENSSH PRIVATE KEY-----\n{text}-----END OPENSSH PRIVATE KEY-----\n"
        )
        file.chmod(0o600)
        line = f"{self.kind} {base64.b64encode(self.public).decode()} yubi\n"
        file.with_name(file.name + ".pub").write_text(line)
        return file


@dataclass
class Authenticator(CtapDevice):
    """Blinks until `finger` is set, or its time is over."""

    pin: str = ""
    patience_s: float = 20.0
    has_sensor: bool = False
    hides: bool = True
    """What was made with verify-required is not even there without the PIN (credProtect)."""
    is_old: bool = False
    """Speaks U2F alone."""
    finger: threading.Event = field(default_factory=threading.Event)
    blinks: threading.Event = field(default_factory=threading.Event)
    asked: list[int] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    tries: int = 8
    breaks: type[Exception] | None = None
    """What the line raises, as when the key is pulled out."""
    nonsense: bytes = b""
    counter: int = 41
    _held: list[Credential] = field(default_factory=list)
    _token: bytes = field(default_factory=lambda: os.urandom(32))
    _line: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def new(self, kind: str = ED25519, *, flags: int = UP, application: str = "ssh:") -> Credential:
        made = Credential(kind, application.encode(), flags)
        self._held.append(made)
        return made

    # --- the line ----------------------------------------------------------------------------

    @property
    def capabilities(self) -> int:
        return 0 if self.is_old else int(CAPABILITY.CBOR)

    @classmethod
    def list_devices(cls) -> Iterator[Authenticator]:
        return iter(())

    def call(
        self, cmd: int, data: bytes = b"", event: Any = None, on_keepalive: Any = None
    ) -> bytes:
        self.threads.add(threading.current_thread().name)
        if self.breaks is not None:
            raise self.breaks("no such device")
        if cmd == CTAPHID.MSG:
            return self._u2f(data)
        assert cmd == CTAPHID.CBOR
        self.asked.append(data[0])
        if self.nonsense and data[0] == 2:
            return self.nonsense
        request = cbor.decode(data[1:]) if data[1:] else {}
        try:
            match data[0]:
                case 0x04:
                    told = self._info()
                case 0x06:
                    told = self._client_pin(request)
                case 0x02:
                    told = self._assert(request, event or threading.Event(), on_keepalive)
                case _:
                    raise CtapError(ERR.INVALID_COMMAND)
        except CtapError as error:
            return bytes((int(error.code),))
        return b"\0" + cbor.encode(told)

    def _info(self) -> dict[int, Any]:
        options: dict[str, bool] = {"up": True, "clientPin": bool(self.pin)}
        if self.has_sensor:
            options["uv"] = True
        return {1: ["FIDO_2_0"], 3: bytes(16), 4: dict(sorted(options.items())), 6: [1]}

    # --- signing -----------------------------------------------------------------------------

    def _assert(self, request: dict[int, Any], event: Any, on_keepalive: Any) -> dict[int, Any]:
        options, digest = request.get(5, {}), request[2]
        flags = 0
        if 6 in request:
            wanted = hmac.new(self._token, digest, sha256).digest()[:16]
            if not hmac.compare_digest(wanted, request[6]):
                raise CtapError(ERR.PIN_AUTH_INVALID)
            flags |= UV
        asked = [each["id"] for each in request[3]]
        found = [
            each
            for each in self._held
            if each.handle in asked
            and each.application.decode() == request[1]
            and (not (self.hides and each.flags & UV) or flags & UV or options.get("uv"))
        ]
        if not found:
            raise CtapError(ERR.NO_CREDENTIALS)
        if options.get("up", True):
            self._wait(event, on_keepalive)
            flags |= UP | (UV if options.get("uv") else 0)
        self.counter += 1
        data = sha256(request[1].encode()).digest() + struct.pack(">BI", flags, self.counter)
        credential = {"id": found[0].handle, "type": "public-key"}
        return {1: credential, 2: data, 3: found[0].sign(data + digest)}

    def _wait(self, event: Any, on_keepalive: Any) -> None:
        if on_keepalive is not None:
            on_keepalive(STATUS.UPNEEDED)
        self.blinks.set()
        for _ in range(int(self.patience_s / 0.01)):
            if event.is_set():
                raise CtapError(ERR.KEEPALIVE_CANCEL)
            if self.finger.wait(0.01):
                return
        raise CtapError(ERR.USER_ACTION_TIMEOUT)

    # --- the PIN (CTAP 2.1 §6.5, protocol one) -------------------------------------------------

    def _client_pin(self, request: dict[int, Any]) -> dict[int, Any]:
        match request[2]:
            case 1:
                return {3: self.tries}
            case 2:
                at = self._line.public_key().public_numbers()
                x, y = at.x.to_bytes(32, "big"), at.y.to_bytes(32, "big")
                return {1: {1: 2, 3: -25, -1: 1, -2: x, -3: y}}
            case 5:
                return {2: self._token_for(request)}
        raise CtapError(ERR.INVALID_SUBCOMMAND)

    def _token_for(self, request: dict[int, Any]) -> bytes:
        if self.tries == 0:
            raise CtapError(ERR.PIN_BLOCKED)
        theirs = request[3]
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(theirs[-2], "big"), int.from_bytes(theirs[-3], "big"), ec.SECP256R1()
        )
        shared = sha256(self._line.exchange(ec.ECDH(), numbers.public_key())).digest()
        cipher = Cipher(algorithms.AES(shared), modes.CBC(bytes(16)))
        shut = cipher.decryptor()
        if shut.update(request[6]) + shut.finalize() != sha256(self.pin.encode()).digest()[:16]:
            self.tries -= 1
            raise CtapError(ERR.PIN_INVALID)
        self.tries = 8
        to = cipher.encryptor()
        return to.update(self._token) + to.finalize()

    # --- U2F (raw messages, FIDO U2F 1.2 §5) ----------------------------------------------------

    def _u2f(self, data: bytes) -> bytes:
        how, body = data[2], data[7:]
        digest, application, size = body[:32], body[32:64], body[64]
        handle = body[65 : 65 + size]
        found = [
            each
            for each in self._held
            if each.handle == handle and sha256(each.application).digest() == application
        ]
        if not found:
            return b"\x6a\x80"
        if how == 0x07 or not self.finger.is_set():
            if how != 0x07:
                self.blinks.set()
            return b"\x69\x85"
        self.counter += 1
        head = struct.pack(">BI", UP, self.counter)
        return head + found[0].sign(application + head + digest) + b"\x90\x00"


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
