"""Talking to a command line: a real shell on a pty, as a device of an unknown platform and as one
whose prompt and pager are known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from noc_console.kernel.errors import Refused, Unreachable
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.terminal.conversing import Conversation
from noc_console.services.terminal.readonly import Guard
from tests.services.terminal.ptyline import PtyLine, shell_line

PLATFORMS = Path(__file__).resolve().parents[3] / "resources" / "platforms"


def driver(prompt: str = r"box1> $", paging: tuple[str, ...] = ()) -> Driver:
    return Driver(
        name="box",
        platforms=("box",),
        prompt=re.compile(prompt),
        more=re.compile(r"--More--"),
        paging=paging,
        enable="",
        error=re.compile(r"command not found"),
        comment="#",
        commands={},
    )


async def test_an_answer_is_what_was_said_without_echo_and_prompt() -> None:
    async with shell_line() as line, Conversation(line, driver(), peer="box1") as talk:
        await talk.begin()
        answer = await talk.ask("printf 'one\\ntwo\\n'")
        assert answer.text == "one\ntwo"
        assert not answer.is_error
        assert (await talk.ask("true")).text == ""


async def test_a_prompt_nobody_told_of_is_learned() -> None:
    async with shell_line(prompt="[odd] # ") as line, Conversation(line, None, peer="x") as talk:
        await talk.begin()
        assert talk.prompt == "[odd] # "
        assert (await talk.ask("echo 42")).text == "42"


async def test_what_the_device_does_not_know_is_an_error() -> None:
    async with shell_line() as line, Conversation(line, driver(), peer="box1") as talk:
        await talk.begin()
        assert (await talk.ask("shwo version")).is_error


async def test_the_pager_is_quieted_or_answered() -> None:
    pager = "printf '1\\n--More--'; read -rsn1; printf '\\r\\033[K2\\n--More--'; read -rsn1; echo 3"
    known = driver(paging=("echo quiet",))
    async with shell_line() as line, Conversation(line, known, peer="box1") as talk:
        await talk.begin()
        assert line.typed == [b"echo quiet\r"]
        answer = await talk.ask(pager)  # the tty echoes our blank: devices do not
        assert [row.strip() for row in answer.text.splitlines() if row] == ["1", "2", "3"]
        assert line.typed.count(b" ") == 2


async def test_a_pager_that_only_a_change_would_quiet_is_answered() -> None:
    answer = "printf '1\n--More--'; read -rsn1; printf '\n2\nFGT # '"
    box = f"printf 'FGT # '; while read -r; do {answer}; done"
    fortigate = load(PLATFORMS).driver("fortigate")
    async with shell_line(box) as line, Conversation(line, fortigate, peer="FGT") as talk:
        guard, send = Guard(fortigate), line.send
        line.send = lambda data, source: guard.check(data) or send(data, source)  # type: ignore[method-assign, assignment, return-value]
        await talk.begin()
        assert line.typed == []
        told = await talk.ask("get system status")
        assert [row.strip() for row in told.text.splitlines() if row.strip()][-2:] == ["1", "2"]


async def test_a_device_that_hangs_up_is_told() -> None:
    async with (
        shell_line("printf 'box1> '; read -r; exit") as line,
        Conversation(line, driver(), peer="box1") as talk,
    ):
        await talk.begin()
        with pytest.raises(Unreachable, match="hung up"):
            await talk.ask("bye")


async def test_a_device_that_does_not_come_back_is_told_with_what_it_shows() -> None:
    async with shell_line() as line, Conversation(line, driver(), peer="box1") as talk:
        await talk.begin()
        with pytest.raises(Unreachable, match="shows “Really\\?"):
            await talk.ask("printf 'Really? [confirm]'; sleep 30", within_s=0.5)


async def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("noc_console.services.terminal.conversing.LARGEST", 20_000)
    async with shell_line() as line, Conversation(line, driver(), peer="box1") as talk:
        await talk.begin()
        with pytest.raises(Refused, match="more than"):
            await talk.ask("yes")


async def test_a_command_that_may_not_be_sent_is_told_and_not_sent() -> None:
    @dataclass
    class No:
        sentence: str = "this session may only look"

    class Guarded(PtyLine):
        is_guarded = False

    async with shell_line() as line, Conversation(line, driver(), peer="box1") as talk:
        await talk.begin()
        line.send = lambda data, source: No()  # type: ignore[method-assign, assignment, return-value]
        with pytest.raises(Refused, match="may only look"):
            await talk.ask("reload")
        assert line.typed == []
