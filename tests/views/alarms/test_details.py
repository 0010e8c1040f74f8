"""The pane beside the list."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from noc_console.views.alarms.details import AlarmDetails
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
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
    assert (facts["Reports"], facts["Site"], facts["Owner"]) == ("1", "Northgate", "nobody")
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
