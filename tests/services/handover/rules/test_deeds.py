"""The journal in words."""

from __future__ import annotations

import pytest

from noc_console.kernel.events import Event
from noc_console.services.handover.rules.deeds import EVENTS, told

NAMES = {7: "core-1", 8: "edge-2"}


@pytest.mark.parametrize(
    ("event", "facts", "text"),
    [
        (
            "MaintenanceChanged",
            {"what": "began", "title": "card", "devices": 2},
            "Maintenance “card” began on 2 devices",
        ),
        ("MaintenanceChanged", {"what": "changed", "title": "card", "devices": 2}, ""),
        ("ConfigChangesHeard", {"device_ids": [7, 99]},
         "core-1, device 99 said that the configuration was changed"),
        ("ConfigChangesHeard", {"device_ids": "nonsense"}, ""),
        ("ConfigChangesHeard", {}, ""),
        ("PartChanged", {"device_id": 8, "part": "PSU 1", "what": "taken out"},
         "edge-2: PSU 1 taken out"),
        ("DeviceChanged", {"device_id": 7, "what": "added"}, "core-1 added"),
        ("DeviceChanged", {"device_id": 7, "what": "answered"}, ""),
        ("AlarmChanged", {"alarm_id": 7}, ""),
        ("NamedMapChanged", {"name": "North\x07", "what": "created"}, "Map “North␇” created"),
    ],
)  # fmt: skip
def test_an_entry_is_a_line_or_none(event: str, facts: dict[str, object], text: str) -> None:
    assert told(event, facts, NAMES) == text


@pytest.mark.parametrize("event", EVENTS)
def test_facts_of_another_version_break_nothing(event: str) -> None:
    for facts in ({}, {"what": None, "device_id": "x", "devices": "many", "name": 7}):
        assert isinstance(told(event, facts, NAMES), str)


def test_every_kind_that_is_told_is_recorded_by_somebody() -> None:
    from noc_console.app import compose

    assert compose.Services
    unknown = [name for name in EVENTS if name not in Event.kinds]
    assert unknown == []
