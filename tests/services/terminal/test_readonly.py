"""What a terminal that may only look lets through."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.terminal.judging import Verdict
from noc_console.services.terminal.readonly import Guard

PLATFORMS = Path(__file__).resolve().parents[3] / "resources" / "platforms"


@cache
def driver(platform: str) -> Driver | None:
    return load(PLATFORMS).driver(platform)


class Session:
    """A guard between keys and a device that echoes as most do."""

    def __init__(self, platform: str = "ios", prompt: str = "R1#") -> None:
        self.guard = Guard(driver(platform))
        self.sent = b""
        self.says("\r\n" + prompt)

    def says(self, text: str) -> None:
        self.guard.received(text.encode())

    def press(self, keys: str, *, elevated: bool = False, echo: bool = True) -> str:
        """Each key by itself; the sentence of the first refusal, or ""."""
        for key in keys:
            refusal = self.guard.check(key.encode(), is_elevated=elevated)
            if refusal is not None:
                return refusal.sentence
            self.sent += key.encode()
            if echo and key.isprintable():
                self.says(key)
        return ""


def test_what_looks_is_sent_and_what_changes_is_not() -> None:
    session = Session()
    assert session.press("show version\r") == ""
    session.says("\r\nCisco IOS\r\nR1#")
    told = session.press("conf t\r")
    assert "conf t" in told
    assert "may only look" in told
    assert session.sent.endswith(b"conf t")


def test_a_refused_line_may_be_erased_and_another_be_typed() -> None:
    session = Session()
    assert session.press("reload\r")
    session.press("\x7f" * 6, echo=False)
    session.says("\b \b" * 6)
    assert session.press("show clock\r") == ""


def test_tab_is_judged_by_what_the_device_made_of_it() -> None:
    session = Session()
    session.press("rel\t")
    session.says("\r\nR1#reload ")
    assert "reload" in session.press("\r")
    session = Session()
    session.press("sho\t")
    session.says("\r\nR1#show ")
    assert session.press("clock\r") == ""


def test_a_line_out_of_the_devices_history_is_judged_as_it_is_shown() -> None:
    session = Session()
    session.press("\x1b[A", echo=False)
    session.says("write memory")
    assert "write memory" in session.press("\r")


def test_enter_before_the_device_has_shown_its_history_is_refused() -> None:
    session = Session()
    guard = session.guard
    assert guard.check(b"\x1b[A") is None
    refusal = guard.check(b"\r")
    assert refusal is not None
    assert refusal.verdict is Verdict.UNKNOWN
    assert "not shown yet" in refusal.why
    session.says("show clock")
    assert guard.check(b"\r") is None


def test_history_and_enter_in_one_go_are_refused() -> None:
    assert Session().guard.check(b"\x1b[A\r") is not None


def test_a_pasted_block_with_one_bad_line_is_not_sent_at_all() -> None:
    guard = Session().guard
    refusal = guard.check(b"show version\rshow clock\rreload\rshow ip route\r")
    assert refusal is not None
    assert refusal.line == "reload"
    assert guard.check(b"show version\rshow clock\r") is None


def test_a_bracketed_paste_is_judged_like_any() -> None:
    guard = Session().guard
    assert guard.check(b"\x1b[200~reload\r\x1b[201~") is not None
    assert guard.check(b"\x1b[200~show clock\x1b[201~") is None
    assert guard.check(b"\r") is None


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\x1a", "\x0f"])
def test_whatever_runs_a_line_is_an_enter(end: str) -> None:
    assert Session().guard.check(b"reload" + end.encode()) is not None


@pytest.mark.parametrize("head", [b"\x1b", b"\x1bO", b"\x1b[", b"\x1b[M", b"\x1b]0;"])
def test_an_enter_cannot_hide_behind_an_escape(head: bytes) -> None:
    guard = Session().guard
    assert guard.check(head + b"reload\r") is not None


def test_a_password_and_an_answer_to_a_question_are_no_commands() -> None:
    session = Session(prompt="R1>")
    assert session.press("enable\r") == ""
    session.says("\r\nPassword: ")
    assert session.press("reload-is-my-password\r", echo=False) == ""
    session.says("\r\nR1#")
    assert session.press("ping\r") == ""
    session.says("\r\nTarget IP address: ")
    assert session.press("10.0.0.1\r") == ""


def test_a_command_typed_while_the_device_still_prints_is_judged_by_its_keys() -> None:
    session = Session()
    session.press("show tech\r")
    session.says("\r\nlots of text\r\nmore")
    assert session.press("reload\r", echo=False)


def test_in_a_configuration_mode_left_open_every_line_is_refused_but_the_way_out() -> None:
    session = Session()
    assert session.press("conf t\r", elevated=True) == ""
    session.says("\r\nR1(config)#")
    assert "configuration mode" in session.press("hostname x\r")
    session.press("\x15", echo=False)
    session.says("\r\x1b[KR1(config)#")
    assert session.press("do show clock\r") == ""
    session.says("\r\nR1(config)#")
    assert session.press("end\r") == ""


def test_after_an_elevated_line_a_prompt_must_be_seen_first() -> None:
    session = Session()
    session.press("conf t\r", elevated=True)
    session.says("\r\n")
    assert "wait for the prompt" in session.press("enable secret x\r", echo=False)


def test_on_a_link_that_is_not_new_a_prompt_must_be_seen_first() -> None:
    session = Session()
    session.guard = Guard(driver("ios"))
    session.guard.be_unsure()
    assert "wait for the prompt" in session.press("show version\r")
    session.says("\r\nR1#")
    assert session.press("\x03show version\r") == ""


def test_an_unknown_platform_passes_everything_and_says_so() -> None:
    guard = Guard(None)
    assert guard.check(b"reload\r") is None
    assert not guard.is_able
    assert "cannot be told" in guard.note
    assert Session().guard.note == ""


def test_without_strictness_only_what_is_known_to_change_is_refused() -> None:
    guard = Guard(driver("ios"), strict=False)
    guard.received(b"R1#")
    assert guard.check(b"myalias\r") is None
    assert guard.check(b"reload\r") is not None
    assert Session().guard.check(b"myalias\r") is not None


def test_a_new_link_begins_anew() -> None:
    session = Session()
    session.press("relo")
    session.guard.reset()
    session.says("R1#")
    assert session.press("show clock\r") == ""


def test_a_message_of_the_device_amid_a_line_does_not_stop_what_looks() -> None:
    session = Session()
    session.press("show ")
    session.says("\r\n*Nov 21 10:00: %LINK-3-UPDOWN: Interface up\r\n")
    assert session.press("version\r") == ""


@pytest.mark.parametrize("shown", ["\r\nR1#", "\b" * 9 + " " * 8 + "\b" * 9 + "R1#"])
def test_the_key_that_ends_a_pager_is_no_part_of_the_next_command(shown: str) -> None:
    session = Session()
    session.press("show run\r")
    session.says("\r\ninterface Gi0/0\r\n --More-- ")
    session.press(" ", echo=False)
    session.says("\r\ninterface Gi0/1\r\n --More-- ")
    session.press("q", echo=False)
    session.says(shown)
    assert session.guard.check(b"show clock\r") is None
    session.says("show clock\r\n12:00\r\n --More-- ")
    session.press("q", echo=False)
    session.says(shown)
    assert session.press("show version\r") == ""


def test_an_empty_line_behind_a_prompt_is_known_whatever_keys_emptied_it() -> None:
    session = Session()
    session.press("conf\t\x15")
    session.says("\r\x1b[KR1#")
    assert session.guard.check(b"show clock\rshow version\r") is None
    assert session.guard.check(b"\x1b[A") is None
    assert session.guard.check(b"\r") is not None


def test_what_is_typed_ahead_of_a_prompt_is_judged_with_the_rest() -> None:
    session = Session()
    session.press("show tech\r")
    session.says("\r\nlots of text")
    session.press("rel", echo=False)
    session.says("\r\nR1#")
    assert session.press("oad\r", echo=False)
    session.press("\x03", echo=False)
    session.says("^C\r\nR1#reload")
    assert "reload" in session.press("\r")


@pytest.mark.parametrize("pager", [":", "lines 1-23", "(END)"])
def test_a_pager_of_a_shell_is_not_told_to_run_something(pager: str) -> None:
    session = Session("linux", "mira@host:~$ ")
    session.press("journalctl\r")
    session.says(f"\r\nNov 22 host sshd\r\n{pager}")
    assert session.guard.check(b"!reboot\r") is not None
    session.press("!", echo=False)
    session.says("\r\x1b[K!")
    session.press("reboot ;:")
    session.press("\x1b", echo=False)
    session.says("\b")
    assert session.press("\r")


def test_a_line_found_in_a_shells_history_is_no_question_however_it_ends() -> None:
    session = Session("linux", "mira@host:~$ ")
    session.press("\x12pidof", echo=False)
    session.says("\r\x1b[K(reverse-i-search)`pidof': kill -9 $(pidof bird)")
    assert session.press("\r")


def test_a_shell_is_not_told_to_open_an_editor_and_run_what_is_written_there() -> None:
    session = Session("linux", "mira@host:~$ ")
    assert "Ctrl+X" in session.press("\x18\x05ireboot\x1bZZ", echo=False)
    assert session.sent == b""
    assert session.press("\x18", elevated=True) == ""


@pytest.mark.parametrize("head", [b"\x1b]", b"\x1bP", b"\x1b[M"])
def test_a_command_cannot_hide_in_what_a_terminal_says_by_itself(head: bytes) -> None:
    assert Session().guard.check(head + b"reload\x07\r") is not None


@pytest.mark.parametrize(
    ("platform", "prompt", "way_out", "question"),
    [
        ("iosxr", "RP/0/RP0/CPU0:r1(config)#", "end", "commit them (yes/no/cancel)? [cancel]:"),
        ("vrp", "[*R1]", "return", "commit them before exiting? [Y(yes)/N(no)/C(cancel)]:"),
    ],
)
def test_the_way_out_of_a_configuration_mode_does_not_put_in_force_what_waits_there(
    platform: str, prompt: str, way_out: str, question: str
) -> None:
    session = Session(platform, prompt)
    assert session.press(way_out + "\r") == ""
    session.says("\r\nUncommitted changes found, " + question)
    assert "in force" in session.press("y\r")
    session.press("\x7f", echo=False)
    session.says("\b \b")
    assert session.press("no\r") == ""


def test_a_password_with_a_question_mark_is_a_password() -> None:
    session = Session(prompt="R1>")
    session.press("enable\r")
    session.says("\r\nPassword: ")
    assert session.press("what?now\r", echo=False) == ""


def test_a_long_line_scrolled_sideways_is_judged_by_its_keys() -> None:
    session = Session()
    session.press("show " + "x" * 80, echo=False)
    session.says("\r\x1b[KR1#$" + "x" * 40)
    assert session.press("\r") == ""


@given(st.lists(st.binary(max_size=12), max_size=20))
def test_whatever_is_sent_no_line_that_reloads_passes(parts: list[bytes]) -> None:
    guard = Guard(driver("ios"))
    guard.received(b"R1#")
    for part in parts:
        guard.check(part)
    guard.reset()
    guard.received(b"R1#")
    assert guard.check(b"reload\r") is not None
