"""Ports that a change shuts on purpose: that they are down afterwards is what was wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from noc_console.services.flights.rules import menus

_OFF = frozenset(("shutdown", "shut", "disable"))
_NOT = ("no ", "undo ")
_BRIEF = {
    "be": ("bundle-ether",),
    "ge": ("gigabitethernet",),
    "xge": ("xgigabitethernet", "ten-gigabitethernet"),
    "fge": ("fortygige",),
    "tf": ("twentyfivegige",),
}
"""Short names that are no beginnings of the full ones."""
_LEAVES = frozenset(("exit", "quit", "end", "return", "root", "top", "!", "#"))
_HEAD = re.compile(r"(?i)^(?:interface|int) (?P<port>\S+(?: \d[\d/.:]*)?)(?: (?P<rest>.+))?$")
_SET = re.compile(r"(?i)^set interfaces (?P<port>\S+)(?: unit (?P<unit>\d+))? disable$")
_GONE = re.compile(r"(?i)^(?:delete|deactivate) interfaces (?P<port>\S+)(?: unit (?P<unit>\d+))?$")


def told(lines: Iterable[str]) -> tuple[str, ...]:
    """The ports that lines shut or remove, as they are written there.

    What the same lines open again does not count. Whether a port is written in full does not
    matter (`named`).
    """
    found: dict[str, None] = {}
    section = ""
    for raw in lines:
        line = " ".join(raw.split()).rstrip(";")
        if line.startswith("/"):
            _by_path(raw, found)
            continue
        removed = next((line[len(no) :] for no in _NOT if line.lower().startswith(no)), None)
        head = _HEAD.match(line if removed is None else removed)
        if head is not None:
            port, rest = head["port"].replace(" ", ""), (head["rest"] or "").lower()
            if removed is None:
                section = port
            if (rest in _OFF) if removed is None else not rest:
                found[port] = None
            elif rest in _OFF:
                found.pop(port, None)
        elif (flat := _SET.match(line) or _GONE.match(line)) is not None:
            found[f"{flat['port']}.{flat['unit']}" if flat["unit"] else flat["port"]] = None
        elif line.lower() in _LEAVES:
            section = ""
        elif section and line.lower() in _OFF:
            found[section] = None
        elif section and removed is not None and removed.lower() in _OFF:
            found.pop(section, None)
    return tuple(found)


def _by_path(line: str, found: dict[str, None]) -> None:
    """A line of RouterOS: `/interface ethernet set [find name=ether1] disabled=yes`."""
    said = menus.read(line)
    if said is None or not said.path.startswith("/interface") or said.wants is None:
        return
    port = said.wants.get("default-name") or said.wants.get("name") or ""
    is_off = {"disable": "yes", "remove": "yes", "enable": "no"}.get(said.verb)
    is_off = is_off or said.words.get("disabled")
    if port and is_off == "yes":
        found[port] = None
    elif is_off == "no":
        found.pop(port, None)


def named(ports: Sequence[str], known: Iterable[str]) -> frozenset[str]:
    """Those of the `known` names (ifName) that are these ports, or parts of them.

    `Gi0/1.100` and `ge-0/0/1.0` go down with `Gi0/1` and `ge-0/0/1`.
    """
    wanted = [_parts(port) for port in ports]
    return frozenset(name for name in known if any(_is(_parts(name), one) for one in wanted))


def _parts(name: str) -> tuple[str, str]:
    """The kind of a port, and its number: `vlan`, `10`."""
    plain = "".join(name.lower().split())
    kind = plain.rstrip("0123456789/.:")
    return kind, plain[len(kind) :]


def _is(port: tuple[str, str], wanted: tuple[str, str]) -> bool:
    (kind, number), (other, same) = port, wanted
    if number != same and not number.startswith(f"{same}."):
        return False
    brief, full = sorted((kind, other), key=len)
    # `Vl10` is `Vlan10`; a single letter could be anything.
    is_beginning = len(brief) > 1 and full.startswith(brief)
    return kind == other or is_beginning or full in _BRIEF.get(brief, ())
