"""Passwords for ssh: told once, to whom they are for, and to a question for one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from noc_console.adapters.jobs import ssh_pass

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no Ansible there")
# In place of ssh, which asks only when a server does: what it does with its answers.
ASKS = '"$SSH_ASKPASS" "{0}" || echo none; '


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "it's a run"
    made.mkdir(mode=0o700)
    assert ssh_pass.install(made)
    return made


def led(folder: Path, script: str, *words: str, password: str = "hunter-two") -> tuple[int, str]:
    """Exit code and output of a command led by our `sshpass`."""
    read, write = os.pipe()
    os.write(write, password.encode() + b"\n")
    try:
        # As Ansible does: both ends of the pipe are open there.
        done = subprocess.run(
            [str(folder / "bin" / "sshpass"), f"-d{read}", *words, "/bin/sh", "-c", script],
            pass_fds=(read, write), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(read)
        os.close(write)
    return done.returncode, done.stdout


def test_a_question_for_a_password_is_answered(folder: Path) -> None:
    assert led(folder, ASKS.format("noc@core-1's password: ") + "exit 7") == (7, "hunter-two\n")
    assert led(folder, ASKS.format("(noc@core-1) Password:")) == (0, "hunter-two\n")
    assert led(folder, ASKS.format("x's password:"), password="p ä'\"$HOME") == (
        0,
        "p ä'\"$HOME\n",
    )


def test_asked_again_it_was_the_wrong_one_and_no_other_is_told(folder: Path) -> None:
    twice = ASKS.format("x's password:") * 2
    code, told = led(folder, twice + "echo goes on")
    assert code == ssh_pass.WRONG and "goes on" not in told, "ssh would try empty ones then"
    assert told.startswith("hunter-two\n") and told.count("hunter-two") == 1


def test_other_questions_get_nothing(folder: Path) -> None:
    for question in ("Are you sure you want to continue (yes/no)?", "Enter passphrase for key x:"):
        assert led(folder, ASKS.format(question) + "exit 255") == (255, "none\n")
    assert led(folder, ASKS.format("Enter PIN for x:"), "-P", "Enter PIN") == (0, "hunter-two\n")


def test_it_stands_in_no_environment_and_no_list_of_arguments(folder: Path) -> None:
    look = "env; tr '\\0' ' ' < /proc/$PPID/cmdline; tr '\\0' ' ' < /proc/$PPID/environ"
    code, told = led(folder, look)
    assert code == 0 and "SSH_ASKPASS_REQUIRE=force" in told and "hunter-two" not in told
    assert not list(folder.glob("ask-*")), "nothing is left to ask at"


def test_the_signal_that_ended_ssh_and_a_call_without_words_have_their_codes(folder: Path) -> None:
    assert led(folder, "kill -9 $$")[0] == 128 + 9
    alone = subprocess.run([str(folder / "bin" / "sshpass")], check=False, timeout=60)
    assert alone.returncode == ssh_pass.USAGE, "Ansible looks so whether there is one"


def test_where_nothing_may_be_executed_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No test may mount a file system; this is what the kernel says about one that is `noexec`.
    monkeypatch.setattr(ssh_pass.os, "access", lambda _path, _how: False)
    assert not ssh_pass.install(tmp_path)
