"""Our sender and our reflector over real sockets; a proxy between them loses and delays."""

from __future__ import annotations

import socket

import pytest

from noc_console.adapters.probes import twamp
from noc_console.kernel.errors import Broken
from noc_console.services.probes.model import ProbeState
from noc_console.services.probes.settings import TwampSettings
from noc_console.wire import twamp as codec
from tests.adapters.probes.peers import free_udp_port


def settings(port: int, **changes) -> TwampSettings:
    return TwampSettings(**({"port": port, "count": 5, "gap_ms": 2, "timeout_s": 0.5} | changes))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_every_packet_comes_back_with_variations_each_way(host):
    async with twamp.open_reflector(bind=host, port=0) as (port, reflector):
        told = await twamp.measure(host, settings(port))
    assert (told.state, told.sent, told.lost) == (ProbeState.WELL, 5, 0)
    assert told.phases_us.keys() == {"forward", "backward"}
    assert reflector.reflected == 5


async def test_nobody_reflects():
    told = await twamp.measure("127.0.0.1", settings(free_udp_port()))
    assert (told.state, told.lost, told.reason) == (ProbeState.SILENT, 5, "refused")


async def test_what_is_too_short_is_not_answered_and_no_answer_is_larger():
    reflector = twamp.Reflector()
    assert reflector.handle(b"", "a") is None
    assert reflector.handle(b"x" * 40, "a") is None
    for size in (41, 100, 1400):
        answer = reflector.handle(codec.probe(1, 10**18, size=size), "a")
        assert answer is not None and len(answer) == size
    assert (reflector.reflected, reflector.ignored) == (3, 2)


async def test_senders_are_numbered_each_for_itself_and_not_remembered_for_ever(monkeypatch):
    monkeypatch.setattr(twamp, "SESSIONS", 2)
    reflector = twamp.Reflector()

    def number(source: str) -> int:
        answer = reflector.handle(codec.probe(1, 10**18), source)
        told = codec.parse_reflection(answer or b"")
        assert told is not None
        return told.sequence

    assert [number("a"), number("a"), number("b"), number("a")] == [0, 1, 0, 2]
    assert [number("c"), number("b")] == [0, 0]


async def test_a_taken_port_is_said():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        with pytest.raises(Broken, match="cannot reflect on"):
            async with twamp.open_reflector(bind="127.0.0.1", port=sock.getsockname()[1]):
                pass
