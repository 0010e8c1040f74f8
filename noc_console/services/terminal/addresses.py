"""Targets as one word: what routes, saved sessions, the palette and the command line carry.

`ssh:device:7`, `ssh:mira@10.0.0.1:22`, `ssh:jump1>me@jump2>10.0.0.1`, `telnet:10.0.0.1:23`,
`serial:/dev/ttyS0@9600,7E1,rts/cts`, `shell`.
"""

from __future__ import annotations

import re

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.connecting import (
    TELNET_PORT,
    FlowControl,
    LinkKind,
    Parity,
    SerialLine,
    Target,
)
from noc_console.services.ways.hops import parse_hop, parse_way

_SHAPE = re.compile(r"([5-8])([NEO])(1|1\.5|2)")
_LONGEST = 4096
BAUDS = (300, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)


def parse(text: str) -> Target:
    """The target of an address; a bare `host` means SSH. Raises Invalid.

    A device's number is resolved by the session service, which asks the inventory.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        raise Invalid("where to: ssh:host, telnet:host, serial:/dev/ttyS0 or shell", field="to")
    if text == "shell":
        return Target("Local shell", LinkKind.SHELL)
    kind, _, rest = text.partition(":")
    if kind == "serial":
        line = parse_line(rest)
        return Target(line.path.rpartition("/")[2], LinkKind.SERIAL, line=line)
    if kind == "telnet":
        hop = parse_hop(rest, port=TELNET_PORT)
        return Target(hop.host, LinkKind.TELNET, hop.host, hop.port, hop.user)
    way = rest if kind == "ssh" else text
    if found := re.fullmatch(r"device:(\d{1,18})", way):
        number = int(found[1])
        return Target(f"device {number}", LinkKind.SSH, device_id=number)
    *hops, last = parse_way(way)
    return Target(last.host, LinkKind.SSH, last.host, last.port, last.user, hops=tuple(hops))


def parse_line(text: str) -> SerialLine:
    """`/dev/ttyS0@9600,7E1,rts/cts`; what is left out is 9600, 8N1 and no flow control."""
    path, _, rest = text.strip().partition("@")
    if not path or "\x00" in path:
        raise Invalid("a serial line needs its port, e.g. /dev/ttyUSB0 or COM3", field="line")
    baud, shape, flow = 9600, "8N1", FlowControl.NONE
    for number, word in enumerate(filter(None, rest.split(","))):
        if number == 0 and word.isdigit():
            baud = int(word)
        elif _SHAPE.fullmatch(word):
            shape = word
        elif word in set(FlowControl):
            flow = FlowControl(word)
        else:
            raise Invalid(f"“{word[:40]}” says nothing about a serial line", field="line")
    if not 50 <= baud <= 4_000_000:
        raise Invalid("a speed is 50 to 4000000 baud", field="baud")
    found = _SHAPE.fullmatch(shape)
    assert found is not None
    bits, parity, stop = int(found[1]), Parity(found[2]), float(found[3])
    return SerialLine(path, baud, bits, parity, stop, flow)
