"""What tests of several features ask devices with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.adapters.snmp import FastReader, open_reader
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.load import load

RULES = Path(__file__).resolve().parents[2] / "resources" / "platforms"


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The rule files of every platform."""
    return load(RULES)


@pytest.fixture
async def reader() -> AsyncIterator[FastReader]:
    async with open_reader(bind="127.0.0.1", bind6="::1") as opened:
        yield opened
