"""Who changed a configuration: what was done from here, what the device said at the time, else
what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from noc_console.kernel.text import visible
from noc_console.services.configs.model import Deed
from noc_console.services.intake.model import ConfigChange

LONGEST = 200
_HEADERS = (
    # Cisco IOS, IOS XE, IOS XR
    re.compile(r"^!!? ?Last configuration change at (?P<at>.{1,60}) by (?P<who>\S{1,64})"),
    # Junos
    re.compile(
        r"^## Last (?:commit|changed): (?P<at>\S{1,20} \S{1,20} \S{1,10}) by (?P<who>\S{1,64})"
    ),
    # Huawei VRP, H3C
    re.compile(r"^!?Last configuration was \w{1,20} at (?P<at>.{1,60}) by (?P<who>\S{1,64})"),
    # Cisco ASA
    re.compile(r"^: Written by (?P<who>\S{1,64}) at (?P<at>.{1,60})"),
)
_NOBODY = {"", "-", "unknown", "system", "console"}


def told_by_text(lines: Sequence[str]) -> str:
    """The user a configuration's own header names; empty when it names none."""
    for line in lines[:20]:
        for header in _HEADERS:
            if (found := header.match(line)) is not None:
                who = visible(found["who"].strip(",."), limit=LONGEST)
                return "" if who.lower() in _NOBODY else who
    return ""


def credited(
    heard: Sequence[ConfigChange],
    before: Sequence[str],
    after: Sequence[str],
    deeds: Sequence[Deed] = (),
) -> tuple[str, str]:
    """Who and how, for a version: `("mira, tom", "vty0 (192.0.2.5)")`; empty when nobody knows.

    `heard` is what the device said since the version before, `deeds` what was done to it from
    here. A device knows a flight by the login it came with only: who planned it stands first. Who
    merely could change it counts when the device names nobody.
    """
    named, how = _told(heard, before, after)
    sure = [deed for deed in deeds if deed.is_certain]
    maybe = [deed for deed in deeds if not deed.is_certain]
    who = _each([*(deed.who for deed in sure), *([named] if named else [])])
    who = who or _each(deed.who for deed in maybe)
    return who, _each([*(deed.how for deed in (*sure, *maybe)), how], "; ")


def _told(
    heard: Sequence[ConfigChange], before: Sequence[str], after: Sequence[str]
) -> tuple[str, str]:
    """By the device: what it said at the time, else its header.

    A header counts only when it is not the one that stood there before: it names who changed
    something last, not now.
    """
    who = _each(one.who for one in heard if one.who.lower() not in _NOBODY)
    how = _each(one.how for one in heard if one.how)
    if who:
        return who, how
    named, old = told_by_text(after), _header(before)
    if named and _header(after) != old:
        return named, how or "by its header"
    return "", how


def _header(lines: Sequence[str]) -> str:
    for line in lines[:20]:
        if any(header.match(line) for header in _HEADERS):
            return line
    return ""


def _each(words: Iterable[str], between: str = ", ") -> str:
    return between.join(dict.fromkeys(filter(None, words)))[:LONGEST]
