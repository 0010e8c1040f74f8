"""From what the services know to one graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.inventory.link_ends import LAG, LightSensor, LinkPort
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
from noc_console.services.topology.model import (
    Edge,
    End,
    Graph,
    Light,
    LinkState,
    Load,
    Node,
    Place,
)
from noc_console.services.topology.rules import bundle

Port = Interface | LinkPort

DARKEST_DBM = -27.0
"""The limit of a module that tells none; the alarms of received light begin there as well."""
_NO_LIGHT: Mapping[int, Light] = {}
_DOWN = {OperStatus.DOWN, OperStatus.LOWER_LAYER_DOWN, OperStatus.NOT_PRESENT}


def graph(
    devices: Iterable[Device],
    sites: Iterable[Site],
    links: Iterable[Link],
    *,
    ports: Mapping[InterfaceId, Port],
    alarms: Iterable[Alarm],
    now: Mapping[int, InterfaceNow],
    at: datetime,
    light: Mapping[int, Light] = _NO_LIGHT,
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
            _edge(link, ports, now, light)
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
    link: Link,
    ports: Mapping[InterfaceId, Port],
    now: Mapping[int, InterfaceNow],
    light: Mapping[int, Light],
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
        load=load(a, b, ports, now, light),
    )


def _end(device: DeviceId, port: InterfaceId | None, ports: Mapping[InterfaceId, Port]) -> End:
    known = ports.get(port) if port is not None else None
    if known is None:
        return End(device, port)
    is_lag = known.type == LAG
    return End(device, port, known.name, is_lag, known.index if is_lag else known.lag_index)


def load(
    a: End,
    b: End,
    ports: Mapping[InterfaceId, Port],
    now: Mapping[int, InterfaceNow],
    light: Mapping[int, Light] = _NO_LIGHT,
) -> Load:
    """What the ends measure. `a` sends what `b` receives: either end's word will do.

    Lost frames are lost at either end, so both ends' words count. Light is only told where
    the port's device answers: the last word of a dead one says nothing of the fibre.
    """
    at_a = now.get(a.interface_id) if a.interface_id is not None else None
    at_b = now.get(b.interface_id) if b.interface_id is not None else None
    from_a, into_a = _sent(at_a), _received(at_a)
    from_b, into_b = _sent(at_b), _received(at_b)
    times = [word.at for word in (at_a, at_b) if word is not None]
    return Load(
        ab_bps=_first(from_a[0], into_b[0]),
        ba_bps=_first(from_b[0], into_a[0]),
        state=_state([_status(end, ports, now) for end in (a, b)]),
        at=max(times) if times else None,
        ab_errors=_sum(from_a[1], into_b[1]),
        ba_errors=_sum(from_b[1], into_a[1]),
        ab_discards=_sum(from_a[2], into_b[2]),
        ba_discards=_sum(from_b[2], into_a[2]),
        ab_light=_lit(at_b, light),
        ba_light=_lit(at_a, light),
    )


Rates = tuple[float | None, float | None, float | None]
"""bit/s, errors/s and discards/s."""


def _sent(word: InterfaceNow | None) -> Rates:
    return (None,) * 3 if word is None else (word.out_bps, word.out_errors, word.out_discards)


def _received(word: InterfaceNow | None) -> Rates:
    return (None,) * 3 if word is None else (word.in_bps, word.in_errors, word.in_discards)


def _sum(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _lit(word: InterfaceNow | None, light: Mapping[int, Light]) -> Light | None:
    if word is None or word.in_bps is None:
        return None
    return light.get(word.interface_id)


def lights(sensors: Iterable[LightSensor], levels: Mapping[int, float]) -> dict[int, Light]:
    """The light each interface receives; of several lanes the one with the least room."""
    found: dict[int, Light] = {}
    for sensor in sensors:
        if (dbm := levels.get(int(sensor.id))) is None:
            continue
        low = DARKEST_DBM if sensor.low is None else sensor.low
        lane = Light(dbm, low, sensor.high)
        found[int(sensor.interface_id)] = bundle.dimmer(found.get(int(sensor.interface_id)), lane)
    return found


def ports_of(edges: Iterable[Edge]) -> set[int]:
    """The interfaces links end at, those inside bundles as well."""
    found: set[int] = set()
    for edge in edges:
        if edge.parts:
            found |= ports_of(edge.parts)
        for end in (edge.a, edge.b):
            if end.interface_id is not None:
                found.add(int(end.interface_id))
    return found


def part(whole: Graph, devices: Collection[DeviceId]) -> Graph:
    """Some devices, the links between them and their sites."""
    nodes = tuple(node for node in whole.nodes if node.device_id in devices)
    known, sites = {node.device_id for node in nodes}, {node.site_id for node in nodes}
    return replace(
        whole,
        nodes=nodes,
        edges=tuple(
            edge for edge in whole.edges if edge.a.device_id in known and edge.b.device_id in known
        ),
        places=tuple(place for place in whole.places if place.site_id in sites),
    )


def with_rates(
    old: Graph,
    now: Mapping[int, InterfaceNow],
    at: datetime,
    *,
    light: Mapping[int, Light] = _NO_LIGHT,
) -> Graph:
    """The same network with newer rates; what is up or down is the inventory's word."""
    return replace(old, edges=tuple(_refreshed(edge, now, light) for edge in old.edges), at=at)


def _refreshed(edge: Edge, now: Mapping[int, InterfaceNow], light: Mapping[int, Light]) -> Edge:
    if edge.parts:
        return bundle.summed(edge, tuple(_refreshed(part, now, light) for part in edge.parts))
    if _says_the_same(edge, now):
        return edge
    fresh = load(edge.a, edge.b, {}, now, light)
    return replace(edge, load=replace(fresh, state=edge.load.state))


def _says_the_same(edge: Edge, now: Mapping[int, InterfaceNow]) -> bool:
    """Whether no end measured anew or fell silent: so it is of most links between two polls."""
    at_a = now.get(edge.a.interface_id) if edge.a.interface_id is not None else None
    at_b = now.get(edge.b.interface_id) if edge.b.interface_id is not None else None
    times = [word.at for word in (at_a, at_b) if word is not None]
    if not times or max(times) != edge.load.at:
        return False
    ab = _first(at_a.out_bps if at_a else None, at_b.in_bps if at_b else None)
    ba = _first(at_b.out_bps if at_b else None, at_a.in_bps if at_a else None)
    return ab == edge.load.ab_bps and ba == edge.load.ba_bps


def _first(mine: float | None, theirs: float | None) -> float | None:
    return mine if mine is not None else theirs


def _status(
    end: End, ports: Mapping[InterfaceId, Port], now: Mapping[int, InterfaceNow]
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
