"""Words out of varbinds and of structured data."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from functools import lru_cache

from noc_console.kernel.text import visible
from noc_console.services.detection.events.model import Take, Value, Varbinds

LONGEST = 120
_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_PARAMETER = re.compile(r'(?:^|[\[\s])([^\s=\]"\[]{1,32})="((?:[^"\\\]]|\\.)*+)"')


@lru_cache(maxsize=4_096)
def names_in(text: str) -> tuple[str, ...]:
    """The names in braces of a text."""
    return tuple(_NAME.findall(text))


def fits(varbinds: Varbinds, wanted: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether every column named is there with one of the values."""
    for column, allowed in wanted.items():
        found = _find(varbinds, column)
        if found is None or shown(found[1]) not in allowed:
            return False
    return True


def taken(varbinds: Varbinds, take: Take) -> str:
    """The word, or an empty text when there is no such varbind or nothing to read in it."""
    found = _find(varbinds, take.oid)
    if found is None:
        return ""
    name, value = found
    if not take.is_index:
        return shown(value, take.form)
    return _of_index(name[len(take.oid) + 1 :].split(".")[take.skip :], take.form)


def _find(varbinds: Varbinds, column: str) -> tuple[str, Value] | None:
    start = column + "."
    for name, value in varbinds:
        if name == column or name.startswith(start):
            return name, value
    return None


def shown(value: Value, form: str = "") -> str:
    """A value as a word; octets that read as text as text, others as hex."""
    if isinstance(value, bytes):
        return _of_octets(value, form)
    if form == "last" and isinstance(value, str):
        return value.rpartition(".")[2]
    return "" if value is None else visible(str(value), limit=LONGEST)


def _of_octets(value: bytes, form: str) -> str:
    if form == "mac":
        return value[:8].hex(":")
    if form == "hex":
        return value[:32].hex().upper()
    if form in {"ipv4", "ipv6", "inet"} and len(value) in (4, 16):
        return str(ipaddress.ip_address(value))
    try:
        text = value.decode("utf-8").rstrip("\0 ")
    except UnicodeDecodeError:
        text = ""
    if text and text.isprintable():
        return visible(text, limit=LONGEST)
    return value[:32].hex(" ")


def _of_index(parts: list[str], form: str) -> str:
    """A piece of an index: its numbers, or an address or text written in them."""
    if not parts or parts == [""]:
        return ""
    if form == "first":
        return parts[0]
    if form == "last":
        return parts[-1]
    if form.isdigit():
        return parts[int(form)] if int(form) < len(parts) else ""
    if form == "ipv4":
        return ".".join(parts[:4]) if _are_octets(parts[:4]) and len(parts) >= 4 else ""
    if form == "ipv6":
        return _address(parts[:16])
    if form == "inet":  # InetAddressType, length, octets (RFC 4001)
        size = int(parts[1]) if len(parts) > 1 else 0
        return _address(parts[2 : 2 + size]) if size in (4, 16) else ""
    if form == "text":
        size = int(parts[0])
        octets = parts[1 : 1 + size]
        return shown(bytes(map(int, octets))) if octets and _are_octets(octets) else ""
    if form in {"mac", "hex"}:
        octets = parts[-6:] if form == "mac" else parts
        return shown(bytes(map(int, octets)), form) if _are_octets(octets) else ""
    return visible(".".join(parts), limit=LONGEST)


def _are_octets(parts: list[str]) -> bool:
    return all(len(part) <= 3 and int(part) <= 255 for part in parts)


def _address(parts: list[str]) -> str:
    if len(parts) not in (4, 16) or not _are_octets(parts):
        return ""
    return str(ipaddress.ip_address(bytes(map(int, parts))))


def structured(text: str, wanted: Mapping[str, str]) -> dict[str, str] | None:
    """Words of RFC 5424 structured data; None when it does not say what it must.

    A wanted value in braces gives the parameter's value that name, any other must be equal.
    """
    said = dict(_PARAMETER.findall(text[:1_000]))
    found: dict[str, str] = {}
    for name, want in wanted.items():
        value = said.get(name)
        if value is None:
            return None
        if want.startswith("{") and want.endswith("}"):
            found[want[1:-1]] = visible(value, limit=LONGEST)
        elif value.lower() != want.lower():
            return None
    return found
