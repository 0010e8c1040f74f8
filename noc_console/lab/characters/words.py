"""Words the command lines share: durations, dates, columns, and reading facts off the lab."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from noc_console.lab.model import Device, Port
from noc_console.lab.world import World


def colons(mac: bytes) -> str:
    return mac.hex(":")


def dotted(mac: bytes) -> str:
    """0011.2233.4455, as Cisco and Arista write it."""
    text = mac.hex()
    return f"{text[:4]}.{text[4:8]}.{text[8:]}"


def dashed(mac: bytes) -> str:
    """0011-2233-4455, as Huawei writes it."""
    return dotted(mac).replace(".", "-")


def when(at: float, form: str = "%b %d %H:%M:%S") -> str:
    """A moment in the form a vendor likes, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime(form)


def split_seconds(seconds: float) -> tuple[int, int, int, int]:
    """Days, hours, minutes, seconds."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return days, hour, minute, second


def long_uptime(seconds: float) -> str:
    """ "3 weeks, 2 days, 4 hours, 5 minutes"."""
    days, hour, minute, _ = split_seconds(seconds)
    weeks, day = divmod(days, 7)
    parts = ((weeks, "week"), (day, "day"), (hour, "hour"), (minute, "minute"))
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in parts if n) or "0 minutes"


def columns(rows: Iterable[Sequence[object]], form: str) -> str:
    """One line per row, trailing blanks cut."""
    return "\n".join(form.format(*row).rstrip() for row in rows)


def up_down(world: World, port: Port) -> str:
    return "up" if world.is_up(port) else "down"


def wanted(device: Device, words: list[str]) -> list[Port]:
    """All ports, or those whose name was asked for; names match without regard to case."""
    if not words:
        return device.ports
    asked = words[0].lower()
    return [port for port in device.ports if asked in (port.name.lower(), port.short.lower())]
