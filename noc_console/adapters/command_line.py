"""Command lines of devices over SSH (asyncssh): one command asked, its answer read, and away.

The host key is checked before the password is sent. Answers are bounded in size and time;
the pager is answered, the echo and the prompt are taken off.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncssh

from noc_console.adapters.ssh.jumps import Jumps
from noc_console.kernel.errors import AuthRejected, Refused, Unreachable
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
_PASSWORD = re.compile(r"(?i)pass(?:word|phrase|code)[^:\n]{0,60}: ?$")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78]|[\x00\x07\x0b\x0c]")


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
                talk = _Talk(door.host, process, script)
                await talk.answer()
                if script.enable and talk.prompt.endswith(">"):
                    await talk.rise(login.enable or login.password)
                for line in script.paging:
                    await talk.ask(line)
                return talk.clean(await talk.ask(script.command), script.command)
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise translated(door.host, error) from error


class _Talk:
    """Prompt, command, answer."""

    def __init__(self, host: str, process: asyncssh.SSHClientProcess[str], script: Script) -> None:
        self._host, self._process, self._script = host, process, script
        self._is_low = False
        self.prompt = ""
        """The line that waited for a command last."""

    async def rise(self, secret: Secret) -> None:
        """Ask for the right to see what is set up; the device asks for its password."""
        self._process.stdin.write(self._script.enable + "\n")
        told = await self.answer(or_asked=True)
        if _PASSWORD.search(_plain(told[-200:])):
            self._process.stdin.write(secret.reveal() + "\n")
            told = await self.answer(or_asked=True)
        if _PASSWORD.search(_plain(told[-200:])):
            raise AuthRejected(f"{self._host} refused the enable password", peer=self._host)
        # Without more rights many a device shows its configuration all the same: asking tells.
        self._is_low = self.prompt.endswith(">")

    async def ask(self, command: str) -> str:
        self._process.stdin.write(command + "\n")
        return await self.answer()

    async def answer(self, *, or_asked: bool = False) -> str:
        """What is printed until the prompt (or a password is asked); the pager gets its blank."""
        parts: list[str] = []
        size = 0
        while True:
            async with asyncio.timeout(QUIET_S):
                part = await self._process.stdout.read(65_536)
            if not part:
                raise Unreachable(f"{self._host} hung up", peer=self._host, reason="closed")
            size += len(part)
            if size > LARGEST:
                raise Unreachable(
                    f"{self._host} printed more than {LARGEST >> 20} MiB",
                    peer=self._host,
                    reason="malformed",
                )
            parts.append(part)
            last = _plain("".join(parts[-3:])[-2_000:]).rpartition("\n")[2]
            if self._script.prompt.search(last):
                self.prompt = last.strip()
                return "".join(parts)
            if or_asked and _PASSWORD.search(last):
                return "".join(parts)
            if self._script.more is not None and self._script.more.search(last):
                self._process.stdin.write(" ")
                parts.append("\n")

    def clean(self, answer: str, command: str) -> str:
        """The answer without the echo, the pager's questions and the prompt."""
        lines = _plain(answer).split("\n")
        more, error = self._script.more, self._script.error
        if lines and command.strip() in lines[0]:
            lines = lines[1:]
        if lines and self._script.prompt.search(lines[-1]):
            lines = lines[:-1]
        if more is not None:
            lines = [line for line in lines if not more.search(line)]
        if error is not None and (bad := next((x for x in lines[:3] if error.search(x)), None)):
            if self._is_low:
                raise AuthRejected(f"{self._host} refused the enable password", peer=self._host)
            raise Refused(f"{self._host} refused “{command}”: {visible(bad.strip(), limit=200)}")
        return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def _plain(text: str) -> str:
    """Without terminal commands; a line written over is what it was last."""
    text = _CONTROL.sub("", text).replace("\r\n", "\n").replace("\r\r\n", "\n")
    lines = []
    for line in text.split("\n"):
        last = line.rstrip("\r").rpartition("\r")[2]
        lines.append(_backspaced(last))
    return "\n".join(lines)


def _backspaced(line: str) -> str:
    if "\b" not in line:
        return line
    kept: list[str] = []
    for character in line:
        if character == "\b":
            if kept:
                kept.pop()
        else:
            kept.append(character)
    return "".join(kept)
