"""Maintenance, collectors and zones, networks known in part, passive ones, many faults at once."""

from __future__ import annotations

from noc_console.services.alarms.model import Alarm, Condition, Severity
from tests.services.rootcause.plants import Plant, access, chain, tree
from tests.services.rootcause.scenarios.telling import Scenario, case, gone, port, scenario

# maintenance


@scenario
def work_on_the_parent_covers_its_children() -> Scenario:
    """The parent is shelved with its work; its children are folded under it all the same."""
    plant = tree().kill("s1").work("s1")
    return case(plant, gone("s1"), under=[(gone("s121"), gone("s1"))])


@scenario
def work_on_a_child_hides_no_fault_of_the_parent() -> Scenario:
    plant = tree().kill("s1").work("s11")
    return case(plant, gone("s1"), under=[(gone("s11"), gone("s1"))])


@scenario
def a_fault_elsewhere_during_work() -> Scenario:
    return case(tree().kill("s1", "s31").work("s1"), gone("s1"), gone("s31"))


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
