"""What the network was before: each change of a device, a port or a link, with both states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    DeviceType,
    EvidenceKind,
    Interface,
    InterfaceId,
    Link,
    LinkId,
    OperStatus,
    Reachability,
    SiteId,
)

Facts = Mapping[str, Any]
"""What a map shows of a subject, as JSON keeps it."""


class Subject(StrEnum):
    """What changed."""

    DEVICE = "device"
    PORT = "port"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Change:
    """One subject was `before` and is `after`; None where it was not there or is gone."""

    at: datetime
    subject: Subject
    subject_id: int
    before: Facts | None
    after: Facts | None


@dataclass(frozen=True, slots=True)
class Bygone:
    """The network at a moment: what the inventory would have answered then."""

    devices: tuple[Device, ...]
    links: tuple[Link, ...]
    ports: tuple[Interface, ...]
    """Those that are ends of the links."""


def device_facts(row: Any) -> dict[str, Any]:
    """Of a row of the devices' table."""
    return {
        "name": row.name,
        "type": str(row.type),
        "address": row.address,
        "site": row.site_id,
        "managed": row.credential_id is not None,
        "reachability": str(row.reachability),
    }


def port_facts(status: int, speed_bps: int) -> dict[str, Any]:
    """Of an interface."""
    return {"status": int(status), "speed": int(speed_bps)}


def link_facts(row: Any) -> dict[str, Any]:
    """Of a row of the links' table."""
    return {
        "a": row.a_device,
        "a_port": row.a_interface,
        "b": row.b_device,
        "b_port": row.b_interface,
        "score": row.score,
        "kinds": [str(kind) for kind in row.kinds],
        "speed": row.speed_bps,
    }


UNKNOWN_CREDENTIAL = 0
"""Of a device that was managed then: by which credential is not kept."""


def device_as(facts: Facts, number: int, now: Device | None) -> Device:
    """The device as it was; what is not kept is as it is now."""
    known = now or Device(DeviceId(number), "", "", 0)
    managed = known.credential_id if known.is_managed else UNKNOWN_CREDENTIAL
    return replace(
        known,
        name=facts["name"],
        type=DeviceType(facts["type"]),
        address=facts["address"],
        site_id=None if facts["site"] is None else SiteId(facts["site"]),
        credential_id=managed if facts["managed"] else None,
        reachability=Reachability(facts["reachability"]),
    )


def port_as(facts: Facts, now: Interface) -> Interface:
    """The port as it was."""
    return replace(now, oper_status=OperStatus(facts["status"]), speed_bps=facts["speed"])


def link_as(facts: Facts, number: int) -> Link:
    """The link as it was."""
    return Link(
        id=LinkId(number),
        a_device=DeviceId(facts["a"]),
        a_interface=_port(facts["a_port"]),
        b_device=DeviceId(facts["b"]),
        b_interface=_port(facts["b_port"]),
        score=facts["score"],
        kinds=tuple(EvidenceKind(kind) for kind in facts["kinds"]),
        speed_bps=facts["speed"],
    )


def _port(number: int | None) -> InterfaceId | None:
    return None if number is None else InterfaceId(number)
