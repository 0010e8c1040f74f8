"""Command lines: a vendor's words, their abbreviations and their complaints.

Pure text: the SSH server feeds lines in and writes the answers. `Session` also knows `| include`,
pagers being switched off, `exit` and prompts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noc_console.lab.model import Device
    from noc_console.lab.world import World

Handler = Callable[["World", "Device", list[str]], str]
MAX_LINE = 1024


@dataclass(frozen=True, slots=True)
class Command:
    """Words to type; a word in angle brackets takes anything and is handed over."""

    words: tuple[str, ...]
    run: Handler


class Commands:
    """A vendor's vocabulary. With `abbreviates`, "sh int" means "show interfaces"."""

    def __init__(self, *, abbreviates: bool = True, leave: tuple[str, ...] = ("exit",)) -> None:
        self.leave = leave
        self._abbreviates = abbreviates
        self._commands: list[Command] = []

    def add(self, *phrases: str) -> Callable[[Handler], Handler]:
        """Teach commands; several phrases may mean the same."""

        def teach(handler: Handler) -> Handler:
            for phrase in phrases:
                self._commands.append(Command(tuple(phrase.split()), handler))
            return handler

        return teach

    def quiet(self, *phrases: str) -> None:
        """Commands that are obeyed without an answer, such as switching the pager off."""
        self.add(*phrases)(lambda _world, _device, _words: "")

    def find(self, line: str) -> tuple[Command, list[str]] | None:
        """The command meant and the words it takes; exact words win over abbreviations,
        and those over words that take anything."""
        typed = line.split()
        best: tuple[int, Command, list[str]] | None = None
        for command in self._commands:
            match = self._match(command.words, typed)
            if match is not None and (best is None or match[0] > best[0]):
                best = (match[0], command, match[1])
        return (best[1], best[2]) if best else None

    def _match(self, words: tuple[str, ...], typed: list[str]) -> tuple[int, list[str]] | None:
        if len(words) != len(typed):
            return None
        taken: list[str] = []
        score = 0
        for word, given in zip(words, typed, strict=True):
            if word.startswith("<"):
                taken.append(given)
            elif given.lower() == word:
                score += 2
            elif self._abbreviates and word.startswith(given.lower()):
                score += 1
            else:
                return None
        return score, taken


class Session:
    """One person at one device's prompt."""

    def __init__(self, world: World, device: Device) -> None:
        self._world = world
        self._device = device
        # Not above: its modes know `Commands`.
        from noc_console.lab.configuring import talk

        self._talk = talk(world, device)
        self.is_over = False

    @property
    def prompt(self) -> str:
        return self._talk.prompt or self._device.character.prompt_for(self._device)

    @property
    def keys(self) -> str:
        """Keys that do something without Enter."""
        return self._talk.keys

    def press(self, key: str) -> str | None:
        """What is printed after such a key; None where it is only a letter."""
        return self._talk.press(key)

    def close(self) -> None:
        """Hung up: a lock somebody held is free again."""
        self._talk.close()

    def run(self, line: str) -> str:
        """The answer to one line, without the prompt."""
        line = line.strip()[:MAX_LINE]
        if not line and not self._talk.asks:
            return ""
        if (told := self._talk.answer(line)) is not None:
            return told
        line = self._talk.outside(line)
        commands = self._device.character.commands
        if line.lower() in (*commands.leave, "exit", "quit"):
            self.is_over = True
            return ""
        line, keep = _split_pipe(line)
        found = commands.find(line)
        if found is None:
            return self._device.character.refuse(line)
        answer = found[0].run(self._world, self._device, found[1])
        return "\n".join(filter(keep, answer.splitlines())) if keep else answer


def _split_pipe(line: str) -> tuple[str, Callable[[str], bool] | None]:
    """The filters every vendor has; `no-more` and friends change nothing here."""
    command, bar, rest = line.partition("|")
    if not bar:
        return line, None
    word, _, text = rest.strip().partition(" ")
    text = text.strip().strip('"')
    word = word.lower()
    if (text and "include".startswith(word)) or word == "match":
        return command, lambda each: _found(text, each)
    if word == "display" and text == "set":
        return f"{command.rstrip()} display set", None
    if (text and "exclude".startswith(word)) or word == "except":
        return command, lambda each: not _found(text, each)
    return command, None


def _found(pattern: str, line: str) -> bool:
    # Not as a regular expression: a pattern typed by a stranger must not keep us busy.
    return any(part and part.lower() in line.lower() for part in pattern.split("|"))
