"""Blocks of interfaces by the names people and SNMP use: `interface Gi1/0/3` is the block of
`interface GigabitEthernet1/0/3`, as a configuration prints no short names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

_HEAD = re.compile(r"(?i)^interface (?P<kind>\d{0,3}[a-z][a-z-]*) ?(?P<number>\d[\w/.:]*)$")


def in_full(line: str, heads: Collection[str], ports: Sequence[Mapping[str, Any]] = ()) -> str:
    """The head of the configuration that a head means; itself where none or several fit.

    `ports` are the interfaces of the device with their `name` (ifName) and `descr` (ifDescr).
    """
    asked = _HEAD.match(line)
    if asked is None or line in heads:
        return line
    wanted, number = asked["kind"].casefold(), asked["number"]
    name = f"{wanted}{number.casefold()}"
    for port in ports:
        full = f"interface {port.get('descr', '')}"
        if str(port.get("name", "")).casefold() == name and full in heads:
            return full
    fits = [
        head
        for head in heads
        if (its := _HEAD.match(head)) is not None
        and its["number"] == number
        and len(wanted) > 1
        and its["kind"].casefold().startswith(wanted)
    ]
    return fits[0] if len(fits) == 1 else line
