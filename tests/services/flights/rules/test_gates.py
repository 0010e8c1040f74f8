from dataclasses import replace

import pytest

from noc_console.services.flights.model import (
    FlightId,
    Gates,
    Health,
    Stand,
    Target,
    TargetId,
    Way,
)
from noc_console.services.flights.rules import gates

TARGET = Target(
    TargetId(1), FlightId(1), 7, "core-1", "192.0.2.1", "ios", 0, Stand.HELD, Way.COMMIT
)
WELL = Health(True, frozenset({"Gi1", "Gi2"}), frozenset({"BGP 1"}), octets=1_000, at=10.0, bps=8e6)


def found(now: Health, asked: Gates = Gates(), last: Health | None = None) -> list[str]:  # noqa: B008
    return [each.text for each in gates.findings(TARGET, WELL, now, asked, last=last)]


def test_as_before_is_well():
    assert found(WELL) == []
    assert found(replace(WELL, ports_up=WELL.ports_up | {"Gi3"})) == []


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (Health(False), "no longer answers"),
        (replace(WELL, ports_up=frozenset({"Gi2"})), "down since: Gi1"),
        (replace(WELL, sessions_up=frozenset()), "session gone: BGP 1"),
    ],
)
def test_what_is_worse_is_told(now, told):
    assert found(now) == [told]


def test_what_is_not_to_be_looked_at_is_not():
    worse = replace(WELL, ports_up=frozenset(), sessions_up=frozenset())
    assert found(worse, Gates(ports=False, sessions=False)) == []


def test_traffic_that_fell_is_told_by_counters_of_two_looks():
    last = replace(WELL, at=20.0, octets=0)
    slow = replace(WELL, at=30.0, octets=2_500_000)  # 2 Mbit/s of 8
    assert found(slow, last=last) == ["traffic fell by 75 %"]
    assert found(slow, Gates(traffic_drop=80.0), last=last) == []
    assert found(slow) == []  # one look tells no rate
    assert found(replace(slow, octets=None), last=last) == []


@pytest.mark.parametrize(
    ("before_ps", "counted", "told"),
    [
        (0.0, 400, ["errors and discards rose from 0 to 40 a second"]),
        (0.0, 90, []),  # nine a second: too few to say
        (30.0, 450, []),  # half as many again is no fault
        (30.0, 700, ["errors and discards rose from 30 to 70 a second"]),
        (None, 700, []),  # nobody knows how many there were
    ],
)
def test_errors_that_rise_are_told_by_counters_of_two_looks(before_ps, counted, told):
    before = replace(WELL, errors_ps=before_ps)
    last, now = replace(WELL, at=20.0, errors=1_000), replace(WELL, at=30.0, errors=1_000 + counted)

    def found(asked):
        texts = gates.findings(TARGET, before, now, asked, last=last)
        return [each.text for each in texts]

    assert found(Gates(traffic_drop=0.0)) == told
    assert found(Gates(traffic_drop=0.0, errors=False)) == []


def test_a_port_that_the_change_shuts_may_be_down_and_no_other():
    before = replace(WELL, shut=frozenset({"Gi1"}))
    now = replace(WELL, ports_up=frozenset())
    told = gates.findings(TARGET, before, now, Gates())
    assert [each.text for each in told] == ["down since: Gi2"]


def test_counters_that_began_anew_tell_no_rate():
    assert gates.rate_of(replace(WELL, octets=10**9), WELL) is None
    assert gates.errors_of(replace(WELL, errors=9), replace(WELL, at=99.0, errors=3)) is None


def test_a_device_that_never_answered_is_not_blamed():
    assert gates.findings(TARGET, Health(False), Health(False), Gates()) == ()


def test_alarms_of_other_devices_do_not_count():
    bad = [gates.Bad(7, "down"), gates.Bad(8, "elsewhere")]
    assert [each.text for each in gates.alarmed([TARGET], bad)] == ["alarm: down"]


def test_a_sentence_names_three_and_counts_the_rest():
    many = gates.alarmed([TARGET], [gates.Bad(7, str(n)) for n in range(5)])
    assert gates.sentence(many).endswith("core-1 alarm: 2; and 2 more")


def test_a_baseline_is_kept_and_read_again():
    kept = gates.unpacked(gates.packed(WELL))
    assert kept == Health(True, WELL.ports_up, WELL.sessions_up, bps=8e6)
    full = replace(WELL, errors_ps=3.0, shut=frozenset({"Gi1"}))
    assert gates.unpacked(gates.packed(full)) == replace(full, octets=None, at=0.0)
    old = '{"answers": true, "ports": ["Gi1"], "sessions": [], "bps": null}'
    assert gates.unpacked(old) == Health(True, frozenset({"Gi1"}))
    assert gates.unpacked("") is None
