"""Reading what devices are set to do. Reading only: nothing is ever sent that changes one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import AuthRejected, Conflict, Refused
from noc_console.kernel.operation import operation
from noc_console.services.configs.fetching import MOST_LOGINS, PURPOSE, script_of
from noc_console.services.configs.masking import masked
from noc_console.services.configs.model import (
    Configuration,
    ConfigurationRead,
    NoLogin,
    Script,
)
from noc_console.services.configs.ports import CommandLine
from noc_console.services.credentials.model import Subject
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.model import HostKey, NotTrusted, OtherKey
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.subjects import subject_at_site
from noc_console.services.ways.model import Door
from noc_console.services.ways.service import WayService

Drivers = Callable[[str], Awaitable[Driver | None]]
"""A platform's driver, or None."""


class ConfigService:
    """Logs in, shows the running configuration, leaves."""

    def __init__(
        self,
        db: Database,
        line: CommandLine,
        *,
        clock: Clock,
        inventory: InventoryService,
        credentials: CredentialService,
        hostkeys: HostKeyService,
        ways: WayService,
        drivers: Drivers,
        port: int = 22,
    ) -> None:
        self._db = db
        self._line = line
        self._clock = clock
        self._inventory = inventory
        self._credentials = credentials
        self._hostkeys = hostkeys
        self._ways = ways
        self._drivers = drivers
        self._port = port

    @operation("configs.read")
    async def read(self, actor: Actor, *, device_id: int) -> Configuration:
        """Read a device's running configuration over SSH; what is secret in it is masked.

        Raises NotTrusted or KeyChanged before any password is sent to a stranger, NoLogin,
        AuthRejected when no login is accepted, and Refused for a platform without a driver.
        """
        device = await self._inventory.device(actor, device_id=device_id)
        script, family = await self._script(device)
        text = await self._run(actor, device, script)
        shown, secrets = masked(text, family)
        async with self._db.begin(actor) as tx:
            tx.record(ConfigurationRead(device_id=device_id))
        return Configuration(
            device_id=device_id,
            name=device.name or device.address,
            command=script.command,
            text=shown,
            at=self._clock.now(),
            masked=secrets,
        )

    @operation("configs.trust", right="configs.read")
    async def trust(
        self, actor: Actor, *, device_id: int, fingerprint: str, reason: str = ""
    ) -> None:
        """Say that a key is this device's, or a jump host's on the way to it.

        It is looked at once more first. A key in the place of another takes a reason.
        """
        device = await self._inventory.device(actor, device_id=device_id)
        key, is_of_device = await self._shown(actor, device)
        if key.fingerprint != fingerprint:
            raise Conflict(f"{key.host} now shows another key: {key.fingerprint}")
        if reason:
            about = device_id if is_of_device else None
            await self._hostkeys.override(actor, key=key, reason=reason, device_id=about)
        else:
            await self._hostkeys.trust(actor, key=key)

    async def _script(self, device: Device) -> tuple[Script, str]:
        """What to ask, and how the answer is written."""
        if not device.address:
            raise Refused(f"{device.name} has no known address")
        driver = await self._drivers(device.platform)
        command = driver.commands.get("config", "") if driver is not None else ""
        if driver is None or not command or driver.via != "ssh":
            told = device.platform or "an unknown platform"
            raise Refused(f"nobody has told yet how {told} shows its configuration")
        return script_of(driver), driver.family

    async def _shown(self, actor: Actor, device: Device) -> tuple[HostKey, bool]:
        """The first key on the way that is not trusted, or the device's; whether it is that."""
        subject = await subject_at_site(self._inventory, actor, device)
        door = await self._door(actor, subject)
        try:
            return await self._line.host_key(door), True
        except (NotTrusted, OtherKey) as told:
            return told.key, door.is_of(told.key)

    async def _door(self, actor: Actor, subject: Subject) -> Door:
        return await self._ways.door(actor, subject=subject, port=self._port, purpose=PURPOSE)

    async def _run(self, actor: Actor, device: Device, script: Script) -> str:
        subject = await subject_at_site(self._inventory, actor, device)
        found = await self._credentials.logins_for(actor, subject=subject, purpose=PURPOSE)
        door = await self._door(actor, subject)
        rejected: AuthRejected | None = None
        async with self._ways.watched(actor, door, subject):
            if not (found and door.is_known):
                # What is wrong with its key comes first: nobody types a password for a stranger.
                shown = await self._line.host_key(door)
                await self._hostkeys.meet(
                    actor, shown=shown, device_id=int(device.id), name=device.name
                )
            for login in found[:MOST_LOGINS]:
                try:
                    return await self._line.run(door, login, script)
                except AuthRejected as error:
                    rejected = error
        raise rejected or NoLogin()
