from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from noc_console.adapters.keyring import KeyFile, SystemSafe, write_private
from noc_console.kernel.errors import Broken


def test_the_key_lies_in_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "vault" / "key")
    assert file.get() is None
    file.put(b"k" * 32)
    assert file.get() == b"k" * 32
    assert (tmp_path / "vault" / "key").stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in (tmp_path / "vault").iterdir()] == ["key"]


def test_two_first_starts_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / "key"

    def first_start(at: int) -> bytes | None:
        file = KeyFile(path)
        file.put(bytes([at]) * 32)
        return file.get()

    with ThreadPoolExecutor(1) as pool:
        keys = {*pool.map(first_start, range(4)), first_start(9)}
    assert len(keys) == 1


def test_a_damaged_key_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("not base64 !")
    with pytest.raises(Broken, match="base64"):
        KeyFile(tmp_path / "key").get()
    (tmp_path / "key").write_bytes(b"\xff\xfe")
    with pytest.raises(Broken, match="cannot be read"):
        KeyFile(tmp_path / "key").get()
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]


class MemorySafe(KeyringBackend):
    """Stands in for Secret Service or Keychain: neither runs where the tests run."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("locked")
        self.kept[service, username] = password


def test_the_system_s_safe_keeps_the_key_and_says_when_it_does_not_open() -> None:
    before = keyring.get_keyring()
    safe = MemorySafe()
    keyring.set_keyring(safe)
    try:
        assert SystemSafe().get() is None
        SystemSafe().put(b"k" * 32)
        assert SystemSafe().get() == b"k" * 32
        safe.locked = True
        with pytest.raises(Broken, match="does not open"):
            SystemSafe().get()
        with pytest.raises(Broken, match="does not take a key"):
            SystemSafe().put(b"x" * 32)
    finally:
        keyring.set_keyring(before)


def test_a_private_file_is_replaced_as_a_whole_or_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    write_private(path, b"one", replace=False)
    write_private(path, b"two", replace=False)
    assert path.read_bytes() == b"one"
    write_private(path, b"three", replace=True)
    assert path.read_bytes() == b"three"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_a_keyring_says_what_it_is_and_not_what_is_in_it(tmp_path: Path) -> None:
    assert KeyFile(tmp_path / "vault.key").label == "key file vault.key"
    assert SystemSafe().label == "the system's keyring"
