"""Who keeps terminals, and where."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.app.config import Config
from noc_console.app.holding import LONGEST, open_holder, open_links, place


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(store="sqlite:///x.db", data=tmp_path, name="noc-1")


async def test_windows_have_one_and_programs_have_none(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    async with AsyncExitStack() as stack:
        monkeypatch.setattr("noc_console.app.holding.LONGEST", 1_000)
        assert open_links(config, stack, attended=False).holder is None
        assert open_holder(replace(config, terminal_hold_min=0.0), stack) is None
        assert open_links(config, stack, attended=True).holder is not None
        assert not place(config).exists(), "nothing runs before there is something to keep"
        monkeypatch.setattr("noc_console.app.holding.LONGEST", LONGEST // 10)
        assert open_holder(config, stack) is None


def test_each_store_and_folder_has_its_own_and_no_name_tells_a_password(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert place(config).parent == tmp_path / "noc-console"
    assert place(config) == place(config)
    assert place(replace(config, store="sqlite:///y.db")) != place(config)
    assert place(replace(config, data=tmp_path / "other")) != place(config)
    one, other = (f"postgresql://noc:{word}@db/noc" for word in ("first", "second"))
    assert place(replace(config, store=one)) == place(replace(config, store=other))
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert place(config).parent == tmp_path / "run"
