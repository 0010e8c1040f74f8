"""Ways to a device's command line: our own terminals, or the system's program with SSH in it."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath

from PySide6.QtCore import QProcess

from noc_console.views.kit.desk import Route

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_LINUX = (
    ("x-terminal-emulator", ("-e",)),
    ("gnome-terminal", ("--",)),
    ("konsole", ("-e",)),
    ("xfce4-terminal", ("-x",)),
    ("kitty", ()),
    ("alacritty", ("-e",)),
    ("foot", ()),
    ("xterm", ("-e",)),
)
"""Terminal programs in the order they are looked for, and what comes before the command."""


def terminals_of(device_ids: Iterable[int]) -> Route:
    """The place where terminals to these devices are."""
    return Route("terminal", text=" ".join(f"ssh:device:{number}" for number in device_ids))


def ring_of(device_ids: Iterable[int]) -> Route:
    """The ring shell with these devices, in this order."""
    return Route("ring", text="device:" + ",".join(str(number) for number in device_ids))


def ssh_command(address: str, port: int = 22) -> tuple[str, ...]:
    """What one would type, or nothing for what is no address: a device may call itself anything."""
    if not _is_host(address) or not 0 < port < 65_536:
        return ()
    ports = () if port == 22 else ("-p", str(port))
    return ("ssh", *ports, "--", address)


def terminal_command(
    command: tuple[str, ...],
    *,
    find: Callable[[str], str | None] = shutil.which,
    platform: str = sys.platform,
    environment: Mapping[str, str] = os.environ,
) -> tuple[str, ...]:
    """The terminal program of this machine with the command in it; empty when there is none."""
    if not command:
        return ()
    if platform == "win32":
        if terminal := find("wt.exe"):
            return (terminal, *command)
        return ("cmd.exe", "/c", "start", "", *command)
    if platform == "darwin":
        # Terminal.app opens the scheme; the address was checked above.
        port = ("-p",) if "-p" in command else ()
        at = command[command.index("-p") + 1] if port else "22"
        return ("open", f"ssh://{command[-1]}:{at}")
    chosen = environment.get("TERMINAL", "")
    known = dict(_LINUX)
    for name in filter(None, (chosen, *known)):
        if found := find(name):
            return (found, *known.get(PurePath(name).name, ("-e",)), *command)
    return ()


def open_ssh(address: str, port: int = 22) -> bool:
    """Start it; False when there is no terminal program or no such address."""
    command = terminal_command(ssh_command(address, port))
    if not command:
        return False
    started = QProcess.startDetached(command[0], list(command[1:]))
    return bool(started[0] if isinstance(started, tuple) else started)


def _is_host(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return _NAME.fullmatch(text) is not None
    return re.fullmatch(r"[0-9A-Fa-f.:]+(%[A-Za-z0-9_.-]{1,32})?", text) is not None
