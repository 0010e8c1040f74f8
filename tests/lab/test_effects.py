from noc_console.lab import plan, state
from noc_console.lab.cli import Session
from noc_console.lab.notices import What
from noc_console.lab.world import World


def test_what_is_shut_is_told_and_leaves_other_faults_alone(lab_clock):
    world = World(plan.routers(2), lab_clock)
    device = world.plan.devices["ams-edge-2"]
    port = next(one for one in device.ports if one.link)
    world.line(port.link).cuts.add("fault")
    heard = []
    world.listeners.append(heard.append)
    session = Session(world, device)
    for line in ("conf t", f"interface {port.name}", "shutdown", "no shutdown"):
        session.run(line)
    assert world.line(port.link).cuts == {"fault"}
    world.line(port.link).cuts.clear()
    world.settle(lab_clock.at)
    session.run("shutdown")
    assert [one.what for one in heard] == [What.LINK_DOWN] * 2 + [What.LINK_UP] * 2 + [
        What.LINK_DOWN
    ] * 2


def test_a_device_nobody_touched_has_nothing_to_remember(lab_clock):
    world = World(plan.routers(2), lab_clock)
    Session(world, world.plan.devices["ams-edge-2"]).run("show running-config")
    assert world.settings.touched() == {}


def test_a_lab_that_was_killed_knows_what_was_set(lab_clock, tmp_path):
    world = World(plan.routers(2), lab_clock)
    device = world.plan.devices["ams-edge-2"]
    session = Session(world, device)
    port = next(one for one in device.ports if one.link)
    for line in ("conf t", f"interface {port.name}", "description told", "shutdown"):
        session.run(line)
    world.settings.of(device).files["x.bin"] = b"\x00\xff"
    state.save(tmp_path / "state.json", world, [])
    again = World(plan.routers(2), lab_clock)
    state.load(tmp_path / "state.json", again)
    twin = again.plan.devices["ams-edge-2"]
    assert not again.is_up(next(one for one in twin.ports if one.name == port.name))
    assert "description told" in Session(again, twin).run("show running-config")
    assert again.settings.of(twin).files == {"x.bin": b"\x00\xff"}


def test_a_commit_after_a_commit_for_a_time_keeps_both(lab_clock):
    world = World(plan.routers(2), lab_clock)
    device = world.plan.devices["ams-edge-1"]
    settings = world.settings
    first = settings.of(device).running
    settings.commit(device, {**first, "a": {}}, confirm_s=60)
    assert settings.is_held(device)
    settings.commit(device, {**first, "a": {}, "b": {}})
    assert not settings.is_held(device)
    lab_clock.at += 100
    world.agenda.run(lab_clock.at)
    assert set(settings.of(device).running) - set(first) == {"a", "b"}
