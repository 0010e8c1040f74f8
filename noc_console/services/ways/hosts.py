"""What may stand where a host is meant."""

from __future__ import annotations

import ipaddress
import re

_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")
_ADDRESS = re.compile(r"[0-9A-Fa-f.:]+(%[A-Za-z0-9_.-]{1,32})?")


def is_host(text: str) -> bool:
    """A name or an address, and nothing that a program could take for an option."""
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return _NAME.fullmatch(text) is not None
    return _ADDRESS.fullmatch(text) is not None
