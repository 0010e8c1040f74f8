"""Outlines of sites, and the trunks between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.inventory.model import DeviceId, SiteId
from noc_console.services.topology.model import Graph, LinkState, Place, Position
from noc_console.views.topology import hulls
from noc_console.views.topology.ink import DOWN, UNKNOWN
from noc_console.views.topology.scene import LOOK_DOWN, LOOK_UP, Scene
from tests.views.topology.drawn import G, edge, graph, node, places

points = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=3, max_size=30)


def inside(polygon: np.ndarray, point: np.ndarray, slack: float = 1e-6) -> bool:
    along = np.roll(polygon, -1, axis=0) - polygon
    off = point - polygon
    return bool((along[:, 0] * off[:, 1] - along[:, 1] * off[:, 0] >= -slack).all())


@given(points)
def test_an_outline_keeps_away_from_its_devices(given: list[tuple[int, int]]) -> None:
    cloud = np.array(given, float)
    edge = hulls.outline(cloud)
    assert all(inside(edge, point) for point in cloud)
    gaps = np.hypot(*(edge[:, None] - cloud[None]).transpose(2, 0, 1))
    assert gaps.min() > 30


def test_one_device_has_an_outline_too() -> None:
    assert len(hulls.outline(np.zeros((1, 2)))) > 8


def drawn(trouble: bool = False, **more: object) -> Scene:
    scene = Scene()
    scene.show(graph(trouble=trouble, **more), places())  # type: ignore[arg-type]
    return scene


def test_a_site_counts_its_troubles_and_tells_the_worst() -> None:
    first, second = hulls.shapes(drawn(trouble=True))
    assert (first.name, first.troubled, first.worst) == ("Delft", 1, 4)
    assert (second.name, second.troubled, second.worst) == ("Gouda", 1, LOOK_DOWN)
    calm, _ = hulls.shapes(drawn())
    assert (calm.troubled, calm.worst) == (0, LOOK_UP)
    assert first.top[1] < 0 < first.reach


def test_links_between_two_sites_make_one_trunk() -> None:
    links = (edge(1, 2, 5, ab=0.2, ba=0.5), edge(2, 6, 3, ab=0.9, ba=None, speed=100 * G))
    trunk = hulls.trunks(drawn(edges=links))
    assert (trunk.a.tolist(), trunk.b.tolist(), trunk.count.tolist()) == ([0], [1], [2])
    assert trunk.shades.tolist() == [[2, 9]]
    assert trunk.width.tolist() == [3]


@pytest.mark.parametrize(
    ("link", "shades"),
    [
        (edge(1, 2, 5, ab=None, ba=None), [UNKNOWN, UNKNOWN]),
        (edge(1, 2, 5, state=LinkState.DOWN), [DOWN, DOWN]),
    ],
)
def test_a_trunk_is_unknown_or_down_as_its_only_link(link: object, shades: list[int]) -> None:
    assert hulls.trunks(drawn(edges=(link,))).shades.tolist() == [shades]


def test_without_links_between_sites_there_is_no_trunk() -> None:
    assert len(hulls.trunks(drawn(edges=(edge(1, 1, 2),))).a) == 0
    assert DeviceId(1) in drawn().number


def test_a_site_shown_as_one_group_has_no_outline_of_its_own() -> None:
    alone = node(1, members=(DeviceId(11), DeviceId(12)), group="site:1")
    among = (node(5, members=(DeviceId(13),), group="ring:13"), node(6))
    scene = Scene()
    scene.show(Graph((alone, *among), (), graph().places), places())
    assert [site.is_collapsed for site in hulls.shapes(scene)] == [True, False]


def test_a_site_counts_the_devices_of_its_collapsed_groups() -> None:
    ring = node(5, members=(DeviceId(13), DeviceId(14), DeviceId(15)), group="ring:13")
    scene = Scene()
    scene.show(Graph((node(1), ring, node(6)), (), graph().places), places())
    assert [site.devices for site in hulls.shapes(scene)] == [1, 4]


def many_sites(across: int = 16) -> Scene:
    """A grid of sites of two devices each."""
    count = across * across
    nodes = tuple(
        node(number, site_id=SiteId(1 + number // 2), site="") for number in range(2 * count)
    )
    places = {
        each.device_id: Position(
            (at // 2) % across * 300.0 + at % 2 * 40, (at // 2) // across * 300.0
        )
        for at, each in enumerate(nodes)
    }
    sites = tuple(Place(SiteId(at), f"Place {at}, Street") for at in range(1, count + 1))
    return Scene.of(Graph(nodes, (), sites), places)


def test_very_many_sites_are_taken_together_to_regions_of_neighbours() -> None:
    scene = many_sites()
    known = hulls.outlined(scene)
    assert len(known.sites) == 256 and 20 < len(known.regions) < 120
    assert sum(len(region.members) for region in known.regions) == len(scene.nodes)
    assert sum(region.sites for region in known.regions) == 256
    assert known.regions_apart > 1.5 * known.apart
    assert any("more site" in region.name for region in known.regions)
    for region in known.regions:
        assert np.ptp(scene.at[region.members], axis=0).max() < 1500


def test_regions_are_the_same_whoever_is_in_trouble() -> None:
    scene = many_sites()
    before = hulls.outlined(scene).region_of.copy()
    scene.look[:50] = LOOK_DOWN
    known = hulls.outlined(scene)
    assert (known.region_of == before).all()
    assert sum(region.troubled for region in known.regions) == 50
    scene.look[:] = LOOK_UP
    known.recount(scene)
    assert all(shape.worst == LOOK_UP for shape in (*known.regions, *known.sites))


def test_few_sites_make_no_regions() -> None:
    known = hulls.outlined(drawn())
    assert known.regions == () and (known.region(drawn()) == -1).all()
    assert hulls.outlined(Scene()).sites == ()
