from noc_console.lab.tables import poe
from tests.lab.asking import column, device, mib_of


def test_fed_homes_draw_power_and_others_are_searched_for(whole, lab_clock):
    switch = device(whole, "ams-acc-1")
    tree, at = mib_of(whole, "ams-acc-1"), lab_clock.at
    states = column(tree, f"{poe.PORT}.6", at)
    draws = column(tree, f"{poe.CISCO_PORT}.9", at)
    copper = [p for p in switch.ports if p.kind == "ethernet" and not p.optical]
    assert len(states) == len(draws) == len(copper)
    for index, state in states.items():
        assert (state == 3) == (draws[index] > 0)
    assert any(draws.values()) and not all(draws.values())
    used = column(tree, f"{poe.SUPPLY}.4", at)["1"]
    assert used == sum(draws.values()) // 1000


def test_a_dead_cable_feeds_nothing(whole, lab_clock):
    switch = device(whole, "ams-acc-1")
    port = next(p for p in switch.ports if poe.is_fed(p))
    assert poe.milliwatts(whole, port) > 3_000
    whole.line(port.link).cuts.add("test")
    whole.settle(lab_clock.at)
    assert poe.milliwatts(whole, port) == 0


def test_a_router_feeds_nobody(whole, lab_clock):
    assert column(mib_of(whole, "ams-core-1"), poe.PORT, lab_clock.at) == {}
