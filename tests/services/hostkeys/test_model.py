"""What goes wrong with a key names it."""

from __future__ import annotations

from dataclasses import replace

from noc_console.services.hostkeys.model import (
    BadCertificate,
    HostKey,
    KeyChanged,
    NotTrusted,
    OtherKey,
)

KEY = HostKey("192.0.2.1", 22, "ssh-ed25519 AAAA", "SHA256:new")


def test_errors_name_the_keys() -> None:
    assert "SHA256:new" in str(NotTrusted(KEY))
    assert "from SHA256:old to SHA256:new" in str(KeyChanged(KEY, "SHA256:old"))
    bad = BadCertificate(KEY, "of office that has expired")
    assert "with a certificate of office that has expired. Nothing was sent" in str(bad)
    assert "another key than" in str(OtherKey(KEY))
    assert "certificate of office" in str(OtherKey(KEY, against="of office"))


def test_a_door_is_written_with_its_port_when_that_is_unusual() -> None:
    assert KEY.door == "192.0.2.1"
    assert replace(KEY, port=2222).door == "192.0.2.1:2222"
    assert replace(KEY, host="2001:db8::1", port=2222).door == "[2001:db8::1]:2222"
    assert KEY.algorithm == "ssh-ed25519"
