"""Every kind through the one door, names included."""

from __future__ import annotations

import asyncio

import pytest

from noc_console.adapters.dns import DnsResolver
from noc_console.adapters.probes.probers import open_prober
from noc_console.adapters.probes.twamp import open_reflector
from noc_console.kernel.errors import Refused
from noc_console.kernel.secret import Secret
from noc_console.services.probes.model import Aim, ProbeState, Secrets
from noc_console.services.probes.settings import (
    DnsSettings,
    HttpSettings,
    PingSettings,
    ProbeKind,
    RadiusSettings,
    SshSettings,
    TcpSettings,
    TwampSettings,
)
from tests.adapters.probes.pages import serving
from tests.adapters.probes.peers import SECRET, dnsmasq, freeradius, sshd


@pytest.fixture
async def prober():
    resolver = DnsResolver()
    async with open_prober(resolver) as found:
        yield found
    resolver.close()


async def told(prober, kind, settings, host="127.0.0.1", secrets=None):
    aim = Aim(kind, host, settings, secrets=secrets or Secrets())
    return (await prober.run(aim)).state


async def test_every_kind_reaches_its_peer(prober, tmp_path):
    homes = [tmp_path / name for name in ("ssh", "dns", "radius")]
    for home in homes:
        home.mkdir()
    with (
        sshd(homes[0]) as ssh,
        dnsmasq(homes[1]) as dns,
        freeradius(homes[2]) as radius,
        serving() as web,
    ):
        async with open_reflector(bind="127.0.0.1", port=0) as (reflector, _):
            well = ProbeState.WELL
            secrets = Secrets(Secret(SECRET), Secret("right"))
            assert await told(prober, ProbeKind.TCP, TcpSettings(port=ssh, count=1)) is well
            assert await told(prober, ProbeKind.SSH, SshSettings(port=ssh)) is well
            asked = DnsSettings(port=dns, name="lab.test", count=1)
            assert await told(prober, ProbeKind.DNS, asked) is well
            login = RadiusSettings(port=radius)
            assert await told(prober, ProbeKind.RADIUS, login, secrets=secrets) is well
            url = f"http://localhost:{web}/"
            assert await told(prober, ProbeKind.HTTP, HttpSettings(), host=url) is well
            packets = TwampSettings(port=reflector, count=3, gap_ms=2)
            assert await told(prober, ProbeKind.TWAMP, packets, host="localhost") is well


async def test_a_ping_by_name(prober):
    try:
        state = await told(prober, ProbeKind.ICMP, PingSettings(count=2), host="localhost")
    except Refused as error:
        pytest.skip(str(error))
    assert state is ProbeState.WELL


async def test_a_name_nobody_knows_is_a_silent_round(prober):
    aim = Aim(ProbeKind.TCP, "nowhere.invalid", TcpSettings(count=2))
    found = await prober.run(aim)
    assert (found.state, found.reason, found.lost) == (ProbeState.SILENT, "dns", 2)


async def test_a_name_is_asked_for_once_a_minute(monkeypatch):
    """Counting needs a resolver of our own."""
    asked = []

    class Resolver(DnsResolver):
        async def resolve(self, name: str) -> str:
            asked.append(name)
            await asyncio.sleep(0)
            return "127.0.0.1"

    resolver = Resolver()
    async with open_prober(resolver) as prober:
        assert [await prober.address(each) for each in ("a.test", "a.test", "127.0.0.2")] == [
            "127.0.0.1",
            "127.0.0.1",
            "127.0.0.2",
        ]
    resolver.close()
    assert asked == ["a.test"]
