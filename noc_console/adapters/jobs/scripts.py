"""Scripts of one's own: a program beside us, once for each device.

It learns of its device by the environment (`NOC_DEVICE`, `NOC_ADDRESS`, `NOC_PORT`, `NOC_PLATFORM`,
`NOC_DEVICE_ID`, `NOC_GROUPS`, `NOC_VARIABLES`) and of the login by a pipe whose path is in
`NOC_LOGIN`: one JSON object with `user`, `password`, `enable`, `key`, `passphrase` and the
`host_keys` that are trusted. So a secret stands in no file, no argument and no environment, and
whoever does not want it does not read it. A device behind jump hosts has a port of this machine
meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from noc_console.adapters.jobs import beside
from noc_console.adapters.jobs.leading import led
from noc_console.adapters.ssh.jumps import Jumps
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.kernel.text import visible
from noc_console.services.jobs.model import LARGEST_ANSWER
from noc_console.services.jobs.ports import Host, Ran, Script

SHELL = "/bin/sh"
MOST_LOGIN = 60_000
"""Bytes that fit a pipe nobody reads yet (pipe(7): 64 KiB)."""


class OwnScripts:
    """Runs scripts, each with a private folder and a keeper."""

    def __init__(self, jumps: Jumps | None = None) -> None:
        self._jumps = jumps or Jumps()

    async def run(self, script: Script) -> Ran:
        """See `services.jobs.ports.Scripts`."""
        if sys.platform == "win32":
            raise Refused("scripts of one's own run where the collector is a Linux or macOS")
        if script.folder and not await asyncio.to_thread(Path(script.folder).is_dir):
            raise Refused(f"there is no folder {script.folder} where the collector runs")
        interpreter = await asyncio.to_thread(_interpreter, script.text)
        async with AsyncExitStack() as stack:
            hosts, lost = await led((script.host,), self._jumps, stack)
            if lost:
                raise Unreachable(lost[0].counts, peer=script.host.name)
            place = await asyncio.to_thread(beside.made_place)
            try:
                await asyncio.to_thread(beside.write, place / "script", script.text)
                return await self._run(script, hosts[0], place, interpreter)
            finally:
                await asyncio.to_thread(shutil.rmtree, place, True)

    async def _run(self, script: Script, host: Host, place: Path, words: list[str]) -> Ran:
        said = _Said()
        code, note = await beside.run(
            place,
            _login(host),
            lambda _: [*words, str(place / "script")],
            folder=script.folder or place,
            environment=lambda descriptor: _environment(script, host, place, descriptor),
            said=said.take,
            timeout_s=script.timeout_s,
        )
        return Ran(code, said.text, note or (f"it ended with {code}" if code else ""))


class _Said:
    """What it prints, as far as it is kept."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0

    async def take(self, text: str) -> None:
        if self._size < LARGEST_ANSWER:
            self._size += len(text)
            self._parts.append(text)

    @property
    def text(self) -> str:
        return "".join(self._parts)[:LARGEST_ANSWER]


def _interpreter(text: str) -> list[str]:
    """What runs it: its `#!` line, else the shell. The script itself need not be executable, for
    the folder may lie where nothing is. Raises Refused for one that is not there."""
    first = text.split("\n", 1)[0].strip()
    if not first.startswith("#!"):
        return [SHELL]
    try:
        words = shlex.split(first[2:])
    except ValueError:
        words = []
    if not words:
        raise Refused("its #! line names no program")
    if shutil.which(words[0]) is None:
        raise Refused(f"there is no {visible(words[0], limit=80)} where the collector runs")
    return words


def _environment(script: Script, host: Host, place: Path, descriptor: int) -> dict[str, str]:
    """Nothing of ours but what is told of the device: no token of the console, no agent."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    return {
        **kept,
        "HOME": str(place),
        "PYTHONUNBUFFERED": "1",
        "NOC_DEVICE": host.name,
        "NOC_DEVICE_ID": str(host.device_id),
        "NOC_ADDRESS": host.door.host,
        "NOC_PORT": str(host.door.port),
        "NOC_PLATFORM": host.platform,
        "NOC_GROUPS": ",".join(host.groups),
        "NOC_VARIABLES": script.variables or "{}",
        "NOC_LOGIN": f"/dev/fd/{descriptor}",
    }


def _login(host: Host) -> bytes:
    """For whoever reads it; `{}` where the vault has none for the device."""
    made: dict[str, object] = {}
    if (login := host.login) is not None:
        made = {
            "user": login.user,
            "password": login.password.reveal(),
            "enable": login.enable.reveal(),
            "key": login.key.reveal(),
            "passphrase": login.passphrase.reveal(),
            "host_keys": [key.key for key in host.door.keys],
        }
    told = json.dumps(made).encode()
    if len(told) > MOST_LOGIN:
        raise Refused("its login is too long to be handed over")
    return told
