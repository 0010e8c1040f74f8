"""Where compiled modules are kept as files: those that ship, and those the operator loaded."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from noc_console.services.mibs import facts as shape
from noc_console.services.mibs.model import Facts

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
FILE_LIMIT = 64_000_000
"""Octets of a module's file; the largest vendor modules take some five million."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One module's file."""

    name: str
    path: Path
    is_loaded: bool
    stamp: str
    """Changes with the file."""


class Shelf:
    """Files of facts, one a module. A loaded module hides the shipped one of its name."""

    def __init__(self, shipped: Path, folder: Path) -> None:
        self._shipped = shipped
        self.loaded = folder / "modules"
        self.waiting = folder / "waiting"

    def modules(self) -> dict[str, Kept]:
        """What there is, by name."""
        found = {one.name: one for one in _kept(self._shipped, is_loaded=False)}
        return found | {one.name: one for one in _kept(self.loaded, is_loaded=True)}

    def read(self, kept: Kept) -> Facts:
        """The facts in a file; ValueError when they cannot be read."""
        if kept.path.stat().st_size > FILE_LIMIT:
            raise ValueError("too large")
        facts = shape.from_plain(json.loads(kept.path.read_text(encoding="utf-8")))
        if facts.module != kept.name:
            raise ValueError(f"holds {facts.module}")
        return facts

    def put(self, modules: Sequence[Facts]) -> None:
        """Keep modules, each file whole or not at all."""
        self.loaded.mkdir(parents=True, exist_ok=True, mode=0o700)
        for facts in modules:
            if _NAME.fullmatch(facts.module) is None:
                raise ValueError(f"{facts.module!r} is no name of a module")
            path = self.loaded / f"{facts.module}.json"
            fresh = path.with_suffix(".new")
            fresh.write_text(json.dumps(shape.to_plain(facts)), encoding="utf-8")
            fresh.replace(path)

    def drop(self, name: str) -> bool:
        """Remove a loaded module's file; False when there is none."""
        path = self.loaded / f"{name}.json"
        if _NAME.fullmatch(name) is None or not path.is_file():
            return False
        path.unlink()
        return True

    # Texts whose imports are missing wait for the file that has them.

    def wait_for_more(self, files: Sequence[Path]) -> None:
        """Keep these texts for the next time something is loaded, and no others."""
        self.waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
        texts = {_file_name(path): path.read_bytes() for path in files}
        for old in self.waiting.iterdir():
            if old.name not in texts:
                old.unlink()
        for name, text in texts.items():
            (self.waiting / name).write_bytes(text)

    def waiting_files(self) -> list[Path]:
        return sorted(self.waiting.iterdir()) if self.waiting.is_dir() else []


def _file_name(path: Path) -> str:
    """A name of ours for a file of theirs."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", path.name).lstrip(".")[:100]
    return plain or hashlib.sha256(path.name.encode()).hexdigest()[:16]


def _kept(folder: Path, *, is_loaded: bool) -> Iterator[Kept]:
    if not folder.is_dir():
        return
    for path in sorted(folder.glob("*.json")):
        if _NAME.fullmatch(path.stem):
            status = path.stat()
            stamp = f"{'l' if is_loaded else 's'}-{status.st_size}-{status.st_mtime_ns}"
            yield Kept(path.stem, path, is_loaded, stamp)
