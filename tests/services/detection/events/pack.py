"""The rules that come with the program."""

from __future__ import annotations

from pathlib import Path

from noc_console.services.detection.events.book import EventBook
from noc_console.services.detection.events.reading import load

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "resources" / "alarm_rules" / "events"
PACK = load(FOLDER)


def book() -> EventBook:
    return EventBook(PACK)
