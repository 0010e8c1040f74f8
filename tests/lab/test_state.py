import json
import sys

import pytest

from noc_console.lab import plan, state
from noc_console.lab.clock import ManualClock
from noc_console.lab.faults import Faults
from noc_console.lab.world import World


@pytest.fixture
def file(tmp_path):
    return tmp_path / "deep" / "lab.state.json"


def test_a_killed_lab_goes_on_counting_where_it_stood(file, lab_clock):
    before = World(plan.full(), lab_clock)
    faults = Faults(before)
    faults.begin("reboot", "ams-agg-1", lab_clock.at)
    cut = faults.begin("link-down", None, lab_clock.at)
    lab_clock.at += 40
    before.agenda.run(lab_clock.at)
    state.save(file, before, list(faults.active.values()))
    counted = {
        port.key: before.octets(port, lab_clock.at, out=True)
        for device in before.plan.devices.values()
        for port in device.ports
    }
    later = ManualClock(lab_clock.at + 10)
    after = World(plan.full(), later)
    resumed = Faults(after)
    broken = state.load(file, after)
    after.calm(later.at)
    resumed.resume(broken, later.at)
    assert list(resumed.active) == [cut.id]
    assert not after.is_up(after.plan.find_port(cut.target))
    assert after.nodes["ams-agg-1"].boots == before.nodes["ams-agg-1"].boots
    for device in after.plan.devices.values():
        for port in device.ports:
            grown = after.octets(port, later.at, out=True) - counted[port.key]
            assert 0 <= grown <= port.speed * 1e6 / 8 * 10


def test_a_site_that_was_dark_is_dark_again(file, lab_clock):
    before = World(plan.full(), lab_clock)
    faults = Faults(before)
    faults.begin("power-loss", "fra-2", lab_clock.at)
    state.save(file, before, list(faults.active.values()))
    later = ManualClock(lab_clock.at + 3_600)
    after = World(plan.full(), later)
    Faults(after).resume(state.load(file, after), later.at)
    after.agenda.run(later.at)
    assert not any(after.is_alive(d) for d in after.plan.at("fra-2"))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format": 1}', '{"format": 99, "seed": 1, "size": 6}']
)
def test_a_state_that_makes_no_sense_is_left_alone(file, small, text):
    file.parent.mkdir()
    file.write_text(text)
    assert state.load(file, small) == []


def test_no_state_is_no_trouble(file, small):
    assert state.load(file, small) == []


def test_the_state_of_another_network_does_not_fit(file, small, lab_clock):
    faults = Faults(small)
    faults.begin("high-cpu", None, lab_clock.at)
    state.save(file, small, list(faults.active.values()))
    assert state.load(file, World(plan.small(seed=2), lab_clock)) == []
    assert state.load(file, World(plan.small(), lab_clock))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_its_owner_may_read_the_file(file):
    state.write_private(file, json.dumps({"token": "x"}))
    assert file.stat().st_mode & 0o077 == 0
    state.write_private(file, "again")
    assert file.read_text() == "again"
    assert list(file.parent.iterdir()) == [file]
