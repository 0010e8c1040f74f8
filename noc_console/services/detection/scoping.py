"""Whether a rule applies: patterns over what the inventory says."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from functools import lru_cache

from noc_console.services.detection.model import Scope
from noc_console.services.inventory.model import Device


@lru_cache(maxsize=4_096)
def _pattern(word: str) -> re.Pattern[str]:
    # fnmatch's patterns cannot backtrack for long: each `*` is an atomic group.
    return re.compile(fnmatch.translate(word.casefold()))


def fits(words: tuple[str, ...], *texts: str) -> bool:
    """Whether any text fits any of the words and none fits one with `!` in front.

    Only words with `!` leave everything else in.
    """
    if not words:
        return True
    lowered = [text.casefold() for text in texts]
    wanted = False
    found = False
    for word in words:
        excludes = word.startswith("!")
        match = _pattern(word[1:] if excludes else word).match
        hit = any(match(text) for text in lowered)
        if excludes:
            if hit:
                return False
        else:
            wanted = True
            found |= hit
    return found or not wanted


def fits_device(scope: Scope, device: Device, site_name: str = "") -> bool:
    """Whether the scope's words about devices fit this one."""
    return (
        fits(scope.types, device.type.value)
        and fits(scope.vendors, device.vendor)
        and fits(scope.platforms, device.platform)
        and fits(scope.models, device.model)
        and fits(scope.sites, site_name)
        and fits(scope.names, device.name)
    )


def fits_port(
    scope: Scope, *, name: str, alias: str = "", type: int = 0, speed: float = 0, linked: bool
) -> bool:
    """Whether its words about interfaces fit this one."""
    return (
        (scope.linked is None or scope.linked == linked)
        and (not scope.interface_types or type in scope.interface_types)
        and (not scope.speed_min or speed >= scope.speed_min)
        and (not scope.speed_max or 0 < speed <= scope.speed_max)
        and fits(scope.interfaces, name)
        and fits(scope.aliases, alias)
    )


def fits_sensor(scope: Scope, name: str, group: str = "") -> bool:
    """Whether its words about sensors fit this one."""
    return fits(scope.sensors, name, group)


def in_words(scope: Scope) -> str:
    """The scope as one line for people; empty when it is everywhere."""
    parts: list[str] = []
    for key, singular in _SHOWN:
        words: Sequence[object] = getattr(scope, key)
        if words:
            parts.append(singular + " ".join(map(str, words)))
    if scope.linked is not None:
        parts.append("linked" if scope.linked else "not linked")
    if scope.speed_min:
        parts.append(f"from {speed_text(scope.speed_min)}")
    if scope.speed_max:
        parts.append(f"up to {speed_text(scope.speed_max)}")
    return ", ".join(parts)


_SHOWN = (
    ("types", ""),
    ("vendors", ""),
    ("platforms", ""),
    ("models", ""),
    ("sites", "at "),
    ("names", "called "),
    ("interfaces", "interface "),
    ("aliases", "described "),
    ("interface_types", "ifType "),
    ("sensors", "sensor "),
    ("probes", "probe "),
    ("collectors", "collector "),
)


def speed_text(bps: float) -> str:
    """bit/s as people say it: `10G`."""
    for factor, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if bps >= factor:
            return f"{bps / factor:.12g}{unit}"
    return f"{bps:.12g}"
