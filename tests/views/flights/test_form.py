from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.model import Gates, Kind
from noc_console.services.flights.seen import values
from noc_console.services.inventory.model import Device, DeviceId, Interface, InterfaceId
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.views.flights.form import FlightForm
from noc_console.views.kit.desk import Desk
from noc_console.views.maintenance.picking import ObjectPicker
from tests.views.world import World

CORE = (Target(TargetKind.DEVICE, 1, "core-1"),)


def form(desk: Desk, world: World, kind: Kind = Kind.CHANGE, **more: object) -> FlightForm:
    return FlightForm(
        None,
        desk,
        kind,
        lambda dialog: ObjectPicker(desk.actor, world.inventory, None, lambda _: None),
        **more,  # type: ignore[arg-type]
    )


def filled(desk: Desk, world: World) -> FlightForm:
    made = form(desk, world, targets=CORE)
    made.what.setText(" New time servers ")
    made.template.setPlainText("ntp server {{ var.server }}")
    made.variables.setPlainText("server = 192.0.2.1\n\n")
    return made


async def test_what_is_typed_is_the_flight(desk: Desk, world: World) -> None:
    made = filled(desk, world)
    made.canaries.setValue(2)
    made.in_window.setChecked(True)
    flight = made.flight_made()
    assert (flight.title, flight.by, flight.canaries) == ("New time servers", "mira", 2)
    assert flight.variables == {"server": "192.0.2.1"}
    assert flight.starts_at is not None and flight.ends_at is not None
    assert flight.starts_at < flight.ends_at and made.start.isEnabled()
    assert flight.gates == Gates(180.0, 60.0, traffic_drop=60.0)


async def test_what_is_missing_is_said_in_place(desk: Desk, world: World) -> None:
    made = form(desk, world)
    for field, mend in (
        ("title", lambda: made.what.setText("x")),
        ("device_ids", lambda: made.objects.choose(CORE)),
        ("template", lambda: made.template.setPlainText("hostname x")),
    ):
        with pytest.raises(Invalid) as refused:
            made.flight_made()
        assert refused.value.field == field
        made.accept()
        assert not made.problem.isHidden()
        mend()
    made.variables.setPlainText("no equals sign")
    with pytest.raises(Invalid, match="name=value"):
        made.flight_made()


async def test_software_asks_for_its_image_and_version(desk: Desk, world: World) -> None:
    made = form(desk, world, Kind.FIRMWARE, targets=CORE)
    made.what.setText("A fix")
    with pytest.raises(Invalid, match="choose the image"):
        made.flight_made()
    made.file.setText("/tmp/a.bin")
    made.version.setText("17.9")
    made.stage_only.setChecked(True)
    flight = made.flight_made()
    assert (flight.kind, flight.stage_only, flight.gates.traffic_drop) == (Kind.FIRMWARE, True, 0)


async def test_what_a_template_sees_and_what_not_is_said_in_the_form(
    desk: Desk, world: World
) -> None:
    made = form(desk, world)
    told = made.template.toolTip()
    for word in ("device: name", "site: name, address", "customer", "no IPAM"):
        assert word in told
    device = Device(DeviceId(1), "sw-1", "192.0.2.1", 161)
    seen = values(device, [Interface(InterfaceId(1), DeviceId(1), 1, "Gi1")], {})
    for place in (*seen, *seen["device"], *seen["site"], *seen["interfaces"][0]):
        assert place in told, f"{place} is nowhere explained"
    assert "no register of customers" in made.sees.text() and made.sees.toolTip() == told


async def test_each_gate_is_a_tick_and_stays_as_it_was_the_next_time(
    desk: Desk, world: World
) -> None:
    made = filled(desk, world)
    assert all(box.isChecked() and box.toolTip() for box in made.watched.values())
    made.watched["ports"].setChecked(False)
    made.watched["errors"].setChecked(False)
    flight = made.flight_made()
    assert flight.gates == Gates(ports=False, errors=False)
    again = form(desk, world, targets=CORE, again=flight)
    assert again.flight_made().gates == flight.gates
    software = form(desk, world, Kind.FIRMWARE, targets=CORE)
    assert software.watched["sessions"].isChecked()


async def test_the_same_again_begins_with_what_was(desk: Desk, world: World) -> None:
    first = filled(desk, world).flight_made()
    again = form(desk, world, targets=CORE, again=first)
    assert again.flight_made().template == first.template
    assert again.flight_made().variables == first.variables
