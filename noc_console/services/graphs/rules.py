"""What a kept graph may be called, and how a happening is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.kernel.text import visible
from noc_console.services.alarms.model import Episode
from noc_console.services.graphs.model import Happening, SavedGraph

LONGEST_NAME = 100
LONGEST_TEXT = 8_000
QUIET = frozenset({"added", "seen", "managed"})
"""Changes that say that we looked, not that the device is another."""


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises Invalid."""
    name = visible(name.strip())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"a graph's name has 1 to {LONGEST_NAME} characters", field="name")
    return name


def checked_text(text: str) -> str:
    """The words of a graph on one line. Raises Invalid."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST_TEXT:
        raise Invalid("there is nothing to keep: add a curve first", field="text")
    return text


def must_own(graph: SavedGraph, name: str) -> None:
    """A shared graph is looked at by all and changed by its owner."""
    if graph.owner != name:
        raise NotAllowed(f"this graph is {graph.owner}'s: save it under a name of your own")


def of_alarms(episodes: Iterable[Episode]) -> list[Happening]:
    """Alarms as they stood, with where and why."""
    return [
        Happening(
            at=each.start,
            text=" · ".join(filter(None, (_place(each), visible(each.alarm.text)))),
            device_id=each.alarm.about.device_id,
            end=each.end,
            alarm_id=int(each.alarm.id),
            severity=each.severity,
            interface_id=each.alarm.about.interface_id,
            sensor_id=each.alarm.about.sensor_id,
        )
        for each in episodes
    ]


def of_changes(rows: Iterable[tuple[datetime, str, Mapping[str, Any]]]) -> list[Happening]:
    """Changes of devices in words; that a device was merely looked at is no change."""
    found = []
    for at, event, facts in rows:
        device_id = int(facts.get("device_id", 0))
        if event == "PartChanged":
            text = f"{facts.get('part', 'a part')}: {facts.get('what', 'changed')}"
        else:
            what = [word.strip() for word in str(facts.get("what", "")).split(",")]
            told = [WORDS.get(word, f"{word} changed") for word in what if word not in QUIET]
            if not told:
                continue
            text = ", ".join(told)
        found.append(Happening(at=at, text=visible(text), device_id=device_id))
    return found


WORDS = {
    "version": "another software version",
    "serial": "another serial number",
    "site_id": "moved to another site",
    "name": "another name",
}
"""What the inventory calls a difference, as people would."""


def _place(episode: Episode) -> str:
    alarm = episode.alarm
    return visible(" ".join(filter(None, (alarm.device_name, alarm.interface_name))))
