"""Structured logs for the night shift, with what looks like a secret taken out."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

from noc_console.kernel.secret import Secret
from noc_console.kernel.text import redact

MEGABYTE = 1 << 20
_SENSITIVE = ("password", "passphrase", "community", "secret", "token", "auth_pass", "priv_pass")


def set_up(*, level: str = "INFO", file: Path | None = None, json: bool = False) -> None:
    """Send every log line of ours and of the libraries through one redacting formatter."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # As text, without the values of local variables: secrets pass through those.
        structlog.processors.format_exc_info,
        redacting,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(
            RotatingFileHandler(file, maxBytes=10 * MEGABYTE, backupCount=5, encoding="utf-8")
        )
    root = logging.getLogger()
    for old in tuple(root.handlers):
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(level)
    for chatty in ("asyncssh", "httpx", "alembic", "qasync", "pysnmp"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def redacting(
    _logger: Any, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The one processor every line passes: names that say secret, and texts that show one."""
    for key, value in entry.items():
        if isinstance(value, Secret) or any(word in key.lower() for word in _SENSITIVE):
            entry[key] = "•••"
        elif isinstance(value, str):
            entry[key] = redact(value)
    return entry
