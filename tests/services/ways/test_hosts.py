"""What may stand where a host is meant."""

from __future__ import annotations

import pytest

from noc_console.services.ways.hosts import is_host


@pytest.mark.parametrize("text", ["box", "a", "10.0.0.1", "2001:db8::1", "fe80::1%eth0", "x_y.z-1"])
def test_names_and_addresses_are_hosts(text: str) -> None:
    assert is_host(text)


@pytest.mark.parametrize("text", ["", "-x", "a b", "a;b", "a\n", ".x", "x-", "fe80::1%;x", "ä"])
def test_nothing_else_is(text: str) -> None:
    assert not is_host(text)
