"""Networks as plain values: drawn by hand, at random, and from files."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import (
    DeviceId,
    DeviceType,
    LinkId,
    Reachability,
    SiteId,
)
from noc_console.services.topology.model import (
    Arranged,
    Edge,
    End,
    Graph,
    LinkState,
    Load,
    Node,
    Place,
    Position,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
ZOO = "{http://graphml.graphdrawing.org/xmlns}"


def web(
    links: Sequence[tuple[int, int]],
    *,
    types: Mapping[int, DeviceType] | None = None,
    sites: Mapping[int, int] | None = None,
    names: Mapping[int, str] | None = None,
    alarms: Mapping[int, int] | None = None,
    down: Sequence[int] = (),
) -> Arranged:
    """Devices 1… as the links name them, switches unless told; each at (id, -id)."""
    numbers = sorted({end for link in links for end in link} | set(sites or {}))
    nodes = tuple(
        Node(
            DeviceId(number),
            f"d{number}",
            (types or {}).get(number, DeviceType.SWITCH),
            site_id=SiteId(sites[number]) if sites and number in sites else None,
            reachability=Reachability.DOWN if number in down else Reachability.UP,
            severity=Severity.MINOR if (alarms or {}).get(number) else Severity.CLEARED,
            alarms=(alarms or {}).get(number, 0),
        )
        for number in numbers
    )
    edges = tuple(
        Edge(
            LinkId(at),
            End(DeviceId(a), port=f"p{at}"),
            End(DeviceId(b), port=f"q{at}"),
            10**9,
            95,
            load=Load(float(at), float(at) * 2, LinkState.UP, AT),
        )
        for at, (a, b) in enumerate(links, 1)
    )
    lived = sorted(set((sites or {}).values()))
    places = tuple(Place(SiteId(site), (names or {}).get(site, f"site {site}")) for site in lived)
    where = {node.device_id: Position(node.device_id, -node.device_id) for node in nodes}
    return Arranged(Graph(nodes, edges, places, AT), where)


def random_web(seed: int, devices: int = 60) -> Arranged:
    """Any network: loops, parallels, islands, some sites, some trouble."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(1, devices + 1, (int(devices * 1.3), 2)).tolist()
    types = dict(enumerate(rng.choice(list(DeviceType), devices).tolist(), 1))
    sites = {n: int(rng.integers(1, 6)) for n in range(1, devices + 1) if rng.random() < 0.8}
    alarms = {n: int(rng.integers(1, 4)) for n in range(1, devices + 1) if rng.random() < 0.2}
    down = [n for n in range(1, devices + 1) if rng.random() < 0.1]
    return web(
        [(a, b) for a, b in ends if a != b],
        types={n: DeviceType(kind) for n, kind in types.items()},
        sites=sites,
        names={1: "Delft, A", 2: "Delft, B", 3: "Gouda"},
        alarms=alarms,
        down=down,
    )


def isp(devices: int) -> Arranged:
    """A large provider: sites in a ring, rings and OLT trees in each."""
    links: list[tuple[int, int]] = []
    types: dict[int, DeviceType] = {}
    sites: dict[int, int] = {}
    each = 125
    for site in range(max(1, devices // each)):
        first = site * each + 1
        for at in range(first, first + each):
            sites[at] = site + 1
        types |= {first: DeviceType.ROUTER, first + 1: DeviceType.ROUTER}
        links += [(first, first + 1)] * 2
        links += [(aggregation, core) for aggregation in range(first + 2, first + 10)
                  for core in (first, first + 1)]  # fmt: skip
        for ring in range(8):
            begin = first + 10 + ring * 7
            chain = [first + 2 + ring, *range(begin, begin + 7), first + 2 + (ring + 1) % 8]
            links += list(itertools.pairwise(chain))
        for tree in range(3):
            olt = first + 66 + tree * 19
            types[olt] = DeviceType.OLT
            links.append((olt, first + 2 + tree))
            links += [(olt, olt + leaf) for leaf in range(1, 19)]
        links.append((first + 1, (first + each) if first + each <= devices else 1))
    return web([(a, b) for a, b in links if a != b], types=types, sites=sites)


def from_graphml(path: Path) -> Arranged:
    """A file of ../shared/topologies; every node a switch at a site of its first letter."""
    root = ElementTree.parse(path).getroot()
    number: dict[str, int] = {}
    for node in root.iter(f"{ZOO}node"):
        number[node.get("id") or ""] = len(number) + 1
    links = [
        (number[edge.get("source") or ""], number[edge.get("target") or ""])
        for edge in root.iter(f"{ZOO}edge")
    ]
    sites = {at: at % 7 + 1 for at in number.values()}
    return web([(a, b) for a, b in links if a != b], sites=sites)
