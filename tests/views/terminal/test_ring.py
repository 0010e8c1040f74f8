"""The ring shell's page, with real shells in place of devices' command lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from PySide6.QtWidgets import QApplication

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Unreachable
from noc_console.services.alarms.model import Severity
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.terminal.asking import TOUCH, Asker
from noc_console.services.terminal.conversing import Line
from noc_console.services.terminal.judging import Verdict
from noc_console.services.terminal.ring import Expecting, Member, Order, Phase, Told
from noc_console.services.terminal.ringing import Ring
from noc_console.services.terminal.sessions import SessionService
from noc_console.services.topology.analysis import TopologyAnalysis
from noc_console.services.topology.customers import OnuCustomers
from noc_console.services.topology.service import TopologyService
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.severity import severity_color
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.ring import RedFrame, RingPage, RingServices
from noc_console.views.terminal.ringpreview import PreviewDialog
from tests.services.terminal.ptyline import shell_line
from tests.services.terminal.test_conversing import driver
from tests.views.conftest import shown, until
from tests.views.world import World


async def known(platform: str) -> Driver | None:
    return driver(prompt=r"[\w-]+> $")


REAL_OPEN = RingPage._open


@pytest.fixture
async def page(
    desk: Desk, given: TerminalServices, world: World, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RingPage]:
    topology = TopologyService(
        world.inventory, world.alarms, world.telemetry, world.store, clock=world.clock
    )
    analysis = TopologyAnalysis(topology, OnuCustomers(world.inventory, clock=world.clock))
    async with AsyncExitStack() as stack:
        # Devices of the test world have no SSH server: a shell with their prompt stands for it.
        async def open_shell(self: RingPage, member: Member) -> Line:
            return await stack.enter_async_context(shell_line(prompt=f"{member.name}> "))

        monkeypatch.setattr(RingPage, "_open", open_shell)
        made = RingPage(desk, RingServices(world.inventory, given.sessions, analysis, known))
        shown(made, 1200, 700)
        yield made
        made.close_ring()
        topology.close()
        await until(lambda: not made.busy_line.is_moving)


def previews() -> list[PreviewDialog]:
    tops = QApplication.topLevelWidgets()
    return [w for w in tops if isinstance(w, PreviewDialog) and w.isVisible()]


def phases(page: RingPage) -> list[Phase]:
    return [row.told.phase for row in page.table.rows.rows()]


async def ready(page: RingPage, world: World, *names: str) -> None:
    numbers = ",".join(str(world.devices[name]) for name in names)
    page.visit(Route("ring", text=f"device:{numbers}"))
    await until(lambda: phases(page) == [Phase.READY] * len(names))


async def test_an_empty_ring_teaches(page: RingPage) -> None:
    assert page.is_empty


async def test_a_ring_opens_in_the_order_given_with_a_red_frame(
    page: RingPage, world: World
) -> None:
    await ready(page, world, "edge-3", "core-1")
    assert [row.member.name for row in page.rows()] == ["edge-3", "core-1"]
    assert page.frame.is_on
    assert page.send_button.text() == "Send to 2 devices…" and page.send_button.isEnabled()
    await ready(page, world, "core-2")
    assert not page.frame.is_on


async def test_a_command_goes_round_after_a_preview_with_the_number_typed(
    page: RingPage, world: World
) -> None:
    await ready(page, world, "core-1", "core-2", "edge-3")
    page.command.setPlainText("echo ntp 1.1.1.1")
    page.send()
    await until(previews)
    (dialog,) = previews()
    assert dialog.targets.toPlainText().splitlines()[0].endswith("← canary")
    assert dialog.needs_count
    dialog.accept_button.click()
    assert not dialog.problem.isHidden()
    dialog.count.setText("3")
    dialog.accept_button.click()
    await until(lambda: phases(page) == [Phase.SAME] * 3)
    await until(lambda: page.send_button.isEnabled())
    assert page.answers.left.text.toPlainText() == "ntp 1.1.1.1"


async def test_it_stops_at_the_first_mismatch_and_shows_the_difference(
    page: RingPage, world: World
) -> None:
    await ready(page, world, "core-1", "core-2", "edge-3")
    page.command.setPlainText('case "$PS1" in core-2*) echo mtu 9000;; *) echo mtu 1500;; esac')
    page.send()
    await until(previews)
    previews()[0].count.setText("3")
    previews()[0].accept_button.click()
    await until(lambda: phases(page) == [Phase.SAME, Phase.DIFFERENT, Phase.SKIPPED])
    await until(lambda: not page.strip.isHidden())
    await until(lambda: page.answers.right.isVisible())
    assert page.answers.left.text.toPlainText() == "~ mtu 1500"
    assert page.answers.right.text.toPlainText() == "~ mtu 9000"
    assert page.answers.groups.text().startswith("2 different answers")


async def test_of_many_devices_only_those_that_answered_are_drawn_again(page: RingPage) -> None:
    async def nobody(_member: Member) -> Line:
        raise AssertionError("nobody connects here")

    page.members = tuple(Member(n, f"device-{n}", "192.0.2.1") for n in range(1, 201))
    page.ring = ring = Ring(page.members, nobody, known, page._heard)
    page._tell()
    first = page.rows()
    drawn: list[tuple[int, int]] = []
    page.table.rows.dataChanged.connect(lambda a, b: drawn.append((a.row(), b.row())))
    for at in (17, 18, 99):
        ring._tell(page.members[at], Told(Phase.READY))
        ring._tell(page.members[at], Told(Phase.ASKED))
    assert not drawn, "not once for each"
    await until(lambda: drawn)
    assert drawn == [(17, 18), (99, 99)]
    after = page.table.rows.rows()
    assert [row.told.phase for row in after].count(Phase.ASKED) == 3
    assert [at for at in range(200) if after[at] is not first[at]] == [17, 18, 99]


async def test_a_site_opens_what_stands_there(page: RingPage, world: World) -> None:
    (first, *_) = await world.inventory.sites(world.collector)
    there = [
        one
        for one in await world.inventory.devices(world.collector)
        if one.site_id == first.id and one.is_managed
    ]
    page.visit(Route("ring", text=f"site:{first.id}"))
    await until(lambda: len(page.members) == len(there))
    assert {one.device_id for one in page.members} == {int(one.id) for one in there}


@pytest.mark.parametrize("text", ["device:999", "device:x", "path:core-1>nobody", "site:77"])
async def test_a_ring_of_nobody_is_refused_in_place(page: RingPage, text: str) -> None:
    page.visit(Route("ring", text=text))
    await until(lambda: not page.strip.isHidden())
    assert page.is_empty


async def test_all_of_a_ring_open_as_terminals(desk: Desk, page: RingPage, world: World) -> None:
    await ready(page, world, "core-1", "edge-3")
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.open_in_tabs()
    one, other = world.devices["core-1"], world.devices["edge-3"]
    assert went == [Route("terminal", text=f"ssh:device:{one} ssh:device:{other}")]
    page.close_ring()
    assert page.is_empty


async def test_what_only_looks_needs_no_number(page: RingPage) -> None:
    members = (Member(1, "a", "192.0.2.1"), Member(2, "b", "192.0.2.2"))
    order = Order("show clock", 1)
    assert not PreviewDialog(page, order, members, {"ios": Verdict.READS}).needs_count
    assert PreviewDialog(page, order, members, {"": Verdict.UNKNOWN}).needs_count
    assert not PreviewDialog(page, order, members[:1], {"": Verdict.UNKNOWN}).needs_count


def test_the_frame_is_red_only_while_it_is_on() -> None:
    frame = RedFrame()
    shown(frame, 100, 60)
    red = severity_color(Severity.CRITICAL).rgb()
    assert frame.grab().toImage().pixel(1, 30) != red
    frame.set_on(True)
    assert frame.grab().toImage().pixel(1, 30) == red


async def test_a_ring_that_was_stopped_says_who_was_not_asked(page: RingPage, world: World) -> None:
    await ready(page, world, "edge-3", "core-1")
    ring, (first, second) = page.ring, page.members
    assert ring is not None
    ring._tell(first, Told(Phase.SAME, "x"))
    ring._tell(second, Told(Phase.SKIPPED, "not asked: the ring stopped before it"))
    page._finished(ring, Order("show clock", first.device_id))
    assert page.strip.text.text() == "Stopped: 1 device answered. 1 device not asked."


async def test_one_that_cannot_be_reached_is_left_out_and_connected_again(
    page: RingPage, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = RingPage._open
    dead = {"core-2"}

    async def some(self: RingPage, member: Member) -> Line:
        if member.name in dead:
            raise Unreachable(f"{member.name} does not answer on SSH", peer=member.name)
        return await whole(self, member)

    monkeypatch.setattr(RingPage, "_open", some)
    names = ("core-2", "core-1", "edge-3")
    page.visit(Route("ring", text="device:" + ",".join(str(world.devices[n]) for n in names)))
    await until(lambda: phases(page) == [Phase.FAILED, Phase.READY, Phase.READY])
    page.command.setPlainText("echo ntp 1.1.1.1")
    page.send()
    await until(previews)
    previews()[0].count.setText("3")
    previews()[0].accept_button.click()
    await until(lambda: phases(page) == [Phase.FAILED, Phase.SKIPPED, Phase.SKIPPED])
    await until(
        lambda: page.strip.button.isVisible() and page.strip.button.text() == "Leave it out"
    )
    page.strip.button.click()
    await until(lambda: phases(page)[0] is Phase.LEFT_OUT)
    assert page.send_button.text() == "Send to 2 devices…"
    assert page.canary.currentText() == "core-1", "the canary was left out: the next one is it"
    await until(lambda: page.send_button.isEnabled())
    page.send()
    await until(previews)
    assert "core-2" not in previews()[0].targets.toPlainText()
    previews()[0].count.setText("2")
    previews()[0].accept_button.click()
    await until(lambda: phases(page) == [Phase.LEFT_OUT, Phase.SAME, Phase.SAME])
    dead.clear()
    page.table.select(world.devices["core-2"])
    await until(lambda: page.send_button.isEnabled())
    page.leave_out()
    assert page.send_button.text() == "Send to 3 devices…"
    page.connect_again()
    await until(lambda: phases(page)[0] is Phase.READY)


async def test_a_security_key_that_waits_for_a_finger_is_told_with_its_device(
    page: RingPage, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vault's key would blink: what the login tells on its way is said here."""
    told: list[str] = []
    page.desk.wires.noticed.connect(lambda text, _tone: told.append(text))

    async def touched(self: SessionService, actor: Actor, *, asker: Asker, **_: object) -> None:
        asker.told("Connecting…")
        asker.told(TOUCH)
        raise Unreachable("nobody touched it", peer="core-1")

    monkeypatch.setattr(SessionService, "open", touched)
    await ready(page, world, "core-1")
    (row,) = page.rows()
    with pytest.raises(Unreachable):
        await REAL_OPEN(page, row.member)
    assert told == [f"core-1: {TOUCH}"]


async def test_any_answer_passes_over_who_is_not_connected_and_says_so(
    page: RingPage, world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = RingPage._open

    async def some(self: RingPage, member: Member) -> Line:
        if member.name == "core-1":
            raise Unreachable("core-1 does not answer on SSH", peer=member.name)
        return await whole(self, member)

    monkeypatch.setattr(RingPage, "_open", some)
    names = ("core-1", "core-2", "edge-3")
    page.visit(Route("ring", text="device:" + ",".join(str(world.devices[n]) for n in names)))
    await until(lambda: phases(page) == [Phase.FAILED, Phase.READY, Phase.READY])
    assert page.passes_over.isVisible() and not page.passes_over.isChecked()
    page.expecting.setCurrentIndex(page.expecting.findData(Expecting.ANY.value))
    assert page.passes_over.isHidden()
    page.command.setPlainText("echo $PS1")
    told: list[str] = []
    monkeypatch.setattr(type(page.desk), "notice", lambda _self, text, *_: told.append(text))
    page.send()
    await until(previews)
    lines = previews()[0].targets.toPlainText().splitlines()
    assert lines[0].endswith("← canary") and "core-2" in lines[0]
    assert lines[1].endswith("not connected: it is passed over")
    previews()[0].count.setText("2")
    previews()[0].accept_button.click()
    await until(lambda: phases(page) == [Phase.PASSED, Phase.SAME, Phase.SAME])
    await until(lambda: told)
    assert told[0].endswith("1 device not connected, passed over.")


async def test_a_snippets_variants_go_to_their_platforms(page: RingPage, world: World) -> None:
    await ready(page, world, "core-1", "core-2", "edge-3")
    first, second, third = page.members
    page.words.words = {first.device_id: "echo one", third.device_id: "echo one"}
    page.send()
    await until(previews)
    assert "core-2" in previews()[0].targets.toPlainText()
    previews()[0].count.setText("2")
    previews()[0].accept_button.click()
    await until(lambda: phases(page) == [Phase.SAME, Phase.SKIPPED, Phase.SAME])
    assert second.name == "core-2"
    page.words.words = None
