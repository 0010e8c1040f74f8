from noc_console.lab.tables import protocols
from tests.lab.asking import column, device, mib_of

BGP, OSPF = protocols.BGP, protocols.OSPF


def test_every_session_stands_and_is_known_at_both_ends(whole, lab_clock):
    sessions = set()
    for name, each in whole.plan.devices.items():
        states = column(mib_of(whole, name), f"{BGP}.3.1.2", lab_clock.at)
        assert len(states) == len(each.peers)
        assert set(states.values()) <= {protocols.ESTABLISHED}
        sessions |= {(each.router_id, peer.address) for peer in each.peers if peer.far}
    assert sessions
    assert sessions == {(b, a) for a, b in sessions}


def test_transit_has_another_as_number(whole, lab_clock):
    tree, at = mib_of(whole, "ams-edge-1"), lab_clock.at
    numbers = set(column(tree, f"{BGP}.3.1.9", at).values())
    assert protocols.OWN_AS in numbers
    assert len(numbers) == 2


def test_ospf_neighbours_are_full_until_the_link_is_cut(whole, lab_clock):
    tree, at = mib_of(whole, "ams-core-1"), lab_clock.at
    port, far = protocols.ospf_neighbours(device(whole, "ams-core-1"))[0]
    index = f"{far.address}.0"
    assert column(tree, f"{OSPF}.10.1.6", at)[index] == protocols.FULL
    assert column(tree, f"{OSPF}.10.1.3", at)[index] == far.device.router_id
    whole.line(port.link).cuts.add("test")
    whole.settle(at)
    assert column(tree, f"{OSPF}.10.1.6", at)[index] == protocols.DOWN


def test_a_session_to_a_dead_router_goes_active_and_begins_anew(whole, lab_clock):
    edge, core = device(whole, "ams-edge-1"), device(whole, "ams-core-1")
    tree, at = mib_of(whole, "ams-core-1"), lab_clock.at
    whole.power_off(edge, "test", at)
    whole.settle(at)
    assert column(tree, f"{BGP}.3.1.2", at)[edge.router_id] == protocols.ACTIVE
    whole.power_on(edge, "test", at)
    whole.agenda.run(at + 100)
    assert column(tree, f"{BGP}.3.1.2", at + 200)[edge.router_id] == protocols.ESTABLISHED
    peer = next(p for p in core.peers if p.far is edge)
    assert protocols.established_for(whole, core, peer, at + 200) < 200


def test_a_switch_speaks_no_routing_protocol(whole, lab_clock):
    tree = mib_of(whole, "ams-acc-1")
    assert column(tree, BGP, lab_clock.at) == {}
    assert column(tree, OSPF, lab_clock.at) == {}
