"""Which keys count, of those that were trusted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.hostkeys.model import HostKey, Pinned
from noc_console.services.hostkeys.rules import named, standing

ED = Pinned(
    HostKey("192.0.2.1", 22, "ssh-ed25519 AAAA", "SHA256:ed"), datetime(2026, 3, 1, tzinfo=UTC), "m"
)
RSA = replace(ED, key=HostKey("192.0.2.1", 22, "ssh-rsa AAAA", "SHA256:rsa"))


def test_a_server_may_have_a_key_of_each_kind() -> None:
    assert standing([ED, RSA]) == (ED, RSA)
    assert named((ED, RSA)) == "SHA256:ed or SHA256:rsa"


def test_a_key_that_took_a_place_sweeps_all_older_ones_away() -> None:
    newer = replace(ED, key=replace(ED.key, key="ssh-ed25519 BBBB"), replaces=True)
    assert standing([ED, RSA, newer]) == (newer,)
    assert standing([ED, newer, RSA]) == (newer, RSA)
