"""Pluggable modules: parts of ENTITY-MIB that are optics, and vendors' tables of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Entity, Interface, Transceiver
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Row, Rows, Value, columns

HUAWEI = columns(
    "1.3.6.1.4.1.2011.5.25.31.1.1.3.1",
    wavelength=2,
    serial=4,
    vendor=24,
    model=25,
    reach=45,
    limit=4000,
)
COMWARE = columns(
    "1.3.6.1.4.1.25506.2.70.1.1.1",
    cable=1,
    type=2,
    wavelength=3,
    vendor=4,
    serial=5,
    distance=7,
    ddm=8,
    oui=39,
    revision=40,
    limit=4000,
)
MIKROTIK = columns("1.3.6.1.4.1.14988.1.1.19.1.1", name=2, wavelength=5, millivolts=7, limit=1000)
OCNOS = columns(
    "1.3.6.1.4.1.36673.100.1.2.2.1",
    vendor=26,
    oui=27,
    model=28,
    revision=29,
    serial=35,
    date=36,
    limit=4000,
)
JUNIPER = columns(
    "1.3.6.1.4.1.2636.3.60.1.1.1.1", received=5, bias=6, sent=7, heat=8, lanes=30, limit=4000
)
JUNIPER_LANES = columns("1.3.6.1.4.1.2636.3.60.1.2.1.1", received=6, sent=8, limit=8000)
NEEDS = (HUAWEI, COMWARE, MIKROTIK, OCNOS, JUNIPER, JUNIPER_LANES)

_OPTICS = re.compile(
    r"(?ix)"
    r"transceiver | \b(?:x?sfp|qsfp|xfp|cfp|gbic|osfp)[\d+]*(?:-|\b)"
    r"| \b\d+(?:\.\d)?g?base-?(?:[a-z]*[sledbzvf][rxw]\d*|[lc]r\d|zr) \b | ^ge\ [slz]x\b"
)
_HOLDERS = re.compile(
    r"(?i)\b(?:container|cage|slot|bay|sensor|interface module|mod|fixed|\d+[ -]?p(?:ort)?s?)\b"
)
"""Words of what holds optics: cages, and line cards that describe themselves by their ports."""
_JUNOS_PLACE = re.compile(r"Fpc\[(\d+)\]/Pic\[(\d+)\]/Port\[(\d+)\]")
_NUMBER = re.compile(r"\d+")
_DATE = re.compile(r"(\d\d)(\d\d)(\d\d)")
_HUNDREDTHS = 100
_MOST_LANES = 16


async def read(
    agent: Agent, interfaces: Sequence[Interface], entities: Sequence[Entity]
) -> tuple[Transceiver, ...]:
    """The modules that are plugged in, from the first source that has any."""
    placed = {part.index: part.if_index for part in entities}
    known = {port.if_index for port in interfaces}
    return (
        tuple(huawei(await agent.rows(HUAWEI), placed))
        or tuple(comware(await agent.rows(COMWARE), known))
        or tuple(mikrotik(await agent.rows(MIKROTIK), known))
        or tuple(ocnos(await agent.rows(OCNOS)))
        or juniper(
            await agent.rows(JUNIPER),
            await agent.rows(JUNIPER_LANES),
            tuple(plugged(entities, interfaces)),
        )
    )


def plugged(
    entities: Sequence[Entity], interfaces: Sequence[Interface] = ()
) -> Iterator[Transceiver]:
    """Modules that call themselves optics and have a model or a serial number."""
    junos = {port.name.partition("-")[2]: port.if_index for port in interfaces}
    by_index = {part.index: part for part in entities}
    inside: dict[int, list[Entity]] = {}
    for part in entities:
        inside.setdefault(part.parent, []).append(part)
    for part in entities:
        if part.kind in ("module", "port") and (part.model or part.serial) and _is_optics(part):
            yield Transceiver(
                index=str(part.index),
                entity_index=part.index,
                if_index=_interface(part, by_index, inside) or _junos_interface(part, junos),
                type=part.descr.partition(" @ ")[0],
                vendor=part.vendor,
                model=part.model,
                revision=part.hardware,
                serial=part.serial,
            )


def _is_optics(part: Entity) -> bool:
    words = f"{part.name} | {part.descr}"
    return bool(_OPTICS.search(words)) and not _HOLDERS.search(part.descr)


def _interface(
    part: Entity, by_index: Mapping[int, Entity], inside: Mapping[int, Sequence[Entity]]
) -> int | None:
    """The port the module is, holds, or sits in."""
    if part.if_index is not None:
        return part.if_index
    held = {child.if_index for child in inside.get(part.index, ()) if child.if_index is not None}
    if len(held) == 1:
        return held.pop()
    holder = by_index.get(part.parent)
    return holder.if_index if holder and holder.kind == "port" else None


def _junos_interface(part: Entity, by_place: Mapping[str, int]) -> int | None:
    """Junos Evolved says where an optic sits in words: `@ /Chassis[0]/Fpc[0]/Pic[0]/Port[3]`."""
    place = _JUNOS_PLACE.search(part.descr)
    return by_place.get("/".join(place.groups())) if place else None


def juniper(rows: Rows, lanes: Rows, told: Sequence[Transceiver]) -> tuple[Transceiver, ...]:
    """JUNIPER-DOM-MIB, by ifIndex, with what ENTITY-MIB knows of the module; others follow.

    It has a row for each cage: in an empty one every reading is 0.
    """
    lit = {index[0] for index, row in lanes if row.get("received") or row.get("sent")}
    measured = {
        index[0]: max(1, tables.number(row.get("lanes"), 1))
        for index, row in rows
        if any(row.get(column) for column in ("received", "bias", "sent", "heat"))
    }
    measured |= {port: measured.get(port, 1) for port in lit}
    known = {one.if_index: one for one in told}
    found = [
        replace(
            known.get(port) or Transceiver(str(port), port),
            index=str(port),
            ddm=True,
            channels=count if count <= _MOST_LANES else 1,
        )
        for port, count in sorted(measured.items())
    ]
    return (*found, *(one for one in told if one.if_index not in measured))


def huawei(rows: Rows, placed: Mapping[int, int | None]) -> Iterator[Transceiver]:
    """HUAWEI-ENTITY-EXTENT-MIB hwOpticalModuleInfoTable: a row for each port, plugged or not."""
    for index, row in rows:
        model, serial = tables.text(row.get("model")), tables.text(row.get("serial"))
        if len(index) == 1 and (model or serial):
            reach = _NUMBER.match(tables.text(row.get("reach")))
            yield Transceiver(
                index=str(index[0]),
                entity_index=index[0],
                if_index=placed.get(index[0]),
                vendor=tables.text(row.get("vendor")),
                model=model,
                serial=serial,
                distance_m=int(reach[0]) if reach else None,
                wavelength_nm=_positive(row.get("wavelength")),
            )


def comware(rows: Rows, known: set[int]) -> Iterator[Transceiver]:
    """HH3C-TRANSCEIVER-INFO-MIB, by ifIndex; distances are metres, lengths of light nanometres."""
    for index, row in rows:
        kind, serial = tables.text(row.get("type")), tables.text(row.get("serial"))
        if len(index) == 1 and (kind or serial):
            yield Transceiver(
                index=str(index[0]),
                if_index=index[0] if index[0] in known else None,
                type=kind,
                vendor=tables.text(row.get("vendor")),
                oui=_oui(row.get("oui")),
                revision=tables.text(row.get("revision")),
                serial=serial,
                ddm=row.get("ddm") == 1 if "ddm" in row else None,
                cable=tables.text(row.get("cable")),
                distance_m=_positive(row.get("distance")),
                wavelength_nm=_positive(row.get("wavelength")),
            )


def mikrotik(rows: Rows, known: set[int]) -> Iterator[Transceiver]:
    """MIKROTIK-MIB mtxrOpticalTable, by ifIndex; light in hundredths of a nanometre.

    It has a row for each cage: an empty one has neither light nor voltage.
    """
    for index, row in rows:
        length = _positive(row.get("wavelength"))
        if len(index) == 1 and (length or _positive(row.get("millivolts"))):
            yield Transceiver(
                index=str(index[0]),
                if_index=index[0] if index[0] in known else None,
                wavelength_nm=length // _HUNDREDTHS if length else None,
            )


def ocnos(rows: Rows) -> Iterator[Transceiver]:
    """IPI-CMM-CHASSIS-MIB: optics by chassis unit and cage."""
    for index, row in rows:
        model, serial = tables.text(row.get("model")), tables.text(row.get("serial"))
        if len(index) == 2 and (model or serial):
            yield Transceiver(
                index=f"{index[0]}.{index[1]}",
                vendor=tables.text(row.get("vendor")),
                oui=tables.text(row.get("oui")),
                model=model,
                revision=tables.text(row.get("revision")),
                serial=serial,
                date=_date(row),
            )


def _date(row: Row) -> str:
    """SFF-8472's date code `180905` as `2018-09-05`."""
    found = _DATE.match(tables.text(row.get("date")))
    return f"20{found[1]}-{found[2]}-{found[3]}" if found else ""


def _oui(value: Value) -> str:
    """The maker's number (IEEE) of three octets, as in MAC addresses."""
    if isinstance(value, bytes) and len(value) == 3:
        return value.hex(":")
    return tables.text(value)


def _positive(value: Value) -> int | None:
    return value if isinstance(value, int) and 0 < value < 2**31 - 1 else None
