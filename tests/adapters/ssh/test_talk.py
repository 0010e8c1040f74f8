"""What is printed at a command line, read as a person would see it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from noc_console.adapters.ssh.talk import ASKS_PASSWORD, Silent, Talk, last_line, plain
from noc_console.kernel.errors import Unreachable


@dataclass(frozen=True)
class Ios:
    prompt: re.Pattern[str] = re.compile(r"^box[>#] ?$")
    more: re.Pattern[str] | None = re.compile("--More--")


class Process:
    """A process of asyncssh as far as a talk knows it; real ones are asked in `test_programs`, in
    `test_command_line`, `test_flights` and `jobs/test_shell`."""

    def __init__(self, printed: Sequence[str], *, ends: bool = True) -> None:
        self._printed, self._ends = list(printed), ends
        self.typed = ""
        self.stdin = self.stdout = self

    def write(self, typed: str) -> None:
        self.typed += typed

    async def read(self, _limit: int) -> str:
        if not self._printed and not self._ends:
            await asyncio.Event().wait()
        return self._printed.pop(0) if self._printed else ""


def talk(process: Process, *, largest: int = 1_000) -> Talk:
    return Talk("box", process, Ios(), quiet_s=0.05, largest=largest)  # type: ignore[arg-type]


async def test_an_answer_ends_with_the_prompt_and_the_pager_gets_its_blank() -> None:
    process = Process(["show x\r\none\r\n --More-- ", "\r          \rtwo\r\nbo", "x#"])
    line = talk(process)
    answer = await line.ask("show x")
    assert line.lines(answer, "show x") == ["one", "two"]
    assert process.typed == "show x\n " and line.last == "box#"


async def test_a_prompt_that_comes_letter_by_letter_is_a_prompt() -> None:
    process = Process([*"show x\r\none\r\n --More-- ", *"\r          \rtwo\r\nbox#"])
    line = talk(process)
    assert line.lines(await line.ask("show x"), "show x") == ["one", "two"]
    assert process.typed == "show x\n " and line.last == "box#"


async def test_a_question_is_where_an_answer_may_end_or_be_replied_to() -> None:
    line = talk(Process(["Password: "]))
    await line.answer(until=ASKS_PASSWORD)
    assert ASKS_PASSWORD.search(line.last)
    process = Process(["Really? ", "\r\nbox#"])
    await talk(process).answer(reply=lambda last: "yes" if last.endswith("? ") else None)
    assert process.typed == "yes\n"


async def test_silence_floods_and_hanging_up_are_told_apart() -> None:
    with pytest.raises(Silent) as silent:
        await talk(Process(["half an ans"], ends=False)).answer()
    assert silent.value.printed == "half an ans" and isinstance(silent.value, TimeoutError)
    with pytest.raises(Unreachable, match="printed more than"):
        await talk(Process(["x" * 600, "x" * 600])).answer()
    with pytest.raises(Unreachable, match="hung up"):
        await talk(Process(["half"])).answer()


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("a\r\nb\r\r\nc", "a\nb\nc"),
        ("wrong\rright", "right"),
        ("ab\b\bcd", "cd"),
        ("\x1b[1mbold\x1b[0m\x07", "bold"),
        ("\x1b]0;a title\x07text", "text"),
        ("\b\bx", "x"),
    ],
)
def test_terminal_commands_are_no_text(printed: str, seen: str) -> None:
    assert plain(printed) == seen


def test_the_last_line_is_where_the_cursor_stands() -> None:
    assert last_line("one\r\ntwo\r\nbox# ") == "box# "


@pytest.mark.parametrize("asked", ["Password: ", "password:", "Pass word: ", "Enter passcode: "])
def test_who_asks_for_a_password_is_understood(asked: str) -> None:
    assert ASKS_PASSWORD.search(asked)
    assert not ASKS_PASSWORD.search("no password here")
