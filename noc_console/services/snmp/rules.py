"""What may be written, what of it may be told, and where an operator means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, ip_address

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible
from noc_console.services.snmp.model import ObjectType, ObjectValue

LONGEST = 65_000
"""Octets of a value: more does not fit a datagram."""
TOLD = 255
"""Characters of a value that the journal keeps."""
HIDDEN = "•••"

_RANGES = {
    ObjectType.INTEGER: (-(2**31), 2**31 - 1),
    ObjectType.UNSIGNED: (0, 2**32 - 1),
    ObjectType.COUNTER32: (0, 2**32 - 1),
    ObjectType.TIMETICKS: (0, 2**32 - 1),
    ObjectType.COUNTER64: (0, 2**64 - 1),
}
_HEX = re.compile(r"(?:0x)?((?:[0-9a-fA-F]{2}[ :-]?)*)")
_OID = re.compile(r"\.?\d+(?:\.\d+)+")


def payload(type: ObjectType, text: str) -> int | str | bytes:
    """The value behind what was typed; Invalid says what is wrong with it.

    Octets come as bytes (`hex` is `0x00aaff`, `00:aa:ff` or `00 aa ff`), OIDs and addresses
    as dotted text.
    """
    if type in _RANGES:
        return _number(type, text)
    if type is ObjectType.STRING:
        return _octets(text.encode("utf-8", "surrogateescape"))
    if type is ObjectType.HEX:
        match = _HEX.fullmatch(text.strip())
        if match is None:
            raise Invalid("hex is written as 0x00aaff or 00:aa:ff", field="value")
        return _octets(bytes.fromhex(re.sub(r"[^0-9a-fA-F]", "", match[1])))
    if type is ObjectType.OID:
        if not _OID.fullmatch(text.strip()):
            raise Invalid("an OID is written as 1.3.6.1", field="value")
        return text.strip().removeprefix(".")
    if type is ObjectType.ADDRESS:
        try:
            return str(IPv4Address(text.strip()))
        except ValueError:
            raise Invalid("an address is written as 192.0.2.1", field="value") from None
    raise Invalid(f"a value of type {type} cannot be written", field="type")


def _number(type: ObjectType, text: str) -> int:
    low, high = _RANGES[type]
    try:
        number = int(text)
    except ValueError:
        raise Invalid(f"{visible(text, limit=40)!r} is no whole number", field="value") from None
    if not low <= number <= high:
        raise Invalid(f"a number of type {type} is {low} to {high}", field="value")
    return number


def _octets(octets: bytes) -> bytes:
    if len(octets) > LONGEST:
        raise Invalid(f"at most {LONGEST} octets fit a request", field="value")
    return octets


def type_to_write(wanted: ObjectType | None, old: ObjectValue) -> ObjectType:
    """The type asked for, else the one the object has: octets that are no text are typed as hex."""
    if wanted is not None:
        return wanted
    if not old.is_there:
        raise Invalid("the device has no such object yet: say which type it has", field="type")
    return old.type


def raw(value: ObjectValue) -> int | str | bytes | None:
    """What the MIBs are asked about: numbers, octets, OIDs as text; None when nothing is there."""
    if isinstance(value.value, int):
        return value.value
    if value.type is ObjectType.STRING:
        return value.value.encode("utf-8")
    if value.type is ObjectType.HEX:
        return bytes.fromhex(value.value[2:])
    return value.value if value.type is ObjectType.OID else None


Cells = dict[str, dict[str, ObjectValue]]


def pivot(row: str, values: Iterable[ObjectValue]) -> tuple[tuple[str, ...], Cells]:
    """The columns that have values, and the values by index and column, both in OID order."""
    cells: Cells = {}
    numbers: set[int] = set()
    for value in values:
        if not value.oid.startswith(f"{row}."):
            continue
        number, _, key = value.oid[len(row) + 1 :].partition(".")
        if key:
            numbers.add(int(number))
            cells.setdefault(key, {})[f"{row}.{number}"] = value
    in_order = sorted(cells.items(), key=lambda pair: tuple(map(int, pair[0].split("."))))
    return tuple(f"{row}.{number}" for number in sorted(numbers)), dict(in_order)


_SECRET_TABLES = (
    "1.3.6.1.6.3.15.1.2.2.1",  # usmUserTable: key changes
    "1.3.6.1.6.3.18.1.1.1",  # snmpCommunityTable
    "1.3.6.1.6.3.16.1.2.1",  # vacmSecurityToGroupTable: names of v1 users are communities
)
_PRIVATE = "1.3.6.1.4.1"
_SECRET_WORDS = re.compile(r"(?i)communit|passw|passphrase|secret|token|credential|key|psk|pin$")


def looks_secret(value: ObjectValue) -> bool:
    """Whether the value may be a password or the like, by its name or place.

    A vendor's text without a name we know counts as well: a community or a password is as
    likely to stand there as a label, and the journal is read by many.
    """
    if any(_is_under(value.oid, table) for table in _SECRET_TABLES):
        return True
    if value.name:
        return _SECRET_WORDS.search(value.name.rpartition("::")[2].partition(".")[0]) is not None
    octets = value.type in {ObjectType.STRING, ObjectType.HEX, ObjectType.OPAQUE}
    return octets and _is_under(value.oid, _PRIVATE)


def _is_under(oid: str, base: str) -> bool:
    return f"{oid}.".startswith(f"{base}.")


def told(value: ObjectValue, *, is_secret: bool) -> str:
    """The value as the journal keeps it."""
    if not value.is_there:
        return ""
    return HIDDEN if is_secret else visible(str(value.value), limit=TOLD)


_PLACE = re.compile(r"(?:\[(?P<v6>[^\]]+)\]|(?P<host>[^:\[\]]+))(?::(?P<port>\d{1,5}))?")
_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
DEFAULT_PORT = 161


def place(text: str) -> tuple[str, int]:
    """Host and port of `192.0.2.1`, `router:1161`, `2001:db8::1` or `[2001:db8::1]:161`."""
    given = text.strip()
    if is_address(given):
        return str(ip_address(given)), DEFAULT_PORT
    match = _PLACE.fullmatch(given)
    host = (match["v6"] or match["host"]) if match else ""
    port = int(match["port"] or DEFAULT_PORT) if match else 0
    is_known = is_address(host) if match and match["v6"] else bool(_NAME.fullmatch(host))
    if not is_known or not 1 <= port <= 65_535:
        raise Invalid(
            "an address is written as 192.0.2.1, [2001:db8::1]:161 or router:1161", field="address"
        )
    return host, port


def is_address(host: str) -> bool:
    """Whether it is a number and not a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
