"""Starting a console for a recording: a process of its own, which lives as long as its window."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from noc_console.app.config import CHILD_STORE, Config
from noc_console.services.inspection import files

_opened: list[subprocess.Popen[bytes]] = []
"""Kept so that ended ones are collected; the windows do not depend on ours."""


def opening(config: Config) -> Callable[[Path], Coroutine[Any, Any, None]]:
    """What a window does to open a recording."""

    async def open_file(file: Path) -> None:
        """Open it in a window of its own; Invalid, at once, when it is no recording."""
        await asyncio.to_thread(_start, file, config)

    return open_file


def _start(file: Path, config: Config) -> None:
    files.agent_of(files.read(file), name=file.name)
    log = config.data / "logs" / "recording.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {name: text for name, text in os.environ.items() if name != CHILD_STORE}
    words = [sys.executable, "-m", "noc_console", "open", str(file.absolute())]
    with log.open("ab") as out:
        _opened.append(
            subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environment,
                start_new_session=True,  # Ctrl+C in our terminal is not meant for it
            )
        )
    _opened[:] = [process for process in _opened if process.poll() is None]
