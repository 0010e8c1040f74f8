from __future__ import annotations

from typing import Any

import pytest

from noc_console.db.database import Database
from noc_console.db.reactions import Reaction, catch_up
from noc_console.kernel.actor import Actor
from tests.db.test_database import write


async def test_a_duty_survives_a_crash_and_is_not_repeated(db: Database, operator: Actor) -> None:
    for n in range(3):
        await write(db, operator, f"note {n}")
    opened: list[str] = []
    crashed: list[int] = []

    async def open_ticket(actor: Actor, facts: dict[str, Any]) -> None:
        if facts["text"] == "note 1" and not crashed:
            crashed.append(1)
            raise RuntimeError("power cut")
        opened.append(f"{actor.tenant}: {facts['text']}")

    duty = Reaction("tickets.open", "NoteWritten", open_ticket)
    with pytest.raises(RuntimeError):
        await catch_up(db, duty)
    assert await catch_up(db, duty) == 2
    assert await catch_up(db, duty) == 0
    assert opened == ["acme: note 0", "acme: note 1", "acme: note 2"]
