"""Reads one device's configuration, by the way its platform says; what goes wrong is a value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import AuthRejected, NocError, Refused, Unreachable
from noc_console.services.configs.model import (
    BackupPolicy,
    Fetched,
    NoLogin,
    Script,
    Why,
)
from noc_console.services.configs.ports import CommandLine, Netconf
from noc_console.services.configs.rules.normal import LARGEST, cleaned, looks_whole
from noc_console.services.credentials.model import SshLogin
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.model import HostKey, KeyChanged, NotTrusted
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.subjects import subject_of
from noc_console.services.ways.hops import MOST_HOPS
from noc_console.services.ways.model import Door
from noc_console.services.ways.service import WayService

Drivers = Callable[[str], Awaitable[Driver | None]]
"""A platform's driver, or None."""
NETCONF_PORT = 830
PURPOSE = "configs"
MOST_LOGINS = 4
"""Logins tried at one device: servers lock who tries many."""
SET_UP = frozenset({"platform", "address", "no-login", "untrusted"})
"""Reasons that wait for people, not for the device."""


class Fetcher:
    """Knows drivers, ways, keys and logins; remembers which login a device took last."""

    def __init__(
        self,
        line: CommandLine,
        netconf: Netconf,
        *,
        clock: Clock,
        ways: WayService,
        hostkeys: HostKeyService,
        credentials: CredentialService,
        drivers: Drivers,
        port: int = 22,
        netconf_port: int = NETCONF_PORT,
    ) -> None:
        self._line, self._netconf = line, netconf
        self._clock = clock
        self._ways = ways
        self._hostkeys, self._credentials = hostkeys, credentials
        self._drivers = drivers
        self._port, self._netconf_port = port, netconf_port
        self._took: dict[int, int] = {}

    async def fetch(
        self, actor: Actor, device: Device, *, why: Why, policy: BackupPolicy, site: str = ""
    ) -> Fetched:
        """The configuration as it is now, or why there is none; `site` is what it is called."""
        driver = await self._drivers(device.platform)
        try:
            text = await self._read(actor, device, driver, policy, site)
        except NocError as error:
            return self._failed(device, why, error, _reason(error))
        if driver is None or not looks_whole(text):
            return self._failed(device, why, Refused("the answer is no configuration"), "answer")
        return Fetched(
            device_id=int(device.id),
            at=self._clock.now(),
            text=cleaned(text[:LARGEST]),
            platform=device.platform,
            family=driver.family,
            command=driver.commands["config"],
            volatile=driver.volatile,
            why=why,
        )

    async def can(self, device: Device) -> str:
        """Why a device cannot be backed up; empty when it can."""
        try:
            _checked(device, await self._drivers(device.platform))
        except Refused as error:
            return str(error)
        return ""

    async def pin(self, actor: Actor, device: Device, *, site: str = "") -> HostKey | None:
        """Trust the key a device shows, if none of it is trusted yet; None: one was.

        What is not trusted of the jump hosts on its way is trusted, too. Whether its configuration
        can be read does not matter: jobs run on servers as well.
        """
        if not device.address:
            raise NoWay(f"{device.name} has no known address", "address")
        driver = await self._drivers(device.platform)
        subject, port = subject_of(device, site), self._port_of(driver)
        if await self._hostkeys.pinned(actor, host=device.address, port=port):
            return None
        for _ in range(MOST_HOPS + 1):
            door = await self._ways.door(actor, subject=subject, port=port, purpose=PURPOSE)
            try:
                async with self._ways.watched(actor, door, subject):
                    shown = await self._line.host_key(door)
            except NotTrusted as told:
                await self._hostkeys.trust(actor, key=told.key)
            else:
                await self._hostkeys.trust(actor, key=shown)
                return shown
        raise Refused(f"the way to {device.name} shows other keys each time")

    def _port_of(self, driver: Driver | None) -> int:
        return self._netconf_port if driver is not None and driver.via == "netconf" else self._port

    async def _read(
        self,
        actor: Actor,
        device: Device,
        driver: Driver | None,
        policy: BackupPolicy,
        site: str,
    ) -> str:
        known = _checked(device, driver)
        logins = await self._logins(actor, device, site)
        subject = subject_of(device, site)
        door = await self._ways.door(
            actor, subject=subject, port=self._port_of(known), purpose=PURPOSE
        )
        async with self._ways.watched(actor, door, subject):
            try:
                return await self._try(logins, device, known, door)
            except NotTrusted as told:
                if not policy.trust_new or not door.is_of(told.key):
                    raise
                shown = told.key
            await self._hostkeys.trust(actor, key=shown)
            return await self._try(logins, device, known, replace(door, keys=(shown,)))

    async def _logins(self, actor: Actor, device: Device, site: str) -> list[SshLogin]:
        subject = subject_of(device, site)
        logins = await self._credentials.logins_for(actor, subject=subject, purpose=PURPOSE)
        if not logins:
            raise NoLogin
        took = self._took.get(int(device.id))
        return sorted(logins, key=lambda login: login.credential_id != took)[:MOST_LOGINS]

    async def _try(self, logins: list[SshLogin], device: Device, driver: Driver, door: Door) -> str:
        rejected: AuthRejected | None = None
        for login in logins:
            try:
                if driver.via == "netconf":
                    text = await self._netconf.running(door, login)
                else:
                    text = await self._line.run(door, login, script_of(driver))
            except AuthRejected as error:
                rejected = error
            else:
                self._took[int(device.id)] = int(login.credential_id)
                return text
        raise rejected or NoLogin()

    def _failed(self, device: Device, why: Why, error: NocError, reason: str) -> Fetched:
        return Fetched(
            device_id=int(device.id),
            at=self._clock.now(),
            platform=device.platform,
            why=why,
            error=str(error),
            reason=reason,
        )


def script_of(driver: Driver, wanted: str = "config") -> Script:
    """How to ask at a platform's command line."""
    return Script(
        driver.prompt,
        driver.more,
        driver.error,
        driver.paging,
        driver.commands[wanted],
        enable=driver.enable,
    )


class NoWay(Refused):
    """Nobody has told how this platform shows its configuration, or where the device is."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


def _checked(device: Device, driver: Driver | None) -> Driver:
    if not device.address:
        raise NoWay(f"{device.name} has no known address", "address")
    if driver is None or not driver.commands.get("config"):
        told = device.platform or "an unknown platform"
        raise NoWay(f"nobody has told yet how {told} shows its configuration", "platform")
    return driver


def _reason(error: NocError) -> str:
    """A class to count by."""
    if isinstance(error, NoWay | Unreachable):
        return error.reason
    for kind, reason in (
        (NotTrusted, "untrusted"),
        (KeyChanged, "key-changed"),
        (NoLogin, "no-login"),
    ):
        if isinstance(error, kind):
            return reason
    return "refused" if isinstance(error, Refused) else "broken"
