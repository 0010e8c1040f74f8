"""The past as graphs: a state that is carried forward, what happened in words, what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from noc_console.services.alarms.model import Alarm, AlarmTurn, Severity
from noc_console.services.inventory.changes import Bygone, Change, Subject, device_as, port_as
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    Interface,
    InterfaceId,
    LinkId,
    OperStatus,
    Reachability,
    Site,
)
from noc_console.services.telemetry.model import Rates
from noc_console.services.topology.happenings import Difference, Happening, Sign
from noc_console.services.topology.model import Edge, Graph, LinkState, Node
from noc_console.services.topology.rules import build

BOUND = 0.2
"""A load that changed by so much of the link's capacity is told as a difference."""

_LOADS = (
    ("ab_bps", "out_octets", "in_octets"),
    ("ab_errors", "out_errors", "in_errors"),
    ("ab_discards", "out_discards", "in_discards"),
)


# A state that is carried forward


class Replay:
    """The network at a moment, carried forward by what happened. Not for two threads at once."""

    def __init__(
        self,
        bygone: Bygone,
        sites: Sequence[Site],
        alarms: Iterable[Alarm],
        rates: Rates | None,
        *,
        at: datetime,
    ) -> None:
        self._sites = tuple(sites)
        self._devices = {int(device.id): device for device in bygone.devices}
        self._links = {int(link.id): link for link in bygone.links}
        self._ports = {port.id: port for port in bygone.ports}
        self._alarms: dict[int, dict[int, Alarm]] = defaultdict(dict)
        for alarm in alarms:
            self._alarms[alarm.about.device_id][int(alarm.id)] = alarm
        self.graph = loaded(self._whole(at), rates)
        self._node_at = {int(n.device_id): i for i, n in enumerate(self.graph.nodes)}
        self._edge_at = {int(edge.link_id): i for i, edge in enumerate(self.graph.edges)}
        self._links_at: dict[int, set[int]] = defaultdict(set)
        for link in bygone.links:
            for port in (link.a_interface, link.b_interface):
                if port is not None:
                    self._links_at[int(port)].add(int(link.id))

    @property
    def interfaces(self) -> tuple[int, ...]:
        """The ports whose load the map shows."""
        return tuple(int(port) for port in self._ports)

    def advance(
        self, changes: Iterable[Change], turns: Iterable[AlarmTurn], *, at: datetime
    ) -> Graph | None:
        """The network after these changes, in their order; None when devices or links came or
        went: then the state is to be read anew.
        """
        devices: set[int] = set()
        links: set[int] = set()
        for change in changes:
            if not self._takes(change, devices, links):
                return None
        for turn in turns:
            device = turn.alarm.about.device_id
            known = self._alarms[device]
            known.pop(int(turn.alarm.id), None)
            if turn.severity > Severity.CLEARED:
                known[int(turn.alarm.id)] = turn.alarm
            devices.add(device)
        devices &= self._node_at.keys()
        if devices or links:
            self._patch(devices, links, at)
        return self.graph

    def load(self, rates: Rates, *, at: datetime) -> Graph:
        """The same with the rates of another moment."""
        self.graph = loaded(replace(self.graph, at=at), rates)
        return self.graph

    def _takes(self, change: Change, devices: set[int], links: set[int]) -> bool:
        number = change.subject_id
        if change.subject is Subject.PORT:
            port = self._ports.get(InterfaceId(number))
            if port is not None and change.after is not None:
                self._ports[port.id] = port_as(change.after, port)
                links |= self._links_at[number]
            return True
        if change.subject is Subject.DEVICE and change.after is not None:
            known = self._devices.get(number)
            if known is not None:
                self._devices[number] = device_as(change.after, number, known)
                devices.add(number)
                return True
        return False

    def _patch(self, devices: set[int], links: set[int], at: datetime) -> None:
        """Build only what changed; the rest of the graph stays the very same values."""
        ends = {
            int(end)
            for link in links
            for end in (self._links[link].a_device, self._links[link].b_device)
        }
        fresh = build.graph(
            [self._devices[number] for number in sorted(devices | ends)],
            self._sites,
            [self._links[number] for number in sorted(links)],
            ports=self._ports,
            alarms=[a for number in devices | ends for a in self._alarms[number].values()],
            now={},
            at=at,
        )
        nodes, edges = list(self.graph.nodes), list(self.graph.edges)
        for node in fresh.nodes:
            nodes[self._node_at[int(node.device_id)]] = node
        for edge in fresh.edges:
            place = self._edge_at[int(edge.link_id)]
            old = edges[place].load
            edges[place] = replace(edge, load=replace(old, state=edge.load.state))
        # `at` stays that of the loads: by it the map tells which of them are out of date.
        self.graph = replace(self.graph, nodes=tuple(nodes), edges=tuple(edges))

    def _whole(self, at: datetime) -> Graph:
        return build.graph(
            self._devices.values(),
            self._sites,
            self._links.values(),
            ports=self._ports,
            alarms=[alarm for known in self._alarms.values() for alarm in known.values()],
            now={},
            at=at,
        )


def loaded(graph: Graph, rates: Rates | None) -> Graph:
    """A graph with the rates of a moment: either end's word will do, as on the map of now."""
    if rates is None or not graph.edges:
        return graph
    a = np.array([edge.a.interface_id or 0 for edge in graph.edges], np.int64)
    b = np.array([edge.b.interface_id or 0 for edge in graph.edges], np.int64)
    told: dict[str, list[float | None]] = {}
    for name, sent, received in _LOADS:
        told[name] = _either(rates.of(a, sent), rates.of(b, received))
        told[name.replace("ab_", "ba_")] = _either(rates.of(b, sent), rates.of(a, received))
    columns = list(told)
    edges = []
    for edge, values in zip(graph.edges, zip(*told.values(), strict=True), strict=True):
        known = any(value is not None for value in values)
        # Of the means of a past hour nothing is stale: they are that hour's.
        load = replace(
            edge.load,
            at=graph.at if known else None,
            **dict(zip(columns, values, strict=True)),
        )
        edges.append(edge if load == edge.load else replace(edge, load=load))
    return replace(graph, edges=tuple(edges))


def _either(one: np.ndarray, other: np.ndarray) -> list[float | None]:
    both = np.where(np.isnan(one), other, one).tolist()
    return [None if value != value else value for value in both]


# What happened, in words


_REACHED = {
    Reachability.UP: ("answers again", Severity.CLEARED),
    Reachability.DOWN: ("stopped answering", Severity.CRITICAL),
    Reachability.UNKNOWN: ("is not watched any more", Severity.WARNING),
}


def happenings(
    changes: Iterable[Change],
    turns: Iterable[AlarmTurn],
    *,
    devices: Mapping[int, Device],
    ports: Mapping[int, Interface],
) -> tuple[Happening, ...]:
    """Changes and alarms as lines, oldest first."""
    told = [line for change in changes if (line := _line(change, devices, ports)) is not None]
    told += [_alarm_line(turn) for turn in turns]
    return tuple(sorted(told, key=lambda one: one.at))


def _alarm_line(turn: AlarmTurn) -> Happening:
    about = turn.alarm.about
    where = " ".join(filter(None, (about.device_name, about.interface_name)))
    words = {"raised": "", "reopened": " again", "cleared": " cleared"}.get(
        turn.what, f" {turn.what}"
    )
    text = f"{where}: {turn.alarm.text or turn.alarm.condition.value}{words}"
    return Happening(turn.at, text, turn.severity, (DeviceId(about.device_id),))


def _line(
    change: Change, devices: Mapping[int, Device], ports: Mapping[int, Interface]
) -> Happening | None:
    if change.subject is Subject.DEVICE:
        return _device_line(change)
    if change.subject is Subject.LINK:
        return _link_line(change, devices)
    return _port_line(change, devices, ports)


def _device_line(change: Change) -> Happening | None:
    number = (DeviceId(change.subject_id),)
    before, after = change.before, change.after
    if after is None:
        return Happening(change.at, f"{(before or {})['name']} was removed", devices=number)
    if before is None:
        return Happening(change.at, f"{after['name']} was added", devices=number)
    if before["reachability"] != after["reachability"]:
        words, severity = _REACHED[Reachability(after["reachability"])]
        return Happening(change.at, f"{after['name']} {words}", severity, number)
    if before["name"] != after["name"]:
        return Happening(change.at, f"{before['name']} is now {after['name']}", devices=number)
    return Happening(change.at, f"{after['name']} was changed", devices=number)


def _link_line(change: Change, devices: Mapping[int, Device]) -> Happening | None:
    facts = change.after or change.before or {}
    ends = (DeviceId(facts["a"]), DeviceId(facts["b"]))
    name = " – ".join(_name(devices, end) for end in ends)
    if change.before is None:
        words = "appeared"
    elif change.after is None:
        words = "is gone"
    elif change.before["score"] != facts["score"]:
        words = f"is proven {facts['score']} of 100, was {change.before['score']}"
    else:
        words = "was changed"
    return Happening(change.at, f"Link {name} {words}", Severity.CLEARED, ends, _link_id(change))


def _link_id(change: Change) -> LinkId:
    return LinkId(change.subject_id)


def _port_line(
    change: Change, devices: Mapping[int, Device], ports: Mapping[int, Interface]
) -> Happening | None:
    port = ports.get(change.subject_id)
    if port is None or change.before is None or change.after is None:
        return None
    name = f"{_name(devices, port.device_id)} {port.name}"
    device = (port.device_id,)
    was, now = change.before["status"], change.after["status"]
    if was == now:
        return Happening(change.at, f"{name} changed its speed", devices=device)
    severity = Severity.CLEARED if now == OperStatus.UP else Severity.MAJOR
    words = OperStatus(now).name.lower().replace("_", " ")
    return Happening(change.at, f"{name} went {words}", severity, device)


def _name(devices: Mapping[int, Device], number: int) -> str:
    known = devices.get(number)
    return known.name if known is not None else f"device {number}"


def parts(start: datetime, end: datetime, count: int) -> tuple[datetime, ...]:
    """The edges of `count` equal parts of a span."""
    width = (end - start) / count
    return (*(start + width * number for number in range(count)), end)


# What differs


def differences(before: Graph, after: Graph, *, bound: float = BOUND) -> tuple[Difference, ...]:
    """What is not as it was, devices first; loads only when they changed by `bound` or more."""
    was, now = _by_id(before.nodes), _by_id(after.nodes)
    found = [
        one
        for number in sorted({*was, *now}, key=lambda number: (now.get(number) or was[number]).name)
        if (one := _device_difference(was.get(number), now.get(number))) is not None
    ]
    names = {**{n: node.name for n, node in was.items()}, **{n: v.name for n, v in now.items()}}
    links_was = {int(edge.link_id): edge for edge in before.edges}
    links_now = {int(edge.link_id): edge for edge in after.edges}
    for number in sorted({*links_was, *links_now}):
        one = _link_difference(links_was.get(number), links_now.get(number), names, bound)
        if one is not None:
            found.append(one)
    return tuple(found)


def _by_id(nodes: Iterable[Node]) -> dict[int, Node]:
    return {int(node.device_id): node for node in nodes}


_REACH_WORDS = {
    Reachability.UP: "answers",
    Reachability.DOWN: "does not answer",
    Reachability.UNKNOWN: "not known",
}


def _device_difference(was: Node | None, now: Node | None) -> Difference | None:
    if was is None or now is None:
        node = now or was
        assert node is not None
        sign, text = (Sign.ADDED, "was added") if was is None else (Sign.REMOVED, "is gone")
        return Difference(sign, node.name, text, node.device_id)
    if was.reachability is not now.reachability:
        sign = Sign.OTHER
        if now.reachability is Reachability.DOWN:
            sign = Sign.WORSE
        elif now.reachability is Reachability.UP:
            sign = Sign.BETTER
        words = f"{_REACH_WORDS[was.reachability]} → {_REACH_WORDS[now.reachability]}"
        return Difference(sign, now.name, words, now.device_id)
    if was.severity != now.severity:
        sign = Sign.WORSE if now.severity > was.severity else Sign.BETTER
        words = f"{_severity(was.severity)} → {_severity(now.severity)}"
        return Difference(sign, now.name, words, now.device_id)
    if (was.name, was.site, was.type) != (now.name, now.site, now.type):
        old = " · ".join(filter(None, (was.name, was.site)))
        return Difference(Sign.OTHER, now.name, f"was {old}", now.device_id)
    return None


def _severity(severity: Severity) -> str:
    return "no alarm" if severity is Severity.CLEARED else severity.name.lower()


def _link_difference(
    was: Edge | None, now: Edge | None, names: Mapping[int, str], bound: float
) -> Difference | None:
    edge = now or was
    assert edge is not None
    ends = (edge.a.device_id, edge.b.device_id)
    name = " – ".join(names.get(int(end), f"device {end}") for end in ends)
    if was is None:
        return Difference(Sign.ADDED, name, "was added", link=edge.link_id, ends=ends)
    if now is None:
        return Difference(Sign.REMOVED, name, "is gone", link=edge.link_id, ends=ends)
    if was.load.state is not now.load.state:
        sign = Sign.WORSE if now.load.state is LinkState.DOWN else Sign.OTHER
        if now.load.state is LinkState.UP:
            sign = Sign.BETTER
        words = f"{was.load.state.value} → {now.load.state.value}"
        return Difference(sign, name, words, link=edge.link_id, ends=ends)
    old, new = busiest(was), busiest(now)
    if old is None or new is None or abs(new - old) < bound:
        return None
    sign = Sign.WORSE if new > old else Sign.BETTER
    return Difference(sign, name, f"{old:.0%} → {new:.0%}", link=edge.link_id, ends=ends)


def busiest(edge: Edge) -> float | None:
    """The fuller direction of a link."""
    known = [part for part in (edge.ab_share, edge.ba_share) if part is not None]
    return max(known, default=None)
