"""What stands round a program; that it ends with us is proved with playbooks and scripts."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from pathlib import Path

import pytest

from noc_console.adapters.jobs import beside


def test_what_a_killed_run_left_is_swept_away_and_what_runs_is_not(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    killed, living = (tmp_path / f"{beside.PREFIX}{n}-x" for n in (gone.pid, os.getpid()))
    for each in (killed, living):
        (each / "keys").mkdir(parents=True)
    beside._sweep(tmp_path)
    assert not killed.exists()
    assert living.exists()
    long_ago = time.time() - beside.LEFT_S - 1
    os.utime(living, (long_ago, long_ago))
    beside._sweep(tmp_path)
    assert not living.exists()


def test_only_we_can_read_what_is_put_into_a_place(tmp_path: Path) -> None:
    place = beside.made_place(tmp_path)
    beside.write(place / "login", "hunter2")
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE((place / "login").stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        beside.write(place / "login", "another's")
