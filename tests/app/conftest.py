"""A console of the test's own: its data folder, free ports, and a lab of six devices beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from noc_console.app.compose import Services, open_services
from noc_console.app.config import Config
from noc_console.kernel.events import EventBus
from noc_console.lab import plan
from noc_console.lab.control import Control
from noc_console.lab.run import Lab, Options, open_lab


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """As `--lab` makes it (loopback only), with ports nobody else has."""
    return Config(
        store=f"sqlite:///{tmp_path}/noc.db",
        data=tmp_path,
        name="test",
        listen="127.0.0.1",
        trap_port=0,
        trap_port_fallback=0,
        syslog_port=0,
        syslog_port_fallback=0,
        poll_interval_s=0.5,
        metrics="127.0.0.1:0",
        lab=True,
    )


@pytest.fixture
async def services(config: Config) -> AsyncIterator[Services]:
    async with open_services(config, bus=EventBus()) as opened:
        yield opened


@pytest.fixture
async def lab(config: Config) -> AsyncIterator[Lab]:
    """Runs where the console of `config` looks for it."""
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as running:
        control = Control(running, config.lab_control)
        await control.start()
        try:
            yield running
        finally:
            await control.close()


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder that `noc-console` uses in this test."""
    home = tmp_path / "home"
    (tmp_path / "config.toml").write_text('listen = "127.0.0.1"\n')
    monkeypatch.setenv("NOC_DATA", str(home))
    monkeypatch.setenv("NOC_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("NOC_STORE", raising=False)
    yield home
