"""Which conditions belong to which kind of cause. Conditions are open words: rules kept as data
bring their own, so families go by the first part of a word.
"""

from __future__ import annotations

import re
from functools import cache
from ipaddress import ip_address

from noc_console.services.alarms.model import Alarm, Condition

PON_DARK = Condition("pon-dark")
"""Raised by us: most ONUs of a PON port went dark, and the port itself says nothing."""
PON_POWERLESS = Condition("pon-powerless")
"""Raised by us: many customers of a PON port lost their power."""
DERIVED = frozenset({PON_DARK, PON_POWERLESS})
STORM = Condition("alarm-storm")

_SESSIONS = frozenset(
    {"bgp", "ospf", "ospfv3", "isis", "eigrp", "rip", "ldp", "rsvp", "bfd", "pim", "msdp"}
    | {"session"}
)
_ON_PORT = frozenset(
    {"optical", "light", "errors", "error", "crc", "utilisation", "discards", "discard"}
    | {"bandwidth", "throughput", "traffic", "broadcast", "multicast", "duplex", "service"}
    | {"subinterface", "lag", "lacp", "stp"}
)
_POWERS = frozenset(["power", "ups", "mains", "battery"])
_PROBES = frozenset({Condition.PROBE_FAILED, Condition.PROBE_LOSS, Condition.PROBE_LATENCY})
_CARDS = frozenset(["card", "linecard", "module", "board", "slot", "fpc", "pic", "lpu", "mda"])
_ONUS = frozenset(["onu", "ont"])
_SILENCES = frozenset({"no-data", "absent", "stale-data"})
_OURS = frozenset({Condition.NO_COLLECTOR, Condition.WORKER_STUCK, Condition.CLOCK_SKEW})
_GASPS = frozenset({"dying-gasp", "onu-dying-gasp", "ont-dying-gasp"})
_ON_BATTERY = re.compile(r"\b(?:battery|mains|utility)\b", re.I)
_CARD_PLACE = re.compile(
    r"\b(?:line ?card|card|module|board|slot|fpc|pic|lpu|mda)[ :#-]*(\d+(?:/\d+)*)", re.I
)
_PLACE = re.compile(r"(\d+(?:[/.:]\d+)*)")


@cache
def _first(condition: str) -> str:
    return condition.partition("-")[0]


def is_session(alarm: Alarm) -> bool:
    """A neighbourhood of routing protocols that was lost."""
    return _first(alarm.condition) in _SESSIONS


def is_on_port(alarm: Alarm) -> bool:
    """Something measured on a port, or running over it, that ends with the port."""
    return _first(alarm.condition) in _ON_PORT or is_session(alarm)


def is_power(alarm: Alarm) -> bool:
    """About mains, batteries and supplies; a UPS tells it as a state of its hardware as well."""
    if alarm.condition == Condition.HARDWARE:
        return _ON_BATTERY.search(alarm.text) is not None
    return _first(alarm.condition) in _POWERS


def is_probe(alarm: Alarm) -> bool:
    """A target was asked and did not do."""
    return alarm.condition in _PROBES


def is_silence(alarm: Alarm) -> bool:
    """A measurement stays away."""
    return alarm.condition in _SILENCES


def is_card(alarm: Alarm) -> bool:
    """A card of a chassis is gone or broken; of hardware in general, only if it names a card."""
    if _first(alarm.condition) in _CARDS:
        return True
    return alarm.condition == Condition.HARDWARE and card_place(alarm) is not None


def is_onu(alarm: Alarm) -> bool:
    """A customer's ONU is dark."""
    return _first(alarm.condition) in _ONUS and not is_gasp(alarm)


def is_gasp(alarm: Alarm) -> bool:
    """The last word of what loses its power."""
    return alarm.condition in _GASPS


def is_our_own(alarm: Alarm) -> bool:
    """About the console itself: it cuts nobody off."""
    return alarm.condition in _OURS


def peer_of(alarm: Alarm) -> str:
    """The address of a session's other end (`bgp:192.0.2.1`); "" if the alarm tells none."""
    _, _, key = alarm.about.other.partition(":")
    try:
        return str(ip_address(key.partition("%")[0]))
    except ValueError:
        return ""


def card_place(alarm: Alarm) -> tuple[int, ...] | None:
    """Where a card sits, e.g. (0, 3), as far as the alarm tells."""
    for text in (alarm.about.other.replace(":", " "), alarm.about.interface_name, alarm.text):
        if (found := _CARD_PLACE.search(text)) is not None:
            return tuple(map(int, found[1].split("/")))
    return None


@cache
def port_place(name: str) -> tuple[int, ...]:
    """Where a port sits: `xe-0/1/3` is (0, 1, 3); of `xe-0/1/3.100` the same."""
    base = name.split(".")[0]
    found = _PLACE.findall(base)
    return tuple(map(int, re.split(r"[/:]", found[-1]))) if found else ()


def sits_on(place: tuple[int, ...], card: tuple[int, ...], *, is_framed: bool = False) -> bool:
    """Whether a port's place lies on a card's; the port has a number of its own below it.

    OLTs count frame, slot and port, and speak of slot 3 where there is one frame only.
    """
    if is_framed and len(card) == 1 and len(place) == 3:
        return place[1] == card[0]
    return len(place) > len(card) and place[: len(card)] == card
