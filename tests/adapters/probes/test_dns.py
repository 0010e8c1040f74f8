"""Questions to a real name server (dnsmasq), and to nobody."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from noc_console.adapters.probes import dns
from noc_console.services.probes.model import ProbeState
from noc_console.services.probes.settings import DnsSettings
from tests.adapters.probes.peers import dnsmasq, free_udp_port


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with dnsmasq(tmp_path_factory.mktemp("dns")) as port:
        yield port


def settings(port: int, **changes) -> DnsSettings:
    return DnsSettings(**({"port": port, "count": 2, "timeout_s": 1.0} | changes))


async def test_a_zone_tells_its_serial(server):
    told = await dns.ask("127.0.0.1", settings(server, name="lab.test"))
    assert (told.state, told.sent, told.lost) == (ProbeState.WELL, 2, 0)
    facts = dict(told.facts)
    assert (facts["Serial"], facts["Authoritative"]) == ("2026112101", "yes")


async def test_an_answer_must_be_the_expected_one(server):
    asked = settings(server, name="www.lab.test", type="A", expected="192.0.2.80")
    told = await dns.ask("127.0.0.1", asked)
    assert told.state is ProbeState.WELL
    other = settings(server, name="www.lab.test", type="A", expected="192.0.2.81")
    told = await dns.ask("127.0.0.1", other)
    assert (told.state, told.reason) == (ProbeState.WRONG, "unexpected")
    assert "192.0.2.80" in told.error


async def test_a_name_that_is_not_there_is_wrong_or_just_what_is_wanted(server):
    told = await dns.ask("127.0.0.1", settings(server, name="none.lab.test", type="A"))
    assert (told.state, told.error) == (ProbeState.WRONG, "the server says NXDOMAIN")
    wanted = settings(server, name="none.lab.test", type="A", rcode="NXDOMAIN")
    told = await dns.ask("127.0.0.1", wanted)
    assert told.state is ProbeState.WELL


async def test_an_answer_too_large_for_udp_is_asked_for_by_tcp(server):
    asked = settings(server, name="long.lab.test", type="TXT", expected="xxx")
    told = await dns.ask("127.0.0.1", asked)
    assert told.state is ProbeState.WELL
    assert all(len(text) < 500 for _, text in told.facts)


async def test_nobody_there_is_silent():
    told = await dns.ask("127.0.0.1", settings(free_udp_port(), timeout_s=0.3))
    assert (told.state, told.reason, told.lost) == (ProbeState.SILENT, "timeout", 2)


async def test_a_name_that_is_none_asks_nobody():
    told = await dns.ask("127.0.0.1", settings(1, name="a..b"))
    assert (told.state, told.reason) == (ProbeState.WRONG, "unexpected")


async def test_garbage_is_not_taken_for_an_answer():
    """The peer is ours: no real name server answers with garbage."""

    class Rude(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: Any) -> None:
            for answer in (b"", data[:5], data[:2] + b"\x80", data):
                self.transport.sendto(answer, addr)

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Rude, local_addr=("127.0.0.1", 0))
    try:
        port = transport.get_extra_info("sockname")[1]
        told = await dns.ask("127.0.0.1", settings(port, count=1, timeout_s=0.3))
    finally:
        transport.close()
    assert told.state is ProbeState.SILENT
