"""Whom to ask."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.views.mibs.target import Target, TargetBar
from tests.views.conftest import shown
from tests.views.mibs.conftest import Around


async def test_a_device_is_asked_by_name_and_anything_else_by_address(
    around: Around, operator: Actor
) -> None:
    bar = TargetBar()
    shown(bar)
    assert bar.target() is None
    bar.show_devices(await around.inventory.devices(operator))
    bar.show_credentials(await around.credentials.all(operator))
    bar.show_device("lab-1")
    assert bar.target() == Target(device="lab-1")
    device = bar.device()
    assert device is not None and device.name == "lab-1"
    bar.place.setEditText("192.0.2.1:1161")
    bar.credential.setCurrentIndex(bar.credential.findData("rw"))
    assert bar.target() == Target(address="192.0.2.1:1161", credential="rw")
    assert bar.device() is None


async def test_what_was_typed_and_chosen_stays_when_lists_are_renewed(
    around: Around, operator: Actor
) -> None:
    bar = TargetBar()
    bar.place.setEditText("half a na")
    bar.show_credentials(await around.credentials.all(operator))
    bar.credential.setCurrentIndex(bar.credential.findData("ro"))
    bar.show_devices(await around.inventory.devices(operator))
    bar.show_credentials(await around.credentials.all(operator))
    assert (bar.place.currentText(), bar.credential.currentData()) == ("half a na", "ro")
    assert [bar.place.itemText(at) for at in range(bar.place.count())] == ["lab-1"]


def test_while_a_device_is_asked_only_stopping_makes_sense() -> None:
    bar = TargetBar()
    assert bar.get_button.isEnabled() and not bar.stop_button.isEnabled()
    bar.show_busy(True)
    assert not bar.walk_button.isEnabled() and bar.stop_button.isEnabled()
    bar.limit.setCurrentIndex(0)
    assert bar.most() == 1_000
