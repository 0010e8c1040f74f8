"""Names to addresses by the system's resolver."""

from __future__ import annotations

import socket
import threading

import pytest

from noc_console.adapters.dns import DnsResolver
from noc_console.kernel.errors import Unreachable


async def test_a_name_becomes_an_address() -> None:
    assert await DnsResolver().resolve("localhost") in {"127.0.0.1", "::1"}


async def test_an_unknown_name_is_told_as_such() -> None:
    with pytest.raises(Unreachable) as failure:
        await DnsResolver().resolve("no-such-host.invalid")
    assert failure.value.reason == "dns"


@pytest.mark.parametrize("name", ["x" * 300, "a..b", "\udc80"])
async def test_a_name_that_cannot_be_one_is_told_as_such(name: str) -> None:
    with pytest.raises(Unreachable):
        await DnsResolver().resolve(name)


async def test_a_silent_name_server_costs_the_timeout_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A mock: the system's resolver cannot be pointed at a silent server from a test.
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answered.wait(30))
    resolver = DnsResolver(timeout_s=0.05)
    with pytest.raises(Unreachable, match="in time"):
        await resolver.resolve("core-1")
    answered.set()
    resolver.close()
