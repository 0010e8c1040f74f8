"""Reaching one device from the command line: with communities that were typed, or with the
store's credentials, its own first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from noc_console.adapters.snmp import open_reader
from noc_console.app.compose import Reader, Services, open_services
from noc_console.app.config import Config
from noc_console.app.opening import LOOPBACK
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.events import EventBus
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import (
    Credential,
    CredentialId,
    CredentialKind,
    SnmpCredential,
    SnmpTarget,
)
from noc_console.services.discovery.probe import Key, Probe
from noc_console.services.inventory.model import Device
from noc_console.services.snmp.service import place_of

TIMEOUT_S = 2.0
RETRIES = 2


@dataclass(frozen=True, slots=True)
class Phone:
    """Who can ask devices, and what opens them."""

    reader: Reader
    communities: tuple[Key, ...] = ()
    services: Services | None = None

    async def target(self, named: str) -> SnmpTarget:
        """The device with the credential it takes.

        Invalid when that is no name of a device, Unreachable when it does not answer.
        """
        device = await self._known(named)
        host, port = (device.address, device.port) if device else place_of(named)
        keys = self.communities or await self._stored(device)
        opened = await Probe(self.reader, keys).open(host, port)
        # A probe is impatient; whoever has answered may take its time.
        return replace(opened.target, timeout_s=TIMEOUT_S, retries=RETRIES)

    async def _known(self, named: str) -> Device | None:
        """The device of the inventory with this name or address."""
        if self.services is None:
            return None
        actor = self.services.identity.operator()
        try:
            return await self.services.inventory.device_named(actor, name=named)
        except NotFound:
            pass
        host, port = place_of(named)
        found = await self.services.inventory.devices(actor, text=host)
        return next((one for one in found if (one.address, one.port) == (host, port)), None)

    async def _stored(self, device: Device | None) -> Sequence[Key]:
        assert self.services is not None
        actor = self.services.identity.operator()
        keys = await self.services.credentials.opened(actor)
        if not keys:
            raise Invalid(
                "there is no SNMP credential in the store: name one with --community, "
                "or add it with credentials.add"
            )
        own = None if device is None else device.credential_id
        return sorted(keys, key=lambda key: key[0].id != own)


@asynccontextmanager
async def open_phone(config: Config, *, communities: Sequence[str] = ()) -> AsyncIterator[Phone]:
    """Ready to ask devices; the store is opened only when its credentials are wanted."""
    if communities:
        bind, bind6 = LOOPBACK if config.lab else ("0.0.0.0", "::")
        async with open_reader(bind=bind, bind6=bind6) as reader:
            yield Phone(reader, communities=tuple(map(_key, communities)))
        return
    async with open_services(config, bus=EventBus()) as services:
        yield Phone(services.reader, services=services)


def _key(community: str) -> Key:
    kind = CredentialKind.SNMP_V2C
    known = Credential(id=CredentialId(0), name="--community", kind=kind, position=0)
    return known, SnmpCredential(kind=kind, community=Secret(community))
