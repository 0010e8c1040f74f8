from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

_CRASHING = """
import ctypes, os, resource, signal
from noc_console.app.hardening import keep_out_of_cores
assert keep_out_of_cores()
assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0, "still dumpable"  # PR_GET_DUMPABLE
signal.signal(signal.SIGQUIT, signal.SIG_DFL)  # a shell's background job ignores it
print("hardened", flush=True)
os.kill(os.getpid(), signal.SIGQUIT)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="cores are a matter of Linux here")
def test_a_process_that_crashes_leaves_no_core(tmp_path: Path) -> None:
    # A child, since what is set here cannot be taken back.
    child = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -c unlimited; exec "$0" -c "$1"', sys.executable, _CRASHING],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert child.stdout == "hardened\n", child.stderr
    assert child.returncode == -3
    assert list(tmp_path.iterdir()) == []
