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

from noc_console.adapters.ssh.jumps import Jumps
from noc_console.adapters.ssh.talk import ASKS_PASSWORD, Talk, plain
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
    # VRP asks for the name of the file, once, and words its question in two ways.
    (re.compile(r"(?i)file ?name\s*\([^()]*\)\s*\[[^\]]*\]\s*:\s*$"), ""),
    (re.compile(r"(?i)[\[(]y/n[\])](?:\s*\[[yn]\])?\s*[:?]?\s*$"), "y"),
)
"""What devices ask before they do what they were told, and what we say: do it, save nothing."""
_MOST_QUESTIONS = 6


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
                talk = Talk(door.host, process, script, quiet_s=self._quiet_s, largest=LARGEST)
                line = _SshLine(talk, script)
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
    """A line that answers the questions in between."""

    def __init__(self, talk: Talk, script: Script) -> None:
        self._talk, self._script = talk, script

    async def begin(self, enable: Secret) -> None:
        """From the login to a prompt that takes everything."""
        await self._talk.answer(reply=_Replies())
        if self._script.enable and self._talk.last.rstrip().endswith(">"):
            self._talk.say(self._script.enable)
            await self._talk.answer(reply=_Replies(enable))
        for line in self._script.paging:
            await self.ask(line)

    async def ask(self, line: str) -> str:
        self._talk.say(line)
        async with asyncio.timeout(LONGEST_S):
            answer = await self._talk.answer(reply=_Replies())
        lines = self._talk.lines(answer, line)
        return "\n".join(one.rstrip() for one in lines).strip("\n")

    async def press(self, key: str, *, told: re.Pattern[str], asks: re.Pattern[str]) -> str:
        self._talk.press(key)
        printed = ""
        async with asyncio.timeout(LONGEST_S):
            # A prompt that was drawn anew before is no answer: what has to be told comes first.
            while not (told.search(printed) or asks.search(printed)):
                printed += plain(await self._talk.answer(until=asks))
        return printed

    def push(self, key: str) -> None:
        self._talk.press(key)

    @property
    def prompt(self) -> str:
        return self._talk.last


class _Replies:
    """What is said to the questions within one answer: a few, and a secret once."""

    def __init__(self, secret: Secret | None = None) -> None:
        self._secret = secret
        self._said = 0

    def __call__(self, asked: str) -> str | None:
        if self._secret is not None and ASKS_PASSWORD.search(asked):
            secret, self._secret = self._secret, None
            return secret.reveal()
        said = next((said for ask, said in _QUESTIONS if ask.search(asked)), None)
        if said is None or self._said >= _MOST_QUESTIONS:
            return None
        self._said += 1
        return said
