"""What is asked of security keys, and what is made of their answers; no server in between."""

from __future__ import annotations

import os
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from fido2 import hid

from noc_console.adapters.ssh import authenticators
from noc_console.adapters.ssh.authenticators import Asking, PinNeeded, Trouble, sign
from noc_console.kernel.secret import Secret
from noc_console.wire.ssh_keys import Handle
from tests.adapters.ssh.authenticator import ECDSA, ED25519, UP, UV, Authenticator, Credential


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Authenticator:
    made = Authenticator()
    made.finger.set()
    monkeypatch.setattr(authenticators, "plugged", lambda: iter([made]))
    return made


def nobody() -> Asking:
    return Asking(threading.Event(), lambda: None)


def handle_of(credential: Credential) -> Handle:
    application = credential.application.decode()
    return Handle(credential.kind, application, credential.flags, credential.handle)


def test_what_is_signed_is_what_ssh_verifies(key: Authenticator) -> None:
    made = key.new(application="ssh:office")
    touched: list[bool] = []
    asking = Asking(threading.Event(), lambda: touched.append(True))
    signed = sign(handle_of(made), b"the session", asking)
    assert touched == [True] and signed.flags == UP
    message = sha256(b"ssh:office").digest() + bytes((signed.flags,))
    message += signed.counter.to_bytes(4, "big") + sha256(b"the session").digest()
    made.private.public_key().verify(signed.signature, message)
    assert sign(handle_of(made), b"the session", nobody()).counter > signed.counter


def test_a_pin_is_wanted_before_anything_blinks(key: Authenticator) -> None:
    key.pin, key.hides = "1234", False
    made = handle_of(key.new(flags=UP | UV))
    with pytest.raises(PinNeeded, match="signs only for who knows the PIN"):
        sign(made, b"x", nobody())
    assert not key.blinks.is_set()
    with pytest.raises(PinNeeded, match="tried 7 more times"):
        sign(made, b"x", nobody(), Secret("4321"))
    assert sign(made, b"x", nobody(), Secret("1234")).flags == UP | UV


def test_a_key_without_a_pin_cannot_be_asked_for_it(key: Authenticator) -> None:
    key.hides = False
    with pytest.raises(Trouble, match="has none"):
        sign(handle_of(key.new(flags=UP | UV)), b"x", nobody())


def test_a_key_of_u2f_signs_ecdsa_alone(key: Authenticator) -> None:
    key.is_old = True
    assert sign(handle_of(key.new(ECDSA)), b"x", nobody()).flags == UP
    for made in (key.new(ED25519), key.new(ECDSA, flags=UP | UV)):
        with pytest.raises(Trouble, match="is not the one"):
            sign(handle_of(made), b"x", nobody())


def test_who_left_while_it_blinks_or_waits_for_a_turn_is_no_longer_served(
    key: Authenticator,
) -> None:
    key.finger.clear()
    made = handle_of(key.new())
    left = Asking(threading.Event(), lambda: left.is_over.set())
    with pytest.raises(Trouble, match="nobody waits"):
        sign(made, b"x", left)
    key.is_old, old = True, handle_of(key.new(ECDSA))
    gone = Asking(threading.Event(), lambda: gone.is_over.set())
    with pytest.raises(Trouble, match="nobody waits"):
        sign(old, b"x", gone)
    with authenticators._one, pytest.raises(Trouble, match="nobody waits"):
        sign(made, b"x", left)


def test_a_signature_for_another_application_is_none(
    key: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = key.new()
    answer = key._assert

    def lying(*given: object) -> dict[int, object]:
        told = answer(*given)  # type: ignore[arg-type]
        return {**told, 2: bytes(32) + told[2][32:]}

    monkeypatch.setattr(key, "_assert", lying)
    with pytest.raises(Trouble, match="no CTAP"):
        sign(handle_of(made), b"x", nobody())


def test_the_library_finds_the_devices_that_can_be_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only what the system says of its USB devices is made up: there may be none here."""
    told = hid.base.HidDescriptor("/dev/nowhere", 1, 2, 64, 64, "key", None)
    monkeypatch.setattr(hid, "list_descriptors", lambda: [told])
    assert list(authenticators.plugged()) == []
    monkeypatch.setattr(hid, "list_descriptors", lambda: [])
    assert list(authenticators.plugged()) == []


def test_who_may_not_open_the_device_is_told_how_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticators, "plugged", lambda: iter(()))
    made = Handle(ED25519, "ssh:", UP, b"handle")
    monkeypatch.setattr(Path, "glob", lambda _folder, _what: iter([Path("/dev/hidraw7")]))
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(Trouble, match=r"may not open /dev/hidraw7; install the udev rules"):
        sign(made, b"x", nobody())
    monkeypatch.setattr(authenticators.sys, "platform", "win32")
    with pytest.raises(Trouble, match="Windows lets only administrators"):
        sign(made, b"x", nobody())
