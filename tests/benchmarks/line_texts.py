"""Log lines as a provider's devices write them, many and fast, the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Iterator

from noc_console.db.lines import Line

DEVICES = 5_000
EVERY_MS = 60
"""Between two lines: ten million are a week."""

_LINEPROTO = "Line protocol on Interface {port}, changed state to {state}"
_IDLE = (
    "RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer {ip} (External AS {number}) changed state from "
    "Established to Idle"
)
_LINK_DOWN = (
    "SNMP_TRAP_LINK_DOWN: ifIndex {number}, ifAdminStatus up(1), ifOperStatus down(2), "
    "ifName {port}"
)
_LINK_STATE = "The line protocol IP on the interface {port} has entered the {state} state."
_TEMPLATES = (
    ("syslog", 23, 3, "%LINK-3-UPDOWN", "Interface {port}, changed state to {state}"),
    ("syslog", 23, 5, "%LINEPROTO-5-UPDOWN", _LINEPROTO),
    ("syslog", 23, 5, "%BGP-5-ADJCHANGE", "neighbor {ip} {updown} {why}"),
    ("syslog", 23, 5, "%SYS-5-CONFIG_I", "Configured from console by {user} on vty0 ({ip})"),
    ("syslog", 4, 6, "sshd", "Accepted publickey for {user} from {ip} port {number} ssh2"),
    ("syslog", 4, 4, "sshd", "Failed password for {user} from {ip} port {number} ssh2"),
    ("syslog", 3, 6, "rpd", _IDLE),
    ("syslog", 3, 4, "mib2d", _LINK_DOWN),
    ("syslog", 20, 4, "IFNET/4/LINK_STATE", _LINK_STATE),
    ("syslog", 20, 6, "system,info,account", "user {user} logged in from {ip} via winbox"),
    ("syslog", 0, 7, "kernel", "eth{small}: {number} packets dropped by filter rule {small}"),
    ("syslog", 9, 6, "dhcpd", "DHCPACK on {ip} to {mac} via {port}"),
    ("trap", -1, 3, "", "link down: interface {port}"),
    ("trap", -1, 5, "", "link up: interface {port}"),
)
"""Kind, facility, severity, program and text."""
_WEIGHTS = (4, 4, 6, 3, 12, 10, 6, 3, 5, 8, 14, 20, 3, 2)
_WHY = ("BGP Notification sent", "Hold time expired", "Peer closed the session", "Admin reset")
_USERS = ("noc", "backup", "oxidized", "mira", "jonas", "root", "admin")


def lines(count: int, *, start_ms: int, seed: int = 4, first_id: int = 1) -> Iterator[Line]:
    """`count` lines, oldest first, `EVERY_MS` apart."""
    chance = random.Random(seed)
    draw, bits = chance.random, chance.getrandbits
    chosen = [t for t, w in zip(_TEMPLATES, _WEIGHTS, strict=True) for _ in range(w)]
    ports = [f"{kind}{a}/{b}/{c}" for kind in ("GigabitEthernet", "TenGigE", "xe-", "ge-")
             for a in range(2) for b in range(4) for c in range(24)]  # fmt: skip
    for n in range(count):
        kind, facility, severity, app, text = chosen[int(draw() * len(chosen))]
        device = int(draw() * DEVICES)
        r = bits(32)
        told = text.format(
            port=ports[r % len(ports)],
            state="down" if r & 1 else "up",
            updown="Down" if r & 1 else "Up",
            why=_WHY[r % 4],
            ip=f"10.{r & 63}.{r >> 6 & 255}.{r >> 14 & 255}",
            number=1024 + (r >> 8) % 60_000,
            small=r % 8,
            user=_USERS[r % 7],
            mac=f"52:54:{r & 255:02x}:{r >> 8 & 255:02x}:{r >> 16 & 255:02x}:{r >> 24:02x}",
        )
        yield Line(
            at=start_ms + n * EVERY_MS,
            tenant="acme",
            device=device,
            source=f"10.200.{device >> 8}.{device & 255}",
            kind=kind,
            severity=severity,
            facility=facility,
            text=f"{app}: {told}" if app else told,
            more=(f"router-{device}", app),
            id=first_id + n,
        )
