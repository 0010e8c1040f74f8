"""A part of the details loads when it is looked at, once."""

from __future__ import annotations

from noc_console.services.alarms.model import Alarm
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.section import Section
from noc_console.views.kit.desk import Desk
from tests.views.alarms.desks import AT, alarm
from tests.views.conftest import shown
from tests.views.world import World


class Told(Section):
    title = "Told"

    def __init__(self, desk: Desk, given: DeskServices) -> None:
        super().__init__(desk, given, lambda error: None)
        self.asked: list[int] = []
        self.cleared = 0

    def load(self, alarm: Alarm) -> None:
        self.asked.append(int(alarm.id))
        self.say("nothing to see")

    def clear(self) -> None:
        self.cleared += 1


async def test_nothing_is_asked_out_of_sight_and_once_in_sight(desk: Desk, world: World) -> None:
    part = Told(desk, DeskServices(world.alarms))
    part.show_alarm(alarm(1))
    assert part.asked == []
    shown(part, 300, 300)
    assert part.asked == [1] and part.note.isVisible()
    part.show_alarm(alarm(1, count=4))
    part.show_alarm(alarm(1, acked_by="ann", acked_at=AT))
    assert part.asked == [1, 1] and part.cleared == 1
    part.show_alarm(alarm(2))
    assert part.asked == [1, 1, 2] and part.cleared == 2
    part.show_alarm(None)
    assert not part.note.isVisible() and part.is_offered(part.given)
