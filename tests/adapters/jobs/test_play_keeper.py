"""Programs that begin others are gone with us, whichever way we go."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from noc_console.adapters.jobs import play_keeper

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no Ansible there")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux knows this")
# One in its group, one that left it, and one whose parent left it.
FAMILY = """
{trap}
sleep {n} &
setsid sleep {n} &
setsid sh -c 'sleep {n} & exit 0'
echo begun
{last}
"""


class Kept:
    """A keeper, its program and the program's family of sleepers."""

    def __init__(self, folder: Path, number: str, last: str, trap: str) -> None:
        (folder / "keys").mkdir(parents=True)
        self.folder, self.number = folder, number
        read, write = os.pipe()
        os.write(write, b"phrase\n")
        os.close(write)
        script = FAMILY.format(n=number, trap=trap, last=last.format(n=number, fd=read))
        self.keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", play_keeper.__file__, str(folder), str(read),
             "sh", "-c", script],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(read,),
        )  # fmt: skip
        os.close(read)

    def begun(self) -> None:
        assert self.keeper.stdout is not None
        assert self.keeper.stdout.readline() == b"begun\n"

    def sleepers(self) -> int:
        wanted = f"sleep\0{self.number}\0".encode()
        found = 0
        for each in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                found += each.read_bytes() == wanted
            except OSError:
                continue
        return found

    def close(self) -> None:
        self.keeper.kill()
        self.keeper.wait()
        for pipe in (self.keeper.stdin, self.keeper.stdout):
            if pipe is not None:
                pipe.close()


Keep = Callable[..., Kept]


@pytest.fixture
def keep(tmp_path: Path, request: pytest.FixtureRequest) -> Keep:
    if shutil.which("setsid") is None:
        pytest.skip("there is no setsid")

    def make(last: str = "wait", trap: str = "") -> Kept:
        # A number of its own: other runs of these tests sleep on the same machine.
        kept = Kept(tmp_path / "run", f"900.{os.getpid()}", last, trap)
        request.addfinalizer(kept.close)
        return kept

    return make


def until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.05)


@linux
def test_when_its_input_ends_the_program_its_family_and_the_folder_are_gone(
    keep: Keep,
) -> None:
    kept = keep("sleep {n}", trap="trap '' TERM")
    kept.begun()
    until(lambda: kept.sleepers() == 4)
    assert kept.keeper.stdin is not None
    kept.keeper.stdin.close()
    assert kept.keeper.wait(60) == 128 + signal.SIGKILL, "it is deaf to anything less"
    assert kept.sleepers() == 0
    assert not kept.folder.exists()


@linux
def test_told_to_end_it_does_the_same(keep: Keep) -> None:
    kept = keep()
    kept.begun()
    kept.keeper.send_signal(signal.SIGTERM)
    kept.keeper.wait(60)
    assert kept.sleepers() == 0
    assert not kept.folder.exists()


@linux
def test_what_a_program_leaves_behind_is_ended_and_its_code_is_told(keep: Keep) -> None:
    kept = keep("read word < /dev/fd/{fd}; test $word = phrase && exit 4")
    kept.begun()
    assert kept.keeper.wait(60) == 4
    assert kept.sleepers() == 0
    assert kept.folder.exists(), "whoever began it looks into it first"


@linux
def test_should_the_keeper_be_killed_the_program_goes_with_it(keep: Keep) -> None:
    kept = keep("echo $$; exec sleep {n}")
    kept.begun()
    assert kept.keeper.stdout is not None
    program = int(kept.keeper.stdout.readline())
    kept.keeper.kill()
    kept.keeper.wait()
    until(lambda: not Path(f"/proc/{program}").exists() or _is_dead(program))
    for each in Path("/proc").glob("[0-9]*/cmdline"):  # nobody is left to end these
        try:
            if each.read_bytes() == f"sleep\0{kept.number}\0".encode():
                os.kill(int(each.parent.name), signal.SIGKILL)
        except OSError:
            continue


def test_it_sees_the_end_where_the_system_lets_nobody_look_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As on macOS, where no waitid is known before Python 3.13.
    monkeypatch.delattr(os, "waitid", raising=False)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as child:
        assert not play_keeper._is_over(child)
        assert child.stdin is not None
        child.stdin.close()
        until(lambda: play_keeper._is_over(child))
        assert child.returncode == 0


def _is_dead(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
