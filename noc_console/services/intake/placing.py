"""Which object a device's word is about: the device, one of its interfaces or sensors, or a key."""

from __future__ import annotations

import ipaddress
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.kernel.text import visible
from noc_console.services.alarms.model import AlarmObject
from noc_console.services.detection.events.model import About, Finding
from noc_console.services.inventory.model import Device, Interface, Sensor
from noc_console.services.inventory.service import InventoryService

REMEMBERED = 2_000
"""Devices whose interfaces are remembered: some megabytes."""
FRESH_S = 300.0
KEY_LIMIT = 120
MOST_SHORT = 2_000
"""Other names of interfaces remembered of a device."""
_PARTS = re.compile(r"([A-Za-z-]+)\s*([\d/.:_]+)")
_IFINDEX, _IFNAME, _ENTITY, _SENSOR = "ifindex", "interface", "entity", "sensor"


@dataclass(frozen=True, slots=True)
class _Known:
    """A device and what belongs to it, as it was read."""

    until: float
    device: Device
    site: str
    ports: Ports
    sensors: tuple[Sensor, ...] | None


class Placing:
    """Finds objects in the inventory; remembers the devices that spoke last."""

    def __init__(self, inventory: InventoryService, actor: Actor) -> None:
        self._inventory = inventory
        self._actor = actor
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._sites: tuple[float, Mapping[int, str]] = (float("-inf"), {})

    def forget(self) -> None:
        """What was remembered may be wrong now."""
        self._known.clear()
        self._sites = (float("-inf"), {})

    async def place(self, device_id: int, finding: Finding, now: float) -> AlarmObject | None:
        """The object, with names for people; None when the device is gone. `now` is monotonic."""
        assert finding.rule is not None
        about, words = finding.rule.about, finding.words
        try:
            known = await self._device(device_id, now, sensors=about == About.SENSOR)
        except NotFound:
            return None
        name = known.device.name or known.device.address
        if about == About.DEVICE and not finding.key:
            return AlarmObject(device_id, device_name=name, site_name=known.site)
        if about == About.INTERFACE and (port := known.ports.find(words)) is not None:
            return AlarmObject(
                device_id,
                interface_id=int(port.id),
                device_name=name,
                interface_name=port.label,
                site_name=known.site,
            )
        if about == About.SENSOR and (sensor := sensor_of(known.sensors or (), words)) is not None:
            return AlarmObject(
                device_id,
                sensor_id=int(sensor.id),
                device_name=name,
                interface_name=sensor.name,
                site_name=known.site,
            )
        key = key_of(finding)
        return AlarmObject(
            device_id,
            device_name=name,
            interface_name=key if about == About.DEVICE else f"{about.replace('-', ' ')} {key}",
            site_name=known.site,
            other=f"{about}:{key}",
        )

    async def _device(self, device_id: int, now: float, *, sensors: bool) -> _Known:
        known = self._known.get(device_id)
        if known is None or known.until < now or (sensors and known.sensors is None):
            inventory, actor = self._inventory, self._actor
            device = await inventory.device(actor, device_id=device_id)
            known = _Known(
                now + FRESH_S,
                device,
                await self._site(device, now),
                Ports(await inventory.interfaces(actor, device_id=device_id)),
                await inventory.sensors(actor, device_id=device_id) if sensors else None,
            )
        self._known[device_id] = known
        self._known.move_to_end(device_id)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return known

    async def _site(self, device: Device, now: float) -> str:
        if device.site_id is None:
            return ""
        until, names = self._sites
        if until < now:
            names = {int(site.id): site.name for site in await self._inventory.sites(self._actor)}
            self._sites = (now + FRESH_S, names)
        return names.get(int(device.site_id), "")


def key_of(finding: Finding) -> str:
    """What tells two objects of a kind apart, written one way: addresses have many spellings."""
    key = finding.key.strip().rstrip(".,:;)")
    bare = key.partition("+")[0]  # 192.0.2.1+179, as Junos writes a peer
    try:
        return str(ipaddress.ip_address(bare.partition("%")[0]))
    except ValueError:
        return visible(" ".join(key.split()), limit=KEY_LIMIT)


class Ports:
    """The interfaces of a device by their indexes and names."""

    def __init__(self, ports: Iterable[Interface]) -> None:
        self._by_index: dict[str, Interface] = {}
        self._by_name: dict[str, Interface | None] = {}
        for port in ports:
            if port.index:
                self._by_index.setdefault(str(port.index), port)
            for name in (port.name, port.descr):
                if name:
                    self._by_name.setdefault(name.lower(), port)
        self._names = tuple(self._by_name)

    def find(self, words: Mapping[str, str]) -> Interface | None:
        """The interface by its index, or by its name however it is shortened."""
        if (port := self._by_index.get(words.get(_IFINDEX, ""))) is not None:
            return port
        name = words.get(_IFNAME, "").strip().rstrip(".,;:").lower()
        if not name:
            return None
        if name not in self._by_name:
            if len(self._by_name) > len(self._names) + MOST_SHORT:
                return None  # somebody makes up names
            full = next((full for full in self._names if _is_short_for(name, full)), "")
            self._by_name[name] = self._by_name.get(full)
        return self._by_name[name]


def _is_short_for(one: str, other: str) -> bool:
    """`gi0/1` and `gigabitethernet0/1`: the same numbers, and one word begins the other."""
    first, second = _PARTS.fullmatch(one), _PARTS.fullmatch(other)
    if first is None or second is None or first[2] != second[2]:
        return False
    short, long = sorted((first[1], second[1]), key=len)
    return len(short) >= 2 and long.startswith(short)


def sensor_of(sensors: tuple[Sensor, ...], words: Mapping[str, str]) -> Sensor | None:
    """The sensor by the index of its entity, or by its name."""
    index, name = words.get(_ENTITY, ""), words.get(_SENSOR, "").lower()
    for sensor in sensors:
        if index.isdecimal() and sensor.entity_index == int(index):
            return sensor
    return next((sensor for sensor in sensors if name and sensor.name.lower() == name), None)
