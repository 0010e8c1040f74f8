from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.app import paths


def test_what_ships_is_found() -> None:
    assert (paths.resources() / "theme" / "dark.toml").is_file()
    assert (paths.resources() / "platforms" / "cisco.toml").is_file()
    assert (paths.migrations() / "env.py").is_file()


def test_the_users_folder_is_made_and_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = paths.user_data()
    assert folder == tmp_path / "data" / "noc-console"
    assert folder.stat().st_mode & 0o077 == 0
    assert paths.user_config() == tmp_path / "config" / "noc-console"


def test_inside_a_wheel_what_ships_lies_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "_resources").mkdir()
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path)
    assert paths.resources() == tmp_path / "_resources"
    assert paths.migrations() == tmp_path.parent / "local_db" / "migrations"
