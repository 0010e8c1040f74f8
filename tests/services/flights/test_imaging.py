"""New software over real SFTP and SCP onto lab routers that boot it, or do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict
from noc_console.lab.run import Lab
from noc_console.lab.setting import FLASH_BYTES, image
from noc_console.services.flights.model import Flight, Phase, Stand, Way
from tests.services.flights.conftest import Console

IOS, JUNOS = "17.12.4", "23.4R2"


@pytest.fixture(autouse=True)
def boots_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lab's devices boot in twelve seconds; nobody waits for that here."""
    monkeypatch.setattr("noc_console.lab.effects.RELOAD_S", 0.05)
    monkeypatch.setattr("noc_console.lab.world.BOOT_S", 0.4)
    monkeypatch.setattr("noc_console.lab.world.World.power_on.__kwdefaults__", {"silent_s": 0.4})


async def rolled_out(
    console: Console, actor: Actor, file: Path, version: str, *names: str, **more: object
) -> Flight:
    return await console.flights.roll_out(
        actor,
        title="a fix",
        device_ids=tuple(console.ids[name] for name in names),
        file=str(file),
        version=version,
        canary_soak_s=0.2,
        soak_s=0.1,
        **more,  # type: ignore[arg-type]
    )


async def flown(console: Console, flight: Flight, colleague: Actor) -> Flight:
    await console.flights.approve(colleague, flight_id=flight.id)
    await console.flights.start(colleague, flight_id=flight.id)
    await console.pilot(colleague).fly(flight.id)
    return (await console.flights.show(colleague, flight_id=flight.id)).flight


def written(folder: Path, name: str, family: str, version: str) -> Path:
    path = folder / name
    path.write_bytes(image(family, version, 200_000))
    return path


@pytest.mark.parametrize(
    ("family", "version", "names"),
    [("iosxe", IOS, ("ams-edge-2", "ams-edge-5")), ("junos", JUNOS, ("ams-edge-1", "ams-edge-4"))],
)
async def test_new_software_is_sent_checked_booted_and_its_version_looked_at(
    console: Console,
    lab: Lab,
    operator: Actor,
    colleague: Actor,
    tmp_path: Path,
    family: str,
    version: str,
    names: tuple[str, ...],
) -> None:
    file = written(tmp_path, "new.bin", family, version)
    flight = await rolled_out(console, operator, file, version, *names)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert {t.way for t in shown.targets} == {Way.IMAGE}
    boots = [lab.world.node(lab.device(name)).boots for name in names]
    ended = await flown(console, flight, colleague)
    assert (ended.phase, ended.counts) == (Phase.DONE, {"kept": 2}), ended.why
    assert {lab.world.settings.of(lab.device(name)).software for name in names} == {version}
    assert [lab.world.node(lab.device(name)).boots for name in names] == [n + 1 for n in boots]
    again = await rolled_out(console, operator, file, version, *names)
    assert again.counts == {"same": 2}


@pytest.mark.parametrize(("family", "name"), [("iosxe", "ams-edge-2"), ("junos", "ams-edge-1")])
async def test_software_that_is_another_than_promised_is_taken_back(
    console: Console,
    lab: Lab,
    operator: Actor,
    colleague: Actor,
    tmp_path: Path,
    family: str,
    name: str,
) -> None:
    before = lab.world.settings.of(lab.device(name)).software
    file = written(tmp_path, "new.bin", family, "1.0-wrong")
    flight = await rolled_out(console, operator, file, "9.9", name)
    ended = await flown(console, flight, colleague)
    assert (ended.phase, ended.counts) == (Phase.UNDONE, {"failed": 1})
    assert "it runs 1.0-wrong, not 9.9" in ended.why
    assert lab.world.settings.of(lab.device(name)).software == before


async def test_an_image_that_does_not_boot_leaves_the_former_running(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, tmp_path: Path
) -> None:
    file = tmp_path / "junk.bin"
    file.write_bytes(b"not an image at all" * 100)
    flight = await rolled_out(console, operator, file, IOS, "ams-edge-2")
    ended = await flown(console, flight, colleague)
    assert (ended.phase, ended.counts) == (Phase.UNDONE, {"failed": 1}), ended.why
    kept = lab.world.settings.of(lab.device("ams-edge-2"))
    assert kept.software == "17.9.4a" and "junk.bin" not in kept.files


async def test_staging_brings_it_there_and_boots_nothing(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path, "new.bin", "iosxe", IOS)
    boots = lab.world.node(lab.device("ams-edge-2")).boots
    flight = await rolled_out(console, operator, file, IOS, "ams-edge-2", stage_only=True)
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.DONE, ended.why
    kept = lab.world.settings.of(lab.device("ams-edge-2"))
    assert kept.files["new.bin"] == file.read_bytes()
    assert (kept.software, lab.world.node(lab.device("ams-edge-2")).boots) == ("17.9.4a", boots)


async def test_what_could_not_be_booted_back_or_has_no_room_is_refused_loudly(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, tmp_path: Path
) -> None:
    lab.world.settings.of(lab.device("ams-edge-2")).files["old"] = bytes(FLASH_BYTES - 1_000)
    file = written(tmp_path, "new.bin", "iosxe", IOS)
    flight = await rolled_out(console, operator, file, IOS, "ams-edge-2", "ams-edge-3")
    shown = await console.flights.show(operator, flight_id=flight.id)
    why = {t.name: t.why for t in shown.targets}
    assert {t.stand for t in shown.targets} == {Stand.REFUSED}
    assert "there is room for" in why["ams-edge-2"]
    assert "how this platform takes software" in why["ams-edge-3"]
    with pytest.raises(Conflict, match="no device it would change"):
        await console.flights.approve(colleague, flight_id=flight.id)


async def test_an_image_changed_on_its_way_is_not_booted(
    console: Console, lab: Lab, operator: Actor, colleague: Actor, tmp_path: Path
) -> None:
    file = written(tmp_path, "new.bin", "iosxe", IOS)
    flight = await rolled_out(console, operator, file, IOS, "ams-edge-2")
    assert flight.image is not None
    place = tmp_path / "images" / flight.image.sha512
    place.write_bytes(place.read_bytes()[:-1] + b"x")
    ended = await flown(console, flight, colleague)
    assert (ended.phase, ended.counts) == (Phase.UNDONE, {"failed": 1})
    assert "was changed: add it again" in ended.why
    assert "new.bin" not in lab.world.settings.of(lab.device("ams-edge-2")).files
