"""New software for one device: there, checked, booted; or the former booted again."""

from __future__ import annotations

import asyncio

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.kernel.quantity import Bytes
from noc_console.services.flights.doing import AGAIN_S, Done, Note, Untouched
from noc_console.services.flights.model import Flight, Image, Sealed, Target
from noc_console.services.flights.ports import Shelf
from noc_console.services.flights.reaching import Reach, Session
from noc_console.services.flights.rules.ways import ImageWay
from noc_console.services.inventory.model import Device

BOOT_S = 1_200.0
"""Longest a device may take to come back."""
ROOM = 1.02
"""Free space asked for, in sizes of the image."""


class Imager:
    """See `doing.Changer`: the same verbs, for software."""

    def __init__(
        self, reach: Reach, shelf: Shelf, *, again_s: float = AGAIN_S, boot_s: float = BOOT_S
    ) -> None:
        self._reach = reach
        self._shelf = shelf
        self._again_s = again_s
        self._boot_s = boot_s

    async def change(
        self, actor: Actor, flight: Flight, target: Target, device: Device, kept: Sealed, note: Note
    ) -> Done:
        """Bring the image there, let the device check it, boot it, and look what runs."""
        image = _image(flight)
        try:
            source = await asyncio.to_thread(self._shelf.path, image)
            async with self._reach.open(actor, device) as session:
                way = _way(session)
                await _enough_room(session, way, image)
                if await running(session, way) != former_of(target):
                    raise Refused("it runs other software than at the preview: plan it anew")
        except (Refused, Unreachable) as error:
            raise Untouched(str(error)) from error
        await note(f"sends {image.name} ({Bytes(image.size)}) by {way.by}")
        place = way.folder + image.name
        await self._reach.put(actor, device, source=source, target=place, told=lambda _done: None)
        async with self._reach.open(actor, device) as session:
            await note("lets the device check it")
            answer = await session.ask(way.verify.format(image=image.name))
            wanted = image.sha512 if way.digest == "sha512" else image.sha256
            if wanted not in answer.lower():
                raise Refused("the image arrived damaged: the device counts another sum")
            if flight.stage_only:
                return Done(f"{place} is there and checked; it runs what it ran before", "")
            await note("sets what boots")
            await session.type(line.format(image=image.name) for line in way.set)
            await note(way.reboot)
            await _reboot(session, way)
        return await self._expect(actor, device, way, image.version)

    async def keep(
        self, actor: Actor, flight: Flight, target: Target, device: Device, kept: Sealed, note: Note
    ) -> None:
        """It runs already; the former image stays for the day somebody wants it back."""
        await note("keeps what it runs")

    async def undo(
        self, actor: Actor, flight: Flight, target: Target, device: Device, kept: Sealed, note: Note
    ) -> str:
        """Boot the former image again, if anything else runs or would be booted next.

        What is still other than before: nothing, as who does not run its former image raises.
        """
        image = _image(flight)
        version, former = former_of(target)
        left_s = self._boot_s
        while True:
            try:
                async with self._reach.open(actor, device) as session:
                    way = _way(session)
                    runs, _ = await running(session, way)
                    await note("sets the former image")
                    lines = [line.format(former=former) for line in way.former]
                    if runs == version:
                        # It runs already: what refuses these lines has nothing else to boot.
                        tidy = [way.remove.format(image=image.name)] if way.remove else []
                        await session.ask_anyway([*lines, *tidy])
                        return ""
                    await session.type(lines)
                    await note(way.reboot)
                    await _reboot(session, way)
                await self._expect(actor, device, way, version)
                return ""
            except Unreachable as error:
                left_s -= self._again_s
                if left_s <= 0:
                    raise Refused(f"it did not come back: {error}") from error
                await asyncio.sleep(self._again_s)

    async def _expect(self, actor: Actor, device: Device, way: ImageWay, version: str) -> Done:
        """Wait until it is back, and look what runs."""
        left_s, told = self._boot_s, "it never answered"
        has_left = False
        while left_s > 0:
            await asyncio.sleep(self._again_s)
            left_s -= self._again_s
            try:
                async with self._reach.open(actor, device) as session:
                    runs, _ = await running(session, way)
            except Unreachable as error:
                told, has_left = str(error), True
                continue
            if runs == version:
                return Done(f"runs {runs}", "")
            if has_left:
                raise Refused(f"it runs {runs}, not {version}")
            told = f"it still runs {runs}"
        raise Refused(f"it did not come back with {version}: {told}")


async def running(session: Session, way: ImageWay) -> tuple[str, str]:
    """The version that runs, and the name of its image where the device tells it."""
    answer = await session.ask(way.version)
    found = way.version_is.search(answer)
    if found is None:
        raise Refused("the device does not tell its version in the way we know")
    image = way.running_is.search(answer) if way.running_is is not None else None
    return found[1], "" if image is None else image[1]


def former_of(target: Target) -> tuple[str, str]:
    """Version and image that ran at the preview."""
    version, _, image = target.former.partition(" ")
    return version, image


def _image(flight: Flight) -> Image:
    if flight.image is None:
        raise Refused("this flight has no image")
    return flight.image


def _way(session: Session) -> ImageWay:
    if session.manner.image is None:
        raise Refused("nobody has told yet how this platform takes software")
    return session.manner.image


async def _enough_room(session: Session, way: ImageWay, image: Image) -> None:
    found = way.free_is.search(await session.ask(way.free))
    if found is None:
        raise Refused("the device does not tell how much room it has in the way we know")
    free = int(found[1]) * way.free_unit
    if free < image.size * ROOM:
        raise Refused(f"there is room for {Bytes(free)}, the image has {Bytes(image.size)}")


async def _reboot(session: Session, way: ImageWay) -> None:
    try:
        await session.ask(way.reboot)
    except Unreachable:
        return  # it hung up on its way down, as it should
