"""Lines asked of devices over SSH (asyncssh), one login for all of them.

The host key is the one that was trusted; no agent, no configuration of the machine's user is used.
The pager is answered, echo and prompt are taken off, answers are bounded in size and time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncssh

from noc_console.adapters.ssh.jumps import Jumps
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.kernel.text import visible
from noc_console.services.credentials.model import SshLogin
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.jobs.model import LARGEST_ANSWER, Answer
from noc_console.services.terminal.judging import Verdict, judge
from noc_console.services.ways.model import Door

QUIET_S = 30.0
"""Longest silence within an answer: a large router thinks before it prints."""
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\x1b[=>78]|[\x00\x07\x0b\x0c]")
_PASSWORD = re.compile(r"(?i)pass ?word[^:\n]*: ?$")


class JobShells:
    """Speaks SSH to devices; old algorithms only to those that somebody allowed them."""

    def __init__(self, jumps: Jumps | None = None) -> None:
        self._jumps = jumps or Jumps()

    async def ask(
        self,
        door: Door,
        login: SshLogin,
        driver: Driver,
        lines: Sequence[str],
        *,
        timeout_s: float,
    ) -> tuple[Answer, ...]:
        """See `services.jobs.ports.Shells`."""
        # Whoever runs no job need not wait for the library.
        import asyncssh

        from noc_console.adapters.ssh.errors import translated
        from noc_console.adapters.ssh.programs import connected

        try:
            async with (
                asyncio.timeout(timeout_s),
                connected(door, login, self._jumps) as connection,
                connection.create_process(
                    term_type="vt100", term_size=(511, 24), encoding="utf-8", errors="replace"
                ) as process,
            ):
                talk = _Talk(door.host, process, driver)
                await talk.answer()
                await talk.enable(login)
                for line in driver.paging:
                    # Some switch their pager off by a configuration: then it is answered instead.
                    if judge(driver, line).verdict is Verdict.READS:
                        await talk.ask(line)
                return tuple([talk.told(await talk.ask(line), line) for line in lines])
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise translated(door.host, error) from error


class _Talk:
    """Prompt, line, answer."""

    def __init__(self, host: str, process: asyncssh.SSHClientProcess[str], driver: Driver) -> None:
        self._host, self._process, self._driver = host, process, driver

    async def ask(self, line: str) -> str:
        self._process.stdin.write(line + "\n")
        return await self.answer()

    async def enable(self, login: SshLogin) -> None:
        """Ask for full rights where the platform has them apart and the vault has the word."""
        if not (self._driver.enable and login.enable):
            return
        self._process.stdin.write(self._driver.enable + "\n")
        asked = await self._until(_PASSWORD)
        if _PASSWORD.search(asked[-200:]):
            self._process.stdin.write(login.enable.reveal() + "\n")
            answer = await self._until(_PASSWORD)
            if _PASSWORD.search(answer[-200:]):
                raise AuthRejected(f"{self._host} refused the enable word", peer=self._host)

    async def answer(self) -> str:
        """What is printed until the prompt; the pager gets its blank."""
        return await self._until(None)

    async def _until(self, other: re.Pattern[str] | None) -> str:
        """Until the prompt, or until another question."""
        parts: list[str] = []
        size = 0
        while True:
            try:
                async with asyncio.timeout(QUIET_S):
                    part = await self._process.stdout.read(65_536)
            except TimeoutError as error:
                raise self._silent("".join(parts)) from error
            if not part:
                raise Unreachable(f"{self._host} hung up", peer=self._host, reason="closed")
            size += len(part)
            if size > 2 * LARGEST_ANSWER:
                raise Unreachable(
                    f"{self._host} printed more than {2 * LARGEST_ANSWER >> 20} MiB",
                    peer=self._host,
                    reason="malformed",
                )
            parts.append(part)
            last = plain("".join(parts[-3:])[-2_000:]).rpartition("\n")[2]
            if self._driver.prompt.search(last) or (other is not None and other.search(last)):
                return "".join(parts)
            if self._driver.more is not None and self._driver.more.search(last):
                self._process.stdin.write(" ")
                parts.append("\n")

    def _silent(self, printed: str) -> Unreachable:
        last = visible(plain(printed[-2_000:]).rpartition("\n")[2], limit=80)
        told = f"“{last}” is no prompt of its platform" if last.strip() else "no prompt came"
        return Unreachable(
            f"{self._host} fell silent for {QUIET_S:g} s: {told}", peer=self._host, reason="timeout"
        )

    def told(self, answer: str, line: str) -> Answer:
        """The answer without the echo, the pager's questions and the prompt."""
        lines = plain(answer).split("\n")
        more, error = self._driver.more, self._driver.error
        if lines and line.strip() in lines[0]:
            lines = lines[1:]
        if lines and self._driver.prompt.search(lines[-1]):
            lines = lines[:-1]
        if more is not None:
            lines = [each for each in lines if not more.search(each)]
        bad = next((x for x in lines[:3] if error.search(x)), "") if error is not None else ""
        text = "\n".join(each.rstrip() for each in lines).strip("\n") + "\n"
        # Some point at the place with a caret in a line of its own.
        words = " ".join(each.strip() for each in lines[:3] if each.strip(" ^"))
        note = f"“{line}” was refused: {visible(words, limit=200)}" if bad else ""
        return Answer(line, text, note=note)


def plain(text: str) -> str:
    """Without terminal commands; a line written over is what it was last."""
    text = _CONTROL.sub("", text).replace("\r\r\n", "\n").replace("\r\n", "\n")
    return "\n".join(
        _backspaced(line.rstrip("\r").rpartition("\r")[2]) for line in text.split("\n")
    )


def _backspaced(line: str) -> str:
    if "\b" not in line:
        return line
    kept: list[str] = []
    for character in line:
        if character != "\b":
            kept.append(character)
        elif kept:
            kept.pop()
    return "".join(kept)
