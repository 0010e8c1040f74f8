"""Command lines that change devices, and files sent to them (asyncssh).

One line at a time: what a device answers to it is read before the next is sent. Answers are bounded
in size and time, and a device that falls silent is Unreachable, never waited for without end.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncssh

from noc_console.adapters.command_line import _plain
from noc_console.adapters.ssh.jumps import Jumps
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.configs.model import Script
from noc_console.services.credentials.model import SshLogin
from noc_console.services.flights.ports import Line
from noc_console.services.ways.model import Door

CONNECT_S = 15.0
QUIET_S = 60.0
"""A commit on a large router takes its time."""
LONGEST_S = 1_800.0
"""Of one answer, however steadily it drips."""
PUT_S = 3_600.0
LARGEST = 16 << 20
BLOCK = 32 << 10
_QUESTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)save\??\s*\[yes/no\]\s*:\s*$"), "no"),
    (re.compile(r"\(yes/no/cancel\)\?\s*\[cancel\]:\s*$"), "no"),
    (re.compile(r"\[confirm\]\s*$"), ""),
    (re.compile(r"(?i)\[yes,no\]\s*\((?:yes|no)\)\s*$"), "yes"),
    (re.compile(r"(?i)destination file ?name \[[^\]]*\]\?\s*$"), ""),
    (re.compile(r"(?i)\[y/n\](?:\s*\[[yn]\])?\s*[:?]?\s*$"), "y"),
)
"""What devices ask before they do what they were told, and what we say: do it, save nothing."""
_MOST_QUESTIONS = 6
_PASSWORD = re.compile(r"(?i)pass(?:word|phrase|code)[^:\n]{0,60}: ?$")


class SshWires:
    """See `services.flights.ports.Wires`."""

    def __init__(self, jumps: Jumps | None = None, *, quiet_s: float = QUIET_S) -> None:
        self._jumps = jumps or Jumps()
        self._quiet_s = quiet_s

    def open(
        self, door: Door, login: SshLogin, script: Script
    ) -> AbstractAsyncContextManager[Line]:
        """Log in, silence the pager, hand out the line."""
        return self._opened(door, login, script)

    async def put(
        self,
        door: Door,
        login: SshLogin,
        *,
        source: Path,
        target: str,
        by: str,
        told: Callable[[int], None],
    ) -> None:
        """Send a file, with progress."""
        # Whoever changes nothing need not wait for the library.
        import asyncssh

        from noc_console.adapters.ssh.errors import translated

        def progress(_source: bytes, _target: bytes, done: int, _whole: int) -> None:
            told(done)

        try:
            async with asyncio.timeout(PUT_S), self._connected(door, login) as connection:
                if by == "scp":
                    to = (connection, target)
                    await asyncssh.scp(str(source), to, block_size=BLOCK, progress_handler=progress)
                    return
                async with connection.start_sftp_client() as sftp:
                    await sftp.put(str(source), target, block_size=BLOCK, progress_handler=progress)
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise translated(door.host, error) from error

    @asynccontextmanager
    async def _opened(self, door: Door, login: SshLogin, script: Script) -> AsyncIterator[Line]:
        # For the same reason as in `put`.
        import asyncssh

        from noc_console.adapters.ssh.errors import translated

        try:
            async with (
                self._connected(door, login) as connection,
                connection.create_process(
                    term_type="vt100", term_size=(511, 24), encoding="utf-8", errors="replace"
                ) as process,
            ):
                line = _SshLine(door.host, process, script, self._quiet_s)
                async with asyncio.timeout(LONGEST_S):
                    await line.begin(login.enable or login.password)
                yield line
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise translated(door.host, error) from error

    def _connected(
        self, door: Door, login: SshLogin
    ) -> AbstractAsyncContextManager[asyncssh.SSHClientConnection]:
        # For the same reason as in `put`.
        from noc_console.adapters.ssh.programs import connected

        return connected(door, login, self._jumps, connect_s=CONNECT_S)


class _SshLine:
    """Prompt, line, answer; and the questions in between."""

    def __init__(
        self, host: str, process: asyncssh.SSHClientProcess[str], script: Script, quiet_s: float
    ) -> None:
        self._host, self._process, self._script = host, process, script
        self._quiet_s = quiet_s
        self._last = ""

    async def begin(self, enable: Secret) -> None:
        """From the login to a prompt that takes everything."""
        await self._answer()
        if self._script.enable and self._last.rstrip().endswith(">"):
            self._process.stdin.write(self._script.enable + "\n")
            await self._answer(secret=enable)
        for line in self._script.paging:
            await self.ask(line)

    async def ask(self, line: str) -> str:
        self._process.stdin.write(line + "\n")
        async with asyncio.timeout(LONGEST_S):
            return self._clean(await self._answer(), line)

    async def _answer(self, secret: Secret | None = None) -> str:
        """What is printed until a prompt; pagers get their blank, questions their answer."""
        parts: list[str] = []
        size = asked = 0
        while True:
            async with asyncio.timeout(self._quiet_s):
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
            self._last = _plain("".join(parts[-3:])[-2_000:]).rpartition("\n")[2]
            if self._is_prompt(self._last):
                return "".join(parts)
            if self._script.more is not None and self._script.more.search(self._last):
                self._process.stdin.write(" ")
                parts.append("\n")
            elif secret is not None and _PASSWORD.search(self._last):
                self._process.stdin.write(secret.reveal() + "\n")
                secret = None
            elif (said := self._said()) is not None and asked < _MOST_QUESTIONS:
                asked += 1
                parts.append("\n")
                self._process.stdin.write(said + "\n")

    def _said(self) -> str | None:
        return next((said for ask, said in _QUESTIONS if ask.search(self._last)), None)

    def _is_prompt(self, last: str) -> bool:
        return bool(self._script.prompt.search(last))

    def _clean(self, answer: str, line: str) -> str:
        """Without the echo, the pager's questions and the prompt."""
        lines = _plain(answer).split("\n")
        if lines and line.strip() and line.strip() in lines[0]:
            lines = lines[1:]
        if lines and self._is_prompt(lines[-1]):
            lines = lines[:-1]
        if (more := self._script.more) is not None:
            lines = [one for one in lines if not more.search(one)]
        return "\n".join(one.rstrip() for one in lines).strip("\n")
