"""What the console remembers about its windows and tables, in one JSON file of the user's.

A file that cannot be read costs the layout, never the start: it is put aside, the
defaults are used, and `problem` says so once.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from noc_console.views.kit.tasks import Tasks

VERSION = 1
LIMIT_BYTES = 4_000_000


class State(QObject):
    """Named sections of plain values. Changes are written a second later, off the UI thread."""

    def __init__(
        self, path: Path | None, *, delay_ms: int = 1000, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.problem = ""
        self._sections = self._read()
        self._dirty = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay_ms)
        self._timer.timeout.connect(self._write_soon)
        self._tasks = Tasks(self, self._failed)

    def get(self, section: str) -> dict[str, Any]:
        """A section's values, a copy; empty when nothing was kept."""
        return dict(self._sections.get(section, {}))

    def put(self, section: str, **values: Any) -> None:
        """Keep values of a section beside those it already has."""
        before = self._sections.get(section, {})
        after = {**before, **values}
        if after != before:
            self._sections[section] = after
            self._dirty = True
            self._timer.start()

    def flush(self) -> None:
        """Write now; for leaving, when no loop is left to write later."""
        self._timer.stop()
        if self._dirty and self.path is not None:
            self._dirty = False
            try:
                _write(self.path, self._text())
            except OSError as error:
                self._failed(error)

    def _write_soon(self) -> None:
        if self.path is None or not self._dirty:
            return
        self._dirty = False
        path, text = self.path, self._text()
        started = self._tasks.do("write", lambda: asyncio.to_thread(_write, path, text))
        if not started:  # the last write is still under way: again after it
            self._dirty = True
            self._timer.start()

    def _text(self) -> str:
        return json.dumps({"version": VERSION, "sections": self._sections}, indent=1)

    def _failed(self, error: BaseException) -> None:
        self.problem = f"The window layout cannot be kept: {error}"

    def _read(self) -> dict[str, dict[str, Any]]:
        if self.path is None or not self.path.exists():
            return {}
        try:
            if self.path.stat().st_size > LIMIT_BYTES:
                raise ValueError("too large")
            told = json.loads(self.path.read_text(encoding="utf-8"))
            if told["version"] != VERSION:
                raise ValueError(f"of version {told['version']}")
            return {str(k): dict(v) for k, v in told["sections"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._put_aside(error)
            return {}

    def _put_aside(self, error: Exception) -> None:
        self.problem = f"The kept window layout could not be read ({error}); starting afresh."
        if self.path is not None:
            try:
                self.path.replace(self.path.with_suffix(".broken"))
            except OSError as failed:
                self.problem += f" It could not be put aside: {failed}."


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a crash in between leaves the old file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
