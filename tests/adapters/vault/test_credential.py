from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest

from noc_console.adapters.vault.credential import HandedKey, SystemCredential
from noc_console.kernel.errors import Broken
from noc_console.services.secrets.model import Locked

KEY = bytes(range(32))


def test_a_service_gets_its_key_from_the_system(tmp_path: Path) -> None:
    file = tmp_path / "noc-vault-key"
    file.write_bytes(base64.b64encode(KEY) + b"\n")
    file.chmod(0o400)
    assert SystemCredential(tmp_path).get() == KEY
    with pytest.raises(Broken):
        SystemCredential(tmp_path).put(KEY)


def test_a_credential_that_others_can_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="LoadCredentialEncrypted"):
        SystemCredential(tmp_path).get()
    file = tmp_path / "noc-vault-key"
    file.write_bytes(base64.b64encode(KEY))
    file.chmod(0o644)
    with pytest.raises(Broken, match="others"):
        SystemCredential(tmp_path).get()
    file.chmod(0o400)
    file.chmod(0o600)
    file.write_bytes(b"not base64!")
    with pytest.raises(Broken) as refused:
        SystemCredential(tmp_path).get()
    assert "not base64!" not in str(refused.value)


async def test_a_child_waits_for_the_key_the_window_hands_it() -> None:
    handed = HandedKey()
    with pytest.raises(Locked):
        handed.get()
    waiting = asyncio.gather(handed.came())
    await asyncio.sleep(0)
    assert not waiting.done()
    handed.hand(base64.b64encode(KEY) + b"\n")
    await waiting
    assert handed.get() == KEY
    with pytest.raises(Locked):
        handed.put(KEY)
    assert "window" in handed.label
