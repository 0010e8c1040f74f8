import pytest

from noc_console.lab import plan
from noc_console.lab.clock import ManualClock
from noc_console.lab.notices import What
from noc_console.lab.waves import EPOCH
from noc_console.lab.world import World


def ring(world):
    return next(link for link in world.plan.links if link.purpose == "ring")


def tell_into(world):
    heard = []
    world.listeners.append(heard.append)
    return heard


def test_what_leaves_one_end_of_a_cable_arrives_at_the_other(whole, lab_clock):
    link = ring(whole)
    first = lab_clock.at
    for out, into in ((link.a, link.b), (link.b, link.a)):
        sent = whole.octets(out, first + 60, out=True) - whole.octets(out, first, out=True)
        got = whole.octets(into, first + 60, out=False) - whole.octets(into, first, out=False)
        assert sent == pytest.approx(got, abs=1_000)
        assert sent > 1_000_000
        assert whole.rate(out, first, out=True) == whole.rate(into, first, out=False)


def test_the_difference_of_two_readings_is_the_rate_between_them(whole, lab_clock):
    port, at = ring(whole).a, lab_clock.at
    counted = whole.octets(port, at + 1, out=True) - whole.octets(port, at, out=True)
    assert counted * 8 == pytest.approx(whole.rate(port, at + 0.5, out=True), rel=0.01)


def test_no_link_ever_carries_more_than_it_can(whole, lab_clock):
    for link in whole.plan.links:
        for hour in range(0, 24, 3):
            rate = whole.rate(link.a, lab_clock.at + hour * 3600, out=True)
            assert rate <= link.speed * 1e6


def test_counters_count_from_the_last_boot(small, lab_clock):
    device = small.plan.devices["ams-core-1"]
    port = next(p for p in device.ports if p.link)
    boot = small.node(device).boot_at
    assert small.octets(port, boot, out=True) == 0
    assert small.octets(port, lab_clock.at, out=True) > 0


def test_a_lab_started_again_later_counts_on(lab_clock):
    before = World(plan.small(), lab_clock)
    ports = [p for d in before.plan.devices.values() for p in d.ports if p.link]
    counted = {p.key: before.octets(p, lab_clock.at, out=True) for p in ports}
    later = ManualClock(lab_clock.at + 30)
    after = World(plan.small(), later)
    for device in after.plan.devices.values():
        assert after.node(device).boot_at == pytest.approx(before.nodes[device.name].boot_at, abs=2)
        for port in device.ports:
            if port.link:
                assert after.octets(port, later.at, out=True) >= counted[port.key]


def test_a_cut_cable_is_down_at_both_ends_and_its_traffic_moves(whole, lab_clock):
    heard = tell_into(whole)
    link = ring(whole)
    others = [each for each in whole.plan.links if each.purpose == "ring" and each is not link]
    before = sum(whole.line(each).octets[0].level for each in others)
    whole.line(link).cuts.add("test")
    whole.settle(lab_clock.at)
    assert not whole.is_up(link.a)
    assert not whole.is_up(link.b)
    assert whole.rate(link.a, lab_clock.at + 5, out=True) == 0
    assert sum(whole.line(each).octets[0].level for each in others) > before
    assert {(n.what, n.port) for n in heard} == {(What.LINK_DOWN, link.a), (What.LINK_DOWN, link.b)}
    assert whole.last_change(link.a) == lab_clock.at


def test_a_dark_device_takes_its_neighbours_links_down_and_says_nothing_itself(small, lab_clock):
    heard = tell_into(small)
    device = small.plan.devices["ams-agg-1"]
    small.power_off(device, "test", lab_clock.at)
    small.settle(lab_clock.at)
    assert not small.is_alive(device)
    assert heard
    assert all(notice.device is not device for notice in heard)


def test_a_device_that_boots_counts_from_nought_and_has_one_boot_more(small, lab_clock):
    heard = tell_into(small)
    device = small.plan.devices["ams-agg-1"]
    boots = small.node(device).boots
    port = next(p for p in device.ports if p.far)
    far_count = small.octets(port.far, lab_clock.at, out=False)
    small.power_off(device, "test", lab_clock.at)
    small.settle(lab_clock.at)
    small.power_on(device, "test", lab_clock.at + 60, silent_s=10)
    assert not small.is_alive(device)
    small.agenda.run(lab_clock.at + 71)
    assert small.is_alive(device)
    assert small.node(device).boots == boots + 1
    assert small.uptime(device, lab_clock.at + 80) == 10
    assert small.octets(port, lab_clock.at + 70, out=True) == 0
    assert small.octets(port.far, lab_clock.at + 70, out=False) >= far_count
    assert What.COLD_START in [notice.what for notice in heard if notice.device is device]


def test_a_device_held_dark_by_two_faults_waits_for_both(small, lab_clock):
    device = small.plan.devices["ams-olt-1"]
    small.power_off(device, "one", lab_clock.at)
    small.power_off(device, "two", lab_clock.at)
    small.power_on(device, "one", lab_clock.at)
    small.agenda.run(lab_clock.at + 100)
    assert not small.is_alive(device)
    small.power_on(device, "two", lab_clock.at + 100)
    small.agenda.run(lab_clock.at + 200)
    assert small.is_alive(device)


def test_sensors_stay_within_what_is_healthy(whole, lab_clock):
    for device in whole.plan.devices.values():
        for hour in range(24):
            at = lab_clock.at + hour * 3600
            assert 1 <= whole.cpu(device, at) <= 60
            assert 0.2 < whole.memory(device, at) < 0.8
            assert 20 < whole.temperature(device, at) < 60
        for port in device.ports:
            if port.optical and port.far is not None:
                received, sent = whole.optics(port, lab_clock.at)
                assert -20 < received < sent < 4


def test_a_dark_fibre_reads_minus_forty(whole, lab_clock):
    link = ring(whole)
    whole.line(link).cuts.add("test")
    whole.settle(lab_clock.at)
    assert whole.optics(link.a, lab_clock.at)[0] == -40.0


def test_an_ebgp_session_falls_with_its_link_and_an_ibgp_session_does_not(whole, lab_clock):
    edge = whole.plan.devices["ams-edge-1"]
    outside = next(peer for peer in edge.peers if peer.far is None)
    inside = next(peer for peer in edge.peers if peer.far is not None)
    heard = tell_into(whole)
    whole.line(outside.port.link).cuts.add("test")
    whole.settle(lab_clock.at)
    assert not whole.session_up(outside)
    assert whole.session_up(inside)
    assert (What.BGP_DOWN, outside.address) in [(n.what, n.peer) for n in heard]


def test_all_counters_of_a_port_at_once_agree_with_each_alone(whole, lab_clock):
    port = ring(whole).a
    counts = whole.counts(port, lab_clock.at)
    assert counts.in_octets == whole.octets(port, lab_clock.at, out=False)
    assert counts.out_packets == whole.packets(port, lab_clock.at, out=True)
    assert (counts.in_errors, counts.out_discards) == whole.faults_in(port, lab_clock.at)
    assert 300 < counts.in_octets / counts.in_packets < 1500


def test_a_free_port_counts_nothing(small, lab_clock):
    free = next(
        p for p in small.plan.devices["ams-acc-1"].ports if p.is_physical and p.link is None
    )
    assert not small.is_up(free)
    counts = small.counts(free, lab_clock.at)
    assert (counts.in_octets, counts.in_errors, counts.out_bps) == (0, 0, 0.0)


def test_boots_lie_on_a_grid_and_never_in_the_future(whole, lab_clock):
    for node in whole.nodes.values():
        assert EPOCH - 500 * 86_400 < node.boot_at <= lab_clock.at - 3_600
        assert node.boots >= 1
