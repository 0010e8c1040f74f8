"""The lists of a device that are nothing but columns: routing, switching, power, ONUs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from noc_console.kernel.text import duration
from noc_console.services.inspection.model import (
    Arp,
    BgpPeer,
    IsisAdjacency,
    LearnedMac,
    Onu,
    OspfNeighbour,
    PoePort,
    Problem,
    Route,
    SpanningTree,
    Vlan,
    Vrf,
)
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look

R = TypeVar("R")
Names = Mapping[int, str]
"""ifIndex → name of the device that is shown; the same object is refilled for the next one."""


def _name(names: Names, index: int | None) -> str:
    return "" if index is None else names.get(index, f"index {index}")


def bgp_columns() -> tuple[Column[BgpPeer], ...]:
    return (
        Column("Peer", lambda p: p.address, width=150, mono=True, is_address=True),
        Column("AS", lambda p: str(p.remote_as), sort=lambda p: p.remote_as, width=86,
               align=Align.RIGHT),
        _state("State", lambda p: p.state, good=("established",)),
        Column("Up for", lambda p: _age(p.established_seconds, p.state == "established"),
               sort=lambda p: p.established_seconds, id="up", width=90, align=Align.RIGHT),
        Column("Description", lambda p: p.description, width=160, stretch=True),
        Column("VRF", lambda p: p.vrf, width=90),
        Column("Local", lambda p: p.local_address, width=130, mono=True, dim=True),
        Column("Local AS", lambda p: str(p.local_as or ""), sort=lambda p: p.local_as, width=80,
               align=Align.RIGHT, dim=True),
        Column("Router ID", lambda p: p.identifier, width=112, mono=True, dim=True),
        _count("Updates in", lambda p: p.in_updates),
        _count("Updates out", lambda p: p.out_updates),
        Column("Admin", lambda p: p.admin, width=64, dim=True),
    )  # fmt: skip


def ospf_columns(names: Names) -> tuple[Column[OspfNeighbour], ...]:
    return (
        Column("Neighbour", lambda n: n.address, width=170, mono=True, is_address=True),
        Column("Router ID", lambda n: n.router_id, width=130, mono=True),
        _state("State", lambda n: n.state, good=("full", "twoWay")),
        Column("Interface", lambda n: _name(names, n.if_index), width=150, stretch=True),
        Column("Priority", lambda n: "" if n.priority is None else str(n.priority),
               sort=lambda n: n.priority, width=70, align=Align.RIGHT, dim=True),
        Column("OSPF", lambda n: f"v{n.version}", width=60, dim=True),
    )  # fmt: skip


def isis_columns(names: Names) -> tuple[Column[IsisAdjacency], ...]:
    return (
        Column("System", lambda n: n.system_id, width=160, mono=True),
        _state("State", lambda n: n.state, good=("up",)),
        Column("Level", lambda n: n.level, width=80),
        Column("Interface", lambda n: _name(names, n.if_index), width=150, stretch=True),
        Column("Address", lambda n: n.address, width=150, mono=True, is_address=True),
        Column("Area", lambda n: n.area, width=120, mono=True, dim=True),
    )


def vrf_columns(names: Names) -> tuple[Column[Vrf], ...]:
    return (
        Column("VRF", lambda v: v.name, width=170),
        Column("Route distinguisher", lambda v: v.route_distinguisher, id="rd", width=150,
               mono=True),
        Column("Description", lambda v: v.description, width=180, stretch=True, dim=True),
        Column("Interfaces", lambda v: _ports(names, v.interfaces), width=320,
               sort=lambda v: len(v.interfaces), tip=lambda v: _ports(names, v.interfaces)),
    )  # fmt: skip


def route_columns(names: Names) -> tuple[Column[Route], ...]:
    return (
        Column("Prefix", lambda r: r.prefix, width=190, mono=True),
        Column("Next hop", lambda r: r.next_hop, width=170, mono=True, is_address=True),
        Column("Protocol", lambda r: r.protocol, width=90),
        Column("Type", lambda r: r.type, width=80, dim=True),
        Column("Interface", lambda r: _name(names, r.if_index), width=150, stretch=True),
        Column("Metric", lambda r: "" if r.metric is None else str(r.metric),
               sort=lambda r: r.metric, width=70, align=Align.RIGHT, dim=True),
    )  # fmt: skip


def vlan_columns(names: Names) -> tuple[Column[Vlan], ...]:
    return (
        Column("VLAN", lambda v: str(v.vlan), sort=lambda v: v.vlan, width=64,
               align=Align.RIGHT),
        Column("Name", lambda v: v.name, width=180),
        Column("State", lambda v: v.state, width=100, dim=True),
        Column("Untagged", lambda v: _ports(names, v.untagged), width=240, stretch=True,
               sort=lambda v: len(v.untagged), tip=lambda v: _ports(names, v.untagged)),
        Column("Tagged", lambda v: _ports(names, v.tagged), width=280,
               sort=lambda v: len(v.tagged), tip=lambda v: _ports(names, v.tagged)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TreePort:
    """A port in one spanning tree."""

    tree: int
    if_index: int
    state: str
    is_root: bool
    root: str
    bridge: str
    cost: int


def tree_ports(trees: Sequence[SpanningTree]) -> tuple[TreePort, ...]:
    """Every port of every tree as a row."""
    return tuple(
        TreePort(number, index, state, index == tree.root_if_index, tree.root, tree.bridge,
                 tree.root_cost)
        for number, tree in enumerate(trees)
        for index, state in tree.ports
    )  # fmt: skip


def stp_columns(names: Names) -> tuple[Column[TreePort], ...]:
    return (
        Column("Port", lambda p: _name(names, p.if_index), width=170,
               sort=lambda p: (p.tree, p.if_index)),
        _state("State", lambda p: p.state, good=("forwarding", "disabled"), width=110),
        Column("Role", lambda p: "root port" if p.is_root else "", width=90),
        Column("Root bridge", lambda p: p.root if p.root != p.bridge else f"{p.root} (this one)",
               width=230, mono=True, stretch=True),
        Column("Cost", lambda p: str(p.cost), sort=lambda p: p.cost, width=80,
               align=Align.RIGHT),
        Column("Own bridge", lambda p: p.bridge, width=180, mono=True, dim=True),
    )  # fmt: skip


def mac_columns(names: Names) -> tuple[Column[LearnedMac], ...]:
    return (
        Column("MAC", lambda m: m.mac, width=170, mono=True),
        Column("Port", lambda m: _name(names, m.if_index), width=180, stretch=True),
        Column("VLAN", lambda m: "" if m.vlan is None else str(m.vlan), sort=lambda m: m.vlan,
               width=70, align=Align.RIGHT),
    )  # fmt: skip


def arp_columns(names: Names) -> tuple[Column[Arp], ...]:
    return (
        Column("Address", lambda a: a.address, width=240, mono=True, is_address=True),
        Column("MAC", lambda a: a.mac, width=170, mono=True),
        Column("Interface", lambda a: _name(names, a.if_index), width=180, stretch=True),
    )


def poe_columns(names: Names) -> tuple[Column[PoePort], ...]:
    return (
        Column("Port", lambda p: _name(names, p.if_index) or p.port, width=160),
        Column("Admin", lambda p: p.admin, width=90, dim=True),
        _state("State", lambda p: spoken(p.state), width=150,
               good=("delivering power", "searching", "disabled", "on", "off")),
        Column("Class", lambda p: p.power_class, width=90, dim=True),
        Column("Power", lambda p: "–" if p.milliwatts is None else f"{p.milliwatts / 1000:.1f} W",
               sort=lambda p: p.milliwatts, width=90, align=Align.RIGHT, stretch=True,
               bar=lambda p: None if p.milliwatts is None else p.milliwatts / 30_000,
               export=lambda p: "" if p.milliwatts is None else f"{p.milliwatts / 1000:.3f}"),
    )  # fmt: skip


def onu_columns(names: Names) -> tuple[Column[Onu], ...]:
    return (
        Column("ONU", lambda o: o.name or o.index, width=190, stretch=True),
        Column("Port", lambda o: o.port or _name(names, o.if_index), width=120),
        _state("State", lambda o: o.state, good=("", "online", "up", "working", "active")),
        _dbm("Receives", lambda o: o.receive_dbm),
        _dbm("Sends", lambda o: o.transmit_dbm),
        _dbm("OLT receives", lambda o: o.olt_receive_dbm),
        Column("Distance", _distance,
               sort=lambda o: o.distance_m, width=82, align=Align.RIGHT,
               export=lambda o: "" if o.distance_m is None else str(o.distance_m)),
        Column("Serial", lambda o: o.serial, width=140, mono=True),
        Column("Model", lambda o: o.model, width=110, dim=True),
        Column("Version", lambda o: o.version, width=110, dim=True),
    )  # fmt: skip


def _distance(onu: Onu) -> str:
    return "–" if onu.distance_m is None else f"{onu.distance_m / 1000:.2f} km"


def problem_columns() -> tuple[Column[Problem], ...]:
    return (
        Column("What", lambda p: p.what, width=260),
        Column("Why it could not be read", lambda p: p.why, id="why", width=420, stretch=True),
    )


def spoken(label: str) -> str:
    """`deliveringPower` as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label).lower()


def _state(
    title: str, of: Callable[[R], str], *, good: Sequence[str], width: int = 100
) -> Column[R]:
    """A word that stands out when it is none of the good ones."""
    wanted = {word.lower() for word in good} | {""}

    def is_bad(row: R) -> bool:
        return of(row).lower() not in wanted

    return Column(
        title,
        of,
        sort=lambda row: (not is_bad(row), of(row)),
        width=width,
        bold=is_bad,
        color=lambda row: look().color("attention.plain") if is_bad(row) else None,
    )


def _count(title: str, of: Callable[[R], int | None]) -> Column[R]:
    return Column(
        title,
        lambda row: "" if (told := of(row)) is None else f"{told:,}".replace(",", "\u202f"),
        sort=of,
        width=92,
        align=Align.RIGHT,
        dim=True,
        export=lambda row: "" if (told := of(row)) is None else str(told),
    )


def _dbm(title: str, of: Callable[[R], float | None]) -> Column[R]:
    return Column(
        title,
        lambda row: "–" if (told := of(row)) is None else f"{told:.2f} dBm",
        sort=of,
        width=96,
        align=Align.RIGHT,
        export=lambda row: "" if (told := of(row)) is None else f"{told:.2f}",
    )


def _age(seconds: int | None, is_up: bool) -> str:
    return duration(seconds) if is_up and seconds is not None else "–"


def _ports(names: Names, indexes: Sequence[int]) -> str:
    return ", ".join(_name(names, index) for index in indexes)
