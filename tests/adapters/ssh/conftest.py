"""One OpenSSH server for the tests of a file, and a chain to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from noc_console.adapters.ssh.chain import Chain, reach
from tests.adapters.ssh.peers import Script, Sshd, sshd


@pytest.fixture(autouse=True)
def no_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The agent of whoever runs the tests is none of theirs."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture(scope="module")
def inner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A second one, for what lies behind the first."""
    with sshd(tmp_path_factory.mktemp("inner")) as running:
        yield running


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A third one, behind the second."""
    with sshd(tmp_path_factory.mktemp("last")) as running:
        yield running


@pytest.fixture
async def chain(server: Sshd) -> AsyncIterator[Chain]:
    keeper = Script([server.pinned()], [server.login])
    reached = await reach((server.hop,), keeper, uses_agent=False)
    yield reached
    await reached.close()
