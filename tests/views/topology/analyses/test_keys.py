"""Where on the canvas something is."""

from __future__ import annotations

from dataclasses import replace

from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.views.topology.analyses.keys import Lit, placed
from noc_console.views.topology.marks import Mark
from tests.services.topology.rules.spun import graph_of

GRAPH = graph_of(3, [(0, 1), (0, 1), (1, 2)])


def test_everything_has_its_number() -> None:
    found = placed(GRAPH.nodes, GRAPH.edges)
    assert found.devices == {1: 0, 2: 1, 3: 2} and found.links == {1: 0, 2: 1, 3: 2}


def test_what_is_folded_is_where_its_group_is() -> None:
    group = replace(GRAPH.nodes[0], device_id=DeviceId(-1), members=(DeviceId(1), DeviceId(2)))
    bundle = replace(GRAPH.edges[0], link_id=LinkId(-1), parts=GRAPH.edges[:2])
    found = placed((group, GRAPH.nodes[2]), (bundle,))
    assert found.devices[DeviceId(2)] == 0 and found.links[LinkId(2)] == 0
    lit = Lit({DeviceId(2): Mark("a"), DeviceId(1): Mark("b")}, {LinkId(2): Mark("c")})
    marks = found.marks(lit)
    assert marks.devices == {0: Mark("a")} and marks.links == {0: Mark("c")} and marks.dim


def test_what_the_canvas_does_not_show_bears_no_mark() -> None:
    found = placed(GRAPH.nodes[:1], ())
    marks = found.marks(Lit({DeviceId(3): Mark()}, {LinkId(3): Mark()}))
    assert not marks and not marks.dim
