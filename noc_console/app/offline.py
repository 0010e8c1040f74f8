"""Where a window keeps what its operator did while the store did not answer."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from noc_console.app.compose import Services
from noc_console.app.config import Config
from noc_console.db.database import database_url
from noc_console.services.alarms.book import IntentBook
from noc_console.services.alarms.intent_file import IntentFile


def open_book(services: Services) -> IntentBook:
    """The book of this window, and the alarm desk told to use it. Somebody has to `run` it."""
    book = IntentBook(
        IntentFile(folder(services.config)), bus=services.bus, carry=services.alarms.carry
    )
    services.alarms.wait_in(book)
    return book


def folder(config: Config) -> Path:
    """A folder for each store: what was meant for one is never carried out in another."""
    url = database_url(config.store).set(password=None).render_as_string()
    return config.data / "intents" / sha256(url.encode()).hexdigest()[:16]
