"""A configuration sent by TFTP because SNMP said so, by net-snmp's agent with the table behind."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters import tftp
from noc_console.adapters.browser import PysnmpBrowser
from noc_console.adapters.config_copy import ConfigCopy
from noc_console.adapters.tftp import TftpShelf
from noc_console.kernel.errors import NotFound, Refused, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from tests.lab import config_copy
from tests.lab.snmpd import WRITER, Agent, free_udp_port, snmpd

TEXT = "".join(f"interface Gi0/{number}\n no shutdown\n" for number in range(60)) + "end\n"


def writing(agent: Agent, community: str = "private") -> SnmpTarget:
    credential = SnmpCredential(CredentialKind.SNMP_V2C, community=Secret(community))
    return replace(agent.target(), credential=credential)


@contextmanager
def device(home: Path, port: int, *words: str) -> Iterator[Agent]:
    (home / "running").write_text(TEXT)
    script = f"{sys.executable} {config_copy.__file__} {port} {home}/running {' '.join(words)}"
    with snmpd(home, extra=f"{WRITER}\npass_persist .1.3.6.1.4.1.9.9.96 {script}") as agent:
        yield agent


@pytest.fixture
def shelf() -> TftpShelf:
    return TftpShelf(port=free_udp_port(), bind="127.0.0.1")


@pytest.fixture
async def copy(shelf: TftpShelf) -> AsyncIterator[ConfigCopy]:
    browser = PysnmpBrowser()
    try:
        yield ConfigCopy(browser, shelf, look_s=0.01)
    finally:
        browser.close()


async def test_a_device_sends_its_configuration_and_the_row_is_removed(
    copy: ConfigCopy, shelf: TftpShelf, tmp_path: Path
) -> None:
    with device(tmp_path, shelf._port) as agent:
        assert await copy.running(writing(agent)) == TEXT
        assert await copy.running(writing(agent)) == TEXT
        assert not shelf.is_listening
    assert len((tmp_path / "running.removed").read_text().split()) == 2


async def test_why_a_device_failed_is_said_and_the_row_is_removed(
    copy: ConfigCopy, shelf: TftpShelf, tmp_path: Path
) -> None:
    with device(tmp_path, shelf._port, "4") as agent:
        with pytest.raises(Refused, match="no memory"):
            await copy.running(writing(agent))
        assert not shelf.is_listening
    assert (tmp_path / "running.removed").read_text()


async def test_a_community_that_may_not_write_is_refused(
    copy: ConfigCopy, shelf: TftpShelf, tmp_path: Path
) -> None:
    with (
        device(tmp_path, shelf._port) as agent,
        pytest.raises((Refused, NotFound, Unreachable)) as told,
    ):
        await copy.running(writing(agent, "public"))
    assert "public" not in str(told.value) and not shelf.is_listening


async def test_a_configuration_without_an_end_is_stopped(
    copy: ConfigCopy, shelf: TftpShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tftp, "LARGEST", 1_000)
    with device(tmp_path, shelf._port) as agent, pytest.raises(Refused, match="more than"):
        await copy.running(writing(agent))
