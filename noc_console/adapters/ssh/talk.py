"""Talks at command lines of devices: a line, what is printed until the prompt, and pagers between.

What a device prints is bounded in size, and its silence in time. Whoever asks reads the answers.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncssh

from noc_console.kernel.errors import Unreachable

ASKS_PASSWORD = re.compile(r"(?i)pass ?(?:word|phrase|code)[^:\n]{0,60}: ?$")
READ = 65_536
TAIL = 2_000
"""Characters from the end in which the last line is looked for."""
_CONTROL = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\n]{0,400}\x07|\x1b[=>78]|[\x00\x07\x0b\x0c]"
)


class Manner(Protocol):
    """How a command line is recognised; drivers know it, and scripts made of them."""

    @property
    def prompt(self) -> re.Pattern[str]: ...

    @property
    def more(self) -> re.Pattern[str] | None: ...


class Silent(TimeoutError):
    """A device stopped in the middle of an answer."""

    def __init__(self, printed: str) -> None:
        super().__init__("silent")
        self.printed = printed


class Talk:
    """An open command line."""

    def __init__(
        self,
        host: str,
        process: asyncssh.SSHClientProcess[str],
        manner: Manner,
        *,
        quiet_s: float,
        largest: int,
    ) -> None:
        self._host, self._process, self._manner = host, process, manner
        self._quiet_s, self._largest = quiet_s, largest
        self.last = ""
        """The last line that was printed: where nothing else is asked, the prompt."""

    def say(self, line: str) -> None:
        self._process.stdin.write(line + "\n")

    def press(self, key: str) -> None:
        """A key that needs no Enter."""
        self._process.stdin.write(key)

    async def ask(self, line: str) -> str:
        self.say(line)
        return await self.answer()

    async def answer(
        self,
        *,
        until: re.Pattern[str] | None = None,
        reply: Callable[[str], str | None] = lambda _line: None,
    ) -> str:
        """What is printed until the prompt, or until a last line like `until`.

        The pager gets its blank, any other question what `reply` says to it. Raises Unreachable,
        and Silent.
        """
        parts: list[str] = []
        size = 0
        end = ""
        while True:
            part = await self._read(parts)
            size += len(part)
            if size > self._largest:
                raise Unreachable(
                    f"{self._host} printed more than {self._largest >> 20} MiB",
                    peer=self._host,
                    reason="malformed",
                )
            parts.append(part)
            # By its size: some devices say their prompt letter by letter.
            end = (end + part)[-TAIL:]
            self.last = last_line(end)
            if self._manner.prompt.search(self.last) or (
                until is not None and until.search(self.last)
            ):
                return "".join(parts)
            if self._manner.more is not None and self._manner.more.search(self.last):
                self._process.stdin.write(" ")
                parts.append("\n")
                end = ""
            elif (said := reply(self.last)) is not None:
                self.say(said)
                parts.append("\n")
                end = ""

    async def _read(self, parts: list[str]) -> str:
        try:
            async with asyncio.timeout(self._quiet_s):
                part = await self._process.stdout.read(READ)
        except TimeoutError as error:
            raise Silent("".join(parts)) from error
        if not part:
            raise Unreachable(f"{self._host} hung up", peer=self._host, reason="closed")
        return part

    def lines(self, answer: str, line: str) -> list[str]:
        """The answer without the echo of the line, the pager's questions and the prompt."""
        found = plain(answer).split("\n")
        if found and line.strip() and line.strip() in found[0]:
            found = found[1:]
        if found and self._manner.prompt.search(found[-1]):
            found = found[:-1]
        more = self._manner.more
        return found if more is None else [each for each in found if not more.search(each)]


def last_line(printed: str) -> str:
    """What stands in the line of the cursor."""
    return plain(printed[-TAIL:]).rpartition("\n")[2]


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
