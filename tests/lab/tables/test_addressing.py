from noc_console.lab.tables import addressing
from tests.lab.asking import column, device, mib_of

IP = "1.3.6.1.2.1.4"


def test_every_address_is_in_the_old_and_in_the_new_table(whole, lab_clock):
    tree, at = mib_of(whole, "ams-core-1"), lab_clock.at
    ports = {p.address: p.if_index for p in device(whole, "ams-core-1").ports if p.address}
    assert column(tree, f"{IP}.20.1.2", at) == ports
    new = {index.removeprefix("1.4."): n for index, n in column(tree, f"{IP}.34.1.3", at).items()}
    assert new == ports


def test_masks_fit_their_prefixes(whole, lab_clock):
    tree, at = mib_of(whole, "ams-core-1"), lab_clock.at
    masks = column(tree, f"{IP}.20.1.3", at)
    assert masks[device(whole, "ams-core-1").address] == "255.255.255.255"
    assert "255.255.255.254" in masks.values()


def test_both_ends_of_a_routed_link_have_resolved_each_other(whole, lab_clock):
    for port, address, mac, far in addressing.arp(whole, device(whole, "fra-core-2")):
        back = addressing.arp(whole, far)
        assert (port.address, port.mac) in [(a, m) for _, a, m, _ in back]
        assert mac in [p.mac for p in far.ports if p.address == address]


def test_aggregation_knows_everything_in_the_management_network_of_its_city(whole, lab_clock):
    tree, at = mib_of(whole, "ams-agg-1"), lab_clock.at
    known = set(column(tree, f"{IP}.22.1.3", at).values())
    for name in ("ams-ups-1", "ams-ups-3", "ams-srv-1", "ams-ap-4", "ams-olt-2", "ams-acc-4"):
        assert device(whole, name).address in known
    assert device(whole, "fra-ups-1").address not in known


def test_a_silent_device_is_forgotten(whole, lab_clock):
    tree, at = mib_of(whole, "ams-agg-1"), lab_clock.at
    ups = device(whole, "ams-ups-1")
    whole.power_off(ups, "test", at)
    assert ups.address not in column(tree, f"{IP}.22.1.3", at).values()
    assert ups.mac not in column(tree, f"{IP}.35.1.4", at).values()
