"""The way to a device that is to be changed: its manner, its login, its key, an open line."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import AuthRejected, Refused
from noc_console.services.configs.model import NoLogin, Script
from noc_console.services.credentials.model import SshLogin
from noc_console.services.credentials.service import CredentialService
from noc_console.services.flights.ports import Line, Wires
from noc_console.services.flights.rules import forecast, hidden
from noc_console.services.flights.rules.forecast import Tree
from noc_console.services.flights.rules.ways import Manner, SafeMode
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.subjects import subject_at_site
from noc_console.services.terminal.judging import Verdict, judge
from noc_console.services.ways.model import Door
from noc_console.services.ways.service import WayService

Drivers = Callable[[str], Awaitable[Driver | None]]
PURPOSE = "flights"
MOST_LOGINS = 4


class Held(Refused):
    """Another session is in safe mode: nothing was done."""

    def __init__(self) -> None:
        super().__init__("somebody else is in its safe mode, which is not taken from them")


class Session:
    """An open line at a device whose manner is known."""

    def __init__(self, line: Line, manner: Manner, driver: Driver) -> None:
        self._line = line
        self.manner = manner
        self._show = driver.commands["config"]
        self._saved = driver.commands.get("startup", "")

    async def ask(self, line: str) -> str:
        """The answer to one command; Refused when the device did not take it."""
        answer = await self._line.ask(line)
        if told := self.manner.refusal(answer):
            # What a device refuses may be a line with a password in it.
            raise Refused(f"“{hidden.told(line)}” was refused: {hidden.told(told[:200])}")
        return answer

    async def type(self, lines: Iterable[str]) -> None:
        """Type lines one after the other; stops at the first the device does not take."""
        for line in lines:
            await self.ask(line)

    async def ask_anyway(self, lines: Iterable[str]) -> None:
        """Type lines whose refusal changes nothing: there may be nothing to call off."""
        for line in lines:
            await self._line.ask(line)

    # -- safe mode -------------------------------------------------------------------------

    async def take(self) -> None:
        """Enter safe mode. Refused when another session is in it, which is left alone."""
        safe = self._safe
        told = await self._line.press(safe.key, told=safe.taken, asks=safe.held)
        if safe.held.search(told):
            self._line.push(safe.decline)
            raise Held()
        self.still_safe()

    async def release(self) -> None:
        """Keep what was changed in safe mode, and leave it."""
        self.still_safe()
        safe = self._safe
        await self._line.press(safe.key, told=safe.released, asks=safe.held)
        if safe.prompt.search(self._line.prompt):
            raise Refused("it was told to keep the change, and is in safe mode still")

    async def type_safely(self, lines: Iterable[str]) -> None:
        """As `type`; Refused as soon as safe mode is lost."""
        for line in lines:
            await self.ask(line)
            self.still_safe()

    def still_safe(self) -> None:
        """Refused when the last prompt was none of safe mode."""
        if not self._safe.prompt.search(self._line.prompt):
            raise Refused("its safe mode is lost: somebody ended it, or it was too much for it")

    @property
    def _safe(self) -> SafeMode:
        if self.manner.safe is None:
            raise Refused("this platform has no safe mode")
        return self.manner.safe

    # -- what it says ----------------------------------------------------------------------

    async def configuration(self) -> str:
        """The running configuration as the device prints it."""
        return await self._line.ask(self._show)

    async def unsaved(self) -> str:
        """What a reload would forget, the first of it; "" for nothing, or where nobody can say."""
        if not self._saved:
            return ""
        saved = forecast.configured(await self._line.ask(self._saved), self.manner)
        return forecast.difference(saved, await self.tree())

    async def tree(self) -> Tree:
        return forecast.configured(await self.configuration(), self.manner)


class _Looking:
    """A line on which nothing can be written, whoever holds it."""

    def __init__(self, line: Line, driver: Driver) -> None:
        self._line = line
        self._driver = driver

    async def ask(self, line: str) -> str:
        judged = judge(self._driver, line)
        if judged.verdict is not Verdict.READS:
            raise Refused(f"not sent, who looks changes nothing: {hidden.told(judged.why)}")
        return await self._line.ask(line)

    async def press(self, key: str, *, told: re.Pattern[str], asks: re.Pattern[str]) -> str:
        raise Refused("no key is pressed by who looks")

    def push(self, key: str) -> None:
        raise Refused("no key is pressed by who looks")

    @property
    def prompt(self) -> str:
        return self._line.prompt


class Reach:
    """Opens sessions. Nothing is told to a device whose key nobody trusted."""

    def __init__(
        self,
        wires: Wires,
        *,
        credentials: CredentialService,
        access: WayService,
        inventory: InventoryService,
        drivers: Drivers,
        ways: Callable[[], Mapping[str, Manner]],
        port: Callable[[Device], int] = lambda _device: 22,
    ) -> None:
        self._wires = wires
        self._access = access
        self._credentials = credentials
        self._inventory = inventory
        self._drivers = drivers
        self._ways = ways
        self._port = port

    async def manner(self, platform: str) -> Manner | None:
        """How a platform is changed; None where nobody wrote it down."""
        driver = await self._drivers(platform)
        return None if driver is None else self._ways().get(driver.name)

    @asynccontextmanager
    async def look(self, actor: Actor, device: Device) -> AsyncIterator[Session]:
        """As `open`, for who only looks: a line that is not known to look is not sent."""
        driver, _ = await self._known(device)
        async with self.open(actor, device, over=lambda line: _Looking(line, driver)) as session:
            yield session

    @asynccontextmanager
    async def open(
        self, actor: Actor, device: Device, *, over: Callable[[Line], Line] = lambda line: line
    ) -> AsyncIterator[Session]:
        """Log in. Raises Refused (no way, no login, no trusted key) and Unreachable."""
        driver, manner = await self._known(device)
        script = Script(
            driver.prompt,
            driver.more,
            driver.error,
            driver.paging,
            driver.commands["config"],
            enable=driver.enable,
        )
        async with self._connected(actor, device, script) as line:
            yield Session(over(line), manner, driver)

    async def put(
        self,
        actor: Actor,
        device: Device,
        *,
        source: Path,
        target: str,
        told: Callable[[int], None],
    ) -> None:
        """Send a file to a device."""
        _, manner = await self._known(device)
        by = "sftp" if manner.image is None else manner.image.by
        rejected: AuthRejected | None = None
        async with self._known_door(actor, device) as (door, logins):
            for login in logins:
                try:
                    await self._wires.put(
                        door, login, source=source, target=target, by=by, told=told
                    )
                except AuthRejected as error:
                    rejected = error
                else:
                    return
        raise rejected or NoLogin()

    async def _known(self, device: Device) -> tuple[Driver, Manner]:
        driver = await self._drivers(device.platform)
        manner = None if driver is None else self._ways().get(driver.name)
        if driver is None or manner is None or not driver.commands.get("config"):
            told = device.platform or "an unknown platform"
            raise Refused(f"nobody has told yet how changes of {told} are taken back")
        if not device.address:
            raise Refused(f"{device.name} has no known address")
        return driver, manner

    @asynccontextmanager
    async def _connected(self, actor: Actor, device: Device, script: Script) -> AsyncIterator[Line]:
        rejected: AuthRejected | None = None
        async with AsyncExitStack() as stack:
            door, logins = await stack.enter_async_context(self._known_door(actor, device))
            for login in logins:
                try:
                    line = await stack.enter_async_context(self._wires.open(door, login, script))
                except AuthRejected as error:
                    rejected = error
                    continue
                yield line
                return
        raise rejected or NoLogin()

    @asynccontextmanager
    async def _known_door(
        self, actor: Actor, device: Device
    ) -> AsyncIterator[tuple[Door, tuple[SshLogin, ...]]]:
        """The device's door and who may knock; another key than a trusted one is an alarm."""
        subject = await subject_at_site(self._inventory, actor, device)
        found = await self._credentials.logins_for(actor, subject=subject, purpose=PURPOSE)
        door = await self._access.door(
            actor, subject=subject, port=self._port(device), purpose=PURPOSE
        )
        async with self._access.watched(actor, door, subject):
            yield door, found[:MOST_LOGINS]
