from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from noc_console.app.only_one import only_one, only_one_of
from noc_console.kernel.errors import Conflict

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


def test_a_sqlite_store_has_one_collector_and_the_next_may_follow(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/noc.db"
    with only_one_of(url), pytest.raises(Conflict), only_one_of(url):
        pytest.fail("two collectors")
    with only_one_of(url):
        pass


def test_on_postgresql_any_number_may_collect() -> None:
    """They share the devices by leases; asking for them is theirs, nothing is asked here."""
    url = "postgresql://noc@127.0.0.1:1/noc"
    with only_one_of(url), only_one_of(url):
        pass
