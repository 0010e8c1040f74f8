"""Which keys count, of those that were trusted, and who speaks for which hosts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from noc_console.services.hostkeys import rules
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


@pytest.mark.parametrize(
    ("patterns", "host", "port", "is_meant"),
    [
        ("*", "10.0.0.1", 22, True),
        ("*.example.net", "Core.Example.NET", 22, True),
        ("*.example.net", "example.net", 22, False),
        ("*.example.net", "a.exampleXnet", 22, False),
        ("10.20.*", "10.20.1.1", 2222, True),
        ("10.20.?.1", "10.20.11.1", 22, False),
        ("10.* !10.66.*", "10.66.0.1", 22, False),
        ("!10.66.* 10.*", "10.66.0.1", 22, False),
        ("[10.0.0.1]:2222", "10.0.0.1", 2222, True),
        ("[10.0.0.1]:2222", "10.0.0.1", 22, False),
        ("2001:db8:*", "2001:db8::1", 22, True),
        ("!a", "b", 22, False),
        ("", "b", 22, False),
    ],
)
def test_patterns_fit_hosts_as_those_of_known_hosts(
    patterns: str, host: str, port: int, is_meant: bool
) -> None:
    assert rules.fits(patterns, host=host, port=port) is is_meant
