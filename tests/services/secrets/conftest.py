"""Vaults on one store: machines with keys of their own, and windows where people sit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.kernel.secret import Secret
from noc_console.services.secrets.holding import Holding
from noc_console.services.secrets.passphrases import FLOOR
from noc_console.services.secrets.service import SecretService
from tests.conftest import FakeClock

MIRA, TOM = Secret("mira's long phrase"), Secret("tom's longer phrase")


class Vault:
    """One process that uses the vault."""

    def __init__(
        self, db: Database, key: Path, clock: FakeClock, *, attended: bool, machine: str
    ) -> None:
        self.secrets = SecretService(
            db, keyring=KeyFile(key), clock=clock, attended=attended, machine=machine
        )
        self.holding = Holding(db, self.secrets, clock=clock, cost=FLOOR)


Opening = Callable[..., Vault]


@pytest.fixture
def opening(db: Database, clock: FakeClock, tmp_path: Path) -> Opening:
    """Another process on the same store; `key` is which machine it runs on."""

    def make(*, key: str = "noc-1", attended: bool = False) -> Vault:
        return Vault(db, tmp_path / key, clock, attended=attended, machine=key)

    return make


@pytest.fixture
def vault(opening: Opening) -> Vault:
    return opening()
