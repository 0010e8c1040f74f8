"""Findings as the JSON that `noc-console inspect --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from noc_console.services.inspection import iftypes
from noc_console.services.inspection.model import Findings, Sensor
from noc_console.services.inspection.units import unit_of

Document = dict[str, Any]


def document(found: Findings) -> Document:
    """One device as one object; what the device did not tell is null or "". Plain JSON types."""
    names = {port.if_index: port.name for port in found.interfaces}
    return {
        "platform": found.verdict.platform,
        "vendor": found.verdict.vendor,
        "device_type": found.verdict.device_type,
        "model": found.verdict.model,
        "version": found.verdict.version,
        "serial": found.verdict.serial,
        "features": found.verdict.features,
        "reasons": list(found.verdict.reasons),
        "sys_name": found.system.name,
        "sys_object_id": found.system.object_id,
        "sys_descr": found.system.descr,
        "interfaces": [
            {
                "if_index": port.if_index,
                "name": port.name,
                "descr": port.descr,
                "alias": port.alias,
                "type": None if port.type is None else iftypes.name_of(port.type),
                "speed_bps": port.speed_bps,
                "mtu": port.mtu,
                "mac": port.mac,
                "admin": port.admin,
                "oper": port.oper,
                "duplex": port.duplex,
                "lag_index": port.lag_index,
                "above": list(port.above),
            }
            for port in found.interfaces
        ],
        "addresses": _plain(found.addresses),
        "arp": _plain(found.arp, leave=("raw",)),
        "neighbours": [
            {"local_port": each["local_port"] or names.get(each["local_if_index"], "")}
            | {key: value for key, value in each.items() if key != "local_port"}
            for each in _plain(found.neighbours, leave=("raw",))
        ],
        "entities": _plain(found.entities),
        "processors": [
            {"name": each.name, "usage_percent": each.usage_percent, "oid": each.reading.oid}
            for each in found.processors
        ],
        "memory": _plain(found.memory, leave=("reading",)),
        "storage": _plain(found.storage, leave=("reading",)),
        "sensors": [_sensor(each) for each in found.sensors],
        "wireless": [_sensor(each) for each in found.wireless],
        "transceivers": _plain(found.transceivers),
        "vlans": _plain(found.vlans),
        "spanning_trees": _plain(found.spanning_trees),
        "macs": _plain(found.macs, leave=("raw",)),
        "bgp_peers": _plain(found.bgp_peers, leave=("raw",)),
        "ospf_neighbours": _plain(found.ospf_neighbours, leave=("raw",)),
        "isis_adjacencies": _plain(found.isis_adjacencies),
        "vrfs": _plain(found.vrfs),
        "routes": _plain(found.routes),
        "poe": _plain(found.poe),
        "onus": _plain(found.onus),
        "problems": _plain(found.problems),
    }


def _sensor(one: Sensor) -> Document:
    return {
        "class": one.kind,
        "name": one.name,
        "value": one.value,
        "unit": unit_of(one.kind),
        "oid": one.reading.oid,
        "limit_low": one.limit_low,
        "limit_high": one.limit_high,
        "warn_low": one.warn_low,
        "warn_high": one.warn_high,
        "state": next((word for number, _, word in one.states if number == one.value), ""),
        "if_index": one.if_index,
        "group": one.group,
        "index": one.index,
    }


def _plain(found: Sequence[Any], *, leave: Sequence[str] = ()) -> list[Document]:
    """Dataclasses as objects, without the fields that are no one's business outside."""
    return [
        {key: value for key, value in asdict(each).items() if key not in leave} for each in found
    ]
