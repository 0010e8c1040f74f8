"""The network at any moment, on both databases: what was is what was seen live."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from noc_console.db.database import Database
from noc_console.db.samples import Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.history import AlarmHistoryService
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.deciding import LinkDecisionService
from noc_console.services.inventory.model import OperStatus, Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.past import LoadHistoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.topology.happenings import Sign
from noc_console.services.topology.history import HistoryService
from noc_console.services.topology.model import Graph
from noc_console.services.topology.service import TopologyService
from tests.conftest import FakeClock
from tests.services.topology.network import G, Plan
from tests.views.measured import measure


@pytest.fixture
def history(
    db: Database,
    samples: Samples,
    inventory: InventoryService,
    telemetry: TelemetryService,
    clock: FakeClock,
) -> HistoryService:
    loads = LoadHistoryService(samples, telemetry, inventory, clock=clock)
    return HistoryService(inventory, AlarmHistoryService(db), loads, clock=clock)


def ring(count: int = 6) -> Plan:
    plan = Plan()
    boxes = [plan.box(f"r{at}", "router", "Prague") for at in range(count)]  # type: ignore[arg-type]
    for at in range(count):
        plan.cable(boxes[at], boxes[(at + 1) % count], 10 * G)
    return plan


def seen(graph: Graph) -> tuple[frozenset[object], frozenset[object]]:
    """What a map shows of a graph, but for rates."""
    nodes = frozenset(graph.nodes)
    edges = frozenset(
        (e.link_id, e.a, e.b, e.speed_bps, e.score, e.kinds, e.load.state) for e in graph.edges
    )
    return nodes, edges


class Life:
    """Things that happen to a network, at random."""

    def __init__(self, seed: int, plan: Plan, known: dict[str, int], actor: Actor) -> None:
        self.dice = random.Random(seed)
        self.plan, self.actor = plan, actor
        self.devices = list(known.values())

    async def go_on(
        self,
        inventory: InventoryService,
        alarms: AlarmService,
        deciding: LinkDecisionService,
        at: datetime,
    ) -> None:
        what = self.dice.choice(("reach", "port", "alarm", "again", "decide", "new", "doubt"))
        device = self.dice.choice(self.devices)
        if what == "reach":
            state = self.dice.choice(list(Reachability))
            await inventory.set_reachability(
                self.actor, device_id=device, reachability=state, at=at
            )
        elif what == "doubt":
            await inventory.doubt(self.actor, device_ids=(device,), at=at)
        elif what == "port":
            ports = await inventory.interfaces(self.actor, device_id=device)
            status = self.dice.choice((OperStatus.UP, OperStatus.DOWN, OperStatus.TESTING))
            await inventory.set_interface_statuses(
                self.actor, device_id=device, statuses={int(self.dice.choice(ports).id): status}
            )
        elif what == "alarm":
            await alarms.report(
                self.actor,
                about=AlarmObject(device),
                condition=self.dice.choice((Condition.CPU, Condition.MEMORY)),
                severity=self.dice.choice(list(Severity)),
                text="so it is",
            )
        elif what == "decide":
            await self._decide(inventory, deciding)
        elif what == "new":
            box = self.plan.box(f"new{len(self.plan.boxes)}", "switch", "Brno")  # type: ignore[arg-type]
            self.plan.cable(box, self.dice.choice(self.plan.boxes[:-1]), G)
            await self._record(inventory, at)
        else:
            box = self.dice.choice(self.plan.boxes)
            box.name = f"{box.name}x"
            if box.neighbours and self.dice.random() < 0.5:
                box.neighbours.pop()
            await self._record(inventory, at)

    async def _record(self, inventory: InventoryService, at: datetime) -> None:
        self.devices = [int(number) for number in (
            await self.plan.record(inventory, self.actor, at)
        ).values()]  # fmt: skip

    async def _decide(self, inventory: InventoryService, deciding: LinkDecisionService) -> None:
        links = await inventory.links(self.actor)
        if links and self.dice.random() < 0.6:
            link = self.dice.choice(links)
            act = self.dice.choice((deciding.accept_link, deciding.reject_link))
            await act(self.actor, link_id=link.id)
        elif (kept := await deciding.decisions(self.actor)) and self.dice.random() < 0.5:
            await deciding.forget_decision(self.actor, decision_id=self.dice.choice(kept).id)
        else:
            a, b = self.dice.sample(self.devices, 2)
            await deciding.draw_link(self.actor, a_device=a, b_device=b)


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_past_is_what_was_seen_live(
    history: HistoryService,
    topology: TopologyService,
    inventory: InventoryService,
    alarms: AlarmService,
    db: Database,
    operator: Actor,
    clock: FakeClock,
    seed: int,
) -> None:
    plan = ring()
    known = await plan.record(inventory, operator, clock.now())
    deciding = LinkDecisionService(db, clock=clock)
    life = Life(seed, plan, {name: int(number) for name, number in known.items()}, operator)
    live: list[tuple[datetime, Graph]] = []
    for _ in range(20):
        live.append((clock.now(), await topology.graph(operator)))
        clock.tick(hours=life.dice.randint(1, 90))
        await life.go_on(inventory, alarms, deciding, clock.now())
    for at, graph in life.dice.sample(live, 12):
        assert seen(await history.at(operator, moment=at)) == seen(graph)
        # Between two events the network is as the earlier one left it.
        assert seen(await history.at(operator, moment=at + timedelta(minutes=30))) == seen(graph)
    assert seen(await history.at(operator, moment=clock.now())) == seen(
        await topology.graph(operator)
    )


async def test_carrying_the_past_forward_gives_the_same_as_asking_for_each_moment(
    history: HistoryService,
    inventory: InventoryService,
    alarms: AlarmService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    known = await ring().record(inventory, operator, clock.now())
    start = clock.now()
    for at, device in enumerate(known.values()):
        clock.tick(minutes=1)
        state = Reachability.DOWN if at % 2 else Reachability.UNKNOWN
        await inventory.set_reachability(
            operator, device_id=device, reachability=state, at=clock.now()
        )
        (port, *_) = await inventory.interfaces(operator, device_id=device)
        await inventory.set_interface_statuses(
            operator, device_id=device, statuses={int(port.id): OperStatus.DOWN}
        )
        await alarms.report(
            operator,
            about=AlarmObject(int(device)),
            condition=Condition.UNREACHABLE,
            severity=Severity.CRITICAL,
            text="gone",
        )
    replay = await history.replay(operator, moment=start)
    reel = await history.reel(
        operator, start=start, end=clock.now(), interface_ids=replay.interfaces
    )
    at = start
    while at < clock.now():
        until = at + timedelta(seconds=45)
        changes, turns, _ = reel.between(at, until)
        carried = replay.advance(changes, turns, at=until)
        assert carried is not None
        assert seen(carried) == seen(await history.at(operator, moment=until))
        at = until


async def test_utilisation_of_then_is_on_the_links(
    history: HistoryService,
    inventory: InventoryService,
    samples: Samples,
    operator: Actor,
    clock: FakeClock,
) -> None:
    known = await ring().record(inventory, operator, clock.now())
    clock.tick(minutes=10)
    for device in known.values():
        await measure(samples, inventory, operator, clock, int(device), share=0.4)
    then = clock.now()
    clock.tick(minutes=1)
    graph = await history.at(operator, moment=then)
    assert {round(edge.ab_share or 0, 2) for edge in graph.edges} == {0.2}  # sent, by the sender
    empty = await history.at(operator, moment=then - timedelta(minutes=9))
    assert {edge.ab_share for edge in empty.edges} == {None}


async def test_what_happened_is_told_in_words_and_counted(
    history: HistoryService,
    inventory: InventoryService,
    alarms: AlarmService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    known = await ring().record(inventory, operator, clock.now())
    start = clock.now()
    device = int(known["r2"])
    clock.tick(minutes=10)
    down_at = clock.now()
    await inventory.set_reachability(
        operator, device_id=device, reachability=Reachability.DOWN, at=clock.now()
    )
    clock.tick(minutes=10)
    await alarms.report(
        operator, about=AlarmObject(device, device_name="r2"), condition=Condition.UNREACHABLE,
        severity=Severity.CRITICAL, text="no answer",
    )  # fmt: skip
    clock.tick(minutes=20)
    told = await history.changes(operator, start=start, end=clock.now())
    assert [one.text for one in told] == ["r2 stopped answering", "r2: no answer"]
    counted = await history.density(operator, start=start, end=clock.now(), buckets=4)
    # Twelve devices and links were found at the start.
    assert (counted.changes, counted.alarms) == ((12, 1, 0, 0), (0, 0, 1, 0))
    assert counted.worst[2] is Severity.CRITICAL
    assert counted.end == clock.now()
    kept = await history.kept(operator)
    assert kept.network == start
    nearest = [
        await history.nearest(operator, moment=start, forward=True),
        await history.nearest(operator, moment=clock.now(), forward=False),
        await history.nearest(operator, moment=clock.now(), forward=True),
        await history.nearest(operator, moment=down_at, forward=False),
    ]
    assert nearest == [down_at, down_at + timedelta(minutes=10), None, start]


async def test_two_moments_are_told_apart(
    history: HistoryService,
    inventory: InventoryService,
    db: Database,
    operator: Actor,
    clock: FakeClock,
) -> None:
    known = await ring().record(inventory, operator, clock.now())
    before = clock.now()
    clock.tick(hours=1)
    await inventory.set_reachability(
        operator, device_id=int(known["r1"]), reachability=Reachability.DOWN, at=clock.now()
    )
    (link, *_) = await inventory.links(operator)
    deciding = LinkDecisionService(db, clock=clock)
    await deciding.reject_link(operator, link_id=link.id)
    found = await history.compare(operator, before=before, after=clock.now())
    assert [(one.sign, one.name) for one in found] == [
        (Sign.WORSE, "r1"),
        (Sign.REMOVED, found[1].name),
    ]
    assert found[1].ends == (link.a_device, link.b_device)
    back = await history.compare(operator, before=clock.now(), after=before)
    assert [one.sign for one in back] == [Sign.BETTER, Sign.ADDED]


async def test_what_makes_no_sense_is_refused(
    history: HistoryService, operator: Actor, clock: FakeClock
) -> None:
    now = clock.now()
    with pytest.raises(Invalid, match="start"):
        await history.changes(operator, start=now, end=now)
    with pytest.raises(Invalid, match="histogram"):
        await history.density(operator, start=now, end=now + timedelta(1), buckets=0)
    with pytest.raises(Invalid, match="bound"):
        await history.compare(operator, before=now, after=now, bound=0)
    assert (await history.at(operator, moment=now)).nodes == ()
