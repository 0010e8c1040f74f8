"""What tests of several features ask devices with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.adapters.snmp import FastReader, open_reader
from noc_console.services.inspection import vendors as platforms
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.vendors import Platforms

RULES = Path(__file__).resolve().parents[2] / "resources" / "platforms"
TABLE = RULES / "old" / "vendors.toml"


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The rule files of every platform."""
    return load(RULES)


@pytest.fixture(scope="session")
def table() -> Platforms:
    return platforms.parse(TABLE.read_text(encoding="utf-8"))


@pytest.fixture
async def reader() -> AsyncIterator[FastReader]:
    async with open_reader(bind="127.0.0.1", bind6="::1") as opened:
        yield opened
