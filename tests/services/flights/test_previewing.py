"""The dry run: it looks, and cannot write."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from noc_console.kernel.actor import Actor
from noc_console.lab import cli
from noc_console.lab.run import Lab
from noc_console.services.flights.model import Stand, Way
from noc_console.services.flights.rules import templates
from noc_console.services.inventory.model import Inspected, SeenInterface
from tests.services.flights.conftest import Console

LOOKS = ("show ", "terminal length", "terminal width", "set cli ", "enable")
GOOD = (
    "{% if device.platform == 'junos' %}set system host-name x\n"
    "{% else %}interface {{ (interfaces|list|first).name if interfaces else 'Loopback0' }}\n"
    " description {{ device.name }} {{ var.what }}\n{% endif %}"
)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every line any device hears; one that is no look breaks the device."""
    heard: list[str] = []
    run = cli.Session.run

    def listening(self: cli.Session, line: str) -> str:
        heard.append(line.strip())
        if line.strip() and not line.strip().startswith(LOOKS):
            raise AssertionError(f"somebody wrote: {line}")
        return run(self, line)

    monkeypatch.setattr(cli.Session, "run", listening)
    return heard


async def test_a_dry_run_sends_nothing_that_writes(
    console: Console, operator: Actor, lab: Lab, typed: list[str]
) -> None:
    flight = await console.flights.plan(
        operator,
        title="x",
        device_ids=tuple(console.ids.values()),
        template=GOOD,
        variables=("what=told",),
    )
    assert flight.counts == {"planned": 6}
    assert len(typed) >= 12 and all(line.startswith(LOOKS) for line in typed)
    assert lab.world.settings.touched() == {}
    shown = await console.flights.show(operator, flight_id=flight.id)
    full = [await console.flights.preview(operator, target_id=t.id) for t in shown.targets]
    assert all(t.diff and t.adds for t in full)


async def test_the_device_of_that_test_breaks_when_somebody_writes(
    console: Console, operator: Actor, colleague: Actor, typed: list[str]
) -> None:
    flight = await console.flights.plan(
        operator, title="x", device_ids=(console.ids["ams-edge-2"],), template="hostname x"
    )
    await console.flights.approve(colleague, flight_id=flight.id)
    await console.flights.start(colleague, flight_id=flight.id)
    console.patience_s = 0.3
    await console.pilot(colleague).fly(flight.id)
    assert "reload in 10" in typed
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert {t.stand for t in shown.targets} & {Stand.FAILED, Stand.STUCK}


@pytest.mark.parametrize(
    ("name", "template", "why"),
    [
        ("ams-edge-2", "reload", "has no place in a change"),
        ("ams-edge-1", "request system reboot", "has no place in a change"),
        ("ams-edge-1", "description x", "neither set nor delete"),
        ("ams-edge-2", "hostname {{ nobody }}", "'nobody' is undefined"),
        ("ams-edge-3", "{% include 'x' %}", "no place in the template"),
        ("ams-edge-2", "ntp server \0", "“ntp server ␀” is no line to type"),
    ],
)
async def test_what_has_no_place_in_a_change_is_refused_for_the_device(
    console: Console, operator: Actor, name: str, template: str, why: str
) -> None:
    flight = await console.flights.plan(
        operator, title="x", device_ids=(console.ids[name],), template=template
    )
    (target,) = (await console.flights.show(operator, flight_id=flight.id)).targets
    assert (target.stand, target.way) == (Stand.REFUSED, Way.NONE)
    assert why in target.why


async def test_a_template_that_takes_its_time_does_not_stop_the_window(
    console: Console, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled_in: list[str] = []
    plain = templates.rendered

    def watched(*given: Any) -> str:
        filled_in.append(threading.current_thread().name)
        return plain(*given)

    monkeypatch.setattr(templates, "rendered", watched)
    await console.flights.plan(
        operator, title="x", device_ids=(console.ids["ams-edge-2"],), template="hostname x"
    )
    assert filled_in and threading.main_thread().name not in filled_in


async def test_secrets_are_masked_in_previews_and_nowhere_in_the_store(
    console: Console, operator: Actor, tmp_path: Path
) -> None:
    text = "snmp-server community hunter2word RW"
    flight = await console.flights.plan(
        operator, title="x", device_ids=(console.ids["ams-edge-2"],), template="{{ var.line }}",
        variables=(f"line={text}",),
    )  # fmt: skip
    (target,) = (await console.flights.show(operator, flight_id=flight.id)).targets
    full = await console.flights.preview(operator, target_id=target.id)
    assert "+snmp-server community ••••••" in full.diff and "hunter2word" not in full.diff
    kept = await console.logbook.kept(operator, target)
    assert kept.lines == (text,) and kept.inverse == (f"no {text}",)
    assert "community public RO" in kept.before
    told = await console.flights.report(operator, flight_id=flight.id)
    assert "hunter2word" not in told
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert shown.flight.variables == {"line": text}
    kept_bytes = b"".join(file.read_bytes() for file in tmp_path.glob("noc.db*"))
    assert len(kept_bytes) > 10_000 and b"hunter2word" not in kept_bytes


async def test_a_device_that_is_set_like_that_already_is_left_alone(
    console: Console, operator: Actor
) -> None:
    flight = await console.flights.plan(
        operator, title="x", device_ids=(console.ids["ams-edge-2"],), template="lldp run"
    )
    assert flight.counts == {"same": 1}


async def test_what_nobody_saved_is_not_risked_by_a_reload(
    console: Console, operator: Actor, lab: Lab
) -> None:
    session = cli.Session(lab.world, lab.device("ams-edge-2"))
    for line in ("conf t", "ntp server 192.0.2.9", "end"):
        session.run(line)
    flight = await console.flights.plan(
        operator, title="x", device_ids=(console.ids["ams-edge-2"],), template="hostname x"
    )
    (target,) = (await console.flights.show(operator, flight_id=flight.id)).targets
    assert target.stand is Stand.REFUSED and "ntp server 192.0.2.9" in target.why


async def test_one_device_that_is_not_reached_does_not_spoil_the_preview_of_others(
    console: Console, operator: Actor, lab: Lab
) -> None:
    lab.fail("device-down", "ams-edge-5")
    flight = await console.flights.plan(
        operator,
        title="x",
        device_ids=(console.ids["ams-edge-2"], console.ids["ams-edge-5"]),
        template="hostname x",
    )
    assert flight.counts == {"planned": 1, "refused": 1}


async def with_ports(console: Console, actor: Actor, lab: Lab, name: str) -> None:
    """The inventory knows its interfaces as SNMP tells them: short names, and full ones."""
    device = lab.device(name)
    known = await console.inventory.device(actor, device_id=console.ids[name])
    ports = tuple(
        SeenInterface(p.if_index, device.character.if_name(p), device.character.if_descr(p))
        for p in device.ports
    )
    seen = Inspected(
        address=device.host, port=device.snmp_port, at=console.clock.now(), name=name,
        credential_id=known.credential_id, platform=known.platform, serial=device.serial,
        vendor=device.character.vendor, interfaces=ports,
    )  # fmt: skip
    assert int(await console.inventory.record(actor, inspected=seen)) == console.ids[name]


@pytest.mark.parametrize("which", ["name", "descr"])
async def test_a_template_over_interfaces_changes_the_blocks_that_are_there(
    console: Console, operator: Actor, lab: Lab, which: str
) -> None:
    """The example of the form: SNMP tells `Te0/0/0`, the device prints the full name."""
    await with_ports(console, operator, lab, "ams-edge-2")
    flight = await console.flights.plan(
        operator,
        title="x",
        device_ids=(console.ids["ams-edge-2"],),
        template=f"interface {{{{ interfaces[0].{which} }}}}\n description told",
    )
    (target,) = (await console.flights.show(operator, flight_id=flight.id)).targets
    kept = await console.logbook.kept(operator, target)
    assert kept.lines == ("interface TenGigabitEthernet0/0/0", "description told", "exit")
    assert not any(line.startswith("no interface") for line in kept.inverse)
    assert target.stand is Stand.PLANNED and target.adds == 1


async def test_an_interface_nobody_knows_refuses_the_plan_for_the_device(
    console: Console, operator: Actor
) -> None:
    flight = await console.flights.plan(
        operator,
        title="x",
        device_ids=(console.ids["ams-edge-2"],),
        template="interface Gi7/0/1\n shutdown",
    )
    (target,) = (await console.flights.show(operator, flight_id=flight.id)).targets
    assert target.stand is Stand.REFUSED
    assert "neither its configuration nor the inventory knows" in target.why
