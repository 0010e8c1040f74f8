"""Which devices and ports a window means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from noc_console.kernel.errors import Invalid
from noc_console.services.inventory import tags
from noc_console.services.inventory.model import Device
from noc_console.services.maintenance.model import MOST_DEVICES, Spot, Target, TargetKind

Inside = Mapping[tuple[int, str], frozenset[int]]
"""The devices inside an area, by its map and drawing."""
Ports = Mapping[int, tuple[int, Sequence[int]]]
"""Of an interface its device and the sensors that sit in it."""


def spots(
    targets: Iterable[Target],
    devices: Sequence[Device],
    *,
    sites: Mapping[int, str],
    inside: Inside,
    ports: Ports,
) -> tuple[Spot, ...]:
    """What is kept quiet, each once: devices first, then ports of other devices."""
    known = {int(device.id) for device in devices}
    whole: set[int] = set()
    parts: list[Spot] = []
    for target in targets:
        if target.kind is TargetKind.DEVICE:
            whole |= {target.id} & known
        elif target.kind is TargetKind.SITE:
            whole |= {int(device.id) for device in devices if device.site_id == target.id}
        elif target.kind is TargetKind.GROUP:
            whole |= {int(device.id) for device in devices if is_of(target, device, sites)}
        elif target.kind is TargetKind.AREA:
            whole |= inside.get((target.map_id, target.drawing), frozenset()) & known
        elif target.id in ports:
            device_id, sensors = ports[target.id]
            parts.append(Spot(device_id, interface_id=target.id))
            parts += [Spot(device_id, sensor_id=sensor) for sensor in sensors]
    rest = dict.fromkeys(part for part in parts if part.device_id not in whole)
    return (*map(Spot, sorted(whole)), *rest)


def check_size(found: Sequence[Spot]) -> None:
    """Refuse what is too much to plan. Asked of people only: a group that grew over the years
    still begins.
    """
    devices = len({spot.device_id for spot in found})
    if devices > MOST_DEVICES:
        raise Invalid(f"that is {devices:,} devices; a window has at most {MOST_DEVICES:,}")


def is_of(target: Target, device: Device, sites: Mapping[int, str]) -> bool:
    """Whether a device belongs to a group; `tag:edge` means the tag, any other word a piece of
    what it is called.
    """
    if target.types and device.type.value not in target.types:
        return False
    site = sites.get(int(device.site_id), "") if device.site_id is not None else ""
    text = " ".join(
        (device.name, device.address, site, device.vendor, device.platform, device.model)
    ).casefold()
    for word in target.words.casefold().split():
        bare = word.removeprefix("-")
        is_so = tags.fits(bare, device.tags) if tags.is_about_tags(bare) else bare in text
        if bare and is_so == word.startswith("-"):
            return False
    return bool(target.words.split() or target.types)
