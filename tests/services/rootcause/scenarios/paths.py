"""Trees, rings, chains of POPs and their power."""

from __future__ import annotations

from datetime import timedelta

from noc_console.services.alarms.model import Condition
from tests.services.rootcause.plants import AT, Plant, chain, dual_homed, ring, tree
from tests.services.rootcause.scenarios.telling import Scenario, case, gone, port, scenario

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
