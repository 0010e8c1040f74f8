from noc_console.lab.tables import forwarding
from tests.lab.asking import column, device, mib_of


def test_every_router_is_reached_through_a_neighbour_of_ours(whole, lab_clock):
    core = device(whole, "ams-core-1")
    tree, at = mib_of(whole, "ams-core-1"), lab_clock.at
    hops = column(tree, f"{forwarding.CIDR}.4", at)
    beside = {far.address for _, far in core.neighbours("lldp") if far.address}
    routers = [d for d in whole.plan.devices.values() if d.is_router and d is not core]
    for router in routers:
        [hop] = [via for index, via in hops.items() if index.startswith(f"{router.router_id}.255.")]
        assert hop in beside


def test_both_tables_hold_the_same_routes(whole, lab_clock):
    tree, at = mib_of(whole, "ams-edge-1"), lab_clock.at
    old = column(tree, f"{forwarding.CIDR}.5", at)
    new = column(tree, f"{forwarding.INET}.7", at)
    assert sorted(old.values()) == sorted(new.values())
    assert column(tree, f"{forwarding.CIDR}.1", at).keys() == old.keys()


def test_an_edge_has_a_default_route_until_its_transit_is_cut(whole, lab_clock):
    edge = device(whole, "ams-edge-1")
    tree, at = mib_of(whole, "ams-edge-1"), lab_clock.at

    def defaults():
        return [d for d in column(tree, f"{forwarding.CIDR}.1", at).values() if d == "0.0.0.0"]

    assert len(defaults()) == 1
    transit = next(p for p in edge.ports if p.alias.startswith("transit"))
    whole.line(transit.link).cuts.add("test")
    whole.settle(at)
    assert defaults() == []


def test_a_switch_forwards_nothing(whole, lab_clock):
    assert column(mib_of(whole, "ams-acc-1"), forwarding.CIDR, lab_clock.at) == {}
    assert len(forwarding.first_hops(device(whole, "ams-core-1"))) == 14
