"""What the map shows next, made ready beside the screen."""

from __future__ import annotations

from dataclasses import replace

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, InterfaceId, Reachability
from noc_console.services.topology.model import Arranged, Graph, Position, State
from noc_console.views.topology.readying import (
    loads,
    look_in,
    newest,
    ready,
    restated,
    through,
)
from noc_console.views.topology.scene import LOOK_DOWN, LOOK_UP
from noc_console.views.topology.shading import LOAD
from tests.views.topology.drawn import AT, edge, graph, places


def half(whole: Arranged) -> Arranged:
    """A lens: the first site only."""
    nodes = whole.graph.nodes[:4]
    edges = tuple(e for e in whole.graph.edges if max(e.a.device_id, e.b.device_id) <= 4)
    return Arranged(replace(whole.graph, nodes=nodes, edges=edges), whole.positions)


def test_lenses_are_looked_through_one_after_the_other() -> None:
    whole = Arranged(graph(), places())
    made = ready(whole, (half,), Graph(), {}, LOAD)
    assert made.whole is whole and len(made.scene.nodes) == 4 and not made.moved
    assert len(made.outlined.sites) == 1
    assert through(whole, ()) is whole


def test_only_the_same_devices_elsewhere_have_moved() -> None:
    whole = Arranged(graph(), places())
    assert not ready(whole, (), whole.graph, places(), LOAD).moved
    elsewhere = places() | {DeviceId(3): Position(-50.0, 7.0)}
    assert ready(Arranged(graph(), elsewhere), (), whole.graph, places(), LOAD).moved
    assert not ready(Arranged(graph(), elsewhere), (), Graph(), places(), LOAD).moved


def test_the_ports_of_links_and_the_newest_word_are_known() -> None:
    link = edge(1, 1, 2)
    link = replace(link, a=replace(link.a, interface_id=InterfaceId(71)))
    made = ready(Arranged(graph(edges=(link,)), places()), (), Graph(), {}, LOAD)
    assert made.ports == {71}
    assert made.newest == newest(made.whole.graph) and made.newest is not None
    assert made.newest < AT and newest(Graph()) is None


def test_newer_loads_come_with_their_shades() -> None:
    links = tuple(edge(n.link_id, n.a.device_id, n.b.device_id, ab=0.99) for n in graph().edges)
    fresh = loads(Arranged(graph(edges=links), places()), (half,), LOAD)
    assert len(fresh.whole.edges) == 9 and len(fresh.shown.edges) == len(fresh.shades) == 4
    assert (fresh.shades[:, 0] == 9).all()


def test_newer_states_replace_only_their_nodes() -> None:
    nodes = graph().nodes
    number = {node.device_id: at for at, node in enumerate(nodes)}
    told = {
        DeviceId(2): State(Reachability.DOWN, Severity.MAJOR, 3),
        DeviceId(99): State(Reachability.UP),
    }
    fresh = restated(nodes, number, told)
    assert (fresh[1].reachability, fresh[1].alarms) == (Reachability.DOWN, 3)
    assert fresh[0] is nodes[0] and fresh[2:] == nodes[2:]
    assert look_in(nodes[1], told[DeviceId(2)]) == LOOK_DOWN
    assert look_in(fresh[1], State(Reachability.UP)) == LOOK_UP
