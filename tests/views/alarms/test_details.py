"""The pane beside the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QPushButton, QWidget

from noc_console.services.alarms.model import Alarm, Impact
from noc_console.views.alarms.details import AlarmDetails
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.section import Section
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from tests.views.alarms.desks import alarm
from tests.views.conftest import shown
from tests.views.world import World


async def test_it_tells_everything_about_the_alarm(desk: Desk, world: World) -> None:
    details = AlarmDetails(desk)
    shown(details, 320, 700)
    alarm = await world.report("core-1", text="<b>CPU</b> at 91 %")
    world.clock.tick(minutes=7)
    details.show_alarm(alarm, selected=3)
    assert details.severity.text() == "Major   3 selected"
    assert details.object.text() == "core-1"
    assert details.text.text() == "<b>CPU</b> at 91 %"
    facts = {name: label.text() for name, label in details.facts.items()}
    assert facts["Since"].endswith("7 min ago")
    assert (facts["Place"], facts["Cause"], facts["Ack"]) == ("Northgate", "CPU", "nobody")
    assert not details.facts["Ticket"].isVisibleTo(details), "nothing to say, no line"
    details.show_history(await world.alarms.history(desk.actor, alarm_id=int(alarm.id)))
    assert details.timeline.texts() == ["Raised as major <b>CPU</b> at 91 %"]
    details.show_alarm(None)
    assert details.timeline.texts() == []


async def test_its_buttons_are_the_commands(desk: Desk) -> None:
    scope, done = QWidget(), []
    command = Command("a.ack", "Acknowledge", "check", lambda: done.append(1), "Space")
    action = desk.actions.add(command, scope)
    details = AlarmDetails(desk)
    details.offer(desk.actions, "a.ack")
    (button,) = [b for b in details.findChildren(QPushButton) if b.text().startswith("Ack")]
    assert button.text() == "Acknowledge  Space"
    button.click()
    action.setEnabled(False)
    assert not button.isEnabled()
    assert done == [1]


class Part(Section):
    """A section that counts how often it was asked."""

    title = "Part"

    def __init__(self, desk: Desk, given: DeskServices) -> None:
        super().__init__(desk, given, lambda error: None)
        self.loads = 0

    def concerns(self, alarm: Alarm) -> bool:
        return alarm.device_name != "sw-2"

    def load(self, alarm: Alarm) -> None:
        self.loads += 1


async def test_a_part_is_asked_for_when_it_is_looked_at(desk: Desk, world: World) -> None:
    part = Part(desk, DeskServices(world.alarms))
    details = AlarmDetails(desk, (part,))
    shown(details, 320, 700)
    details.show_alarm(alarm(1))
    assert part.loads == 0
    details.next_tab()
    assert (details.shown_tab, part.loads) == ("Part", 1)
    details.show_alarm(alarm(1, count=9))
    assert part.loads == 1, "a mere repeat changes nothing"
    details.show_alarm(alarm(3))
    assert part.loads == 2
    details.show_alarm(alarm(2))
    assert details.shown_tab == "Steps" and not details.tabs["Part"].isEnabled()


async def test_what_a_root_costs_and_who_has_it_is_told(desk: Desk, world: World) -> None:
    details = AlarmDetails(desk)
    shown(details, 320, 700)
    world.clock.tick(minutes=10)
    now = world.clock.now()
    told = alarm(1, impact=Impact(devices=2, customers=30), owner="ann", owned_at=now, ticket="I-7")
    details.show_alarm(replace(told, first_seen=now - timedelta(minutes=10)))
    details.show_lookers(("bo",))
    facts = {name: label.text() for name, label in details.facts.items()}
    assert facts["Hits"] == "2 devices, 30 customers"
    assert facts["SLA"] == "300 minutes burnt"
    assert (facts["Owner"], facts["Ticket"], facts["Looking"]) == ("ann, 0 s ago", "I-7", "bo")
    details.show_alarm(alarm(3))
    assert details.facts["Looking"].text() == ""
