"""The page on real services: a vault, its credentials, an inventory of five devices."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from noc_console.kernel.secret import Secret
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.vault.page import VaultPage
from tests.services.vault.conftest import Bench, NoNetwork, bench_on
from tests.views.conftest import shown
from tests.views.world import World

PHRASE = Secret("mira's long phrase")


@pytest.fixture
def bench(world: World, tmp_path: Path) -> Bench:
    return bench_on(
        world.store,
        world.clock,
        tmp_path,
        NoNetwork(),  # type: ignore[arg-type]
        attended=True,
    )


@pytest.fixture
async def page(desk: Desk, bench: Bench) -> AsyncIterator[VaultPage]:
    made = VaultPage(desk, bench.vault, bench.credentials)
    shown(made)
    await settled()
    yield made
    for each in QApplication.topLevelWidgets():
        if isinstance(each, QDialog):
            each.reject()  # of a test that failed: its question would be waited for
    await settled()
