"""Entries of the journal in words: what people and devices set up anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from noc_console.kernel.text import plural, visible

Facts = Mapping[str, Any]
Names = Mapping[int, str]
"""Devices' names by id."""

_LONGEST = 200
_SHOWN = 5


def told(event: str, facts: Facts, names: Names) -> str:
    """One entry in a line; "" for what is not worth one."""
    words = _WORDS.get(event)
    if words is None:
        return ""
    return visible(words(facts, names), limit=_LONGEST)


def _named(names: Names, number: object) -> str:
    known = names.get(number) if isinstance(number, int) else None
    return known or f"device {number}"


def _configs(facts: Facts, names: Names) -> str:
    devices = facts.get("device_ids")
    listed = devices if isinstance(devices, list) else []
    shown = ", ".join(_named(names, number) for number in listed[:_SHOWN])
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return f"{shown}{more} said that the configuration was changed" if listed else ""


def _device(facts: Facts, names: Names) -> str:
    what = facts.get("what")
    return f"{_named(names, facts.get('device_id'))} {what}" if what in {"added", "new"} else ""


def _maintenance(facts: Facts, _names: Names) -> str:
    what = {
        "planned": "planned",
        "changed": "",
        "cancelled": "called off",
        "skipped": "called off for once",
        "began": "began",
        "extended": "was given more time",
        "ended": "ended",
    }.get(str(facts.get("what")), "")
    devices = facts.get("devices") or 0
    on = f" on {plural(devices, 'device')}" if what == "began" and isinstance(devices, int) else ""
    return f"Maintenance “{facts.get('title')}” {what}{on}" if what else ""


def _part(facts: Facts, names: Names) -> str:
    return f"{_named(names, facts.get('device_id'))}: {facts.get('part')} {facts.get('what')}"


_WORDS: Mapping[str, Callable[[Facts, Names], str]] = {
    "ConfigChangesHeard": _configs,
    "DeviceChanged": _device,
    "PartChanged": _part,
    "MaintenanceChanged": _maintenance,
    "LinkDecided": lambda facts, names: "A link was decided by hand",
    "NamedMapChanged": lambda facts, names: f"Map “{facts.get('name')}” {facts.get('what')}",
    "PollPolicyChanged": lambda facts, names: (
        f"Polling is every {facts.get('interval_s')} s, down after {facts.get('down_after')}"
    ),
    "RulesChanged": lambda facts, names: f"Alarm rule {facts.get('rule_id')} {facts.get('what')}",
    "RotaChanged": lambda facts, names: f"On call: {facts.get('what')} {facts.get('name', '')}",
    "NotifySettingsChanged": lambda facts, names: (
        f"Notifications: {facts.get('what')} {facts.get('name', '')}"
    ),
    "CollectorsChanged": lambda facts, names: f"Collector {facts.get('name')}: {facts.get('what')}",
    "ZonesChanged": lambda facts, names: f"Zone {facts.get('zone_id')}: {facts.get('what')}",
    "HostKeyTrusted": lambda facts, names: f"The SSH key of {facts.get('host')} was trusted",
    "HostAuthorityChanged": lambda facts, names: (
        f"The SSH authority {facts.get('name')} was {facts.get('what')}"
    ),
    "CredentialChanged": lambda facts, names: f"A credential was {facts.get('what')}",
    "ObjectSet": lambda facts, names: (
        f"Something was set on {_named(names, facts.get('device_id'))} by SNMP"
    ),
}
EVENTS = tuple(_WORDS)
"""The kinds of entries that are told."""
