"""What snmpd's `pass_persist` runs: an uptime and interfaces whose counters a test decides.

    scripted_interfaces.py STATE.json

The file says `{"booted": …, "ports": [{"name": …, "speed_mbps": …, "octets": …, "wide": …}]}`
and is read anew at every question, so that a test changes a counter by writing it. `booted` is
a moment in seconds since 1970; `octets` is a number, or `"clock"`: microseconds since 1970,
which tells when it was read. A port that is not `wide` has 32-bit counters only, one with
`is_up` false is down.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

UPTIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
IF = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IFX = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)

Oid = tuple[int, ...]
Row = tuple[str, object]


def main(file: Path) -> None:
    """Speak pass_persist: PING, then get, getnext or set until the end of input."""
    while line := sys.stdin.readline().strip():
        if line == "PING":
            answer = ["PONG"]
        elif line in {"get", "getnext"}:
            asked = tuple(map(int, sys.stdin.readline().strip().strip(".").split(".")))
            answer = look(objects(json.loads(file.read_text())), line, asked)
        else:
            sys.stdin.readline()
            sys.stdin.readline()
            answer = ["not-writable"]
        print("\n".join(answer), flush=True)


def look(found: dict[Oid, Row], kind: str, asked: Oid) -> list[str]:
    name = asked if kind == "get" else min((n for n in found if n > asked), default=())
    if name not in found:
        return ["NONE"]
    tag, value = found[name]
    return ["." + ".".join(map(str, name)), tag, str(value)]


def objects(state: dict[str, Any]) -> dict[Oid, Row]:
    uptime = int(100 * (time.time() - state["booted"]))
    found: dict[Oid, Row] = {UPTIME: ("timeticks", uptime % 2**32)}
    for index, port in enumerate(state["ports"], start=1):
        octets = port["octets"]
        octets = int(time.time() * 1e6) if octets == "clock" else int(octets)
        narrow = octets % 2**32
        speed = int(port["speed_mbps"])
        table: dict[int, Row] = {
            1: ("integer", index),
            2: ("string", port["name"]),
            3: ("integer", 6),
            5: ("gauge", min(speed * 10**6, 2**32 - 1)),
            7: ("integer", 1),
            8: ("integer", 1 if port.get("is_up", True) else 2),
            **dict.fromkeys((10, 16), ("counter", narrow)),
            **dict.fromkeys((11, 17), ("counter", octets // 1000 % 2**32)),
            **dict.fromkeys((12, 13, 14, 18, 19, 20), ("counter", 0)),
        }
        found |= {(*IF, column, index): row for column, row in table.items()}
        wide: dict[int, Row] = {1: ("string", port["name"]), 15: ("gauge", speed)}
        if port.get("wide", True):
            wide |= dict.fromkeys((6, 10), ("counter64", octets % 2**64))
            wide |= dict.fromkeys((7, 11), ("counter64", octets // 1000))
            wide |= dict.fromkeys((8, 9, 12, 13), ("counter64", 0))
        found |= {(*IFX, column, index): row for column, row in wide.items()}
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
