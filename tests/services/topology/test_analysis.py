"""Questions about the network's shape, on a real store."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.services.inventory.model import DeviceId, DeviceType, OperStatus
from noc_console.services.inventory.service import InventoryService
from noc_console.services.topology.analysis import TopologyAnalysis
from noc_console.services.topology.customers import OnuCustomers
from noc_console.services.topology.findings import Disjoint, Weight
from noc_console.services.topology.service import TopologyService
from tests.conftest import FakeClock
from tests.services.topology.network import Plan, isp

Ids = dict[str, DeviceId]


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Nothing here depends on the database beyond what the services' own tests prove of both."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
def analysis(
    topology: TopologyService, inventory: InventoryService, clock: FakeClock
) -> TopologyAnalysis:
    return TopologyAnalysis(topology, OnuCustomers(inventory, clock=clock))


@pytest.fixture
async def ids(inventory: InventoryService, clock: FakeClock, operator: Actor) -> Ids:
    return await isp(("Prague", "Brno")).record(inventory, operator, clock.now())


async def test_the_way_avoids_what_is_down(
    analysis: TopologyAnalysis, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    plan = Plan()
    a, b, c = (plan.box(name, DeviceType.ROUTER, "Prague") for name in "abc")
    plan.cable(a, b)
    plan.cable(b, c)
    plan.cable(a, c)
    ids = await plan.record(inventory, operator, clock.now())
    direct = await analysis.path(operator, start="a", goal=str(ids["c"]))
    assert [(hop.from_device, hop.to_device) for hop in direct.hops] == [("a", "c")]
    ports = await inventory.interfaces(operator, device_id=ids["c"])
    cut = next(port.id for port in ports if port.name == direct.hops[0].to_port)
    await inventory.set_interface_statuses(
        operator, device_id=ids["c"], statuses={cut: OperStatus.DOWN}
    )
    assert len((await analysis.path(operator, start="a", goal="c")).hops) == 2


async def test_a_way_can_go_round_a_link(
    analysis: TopologyAnalysis, ids: Ids, operator: Actor
) -> None:
    first = await analysis.path(operator, start="pra-er1", goal="pra-cr1")
    other = await analysis.path(
        operator, start="pra-er1", goal="pra-cr1", avoid=(int(first.links[0]),)
    )
    assert len(first.hops) == 1 and len(other.hops) == 2


async def test_nobody_finds_a_way_to_a_stranger(
    analysis: TopologyAnalysis, ids: Ids, operator: Actor
) -> None:
    with pytest.raises(NotFound):
        await analysis.path(operator, start="pra-cr1", goal="nobody")
    with pytest.raises(NotFound):
        await analysis.reach(operator, link=99_999)
    study = await analysis.study(operator)
    with pytest.raises(NotFound):
        await study.reach_of_device(DeviceId(99_999))


async def test_two_ways_are_said_to_be_all_there_are(
    analysis: TopologyAnalysis, ids: Ids, operator: Actor
) -> None:
    found = await analysis.ways(operator, start="pra-er1", goal="brn-er1")
    assert len(found.ways) == 2
    assert found.verdict == "Only 2 ways without a common device: there are no more."
    alone = await analysis.ways(
        operator, start="pra-as2", goal="brn-er1", disjoint=Disjoint.DEVICES, by=Weight.SPEED
    )
    assert len(alone.ways) == 1
    assert "Every way passes pra-ag2" in alone.verdict
    by_links = await analysis.ways(
        operator, start="pra-as2", goal="brn-er1", disjoint=Disjoint.LINKS
    )
    assert "Every way needs 1 link" in by_links.verdict
    with pytest.raises(Invalid):
        await analysis.ways(operator, start="pra-as2", goal="brn-er1", wanted=99)


async def test_weak_points_are_listed_up_to_a_limit(
    analysis: TopologyAnalysis, ids: Ids, operator: Actor
) -> None:
    found = await analysis.weak_points(operator, limit=5)
    assert len(found.devices) == 5 and found.articulations > 0
    assert set(found.core) == {"pra-cr1", "pra-cr2", "brn-cr1", "brn-cr2"}
    assert found.devices[0].customers is None
    with pytest.raises(Invalid):
        await analysis.weak_points(operator, limit=0)


async def test_what_if_takes_names_and_links(
    analysis: TopologyAnalysis, ids: Ids, operator: Actor
) -> None:
    found = await analysis.what_if(operator, devices=("pra-as4",))
    assert {one.name for one in found.cut} == {"pra-wl1", "pra-wl2", "pra-wl3"}
    reach = await analysis.reach(operator, device="pra-as4")
    assert {one.name for one in reach.downstream} == {one.name for one in found.cut}
    link = reach.downstream_links[0]
    cut = await analysis.what_if(operator, links=(int(link),))
    assert cut.failed_links and len(cut.cut) == 1
    assert (await analysis.reach(operator, link=int(link))).downstream == cut.cut


async def test_a_reach_is_of_a_device_or_a_link(
    analysis: TopologyAnalysis, ids: Ids, operator: Actor
) -> None:
    with pytest.raises(Invalid):
        await analysis.reach(operator)
    with pytest.raises(Invalid):
        await analysis.reach(operator, device="pra-cr1", link=1)


async def test_health_is_of_all(analysis: TopologyAnalysis, ids: Ids, operator: Actor) -> None:
    found = await analysis.health(operator)
    assert (found.devices, found.links, found.components) == (38, 52, 1)
    assert found.health == 65 and found.label == "fair"


async def test_a_study_is_of_the_network_one_looks_at(
    analysis: TopologyAnalysis, topology: TopologyService, ids: Ids, operator: Actor
) -> None:
    graph = await topology.graph(operator)
    study = await analysis.study(operator, graph=graph)
    assert study.graph is graph
    assert study.web is study.web and study.standing is study.standing


async def test_who_may_not_see_the_map_may_not_ask_about_it(analysis: TopologyAnalysis) -> None:
    nobody = Actor("nobody", "t", frozenset())
    with pytest.raises(NotAllowed):
        await analysis.health(nobody)
    with pytest.raises(NotAllowed):
        await analysis.study(nobody)
