"""Which devices a map shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from noc_console.services.inventory.model import DeviceId
from noc_console.services.maps.model import NetworkMap, Selector, Shows
from noc_console.services.topology.model import Graph, Node


def shown(graph: Graph, wanted: NetworkMap) -> Graph:
    """The part of the network that is on a map, with the links between its devices."""
    if wanted.shows is Shows.ALL:
        return graph
    passes = _picked(wanted) if wanted.shows is Shows.PICKED else _selected(wanted.selector)
    nodes = tuple(node for node in graph.nodes if passes(node))
    known = {node.device_id for node in nodes}
    sites = {node.site_id for node in nodes}
    return replace(
        graph,
        nodes=nodes,
        edges=tuple(
            edge for edge in graph.edges if edge.a.device_id in known and edge.b.device_id in known
        ),
        places=tuple(place for place in graph.places if place.site_id in sites),
    )


def _picked(wanted: NetworkMap) -> Callable[[Node], bool]:
    devices: frozenset[DeviceId] = wanted.devices
    return lambda node: node.device_id in devices


def _selected(selector: Selector) -> Callable[[Node], bool]:
    words = selector.words.casefold().split()
    has = [word for word in words if not word.startswith("-")]
    has_not = [word[1:] for word in words if word.startswith("-") and len(word) > 1]
    sites, types = frozenset(selector.sites), frozenset(selector.types)

    def passes(node: Node) -> bool:
        if (sites and node.site_id not in sites) or (types and node.type not in types):
            return False
        if not words:
            return True
        told = f"{node.name} {node.address} {node.site}".casefold()
        return all(word in told for word in has) and not any(word in told for word in has_not)

    return passes
