"""The last way to a configuration: SNMP tells the device to send it by TFTP.

Only where the policy names credentials that may write, only on platforms whose driver knows how,
and only when reading it failed for a reason that this way around helps against. A device whose
key is not trusted, or is another than before, is left alone: that is for people to look at.
"""

from __future__ import annotations

from dataclasses import replace

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NocError
from noc_console.services.configs.fetching import PURPOSE, Drivers
from noc_console.services.configs.model import BackupPolicy, Fetched
from noc_console.services.configs.ports import Copier
from noc_console.services.configs.rules.normal import LARGEST, cleaned, looks_whole
from noc_console.services.credentials.model import SnmpCredential, SnmpTarget
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.subjects import subject_of

HELPED = frozenset({"no-login", "auth", "timeout", "refused", "closed", "unroutable", "answer"})
"""Reasons of a failure that another way may get around."""
MOST_TRIED = 2
"""Credentials tried at one device."""
COMMAND = "copy running-config tftp (by SNMP)"


class CopyFetcher:
    """Reads what a `Fetcher` could not."""

    def __init__(self, copier: Copier, *, credentials: CredentialService, drivers: Drivers) -> None:
        self._copier = copier
        self._credentials = credentials
        self._drivers = drivers

    async def instead(
        self, actor: Actor, device: Device, told: Fetched, policy: BackupPolicy, *, site: str = ""
    ) -> Fetched:
        """What came of it; what failed before, with what failed now, when that did not help."""
        if told.text or told.reason not in HELPED or not policy.write_credentials:
            return told
        driver = await self._drivers(device.platform)
        if driver is None or not driver.copy:
            return told
        credentials = await self._credentials.snmp_for(
            actor,
            subject=subject_of(device, site),
            purpose=PURPOSE,
            credential_ids=policy.write_credentials,
        )
        for credential in credentials[:MOST_TRIED]:
            try:
                text = await self._copier.running(_target(device, credential))
            except NocError as error:
                told = replace(told, error=f"{told.error}; by SNMP and TFTP: {error}")
                continue
            if looks_whole(text):
                return _read(told, device, driver, text)
        return told


def _target(device: Device, credential: SnmpCredential) -> SnmpTarget:
    return SnmpTarget(device.address, device.port, credential, timeout_s=5.0)


def _read(told: Fetched, device: Device, driver: Driver, text: str) -> Fetched:
    return replace(
        told,
        text=cleaned(text[:LARGEST]),
        platform=device.platform,
        family=driver.family,
        command=COMMAND,
        volatile=driver.volatile,
        error="",
        reason="",
    )
