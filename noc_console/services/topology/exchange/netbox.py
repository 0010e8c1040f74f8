"""NetBox: devices, cables and sites, as its pages export them (CSV) or its API tells (JSON).

The columns differ between versions and with what the page shows; names are compared without
case, blanks and underscores. Cables come in the form of its import (`side_a_device`,
`side_a_name`, …), as a page's current view (`Device A`, `Termination A`), or from the API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from noc_console.services.topology.exchange.document import (
    Document,
    Item,
    Tie,
    clean,
    degrees,
    type_of,
)

Row = Mapping[str, Any]


def document(tables: Sequence[Sequence[Row]]) -> Document | None:
    """The network of the tables, or None when they are not NetBox's."""
    sites: dict[str, Row] = {}
    devices: list[Row] = []
    cables: list[Row] = []
    for table in tables:
        rows = [_even(row) for row in table]
        if _is_cable(rows[0]):
            cables += rows
        elif _is_device(rows[0]):
            devices += rows
        elif {"name", "latitude", "longitude"} <= set(rows[0]):
            sites |= {_word(row.get("name")): row for row in rows}
    if not devices:
        return None
    items = tuple(_item(row, sites) for row in devices)
    found = [_tie(row) for row in cables]
    ties = tuple(tie for tie in found if tie is not None)
    problems = []
    if lost := len(found) - len(ties):
        problems.append(
            f"{lost} cables do not name the devices at both ends; export them with their devices"
        )
    return Document(items, ties, "NetBox", tuple(problems))


def _even(row: Row) -> dict[str, Any]:
    return {str(k).lower().replace(" ", "").replace("_", ""): v for k, v in row.items()}


def _is_device(row: Row) -> bool:
    kind = {"devicetype", "manufacturer", "role", "devicerole"}
    return "name" in row and "site" in row and bool(kind & set(row))


def _is_cable(row: Row) -> bool:
    return any(
        name in row for name in ("sideadevice", "devicea", "aterminations", "terminationaid")
    )


def _word(value: object) -> str:
    """A cell: text, or the API's object with its name."""
    if isinstance(value, Mapping):
        for name in ("address", "name", "display", "model", "label", "value"):
            if value.get(name):
                return clean(value[name])
        return ""
    return clean(value)


def _item(row: Row, sites: Mapping[str, Row]) -> Item:
    site = _word(row.get("site"))
    place = sites.get(site, {})
    kind = row.get("devicetype", row.get("type"))
    maker = _word(row.get("manufacturer"))
    if not maker and isinstance(kind, Mapping):
        maker = _word(kind.get("manufacturer"))
    role = _word(row.get("role") or row.get("devicerole"))
    address = _word(row.get("primaryip") or row.get("primaryip4") or row.get("ipaddress"))
    name = _word(row.get("name"))
    return Item(
        key=name,
        name=name,
        type=type_of(role),
        address=address.partition("/")[0],
        vendor=maker,
        model=_word(kind),
        serial=_word(row.get("serial") or row.get("serialnumber")),
        site=site,
        latitude=degrees(place.get("latitude"), 90.0),
        longitude=degrees(place.get("longitude"), 180.0),
    )


def _tie(row: Row) -> Tie | None:
    a, a_port = _end(row, "a")
    b, b_port = _end(row, "b")
    return Tie(a, b, a_port, b_port) if a and b else None


def _end(row: Row, side: str) -> tuple[str, str]:
    """The device and port at a side, "" where they are not told."""
    told = row.get(f"{side}terminations")
    if isinstance(told, Sequence) and not isinstance(told, str):
        first = told[0] if told else {}
        end = first.get("object", {}) if isinstance(first, Mapping) else {}
        if not isinstance(end, Mapping):
            return "", ""
        return _word(end.get("device")), clean(end.get("name", ""))
    device = _word(row.get(f"side{side}device") or row.get(f"device{side}"))
    port = _word(row.get(f"side{side}name") or row.get(f"termination{side}"))
    return device, port
