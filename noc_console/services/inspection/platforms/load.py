"""Reads the rule files of a folder."""

from __future__ import annotations

import tomllib
from pathlib import Path

from noc_console.kernel.errors import Broken
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.language import Wrong
from noc_console.services.inspection.platforms.model import RuleFile
from noc_console.services.inspection.platforms.schema import read


def load(folder: Path) -> Rules:
    """Every `*.toml` of the folder; Broken says which file has which mistake where."""
    files = [load_file(path) for path in sorted(folder.glob("*.toml"))]
    seen: dict[str, str] = {}
    for file in files:
        for platform in file.platforms:
            if platform.name in seen:
                both = f"{seen[platform.name]}.toml and {file.name}.toml"
                raise Broken(f"platform {platform.name} is in {both}")
            seen[platform.name] = file.name
            for used in platform.uses:
                if not any(each.name == used for each in files):
                    raise Broken(f"{file.name}.toml: {platform.name} uses {used}, which is no file")
    for file in files:
        for driver in file.drivers:
            if unknown := set(driver.platforms) - set(seen):
                names = ", ".join(sorted(unknown))
                raise Broken(f"{file.name}.toml: driver {driver.name} is for {names}, no platform")
    return Rules(files)


def load_file(path: Path) -> RuleFile:
    """One file of rules."""
    try:
        return read(path.stem, tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, Wrong) as error:
        raise Broken(f"{path.name}: {error}") from error
