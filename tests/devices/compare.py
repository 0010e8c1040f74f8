"""What a recording's inspection found beside what a mature monitor concluded from it.

Both are brought to the same shape first: rows of plain tuples per fact. `README.md` of
`resources/platforms` explains the scoring.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

Document = Mapping[str, Any]

GOALS: Mapping[str, float] = {
    "platform": 98,
    "type": 98,
    "model": 85,
    "version": 90,
    "serial": 90,
    "features": 85,
    "interfaces": 99.5,
    "addresses": 98,
    "neighbours": 95,
    "processors": 90,
    "memory": 90,
    "storage": 95,
    "sensors": 85,
    "wireless": 85,
    "transceivers": 85,
    "vlans": 85,
    "bgp_peers": 85,
    "ospf_neighbours": 85,
}


@dataclass(slots=True)
class Tally:
    """How one fact of one device fared."""

    expected: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)
    """Rows where the other monitor is wrong, as `other_wrong.toml` says."""

    def add(self, other: Tally) -> None:
        self.expected += other.expected
        self.right += other.right
        self.wrong += other.wrong
        self.missing += other.missing
        self.extra += other.extra
        self.theirs += other.theirs

    @property
    def bad(self) -> int:
        return len(self.wrong) + len(self.missing) + len(self.extra)


def compare(found: Document, told: Document) -> dict[str, Tally]:
    """Every fact of one device; `told` is the monitor's conclusion."""
    device = (told.get("devices") or [{}])[0]
    tallies = {
        "platform": _fact(found["platform"], device.get("os")),
        "type": _fact(found["device_type"], device.get("type")),
        "model": _fact(found["model"], device.get("hardware")),
        "version": _fact(found["version"], device.get("version")),
        "serial": _fact(found["serial"], device.get("serial")),
        "features": _fact(found["features"], device.get("features")),
    }
    for fact, (key, theirs, ours) in _ROWS.items():
        if key in told:
            tallies[fact] = _rows(ours(found), theirs(told))
    for fact, (key, theirs_n, ours_n) in _NUMBERS.items():
        if key in told:
            tallies[fact] = _numbers(ours_n(found), theirs_n(told))
    return tallies


def _plain(words: object) -> str:
    return " ".join(str(words or "").split())


def _padded(words: object) -> str:
    """A name whose padding with NULs became dots."""
    return _plain(words).rstrip(".")


def _fact(ours: object, theirs: object) -> Tally:
    mine, wanted = _plain(ours), _plain(theirs)
    if not wanted or wanted == "<private>":
        return Tally()
    if mine == wanted:
        return Tally(1, 1)
    if not mine:
        return Tally(1, 0, missing=[wanted])
    return Tally(1, 0, wrong=[f"{mine!r} for {wanted!r}"])


Key = Hashable
Row = tuple[Key, Sequence[object]]


def _rows(ours: Iterable[Row], theirs: Iterable[Row]) -> Tally:
    """Rows with the same key belong together; of several the one that agrees."""
    mine: dict[Key, list[Sequence[object]]] = defaultdict(list)
    for key, values in ours:
        mine[key].append(values)
    tally = Tally()
    left: list[Row] = []
    for key, values in theirs:
        tally.expected += 1
        match = next((each for each in mine.get(key, ()) if _agree(each, values)), None)
        if match is None:
            left.append((key, values))
            continue
        mine[key].remove(match)
        tally.right += 1
    for key, values in left:
        others = mine.get(key)
        if others:
            tally.wrong.append(f"{key}: {_differ(others.pop(0), values)}")
        else:
            tally.missing.append(f"{key}: {list(values)}")
    tally.extra = [f"{key}: {list(each)}" for key, rows in mine.items() for each in rows]
    return tally


def _agree(mine: Sequence[object], wanted: Sequence[object]) -> bool:
    return all(_same(one, other) for one, other in zip(mine, wanted, strict=True))


def _same(one: object, other: object) -> bool:
    if other is None:  # the monitor did not conclude anything
        return True
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= max(0.011, abs(other) * 1e-3)
    return one == other


def _differ(mine: Sequence[object], wanted: Sequence[object]) -> str:
    return ", ".join(
        f"{one!r} for {other!r}"
        for one, other in zip(mine, wanted, strict=True)
        if not _same(one, other)
    )


def _numbers(ours: list[tuple[str, float | None]], theirs: list[tuple[str, float | None]]) -> Tally:
    """Shares in percent, equal within one: first those of the same name, then any."""
    tally = Tally(expected=len(theirs))
    left = list(ours)
    rest = []
    for name, value in theirs:
        same = next((each for each in left if each[0] == name and _near(each[1], value)), None)
        if same is None:
            rest.append((name, value))
        else:
            left.remove(same)
            tally.right += 1
    for name, value in rest:
        near = next((each for each in left if _near(each[1], value)), None)
        if near is not None:
            left.remove(near)
            tally.right += 1
            continue
        named = next((each for each in left if each[0] == name), None)
        if named is not None:
            left.remove(named)
            tally.wrong.append(f"{name}: {named[1]} for {value}")
        else:
            tally.missing.append(f"{name}: {value}")
    tally.extra = [f"{name}: {value}" for name, value in left]
    return tally


def _near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 1.0


def _mac(told: object) -> str:
    return str(told or "").replace(":", "").lower()


def _their_ports(told: Document) -> Iterable[Row]:
    for port in told["ports"]:
        if not port.get("deleted"):
            yield (
                port["ifIndex"],
                (
                    _plain(port["ifName"]),
                    port["ifType"] or None,
                    port["ifMtu"],
                    _mac(port["ifPhysAddress"]) or None,
                    port["ifAdminStatus"] or None,
                    port["ifOperStatus"] or None,
                ),
            )


def _our_ports(found: Document) -> Iterable[Row]:
    for port in found["interfaces"]:
        yield (
            port["if_index"],
            (
                _plain(port["name"]),
                port["type"] or None,
                port["mtu"],
                _mac(port["mac"]),
                port["admin"],
                port["oper"],
            ),
        )


def _address(words: str) -> str:
    return str(ip_address(words))


def _their_addresses(told: Document) -> Iterable[Row]:
    for each in told.get("ipv4_addresses", ()):
        yield _address(each["ipv4_address"]), (each["ipv4_prefixlen"] or None, each["ifIndex"])
    for each in told.get("ipv6_addresses", ()):
        # A length of 0 is what the monitor writes where the agent tells none.
        yield _address(each["ipv6_address"]), (each["ipv6_prefixlen"] or None, each["ifIndex"])


def _our_addresses(found: Document) -> Iterable[Row]:
    for each in found["addresses"]:
        yield each["address"], (each["prefix_length"], each["if_index"])


_CHASSIS = re.compile(r" \([0-9a-f]{12,}\)$")
"""The monitor writes the neighbour's chassis behind its port."""


_SPACED_MAC = re.compile(r"[0-9A-F]{2}(?: [0-9A-F]{2}){5}")


def _their_links(told: Document) -> Iterable[Row]:
    for each in told["links"]:
        port = _CHASSIS.sub("", _plain(each["remote_port"]))
        if _SPACED_MAC.fullmatch(port):
            port = port.replace(" ", ":").lower()
        yield (
            (each["protocol"], _plain(each["ifName"]), port),
            (
                _plain(each["remote_hostname"]),
                _plain(each["remote_platform"]),
                _plain(each["remote_version"]),
            ),
        )


def _our_links(found: Document) -> Iterable[Row]:
    for each in found["neighbours"]:
        yield (
            (each["protocol"], _plain(each["local_port"]), _plain(each["remote_port"])),
            (
                _plain(each["remote_name"]),
                _plain(each["remote_platform"]),
                _plain(each["remote_version"]),
            ),
        )


def _number(told: object) -> object:
    try:
        return float(str(told))
    except ValueError:
        return told


def _their_sensors(told: Document) -> Iterable[Row]:
    for each in told["sensors"]:
        yield (
            (each["sensor_class"], str(each["sensor_oid"]).lstrip(".")),
            (_number(each["sensor_current"]),),
        )


def _their_wireless(told: Document) -> Iterable[Row]:
    for each in told["wireless_sensors"]:
        oids = json.loads(each["sensor_oids"] or "[]") or [""]
        oids = oids if isinstance(oids, list) else list(oids.values())
        yield (each["sensor_class"], str(oids[0]).lstrip(".")), (_number(each["sensor_current"]),)


def _our_sensors(what: str) -> Callable[[Document], Iterable[Row]]:
    return lambda found: (((each["class"], each["oid"]), (each["value"],)) for each in found[what])


def _their_bgp(told: Document) -> Iterable[Row]:
    for each in told["bgpPeers"]:
        # The monitor looks for states later; here all of its sessions are idle.
        yield _address(each["bgpPeerIdentifier"]), (each["bgpPeerRemoteAs"],)


def _our_bgp(found: Document) -> Iterable[Row]:
    for each in found["bgp_peers"]:
        yield _address(each["address"]), (each["remote_as"],)


_Rows = Callable[[Document], Iterable[Row]]
_ROWS: Mapping[str, tuple[str, _Rows, _Rows]] = {
    "interfaces": ("ports", _their_ports, _our_ports),
    "addresses": ("ipv4_addresses", _their_addresses, _our_addresses),
    "neighbours": ("links", _their_links, _our_links),
    "sensors": ("sensors", _their_sensors, _our_sensors("sensors")),
    "wireless": ("wireless_sensors", _their_wireless, _our_sensors("wireless")),
    "transceivers": (
        "transceivers",
        lambda told: (
            (str(each["index"]),
             (_plain(each["serial"]), _plain(each["vendor"]), _plain(each["model"])))
            for each in told["transceivers"]
        ),
        lambda found: (
            (str(each["index"]),
             (_plain(each["serial"]), _plain(each["vendor"]), _plain(each["model"])))
            for each in found["transceivers"]
        ),
    ),
    "vlans": (
        "vlans",
        lambda told: (
            (each["vlan_vlan"], (_padded(each["vlan_name"]),)) for each in told["vlans"]
        ),
        lambda found: (
            (each["vlan"], (_padded(each["name"] or f"VLAN {each['vlan']}"),))
            for each in found["vlans"]
        ),
    ),
    "bgp_peers": ("bgpPeers", _their_bgp, _our_bgp),
    "ospf_neighbours": (
        "ospf_nbrs",
        lambda told: (
            (each["ospfNbrIpAddr"], (each["ospfNbrRtrId"], each["ospfNbrState"]))
            for each in told["ospf_nbrs"]
        ),
        lambda found: (
            (each["address"], (each["router_id"], each["state"]))
            for each in found["ospf_neighbours"]
        ),
    ),
}  # fmt: skip

_Shares = Callable[[Document], list[tuple[str, float | None]]]
_NUMBERS: Mapping[str, tuple[str, _Shares, _Shares]] = {
    "processors": (
        "processors",
        lambda told: [(e["processor_descr"], e["processor_usage"]) for e in told["processors"]],
        lambda found: [(e["name"], e["usage_percent"]) for e in found["processors"]],
    ),
    "memory": (
        "mempools",
        lambda told: [(e["mempool_descr"], e["mempool_perc"]) for e in told["mempools"]],
        lambda found: [(e["name"], e["used_percent"]) for e in found["memory"]],
    ),
    "storage": (
        "storage",
        lambda told: [(e["storage_descr"], e["storage_perc"]) for e in told["storage"]],
        lambda found: [(e["name"], e["used_percent"]) for e in found["storage"]],
    ),
}
