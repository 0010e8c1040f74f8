"""Port descriptions in which operators wrote where the cable goes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from noc_console.services.inventory.model import EvidenceKind, SeenInterface, SeenNeighbour

_NAME = r"(?P<name>[A-Za-z][\w.-]{2,62})"
_PORT = r"(?:(?:\s*[:|,;@]\s*|\s+)(?P<port>[A-Za-z][A-Za-z-]*[ ]?\d+(?:[/.:]\d+)*|\d+(?:/\d+)+))?"
_FORMS = (
    re.compile(rf"(?i)(?:^|\b)(?:to|naar|vers)[ :_-]+{_NAME}{_PORT}"),
    re.compile(rf"(?:->|=>|→|<->|<=>|>>)\s*{_NAME}{_PORT}"),
    re.compile(rf"(?i)^(?:link|uplink|trunk|core|peer|p2p|ptp)[ :_-]+{_NAME}{_PORT}"),
    re.compile(rf"^{_NAME}\s*[:|]\s*(?P<port>[A-Za-z][A-Za-z-]*[ ]?\d+(?:[/.:]\d+)*)$"),
)
_NO_NAMES = frozenset(("the", "customer", "internet", "lan", "wan", "core", "server", "vlan"))


def neighbours(interfaces: Sequence[SeenInterface]) -> tuple[SeenNeighbour, ...]:
    """`to core-2 et-0/0/3`, `-> core-2`, `core-2:et-0/0/3`: a name, and often a port.

    Whether the name is a device is for the inventory to say.
    """
    found = []
    for port in interfaces:
        if (told := parse(port.alias)) is not None:
            name, there = told
            found.append(
                SeenNeighbour(
                    kind=EvidenceKind.DESCRIPTION,
                    if_index=port.index,
                    remote_name=name,
                    remote_port=there,
                    raw=f"ifAlias.{port.index} = {port.alias}",
                )
            )
    return tuple(found)


def parse(alias: str) -> tuple[str, str] | None:
    """Name and port ("" when none is told) in a description."""
    for form in _FORMS:
        if (match := form.search(alias)) and match["name"].lower() not in _NO_NAMES:
            return match["name"].rstrip(".-"), (match["port"] or "").strip()
    return None
