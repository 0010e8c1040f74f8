"""Where a window's terminals are kept when it goes: one place for each store, folder and user."""

from __future__ import annotations

import os
import sys
from contextlib import AsyncExitStack
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from noc_console.adapters.links.opening import LinkOpener
from noc_console.app.config import Config
from noc_console.app.paths import APP
from noc_console.db.database import database_url

if TYPE_CHECKING:
    from noc_console.adapters.links.holding import TerminalHolder

_log = structlog.get_logger("terminals")
LONGEST = 100
"""Bytes of a socket's path; systems take 104 or 108."""


def open_links(config: Config, stack: AsyncExitStack, *, attended: bool) -> LinkOpener:
    """Opens terminals; those of a window that is `attended` are kept when it goes."""
    return LinkOpener(open_holder(config, stack) if attended else None)


def open_holder(config: Config, stack: AsyncExitStack) -> TerminalHolder | None:
    """None where sessions end with their window: on Windows, and when told so.

    Nothing is started before there is something to keep.
    """
    if sys.platform == "win32" or config.terminal_hold_min <= 0:
        return None
    path = place(config)
    if len(os.fsencode(path)) > LONGEST:
        _log.warning("terminals end with the window: the path is too long", path=str(path))
        return None
    from noc_console.adapters.links.holding import TerminalHolder

    start = [sys.executable, "-m", "noc_console", "terminal-holder", "--socket", str(path)]
    logs = config.data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    holder = TerminalHolder(
        path, start, hold_s=config.terminal_hold_min * 60, log=logs / "terminals.log"
    )
    stack.push_async_callback(holder.close)
    return holder


def place(config: Config) -> Path:
    """The socket's: windows of other stores, or with other data, find nothing of ours."""
    store = database_url(config.store).set(password=None)
    told = f"{config.data.resolve()}\n{store.render_as_string()}"
    name = f"terminals-{sha256(told.encode()).hexdigest()[:16]}.sock"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = Path(runtime) / APP if runtime and Path(runtime).is_dir() else config.data / "run"
    return folder / name
