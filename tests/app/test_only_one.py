from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from noc_console.app.only_one import only_one, only_one_of
from noc_console.kernel.errors import Conflict, Unreachable

HOLD = """
import sys, time
from pathlib import Path
from noc_console.app.only_one import only_one, only_one_of
with only_one(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_is_told_who_was_first(tmp_path: Path) -> None:
    lock = tmp_path / "collector.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, lock], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Conflict, match=str(holder.pid)), only_one(lock):
            pytest.fail("two had the lock")
        holder.kill()
    for _ in range(100):
        try:
            with only_one(lock):
                return
        except Conflict:
            time.sleep(0.02)
    pytest.fail("the lock outlived its holder")


def test_a_store_has_one_collector_and_the_next_may_follow(store_url: str) -> None:
    with only_one_of(store_url), pytest.raises(Conflict), only_one_of(store_url):
        pytest.fail("two collectors")
    with only_one_of(store_url):
        pass


def test_a_server_that_is_not_there_is_named() -> None:
    with (
        pytest.raises(Unreachable, match=r"127\.0\.0\.1"),
        only_one_of("postgresql://noc:S3CR3T@127.0.0.1:1/noc"),
    ):
        pytest.fail("there is no server")
