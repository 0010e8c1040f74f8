"""Faults in generated networks: which lines must be on the desk, and no others.

Each scenario says what breaks and the exact set of roots. That everything else is folded shows
that nothing consequent is left over; that every independent fault is in the set shows that
nothing real is suppressed. `rules/test_engine.py` plays them, in several orders and batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from noc_console.services.alarms.model import Alarm, Condition, Severity
from tests.services.rootcause.plants import (
    AT,
    Plant,
    access,
    called,
    chain,
    dual_homed,
    ring,
    tree,
)


@dataclass(frozen=True)
class Scenario:
    """A plant in trouble, with the alarms it shows and the roots they should have."""

    plant: Plant
    expected: frozenset[str]
    traps: bool = False
    under: tuple[tuple[str, str], ...] = ()
    """Some alarms and the root each must have."""


def case(
    plant: Plant, *expected: str, traps: bool = False, under: Iterable[tuple[str, str]] = ()
) -> Scenario:
    return Scenario(plant, frozenset(expected), traps, tuple(under))


def gone(name: str) -> str:
    return f"{name} unreachable"


def port(plant: Plant, name: str, other: str, which: int = 0) -> str:
    """What the port alarm of one end of a wire is called."""
    return f"{name}:{plant.port_name(plant.wire(name, other, which), name)} interface-down"


def on_port(plant: Plant, name: str, far: str, condition: str, **with_: object) -> Alarm:
    """An alarm about something measured on a port."""
    wire = plant.wire(name, far)
    return plant.alarm(
        name,
        condition,
        port=plant.port(wire, name),
        port_name=plant.port_name(wire, name),
        **with_,  # type: ignore[arg-type]
    )


# -- the scenarios -----------------------------------------------------------------------------

SCENARIOS: dict[str, Callable[[], Scenario]] = {}


def scenario(make: Callable[[], Scenario]) -> Callable[[], Scenario]:
    SCENARIOS[make.__name__] = make
    return make


# trees


@scenario
def a_leaf_dies() -> Scenario:
    return case(tree().kill("s111"), gone("s111"))


@scenario
def a_branch_dies_with_all_behind_it() -> Scenario:
    return case(tree().kill("s1"), gone("s1"), under=[(gone("s111"), gone("s1"))])


@scenario
def two_branches_die() -> Scenario:
    return case(tree().kill("s1", "s2"), gone("s1"), gone("s2"))


@scenario
def a_branch_and_a_leaf_elsewhere_die() -> Scenario:
    return case(tree().kill("s1", "s222"), gone("s1"), gone("s222"))


@scenario
def a_device_behind_a_dead_one_dies_too() -> Scenario:
    """Nobody can know that s11 is dead as well: it shows when s1 is back."""
    return case(tree().kill("s1", "s11"), gone("s1"))


@scenario
def the_dead_one_is_back_and_the_second_one_shows() -> Scenario:
    return case(tree().kill("s1", "s11").revive("s1"), gone("s11"))


@scenario
def a_deep_chain_hangs_on_its_first_link() -> Scenario:
    return case(tree(width=1, depth=12).kill("s1"), gone("s1"))


@scenario
def a_cut_only_the_near_end_tells_of() -> Scenario:
    plant = tree().snap("r0", "s1")
    return case(plant, gone("s1"), under=[(port(plant, "r0", "s1"), gone("s1"))])


@scenario
def a_cut_both_ends_told_of() -> Scenario:
    plant = tree().snap("r0", "s1")
    return case(
        plant,
        port(plant, "r0", "s1"),
        traps=True,
        under=[(gone("s1"), port(plant, "r0", "s1")), (gone("s123"), port(plant, "r0", "s1"))],
    )


@scenario
def two_cuts_both_ends_told_of() -> Scenario:
    plant = tree().snap("r0", "s1").snap("r0", "s2")
    return case(plant, port(plant, "r0", "s1"), port(plant, "r0", "s2"), traps=True)


@scenario
def a_cut_behind_a_cut() -> Scenario:
    """Each was told of while it could be: s12 hangs on the second, s11 on the first."""
    plant = tree().snap("r0", "s1").snap("s1", "s12")
    return case(
        plant,
        port(plant, "r0", "s1"),
        port(plant, "s1", "s12"),
        traps=True,
        under=[(gone("s121"), port(plant, "s1", "s12")), (gone("s112"), port(plant, "r0", "s1"))],
    )


@scenario
def a_dead_device_under_another_branch_than_the_cut() -> Scenario:
    plant = tree().snap("r0", "s1").kill("s21")
    return case(plant, port(plant, "r0", "s1"), gone("s21"), traps=True)


@scenario
def everything_behind_the_vantage_is_dead() -> Scenario:
    return case(tree().kill("s1", "s2", "s3"), gone("s1"), gone("s2"), gone("s3"))


@scenario
def the_vantage_itself_is_dead() -> Scenario:
    return case(tree().kill("r0"), gone("r0"), under=[(gone("s333"), gone("r0"))])


# rings and redundancy


@scenario
def a_ring_is_cut_once_and_nobody_is_lost() -> Scenario:
    plant = ring().snap("s2", "s3")
    return case(plant, port(plant, "s2", "s3"))


@scenario
def a_ring_loses_one_device() -> Scenario:
    plant = ring().kill("s3")
    return case(plant, gone("s3"), under=[(port(plant, "s2", "s3"), gone("s3"))])


@scenario
def a_ring_is_cut_twice() -> Scenario:
    """Seen from both sides, with no word from within: the two devices at the cuts."""
    return case(ring(7).snap("r0", "s1").snap("s4", "s5"), gone("s1"), gone("s4"))


@scenario
def a_ring_is_cut_twice_and_all_ends_tell() -> Scenario:
    plant = ring(7).snap("r0", "s1").snap("s4", "s5")
    return case(plant, port(plant, "r0", "s1"), port(plant, "s5", "s4"), traps=True)


@scenario
def a_ring_is_cut_and_loses_a_device() -> Scenario:
    plant = ring(7).snap("r0", "s1").kill("s3")
    return case(plant, port(plant, "r0", "s1"), gone("s3"), traps=True)


@scenario
def a_ring_loses_two_neighbours() -> Scenario:
    return case(ring().kill("s2", "s3"), gone("s2"), gone("s3"))


@scenario
def a_ring_loses_two_and_one_stands_between() -> Scenario:
    return case(ring().kill("s2", "s4"), gone("s2"), gone("s4"))


@scenario
def one_of_two_aggregations_dies_and_all_leaves_live() -> Scenario:
    plant = dual_homed().kill("s1")
    return case(plant, gone("s1"), under=[(port(plant, "s90", "s1"), gone("s1"))])


@scenario
def both_aggregations_die() -> Scenario:
    return case(dual_homed().kill("s1", "s2"), gone("s1"), gone("s2"))


@scenario
def a_dual_homed_leaf_dies_of_its_own() -> Scenario:
    return case(dual_homed().kill("s91"), gone("s91"))


@scenario
def a_dual_homed_leaf_dies_while_one_aggregation_is_down() -> Scenario:
    """Its other aggregation still sees it gone: two faults, two lines."""
    return case(dual_homed().kill("s1", "s91"), gone("s1"), gone("s91"))


@scenario
def a_dual_homed_leaf_hangs_with_its_port_up() -> Scenario:
    plant = dual_homed()
    return case(plant.say(plant.unreachable("s92")), gone("s92"))


@scenario
def one_uplink_of_a_dual_homed_leaf_is_cut() -> Scenario:
    plant = dual_homed().snap("s1", "s90")
    return case(plant, port(plant, "s1", "s90"))


@scenario
def one_of_two_parallel_links_is_cut() -> Scenario:
    plant = Plant([("r0", "s1"), ("r0", "s1"), ("s1", "s2")], vantage=("r0",)).snap("r0", "s1")
    return case(plant, port(plant, "r0", "s1"))


@scenario
def both_parallel_links_are_cut() -> Scenario:
    plant = Plant([("r0", "s1"), ("r0", "s1"), ("s1", "s2")], vantage=("r0",))
    plant.snap("r0", "s1").snap("r0", "s1", 1)
    return case(plant, port(plant, "r0", "s1"), port(plant, "r0", "s1", 1), traps=True)


@scenario
def a_core_of_two_dies() -> Scenario:
    plant = dual_homed().kill("r1")
    return case(plant, gone("r1"), under=[(port(plant, "s1", "r1"), gone("r1"))])


@scenario
def a_device_behind_a_dead_one_is_reached_another_way() -> Scenario:
    """It answers: so what dies behind it and beside its own way is a fault of its own."""
    plant = tree()
    plant.oob = {"s11"}
    plant.kill("s1", "s111")
    return case(plant, gone("s1"), gone("s111"))


# chains of POPs, power


@scenario
def a_pop_in_the_middle_loses_its_router() -> Scenario:
    return case(chain().kill("r1"), gone("r1"), under=[(gone("s31"), gone("r1"))])


@scenario
def the_feeder_between_two_pops_is_cut() -> Scenario:
    plant = chain().snap("r1", "r2")
    return case(
        plant, port(plant, "r1", "r2"), traps=True, under=[(gone("u3"), port(plant, "r1", "r2"))]
    )


@scenario
def a_pop_loses_its_power() -> Scenario:
    plant = chain().kill("r3", "s31", "s32", "s33", "u3")
    plant.say(plant.alarm("u3", Condition.POWER))
    return case(plant, "u3 power", under=[(port(plant, "r2", "r3"), "u3 power")])


@scenario
def a_pop_in_the_middle_loses_its_power() -> Scenario:
    plant = chain().kill("r2", "s21", "s22", "s23", "u2")
    plant.say(plant.alarm("u2", "ups-on-battery"))
    return case(plant, "u2 ups-on-battery", under=[(gone("s33"), "u2 ups-on-battery")])


@scenario
def a_supply_tells_with_a_value_and_with_a_trap() -> Scenario:
    plant = chain().kill("r3", "s31", "s32", "s33", "u3")
    plant.say(plant.alarm("u3", "ups-on-battery"), plant.alarm("u3", Condition.POWER))
    return case(plant, "u3 power", under=[("u3 ups-on-battery", "u3 power")])


@scenario
def a_ups_tells_of_its_battery_as_hardware_first() -> Scenario:
    plant = chain().kill("r3", "s31", "s32", "s33", "u3")
    early = AT - timedelta(minutes=1)
    plant.say(plant.alarm("u3", Condition.HARDWARE, text="Output source: battery", at=early))
    plant.say(plant.alarm("u3", Condition.POWER))
    return case(plant, "u3 hardware", under=[("u3 power", "u3 hardware")])


@scenario
def a_ups_is_on_battery_and_nothing_has_died_yet() -> Scenario:
    plant = chain()
    return case(plant.say(plant.alarm("u3", "ups-on-battery")), "u3 ups-on-battery")


@scenario
def a_ups_is_on_battery_and_one_switch_dies_of_its_own() -> Scenario:
    plant = chain().kill("s32")
    plant.say(plant.alarm("u3", "ups-on-battery"))
    return case(plant, "u3 ups-on-battery", gone("s32"))


@scenario
def half_of_a_site_loses_power() -> Scenario:
    plant = chain().kill("s31", "s33")
    plant.say(plant.alarm("u3", Condition.POWER))
    # u3 hangs on s31 and is cut off with it; its last word was that it lost power.
    return case(plant, "u3 power")


@scenario
def the_power_of_another_site_explains_nothing() -> Scenario:
    plant = chain().kill("s31", "s32", "s33")
    plant.say(plant.alarm("u1", Condition.POWER))
    return case(plant, "u1 power", gone("s31"), gone("s32"), gone("s33"))


@scenario
def a_router_with_a_broken_supply_is_no_site_without_power() -> Scenario:
    plant = chain().kill("s31", "s32", "s33")
    plant.say(plant.alarm("r3", Condition.POWER, text="PSU 2: failed"))
    return case(plant, "r3 power", gone("s31"), gone("s32"), gone("s33"))


@scenario
def a_switch_gasps_and_dies() -> Scenario:
    plant = chain().kill("s32")
    plant.say(plant.alarm("s32", "dying-gasp"))
    return case(plant, "s32 dying-gasp", under=[(gone("s32"), "s32 dying-gasp")])


@scenario
def two_pops_lose_power() -> Scenario:
    plant = chain().kill("r1", "s11", "s12", "s13", "u1", "r3", "s31", "s32", "s33", "u3")
    plant.say(plant.alarm("u1", Condition.POWER), plant.alarm("u3", Condition.POWER))
    # r3's site is behind r1's as well: nobody sees it, and its supply had a word of its own.
    return case(plant, "u1 power", "u3 power", under=[(gone("s21"), "u1 power")])


# ports, cards, what runs over them


@scenario
def a_customers_port_is_down() -> Scenario:
    plant = tree()
    plant.say(plant.alarm("s1", Condition.INTERFACE_DOWN, port=77, port_name="xe-0/0/48"))
    return case(plant, "s1:xe-0/0/48 interface-down")


@scenario
def what_is_measured_on_a_port_goes_with_it() -> Scenario:
    plant = ring().snap("s2", "s3")
    for condition in ("optical-power", "errors", "utilisation", "discards"):
        plant.say(on_port(plant, "s3", "s2", condition))
    root = port(plant, "s2", "s3")
    name = plant.port_name(plant.wire("s2", "s3"), "s3")
    return case(plant, root, under=[(f"s3:{name} optical-power", root)])


@scenario
def low_light_on_a_port_that_is_up_stands_for_itself() -> Scenario:
    plant = ring()
    plant.say(on_port(plant, "s3", "s2", "optical-power"))
    return case(plant, f"s3:{plant.port_name(plant.wire('s2', 's3'), 's3')} optical-power")


@scenario
def errors_on_another_port_of_the_device_stand_for_themselves() -> Scenario:
    plant = ring().snap("s2", "s3")
    plant.say(on_port(plant, "s3", "s4", "errors"))
    name = plant.port_name(plant.wire("s3", "s4"), "s3")
    return case(plant, port(plant, "s2", "s3"), f"s3:{name} errors")


@scenario
def a_fan_fails_in_a_device_behind_a_cut() -> Scenario:
    plant = tree().snap("r0", "s1")
    plant.say(plant.alarm("s11", Condition.HARDWARE, text="fan 2: failed"))
    return case(plant, port(plant, "r0", "s1"), "s11 hardware", traps=True)


@scenario
def a_hot_cpu_is_nobodys_consequence() -> Scenario:
    plant = tree().kill("s1")
    plant.say(plant.alarm("s2", Condition.CPU), plant.alarm("s1", Condition.TEMPERATURE))
    return case(plant, gone("s1"), "s2 cpu", "s1 temperature")


@scenario
def a_card_takes_its_ports_along() -> Scenario:
    plant = tree(width=6, depth=1)
    plant.ports_named = {
        plant.port(plant.wire("r0", f"s{at}"), "r0"): f"xe-{at // 4}/0/{at}" for at in range(1, 7)
    }
    for at in (1, 2, 3):
        plant.snap("r0", f"s{at}")
    plant.say(plant.alarm("r0", "card-failed", other="card:0"))
    return case(
        plant,
        "r0 card:0 card-failed",
        traps=True,
        under=[
            (gone("s2"), "r0 card:0 card-failed"),
            (port(plant, "s3", "r0"), "r0 card:0 card-failed"),
        ],
    )


@scenario
def a_card_leaves_the_ports_of_other_cards_alone() -> Scenario:
    plant = tree(width=6, depth=1)
    plant.ports_named = {
        plant.port(plant.wire("r0", f"s{at}"), "r0"): f"xe-{at // 4}/0/{at}" for at in range(1, 7)
    }
    plant.snap("r0", "s1").snap("r0", "s5")
    plant.say(plant.alarm("r0", Condition.HARDWARE, text="FPC 0: offline"))
    return case(plant, "r0 hardware", port(plant, "r0", "s5"), traps=True)


@scenario
def a_broken_fan_is_no_card() -> Scenario:
    plant = ring().snap("s2", "s3")
    plant.say(plant.alarm("s2", Condition.HARDWARE, text="fan tray 0: failed"))
    return case(plant, port(plant, "s2", "s3"), "s2 hardware")


@scenario
def a_subinterface_goes_with_its_port() -> Scenario:
    plant = ring().snap("s2", "s3")
    name = plant.port_name(plant.wire("s2", "s3"), "s2")
    plant.say(plant.alarm("s2", Condition.INTERFACE_DOWN, port=501, port_name=f"{name}.100"))
    root = port(plant, "s2", "s3")
    return case(plant, root, under=[(f"s2:{name}.100 interface-down", root)])


@scenario
def a_lag_goes_with_its_last_member() -> Scenario:
    plant = Plant([("r0", "s1"), ("r0", "s1"), ("r0", "s2"), ("s2", "s1")], vantage=("r0",))
    plant.bundles = {600: (plant.port(0, "r0"), plant.port(1, "r0"))}
    plant.snap("r0", "s1").snap("r0", "s1", 1)
    plant.say(plant.alarm("r0", Condition.INTERFACE_DOWN, port=600, port_name="ae0"))
    first = port(plant, "r0", "s1")
    return case(plant, first, port(plant, "r0", "s1", 1), under=[("r0:ae0 interface-down", first)])


@scenario
def a_lag_down_with_a_member_up_stands_for_itself() -> Scenario:
    plant = Plant([("r0", "s1"), ("r0", "s1"), ("s1", "s2")], vantage=("r0",))
    plant.bundles = {600: (plant.port(0, "r0"), plant.port(1, "r0"))}
    plant.snap("r0", "s1")
    plant.say(plant.alarm("r0", Condition.INTERFACE_DOWN, port=600, port_name="ae0"))
    return case(plant, port(plant, "r0", "s1"), "r0:ae0 interface-down")


@scenario
def sessions_go_with_the_dead_peer() -> Scenario:
    plant = dual_homed().kill("s1")
    peer = f"bgp:10.0.0.{plant.ids['s1']}"
    plant.say(plant.alarm("r0", "bgp-session-lost", other=peer))
    plant.say(plant.alarm("r1", "bgp-session-lost", other=peer))
    return case(plant, gone("s1"), under=[(f"r1 {peer} bgp-session-lost", gone("s1"))])


@scenario
def a_session_goes_with_the_only_link() -> Scenario:
    plant = ring().snap("s2", "s3")
    peer = f"ospf:10.0.0.{plant.ids['s3']}"
    plant.say(plant.alarm("s2", "ospf-neighbour-lost", other=peer))
    return case(plant, port(plant, "s2", "s3"))


@scenario
def a_session_on_a_port_that_is_down() -> Scenario:
    plant = ring().snap("s2", "s3")
    plant.say(on_port(plant, "s3", "s2", "isis-adjacency-lost", other="isis:0000.0000.0001"))
    return case(plant, port(plant, "s2", "s3"))


@scenario
def a_session_lost_on_a_whole_network_is_one_line_of_two_ends() -> Scenario:
    plant = ring()
    there, back = (f"bgp:10.0.0.{plant.ids[name]}" for name in ("s3", "s1"))
    plant.say(plant.alarm("s1", "bgp-session-lost", other=there))
    plant.say(plant.alarm("s3", "bgp-session-lost", other=back))
    return case(plant, f"s1 {there} bgp-session-lost")


@scenario
def a_session_with_a_foreign_peer_stands_for_itself() -> Scenario:
    plant = tree().kill("s1")
    plant.say(plant.alarm("r0", "bgp-session-lost", other="bgp:203.0.113.9"))
    return case(plant, gone("s1"), "r0 bgp:203.0.113.9 bgp-session-lost")


@scenario
def probes_of_a_dead_target_go_with_it() -> Scenario:
    plant = tree().kill("s1")
    plant.say(plant.alarm("s1", Condition.PROBE_FAILED, other="probe:4"))
    plant.say(plant.alarm("s11", Condition.PROBE_FAILED, other="probe:5"))
    return case(plant, gone("s1"), under=[("s11 probe:5 probe-failed", gone("s1"))])


@scenario
def a_probe_of_a_living_target_stands_for_itself() -> Scenario:
    plant = tree().kill("s1")
    plant.say(plant.alarm("s2", Condition.PROBE_FAILED, other="probe:6"))
    return case(plant, gone("s1"), "s2 probe:6 probe-failed")


@scenario
def measurements_stay_away_with_their_device() -> Scenario:
    plant = tree().kill("s1")
    plant.say(plant.alarm("s12", "no-data", other="cpu"))
    return case(plant, gone("s1"))


@scenario
def a_device_dies_that_had_told_of_an_older_trouble_of_the_same_link() -> Scenario:
    """Its word of the port is from before: nobody could ask it when the link came back."""
    plant = dual_homed().kill("s90")
    old = on_port(plant, "s90", "s1", "interface-down", at=AT - timedelta(hours=3))
    plant.say(old)
    return case(plant, gone("s90"), under=[(called(old), gone("s90"))])


@scenario
def a_link_is_cut_and_later_its_dual_homed_device_dies() -> Scenario:
    """Both ends told of the cut when it was: it is a fault of its own, before and after."""
    plant = dual_homed().kill("s90")
    wire = plant.wire("s1", "s90")
    plant.cut.add(wire)
    cut = on_port(plant, "s90", "s1", "interface-down")
    return case(plant.say(cut), gone("s90"), port(plant, "s1", "s90"))


# flapping


def flapping(plant: Plant, name: str, other: str) -> tuple[Alarm, Alarm]:
    """A port's flapping, and its port alarm that flapping speaks for."""
    text = "interface down comes and goes: 5 changes in 5 min"
    return (
        on_port(plant, name, other, Condition.FLAPPING, text=text),
        on_port(plant, name, other, Condition.INTERFACE_DOWN, suppressed=True),
    )


@scenario
def a_flapping_link_is_one_line() -> Scenario:
    plant = ring()
    plant.say(*flapping(plant, "s2", "s3"), *flapping(plant, "s3", "s2"))
    return case(plant, f"s2:{plant.port_name(plant.wire('s2', 's3'), 's2')} flapping")


@scenario
def a_flapping_link_that_is_up_at_the_moment() -> Scenario:
    plant = ring()
    plant.say(flapping(plant, "s2", "s3")[0], flapping(plant, "s3", "s2")[0])
    return case(plant, f"s2:{plant.port_name(plant.wire('s2', 's3'), 's2')} flapping")


@scenario
def what_hangs_on_a_flapping_link() -> Scenario:
    plant = tree(width=2, depth=2)
    plant.say(*flapping(plant, "r0", "s1"), *flapping(plant, "s1", "r0"))
    for name in ("s1", "s11", "s12"):
        plant.say(plant.unreachable(name))
    name = plant.port_name(plant.wire("r0", "s1"), "r0")
    return case(plant, f"r0:{name} flapping")


@scenario
def a_device_that_comes_and_goes() -> Scenario:
    plant = tree(width=2, depth=2).kill("s1")
    text = "unreachable comes and goes: 4 changes in 5 min"
    (old,) = (one for one in plant.alarms() if one.about.device_id == plant.ids["s1"])
    plant.unknown.add("s1")
    plant.say(plant.alarm("s1", Condition.FLAPPING, text=text))
    plant.say(plant.alarm("s1", Condition.UNREACHABLE, severity=old.severity, suppressed=True))
    return case(plant, "s1 flapping", under=[(gone("s12"), "s1 flapping")])


@scenario
def a_flapping_cpu_hides_no_dead_device() -> Scenario:
    plant = tree().kill("s1")
    plant.say(plant.alarm("s1", Condition.FLAPPING, text="cpu comes and goes: 6 changes in 5 min"))
    return case(plant, gone("s1"), "s1 flapping")


# maintenance


@scenario
def work_on_the_parent_covers_its_children() -> Scenario:
    """The parent is shelved with its work; its children are folded under it all the same."""
    return case(tree().kill("s1"), gone("s1"), under=[(gone("s121"), gone("s1"))])


@scenario
def work_on_a_child_hides_no_fault_of_the_parent() -> Scenario:
    return case(tree().kill("s1"), gone("s1"))


@scenario
def a_fault_elsewhere_during_work() -> Scenario:
    return case(tree().kill("s1", "s31"), gone("s1"), gone("s31"))


# collectors and zones


@scenario
def a_zone_loses_its_collector() -> Scenario:
    """Unknown is not down: no line but the console's own."""
    plant = chain()
    plant.unknown = {"r2", "s21", "s22", "s23", "u2", "r3", "s31", "s32", "s33", "u3"}
    lost = plant.alarm("r0", Condition.NO_COLLECTOR, other="zone:4")
    return case(plant.say(lost), "r0 zone:4 no-collector")


@scenario
def what_was_dead_before_the_collector_went_stays_as_it_was() -> Scenario:
    plant = chain()
    plant.unknown = {"r2", "s21", "s22", "s23", "u2", "r3", "s31", "s32", "s33", "u3"}
    plant.say(plant.unreachable("r3"), plant.unreachable("s31"), plant.unreachable("u3"))
    lost = plant.alarm("r0", Condition.NO_COLLECTOR, other="zone:4")
    return case(plant.say(lost), "r0 zone:4 no-collector", gone("r3"))


@scenario
def a_zone_is_cut_off_and_its_own_collector_still_asks() -> Scenario:
    plant = chain()
    plant.vantage = ()
    plant.zones = {name: 4 for name in plant.names if plant.sites.get(name) in (3, 4)}
    plant.snap("r1", "r2").kill("s32")
    plant.oob = set(plant.zones)
    return case(plant, port(plant, "r1", "r2"), gone("s32"))


# partly known networks


@scenario
def a_device_without_known_links_stands_for_itself() -> Scenario:
    plant = Plant([("r0", "s1"), ("s1", "s2")], vantage=("r0",), alone=("s7",))
    return case(plant.kill("s1", "s7"), gone("s1"), gone("s7"))


@scenario
def behind_an_unmanaged_switch() -> Scenario:
    plant = Plant([("r0", "s1"), ("s1", "s2"), ("s1", "s3")], vantage=("r0",))
    plant.unmanaged = frozenset({"s1"})
    plant.kill("s2")
    return case(plant, gone("s2"))


@scenario
def an_unmanaged_switch_loses_its_uplink() -> Scenario:
    """Only the port above it tells: that is what those behind it hang on."""
    plant = Plant([("r0", "s1"), ("s1", "s2"), ("s1", "s3")], vantage=("r0",))
    plant.unmanaged = frozenset({"s1"})
    plant.snap("r0", "s1")
    root = port(plant, "r0", "s1")
    return case(plant, root, under=[(gone("s2"), root), (gone("s3"), root)])


@scenario
def nobody_said_where_the_collectors_stand() -> Scenario:
    plant = chain()
    plant.vantage = ()
    plant.names.remove("r0")
    plant.names.insert(0, "r0")
    return case(plant.kill("r2"), gone("r2"))


@scenario
def an_island_is_dark_as_a_whole() -> Scenario:
    plant = Plant([("r0", "s1"), ("r7", "s71"), ("r7", "s72"), ("r7", "s73")], vantage=("r0",))
    plant.kill("r7", "s71")
    return case(plant, gone("r7"))


@scenario
def partly_reachable_behind_a_dead_device() -> Scenario:
    """s11 has a second way; s12 has none."""
    plant = tree(width=2, depth=2)
    plant.wires.append(("s11", "s2"))
    plant.__post_init__()
    plant.kill("s1")
    return case(plant, gone("s1"), under=[(gone("s12"), gone("s1"))])


# passive optical networks


def onu(
    plant: Plant, olt: str, number: int, condition: str = "onu-lost", pon: str = "0/1/1"
) -> Alarm:
    return plant.alarm(olt, condition, other=f"onu:{pon}:{number}", severity=Severity.MINOR)


@scenario
def one_onu_is_dark() -> Scenario:
    plant = access()
    return case(plant.say(onu(plant, "o1", 3)), "o1 onu:0/1/1:3 onu-lost")


@scenario
def an_onu_loses_its_power() -> Scenario:
    plant = access()
    plant.say(onu(plant, "o1", 3), onu(plant, "o1", 3, "dying-gasp"))
    return case(plant, "o1 onu:0/1/1:3 dying-gasp")


@scenario
def a_pon_port_takes_its_onus_along() -> Scenario:
    plant = access()
    plant.say(*(onu(plant, "o1", at) for at in range(12)))
    plant.say(plant.alarm("o1", Condition.INTERFACE_DOWN, port=901, port_name="pon 0/1/1"))
    return case(plant, "o1:pon 0/1/1 interface-down")


@scenario
def a_pon_port_leaves_the_onus_of_another_alone() -> Scenario:
    plant = access()
    plant.say(onu(plant, "o1", 1), onu(plant, "o1", 2, pon="0/1/2"))
    plant.say(plant.alarm("o1", Condition.INTERFACE_DOWN, port=901, port_name="pon 0/1/1"))
    return case(plant, "o1:pon 0/1/1 interface-down", "o1 onu:0/1/2:2 onu-lost")


@scenario
def the_feeder_of_a_pon_is_cut() -> Scenario:
    plant = access()
    plant.say(*(onu(plant, "o1", at) for at in range(14)))
    plant.say(plant.alarm("o1", "pon-dark", other="pon:0/1/1"))
    return case(plant, "o1 pon:0/1/1 pon-dark")


@scenario
def the_power_of_a_street_is_gone() -> Scenario:
    plant = access()
    for at in range(9):
        plant.say(onu(plant, "o1", at), onu(plant, "o1", at, "dying-gasp"))
    plant.say(plant.alarm("o1", "pon-powerless", other="pon:0/1/1"))
    return case(plant, "o1 pon:0/1/1 pon-powerless")


@scenario
def an_olt_dies_and_its_onus_with_it() -> Scenario:
    plant = access().kill("o1")
    plant.say(*(onu(plant, "o1", at) for at in range(5)))
    return case(plant, gone("o1"))


@scenario
def an_olts_card_takes_its_pon_ports_along() -> Scenario:
    plant = access()
    plant.say(plant.alarm("o1", "board-failed", other="board:1"))
    plant.say(plant.alarm("o1", Condition.INTERFACE_DOWN, port=901, port_name="pon 0/1/1"))
    plant.say(plant.alarm("o1", Condition.INTERFACE_DOWN, port=902, port_name="pon 0/2/1"))
    plant.say(*(onu(plant, "o1", at) for at in range(12)))
    return case(plant, "o1 board:1 board-failed", "o1:pon 0/2/1 interface-down")


# many at once


@scenario
def a_large_tree_loses_three_branches_and_a_ring_a_device() -> Scenario:
    plant = tree(width=5, depth=3)
    plant.wires += [("r0", "s81"), ("s81", "s82"), ("s82", "s83"), ("s83", "r0")]
    plant.__post_init__()
    plant.kill("s1", "s23", "s345", "s82")
    return case(plant, gone("s1"), gone("s23"), gone("s345"), gone("s82"))
