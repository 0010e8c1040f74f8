from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.vault.credential import HandedKey
from noc_console.adapters.vault.file_vault import FileVault
from noc_console.app.children import Child
from noc_console.app.config import Config
from noc_console.app.handing import hand_over, key_or_end, waiting_for_key
from noc_console.kernel.errors import Broken
from noc_console.kernel.secret import Secret
from noc_console.services.secrets.passphrases import FLOOR

# What a collector does: it waits for the key, and says only whether it is the right one.
CHILD = """
import asyncio, hashlib
from noc_console.adapters.vault.credential import HandedKey
from noc_console.app.children import leave_with_parent
async def main():
    handed = HandedKey()
    gone = asyncio.gather(leave_with_parent(handed.hand))
    print("waiting", flush=True)
    await handed.came()
    print(hashlib.sha256(handed.get()).hexdigest(), flush=True)
    await gone
asyncio.run(main())
"""


async def said(log: Path, text: str) -> None:
    for _ in range(400):
        if log.exists() and text in log.read_text():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{text!r} was never said: {log.read_text()}")


async def test_a_collector_gets_the_key_when_the_window_is_unlocked(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = Child("collector", [], log=log, environment=os.environ)
    child._command = [sys.executable, "-c", CHILD]
    vault = FileVault(tmp_path / "vault.noc", cost=FLOOR)
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(child.run()), loop.create_task(hand_over(vault, child))]
    try:
        await said(log, "waiting")
        vault.open(Secret("a phrase of some length"))
        await said(log, hashlib.sha256(vault.get()).hexdigest())
        assert base64.b64encode(vault.get()).decode() not in log.read_text()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def test_who_waits_for_the_key_can_still_be_told_to_leave() -> None:
    handed, stopping = HandedKey(), asyncio.Event()
    waiting = asyncio.gather(key_or_end(handed, stopping))
    await asyncio.sleep(0)
    stopping.set()
    await asyncio.wait_for(waiting, 5)
    assert not handed.is_open


def test_a_collector_without_a_window_takes_no_vault_with_a_pass_phrase(tmp_path: Path) -> None:
    config = Config(store="sqlite://", data=tmp_path, name="noc-1")
    assert waiting_for_key(config, child=False) is None
    with pytest.raises(Broken, match="credential"):
        waiting_for_key(replace(config, vault="passphrase"), child=False)
    assert waiting_for_key(replace(config, vault="passphrase"), child=True) is not None
