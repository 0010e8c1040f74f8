"""Which interface of a device a neighbour means by the words it uses for a port."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from noc_console.services.inventory.model import Interface
from noc_console.services.inventory.rules.identity import normal_mac

_SHORT = (
    ("hundredgigabitethernet", "hu"),
    ("hundredgige", "hu"),
    ("fortygigabitethernet", "fo"),
    ("fortygige", "fo"),
    ("twentyfivegige", "twe"),
    ("tengigabitethernet", "te"),
    ("tengige", "te"),
    ("xgigabitethernet", "xge"),
    ("gigabitethernet", "gi"),
    ("fastethernet", "fa"),
    ("ethernet", "eth"),
    ("port-channel", "po"),
    ("portchannel", "po"),
    ("bundle-ether", "be"),
    ("eth-trunk", "trunk"),
)
_LOGICAL = frozenset((24, 53, 131, 135, 136, 150, 161))
"""IANAifType: loopback, propVirtual, tunnel, l2vlan, l3ipvlan, mplsTunnel, lag."""


def short(name: str) -> str:
    """A port's name as people abbreviate it: `GigabitEthernet0/1`, `Gi 0/1` are both `gi0/1`."""
    plain = re.sub(r"\s+", "", name.lower())
    for long, brief in _SHORT:
        if plain.startswith(long):
            return brief + plain[len(long) :]
    return plain


def is_logical(interface: Interface) -> bool:
    """A loopback, tunnel, bundle or VLAN interface: no cable ends there."""
    return interface.type in _LOGICAL


def find(interfaces: Sequence[Interface], port: str, descr: str = "") -> Interface | None:
    """The one interface that a port id (and its description) names, or None.

    The surest reading wins: the name, a MAC address, the description's name, abbreviations,
    the operator's alias, and at last a bare number as ifIndex. A reading that fits two
    interfaces fits none.
    """
    port, descr, mac = port.strip(), descr.strip(), normal_mac(port)
    readings: list[Callable[[Interface], bool]] = []
    if port:
        readings += [lambda i: i.name == port, lambda i: i.descr == port]
    if mac:
        readings.append(lambda i: i.mac == mac and not is_logical(i))
        readings.append(lambda i: i.mac == mac)
    if descr:
        readings += [lambda i: i.name == descr, lambda i: i.descr == descr]
    for text in filter(None, (port, descr)):
        brief = short(text)
        readings.append(
            lambda i, brief=brief: brief in (short(i.name), short(i.descr))  # type: ignore[misc]
        )
    for text in filter(None, (port, descr)):
        readings.append(lambda i, text=text: i.alias == text)  # type: ignore[misc]
    if port.isdecimal() and len(port) < 11:
        readings.append(lambda i: i.index == int(port))
    for fits in readings:
        matching = [interface for interface in interfaces if interface.index and fits(interface)]
        if len(matching) == 1:
            return matching[0]
    return None
