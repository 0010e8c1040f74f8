"""Keeps the list at what the store says: everything once in parts, then only what changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.listing import DeskCursor, Listed
from noc_console.services.alarms.service import AlarmService
from noc_console.views.alarms.rows import DeskModel
from noc_console.views.kit.tasks import OnError, Tasks

PART = 4_000
"""Alarms asked for at once while the desk is opened."""


class Following(QObject):
    """One question at a time; what changes meanwhile is asked for right after it."""

    loaded = Signal()
    """Everything is there."""

    def __init__(
        self, actor: Actor, alarms: AlarmService, model: DeskModel, on_error: OnError
    ) -> None:
        super().__init__(model)
        self._actor, self._alarms, self._model = actor, alarms, model
        self._tasks = Tasks(self, on_error)
        self._cursor: DeskCursor | None = None
        self._left: set[int] = set()
        """Of alarms shown before a new beginning, those that were not told of again."""
        self._is_wanted = False
        self.is_loaded = False

    def follow(self) -> None:
        """Ask for what changed."""
        self._is_wanted = True
        self._tasks.do("follow", self._catch_up)

    async def _catch_up(self) -> None:
        while self._is_wanted:
            self._is_wanted = False
            listed = await self._ask()
            while listed.more:
                listed = await self._ask()
            self._end()

    async def _ask(self) -> Listed:
        listed = await self._alarms.listed(self._actor, after=self._cursor, limit=PART)
        self._cursor = listed.cursor
        if listed.is_whole:
            self._left = set(self._model.ledger.by_id)
        if self._left:
            self._left.difference_update(int(alarm.id) for alarm in listed.alarms)
        if listed.alarms or listed.gone:
            self._model.take(listed.alarms, listed.gone)
        return listed

    def _end(self) -> None:
        if self._left:
            self._model.take((), tuple(self._left))
            self._left = set()
        if not self.is_loaded:
            self.is_loaded = True
            self._model.arrange_again()
            self.loaded.emit()
