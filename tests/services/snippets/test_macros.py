"""Keys recorded and typed again, with a real shell: what is not echoed is never kept."""

from __future__ import annotations

import asyncio

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.snippets.macros import (
    MOST_STEPS,
    MacroPlayer,
    MacroRecorder,
    Step,
    StepKind,
    read,
    told,
    written,
)
from tests.services.terminal.ptyline import PtyLine, shell_line

CANARY = "hunter2-canary"
KEYS, BY_HAND = StepKind.KEYS, StepKind.BY_HAND


async def heard(line: PtyLine, taps: list[MacroRecorder | MacroPlayer], text: str) -> str:
    seen = ""
    async with asyncio.timeout(20):
        while text not in seen:
            data = await line.read()
            seen += data.decode()
            for tap in taps:
                tap.received(data)
    return seen


async def test_a_password_is_never_in_a_macro() -> None:
    recorder = MacroRecorder()
    async with shell_line() as line:

        def type_(keys: bytes) -> None:
            line.send(keys, "typed")
            recorder.sent(keys, "typed")

        await heard(line, [recorder], "box1> ")
        for key in b"read -rs -p Password: it; echo; echo got ${#it}\r":
            type_(bytes([key]))
            await asyncio.sleep(0)
        await heard(line, [recorder], "\nPassword:")
        for key in CANARY.encode() + b"\r":
            type_(bytes([key]))
        await heard(line, [recorder], "got 14")
        type_(b"echo shown\r")
        await heard(line, [recorder], "\nshown")
    steps = recorder.finish()
    assert steps == (
        Step(KEYS, "read -rs -p Password: it; echo; echo got ${#it}\r"),
        Step(BY_HAND),
        Step(KEYS, "echo shown\r"),
    )
    assert CANARY not in written(steps)
    assert read(written(steps)) == steps
    assert "typed by hand" in told(steps)


def test_what_was_rubbed_out_and_completed_is_recognised() -> None:
    recorder = MacroRecorder()
    recorder.sent(b"shwo\x7f\x7fow ver\t\r", "typed")
    recorder.received(b"show version\r\nok\r\n#")
    recorder.sent(b" ", "typed")
    recorder.received(b"--More--")
    recorder.sent(b"secret-text", "typed")
    assert recorder.finish() == (
        Step(KEYS, "shwo\x7f\x7fow ver\t\r"),
        Step(BY_HAND),
    )


def test_a_macro_has_an_end_and_answers_are_no_keys() -> None:
    recorder = MacroRecorder()
    recorder.sent(b"\x1b[?6c", "answer")
    for _ in range(MOST_STEPS + 50):
        recorder.received(b"x\r\n")
        recorder.sent(b"x\r", "pasted")
    assert recorder.is_full
    assert len(recorder.finish()) <= MOST_STEPS + 1


@pytest.mark.parametrize("text", ["", "[]", "{}", "[[1]]", '[["?", "x"]]', "[" * 50_000])
def test_what_is_no_macro_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read(text)


def test_nothing_typed_is_no_macro() -> None:
    with pytest.raises(Invalid, match="no keys"):
        written((Step(BY_HAND),))


async def test_a_macro_is_typed_again_line_by_line() -> None:
    steps = (
        Step(KEYS, "read -rs it; echo got ${#it}\r"),
        Step(BY_HAND),
        Step(KEYS, "echo done\r"),
    )
    async with shell_line() as line:

        def send(data: bytes) -> str:
            line.send(data, "macro")
            return ""

        player = MacroPlayer(send)
        await heard(line, [player], "box1> ")
        async with asyncio.TaskGroup() as tasks:
            playing = tasks.create_task(player.play(steps))
            listening = tasks.create_task(heard(line, [player], "\ndone"))
            async with asyncio.timeout(20):
                while not player.is_waiting_for_hand:
                    await asyncio.sleep(0.01)
            line.send(b"four\r", "typed")
            player.sent(b"four\r", "typed")
        assert playing.result() == ""
        assert "got 4" in listening.result()
        assert line.typed[-1] == b"echo done\r"


async def test_a_macro_stops_when_its_keys_may_not_be_sent_or_somebody_stops_it() -> None:
    refused = MacroPlayer(lambda data: "this session may only look")
    assert await refused.play((Step(KEYS, "reload\r"),)) == "this session may only look"
    sent: list[bytes] = []

    def keep(data: bytes) -> str:
        sent.append(data)
        stopped.stop()
        return ""

    stopped = MacroPlayer(keep)
    assert await stopped.play((Step(KEYS, "a\r"), Step(KEYS, "b\r"))) == "stopped"
    assert sent == [b"a\r"]
