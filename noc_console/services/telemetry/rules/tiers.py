"""Which devices belong to which class, and how often each class is asked for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from noc_console.services.inventory.model import Device, DeviceType, Sensor, SensorKind
from noc_console.services.telemetry.model import ONU_SWEEP_S, PollPolicy, Tier

LEAST_S, MOST_S = 1.0, 3600.0
"""Intervals a tier may have."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often one device is asked for what. Seconds; nothing is asked between its polls."""

    tier: str
    interval_s: float
    sensors_s: float
    optics_s: float


def tier_of(device: Device, tiers: Sequence[Tier], *, site_name: str = "") -> Tier | None:
    """The class the device is in, or None: then the policy's own interval is its rhythm."""
    number = int(device.id)
    for tier in tiers:
        if number in tier.device_ids:
            return tier
    told = (device.name, device.vendor, device.platform, device.model, site_name)
    texts = tuple(text.casefold() for text in told if text)
    return next((tier for tier in tiers if _fits(tier, device.type, texts)), None)


def _fits(tier: Tier, type: DeviceType, texts: Sequence[str]) -> bool:
    if not tier.types and not tier.words:
        return False  # it names single devices only
    if tier.types and type not in tier.types:
        return False
    patterns = tuple(word.casefold() for word in tier.words)
    return not patterns or any(fnmatchcase(text, each) for text in texts for each in patterns)


def rhythm_of(device: Device, policy: PollPolicy, *, site_name: str = "") -> Rhythm:
    """How often this device is asked, and its sensors and optics."""
    tier = tier_of(device, policy.tiers, site_name=site_name)
    if tier is None:
        return Rhythm("", policy.interval_s, policy.interval_s, policy.interval_s)
    interval = tier.interval_s
    return Rhythm(
        tier.name,
        interval,
        max(interval, tier.sensors_s or interval),
        max(interval, tier.optics_s or interval),
    )


def is_subscribers_light(device_type: DeviceType, sensor: Sensor) -> bool:
    """Whether reading this makes an OLT ask an ONU."""
    return device_type is DeviceType.OLT and sensor.kind is SensorKind.DBM


def least_between(device_type: DeviceType, sensor: Sensor, rhythm: Rhythm) -> float:
    """Seconds that must pass between two readings of a sensor."""
    if is_subscribers_light(device_type, sensor):
        return max(rhythm.optics_s, ONU_SWEEP_S)
    return rhythm.optics_s if sensor.kind is SensorKind.DBM else rhythm.sensors_s
