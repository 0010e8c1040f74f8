"""Whose port it is: what its description, its subscriber's session or its ONUs tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_interface

from noc_console.kernel.text import plural
from noc_console.services.inspection.model import Onu
from noc_console.services.inventory.customer_ports import is_customers
from noc_console.services.inventory.model import Interface
from noc_console.services.terminal.knowing import ppp_user

MOST_NAMED = 3
_MARK = re.compile(
    r"(?i)^\W*(?:customers?|cust|subscribers?|kunden?|clientes?|client|abonn\w*)\W+(?=\w)"
)
"""The word that marks a customer's port, where a name follows."""


def customer_of(port: Interface, onus: Iterable[Onu] = (), *, is_linked: bool = False) -> str:
    """The customer behind a port; "" where nobody knows of one.

    A port that leads to a device of ours is the network's, whatever its description says.
    """
    if user := ppp_user(port.name):
        return user
    if not is_linked and is_customers(port.alias):
        return _MARK.sub("", port.alias.strip()) or port.alias.strip()
    return _behind([onu for onu in onus if onu.if_index == port.index])


def towards(ports: Iterable[Interface], network: str) -> Iterator[Interface]:
    """The ports with an address in exactly this network."""
    for port in ports:
        for text in port.addresses:
            try:
                own = ip_interface(text)
            except ValueError:
                continue
            if str(own.network) == network:
                yield port
                break


def _behind(onus: Sequence[Onu]) -> str:
    names = [onu.name or onu.serial for onu in onus]
    if len(names) <= 1:
        return "".join(names)
    few = ", ".join(filter(None, names[:MOST_NAMED]))
    return f"{plural(len(names), 'ONU')}: {few}" + (", …" if len(names) > MOST_NAMED else "")
