"""Hops and doors as people read them."""

from __future__ import annotations

from noc_console.services.hostkeys.model import HostKey
from noc_console.services.ways.model import Door, Hop


def test_a_hop_says_only_what_is_unusual() -> None:
    assert Hop("box").text == "box"
    assert Hop("2001:db8::1", 2222, "me").text == "me@[2001:db8::1]:2222"


def test_a_key_is_a_door_s_by_host_and_port() -> None:
    key = HostKey("10.0.0.1", 22, "ssh-ed25519 AAAA", "SHA256:a")
    assert Door("10.0.0.1").is_of(key)
    assert not Door("10.0.0.1", 2222).is_of(key) and not Door("10.0.0.2").is_of(key)
