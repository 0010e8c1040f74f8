"""All versions written into a git repository by themselves: every so many hours, after changes.

The collector that keeps configurations writes, on its own machine. Who sets it up has the right
to export, and to reveal when secrets go along; that decision is in the journal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import PurePath

import structlog

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid, NocError
from noc_console.kernel.heartbeat import beat
from noc_console.kernel.operation import operation
from noc_console.services.configs import store
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.model import (
    ExportDone,
    Exported,
    ExportPolicy,
    ExportPolicyChanged,
    ExportTried,
)

_log = structlog.get_logger("configs")

SETTLES = timedelta(minutes=5)
"""Between two exports after changes: many devices change in one night."""
LONGEST_FOLDER = 1_000
LOOK_EVERY_S = 30.0
PATIENCE_S = 2_400.0
"""Longer than git is given for a large repository."""


class ExportService:
    """Decides when the repository is written."""

    def __init__(self, db: Database, *, clock: Clock, archive: ArchiveService) -> None:
        self._db = db
        self._clock = clock
        self._archive = archive

    @operation("configs.export-policy", right="configs.see")
    async def policy(self, actor: Actor) -> ExportPolicy:
        """Show whether versions are written into a git repository by themselves."""
        async with self._db.read(actor) as tx:
            return (await store.export_policy(tx))[0]

    @operation("configs.last-export", right="configs.see")
    async def last(self, actor: Actor) -> ExportDone:
        """Show how the last export by schedule went."""
        async with self._db.read(actor) as tx:
            return (await store.export_policy(tx))[1]

    @operation("configs.set-export", right="configs.export")
    async def set_policy(
        self,
        actor: Actor,
        *,
        folder: str = "",
        every_h: float = 24.0,
        after_changes: bool = False,
        with_secrets: bool = False,
    ) -> ExportPolicy:
        """Write versions into a git repository by themselves; without a folder: no longer."""
        folder = folder.strip()
        if len(folder) > LONGEST_FOLDER or (folder and not PurePath(folder).is_absolute()):
            raise Invalid("say the whole path of the folder", field="folder")
        if not 0.25 <= every_h <= 24.0 * 90:
            raise Invalid("this lies between 0.25 and 2160", field="every_h")
        if folder and with_secrets:
            actor.require("configs.reveal")
        wanted = ExportPolicy(folder, every_h, after_changes, with_secrets and bool(folder))
        async with self._db.begin(actor) as tx:
            await store.save_export_policy(tx, wanted)
            tx.record(ExportPolicyChanged(folder=folder, with_secrets=wanted.with_secrets))
        return wanted

    async def is_due(self, actor: Actor) -> bool:
        """Whether it is time to write."""
        actor.require("configs.keep")
        async with self._db.read(actor) as tx:
            wanted, done = await store.export_policy(tx)
            newest = await store.last_id(tx)
        if not wanted.folder or not newest:
            return False
        if done.at is None:
            return True
        waited = self._clock.now() - done.at
        is_changed = wanted.after_changes and newest > done.version_id
        return waited >= timedelta(hours=wanted.every_h) or (is_changed and waited >= SETTLES)

    async def export(self, actor: Actor) -> Exported:
        """Write now; what goes wrong is noted for whoever looks, and raised."""
        actor.require("configs.keep")
        async with self._db.read(actor) as tx:
            wanted, before = await store.export_policy(tx)
            newest = await store.last_id(tx)
        began = self._clock.now()
        try:
            told = await self._archive.write_out(
                actor, folder=wanted.folder, with_secrets=wanted.with_secrets
            )
        except NocError as error:
            await self._note(actor, wanted, ExportDone(began, before.version_id, 0, str(error)))
            raise
        await self._note(actor, wanted, ExportDone(began, newest, told.commits))
        return told

    async def _note(self, actor: Actor, wanted: ExportPolicy, done: ExportDone) -> None:
        async with self._db.begin(actor) as tx:
            now, _ = await store.export_policy(tx)
            # Decided anew meanwhile: this was about something else.
            if now == wanted:
                await store.note_export(tx, done)
                tx.record(ExportTried(commits=done.commits, error=done.error))


class ConfigExporter:
    """Writes the repository when it is time."""

    def __init__(
        self,
        exports: ExportService,
        actor: Actor,
        *,
        is_mine: Callable[[], bool],
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._exports, self._actor = exports, actor
        self._is_mine = is_mine
        self._look_every_s = look_every_s

    async def run(self) -> None:
        """Forever, until cancelled."""
        while True:
            beat("look")
            if self._is_mine():
                await self.look()
            await asyncio.sleep(self._look_every_s)

    async def look(self) -> None:
        """Once."""
        try:
            if await self._exports.is_due(self._actor):
                told = await self._exports.export(self._actor)
                _log.info("configurations exported", path=told.path, commits=told.added)
        except NocError as error:
            _log.warning("configurations not exported", reason=str(error))
