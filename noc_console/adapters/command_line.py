"""Command lines of devices over SSH (asyncssh): one command asked, its answer read, and away.

The host key is checked before the password is sent. Answers are bounded in size and time;
the pager is answered, the echo and the prompt are taken off.
"""

from __future__ import annotations

import asyncio

from noc_console.adapters.ssh.jumps import Jumps
from noc_console.adapters.ssh.talk import ASKS_PASSWORD, Talk
from noc_console.kernel.errors import AuthRejected, Refused
from noc_console.kernel.secret import Secret
from noc_console.kernel.text import visible
from noc_console.services.configs.model import Script
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.ways.model import Door

QUIET_S = 20.0
"""Longest silence within an answer: a large router thinks before it prints."""
WHOLE_S = 180.0
LARGEST = 16 << 20
"""Characters of an answer."""


class SshCommandLine:
    """Speaks SSH to devices; old algorithms only to those that somebody allowed them."""

    def __init__(self, jumps: Jumps | None = None) -> None:
        self._jumps = jumps or Jumps()

    async def host_key(self, door: Door) -> HostKey:
        """The key the device shows, the best kind it has."""
        # Whoever reads no configuration need not wait for the library.
        from noc_console.adapters.ssh import programs

        return await programs.host_key(door, self._jumps)

    async def run(self, door: Door, login: SshLogin, script: Script) -> str:
        """See `services.configs.ports.CommandLine`."""
        # For the same reason as in `host_key`.
        import asyncssh

        from noc_console.adapters.ssh.errors import translated
        from noc_console.adapters.ssh.programs import connected

        try:
            async with (
                asyncio.timeout(WHOLE_S),
                connected(door, login, self._jumps) as connection,
                connection.create_process(
                    term_type="vt100", term_size=(511, 24), encoding="utf-8", errors="replace"
                ) as process,
            ):
                talk = Talk(door.host, process, script, quiet_s=QUIET_S, largest=LARGEST)
                await talk.answer()
                is_low = False
                if script.enable and _is_low(talk):
                    secret = login.enable or login.password
                    is_low = await _rise(talk, door.host, script, secret)
                for line in script.paging:
                    await talk.ask(line)
                answer = await talk.ask(script.command)
                return _told(talk.lines(answer, script.command), door.host, script, is_low=is_low)
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise translated(door.host, error) from error


async def _rise(talk: Talk, host: str, script: Script, secret: Secret) -> bool:
    """Ask for the right to see what is set up; whether it was not given, without a word."""
    talk.say(script.enable)
    await talk.answer(until=ASKS_PASSWORD)
    if ASKS_PASSWORD.search(talk.last):
        talk.say(secret.reveal())
        await talk.answer(until=ASKS_PASSWORD)
    if ASKS_PASSWORD.search(talk.last):
        raise AuthRejected(f"{host} refused the enable password", peer=host)
    # Without more rights many a device shows its configuration all the same: asking tells.
    return _is_low(talk)


def _is_low(talk: Talk) -> bool:
    return talk.last.strip().endswith(">")


def _told(lines: list[str], host: str, script: Script, *, is_low: bool) -> str:
    """The answer, or what the device has against it."""
    error = script.error
    if error is not None and (bad := next((x for x in lines[:3] if error.search(x)), None)):
        if is_low:
            raise AuthRejected(f"{host} refused the enable password", peer=host)
        raise Refused(f"{host} refused “{script.command}”: {visible(bad.strip(), limit=200)}")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"
