import pytest

from noc_console.lab import plan, routing


def total(loads, built, purpose, way):
    return sum(loads[link][way] for link in built.links if link.purpose == purpose)


def test_what_subscribers_use_comes_in_at_the_transit_ports():
    built = plan.full()
    loads = routing.loads(built, lambda _link: True)
    down = sum(link.down for link in built.links if link.purpose == "subscriber")
    up = sum(link.up for link in built.links if link.purpose == "subscriber")
    assert total(loads, built, "transit", 1) == pytest.approx(down)
    assert total(loads, built, "transit", 0) == pytest.approx(up)
    assert total(loads, built, "subscriber", 0) == pytest.approx(down)


def test_a_cut_cable_carries_nothing_and_the_others_carry_more():
    built = plan.full()
    cut = next(link for link in built.links if link.purpose == "ring")
    whole = routing.loads(built, lambda _link: True)
    rest = routing.loads(built, lambda link: link is not cut)
    others = [link for link in built.links if link.purpose == "ring" and link is not cut]
    assert cut not in rest
    assert sum(sum(rest[link]) for link in others) > sum(sum(whole[link]) for link in others)
    assert total(rest, built, "transit", 1) == pytest.approx(total(whole, built, "transit", 1))


def test_a_switch_cut_off_from_all_takes_its_customers_with_it():
    built = plan.full()
    switch = built.devices["ams-acc-1"]
    alone = routing.loads(built, lambda link: all(end.device is not switch or link.b is None
                                                  for end in link.ends))  # fmt: skip
    assert all(sum(alone.get(p.link, (0, 0))) == 0 for p in switch.ports if p.link)


def test_without_any_transit_nothing_flows():
    built = plan.small()
    assert routing.loads(built, lambda _link: True)
    assert not routing.loads(built, lambda link: link.purpose != "transit")
