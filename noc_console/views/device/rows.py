"""The lists of a device's page: interfaces, neighbours, alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QIcon

from noc_console.kernel.quantity import Bps
from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    Evidence,
    EvidenceKind,
    Interface,
    InterfaceId,
    Link,
    OperStatus,
    Reachability,
)
from noc_console.services.telemetry.model import InterfaceNow
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.severity import severity_icon, severity_word, state_icon
from noc_console.views.kit.times import Times

Curve = NDArray[np.float64]

STATUS_WORDS = {
    OperStatus.UP: "up",
    OperStatus.DOWN: "down",
    OperStatus.TESTING: "testing",
    OperStatus.UNKNOWN: "unknown",
    OperStatus.DORMANT: "dormant",
    OperStatus.NOT_PRESENT: "absent",
    OperStatus.LOWER_LAYER_DOWN: "down below",
}
_BROKEN = {OperStatus.DOWN, OperStatus.LOWER_LAYER_DOWN, OperStatus.NOT_PRESENT}


@dataclass(frozen=True, slots=True)
class Port:
    """An interface with what it does now and who is behind it."""

    interface: Interface
    now: InterfaceNow | None = None
    neighbour: str = ""
    severity: Severity = Severity.CLEARED
    step: int = 0
    """Which step of the live curve is shown: without it a new curve would look like the old."""
    curve: Curve | None = field(default=None, compare=False)

    @property
    def oper(self) -> OperStatus:
        return self.interface.oper_status

    @property
    def share(self) -> float | None:
        """The busier direction's part of the speed, 0–1."""
        if self.now is None or self.interface.speed_bps <= 0:
            return None
        rates = [rate for rate in (self.now.in_bps, self.now.out_bps) if rate is not None]
        return max(rates) / self.interface.speed_bps if rates else None

    @property
    def errors(self) -> float | None:
        """Errors per second, both directions."""
        if self.now is None:
            return None
        told = [rate for rate in (self.now.in_errors, self.now.out_errors) if rate is not None]
        return sum(told) if told else None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The other end of a link."""

    link: Link
    mine: str
    name: str
    device_id: DeviceId
    theirs: str
    reachability: Reachability
    severity: Severity = Severity.CLEARED


def status_word(interface: Interface) -> str:
    """Up, down, or switched off by somebody."""
    return STATUS_WORDS[interface.oper_status] if interface.admin_up else "disabled"


def rate_text(bps: float | None) -> str:
    return "–" if bps is None else str(Bps(bps))


def _status_icon(port: Port) -> QIcon:
    interface = port.interface
    if interface.admin_up and interface.oper_status in _BROKEN and port.severity:
        return state_icon(Reachability.DOWN, port.severity)
    if interface.oper_status is OperStatus.UP:
        return state_icon(Reachability.UP, port.severity)
    return state_icon(Reachability.UNKNOWN, port.severity)


def port_columns() -> tuple[Column[Port], ...]:
    """The dense table of interfaces."""
    return (
        Column(
            "",
            lambda p: status_word(p.interface),
            id="status",
            sort=lambda p: (not p.interface.admin_up, p.oper != OperStatus.UP, p.interface.index),
            width=78,
            icon=_status_icon,
            dim=True,
        ),
        Column(
            "Interface",
            lambda p: p.interface.name,
            sort=lambda p: p.interface.index,
            width=104,
            tip=lambda p: p.interface.descr,
        ),
        Column(
            "Alias",
            lambda p: p.interface.alias if p.interface.alias != p.interface.name else "",
            width=110,
            stretch=True,
            dim=True,
        ),
        Column("Neighbour", lambda p: p.neighbour, width=140),
        Column(
            "Speed",
            lambda p: speed_text(p.interface.speed_bps),
            sort=lambda p: p.interface.speed_bps,
            width=58,
            align=Align.RIGHT,
            dim=True,
            export=lambda p: str(p.interface.speed_bps),
        ),
        _rate("In", lambda now: now.in_bps),
        _rate("Out", lambda now: now.out_bps),
        Column(
            "5 min",
            lambda p: "",
            id="curve",
            sort=lambda p: p.share,
            width=92,
            curve=lambda p: p.curve,
            export=lambda p: "",
        ),
        Column(
            "Load",
            lambda p: "–" if p.share is None else f"{p.share:.0%}",
            sort=lambda p: p.share,
            width=54,
            align=Align.RIGHT,
            bar=lambda p: p.share,
            export=lambda p: "" if p.share is None else f"{p.share * 100:.2f}",
        ),
        Column(
            "Errors/s",
            lambda p: _errors(p.errors),
            id="errors",
            sort=lambda p: p.errors,
            width=62,
            align=Align.RIGHT,
            bold=lambda p: bool(p.errors),
            dim=True,
        ),
        Column(
            "MTU",
            lambda p: str(p.interface.mtu or ""),
            sort=lambda p: p.interface.mtu,
            width=48,
            align=Align.RIGHT,
            dim=True,
        ),
        Column("MAC", lambda p: p.interface.mac, width=142, mono=True, dim=True),
        Column(
            "Addresses",
            lambda p: ", ".join(p.interface.addresses),
            width=112,
            mono=True,
            is_address=True,
            export=lambda p: (p.interface.addresses or ("",))[0].partition("/")[0],
        ),
        Column(
            "Index",
            lambda p: str(p.interface.index),
            sort=lambda p: p.interface.index,
            width=60,
            align=Align.RIGHT,
            hidden=True,
        ),
    )


def _rate(title: str, of: Callable[[InterfaceNow], float | None]) -> Column[Port]:
    def value(port: Port) -> float | None:
        return None if port.now is None else of(port.now)

    return Column(
        title,
        lambda p: rate_text(value(p)),
        sort=value,
        width=78,
        align=Align.RIGHT,
        export=lambda p: "" if (rate := value(p)) is None else f"{rate:.0f}",
    )


def speed_text(bps: int) -> str:
    """`10G` as operators say it."""
    for size, unit in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if bps >= size:
            return f"{bps / size:g}{unit}"
    return ""


def _errors(rate: float | None) -> str:
    if rate is None:
        return "–"
    return "0" if rate == 0 else f"{rate:.2g}" if rate < 10 else f"{rate:.0f}"


def neighbour_columns(times: Times) -> tuple[Column[Neighbour], ...]:
    """Who is linked, and how well that is proven."""
    return (
        Column(
            "Device",
            lambda n: n.name,
            width=200,
            icon=lambda n: state_icon(n.reachability, n.severity),
        ),
        Column("Own port", lambda n: n.mine, width=150),
        Column("Their port", lambda n: n.theirs, width=150),
        Column(
            "Speed",
            lambda n: speed_text(n.link.speed_bps),
            sort=lambda n: n.link.speed_bps,
            width=80,
            align=Align.RIGHT,
            dim=True,
        ),
        Column(
            "Proof",
            lambda n: f"{n.link.score}",
            sort=lambda n: n.link.score,
            width=70,
            align=Align.RIGHT,
            bar=lambda n: n.link.score / 100,
        ),
        Column(
            "Told by",
            lambda n: ", ".join(kind.value.upper() for kind in n.link.kinds),
            width=180,
            stretch=True,
            dim=True,
        ),
        Column(
            "Confirmed",
            lambda n: f"{times.ago(n.link.last_seen)} ago" if n.link.last_seen else "–",
            sort=lambda n: n.link.last_seen,
            width=110,
            tip=lambda n: times.both(n.link.last_seen),
            dim=True,
        ),
    )


SPOKEN = frozenset(
    (
        EvidenceKind.LLDP,
        EvidenceKind.CDP,
        EvidenceKind.EDP,
        EvidenceKind.FDP,
        EvidenceKind.ISDP,
        EvidenceKind.MNDP,
    )
)
"""Protocols in which a neighbour says its own name."""


def strangers(device: Device, told: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """What the device hears of boxes that the inventory does not know: telephones, others' gear."""
    return tuple(
        row
        for row in told
        if row.device_id == device.id and row.remote_device_id is None and row.kind in SPOKEN
    )


def heard_columns(times: Times, ports: Mapping[int, str]) -> tuple[Column[Evidence], ...]:
    """Neighbours in their own words; `ports` are our interfaces' names by id."""
    return (
        Column(
            "Own port",
            lambda e: ports.get(int(e.interface_id), "") if e.interface_id is not None else "",
            width=150,
        ),
        Column("Calls itself", lambda e: e.remote_name or e.remote_chassis, width=200,
               stretch=True, tip=lambda e: e.raw),
        Column("Their port", lambda e: e.remote_port_descr or e.remote_port, width=150),
        Column("Address", lambda e: e.remote_address, width=140, mono=True, is_address=True),
        Column("Chassis", lambda e: e.remote_chassis, width=150, mono=True, dim=True),
        Column("Kind", lambda e: "endpoint" if e.is_endpoint else "", width=80, dim=True),
        Column("Told by", lambda e: e.kind.value.upper(), width=80, dim=True),
        Column("Heard", lambda e: f"{times.ago(e.seen_at)} ago", sort=lambda e: e.seen_at,
               width=90, tip=lambda e: times.both(e.seen_at), dim=True),
    )  # fmt: skip


def alarm_columns(times: Times) -> tuple[Column[Alarm], ...]:
    """What is wrong with this device."""
    return (
        Column(
            "Severity",
            lambda a: severity_word(a.severity),
            sort=lambda a: -a.severity,
            width=110,
            icon=lambda a: severity_icon(a.severity, quiet=a.acked_by is not None),
        ),
        Column("Problem", lambda a: a.text, width=360, stretch=True),
        Column("Object", lambda a: a.interface_name or "device", width=150, dim=True),
        Column(
            "Since",
            lambda a: times.ago(a.first_seen),
            sort=lambda a: a.first_seen,
            width=90,
            align=Align.RIGHT,
            tip=lambda a: times.both(a.first_seen),
        ),
        Column(
            "Seen",
            lambda a: f"{a.count}×",
            sort=lambda a: a.count,
            width=70,
            align=Align.RIGHT,
            dim=True,
        ),
        Column("With", lambda a: a.acked_by or "", width=120, dim=True),
    )


def ports(
    interfaces: tuple[Interface, ...],
    now: Mapping[int, InterfaceNow],
    neighbours: Mapping[InterfaceId, str],
    alarms: tuple[Alarm, ...],
    curves: Callable[[int], Curve],
    step: int,
) -> tuple[Port, ...]:
    """Interfaces with everything known about each."""
    worst: dict[int, Severity] = {}
    for alarm in alarms:
        if alarm.is_active and alarm.about.interface_id is not None:
            id = alarm.about.interface_id
            worst[id] = max(alarm.severity, worst.get(id, Severity.CLEARED))
    return tuple(
        Port(
            interface,
            now.get(int(interface.id)),
            neighbours.get(interface.id, ""),
            worst.get(int(interface.id), Severity.CLEARED),
            step,
            curves(int(interface.id)),
        )
        for interface in interfaces
    )


def neighbours(
    device: Device,
    links: tuple[Link, ...],
    others: Mapping[DeviceId, Device],
    names: Mapping[InterfaceId, str],
    worst: Mapping[int, Severity],
) -> tuple[Neighbour, ...]:
    """The other end of each link of a device."""
    found = []
    for link in links:
        is_a = link.a_device == device.id
        other_id = link.b_device if is_a else link.a_device
        mine, theirs = link.a_interface, link.b_interface
        if not is_a:
            mine, theirs = theirs, mine
        other = others.get(other_id)
        found.append(
            Neighbour(
                link,
                names.get(mine, "") if mine is not None else "",
                other.name if other else f"device {other_id}",
                other_id,
                names.get(theirs, "") if theirs is not None else "",
                other.reachability if other else Reachability.UNKNOWN,
                worst.get(int(other_id), Severity.CLEARED),
            )
        )
    return tuple(found)
