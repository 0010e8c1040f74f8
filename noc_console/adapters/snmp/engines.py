"""SNMPv3 engines met before: their ids and clocks, so that a restart of ours asks nobody twice.

A file of addresses, ids and clocks; no keys, no names. What it says is a hint that the first
answer has to prove: an engine that changed since complains, and is discovered once.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noc_console.wire.v3 import MAX_BOOTS

_log = logging.getLogger(__name__)

MAX_ENGINES = 50_000
SAVE_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Engine:
    """Who answers at an address: its id, how often it started, and when, in seconds since 1970."""

    id: bytes
    boots: int
    started: float

    def is_successor_of(self, other: Engine) -> bool:
        """The same engine, as it was or after a restart: boots count upwards."""
        return self.id == other.id and self.boots >= other.boots


Observer = Callable[[str, Engine, Engine], object]
"""Told of a peer ("10.0.0.1:161"), the engine it was and the one it is now."""


class Engines:
    """What is known of each peer. `observer` is told when one changes: its id, or its boots, up
    (it restarted) or down (its memory was lost, or somebody plays old answers).
    """

    def __init__(self, file: Path | None = None, *, observer: Observer | None = None) -> None:
        self.observer = observer
        self._file = file
        self._known: dict[str, Engine] = {}
        self._saved_at = time.monotonic()
        self._is_dirty = False
        self._saving: asyncio.Future[None] | None = None

    def load(self) -> None:
        """Read the file; one that is missing or spoilt is an empty one."""
        if self._file is None:
            return
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            self._known = dict(_parsed(found))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            _log.warning("known SNMPv3 engines cannot be read (%s): all are asked again", error)

    def get(self, peer: str) -> Engine | None:
        """As it was met last, in this run or an earlier one."""
        return self._known.get(peer)

    def note(self, peer: str, engine: Engine) -> Engine | None:
        """Remember who proved to be there; returns, and tells, who was there before if that was
        not the same.
        """
        known = self._known.get(peer)
        if known is not None and (known.id, known.boots) == (engine.id, engine.boots):
            return None
        if known is None and len(self._known) >= MAX_ENGINES:
            del self._known[next(iter(self._known))]
        self._known[peer] = engine
        self._is_dirty = True
        self._save_now_and_then()
        if known is None:
            return None
        if not engine.is_successor_of(known):
            _log.warning("%s: another SNMPv3 engine answers, or its boots went back", peer)
        if self.observer is not None:
            self.observer(peer, known, engine)
        return known

    def save(self) -> None:
        """Write what changed; blocks for some milliseconds."""
        if self._file is not None and self._is_dirty:
            self._is_dirty = False
            self._write(dict(self._known))

    async def close(self) -> None:
        """Write what is left."""
        if self._saving is not None:
            await self._saving
        await asyncio.to_thread(self.save)

    def _save_now_and_then(self) -> None:
        now = time.monotonic()
        if self._file is None or now - self._saved_at < SAVE_EVERY_S:
            return
        self._saved_at = now
        self._is_dirty = False
        loop = asyncio.get_running_loop()
        self._saving = loop.run_in_executor(None, self._write, dict(self._known))

    def _write(self, known: dict[str, Engine]) -> None:
        """Beside it first, then over it: whoever reads sees all or nothing."""
        assert self._file is not None
        written = {
            peer: [engine.id.hex(), engine.boots, round(engine.started)]
            for peer, engine in known.items()
        }
        half = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            half.write_text(json.dumps(written), encoding="utf-8")
            half.replace(self._file)
        except OSError as error:
            _log.warning("known SNMPv3 engines cannot be kept: %s", error)


def _parsed(found: dict[str, Any]) -> list[tuple[str, Engine]]:
    """What a file holds, without what cannot be."""
    known = []
    for peer, (engine_id, boots, started) in list(found.items())[:MAX_ENGINES]:
        engine = Engine(bytes.fromhex(engine_id), int(boots), float(started))
        if 5 <= len(engine.id) <= 32 and 0 <= engine.boots < MAX_BOOTS:
            known.append((peer, engine))
    return known
