import pytest

from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.lab.faults import BATTERY_S, CATALOGUE, MAX_ERRORS, REBOOT_S, Faults
from noc_console.lab.notices import What
from tests.lab.conftest import EVENING

KINDS = (
    "link-down", "device-down", "reboot", "high-cpu", "rising-errors", "fading-optical",
    "power-loss", "flapping",
)  # fmt: skip


def run_on(world, clock, seconds):
    end = clock.at + seconds
    while (due := world.agenda.next) is not None and due <= end:
        clock.at = due
        world.agenda.run(due)
    clock.at = end


def picture(world):
    """What anybody outside could tell apart, save counters and what moves by itself."""
    return {
        port.key: (world.is_up(port), world.optics(port, EVENING)[0])
        for device in world.plan.devices.values()
        for port in device.ports
    } | {name: (node.alive, node.extra_cpu) for name, node in world.nodes.items()}


def heard_by(world):
    heard = []
    world.listeners.append(heard.append)
    return heard


def test_eight_kinds_are_offered_each_with_what_it_does_and_the_alarm_to_expect():
    assert tuple(CATALOGUE) == KINDS
    for handling in CATALOGUE.values():
        assert handling.kind.title
        assert handling.kind.does
        assert handling.kind.alarm
        assert handling.kind.target in ("link", "device", "site")


@pytest.mark.parametrize("name", KINDS)
def test_every_fault_finds_a_target_bends_the_lab_and_is_mended_without_a_trace(
    whole, lab_clock, name
):
    faults = Faults(whole)
    before = picture(whole)
    errors = [line.errors[0].level for line in whole.lines()]
    fault = faults.begin(name, None, lab_clock.at)
    run_on(whole, lab_clock, BATTERY_S + 5 if name == "power-loss" else 2)
    bent = [line.errors[0].level for line in whole.lines()]
    assert (picture(whole), bent) != (before, errors)
    if not fault.ends_by_itself:
        faults.mend(fault.id, lab_clock.at)
    run_on(whole, lab_clock, 120)
    assert not faults.active
    assert picture(whole) == before
    assert [line.errors[0].level for line in whole.lines()] == errors


def test_a_link_fault_may_name_either_end_or_only_the_device(whole, lab_clock):
    faults = Faults(whole)
    link = next(link for link in whole.plan.links if link.purpose == "ring")
    fault = faults.begin("link-down", link.b.key, lab_clock.at)
    assert fault.target == link.b.key
    assert not whole.is_up(link.a)
    named = faults.begin("flapping", "ams-olt-1", lab_clock.at)
    assert named.target == "ams-olt-1:ethernet0/9/0"


@pytest.mark.parametrize(
    ("name", "target", "error"),
    [
        ("earthquake", None, NotFound),
        ("device-down", "nobody", NotFound),
        ("link-down", "ams-core-1:nothing", NotFound),
        ("link-down", "ams-core-1:Loopback0", Invalid),
        ("power-loss", "atlantis-1", NotFound),
    ],
)
def test_what_cannot_be_broken_is_refused_and_nothing_changes(
    whole, lab_clock, name, target, error
):
    faults = Faults(whole)
    before = picture(whole)
    with pytest.raises(error):
        faults.begin(name, target, lab_clock.at)
    assert not faults.active
    assert picture(whole) == before


def test_the_same_fault_twice_is_refused(whole, lab_clock):
    faults = Faults(whole)
    faults.begin("high-cpu", "ams-edge-1", lab_clock.at)
    with pytest.raises(Conflict):
        faults.begin("high-cpu", "ams-edge-1", lab_clock.at)


def test_mending_what_is_not_broken_is_refused(whole, lab_clock):
    with pytest.raises(NotFound):
        Faults(whole).mend("link-down", lab_clock.at)


def test_two_faults_on_one_link_do_not_heal_each_other(whole, lab_clock):
    faults = Faults(whole)
    cut = faults.begin("link-down", None, lab_clock.at)
    flap = faults.begin("flapping", cut.target, lab_clock.at)
    faults.mend(flap.id, lab_clock.at)
    assert not whole.is_up(whole.plan.find_port(cut.target))
    faults.mend_all(lab_clock.at)
    assert whole.is_up(whole.plan.find_port(cut.target))


def test_a_reboot_is_over_by_itself_with_uptime_from_nought(whole, lab_clock):
    faults = Faults(whole)
    heard = heard_by(whole)
    fault = faults.begin("reboot", None, lab_clock.at)
    device = whole.plan.devices[fault.target]
    assert not whole.is_alive(device)
    run_on(whole, lab_clock, REBOOT_S + 2)
    assert whole.is_alive(device)
    assert whole.uptime(device, lab_clock.at) == pytest.approx(2)
    assert not faults.active
    assert What.COLD_START in [n.what for n in heard]


def test_errors_rise_step_by_step_up_to_their_limit(whole, lab_clock):
    faults = Faults(whole)
    fault = faults.begin("rising-errors", None, lab_clock.at)
    port = whole.plan.find_port(fault.target)
    rates = []
    for _ in range(14):
        first = whole.faults_in(port.far, lab_clock.at)[0]
        run_on(whole, lab_clock, 5)
        rates.append((whole.faults_in(port.far, lab_clock.at)[0] - first) / 5)
    assert rates[0] >= 30
    assert rates == sorted(rates)
    assert rates[-1] == pytest.approx(MAX_ERRORS, rel=0.01)


def test_a_fading_fibre_gets_darker_and_then_damages_frames(whole, lab_clock):
    faults = Faults(whole)
    link = [each for each in whole.plan.links if each.purpose == "ring"][1]
    healthy = whole.optics(link.b, lab_clock.at)[0]
    heard = heard_by(whole)
    faults.begin("fading-optical", link.a.key, lab_clock.at)
    assert whole.optics(link.b, lab_clock.at)[0] == pytest.approx(healthy - 6, abs=0.2)
    run_on(whole, lab_clock, 60)
    assert whole.optics(link.b, lab_clock.at)[0] == pytest.approx(healthy - 17, abs=0.3)
    assert whole.line(link).errors[0].level > 100
    assert [n.what for n in heard].count(What.OPTICS_LOW) == 6


def test_a_site_runs_on_battery_warns_and_goes_dark_together(whole, lab_clock):
    faults = Faults(whole)
    heard = heard_by(whole)
    fault = faults.begin("power-loss", "fra-2", lab_clock.at)
    assert [n.what for n in heard] == [What.ON_BATTERY]
    assert all(whole.is_alive(d) for d in whole.plan.at("fra-2"))
    run_on(whole, lab_clock, BATTERY_S - 1)
    assert What.BATTERY_LOW in [n.what for n in heard]
    run_on(whole, lab_clock, 2)
    assert not any(whole.is_alive(d) for d in whole.plan.at("fra-2"))
    assert all(whole.is_alive(d) for d in whole.plan.at("fra-1"))
    faults.mend(fault.id, lab_clock.at)
    run_on(whole, lab_clock, 30)
    assert all(whole.is_alive(d) for d in whole.plan.at("fra-2"))


def test_power_that_returns_in_time_leaves_everything_running(whole, lab_clock):
    faults = Faults(whole)
    heard = heard_by(whole)
    fault = faults.begin("power-loss", "fra-2", lab_clock.at)
    run_on(whole, lab_clock, 20)
    faults.mend(fault.id, lab_clock.at)
    run_on(whole, lab_clock, 300)
    assert all(whole.is_alive(d) for d in whole.plan.at("fra-2"))
    assert [n.what for n in heard] == [What.ON_BATTERY, What.POWER_BACK]


def test_a_flapping_link_goes_down_and_up_again_and_again(whole, lab_clock):
    faults = Faults(whole)
    heard = heard_by(whole)
    fault = faults.begin("flapping", None, lab_clock.at)
    port = whole.plan.find_port(fault.target)
    run_on(whole, lab_clock, 60)
    mine = [n.what for n in heard if n.port is port]
    assert mine[:4] == [What.LINK_DOWN, What.LINK_UP, What.LINK_DOWN, What.LINK_UP]
    faults.mend(fault.id, lab_clock.at)
    assert whole.is_up(port)
    assert whole.agenda.next is None


def test_a_lab_without_cables_says_so(lab_clock):
    from noc_console.lab.model import Plan
    from noc_console.lab.world import World

    with pytest.raises(Invalid):
        Faults(World(Plan(1), lab_clock)).begin("link-down", None, lab_clock.at)
