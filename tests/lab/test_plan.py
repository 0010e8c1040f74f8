from collections import Counter

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.lab import plan


def facts(built):
    return [
        (d.name, d.address, d.serial, d.mac, [(p.name, p.alias, p.address) for p in d.ports])
        for d in built.devices.values()
    ]


def test_the_lab_has_sixty_devices_of_six_vendors_in_three_cities():
    devices = plan.full().devices.values()
    assert len(devices) >= 60
    assert len({d.character.vendor for d in devices}) >= 6
    assert {d.site.city for d in devices} == {"Amsterdam", "Frankfurt", "Paris"}
    roles = Counter(d.role for d in devices)
    assert {"core", "edge", "bng", "agg", "acc", "olt", "ap", "ups", "srv"} <= roles.keys()


def test_the_same_seed_builds_the_same_network_and_another_seed_another():
    assert facts(plan.full(7)) == facts(plan.full(7))
    assert facts(plan.full(7)) != facts(plan.full(8))


def test_the_cities_form_a_ring():
    ring = {
        frozenset((link.a.device.site.city, link.b.device.site.city))
        for link in plan.full().links
        if link.purpose == "ring"
    }
    assert len(ring) == 3


@pytest.mark.parametrize("built", [plan.full(), plan.small(), plan.of_size(300)])
def test_every_cable_has_two_ends_that_know_each_other_and_say_so(built):
    for link in built.links:
        if link.b is None:
            continue
        assert link.a.link is link.b.link is link
        assert link.a.far is link.b
        assert link.b.device.name in link.a.alias
        assert link.a.alias.endswith(link.b.name)
        assert link.a.device is not link.b.device


@pytest.mark.parametrize("built", [plan.full(), plan.of_size(300)])
def test_nothing_is_given_twice(built):
    devices = list(built.devices.values())
    addresses = [p.address for d in devices for p in d.ports if p.address]
    assert len(set(addresses)) == len(addresses)
    assert len({d.serial for d in devices}) == len(devices)
    assert len({d.mac[:5] for d in devices}) == len(devices)
    for device in devices:
        indexes = [port.if_index for port in device.ports]
        names = [port.name for port in device.ports]
        assert len(set(indexes)) == len(indexes)
        assert len(set(names)) == len(names)


def test_everything_stays_on_loopback():
    for device in plan.of_size(1_000).devices.values():
        assert device.address.startswith("127.")
        assert all(port.address.startswith("127.") for port in device.ports if port.address)


def test_every_site_has_a_supply_and_says_where_it_is():
    built = plan.full()
    for key, site in built.sites.items():
        assert [d.role for d in built.at(key)].count("ups") == 1
        assert site.city in site.location("rack A01")
        assert f"{site.latitude:.4f}" in site.location("rack A01")


def test_some_cables_are_seen_by_cdp_alone():
    only_cdp = [link for link in plan.full().links if link.sees == {"cdp"}]
    assert only_cdp
    assert all(end.device.character.vendor == "Cisco" for link in only_cdp for end in link.ends)


def test_a_larger_lab_has_at_least_the_devices_asked_for():
    for wanted in (66, 150, 1_000, 1_500):
        assert len(plan.of_size(wanted).devices) >= wanted


def test_a_lab_beyond_what_the_cores_can_carry_is_refused():
    with pytest.raises(Invalid):
        plan.of_size(20_000)


def test_another_base_moves_every_address():
    built = plan.build(1, plan.SMALL, base="127.40.0.0")
    assert all(d.address.startswith("127.40.") for d in built.devices.values())
    assert all(
        port.address.startswith("127.4") for d in built.devices.values() for port in d.ports
        if port.address
    )  # fmt: skip


def test_homes_behind_an_olt_have_serials_and_names_of_their_own():
    olts = [d for d in plan.full().devices.values() if d.role == "olt"]
    onus = [onu for olt in olts for tree in olt.onus.values() for onu in tree]
    assert len(onus) > 500
    assert len({onu.serial for onu in onus}) == len(onus)
    assert any(not onu.online for onu in onus)
    assert all(-29 < onu.receive < -13 for onu in onus)
