"""Sessions opened by an address or a name know their device, too: what it is allowed is the same.

Who opens a terminal by address may not be allowed to read the inventory; what must not be sent to
the device is known from it all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Protocol

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.text import visible
from noc_console.services.inventory.locating import Locator
from noc_console.services.inventory.model import Device
from noc_console.services.terminal.connecting import LinkKind, Target

CANNOT_TELL = "which commands change it cannot be told here, and nothing is held back."
UNWRITTEN = (
    "Nobody wrote down which commands change such a device: it cannot be told here, and nothing is"
    " held back."
)
MOST_NAMED = 4


class Names(Protocol):
    """Names to addresses."""

    async def resolve(self, name: str) -> str:
        """One address of the name; raises Unreachable when there is none in time."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The device, or the others it may be."""

    device: Device | None = None
    candidates: tuple[str, ...] = ()
    """Names of the devices that it may be."""
    platform: str = ""
    """Of every one of them, as far as they are all alike."""


async def recognise(
    locator: Locator, names: Names | None, actor: Actor, target: Target
) -> Recognised:
    """The device of the inventory at a host; none when several may be meant."""
    looker = replace(actor, rights=actor.rights | {"inventory.read"})
    host, is_far = target.host, bool(target.hops)
    if not _is_address(host):
        if called := await locator.called(looker, name=host):
            return _one(called)
        if is_far or names is None:
            return Recognised()  # the name is the jump host's to look up
        try:
            host = await names.resolve(host)
        except Unreachable:
            return Recognised()
    return _one(await locator.at(looker, address=host, is_far=is_far))


def note_of(target: Target) -> str:
    """Why it cannot be told which commands change what a session speaks to."""
    if target.device_id is not None:
        if target.platform:
            return UNWRITTEN
        name = visible(target.title, limit=80)
        return f"The inventory does not know which platform {name} is: {CANNOT_TELL}"
    if target.kind is LinkKind.SERIAL:
        return f"A serial line does not say which device it leads to: {CANNOT_TELL}"
    if target.candidates:
        if target.platform:
            return UNWRITTEN
        few = ", ".join(visible(name, limit=40) for name in target.candidates[:MOST_NAMED])
        more = ", …" if len(target.candidates) > MOST_NAMED else ""
        return f"Several devices of the inventory have this address ({few}{more}): {CANNOT_TELL}"
    return f"Not in the inventory: {CANNOT_TELL}"


def _one(found: tuple[Device, ...]) -> Recognised:
    if len(found) == 1:
        return Recognised(found[0])
    platforms = {one.platform for one in found}
    names = tuple(one.name or one.address for one in found)
    return Recognised(None, names, platforms.pop() if len(platforms) == 1 else "")


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
