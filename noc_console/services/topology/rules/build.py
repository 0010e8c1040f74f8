"""From what the services know to one graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    Interface,
    InterfaceId,
    Link,
    OperStatus,
    Site,
)
from noc_console.services.telemetry.model import InterfaceNow
from noc_console.services.topology.model import Edge, End, Graph, LinkState, Load, Node, Place

_DOWN = {OperStatus.DOWN, OperStatus.LOWER_LAYER_DOWN, OperStatus.NOT_PRESENT}


def graph(
    devices: Iterable[Device],
    sites: Iterable[Site],
    links: Iterable[Link],
    *,
    ports: Mapping[InterfaceId, Interface],
    alarms: Iterable[Alarm],
    now: Mapping[int, InterfaceNow],
    at: datetime,
) -> Graph:
    """Every device, every link between two of them, and the sites they are at."""
    by_site = {site.id: site for site in sites}
    worst, counts = _trouble(alarms)
    nodes = tuple(
        Node(
            device_id=device.id,
            name=device.name or device.address,
            type=device.type,
            address=device.address,
            site_id=device.site_id,
            site=by_site[device.site_id].name if device.site_id in by_site else "",
            reachability=device.reachability,
            severity=worst.get(device.id, Severity.CLEARED),
            alarms=counts.get(device.id, 0),
            is_managed=device.is_managed,
        )
        for device in devices
    )
    known = {node.device_id for node in nodes}
    lived_in = {node.site_id for node in nodes}
    return Graph(
        nodes=nodes,
        edges=tuple(
            _edge(link, ports, now)
            for link in links
            if link.a_device in known and link.b_device in known
        ),
        places=tuple(
            Place(site.id, site.name, site.latitude, site.longitude)
            for site in by_site.values()
            if site.id in lived_in
        ),
        at=at,
    )


def _trouble(alarms: Iterable[Alarm]) -> tuple[dict[int, Severity], dict[int, int]]:
    worst: dict[int, Severity] = {}
    counts: dict[int, int] = {}
    for alarm in alarms:
        if alarm.is_active:
            device = alarm.about.device_id
            worst[device] = max(alarm.severity, worst.get(device, Severity.CLEARED))
            counts[device] = counts.get(device, 0) + 1
    return worst, counts


def _edge(
    link: Link, ports: Mapping[InterfaceId, Interface], now: Mapping[int, InterfaceNow]
) -> Edge:
    a = _end(link.a_device, link.a_interface, ports)
    b = _end(link.b_device, link.b_interface, ports)
    told = [
        ports[port].speed_bps
        for port in (link.a_interface, link.b_interface)
        if port is not None and port in ports and ports[port].speed_bps > 0
    ]
    return Edge(
        link_id=link.id,
        a=a,
        b=b,
        speed_bps=min(told) if told else link.speed_bps,
        score=link.score,
        kinds=tuple(kind.value for kind in link.kinds),
        load=load(a, b, ports, now),
    )


def _end(device: DeviceId, port: InterfaceId | None, ports: Mapping[InterfaceId, Interface]) -> End:
    known = ports.get(port) if port is not None else None
    return End(device, port, known.name if known else "")


def load(
    a: End, b: End, ports: Mapping[InterfaceId, Interface], now: Mapping[int, InterfaceNow]
) -> Load:
    """What the ends measure. `a` sends what `b` receives: either end's word will do."""
    at_a = now.get(a.interface_id) if a.interface_id is not None else None
    at_b = now.get(b.interface_id) if b.interface_id is not None else None
    times = [word.at for word in (at_a, at_b) if word is not None]
    return Load(
        ab_bps=_first(at_a.out_bps if at_a else None, at_b.in_bps if at_b else None),
        ba_bps=_first(at_b.out_bps if at_b else None, at_a.in_bps if at_a else None),
        state=_state([_status(end, ports, now) for end in (a, b)]),
        at=max(times) if times else None,
    )


def with_rates(old: Graph, now: Mapping[int, InterfaceNow], at: datetime) -> Graph:
    """The same network with newer rates; what is up or down is the inventory's word."""
    edges = []
    for edge in old.edges:
        fresh = load(edge.a, edge.b, {}, now)
        edges.append(replace(edge, load=replace(fresh, state=edge.load.state)))
    return replace(old, edges=tuple(edges), at=at)


def _first(mine: float | None, theirs: float | None) -> float | None:
    return mine if mine is not None else theirs


def _status(
    end: End, ports: Mapping[InterfaceId, Interface], now: Mapping[int, InterfaceNow]
) -> int | None:
    """The port's status: inventory hears of a change at once, telemetry with the next poll."""
    if end.interface_id is None:
        return None
    if (port := ports.get(end.interface_id)) is not None:
        return port.oper_status
    word = now.get(end.interface_id)
    return word.oper_status if word is not None else None


def _state(statuses: list[int | None]) -> LinkState:
    if any(status in _DOWN for status in statuses):
        return LinkState.DOWN
    if any(status == OperStatus.UP for status in statuses):
        return LinkState.UP
    return LinkState.UNKNOWN
