"""Vendor, platform and type of a device, from a table people can read and extend.

The table is `resources/platforms/vendors.toml`; its head says how it is read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from noc_console.kernel.errors import Broken
from noc_console.services.inventory.model import DeviceType

_ENTERPRISES = "1.3.6.1.4.1."
_VERSION = re.compile(r"(?i)\bversion:?\s+v?([\d][\w.()\-]*)|\b[vV](\d+\.\d[\w.\-]*)")
LONGEST_DESCR = 1000
"""Of sysDescr, for regular expressions: device text decides how long they run."""

_ROUTES, _SWITCHES = 0x04, 0x02
"""Layers 3 and 2 in sysServices (RFC 3418)."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """A maker, and where its devices tell what ENTITY-MIB leaves out."""

    name: str
    serial: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    version: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """One entry of the table; empty fields fit everything."""

    platform: str
    type: DeviceType
    enterprise: int | None = None
    object_id: str = ""
    descr: re.Pattern[str] | None = None
    version: re.Pattern[str] | None = None
    model: re.Pattern[str] | None = None

    def fits(self, object_id: str, descr: str) -> bool:
        if self.enterprise is not None and enterprise(object_id) != self.enterprise:
            return False
        if self.object_id and not f"{object_id}.".startswith(f"{self.object_id}."):
            return False
        return self.descr is None or self.descr.search(descr) is not None


@dataclass(frozen=True, slots=True)
class Platform:
    """What the table says of one device."""

    vendor: str = ""
    platform: str = ""
    type: DeviceType = DeviceType.OTHER
    version: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Platforms:
    """The whole table."""

    vendors: Mapping[int, Vendor]
    patterns: Sequence[Pattern]

    def vendor(self, object_id: str) -> Vendor:
        number = enterprise(object_id)
        return self.vendors.get(number, Vendor("")) if number is not None else Vendor("")

    def identify(
        self, object_id: str, descr: str, *, services: int = 0, is_forwarding: bool = False
    ) -> Platform:
        """The first pattern that fits; without one, the layers it works on tell the type."""
        descr = descr[:LONGEST_DESCR]
        found = next((each for each in self.patterns if each.fits(object_id, descr)), None)
        version, model = _VERSION, None
        kind, platform = _type_by_layers(services, is_forwarding), ""
        if found is not None:
            platform, kind, model = found.platform, found.type, found.model
            version = found.version or version
        return Platform(
            vendor=self.vendor(object_id).name,
            platform=platform,
            type=kind,
            version=_taken(version, descr),
            model=_taken(model, descr),
        )


def enterprise(object_id: str) -> int | None:
    """The private enterprise number in a sysObjectID."""
    if not object_id.startswith(_ENTERPRISES):
        return None
    number = object_id.removeprefix(_ENTERPRISES).split(".")[0]
    return int(number) if number.isdecimal() else None


def parse(text: str) -> Platforms:
    """The table from TOML; Broken when an entry cannot be read, saying which."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Broken(f"the table of platforms cannot be read: {error}") from error
    vendors = {}
    for entry in table.get("vendor", ()):
        vendors[_int(entry, "enterprise")] = Vendor(
            name=str(entry.get("name", "")),
            serial=tuple(entry.get("serial", ())),
            model=tuple(entry.get("model", ())),
            version=tuple(entry.get("version", ())),
        )
    return Platforms(vendors, tuple(_pattern(entry) for entry in table.get("platform", ())))


def _pattern(entry: Mapping[str, Any]) -> Pattern:
    try:
        kind = DeviceType(entry.get("type", "other"))
        return Pattern(
            platform=str(entry["platform"]),
            type=kind,
            enterprise=entry.get("enterprise"),
            object_id=str(entry.get("object_id", "")),
            descr=_expression(entry.get("descr")),
            version=_expression(entry.get("version")),
            model=_expression(entry.get("model")),
        )
    except (KeyError, ValueError, re.error) as error:
        raise Broken(f"platform {dict(entry)} cannot be read: {error}") from error


def _expression(text: str | None) -> re.Pattern[str] | None:
    return None if text is None else re.compile(text, re.IGNORECASE)


def _int(entry: Mapping[str, Any], field: str) -> int:
    value = entry.get(field)
    if not isinstance(value, int):
        raise Broken(f"vendor {dict(entry)} has no {field} number")
    return value


def _taken(expression: re.Pattern[str] | None, text: str) -> str:
    match = expression.search(text) if expression is not None else None
    if match is None:
        return ""
    return next((group.strip(" ,;") for group in match.groups() if group), "")


def _type_by_layers(services: int, is_forwarding: bool) -> DeviceType:
    if services & _ROUTES and is_forwarding:
        return DeviceType.ROUTER
    return DeviceType.SWITCH if services & _SWITCHES else DeviceType.OTHER
