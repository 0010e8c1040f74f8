"""Children that end with their parent, also when they cannot see that it is gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux knows this")
PARENT = """
import subprocess, sys, time
pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
child = subprocess.Popen([sys.executable, *sys.argv[1:]], **pipes)
print(child.pid, flush=True)
for line in sys.stdin.buffer:
    child.stdin.write(line)
    child.stdin.flush()
    sys.stdout.buffer.write(child.stdout.readline())
    sys.stdout.flush()
"""
TIED = """
import sys
from noc_console.adapters.orphan import end_with_parent
for line in sys.stdin:
    print(end_with_parent(), flush=True)
"""


def state(process: int) -> str:
    """`S` sleeps, `T` is stopped, `Z` is dead and was not fetched; "" is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def wait_for(process: int, *states: str) -> None:
    give_up = time.monotonic() + 60
    while state(process) not in states:
        assert time.monotonic() < give_up, f"{process} is {state(process)!r}"
        time.sleep(0.02)


def goes_with_its_parent(*words: str, question: str, answer: str) -> None:
    """Stopped, it sees no end of its input, as one sees none that thinks for ever."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    child = 0
    try:
        assert parent.stdin is not None
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.stdin.write(question.encode() + b"\n")
        parent.stdin.flush()
        assert parent.stdout.readline().decode().strip() == answer
        os.kill(child, signal.SIGSTOP)
        wait_for(child, "T")
        parent.kill()
        parent.wait()
        wait_for(child, "", "Z")
        child = 0
    finally:
        for pipe in (parent.stdin, parent.stdout):
            if pipe is not None:
                pipe.close()
        parent.kill()
        parent.wait()
        if child and state(child):
            os.kill(child, signal.SIGKILL)


@linux
def test_a_child_that_stands_still_goes_when_its_parent_is_killed() -> None:
    goes_with_its_parent("-c", TIED, question="?", answer="True")


@linux
def test_so_does_the_one_that_runs_templates() -> None:
    goes_with_its_parent(
        "-m",
        "noc_console.adapters.jobs.template_child",
        question=json.dumps({"kind": "check", "template": "Value A (a)\n\nStart\n"}),
        answer="{}",
    )
