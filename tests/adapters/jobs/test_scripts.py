"""Scripts by real interpreters of this machine."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from noc_console.adapters.jobs import beside
from noc_console.adapters.jobs.scripts import OwnScripts
from noc_console.kernel.errors import Refused
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.jobs.model import LARGEST_ANSWER
from noc_console.services.jobs.ports import Host, Script
from noc_console.services.ways.model import Door

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
ROOT = Path(__file__).resolve().parents[3]
READS_LOGIN = """#!/usr/bin/env python3
import json, os, sys
told = json.load(open(os.environ["NOC_LOGIN"]))
print(told["user"], len(told["password"]), told["host_keys"])
everywhere = " ".join([*os.environ.values(), *sys.argv])
print("nowhere else" if told["password"] not in everywhere else "leaked")
"""


def host(**more: object) -> Host:
    login = SshLogin(1, "noc", "noc", Secret("hunter-two"))
    keys = (HostKey("192.0.2.1", 2222, "ssh-ed25519 AAAA", "SHA256:x"),)
    fields: dict[str, object] = {"groups": ("ios", "router"), "login": login}
    return Host("core-1", Door("192.0.2.1", 2222, keys), 7, "ios", **fields | more)  # type: ignore[arg-type]


def left() -> set[Path]:
    roots = (Path("/dev/shm"), Path("/tmp"))
    return {each for root in roots for each in root.glob(f"{beside.PREFIX}{os.getpid()}-*")}


async def test_a_script_learns_of_its_device_and_what_it_prints_is_the_answer() -> None:
    text = (
        "echo $NOC_DEVICE $NOC_DEVICE_ID $NOC_ADDRESS $NOC_PORT $NOC_PLATFORM $NOC_GROUPS\n"
        'echo "$NOC_VARIABLES" >&2\n'
    )
    ran = await OwnScripts().run(Script(text, host(), '{"vlan": 7}'))
    assert (ran.code, ran.note) == (0, "")
    assert ran.text == 'core-1 7 192.0.2.1 2222 ios ios,router\n{"vlan": 7}\n'
    assert left() == set()


async def test_the_login_comes_by_a_pipe_and_by_nothing_else() -> None:
    ran = await OwnScripts().run(Script(READS_LOGIN, host()))
    assert ran.text == "noc 10 ['ssh-ed25519 AAAA']\nnowhere else\n"
    bare = await OwnScripts().run(Script('cat "$NOC_LOGIN"', host(login=None)))
    assert bare.text == "{}"


async def test_nothing_of_the_console_stands_in_its_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NOC_DATABASE", "postgresql://noc:secret@store/noc")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent")
    ran = await OwnScripts().run(Script("env", host()))
    assert "secret" not in ran.text and "SSH_AUTH_SOCK" not in ran.text
    assert "NOC_DEVICE=core-1" in ran.text


async def test_it_runs_in_its_folder_and_says_how_it_ended(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n")
    ran = await OwnScripts().run(Script("cat table.csv; exit 3", host(), folder=str(tmp_path)))
    assert (ran.code, ran.text, ran.note) == (3, "a,b\n", "it ended with 3")
    with pytest.raises(Refused, match="there is no folder"):
        await OwnScripts().run(Script("true", host(), folder=str(tmp_path / "none")))


@pytest.mark.parametrize("head", ["#!/no/such/program", "#!", "#!'"])
async def test_without_its_program_it_is_refused(head: str) -> None:
    with pytest.raises(Refused):
        await OwnScripts().run(Script(f"{head}\ntrue", host()))
    assert left() == set()


async def test_what_it_prints_without_end_is_bounded() -> None:
    size = LARGEST_ANSWER + 1_000_000
    ran = await OwnScripts().run(Script(f"head -c {size} /dev/zero | tr '\\0' x", host()))
    assert ran.code == 0
    assert len(ran.text) == LARGEST_ANSWER


async def test_what_takes_too_long_or_is_cancelled_ends_with_all_it_began() -> None:
    number = f"601.{os.getpid()}"
    text = f"sleep {number} & sleep {number}"
    ran = await OwnScripts().run(Script(text, host(), timeout_s=0.5))
    assert "longer than 0.5 s" in ran.note
    assert not _sleeping(number)
    running = asyncio.get_running_loop().create_task(OwnScripts().run(Script(text, host())))
    while not _sleeping(number):
        await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()
    assert not _sleeping(number)
    assert left() == set()


KILLED = """
import asyncio, sys
from noc_console.adapters.jobs.scripts import OwnScripts
from noc_console.services.jobs.ports import Script
from tests.adapters.jobs.test_scripts import host

asyncio.run(OwnScripts().run(Script(f"sleep {sys.argv[1]}", host())))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_when_we_are_killed_the_script_goes_with_us() -> None:
    # A number of its own: other runs of these tests sleep on the same machine.
    number = f"602.{os.getpid()}"
    ours = subprocess.Popen([sys.executable, "-c", KILLED, number], cwd=ROOT)
    try:
        _until(lambda: _sleeping(number))
    finally:
        ours.kill()
        ours.wait()
    _until(lambda: not _sleeping(number))


def _until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def _sleeping(number: str) -> bool:
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if each.read_bytes() == f"sleep\0{number}\0".encode():
                return True
        except OSError:
            continue
    return False
