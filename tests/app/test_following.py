"""A search followed on the command line: its end, its reasons, its exit code."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from noc_console.app import cli
from tests.lab.snmpd import free_udp_port, snmpd


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh installation in a folder of its own."""
    monkeypatch.setenv("NOC_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NOC_STORE", f"sqlite:///{tmp_path}/noc.db")
    monkeypatch.setenv("NOC_VAULT", "file")
    return tmp_path


async def typed(*words: str) -> int:
    """The command line runs a loop of its own, so not on the test's."""
    return await asyncio.to_thread(cli.main, ["discovery.start", *words])


async def test_what_was_found_is_the_summary_and_the_code_is_0(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with snmpd(store / "snmpd") as agent:
        seed = f"127.0.0.1:{agent.port}"
        code = await typed("--seed", seed, "--community", "public", "--json")
    said = capsys.readouterr()
    assert (code, json.loads(said.out)["found"]) == (0, 1)
    assert "1 device found" in said.err


async def test_seeds_that_gave_nothing_are_told_with_their_reasons_and_the_code_is_3(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_udp_port()
    code = await typed(
        *("--seed", f"127.0.0.1:{port}", "--seed", f"no-such-host.invalid:{port}", "--json")
    )
    said = capsys.readouterr()
    assert code == cli.EXIT_UNREACHABLE
    assert json.loads(said.out)["failures"] == {"dns": 1, "refused": 1}
    assert "127.0.0.1: 127.0.0.1" in said.err
    assert "no-such-host.invalid is not known to DNS" in said.err


async def test_a_wrong_community_is_told_without_showing_it(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with snmpd(store / "snmpd") as agent:
        code = await typed("--seed", f"127.0.0.1:{agent.port}", "--community", "s3cret")
    said = capsys.readouterr()
    assert code == cli.EXIT_UNREACHABLE
    assert "takes none of v2c" in said.err
    assert "s3cret" not in said.out + said.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--seed", "10.0.0.0/77"), "is no prefix"),
        (("--seed", "10.0.0.0/2"), "too wide"),
        (("--seed", "not an address"), "no address, name or prefix"),
        (("--seed", "10.0.0.1:99999"), "a port is 1 to 65535"),
        (("--seed", "10.0.0.1", "--exclude", "10.0.0.0/8"), "nobody would be asked"),
        (("--seed", "10.0.0.1", "--depth", "65"), "a depth is"),
    ],
)
async def test_what_cannot_be_searched_is_refused_with_code_2(
    store: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], reason: str
) -> None:
    assert await typed(*words) == cli.EXIT_REFUSED
    assert reason in capsys.readouterr().err


async def test_a_search_that_is_left_to_others_returns_at_once(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await typed("--seed", "10.0.0.1", "--detach", "--json")
    assert (code, json.loads(capsys.readouterr().out)["state"]) == (0, "waiting")
