"""What is done to one device, verb by verb."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Refused
from noc_console.lab import setting
from noc_console.lab.cli import Session
from noc_console.lab.run import Lab
from noc_console.services.flights import doing
from noc_console.services.flights.doing import GRACE_S, Changer, Untouched, patience_s
from noc_console.services.flights.model import Flight, Sealed, Stand, Target, Way
from noc_console.services.flights.rules import forecast, heads
from noc_console.services.inventory.model import Device
from tests.services.flights.conftest import WAYS, Console, Text

Ready = tuple[Flight, Target, Device, Sealed]


async def ready(console: Console, actor: Actor, name: str, template: str) -> Ready:
    flight = await console.flights.plan(
        actor, title="x", device_ids=(console.ids[name],), template=template
    )
    (target,) = (await console.flights.show(actor, flight_id=flight.id)).targets
    device = await console.inventory.device(actor, device_id=target.device_id)
    return flight, target, device, await console.logbook.kept(actor, target)


@pytest.fixture
def changer(console: Console) -> Changer:
    return Changer(console.reach, again_s=0.05, patience_s=lambda _f, _t: 0.3)


@pytest.fixture
def noted() -> list[str]:
    return []


async def test_what_is_changed_is_read_back_and_told(
    console: Console, operator: Actor, changer: Changer, noted: list[str], config: Text
) -> None:
    flight, target, device, kept = await ready(
        console, operator, "ams-edge-2", "interface Loopback0\n description told"
    )

    async def note(text: str) -> None:
        assert "description told" not in config("ams-edge-2"), "written after it was done"
        noted.append(text)

    done = await changer.change(operator, flight, target, device, kept, note)
    assert "+ description told" in done.did and not done.surprise
    assert noted == ["reload in 10", "types the lines"]

    async def quiet(_text: str) -> None:
        pass

    await changer.undo(operator, flight, target, device, kept, quiet)
    assert "description told" not in config("ams-edge-2")
    await changer.undo(operator, flight, target, device, kept, quiet)  # once more is no harm


async def test_what_the_device_took_back_cannot_be_kept(
    console: Console, operator: Actor, lab: Lab, changer: Changer
) -> None:
    flight, target, device, kept = await ready(
        console, operator, "ams-edge-1", "set system host-name other"
    )

    async def note(_text: str) -> None:
        pass

    await changer.change(operator, flight, target, device, kept, note)
    lab.world.agenda.run(lab.world.now() + 660)
    with pytest.raises(Refused, match="taken back before it could be kept"):
        await changer.keep(operator, flight, target, device, kept, note)
    assert await changer.is_as_before(operator, device, kept)


async def test_what_was_kept_before_a_kill_is_kept_once_more(
    console: Console, operator: Actor, changer: Changer, config: Text
) -> None:
    """Killed between the device and the store: there is no reload left to call off."""

    async def note(_text: str) -> None:
        pass

    lines = ("set system host-name other", "hostname other", "hostname other")
    for name, text in zip(("ams-edge-1", "ams-edge-2", "ams-edge-3"), lines, strict=True):
        flight, target, device, kept = await ready(console, operator, name, text)
        await changer.change(operator, flight, target, device, kept, note)
        for _ in range(2):
            await changer.keep(operator, flight, target, device, kept, note)
        assert "other" in config(name)


async def test_a_device_that_is_not_reached_was_not_touched(
    console: Console, operator: Actor, lab: Lab, changer: Changer
) -> None:
    flight, target, device, kept = await ready(console, operator, "ams-edge-3", "hostname other")
    lab.fail("device-down", "ams-edge-3")

    async def note(_text: str) -> None:
        raise AssertionError("nothing may be begun")

    with pytest.raises(Untouched):
        await changer.change(operator, flight, target, device, kept, note)
    with pytest.raises(Refused, match="could not be brought back"):
        await changer.undo(operator, flight, target, device, kept, note)


async def test_a_device_gets_its_own_time_and_a_little_more(
    console: Console, operator: Actor
) -> None:
    flight, target, _, _ = await ready(console, operator, "ams-edge-3", "hostname other")
    assert target.way is Way.COMMIT
    assert patience_s(flight, target) == 60 * flight.confirm_minutes + GRACE_S


async def quiet(_text: str) -> None:
    """The log is proved elsewhere."""


def changed_by_hand(lab: Lab, name: str, *lines: str) -> None:
    session = Session(lab.world, lab.device(name))
    for line in ("configure terminal", *lines, "end"):
        session.run(line)


async def held(console: Console, actor: Actor, changer: Changer, name: str, text: str) -> Ready:
    """Changed, and what came of it read."""
    flight, target, device, kept = await ready(console, actor, name, text)
    done = await changer.change(actor, flight, target, device, kept, quiet)
    return flight, replace(target, stand=Stand.HELD), device, replace(kept, came=done.came)


@pytest.fixture
def as_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a device had a name for an interface that no inventory and no rule knows."""
    monkeypatch.setattr(heads, "in_full", lambda lines, *_given: tuple(lines))


@pytest.mark.parametrize(
    ("name", "short"), [("ams-edge-2", "Te0/0/0"), ("ams-edge-3", "Hu0/0/0/0")]
)
@pytest.mark.usefixtures("as_typed")
async def test_what_is_printed_otherwise_than_typed_is_taken_back_as_well(
    console: Console, operator: Actor, changer: Changer, config: Text, name: str, short: str
) -> None:
    before = config(name)
    ready_ = await held(console, operator, changer, name, f"interface {short}\n desc HELLO")
    assert "HELLO" in config(name)
    assert await changer.undo(operator, *ready_, quiet) == ""
    assert sorted(config(name).splitlines()) == sorted(before.splitlines())


@pytest.mark.usefixtures("as_typed")
async def test_what_is_printed_otherwise_than_typed_can_be_kept(
    console: Console, operator: Actor, lab: Lab, changer: Changer, config: Text
) -> None:
    ready_ = await held(console, operator, changer, "ams-edge-2", "interface Te0/0/0\n desc HELLO")
    await changer.keep(operator, *ready_, quiet)
    lab.world.agenda.run(lab.world.now() + 7_200)
    assert " description HELLO" in config("ams-edge-2")


@pytest.mark.usefixtures("as_typed")
async def test_a_change_nobody_read_afterwards_is_taken_back_by_how_it_was_before(
    console: Console, operator: Actor, changer: Changer, config: Text
) -> None:
    """We were killed between the last line and the look: whatever is other now is ours."""
    before = config("ams-edge-2")
    flight, target, device, kept = await held(
        console, operator, changer, "ams-edge-2", "interface Te0/0/0\n desc HELLO"
    )
    unread = replace(kept, came=())
    assert await changer.undo(operator, flight, target, device, unread, quiet) == ""
    assert sorted(config("ams-edge-2").splitlines()) == sorted(before.splitlines())


async def test_a_hidden_secret_is_no_surprise_and_goes_again(
    console: Console, operator: Actor, changer: Changer, config: Text
) -> None:
    before = config("ams-edge-2")
    flight, target, device, kept = await ready(
        console, operator, "ams-edge-2", "username bob secret hunter2word"
    )
    done = await changer.change(operator, flight, target, device, kept, quiet)
    assert not done.surprise and "username bob secret 9 $9$" in config("ams-edge-2")
    assert "hunter2word" not in done.did and "$9$" not in done.did
    kept = replace(kept, came=done.came)
    assert await changer.undo(operator, flight, target, device, kept, quiet) == ""
    assert config("ams-edge-2") == before


async def test_a_password_of_junos_is_no_surprise_and_goes_again(
    console: Console, operator: Actor, changer: Changer, config: Text
) -> None:
    before = config("ams-edge-1")
    lines = [
        f'set system login user bob authentication plain-text-password-value "{plain}"'
        for plain in ("hunter2word", "other3word")
    ]
    first = await held(console, operator, changer, "ams-edge-1", lines[0])
    await changer.keep(operator, *first, quiet)
    between = config("ams-edge-1")
    flight, target, device, kept = await ready(console, operator, "ams-edge-1", lines[1])
    done = await changer.change(operator, flight, target, device, kept, quiet)
    assert not done.surprise and config("ams-edge-1") != between
    again = (flight, replace(target, stand=Stand.HELD), device, replace(kept, came=done.came))
    assert await changer.undo(operator, *again, quiet) == ""
    assert config("ams-edge-1") == between != before


async def test_what_others_did_elsewhere_stays_unsaved_and_is_told(
    console: Console, operator: Actor, lab: Lab, changer: Changer, config: Text
) -> None:
    ready_ = await held(
        console, operator, changer, "ams-edge-2", "interface Loopback0\n description told"
    )
    changed_by_hand(lab, "ams-edge-2", "ntp server 192.0.2.9")
    assert await changer.undo(operator, *ready_, quiet) == "“ntp server 192.0.2.9” is new"
    assert "ntp server 192.0.2.9" in config("ams-edge-2")
    assert "description told" not in config("ams-edge-2")
    saved = lab.world.settings.of(lab.device("ams-edge-2")).startup
    assert "ntp server 192.0.2.9" not in saved, "saving it is theirs to decide"
    assert not lab.world.settings.keep_on(lab.device("ams-edge-2")), "the reload is called off"


async def test_while_what_is_left_may_be_ours_the_reload_stands_and_nobody_says_undone(
    console: Console, operator: Actor, lab: Lab, changer: Changer, config: Text
) -> None:
    before = config("ams-edge-2")
    ready_ = await held(
        console, operator, changer, "ams-edge-2", "interface Loopback0\n description told"
    )
    changed_by_hand(lab, "ams-edge-2", "interface Loopback0", "load-interval 30")
    with pytest.raises(Refused, match=r"load-interval 30” is new.*reload is not called off"):
        await changer.undo(operator, *ready_, quiet)
    lab.world.agenda.run(lab.world.now() + 7_200)
    assert config("ams-edge-2") == before
    assert await changer.undo(operator, *ready_, quiet) == ""


async def test_an_undo_the_device_does_not_take_is_never_called_one(
    console: Console,
    operator: Actor,
    lab: Lab,
    changer: Changer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A device that swallows lines without a word, as some do with what they cannot negate."""
    ready_ = await held(
        console, operator, changer, "ams-edge-2", "interface Loopback0\n description told"
    )
    monkeypatch.setattr(setting, "type_line", lambda tree, line: tree.get(line))
    with pytest.raises(Refused, match="description told” is new"):
        await changer.undo(operator, *ready_, quiet)
    assert lab.world.settings.keep_on(lab.device("ams-edge-2")), "the reload still stood"


async def test_a_device_that_does_not_save_is_as_before_where_ours_was_never_saved(
    console: Console,
    operator: Actor,
    lab: Lab,
    changer: Changer,
    monkeypatch: pytest.MonkeyPatch,
    config: Text,
) -> None:
    before = config("ams-edge-2")
    flight, target, device, kept = await held(
        console, operator, changer, "ams-edge-2", "interface Loopback0\n description told"
    )
    monkeypatch.setitem(WAYS, "ios", replace(WAYS["ios"], keep=("show nothing of the kind",)))
    noted: list[str] = []

    async def note(text: str) -> None:
        noted.append(text)

    assert await changer.undo(operator, flight, target, device, kept, note) == ""
    assert config("ams-edge-2") == before
    assert noted[-1].startswith("could not save how it was: “show nothing of the kind” was refused")
    saved = replace(target, stand=Stand.KEPT)
    with pytest.raises(Refused, match="show nothing of the kind"):
        await changer.undo(operator, flight, saved, device, kept, quiet)


def test_an_interface_that_came_by_itself_is_never_taken_away() -> None:
    """Somebody put a card in while the lines were typed: `no interface` is for what lines made."""
    ios = WAYS["ios"]
    kept = Sealed(
        lines=("interface Loopback9", "mtu 1500", "exit"),
        before="hostname a\n",
        came=("hostname a", "interface Loopback9", " mtu 1500", "interface GigabitEthernet2/0/1"),
    )
    now = forecast.configured("\n".join(kept.came), ios)
    goal = doing._goal(now, kept, ios)
    assert forecast.inverse(now, goal, ios) == ("no interface Loopback9",)
