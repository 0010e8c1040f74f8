"""What rules can be about: every object of a measure, and which rule decides for it."""

from __future__ import annotations

import re
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Sequence,
)
from dataclasses import dataclass

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject
from noc_console.services.detection.book import own_levels
from noc_console.services.detection.measures import (
    MEASURES,
    POWER_WORDS,
    SENDING_WORDS,
    Subject,
    of_sensor_kind,
)
from noc_console.services.detection.model import Level, Rule
from noc_console.services.detection.scoping import fits, fits_device, fits_port, fits_sensor
from noc_console.services.inventory.model import Device, OperStatus, Sensor, SensorKind
from noc_console.services.inventory.pollable import Pollable, PortFact
from noc_console.services.inventory.service import InventoryService

PORTION = 200
"""Devices read at a time."""


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of a measure."""

    id: int
    """Under which its measurements are kept; of subscribers the OLT."""
    about: AlarmObject
    device: Device | None = None
    site: str = ""
    port: PortFact | None = None
    sensor: Sensor | None = None
    words: tuple[str, ...] = ()
    """Of a probe: its name, kind and target; of a collector its name."""
    members: tuple[int, ...] = ()
    """Sensors it is the sum of."""

    def fits(self, rule: Rule) -> bool:
        """Whether the rule applies here."""
        scope = rule.scope
        if self.device is not None:
            if not fits_device(scope, self.device, self.site):
                return False
        elif scope.types or scope.sites or scope.names or scope.vendors:
            return False
        if self.port is not None:
            port = self.port
            return fits_port(
                scope,
                name=port.name,
                alias=port.alias,
                type=port.type,
                speed=port.speed_bps,
                linked=port.is_linked,
            )
        if self.sensor is not None:
            return fits_sensor(scope, self.sensor.name, self.sensor.group)
        measured = MEASURES[rule.measure].subject
        if measured is Subject.PROBE:
            return fits(scope.probes, *self.words)
        return measured is not Subject.COLLECTOR or fits(scope.collectors, *self.words)

    def levels(self, rule: Rule) -> tuple[Level, ...] | None:
        """The object's own limits, where the rule lets them win."""
        return None if self.sensor is None else own_levels(rule, self.sensor)


Others = Callable[[Actor], Awaitable[Sequence[Thing]]]
"""Objects that are not in the inventory: probes."""


async def _nothing(actor: Actor) -> Sequence[Thing]:
    return ()


class Census:
    """Reads objects out of the inventory, some devices at a time."""

    def __init__(self, inventory: InventoryService, *, probes: Others = _nothing) -> None:
        self._inventory = inventory
        self._probes = probes

    async def device(self, actor: Actor, device_id: int) -> tuple[Device, str] | None:
        """A device and the name of its site; None when there is none."""
        found = await self._inventory.pollable(actor, device_ids=(device_id,))
        for device in found.devices:
            site = found.site_names.get(device.site_id, "") if device.site_id else ""
            return device, site
        return None

    async def of(
        self,
        actor: Actor,
        rule: Rule,
        rivals: Iterable[Rule] = (),
        *,
        among: Collection[int] | None = None,
    ) -> AsyncIterator[tuple[Thing, ...]]:
        """Objects for which this rule decides; `rivals` go before it where they fit.

        Of these devices only, where any are named.
        """
        above = tuple(rivals)

        def decides(thing: Thing) -> bool:
            return thing.fits(rule) and not any(thing.fits(other) for other in above)

        subject = MEASURES[rule.measure].subject
        if subject is Subject.COLLECTOR:
            return
        if subject is Subject.PROBE:
            yield tuple(filter(decides, await self._probes(actor)))
            return
        devices = await self._inventory.devices(actor)
        fitting = [
            int(d.id)
            for d in devices
            if d.is_managed and _may_fit(rule, d) and (among is None or int(d.id) in among)
        ]
        for start in range(0, len(fitting), PORTION):
            found = await self._inventory.pollable(
                actor, device_ids=fitting[start : start + PORTION]
            )
            yield tuple(filter(decides, things(found, rule.measure)))


def _may_fit(rule: Rule, device: Device) -> bool:
    """All but the site, which is not known yet."""
    scope = rule.scope
    return (
        fits(scope.types, device.type.value)
        and fits(scope.vendors, device.vendor)
        and fits(scope.names, device.name)
    )


def rivals_of(rule: Rule, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Rules that decide before this one about the same; `rules` in the order of precedence."""
    found = []
    for other in rules:
        if other.id == rule.id:
            break
        if (other.measure, other.condition) == (rule.measure, rule.condition):
            found.append(other)
    return tuple(found)


def things(found: Pollable, measure: str) -> list[Thing]:
    """Every object of a measure among some devices."""
    sites = found.site_names
    devices = {
        int(device.id): (device, sites.get(device.site_id, "") if device.site_id else "")
        for device in found.devices
    }
    subject = MEASURES[measure].subject
    if measure == "device.lit_subscribers":
        return _olts(found, devices)
    if subject is Subject.DEVICE:
        return [
            Thing(number, _about(device, site), device, site)
            for number, (device, site) in devices.items()
        ]
    if subject is Subject.INTERFACE:
        return [
            Thing(
                port.id,
                _about(*devices[port.device_id], interface_id=port.id, name=port.name),
                *devices[port.device_id],
                port=port,
            )
            for port in found.ports
            if port.device_id in devices and port.oper_status != OperStatus.NOT_PRESENT
        ]
    return [
        Thing(
            int(sensor.id), _about_sensor(*devices[number], sensor), *devices[number], None, sensor
        )
        for sensor in found.sensors
        if (number := int(sensor.device_id)) in devices and _is_of(sensor, measure)
    ]


def _olts(found: Pollable, devices: dict[int, tuple[Device, str]]) -> list[Thing]:
    members: dict[int, list[int]] = {}
    for sensor in found.sensors:
        if sensor.kind is SensorKind.DBM and sensor.interface_id is None and sensor.low is None:
            members.setdefault(int(sensor.device_id), []).append(int(sensor.id))
    return [
        Thing(number, _about(*devices[number]), *devices[number], members=tuple(ids))
        for number, ids in members.items()
        if number in devices
    ]


def _is_of(sensor: Sensor, measure: str) -> bool:
    if sensor.kind is SensorKind.STATE:
        feeds = not POWER_WORDS.isdisjoint(
            re.findall(r"[a-z]+", f"{sensor.name} {sensor.group}".lower())
        )
        return measure == ("sensor.supply_state" if feeds else "sensor.hardware_state")
    if sensor.kind is SensorKind.DBM:
        is_ours = sensor.interface_id is not None or sensor.low is not None
        is_sent = any(word in sensor.name.lower() for word in SENDING_WORDS)
        return measure in ("sensor.light", "sensor.light_drop") and is_ours and not is_sent
    return measure == of_sensor_kind(sensor.kind)


def _about(
    device: Device, site: str, *, interface_id: int | None = None, name: str = ""
) -> AlarmObject:
    return AlarmObject(
        int(device.id),
        interface_id=interface_id,
        device_name=device.name,
        interface_name=name,
        site_name=site,
    )


def _about_sensor(device: Device, site: str, sensor: Sensor) -> AlarmObject:
    """As the poll names it: supplies and hardware are told of the device."""
    if sensor.kind in (SensorKind.STATE, SensorKind.CHARGE):
        return _about(device, site)
    is_light = sensor.kind is SensorKind.DBM and sensor.interface_id is not None
    return AlarmObject(
        int(device.id),
        interface_id=int(sensor.interface_id) if is_light and sensor.interface_id else None,
        sensor_id=int(sensor.id),
        device_name=device.name,
        interface_name=sensor.name,
        site_name=site,
    )
