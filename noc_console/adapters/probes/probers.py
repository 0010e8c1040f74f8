"""Every kind of probe behind one door. Names become addresses here, once a minute at most."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from noc_console.adapters.dns import DnsResolver
from noc_console.adapters.probes import dns, http, radius, ssh, tcp, twamp
from noc_console.adapters.probes.icmp import Pinger, open_pinger
from noc_console.kernel.errors import Unreachable
from noc_console.services.probes.model import Aim, ProbeState, Round
from noc_console.services.probes.settings import (
    DnsSettings,
    HttpSettings,
    PingSettings,
    RadiusSettings,
    SshSettings,
    TcpSettings,
)

REMEMBERED_S = 60.0
MOST_NAMES = 20_000


class NetworkProber:
    """Fits `services.probes.ports.Prober`. Made by `open_prober`."""

    def __init__(self, pinger: Pinger, resolver: DnsResolver) -> None:
        self.pinger = pinger
        self._resolver = resolver
        self._known: dict[str, tuple[float, str]] = {}

    async def run(self, aim: Aim) -> Round:
        """One round. Raises Refused when this machine may not send pings."""
        settings = aim.settings
        if isinstance(settings, HttpSettings):
            return await http.get(aim.host, settings, self.address)
        try:
            host = await self.address(aim.host)
        except Unreachable as error:
            sent = getattr(settings, "count", 1)
            return Round(ProbeState.SILENT, sent, error=str(error), reason=error.reason)
        if isinstance(settings, PingSettings):
            return await self.pinger.ping(
                host,
                count=settings.count,
                size=settings.size,
                timeout_s=settings.timeout_s,
                within_s=aim.within_s,
            )
        if isinstance(settings, TcpSettings):
            return await tcp.connect(host, settings)
        if isinstance(settings, DnsSettings):
            return await dns.ask(host, settings)
        if isinstance(settings, SshSettings):
            return await ssh.banner(host, settings)
        if isinstance(settings, RadiusSettings):
            return await radius.login(host, settings, aim.secrets)
        return await twamp.measure(host, settings)

    async def address(self, host: str) -> str:
        """The address of a host; Unreachable (reason "dns") when the name is not known."""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return await self._named(host)
        return host

    async def _named(self, name: str) -> str:
        now = time.monotonic()
        known = self._known.get(name)
        if known is not None and now - known[0] < REMEMBERED_S:
            return known[1]
        found = await self._resolver.resolve(name)
        if len(self._known) >= MOST_NAMES:
            self._known.clear()
        self._known[name] = now, found
        return found


@asynccontextmanager
async def open_prober(resolver: DnsResolver) -> AsyncIterator[NetworkProber]:
    """A prober on this loop, with its sockets for pings."""
    async with open_pinger() as pinger:
        yield NetworkProber(pinger, resolver)
