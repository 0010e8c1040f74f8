from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.adapters.vault.file_vault import FileVault
from noc_console.kernel.errors import Broken, NotAllowed
from noc_console.kernel.secret import Secret
from noc_console.services.secrets.model import Locked
from noc_console.services.secrets.passphrases import FLOOR
from noc_console.services.secrets.ports import LockedKeyring

PHRASE = Secret("a phrase of some length")


@pytest.fixture
def vault(tmp_path: Path) -> FileVault:
    return FileVault(tmp_path / "vault.noc", cost=FLOOR)


def test_it_is_made_when_it_is_opened_first_and_keeps_its_key(
    vault: FileVault, tmp_path: Path
) -> None:
    assert not vault.is_made
    with pytest.raises(Locked):
        vault.get()
    with pytest.raises(Locked):
        vault.put(b"k" * 32)
    vault.open(PHRASE)
    key = vault.get()
    assert len(key) == 32
    assert vault.is_open and vault.is_made
    again = FileVault(tmp_path / "vault.noc", cost=FLOOR)
    assert not again.is_open
    again.open(PHRASE)
    assert again.get() == key
    content = (tmp_path / "vault.noc").read_bytes()
    assert key not in content
    assert (tmp_path / "vault.noc").stat().st_mode & 0o777 == 0o600


def test_closing_overwrites_the_key(vault: FileVault) -> None:
    vault.open(PHRASE)
    held = vault._key
    assert held is not None and any(held)
    vault.close()
    assert not any(held)
    with pytest.raises(Locked):
        vault.get()


def test_a_wrong_phrase_opens_nothing_and_changes_nothing(vault: FileVault, tmp_path: Path) -> None:
    vault.open(PHRASE)
    before = (tmp_path / "vault.noc").read_bytes()
    vault.close()
    for phrase in ("a phrase of some lengthh", ""):
        with pytest.raises(NotAllowed):
            vault.open(Secret(phrase))
    with pytest.raises(NotAllowed):
        vault.change(Secret("another phrase entirely"), Secret("a third long phrase"))
    assert (tmp_path / "vault.noc").read_bytes() == before
    assert not vault.is_open


def test_another_phrase_for_the_same_key(vault: FileVault) -> None:
    vault.open(PHRASE)
    key = vault.get()
    vault.change(PHRASE, Secret("a new phrase of length"))
    vault.close()
    with pytest.raises(NotAllowed):
        vault.open(PHRASE)
    vault.open(Secret("a new phrase of length"))
    assert vault.get() == key


@pytest.mark.parametrize("content", [b"", b"NOCV", b"x" * 92, b"NOCV" + bytes(200_000)])
def test_a_file_that_is_no_vault_is_broken_not_guessed_at(
    vault: FileVault, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "vault.noc").write_bytes(content)
    with pytest.raises(Broken):
        vault.open(PHRASE)


def test_it_is_a_keyring_that_opens_with_a_phrase(vault: FileVault) -> None:
    assert isinstance(vault, LockedKeyring)
    assert vault.label == "vault.noc, behind a pass phrase"
