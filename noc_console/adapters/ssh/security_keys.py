"""SSH keys that live in a FIDO2 security key: the file is a handle, each login is a touch.

The server is asked first whether it knows the public half; only then the key blinks. What waits
for it is a thread of its own, so neither the window nor the end of the program waits for a finger.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass

import asyncssh

from noc_console.adapters.ssh.authenticators import Asking, Assertion, PinNeeded, Trouble, sign
from noc_console.kernel.secret import Secret
from noc_console.services.terminal.asking import TOUCH
from noc_console.services.terminal.connecting import Prompt
from noc_console.wire.ssh_keys import Handle, read_handle

MOST_PINS = 3
"""Asked for in one login: keys block themselves after eight wrong ones."""
WAITS_S = 120.0
"""For a turn, and for the touch; OpenSSH's servers hang up after as long."""

Ask = Callable[[str, tuple[Prompt, ...]], Awaitable[tuple[Secret, ...] | None]]
Sign = Callable[[Handle, bytes, Asking, Secret | None], Assertion]


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits at the key."""

    told: Callable[[str], None]
    ask: Ask
    failed: Callable[[str], None]
    """Why this key did not sign; the login goes on with what else there is."""
    waits: Callable[[], AbstractContextManager[None]]
    """While they look for the key and touch it."""


class SecurityKeyPair(asyncssh.SSHKeyPair):
    """Signs by a security key. What goes wrong there is told, and is ValueError to the library,
    which then tries the next way to log in."""

    _key_type = "security-key"

    def __init__(
        self,
        key: asyncssh.SSHKey,
        certificate: asyncssh.SSHCertificate | None,
        name: str,
        person: Person,
    ) -> None:
        algorithms = key.sig_algorithms
        super().__init__(
            key.algorithm,
            key.algorithm,
            algorithms,
            algorithms,
            key.public_data,
            key.get_comment_bytes(),
            certificate,
        )
        self._handle = read_handle(key.get_algorithm(), key.encode_ssh_private())
        self._name = name
        self._person = person

    async def sign_async(self, data: bytes) -> bytes:
        """What the server verifies (PROTOCOL.u2f): signature, flags, counter."""
        try:
            made = await self._assertion(data)
            self._person.told("The security key signed; logging in…")
        except Trouble as trouble:
            told = f"The key “{self._name}” did not sign: {trouble}."
            self._person.failed(told)
            raise ValueError(told) from trouble
        signature = made.signature
        if self._handle.is_ecdsa:
            signature = _as_ssh(signature)
        return b"".join(
            (
                _string(self._handle.kind.encode()),
                _string(signature),
                bytes((made.flags,)),
                made.counter.to_bytes(4, "big"),
            )
        )

    async def _assertion(self, data: bytes) -> Assertion:
        pin: Secret | None = None
        for _ in range(MOST_PINS + 1):
            try:
                return await self._touched(data, pin)
            except PinNeeded as needed:
                prompt = Prompt(f"PIN of the security key of “{self._name}”", is_secret=True)
                answers = await self._person.ask(str(needed), (prompt,))
            if not answers or not answers[0]:
                raise Trouble("its PIN was not given")
            pin = answers[0]
        raise Trouble("its PIN was wrong too often: look for the right one before you try again")

    async def _touched(self, data: bytes, pin: Secret | None) -> Assertion:
        loop = asyncio.get_running_loop()
        is_over = threading.Event()

        def touch() -> None:
            if not is_over.is_set():
                loop.call_soon_threadsafe(self._person.told, TOUCH)

        asking = Asking(is_over, touch)
        try:
            with self._person.waits():
                async with asyncio.timeout(WAITS_S):
                    return await _apart(lambda: sign(self._handle, data, asking, pin))
        except TimeoutError as error:
            raise Trouble("it was not touched for two minutes: connect again") from error
        finally:
            is_over.set()


def pairs(
    key: asyncssh.SSHKey, certificate: asyncssh.SSHCertificate | None, name: str, person: Person
) -> list[asyncssh.SSHKeyPair]:
    """With its certificate, then without: a host may know only one of them."""
    both = (certificate, None) if certificate is not None else (None,)
    return [SecurityKeyPair(key, each, name, person) for each in both]


async def _apart(work: Callable[[], Assertion]) -> Assertion:
    """In a thread that nobody joins: a key that hangs must not keep the program from ending."""
    future: Future[Assertion] = Future()

    def run() -> None:
        try:
            made = work()
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            future.set_exception(error)
        else:
            future.set_result(made)

    future.set_running_or_notify_cancel()
    threading.Thread(target=run, name="security-key", daemon=True).start()
    return await asyncio.wrap_future(future)


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _number(value: int) -> bytes:
    """RFC 4251 §5, mpint: of a positive number."""
    return _string(value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _as_ssh(der: bytes) -> bytes:
    """ECDSA's two numbers as SSH writes them (RFC 5656 §3.1.2)."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    try:
        r, s = decode_dss_signature(der)
    except ValueError as error:
        raise Trouble("the security key answers what is no signature: use another") from error
    return _number(r) + _number(s)
