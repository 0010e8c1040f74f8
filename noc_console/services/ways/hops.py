"""Hosts and ways as people write them: `mira@jump1>jump2:2222`."""

from __future__ import annotations

import re

from noc_console.kernel.errors import Invalid
from noc_console.services.ways.hosts import is_host
from noc_console.services.ways.model import SSH_PORT, Hop

MOST_HOPS = 16
_USER = re.compile(r"[^\s@:>\x00-\x1f\x7f-]?[^\s@>\x00-\x1f\x7f]{0,127}")


def parse_way(text: str) -> tuple[Hop, ...]:
    """`jump1>me@jump2>host` as hops; commas may stand for the arrows."""
    parts = [part.strip() for part in re.split(r"[>,]", text)]
    if len(parts) > MOST_HOPS + 1:
        raise Invalid(f"a way has at most {MOST_HOPS} jump hosts", field="hops")
    return tuple(parse_hop(part) for part in parts)


def parse_hop(text: str, *, port: int = SSH_PORT) -> Hop:
    """`user@host:port`, the address of version 6 in brackets when a port follows."""
    user, at, host = text.strip().rpartition("@")
    if at and (not user or not _USER.fullmatch(user)):
        raise Invalid(f"“{user[:40]}” is no user name", field="user")
    if bracketed := re.fullmatch(r"\[([^\]]+)\](?::(\d{1,5}))?", host):
        host, number = bracketed[1], bracketed[2]
    elif host.count(":") == 1:
        host, _, number = host.partition(":")
    else:
        number = None
    if not is_host(host):
        raise Invalid(f"“{host[:80]}” is neither a name nor an address", field="host")
    found = port if number is None else int(number) if number.isdigit() else 0
    if not 0 < found < 65_536:
        raise Invalid("a port is a number from 1 to 65535", field="port")
    return Hop(host, found, user)
