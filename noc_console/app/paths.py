"""Where things are: what ships with the program, and what belongs to the user."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_path, user_data_path

APP = "noc-console"

_PACKAGE = Path(__file__).resolve().parents[1]


def resources() -> Path:
    """Icons, fonts, themes and platform tables: beside the package or, in a wheel, inside it."""
    return _shipped("resources")


def migrations() -> Path:
    return _shipped("local_db") / "migrations"


def user_data() -> Path:
    """Stores, backups, the vault's key and window state; made private on first use."""
    folder = user_data_path(APP, appauthor=False)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def user_config() -> Path:
    return user_config_path(APP, appauthor=False)


def _shipped(name: str) -> Path:
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parent / name
