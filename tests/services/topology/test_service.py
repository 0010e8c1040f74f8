"""The map's use cases on a real database."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from noc_console.db.samples import INTERFACE, SENSOR, Poll, Row, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import (
    DeviceId,
    DeviceType,
    OperStatus,
    Reachability,
    SeenSensor,
    SensorKind,
)
from noc_console.services.inventory.service import InventoryService
from noc_console.services.topology import mercator
from noc_console.services.topology.model import (
    Light,
    LinkState,
    MapChanged,
    Placement,
    Position,
    Projection,
    State,
    kept_as,
)
from noc_console.services.topology.service import TopologyService
from tests.conftest import FakeClock
from tests.services.topology.network import G, Plan, isp

LAYERED, GLOBE = Projection.LAYERED, Projection.GEOGRAPHIC


def pair() -> Plan:
    plan = Plan()
    plan.cable(
        plan.box("a", DeviceType.ROUTER, "Prague"), plan.box("b", DeviceType.ROUTER, "Brno"), G
    )
    return plan


async def measure(samples: Samples, clock: FakeClock, device: int, port: int, bps: float) -> None:
    """Two polls a minute apart whose octets make that rate."""
    for minute in range(2):
        octets = 1000 + int(bps / 8 * 60) * minute
        values = [octets if name == "out_octets" else 0 for name in INTERFACE.columns]
        values[INTERFACE.columns.index("status")] = 1
        at = int(clock.now().timestamp() * 1000)
        await samples.append([Poll(device, at, [Row(INTERFACE, port, values)])])
        clock.tick(seconds=60)
    clock.tick(seconds=-60)


async def test_the_graph_tells_what_is_linked_how_busy_and_how_well(
    topology: TopologyService,
    inventory: InventoryService,
    alarms: AlarmService,
    samples: Samples,
    clock: FakeClock,
    operator: Actor,
) -> None:
    ids = await pair().record(inventory, operator, clock.now())
    ports = await inventory.interfaces(operator, device_id=ids["a"])
    await measure(samples, clock, int(ids["a"]), int(ports[0].id), 0.42 * G)
    await alarms.report(
        operator,
        about=AlarmObject(ids["b"]),
        condition=Condition.CPU,
        severity=Severity.MAJOR,
        text="busy",
    )
    graph = await topology.graph(operator)
    (edge,) = graph.edges
    nodes = {node.name: node for node in graph.nodes}
    assert edge.ab_share == pytest.approx(0.42, rel=0.01)
    assert edge.load.state is LinkState.UP
    assert (edge.speed_bps, edge.a.port, edge.b.port) == (G, "xe-0/0/1", "xe-0/0/1")
    assert nodes["b"].severity is Severity.MAJOR and nodes["b"].alarms == 1
    assert nodes["a"].severity is Severity.CLEARED
    assert nodes["a"].reachability is Reachability.UP
    assert {place.name for place in graph.places} == {"Prague", "Brno"}


async def test_the_states_of_some_devices_are_what_the_whole_graph_tells(
    topology: TopologyService,
    inventory: InventoryService,
    alarms: AlarmService,
    clock: FakeClock,
    operator: Actor,
) -> None:
    ids = await pair().record(inventory, operator, clock.now())
    for condition, severity in (
        (Condition.CPU, Severity.MINOR),
        (Condition.MEMORY, Severity.MAJOR),
    ):
        await alarms.report(
            operator, about=AlarmObject(ids["b"]), condition=condition, severity=severity, text="!"
        )
    told = await topology.states(operator, device_ids=[*ids.values(), DeviceId(999)])
    graph = await topology.graph(operator)
    assert told == {
        node.device_id: State(node.reachability, node.severity, node.alarms) for node in graph.nodes
    }
    assert told[ids["b"]].severity is Severity.MAJOR and told[ids["b"]].alarms == 2


async def test_a_link_is_down_as_soon_as_one_end_says_so(
    topology: TopologyService, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    ids = await pair().record(inventory, operator, clock.now())
    (port,) = await inventory.interfaces(operator, device_id=ids["b"])
    await inventory.set_interface_statuses(
        operator, device_id=ids["b"], statuses={port.id: OperStatus.DOWN}
    )
    (edge,) = (await topology.graph(operator)).edges
    assert edge.load.state is LinkState.DOWN


async def test_newer_rates_come_without_reading_the_network_again(
    topology: TopologyService,
    inventory: InventoryService,
    samples: Samples,
    clock: FakeClock,
    operator: Actor,
) -> None:
    ids = await pair().record(inventory, operator, clock.now())
    graph = await topology.graph(operator)
    assert graph.edges[0].ab_share is None
    (port,) = await inventory.interfaces(operator, device_id=ids["a"])
    await measure(samples, clock, int(ids["a"]), int(port.id), 0.9 * G)
    fresh = await topology.refreshed(operator, graph=graph)
    assert fresh.nodes is graph.nodes
    assert fresh.edges[0].ab_share == pytest.approx(0.9, rel=0.01)
    assert fresh.edges[0].load.state is LinkState.UP


async def test_every_device_gets_a_place_and_keeps_it(
    topology: TopologyService, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await isp(("Prague", "Brno")).record(inventory, operator, clock.now())
    first = await topology.arranged(operator)
    assert set(first.positions) == {node.device_id for node in first.graph.nodes}
    again = await topology.arranged(operator)
    assert again.positions == first.positions


async def test_a_young_map_is_drawn_anew_while_a_discovery_fills_it(
    topology: TopologyService, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await pair().record(inventory, operator, clock.now())
    await topology.arranged(operator)
    await isp(("Prague",), first=50).record(inventory, operator, clock.now())
    grown = await topology.arranged(operator)
    assert await topology.arrange(operator) == grown.positions


async def test_once_touched_newcomers_find_a_seat_and_nobody_else_moves(
    topology: TopologyService, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    plan = isp(("Prague",))
    ids = await plan.record(inventory, operator, clock.now())
    await topology.arranged(operator)
    core = ids["pra-cr1"]
    await topology.place(operator, moves=(Placement(core, Position(5.0, 6.0, pinned=True)),))
    before = await topology.positions(operator)
    new = plan.box("pra-new", DeviceType.SWITCH, "Prague")
    plan.cable(new, plan.boxes[0])
    ids = await plan.record(inventory, operator, clock.now())
    after = (await topology.arranged(operator)).positions
    assert {id: at for id, at in after.items() if id in before} == before
    assert ids["pra-new"] in after
    assert after[core] == Position(5.0, 6.0, pinned=True)


async def test_an_old_map_never_moves_by_itself(
    topology: TopologyService, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await pair().record(inventory, operator, clock.now())
    before = (await topology.arranged(operator)).positions
    clock.tick(hours=1)
    await isp(("Ostrava",), first=50).record(inventory, operator, clock.now())
    after = (await topology.arranged(operator)).positions
    assert {id: at for id, at in after.items() if id in before} == before
    assert len(after) == len(before) + 19


async def test_a_new_layout_leaves_the_pinned_alone(
    topology: TopologyService, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    ids = await isp(("Prague",)).record(inventory, operator, clock.now())
    await topology.arranged(operator)
    pinned = Placement(ids["pra-as1"], Position(-400.0, 250.0, pinned=True))
    await topology.place(operator, moves=(pinned,))
    after = await topology.arrange(operator)
    assert after[ids["pra-as1"]] == pinned.position
    free = await topology.arrange(operator, keep_pinned=False)
    assert not any(at.pinned for at in free.values())


async def test_a_cancelled_layout_changes_nothing(
    topology: TopologyService, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await isp().record(inventory, operator, clock.now())
    before = (await topology.arranged(operator)).positions
    told: list[float] = []
    work = asyncio.get_running_loop().create_task(
        topology.arrange_with(operator, view="main", keep_pinned=True, report=told.append)
    )
    while not told:
        await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await topology.positions(operator) == before


async def test_placing_is_journaled_and_belongs_to_one_view(
    topology: TopologyService,
    inventory: InventoryService,
    clock: FakeClock,
    operator: Actor,
    bus: EventBus,
) -> None:
    ids = await pair().record(inventory, operator, clock.now())
    heard: list[Event] = []
    bus.listen(heard.extend)
    await topology.place(
        operator, view="wall", moves=(Placement(ids["a"], Position(1.0, 2.0, pinned=True)),)
    )
    assert heard == [MapChanged(view="wall", devices=1, what="placed")]
    assert await topology.positions(operator) == {}
    assert await topology.positions(operator, view="wall") == {ids["a"]: Position(1.0, 2.0, True)}
    await topology.place(operator, view="wall", moves=(Placement(ids["a"], None),))
    assert await topology.positions(operator, view="wall") == {}


@pytest.mark.parametrize("x", [float("nan"), float("inf"), 1e9])
async def test_a_device_cannot_stand_outside_the_map(
    topology: TopologyService,
    inventory: InventoryService,
    clock: FakeClock,
    operator: Actor,
    x: float,
) -> None:
    ids = await pair().record(inventory, operator, clock.now())
    with pytest.raises(Invalid):
        await topology.place(operator, moves=(Placement(ids["a"], Position(x, 0.0)),))


async def test_a_view_needs_a_name(topology: TopologyService, operator: Actor) -> None:
    with pytest.raises(Invalid):
        await topology.positions(operator, view="")


async def test_who_may_not_place_may_still_look(
    topology: TopologyService, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    ids = await pair().record(inventory, operator, clock.now())
    looker = Actor(
        "vera",
        operator.tenant,
        frozenset({"topology.graph", "inventory.read", "alarms.see", "telemetry.see"}),
    )
    assert len((await topology.arranged(looker)).positions) == 2
    with pytest.raises(NotAllowed):
        await topology.place(looker, moves=(Placement(ids["a"], Position(0.0, 0.0)),))
    with pytest.raises(NotAllowed):
        await topology.arrange(looker)


async def test_the_loop_stays_free_while_a_layout_is_computed(
    topology: TopologyService, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await isp().record(inventory, operator, clock.now())
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.get_running_loop().create_task(count())
    told: list[float] = []
    await topology.arrange_with(operator, view="main", keep_pinned=True, report=told.append)
    counting.cancel()
    assert told[-1] == 1.0 and told == sorted(told)
    assert turns > len(told)


async def test_an_interval_of_ten_minutes_ends_the_youth_of_a_map(
    topology: TopologyService, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    await pair().record(inventory, operator, clock.now())
    before = (await topology.arranged(operator)).positions
    clock.tick(minutes=10, seconds=1)
    await isp(("Prague",), first=50).record(inventory, operator, clock.now())
    after = (await topology.arranged(operator)).positions
    assert all(after[id] == at for id, at in before.items())


async def test_a_link_tells_lost_frames_and_the_light_it_receives(
    topology: TopologyService,
    inventory: InventoryService,
    samples: Samples,
    clock: FakeClock,
    operator: Actor,
) -> None:
    plan = pair()
    plan.boxes[0].sensors.append(
        SeenSensor(SensorKind.DBM, "xe-0/0/1 Rx power", "1.3.6.1.9.1", if_index=1, low=-15.0)
    )
    ids = await plan.record(inventory, operator, clock.now())
    (port,) = await inventory.interfaces(operator, device_id=ids["a"])
    (sensor,) = await inventory.sensors(operator, device_id=ids["a"])
    for minute in range(2):
        told = {"in_errors": 120 * minute, "out_discards": 60 * minute, "status": 1}
        rows = [
            Row(INTERFACE, int(port.id), [told.get(name, 0) for name in INTERFACE.columns]),
            Row(SENSOR, int(sensor.id), [-13_500]),
        ]
        at = int(clock.now().timestamp() * 1000)
        await samples.append([Poll(int(ids["a"]), at, rows)])
        clock.tick(seconds=60)
    clock.tick(seconds=-60)
    graph = await topology.graph(operator)
    (edge,) = graph.edges
    assert edge.load.ba_errors == pytest.approx(2.0)
    assert edge.load.ab_discards == pytest.approx(1.0)
    assert edge.load.ba_light == Light(-13.5, -15.0)
    assert edge.load.ab_light is None
    assert (await topology.refreshed(operator, graph=graph)).edges == graph.edges
    clock.tick(seconds=600)
    late = (await topology.refreshed(operator, graph=graph)).edges[0]
    assert late.is_counted and late.load.ab_bps is None
    assert late.load.ba_light is None, "whose counters are silent has no light either"
    assert late.load.at == edge.load.at


async def test_the_core_is_on_top_and_the_other_projections_keep_their_places(
    topology: TopologyService, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    ids = await isp().record(inventory, operator, clock.now())
    force = (await topology.arranged(operator)).positions
    drawn = (await topology.arranged(operator, projection=LAYERED)).positions
    for city in ("pra", "brn", "ost"):
        assert drawn[ids[f"{city}-cr1"]].y < drawn[ids[f"{city}-ag1"]].y
        assert drawn[ids[f"{city}-ag1"]].y < drawn[ids[f"{city}-as4"]].y
    assert await topology.positions(operator) == force
    assert await topology.positions(operator, view=kept_as("main", LAYERED)) == drawn


async def test_a_plan_stands_on_the_places_of_the_main_map(
    topology: TopologyService, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    await isp(("Prague",)).record(inventory, operator, clock.now())
    force = (await topology.arranged(operator)).positions
    assert (await topology.arranged(operator, projection=Projection.PLAN)).positions == force


async def test_devices_stand_around_their_site_and_go_along_with_it(
    topology: TopologyService, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    ids = await isp(("Prague", "Brno")).record(inventory, operator, clock.now())
    sites = {site.name: site.id for site in await inventory.sites(operator)}
    await inventory.locate_site(operator, site_id=sites["Prague"], latitude=50.08, longitude=14.44)
    first = (await topology.arranged(operator, projection=GLOBE)).positions
    pinned = Position(first[ids["brn-as1"]].x + 0.123456, 77.0, pinned=True)
    moves = (Placement(ids["brn-as1"], pinned),)
    await topology.place(operator, moves=moves, view=kept_as("main", GLOBE))
    await inventory.locate_site(operator, site_id=sites["Brno"], latitude=49.2, longitude=16.61)
    second = (await topology.arranged(operator, projection=GLOBE)).positions
    for name, where in (("pra", (50.08, 14.44)), ("brn", (49.2, 16.61))):
        at = second[ids[f"{name}-cr1"]]
        assert np.hypot(*(mercator.to_map(*where) - (at.x, at.y))) < 400
    assert second[ids["brn-as1"]] == pinned
    assert all(second[id] == first[id] for name, id in ids.items() if name.startswith("pra"))


async def test_looking_again_writes_nothing(
    topology: TopologyService,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
    bus: EventBus,
) -> None:
    await isp(("Prague",)).record(inventory, operator, clock.now())
    first = await topology.arranged(operator, projection=GLOBE)
    heard: list[Event] = []
    bus.listen(heard.extend)
    again = await topology.arranged(operator, projection=GLOBE)
    assert again.positions == first.positions
    assert not [event for event in heard if isinstance(event, MapChanged)]


async def test_arranging_anew_lets_go_of_all_but_the_pinned(
    topology: TopologyService, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    ids = await isp(("Prague",)).record(inventory, operator, clock.now())
    for projection in (LAYERED, GLOBE):
        key = kept_as("main", projection)
        await topology.arranged(operator, projection=projection)
        far = {
            ids["pra-as1"]: Position(9000.125, 1.0, pinned=True),
            ids["pra-as2"]: Position(-9000.0, 1.0),
        }
        moves = tuple(Placement(id, at) for id, at in far.items())
        await topology.place(operator, moves=moves, view=key)
        done = await topology.arrange(operator, projection=projection)
        assert done[ids["pra-as1"]] == far[ids["pra-as1"]]
        assert done[ids["pra-as2"]] != far[ids["pra-as2"]]
        assert await topology.positions(operator, view=key) == done
        loose = await topology.arrange(operator, projection=projection, keep_pinned=False)
        assert not any(at.pinned for at in loose.values())
