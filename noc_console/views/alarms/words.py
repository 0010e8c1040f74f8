"""How an alarm is told in words, wherever it is told."""

from __future__ import annotations

from noc_console.services.alarms.model import Alarm, AlarmState, Severity
from noc_console.views.kit.severity import severity_word

STATE_WORDS = {
    AlarmState.RETURNED: "cleared",
    AlarmState.NORMAL: "cleared",
    AlarmState.SHELVED: "shelved",
    AlarmState.SUPPRESSED: "suppressed",
}
"""Beside the severity; what stands on the desk needs none."""


def severity_text(alarm: Alarm) -> str:
    """`Major`, `Major, shelved`, `Cleared (major)`."""
    word = STATE_WORDS.get(alarm.state, "")
    if not alarm.is_active:
        was = severity_word(alarm.was).lower()
        return "Cleared" if alarm.was == Severity.CLEARED else f"Cleared ({was})"
    return f"{severity_word(alarm.severity)}, {word}" if word else severity_word(alarm.severity)


def object_text(alarm: Alarm) -> str:
    """The device, and the port or sensor of it."""
    name = alarm.device_name or alarm.about.key
    return f"{name} · {alarm.interface_name}" if alarm.interface_name else name


ACRONYMS = frozenset(
    {
        "ap",
        "bgp",
        "bfd",
        "cpu",
        "fpc",
        "isis",
        "lacp",
        "lag",
        "ldp",
        "ont",
        "onu",
        "ospf",
        "pim",
        "pon",
    }
    | {"ntp", "olt", "psu", "rsvp", "sla", "snmp", "ups", "vpn", "vrrp"}
)


def condition_text(word: str) -> str:
    """`Interface down` for `interface-down`, `BGP session lost` for `bgp-session-lost`."""
    words = [part.upper() if part in ACRONYMS else part for part in word.split("-")]
    told = " ".join(words)
    return told[:1].upper() + told[1:]
