"""Ports, cards and what runs over them; what comes and goes."""

from __future__ import annotations

from datetime import timedelta

from noc_console.services.alarms.model import Alarm, Condition
from tests.services.rootcause.plants import AT, Plant, called, dual_homed, ring, tree
from tests.services.rootcause.scenarios.telling import Scenario, case, gone, on_port, port, scenario

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
