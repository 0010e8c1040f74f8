"""The alarm desk, on real services: one key per deed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.folding import AlarmFolding
from noc_console.services.alarms.intents import Intent, IntentsChanged, Verb
from noc_console.services.alarms.model import (
    Alarm,
    AlarmObject,
    AlarmReport,
    AlarmState,
    Condition,
    Fold,
    Severity,
    about_collector,
)
from noc_console.services.filters.service import FilterService
from noc_console.views.alarms.asked import Grouping, parse
from noc_console.views.alarms.dialogs import ShelveDialog
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.page import AlarmsPage
from noc_console.views.kit.desk import Desk, Route, make_desk
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until
from tests.views.world import World


@pytest.fixture
async def page(desk: Desk, world: World) -> AlarmsPage:
    await world.report("core-1", Severity.MINOR)
    await world.report("core-2", Severity.CRITICAL, Condition.UNREACHABLE, "no answer")
    await world.report("edge-3", Severity.MAJOR)
    made = AlarmsPage(desk, DeskServices(world.alarms))
    shown(made, 1200, 600)
    await settled()
    made.table.view.setFocus()
    return made


def alarms(page: AlarmsPage) -> list[Alarm]:
    return [line.alarm for line in page.model.rows() if line.alarm is not None]


def names(page: AlarmsPage) -> list[str]:
    return [alarm.device_name for alarm in alarms(page)]


async def press(page: AlarmsPage, key: Qt.Key, more: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """A key at the list, once it has the focus: windows are activated a moment after they ask."""
    page.window().activateWindow()
    page.table.view.setFocus()
    await until(page.table.view.hasFocus)
    QTest.keyClick(page.table.view, key, more)


async def dialog_of(page: AlarmsPage) -> QDialog:
    await until(lambda: page.window().findChildren(QDialog))
    return page.window().findChildren(QDialog)[0]


def answer(dialog: QDialog, text: str) -> None:
    line = dialog.focusWidget()
    assert line is not None
    QTest.keyClicks(line, text)
    next(b for b in dialog.findChildren(QPushButton) if b.property("main")).click()


async def test_the_worst_is_first_and_the_details_follow_the_cursor(page: AlarmsPage) -> None:
    assert names(page) == ["core-2", "edge-3", "core-1"]
    page.table.select(page.model.row(1).key)
    await settled()
    assert page.details.object.text() == "edge-3"
    assert page.details.timeline.texts() == ["Raised as major CPU at 91 %"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_A])
async def test_one_key_acknowledges_without_a_dialog(
    page: AlarmsPage, desk: Desk, key: Qt.Key
) -> None:
    page.table.view.selectAll()
    await press(page, key)
    await until(lambda: all(a.acked_by == desk.actor.name for a in alarms(page)))
    assert len(page.table.selection()) == 3
    page.table.select(page.model.row(0).key)
    await press(page, Qt.Key.Key_U)
    await until(lambda: alarms(page)[0].acked_by is None)


async def test_a_comment_is_asked_for_and_kept(page: AlarmsPage) -> None:
    page.table.select(page.model.row(0).key)
    await press(page, Qt.Key.Key_C)
    answer(await dialog_of(page), "carrier informed")
    await until(lambda: "Commented by mira carrier informed" in page.details.timeline.texts())


async def test_clearing_by_hand_takes_a_reason(page: AlarmsPage) -> None:
    page.table.select(page.model.row(2).key)
    await press(page, Qt.Key.Key_X)
    dialog = await dialog_of(page)
    words = {button.text() for button in dialog.findChildren(QPushButton)}
    assert words == {"Cancel", "Clear 1 alarm"}
    answer(dialog, "sensor replaced")
    await until(lambda: "core-1" not in names(page))


async def test_shelving_takes_time_and_reason(page: AlarmsPage) -> None:
    page.table.select(page.model.row(1).key)
    await press(page, Qt.Key.Key_S)
    dialog = await dialog_of(page)
    assert isinstance(dialog, ShelveDialog)
    dialog.accept()
    assert dialog.problem.text()
    dialog.span.setCurrentIndex(1)
    answer(dialog, "works")
    await until(lambda: any(a.state is AlarmState.SHELVED for a in alarms(page)))
    await until(lambda: names(page)[-1] == "edge-3")
    page.table.select(page.model.row(2).key)
    await press(page, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    await until(lambda: all(a.state is not AlarmState.SHELVED for a in alarms(page)))


async def test_what_was_said_around_an_alarm_is_one_key_away(page: AlarmsPage, desk: Desk) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    alarm = alarms(page)[0]
    page.table.select(alarm.id)
    await press(page, Qt.Key.Key_L)
    text = f"at:{alarm.first_seen.isoformat()}"
    assert went == [Route("logs", id=alarm.about.device_id, text=text)]


async def test_turning_away_from_a_dialog_changes_nothing(page: AlarmsPage, world: World) -> None:
    before = await world.alarms.active(world.collector)
    page.table.select(page.model.row(0).key)
    for deed in (page.acting.comment, page.acting.clear, page.acting.shelve):
        deed()
        dialog = await dialog_of(page)
        dialog.reject()
        await settled()
        await until(lambda: not page.window().findChildren(QDialog))
    assert await world.alarms.active(world.collector) == before


async def test_keys_lead_to_the_device_and_the_map(
    page: AlarmsPage, desk: Desk, world: World
) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.table.select(page.model.row(0).key)
    number = world.devices["core-2"]
    for key in (Qt.Key.Key_G, Qt.Key.Key_Return, Qt.Key.Key_M):
        await press(page, key)
    page.details.object.click()
    assert went == [
        Route("device", id=number),
        Route("device", id=number),
        Route("map", id=number),
        Route("device", id=number),
    ]
    await settled()


async def test_an_alarm_of_a_port_leads_to_the_port(
    page: AlarmsPage, desk: Desk, world: World
) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    device, port = world.devices["olt-4"], world.ports["olt-4"]
    about = AlarmObject(device, port, device_name="olt-4", interface_name="ge-0/0/1")
    await world.alarms.report(
        world.collector,
        about=about,
        condition=Condition.INTERFACE_DOWN,
        severity=Severity.CRITICAL,
        text="ge-0/0/1 is down",
    )
    await until(lambda: "olt-4" in names(page))
    page.table.select(page.model.row(names(page).index("olt-4")).key)
    await press(page, Qt.Key.Key_G)
    assert went == [Route("device", id=device, text=f"interface:{port}")]
    await settled()


async def test_an_alarm_about_a_collector_leads_to_the_collectors_and_to_no_device(
    page: AlarmsPage, desk: Desk, world: World
) -> None:
    report = AlarmReport(
        about_collector("ams-1"), Condition.CLOCK_SKEW, Severity.CRITICAL, "3600 s ahead"
    )
    await world.alarms.apply(desk.actor, reports=(report,))
    await until(lambda: "collector ams-1" in names(page))
    (row,) = [alarm for alarm in alarms(page) if alarm.about == report.about]
    page.table.select(row.id)
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.acting.device()
    page.acting.map()
    assert went == [Route("collectors")]


async def test_chips_filter_by_severity_and_owner(page: AlarmsPage) -> None:
    page.chips.buttons["major"].click()
    await until(lambda: names(page) == ["edge-3"])
    page.chips.buttons["minor"].click()
    await until(lambda: names(page) == ["edge-3", "core-1"])
    page.chips.turn(frozenset({"mine"}))
    await until(lambda: names(page) == [])
    assert page.table.count.text() == "0 of 3"
    page.chips.turn(frozenset())
    await until(lambda: len(names(page)) == 3)
    page.table.select(page.model.row(0).key)
    await press(page, Qt.Key.Key_A)
    await until(lambda: alarms(page)[0].acked_by)
    page.chips.turn(frozenset({"mine"}))
    await until(lambda: names(page) == ["core-2"])
    page.chips.turn(frozenset({"unacked"}))
    await until(lambda: names(page) == ["edge-3", "core-1"])


async def test_routes_choose_severity_filter_or_alarm(page: AlarmsPage) -> None:
    page.visit(Route("alarms", text="severity:minor"))
    await until(lambda: names(page) == ["core-1"])
    page.visit(Route("alarms", text='object:"edge-3"'))
    await until(lambda: names(page) == ["edge-3"])
    wanted = page.model.row(0).key
    page.visit(Route("alarms", id=int(wanted)))
    await until(lambda: len(names(page)) == 3)
    await until(lambda: (current := page.table.current()) and current.key == wanted)
    await settled()


async def test_what_cleared_unseen_stays_until_someone_has_seen_it(
    page: AlarmsPage, world: World
) -> None:
    await world.settle("core-1")
    await until(lambda: AlarmState.RETURNED in {a.state for a in alarms(page)})
    at = names(page).index("core-1")
    page.table.select(page.model.row(at).key)
    await press(page, Qt.Key.Key_Space)
    await until(lambda: "core-1" not in names(page))


def storm(first: int, count: int, severity: Severity) -> tuple[AlarmReport, ...]:
    return tuple(
        AlarmReport(
            AlarmObject(10_000 + number, device_name=f"cpe-{number}"),
            Condition.UNREACHABLE,
            severity,
            "no answer",
        )
        for number in range(first, first + count)
    )


async def test_a_storm_moves_nothing_under_the_cursor(page: AlarmsPage, world: World) -> None:
    page.choose_group(Grouping.ROOT)
    await world.alarms.apply(world.collector, reports=storm(0, 60, Severity.WARNING))
    await until(lambda: page.table.rows.rowCount() == 63)
    page.table.select(page.model.row(2).key)
    chosen = page.model.row(2).key
    y = page.table.view.rowViewportPosition(2)
    for wave in range(1, 6):
        await world.alarms.apply(
            world.collector, reports=storm(wave * 1000, 200, Severity.CRITICAL)
        )
        await asyncio.sleep(0.02)
    await until(lambda: page.table.rows.rowCount() == 1063, tries=1000)
    current = page.table.current()
    assert current is not None
    assert current.key == chosen
    assert page.table.view.rowViewportPosition(page.table.rows.find(chosen)) == y
    await settled()


async def test_ages_move_on_without_asking_again(page: AlarmsPage, world: World) -> None:
    world.clock.tick(minutes=3)
    page._tick()
    model = page.table.rows
    at = [column.key for column in model.columns].index("age")
    assert model.data(model.index(0, at)) == "3 min"


async def test_all_quiet_is_said_kindly(desk: Desk, world: World) -> None:
    page = AlarmsPage(desk, DeskServices(world.alarms))
    shown(page, 1200, 600)
    await until(lambda: page.is_empty)
    assert page._empty.what.text() == "All quiet"
    await world.report("core-1")
    await until(lambda: not page.is_empty)
    await settled()


async def test_a_guest_is_offered_no_deeds(desk: Desk, world: World) -> None:
    guest = Actor("guest", "acme", frozenset({"alarms.see"}))
    other = make_desk(guest, desk.feed, clock=world.clock)
    await world.report("core-1")
    page = AlarmsPage(other, DeskServices(world.alarms))
    shown(page, 1200, 600)
    await settled()
    ids = {command.id for command, _ in other.actions.commands()}
    looks = {"device", "map", "facets", "group", "open-all", "close-all", "link", "tab"}
    assert ids == {f"alarms.{name}" for name in looks}
    page.table.select(page.model.row(0).key)
    await press(page, Qt.Key.Key_A)
    await settled()
    (alarm,) = await world.alarms.active(guest)
    assert alarm.acked_by is None


async def test_new_alarms_blink_and_acknowledged_ones_do_not(page: AlarmsPage, desk: Desk) -> None:
    assert desk.blink.is_running
    drawn: list[int] = []
    page.table.rows.dataChanged.connect(lambda a, b, _roles: drawn.append(a.column()))
    desk.blink.turned.emit(False)
    assert drawn == [0]
    page.table.view.selectAll()
    await press(page, Qt.Key.Key_A)
    await until(lambda: not desk.blink.is_running)


async def test_a_flood_is_grouped_by_place_unless_something_is_chosen(
    page: AlarmsPage, world: World
) -> None:
    await world.alarms.apply(world.collector, reports=storm(0, 40, Severity.WARNING))
    await until(lambda: page.model.wanted.by_site and page.model.shown.found.groups)
    assert not page.flood.isHidden() and "grouped by place" in page.flood.text.text()
    assert page.group.text() == "Place"
    page.flood.button.click()
    await until(lambda: len(names(page)) == 43)
    assert page.asked.group is Grouping.ROOT and page.flood.isHidden()


async def test_an_alarm_somebody_asks_for_is_shown_in_a_flood_too(
    page: AlarmsPage, world: World
) -> None:
    before = {int(page.model.row(at).key) for at in range(page.model.count())}
    await world.alarms.apply(world.collector, reports=storm(0, 40, Severity.WARNING))
    listed = await world.alarms.active(page.desk.actor)
    wanted = next(int(alarm.id) for alarm in listed if int(alarm.id) not in before)
    page.visit(Route("alarms", id=wanted))
    await until(lambda: not page.flood.isHidden())
    await until(lambda: page.details.alarm is not None)
    assert int(page.details.alarm.id) == wanted and not page.model.wanted.by_site


async def test_in_a_flood_nothing_is_grouped_under_the_hand(page: AlarmsPage, world: World) -> None:
    page.table.select(page.model.row(1).key)
    await world.alarms.apply(world.collector, reports=storm(0, 40, Severity.WARNING))
    await until(lambda: not page.flood.isHidden())
    assert len(names(page)) == 43 and page.flood.button.text() == "Group by place"
    page.flood.button.click()
    await until(lambda: page.model.shown.found.groups)
    world.clock.tick(minutes=11)
    page.model.arrange_again()
    await until(lambda: page.flood.isHidden() and not page.model.wanted.by_site)


async def test_five_thousand_new_alarms_leave_the_chosen_line_where_it_is(
    page: AlarmsPage, world: World
) -> None:
    await world.alarms.apply(world.collector, reports=storm(0, 40, Severity.WARNING))
    page.choose_group(Grouping.ROOT)
    await until(lambda: len(names(page)) == 43)
    page.table.select(page.model.row(5).key)
    chosen, y = page.model.row(5).key, page.table.view.rowViewportPosition(5)
    for wave in range(5):
        reports = storm(1_000 + wave * 1_000, 1_000, Severity.CRITICAL)
        await world.alarms.apply(world.collector, reports=reports)
        await asyncio.sleep(0.01)
    await until(lambda: page.model.rowCount() == 5_043)
    line = page.table.current()
    assert line is not None and line.key == chosen
    assert page.table.view.rowViewportPosition(page.model.find(chosen)) == y


async def test_facets_narrow_the_list_and_stay_put_away(page: AlarmsPage, desk: Desk) -> None:
    assert page.facets.isHidden()
    page.toggle_facets()
    assert page.facets.isVisible() and desk.state.get("alarms")["facets"] is True
    page.facets.turned.emit("severity", "critical")
    await until(lambda: names(page) == ["core-2"])
    assert page.chips.on() == {"critical"} and page.table.count.text() == "1 of 3"
    page.facets.turned.emit("severity", "critical")
    await until(lambda: len(names(page)) == 3)


async def test_a_filter_is_kept_chosen_again_and_removed(desk: Desk, world: World) -> None:
    await world.report("core-1", Severity.MINOR)
    await world.report("core-2", Severity.CRITICAL)
    filters = FilterService(world.alarms._db, clock=world.clock)
    page = AlarmsPage(desk, DeskServices(world.alarms, filters=filters))
    shown(page, 1200, 600)
    await until(lambda: len(names(page)) == 2)
    page.show_asked(parse("severity=critical"))
    await until(lambda: names(page) == ["core-2"])
    page.save_filter()
    answer(await dialog_of(page), "Night")
    await until(lambda: page.filters.kept)
    (kept,) = page.filters.kept
    assert (kept.name, kept.text) == ("Night", "severity=critical")
    page.filters.chosen.emit("")
    await until(lambda: len(names(page)) == 2)
    page.filters.chosen.emit(kept.text)
    await until(lambda: names(page) == ["core-2"])
    page.copy_link()
    link = QGuiApplication.clipboard().text()
    assert link == "noc:alarms?severity=critical"
    page.visit(Route("alarms", text="-core-2"))
    await until(lambda: names(page) == ["core-1"])
    page.table.filter_line.setText(link)
    await until(lambda: names(page) == ["core-2"])
    assert page.table.filter_line.text() == "" and page.chips.on() == {"critical"}
    page.filters.share_asked.emit(kept, True)
    await until(lambda: page.filters.kept[0].is_shared)
    page.filters.remove_asked.emit(kept)
    dialog = await dialog_of(page)
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "Remove filter").click()
    await until(lambda: not page.filters.kept)
    await settled()


async def test_an_alarm_that_is_folded_is_shown_to_who_asks_for_it(
    page: AlarmsPage, world: World
) -> None:
    told = {one.device_name: one.id for one in alarms(page)}
    folding = AlarmFolding(world.alarms._db, clock=world.clock)
    fold = Fold(told["edge-3"], told["core-2"], "reached only through core-2")
    await folding.write(world.collector, folds=[fold])
    await until(lambda: names(page) == ["core-2", "core-1"])
    page.visit(Route("alarms", id=int(told["edge-3"])))
    await until(lambda: (line := page.table.current()) and line.key == told["edge-3"])
    assert names(page) == ["core-2", "edge-3", "core-1"]
    assert (line := page.table.current()) is not None and line.depth == 1


async def test_what_came_since_my_last_shift_is_one_click(desk: Desk, world: World) -> None:
    await world.report("core-1")
    page = AlarmsPage(desk, DeskServices(world.alarms))
    shown(page, 1200, 600)
    world.clock.tick(hours=9)
    page._take_shift(world.clock.now())
    world.clock.tick(minutes=1)
    await world.report("core-2")
    await until(lambda: len(names(page)) == 2)
    page.show_asked(parse("is=new"))
    await until(lambda: names(page) == ["core-2"])
    await settled()


async def test_what_waits_for_the_store_is_marked_and_what_it_refused_is_said(
    page: AlarmsPage, desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = page.model.row(0).key
    intent = Intent(Verb.ACKNOWLEDGE, (key,), by="mira", tenant="acme", at=world.clock.now())
    # A store that is really gone for a while is tested with the service that keeps intents.
    monkeypatch.setattr(world.alarms, "waiting", lambda: (intent,))
    desk.feed.push((IntentsChanged(waiting=1),))
    await until(lambda: page.model.row(0).is_waiting)
    page.show_asked(parse("is=waiting"))
    await until(lambda: [line.key for line in page.model.rows()] == [key])
    monkeypatch.setattr(world.alarms, "waiting", lambda: ())
    desk.feed.push((IntentsChanged(waiting=0, refused="core-2 came back worse: not cleared."),))
    await until(lambda: page.model.rowCount() == 0)
    assert page.strip.text.text() == "core-2 came back worse: not cleared."
    await settled()
