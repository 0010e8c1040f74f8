"""Why an alarm is folded, and what is folded behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import Alarm, AlarmId
from noc_console.services.detection.service import DetectionService
from noc_console.services.rootcause.model import Explained
from noc_console.services.rootcause.service import RootCauseService
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.reasons import MOST, Reasons
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.views.alarms.desks import alarm
from tests.views.conftest import shown
from tests.views.world import World

WHY = Explained(AlarmId(1), None, "It stands for itself.", ("It has power.",), ("a", "b"))


class Causes:
    """Tells one reason: the reasoning itself is proved with its service."""

    async def why(self, actor: Actor, *, alarm_id: int) -> Explained:
        return WHY


class Rules:
    """Proposes one thing: rules and their remedies are proved with their service."""

    async def remedy(self, actor: Actor, *, condition: str, device_id: int) -> str:
        return f"Look at the {condition}."


def reasons(desk: Desk, world: World, folded: Sequence[Alarm], causes: Any) -> Reasons:
    async def family(_: int) -> Sequence[Alarm]:
        return folded

    rules = None if causes is None else cast(DetectionService, Rules())
    given = DeskServices(
        world.alarms, rootcause=cast(RootCauseService | None, causes), detection=rules
    )
    made = Reasons(desk, given, lambda error: None, family)
    shown(made, 300, 500)
    return made


async def test_the_reasoning_and_what_is_behind_it_are_told(desk: Desk, world: World) -> None:
    made = reasons(desk, world, [alarm(id) for id in range(2, 60)], Causes())
    made.show_alarm(alarm(1))
    await settled()
    assert made.remedy.text() == "What to do: Look at the cpu."
    assert made.verdict.text() == "It stands for itself."
    assert made.steps.text() == "• It has power." and made.path.text() == "The way: a → b"
    assert made.behind.text() == "FOLDED BEHIND IT: 58" and len(made.lines) == MOST
    asked: list[int] = []
    made.asked.connect(asked.append)
    made.lines[0].click()
    assert asked == [2]


async def test_without_either_it_says_so(desk: Desk, world: World) -> None:
    made = reasons(desk, world, (), None)
    made.show_alarm(alarm(1))
    await settled()
    assert made.note.text() == "Nothing is folded behind it." and not made.verdict.isVisible()
    made.show_alarm(None)
    assert made.note.text() == ""
