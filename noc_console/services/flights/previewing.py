"""The dry run: what a flight would do to each device. It reads, and cannot write.

Nothing is sent from here but the driver's own questions (its configuration, its version, its room),
and over lines on which nothing else can be sent (`Reach.look`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.kernel.quantity import Bytes
from noc_console.kernel.text import plural, visible
from noc_console.services.flights import imaging
from noc_console.services.flights.model import (
    UNBORN,
    Flight,
    Image,
    Kind,
    Sealed,
    Stand,
    Target,
    TargetId,
    Way,
)
from noc_console.services.flights.reaching import Reach, Session
from noc_console.services.flights.rules import (
    forecast,
    heads,
    hidden,
    safety,
    shutting,
    templates,
)
from noc_console.services.flights.rules.ways import ImageWay, Manner
from noc_console.services.flights.seen import Around, around, values
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService

AT_ONCE = 12
MOST_SHUT = 5
"""Named one by one."""
LONGEST_DIFF = 200_000
Told = Callable[[int, int], bool]
"""Hears how many devices are done, of how many; says whether to go on."""


class CalledOff(Refused):
    """Somebody did not want to wait for the preview."""

    def __init__(self) -> None:
        super().__init__("the preview was called off: nothing was kept, nothing was changed")


@dataclass(frozen=True, slots=True)
class Previewed:
    """One device's part of a plan, before it is divided into waves."""

    target: Target
    kept: Sealed


class Previewer:
    """Reads devices and works out what would happen."""

    def __init__(self, reach: Reach, inventory: InventoryService) -> None:
        self._reach = reach
        self._inventory = inventory

    async def preview(
        self, actor: Actor, flight: Flight, devices: Sequence[Device], told: Told
    ) -> list[Previewed]:
        """Each device in the order given; what cannot be flown says why."""
        is_change = flight.kind is Kind.CHANGE
        known = await around(actor, self._inventory) if is_change else Around()
        turn = asyncio.Semaphore(AT_ONCE)
        done = 0

        async def one(device: Device) -> Previewed:
            nonlocal done
            async with turn:
                try:
                    found = await self._one(actor, flight, device, known)
                except (Refused, Unreachable) as error:
                    found = _refused(device, str(error))
            done += 1
            if not told(done, len(devices)):
                raise CalledOff
            return found

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(device)) for device in devices]
        except* CalledOff as stopped:
            raise CalledOff from stopped
        return [task.result() for task in tasks]

    async def _one(self, actor: Actor, flight: Flight, device: Device, known: Around) -> Previewed:
        if await self._reach.manner(device.platform) is None:
            what = device.platform or "an unknown platform"
            raise Refused(f"nobody has told yet how changes of {what} are taken back")
        if flight.kind is Kind.FIRMWARE:
            return await self._software(actor, flight, device)
        ports = await self._inventory.interfaces(actor, device_id=int(device.id))
        seen = values(device, ports, flight.variables, known)
        # A template may take seconds: the window goes on meanwhile.
        text = await asyncio.to_thread(templates.rendered, flight.template, seen)
        lines = forecast.typed(text)
        async with self._reach.look(actor, device) as session:
            manner, config = session.manner, await session.configuration()
            if manner.guard and (unsaved := await session.unsaved()):
                raise Refused(f"a reload would forget what nobody saved ({unsaved}): save it first")
        pairs = [(port.name, port.descr) for port in ports if port.index > 0]
        return await asyncio.to_thread(_change, device, manner, config, lines, pairs)

    async def _software(self, actor: Actor, flight: Flight, device: Device) -> Previewed:
        if flight.image is None:
            raise Refused("this flight has no image")
        async with self._reach.look(actor, device) as session:
            way = session.manner.image
            if way is None:
                raise Refused("nobody has told yet how this platform takes software")
            version, image = await imaging.running(session, way)
            return await _software(device, session, way, flight, version, image)


def _change(
    device: Device,
    manner: Manner,
    config: str,
    lines: Sequence[str],
    pairs: Sequence[heads.Pair],
) -> Previewed:
    before = forecast.configured(config, manner)
    told = forecast.forecast(before, heads.in_full(lines, before, pairs, manner), manner)
    way, why = safety.way(manner, told, before, address=device.address)
    stand = Stand.PLANNED if way is not Way.NONE else Stand.REFUSED if why else Stand.SAME
    if stand is Stand.PLANNED:
        notes = (_shuts(told.sends), _unforeseen(told), _for_good(told, way))
        why = "; ".join(filter(None, notes))
    target = _target(
        device,
        stand,
        way,
        why=why,
        adds=len(told.adds),
        removes=len(told.removes),
        diff=hidden.told(_diff(told)[:LONGEST_DIFF]),
    )
    return Previewed(target, Sealed(told.sends, told.inverse, config, told.after))


def _diff(told: forecast.Forecast) -> str:
    """With the lines at its end of which nobody can tell what they do."""
    return "\n".join(filter(None, (told.diff, *(f"? {each}" for each in told.unknown))))


def _unforeseen(told: forecast.Forecast) -> str:
    if not told.unknown:
        return ""
    is_one = len(told.unknown) == 1
    what = f"{plural(len(told.unknown), 'line')} cannot be forecast ({told.unknown[0]}"
    rest = ")" if is_one else ", and so on)"
    return f"{what}{rest}: what comes of {'it' if is_one else 'them'} is read, and asks for a yes"


def _for_good(told: forecast.Forecast, way: Way) -> str:
    """What the device takes back by itself until it is kept, and nobody afterwards."""
    if way is not Way.SAFE or not told.why_not:
        return ""
    return f"once it is kept, nobody can take it back in full: {told.why_not}"


def _shuts(lines: Sequence[str]) -> str:
    """Which ports the lines shut by themselves: the gates know, and people are to know it, too."""
    shut = shutting.told(lines)
    if not shut:
        return ""
    rest = f" and {len(shut) - MOST_SHUT} more" if len(shut) > MOST_SHUT else ""
    return f"shuts {', '.join(shut[:MOST_SHUT])}{rest} on purpose: that it is down stops nothing"


async def _software(
    device: Device, session: Session, way: ImageWay, flight: Flight, version: str, running: str
) -> Previewed:
    image: Image | None = flight.image
    assert image is not None
    diff = f"- {version} {running}\n+ {image.version} {image.name}"
    if version == image.version:
        return Previewed(_target(device, Stand.SAME, Way.NONE, diff=diff), Sealed())
    found = way.free_is.search(await session.ask(way.free))
    free = int(found[1]) * way.free_unit if found else 0
    why = ""
    if free < image.size * imaging.ROOM:
        why = f"there is room for {Bytes(free)}, the image has {Bytes(image.size)}"
    elif not way.former and not flight.stage_only:
        why = "this platform does not keep the software from before: only staging is safe"
    elif way.running_is is not None and not running and not flight.stage_only:
        why = "it does not tell which image it runs: nobody could boot that again"
    stand = Stand.REFUSED if why else Stand.PLANNED
    made = _target(device, stand, Way.NONE if why else Way.IMAGE, why=why, diff=diff, adds=1)
    return Previewed(replace(made, former=f"{version} {running}"), Sealed())


def _refused(device: Device, why: str) -> Previewed:
    told = visible(hidden.told(why))
    return Previewed(_target(device, Stand.REFUSED, Way.NONE, why=told), Sealed())


def _target(
    device: Device,
    stand: Stand,
    way: Way,
    *,
    why: str = "",
    adds: int = 0,
    removes: int = 0,
    diff: str = "",
) -> Target:
    return Target(
        id=TargetId(0),
        flight_id=UNBORN,
        device_id=int(device.id),
        name=device.name or device.address,
        address=device.address,
        platform=device.platform,
        wave=0,
        stand=stand,
        way=way,
        why=why,
        adds=adds,
        removes=removes,
        diff=diff,
    )
