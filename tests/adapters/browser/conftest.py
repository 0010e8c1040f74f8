"""A browser, and a real snmpd that may be written to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from noc_console.adapters.browser import PysnmpBrowser
from tests.lab.snmpd import AUTH, DEFAULT_USERS, PRIV, WRITER, Agent, snmpd

PAIRS = [("SHA256", priv) for priv in PRIV] + [(auth, "AES128") for auth in AUTH]


@pytest.fixture(scope="session")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    users = list(dict.fromkeys([*DEFAULT_USERS, *PAIRS]))
    with snmpd(tmp_path_factory.mktemp("snmpd"), users=users, extra=WRITER) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[PysnmpBrowser]:
    opened = PysnmpBrowser(bind="127.0.0.1", bind6="::1")
    try:
        yield opened
    finally:
        opened.close()
