"""Who runs a probe, and when."""

from __future__ import annotations

from noc_console.services.probes.model import Aim, Probe, ProbeId
from noc_console.services.probes.rules import share
from noc_console.services.probes.settings import (
    PingSettings,
    ProbeKind,
    TcpSettings,
    TwampSettings,
)


def probe(number: int, **changes) -> Probe:
    return Probe(ProbeId(number), ProbeKind.ICMP, "192.0.2.1", **changes)


def mine(one: Probe, *, leased=lambda number: True, in_zone=lambda zone, number: False) -> bool:
    return share.is_mine(one, collector="ams-1", leased=leased, in_zone=in_zone)


def test_a_probe_of_a_device_belongs_to_who_polls_the_device():
    asked = []
    mine(probe(3, device_id=7), leased=lambda number: bool(asked.append(number)))
    assert asked == [7]


def test_free_probes_are_dealt_out_by_numbers_no_device_has():
    numbers = {share.number(probe(number)) for number in range(1000)}
    assert len(numbers) == 1000
    assert min(numbers) >= share.FREE


def test_a_named_collector_needs_no_lease():
    assert mine(probe(1, origin="collector:ams-1"), leased=lambda number: False)
    assert not mine(probe(1, origin="collector:ams-2"))


def test_a_zones_probes_belong_to_one_of_those_in_it():
    one = probe(1, origin="zone:pop-7")
    assert not mine(one)
    assert mine(one, in_zone=lambda zone, number: zone == "pop-7", leased=lambda number: False)


def test_turns_keep_their_place_in_the_interval():
    one = probe(5, interval_s=60.0)
    first = share.turn(one, now=1000.0)
    assert 1000.0 < first <= 1060.0
    assert share.turn(one, now=first) == first + 60.0
    assert share.turn(probe(6, interval_s=60.0), now=1000.0) != first


def test_a_new_probe_waits_five_seconds_at_most():
    waits = [share.first_wait(probe(number, interval_s=3600)) for number in range(100)]
    assert min(waits) >= 0 and max(waits) <= 5


def test_packets_are_spread_so_that_the_round_ends_within_its_interval():
    spread = share.spread_s(probe(1, interval_s=60.0, settings=PingSettings(timeout_s=2)))
    assert spread + 2 < 60
    assert share.spread_s(probe(1, settings=PingSettings(spread=False))) == 0
    assert share.spread_s(probe(1, interval_s=1.0)) == 0
    assert share.spread_s(Probe(ProbeId(1), ProbeKind.TCP, "x", settings=TcpSettings())) == 0


def test_every_round_has_an_end_that_lies_after_its_own_time_outs():
    aim = Aim(ProbeKind.ICMP, "192.0.2.1", PingSettings(timeout_s=2), within_s=50)
    assert share.longest_s(aim) > 52
    tcp = Aim(ProbeKind.TCP, "192.0.2.1", TcpSettings(count=20, timeout_s=30))
    assert share.longest_s(tcp) > 600
    packets = Aim(ProbeKind.TWAMP, "192.0.2.1", TwampSettings(count=200, gap_ms=1000))
    assert share.longest_s(packets) > 200
