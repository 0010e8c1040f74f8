"""FIDO2 security keys at this machine: which of them knows a key, and what it signs (CTAP 2.1,
and U2F for older ones), through Yubico's python-fido2.

asyncssh speaks to them too, but asks for no PIN, cannot be stopped while a key waits for its
touch, and tells all that goes wrong in the words of CTAP. Everything here waits, so it runs in a
thread.
"""

from __future__ import annotations

import os
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fido2 import hid
from fido2.ctap import STATUS, CtapDevice, CtapError
from fido2.ctap1 import APDU, ApduError, Ctap1
from fido2.ctap2.base import AssertionResponse, Ctap2
from fido2.ctap2.pin import ClientPin

from noc_console.kernel.secret import Secret
from noc_console.wire.ssh_keys import Handle

TOUCH_S = 30.0
"""How long a key of U2F is asked for its touch; those of CTAP2 have a limit of their own."""
POLL_S = 0.1
ERR = CtapError.ERR
WRONG = (
    "the security key that is plugged in is not the one this SSH key was made with: plug in the"
    " right one and connect again"
)
LATE = "nobody touched the security key in time: connect again, and touch it while it blinks"
GONE = (
    "the security key does not answer: it was pulled out, or another program uses it. Plug it in"
    " again and connect again"
)
ASKS_PIN = "This SSH key signs only for who knows the PIN of its security key."
MANY = (
    "several security keys are plugged in, and this SSH key does not tell which is its own: leave"
    " only that one and connect again"
)
_TOLD = {
    ERR.ACTION_TIMEOUT: LATE,
    ERR.USER_ACTION_TIMEOUT: LATE,
    ERR.TIMEOUT: LATE,
    ERR.NO_CREDENTIALS: WRONG,
    ERR.INVALID_CREDENTIAL: WRONG,
    ERR.OPERATION_DENIED: "the security key refused to sign: connect again, and touch it as it"
    " wants to be touched",
    ERR.KEEPALIVE_CANCEL: "nobody waits for the security key any more",
    ERR.PIN_BLOCKED: "the PIN of the security key is blocked after too many wrong ones: only a"
    " reset helps, and that deletes its SSH keys. Log in otherwise",
    ERR.PIN_AUTH_BLOCKED: "too many wrong PINs in a row: pull the security key out, plug it in"
    " again, and connect again",
    ERR.PIN_NOT_SET: "this SSH key wants a PIN, and the security key that is plugged in has none:"
    " plug in the right one, or set its PIN",
}
_IS_NOT_THERE = {ERR.NO_CREDENTIALS, ERR.INVALID_CREDENTIAL}
_WANTS_PIN = {ERR.PUAT_REQUIRED, ERR.UV_INVALID, ERR.UV_BLOCKED}
_one = threading.Lock()
"""Keys blink for one at a time: whose turn it is would be a riddle otherwise."""


class Trouble(Exception):
    """What went wrong at the security key, and what to do."""


class PinNeeded(Exception):
    """It signs only for who knows its PIN; the text says why, or what was wrong with the last."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a signature: they may leave, and are told when the key waits for a finger."""

    is_over: threading.Event
    touch: Callable[[], None]
    """Called in the thread."""

    def heard(self, status: int) -> None:
        if status == STATUS.UPNEEDED:
            self.touch()


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a key signed: SHA-256 of the application, flags, counter, SHA-256 of the message."""

    flags: int
    counter: int
    signature: bytes
    """64 bytes of Ed25519, or ECDSA in DER."""


def plugged() -> Iterator[CtapDevice]:
    """The security keys at this machine that let themselves be opened."""
    # Of the library's parts for each system, these two have no types.
    for descriptor in hid.list_descriptors():  # type: ignore[no-untyped-call]
        try:
            line = hid.open_connection(descriptor)  # type: ignore[no-untyped-call]
            yield hid.CtapHidDevice(descriptor, line)
        except (OSError, CtapError, hid.ConnectionFailure, struct.error):
            continue


def sign(handle: Handle, message: bytes, asking: Asking, pin: Secret | None = None) -> Assertion:
    """Have the key that knows the handle sign. Raises Trouble, and PinNeeded."""
    digest = sha256(message).digest()
    with _turn(asking), _understood(), ExitStack() as stack:
        keys = [_key(stack.enter_context(device), handle, digest) for device in plugged()]
        if not keys:
            raise Trouble(_none_plugged())
        return _chosen(keys, handle).sign(asking, pin)


@contextmanager
def _turn(asking: Asking) -> Iterator[None]:
    while not _one.acquire(timeout=POLL_S):
        if asking.is_over.is_set():
            raise Trouble(_TOLD[ERR.KEEPALIVE_CANCEL])
    try:
        yield
    finally:
        _one.release()


@contextmanager
def _understood() -> Iterator[None]:
    """A key's errors in words; one that answers nonsense is trouble, too."""
    try:
        yield
    except CtapError as error:
        name = getattr(error.code, "name", "")
        told = f"the security key says {name or 'what is not known'} ({int(error.code):#04x})"
        raise Trouble(_TOLD.get(error.code, told)) from error
    except ApduError as error:
        raise Trouble(f"the security key answers with status {error.code:#06x}") from error
    except (OSError, hid.ConnectionFailure) as error:
        raise Trouble(GONE) from error
    except (ValueError, TypeError, LookupError, struct.error) as error:
        raise Trouble("the security key answers what is no CTAP: use another") from error


def _chosen(keys: list[_Key | _OldKey], handle: Handle) -> _Key | _OldKey:
    """The one that knows the handle. What asks for a PIN says so only to who knows the PIN."""
    for key in keys:
        if key.knows():
            return key
    maybe = [key for key in keys if handle.needs_pin and key.may_know]
    if len(maybe) > 1:
        raise Trouble(MANY)
    if not maybe:
        raise Trouble(WRONG)
    return maybe[0]


def _key(device: CtapDevice, handle: Handle, digest: bytes) -> _Key | _OldKey:
    if device.capabilities & hid.CAPABILITY.CBOR:
        return _Key(Ctap2(device, strict_cbor=False), handle, digest)
    return _OldKey(Ctap1(device), handle, digest)


class _Key:
    """A security key that speaks CTAP2."""

    def __init__(self, ctap: Ctap2, handle: Handle, digest: bytes) -> None:
        self._ctap, self._handle, self._digest = ctap, handle, digest
        self._options = ctap.info.options

    @property
    def may_know(self) -> bool:
        return bool(self._options.get("clientPin") or self._options.get("uv"))

    def knows(self) -> bool:
        """Asked without a touch."""
        try:
            self._ask({"up": False})
        except CtapError as error:
            if error.code in _IS_NOT_THERE:
                return False
            if error.code in (ERR.UP_REQUIRED, ERR.UNSUPPORTED_OPTION, ERR.PUAT_REQUIRED):
                return True  # perhaps: signing tells
            raise
        return True

    def sign(self, asking: Asking, pin: Secret | None) -> Assertion:
        options: dict[str, bool] = {} if self._handle.needs_touch else {"up": False}
        proof: tuple[bytes, int] | None = None
        if pin is not None:
            proof = self._proof(pin)
        elif self._handle.needs_pin:
            if not self.may_know:
                raise Trouble(_TOLD[ERR.PIN_NOT_SET])
            if not self._options.get("uv"):
                raise PinNeeded(ASKS_PIN)
            options["uv"] = True
        try:
            told = self._ask(options, proof, asking)
        except CtapError as error:
            if error.code in _WANTS_PIN and self._options.get("clientPin"):
                raise PinNeeded(ASKS_PIN) from error
            raise
        signed = told.auth_data
        if signed.rp_id_hash != sha256(self._handle.application.encode()).digest():
            raise ValueError("signed for another application")
        return Assertion(int(signed.flags), signed.counter, told.signature)

    def _proof(self, pin: Secret) -> tuple[bytes, int]:
        """That we know the PIN, for this one question."""
        client = ClientPin(self._ctap)
        try:
            token = client.get_pin_token(
                pin.reveal(), ClientPin.PERMISSION.GET_ASSERTION, self._handle.application
            )
        except CtapError as error:
            if error.code != ERR.PIN_INVALID:
                raise
            left = client.get_pin_retries()[0]
            raise PinNeeded(f"That was not the PIN. It may be tried {left} more times.") from error
        return client.protocol.authenticate(token, self._digest), client.protocol.VERSION

    def _ask(
        self,
        options: dict[str, bool],
        proof: tuple[bytes, int] | None = None,
        asking: Asking | None = None,
    ) -> AssertionResponse:
        return self._ctap.get_assertion(
            self._handle.application,
            self._digest,
            [{"type": "public-key", "id": self._handle.key_handle}],
            options=options or None,
            pin_uv_param=proof[0] if proof else None,
            pin_uv_protocol=proof[1] if proof else None,
            event=asking.is_over if asking else None,
            on_keepalive=asking.heard if asking else None,
        )


class _OldKey:
    """One that speaks U2F alone: ECDSA, a touch, and no PIN."""

    may_know = False

    def __init__(self, ctap: Ctap1, handle: Handle, digest: bytes) -> None:
        self._ctap, self._handle, self._digest = ctap, handle, digest

    def knows(self) -> bool:
        if not self._handle.is_ecdsa or self._handle.needs_pin:
            return False
        try:
            self._ask(is_check=True)
        except ApduError as error:
            return error.code == APDU.USE_NOT_SATISFIED
        return True

    def sign(self, asking: Asking, pin: Secret | None) -> Assertion:
        ends = time.monotonic() + TOUCH_S
        is_told = False
        while True:
            try:
                signed = self._ask(is_check=False)
            except ApduError as error:
                if error.code != APDU.USE_NOT_SATISFIED:
                    raise
            else:
                return Assertion(signed[0], int.from_bytes(signed[1:5], "big"), signed[5:])
            if not is_told:
                is_told = True
                asking.touch()
            if asking.is_over.wait(POLL_S):
                raise Trouble(_TOLD[ERR.KEEPALIVE_CANCEL])
            if time.monotonic() > ends:
                raise Trouble(LATE)

    def _ask(self, *, is_check: bool) -> bytes:
        application = sha256(self._handle.application.encode()).digest()
        return self._ctap.authenticate(
            self._digest, application, self._handle.key_handle, check_only=is_check
        )


def _none_plugged() -> str:
    told = "no security key is plugged in: plug in the one of this SSH key and connect again"
    if sys.platform == "win32":
        return f"{told}. Windows lets only administrators speak to it: use the SSH agent there"
    # Keys are HID devices, and opened by who sits at the machine: a rule of udev says so.
    shut = [each for each in Path("/dev").glob("hidraw*") if not os.access(each, os.R_OK | os.W_OK)]
    if shut:
        return (
            f"{told}. If it is: this user may not open {shut[0]}; install the udev rules of FIDO"
            " keys (Debian: libfido2-1)"
        )
    return told
