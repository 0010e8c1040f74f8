"""The engine on networks and alarms at random: verdicts are a function of what stands."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.kernel.money import Currency, Money
from noc_console.services.alarms.model import Alarm, AlarmId, Condition, Impact
from noc_console.services.inventory.model import Reachability
from noc_console.services.rootcause.model import Book, Held
from noc_console.services.rootcause.rules.engine import Correlator
from tests.services.rootcause.plants import (
    AT,
    LATER,
    Plant,
    access,
    called,
    chain,
    cleared,
    folded,
    look,
    ring,
    roots,
    tree,
)
from tests.services.rootcause.scenarios import SCENARIOS, Scenario

ON_DEVICES = ("unreachable", "cpu", "hardware", "power", "dying-gasp", "flapping", "probe-failed")
ON_PORTS = ("interface-down", "errors", "optical-power", "flapping")
FLAPS = ("unreachable", "interface down", "cpu")


@st.composite
def plants(draw: st.DrawFn) -> Plant:
    """A network of up to a dozen devices, linked at random, some of it at sites."""
    letters = draw(st.lists(st.sampled_from("rssou"), min_size=2, max_size=12))
    names = [f"{letter}{at}" for at, letter in enumerate(letters)]
    pair = st.tuples(st.sampled_from(names), st.sampled_from(names))
    wires = [wire for wire in draw(st.lists(pair, max_size=18)) if wire[0] != wire[1]]
    plant = Plant(wires, alone=tuple(names))
    plant.sites = draw(st.dictionaries(st.sampled_from(names), st.integers(1, 3)))
    plant.vantage = tuple(draw(st.lists(st.sampled_from(names), max_size=2, unique=True)))
    plant.unmanaged = frozenset(draw(st.sets(st.sampled_from(names), max_size=2)))
    plant.zones = draw(st.dictionaries(st.sampled_from(names), st.integers(1, 2), max_size=4))
    plant.unknown = draw(st.sets(st.sampled_from(names), max_size=2))
    return plant


@st.composite
def troubles(draw: st.DrawFn) -> tuple[Plant, list[Alarm]]:
    """A network and any alarms on it, whether they make sense together or not."""
    plant = draw(plants())
    plant.kill(*draw(st.sets(st.sampled_from(plant.names), max_size=3)))
    for at in draw(st.sets(st.integers(0, max(0, len(plant.wires) - 1)), max_size=3)):
        if at < len(plant.wires):
            plant.cut.add(at)
    alarms = {alarm.id: alarm for alarm in plant.alarms(traps=draw(st.booleans()))}
    for _ in range(draw(st.integers(0, 8))):
        name = draw(st.sampled_from(plant.names))
        text = f"{draw(st.sampled_from(FLAPS))} comes and goes"
        alarm = plant.alarm(name, draw(st.sampled_from(ON_DEVICES)), text=text)
        mine = [at for at, wire in enumerate(plant.wires) if name in wire]
        if mine and draw(st.booleans()):
            wire = draw(st.sampled_from(mine))
            alarm = plant.alarm(
                name,
                draw(st.sampled_from(ON_PORTS)),
                port=plant.port(wire, name),
                port_name=plant.port_name(wire, name),
                text=text,
            )
        earlier = AT - timedelta(minutes=draw(st.sampled_from((0, 5, 90))))
        alarms[alarm.id] = replace(alarm, suppressed=draw(st.booleans()), first_seen=earlier)
    return plant, list(alarms.values())


@settings(max_examples=150, deadline=None)
@given(troubles(), st.data())
def test_any_order_and_any_batches_give_the_same_verdict(
    trouble: tuple[Plant, list[Alarm]], data: st.DataObject
) -> None:
    plant, alarms = trouble
    wanted = folded(look(plant, alarms))
    order = data.draw(st.permutations(alarms))
    engine = plant.engine()
    while order:
        size = data.draw(st.integers(1, len(order)))
        engine.look(order[:size], now=LATER)
        order = order[size:]
    assert folded(engine) == wanted


@settings(max_examples=150, deadline=None)
@given(troubles(), st.data())
def test_whatever_came_and_went_before_makes_no_difference(
    trouble: tuple[Plant, list[Alarm]], data: st.DataObject
) -> None:
    """Alarms clear and come back, devices answer and fall silent: only how it is now counts."""
    plant, alarms = trouble
    engine = plant.engine()
    standing: dict[int, Alarm] = {}
    answers = plant.answers()
    for _ in range(data.draw(st.integers(1, 6))):
        some = (
            data.draw(st.lists(st.sampled_from(alarms), unique_by=lambda a: a.id)) if alarms else []
        )
        told = [cleared(one) if one.id in standing else one for one in some]
        for one in told:
            standing.pop(one.id, None)
            if one.is_active:
                standing[one.id] = one
        changed = data.draw(
            st.dictionaries(
                st.sampled_from(sorted(plant.ids.values())), st.sampled_from(Reachability)
            )
        )
        answers |= changed
        engine.answer(changed)
        engine.look(told, now=LATER)
    fresh = Correlator(plant.network(), answers=answers)
    fresh.look(standing.values(), now=LATER)
    assert folded(engine) == folded(fresh)
    assert engine._impacts == fresh._impacts


@settings(max_examples=150, deadline=None)
@given(troubles())
def test_every_root_stands_and_is_folded_under_nothing(
    trouble: tuple[Plant, list[Alarm]],
) -> None:
    engine = look(*trouble)
    for alarm_id in engine.standing.alarms:
        root = engine.root_of(alarm_id)
        if root is not None:
            assert root in engine.standing.alarms
            assert engine.root_of(root) is None


@settings(max_examples=150, deadline=None)
@given(troubles())
def test_what_has_a_cause_of_its_own_is_never_folded(
    trouble: tuple[Plant, list[Alarm]],
) -> None:
    engine = look(*trouble)
    for alarm_id, alarm in engine.standing.alarms.items():
        if alarm.condition in (Condition.CPU, Condition.HARDWARE) and not alarm.suppressed:
            assert engine.root_of(alarm_id) is None


@settings(max_examples=100, deadline=None)
@given(troubles())
def test_a_dead_device_with_a_living_neighbour_and_a_working_link_is_no_consequence(
    trouble: tuple[Plant, list[Alarm]],
) -> None:
    """Unless of its power, its flapping or its last word: nothing of the network explains it."""
    plant, alarms = trouble
    engine = look(plant, alarms)
    for alarm_id, alarm in engine.standing.alarms.items():
        box = engine.ground.number[alarm.about.device_id]
        if alarm.condition != Condition.UNREACHABLE:
            continue
        doors = [
            cable
            for other, cable in engine.ground.arcs[box]
            if engine.shade.is_lit(other) and cable not in engine.down
        ]
        reason = engine.reason_of(alarm_id)
        if doors and reason is not None:
            assert reason.kind in ("power", "gasp", "flaps")


def test_the_first_look_tells_of_each_fold_with_its_reason_and_the_second_of_nothing() -> None:
    plant = tree(width=2, depth=2).kill("s1")
    engine = plant.engine()
    alarms = plant.alarms()
    findings = engine.look(alarms, now=LATER)
    told = {called(engine.standing.alarms[int(one.alarm_id)]): one.why for one in findings.folds}
    assert told["s11 unreachable"] == ("every known way to it passes s1, which does not answer")
    assert told["r0:xe-0/0/0 interface-down"] == (
        "the far end of the link is s1, which does not answer"
    )
    again = engine.look(alarms_as_written(engine, alarms), now=LATER)
    assert again.folds == ()
    assert again.impacts == {}


def alarms_as_written(engine: Correlator, alarms: list[Alarm]) -> list[Alarm]:
    """As the store gives them back after the findings were written."""
    written = []
    for alarm in alarms:
        root = engine.root_of(alarm.id)
        why = "" if root is None else "because"
        known = engine._impacts.get(alarm.id)
        written.append(
            replace(
                alarm, root_id=None if root is None else AlarmId(root), root_why=why, impact=known
            )
        )
    return written


def test_after_a_restart_only_what_differs_from_the_store_is_told() -> None:
    plant = tree(width=2, depth=2).kill("s1")
    engine = look(plant)
    written = alarms_as_written(engine, plant.alarms())
    lost = next(one for one in written if called(one) == "s11 unreachable")
    written[written.index(lost)] = replace(lost, root_id=None, root_why="")
    findings = plant.engine().look(written, now=LATER)
    assert [int(fold.alarm_id) for fold in findings.folds] == [int(lost.id)]


def test_when_the_root_clears_its_children_that_still_stand_are_unfolded() -> None:
    plant = tree(width=2, depth=2).kill("s1", "s11")
    alarms = plant.alarms()
    engine = look(plant, alarms)
    written = alarms_as_written(engine, alarms)
    engine.look(written, now=LATER)
    root = next(one for one in written if called(one) == "s1 unreachable")
    port = next(one for one in written if called(one) == "r0:xe-0/0/0 interface-down")
    s12 = next(one for one in written if called(one) == "s12 unreachable")
    plant.revive("s1")
    engine.answer(plant.answers())
    findings = engine.look([cleared(root), cleared(port), cleared(s12)], now=LATER)
    told = {called(engine.standing.alarms[int(fold.alarm_id)]): fold for fold in findings.folds}
    assert told["s11 unreachable"].root_id is None
    assert told["s11 unreachable"].why == "what it was folded under is over, and it still stands"
    assert roots(engine) == {"s11 unreachable"}


def test_a_device_behind_a_fault_is_taken_at_its_word_only_after_a_while() -> None:
    """Until it was asked again it may just not have been asked: nothing is decided on it."""
    plant = tree(width=1, depth=3)
    plant.kill("s1")
    answers = plant.answers() | {plant.ids["s111"]: Reachability.UP}
    engine = Correlator(plant.network(), answers=answers)
    alarms = [one for one in plant.alarms() if one.about.device_id != plant.ids["s111"]]
    findings = engine.look(alarms, now=AT + timedelta(seconds=10))
    assert folded(engine)["s11 unreachable"] == "s1 unreachable"
    assert findings.next_at == AT + timedelta(seconds=engine.patience.settle_s)
    later = engine.look((), now=findings.next_at)
    assert roots(engine) == {"s1 unreachable", "s11 unreachable"}
    assert [fold.root_id for fold in later.folds] == [None]
    assert later.next_at is None


def test_a_member_of_a_storm_is_left_to_the_storm_unless_a_better_root_is_known() -> None:
    plant = tree(width=2, depth=1).kill("s1")
    storm = plant.alarm("r0", Condition.STORM)
    port = next(one for one in plant.alarms() if called(one).startswith("r0:"))
    cpu = replace(plant.alarm("r0", Condition.CPU), root_id=storm.id, root_why="one of many")
    engine = plant.engine()
    findings = engine.look(
        [*plant.alarms(), storm, cpu, replace(port, root_id=storm.id)], now=LATER
    )
    assert {int(fold.alarm_id): fold.root_id for fold in findings.folds} == {
        int(port.id): next(one.id for one in plant.alarms() if called(one) == "s1 unreachable")
    }


def test_a_storm_of_alarms_that_all_come_from_one_root_is_folded_with_them() -> None:
    plant = ring(4).kill("s1")
    storm = plant.alarm("s2", Condition.STORM)
    engine = look(plant, [*plant.alarms(), storm])
    assert folded(engine)["s2 alarm-storm"] == "s1 unreachable"
    fan = plant.alarm("s2", Condition.HARDWARE)
    engine.look([fan], now=LATER)
    assert "s2 alarm-storm" in roots(engine)


def test_an_alarm_that_vanished_from_the_store_counts_no_more() -> None:
    plant = tree(width=2, depth=2).kill("s1")
    engine = look(plant)
    root = next(one for one in plant.alarms() if called(one) == "s1 unreachable")
    engine.look((), gone=(int(root.id),), now=LATER)
    assert "s1 unreachable" not in {called(one) for one in engine.standing.alarms.values()}


def test_the_feeder_of_a_pon_is_reported_once_and_cleared_when_its_onus_are_back() -> None:
    plant = access(onus=10)
    onus = [plant.alarm("o1", "onu-lost", other=f"onu:0/1/1:{at}") for at in range(6)]
    engine = plant.engine()
    assert engine.look(onus[:4], now=LATER).reports == ()
    (report,) = engine.look(onus[4:], now=LATER).reports
    assert report.condition == "pon-dark"
    assert report.about.other == "pon:0/1/1"
    assert report.text.startswith("6 of 10 ONUs of PON 0/1/1 are dark")
    dark = plant.alarm("o1", "pon-dark", other="pon:0/1/1")
    assert engine.look([dark], now=LATER).reports == ()
    assert set(folded(engine).values()) == {"o1 pon:0/1/1 pon-dark"}
    (over,) = engine.look([cleared(one) for one in onus[:3]], now=LATER).reports
    assert over.severity == 0
    assert over.about == dark.about


def test_a_root_is_weighed_by_what_is_behind_it() -> None:
    plant = chain(pops=3, each=2)
    euro = Currency("EUR")
    book = Book(
        devices={
            plant.ids["s21"]: Held(40, 55, 2, Money(120_000, euro)),
            plant.ids["s11"]: Held(7, 7, 0, Money(9_900, euro)),
            plant.ids["r2"]: Held(1, 3, 1),
        },
        ports={77: Held(5, 5), 78: Held(9, 9)},
        of_device={plant.ids["s22"]: (77,), plant.ids["s01"]: (78,)},
    )
    plant.kill("r2")
    engine = plant.engine(book=book)
    findings = engine.look(plant.alarms(), now=LATER)
    (root,) = (one.id for one in plant.alarms() if called(one) == "r2 unreachable")
    assert findings.impacts == {
        root: Impact(devices=3, customers=46, services=63, priority=3, revenue=Money(120_000, euro))
    }


def test_a_port_that_is_down_is_weighed_by_its_own_customers() -> None:
    plant = tree(width=1, depth=1)
    book = Book(ports={77: Held(5, 6)}, of_device={plant.ids["s1"]: (77,)})
    engine = plant.engine(book=book)
    down = plant.alarm("s1", Condition.INTERFACE_DOWN, port=77, port_name="xe-0/0/9")
    assert engine.look([down], now=LATER).impacts == {down.id: Impact(customers=5, services=6)}


def test_all_that_a_root_cuts_off_counts_whoever_manages_or_asks_it() -> None:
    plant = Plant([("r0", "s1"), ("s1", "s2"), ("s1", "s3"), ("s1", "s4")], vantage=("r0",))
    plant.unmanaged = frozenset({"s2"})
    plant.unknown = {"s3"}
    plant.kill("s1")
    engine = plant.engine()
    findings = engine.look(plant.alarms(), now=LATER)
    assert [impact.devices for impact in findings.impacts.values() if impact] == [3]


@pytest.mark.parametrize("alone", [(), ("s1",)])
def test_an_empty_network_and_one_of_a_single_device_are_no_trouble(
    alone: tuple[str, ...],
) -> None:
    network = Plant([], alone=alone).network()
    engine = Correlator(network)
    stranger = Plant([], alone=("s9",)).unreachable("s9")
    assert engine.look([stranger], now=LATER).folds == ()
    assert roots(engine) == {"s9 unreachable"}


# -- the scenarios -----------------------------------------------------------------------------


def batches(alarms: list[Alarm], seed: int) -> Iterable[list[Alarm]]:
    """The alarms in some order, some at a time."""
    rng = random.Random(seed)
    left = list(alarms)
    rng.shuffle(left)
    while left:
        size = rng.randint(1, max(1, len(alarms) // 2))
        yield left[:size]
        left = left[size:]


def played(made: Scenario, seed: int) -> Correlator:
    """The engine after the alarms came in some order and some at a time."""
    engine = made.plant.engine()
    for part in batches(made.plant.alarms(traps=made.traps), seed):
        engine.look(part, now=LATER)
    return engine


def test_there_are_enough_scenarios() -> None:
    assert len(SCENARIOS) >= 50


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_desk_shows_what_really_broke_and_nothing_else(name: str) -> None:
    made = SCENARIOS[name]()
    engine = look(made.plant, made.plant.alarms(traps=made.traps))
    assert roots(engine) == made.expected, folded(engine)
    found = folded(engine)
    for child, root in made.under:
        assert found[child] == root


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_order_in_which_alarms_come_makes_no_difference(name: str) -> None:
    made = SCENARIOS[name]()
    wanted = folded(look(made.plant, made.plant.alarms(traps=made.traps)))
    for seed in range(4):
        assert folded(played(made, seed)) == wanted


@pytest.mark.parametrize("name", SCENARIOS)
def test_clearing_in_any_order_unfolds_what_is_left(name: str) -> None:
    """After each alarm that clears the desk is as if it had never stood."""
    made = SCENARIOS[name]()
    alarms = made.plant.alarms(traps=made.traps)
    engine = look(made.plant, alarms)
    left = {alarm.id: alarm for alarm in alarms}
    order = list(left)
    random.Random(name).shuffle(order)
    for number in order[:12]:
        gone_one = left.pop(number)
        engine.look([cleared(gone_one)], now=LATER)
        fresh = made.plant.engine()
        fresh.look(left.values(), now=LATER)
        assert folded(engine) == folded(fresh)
